// The table of operations: every name of api.ts with the code that does it.
import type { OperationName } from '../api.ts';
import { overview, series } from './chart.ts';
import type { Operation } from './context.ts';
import { erase } from './erase.ts';
import { backup, check, doctor, exportData, status } from './keep.ts';
import { noteAdd, noteRemove, notes } from './notes.ts';
import { inbox, inboxRemove, open } from './open.ts';
import { deviceAdd, deviceList, deviceRemove, subjectAdd, subjectList } from './people.ts';
import { show, streams, watch } from './read.ts';
import { readings } from './readings.ts';
import { relaysAdd, relaysInvite, relaysList, relaysRemove, relaysSync } from './relays.ts';
import { rotate } from './rotate.ts';
import { grants, revoke, share, sharePreview, whoami } from './share.ts';

import { webClose, webOpen } from './web.ts';

/** The file formats are much code, and most nodes import seldom: loaded at the first import. */
const importFiles: Operation<'import'> = async (context, parameters) =>
  (await import('./import.ts')).importFiles(context, parameters);

export const OPERATIONS: { [N in OperationName]: Operation<N> } = {
  status,
  whoami,
  'subject.add': subjectAdd,
  'subject.list': subjectList,
  import: importFiles,
  streams,
  show,
  watch,
  series,
  readings,
  overview,
  notes,
  'note.add': noteAdd,
  'note.remove': noteRemove,
  'web.open': webOpen,
  'web.close': webClose,
  'device.add': deviceAdd,
  'device.list': deviceList,
  'device.remove': deviceRemove,
  'share.preview': sharePreview,
  share,
  grants,
  revoke,
  inbox,
  'inbox.remove': inboxRemove,
  open,
  'relays.add': relaysAdd,
  'relays.remove': relaysRemove,
  'relays.list': relaysList,
  'relays.sync': relaysSync,
  'relays.invite': relaysInvite,
  export: exportData,
  backup,
  rotate,
  erase,
  check,
  doctor,
};

/** Operations whose parameters are checked by their own code; this list says which names exist at all. */
export const isOperation = (name: string): name is OperationName => Object.hasOwn(OPERATIONS, name);
