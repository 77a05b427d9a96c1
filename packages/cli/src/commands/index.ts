import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { addAsk, addAsks } from './asks.ts';
import { addCheck } from './check.ts';
import { addCorrect, addCorrections } from './corrections.ts';
import { addCustody } from './custody.ts';
import { addDevice } from './device.ts';
import { addEmergency } from './emergency.ts';
import { addErase } from './erase.ts';
import { addExport } from './export.ts';
import { addEyes } from './eyes.ts';
import { addFind } from './find.ts';
import { addGrants } from './grants.ts';
import { addGuardian, addGuardians, addRecover } from './guardians.ts';
import { addImport } from './import.ts';
import { addInbox } from './inbox.ts';
import { addInit } from './init.ts';
import { addLabel } from './label.ts';
import { addIssuers, addLinks } from './links.ts';
import { addOpen } from './open.ts';
import { addPhones } from './phones.ts';
import { addRecord, addRecords } from './records.ts';
import { addRelay } from './relay.ts';
import { addRelays } from './relays.ts';
import { addRestore } from './restore.ts';
import { addShare } from './share.ts';
import { addShow } from './show.ts';
import { addStart } from './start.ts';
import { addStreams } from './streams.ts';
import { addSubject } from './subject.ts';
import { addVisits } from './visits.ts';
import { addWatch } from './watch.ts';
import { addWeb } from './web.ts';
import { addWhoami } from './whoami.ts';

/** All commands in the order of help: begin, collect and look, share, the recipient's side, care for it. */
export function addCommands(program: Command, shell: Shell): void {
  const groups: [string, ((program: Command, shell: Shell) => void)[]][] = [
    ['Begin:', [addInit, addStart, addWeb, addWhoami, addSubject, addCustody]],
    [
      'Collect and look:',
      [
        addImport,
        addStreams,
        addShow,
        addFind,
        addRecords,
        addRecord,
        addLabel,
        addCorrect,
        addCorrections,
        addIssuers,
        addWatch,
        addDevice,
        addPhones,
      ],
    ],
    ['Share and stop:', [addShare, addGrants, addEyes, addLinks, addAsks, addVisits, addEmergency]],
    ['What others share with you:', [addInbox, addOpen, addAsk]],
    ['Relays:', [addRelays, addRelay]],
    ['Keep safe:', [addExport, addRestore, addGuardians, addGuardian, addRecover, addErase, addCheck]],
  ];
  for (const [title, adders] of groups) {
    program.commandsGroup(title);
    for (const add of adders) add(program, shell);
  }
  for (const command of program.commands) command.helpCommand(false);
}
