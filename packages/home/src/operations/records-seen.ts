// Health records of a share as somebody sees them: the recipient, the owner through the recipient's eyes, and the owner alone, who sees what of it is
// sensitive, who has a copy, and which words she gave.
import { AREA_NAMES, type Area, areasOfLabel, type CopiesState } from '@hale/consent';
import { encodeNpub, fromHex, HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import type { IssuedGrant } from '@hale/vault';
import { type RecordHead, titleOf } from '@hale/vault/records';
import { keptBy, type RecordPolicy } from '@hale/vault/records/copies';
import { listedCopies } from '@hale/vault/records/listed';
import type { OpenedRecords, RecordsLooked, SensitiveArea } from '../api.ts';
import type { Home } from '../home.ts';
import { openedGrant } from '../opened-grants.ts';
import { findReceived } from '../received.ts';
import type { Operation } from './context.ts';
import { openedCopies } from './opened-records.ts';
import { recordId } from './records.ts';
import { sentenceKept, wishOf } from './share.ts';

const NAMED_MAX = 50;

// --- as the recipient sees them

export const openRecords: Operation<'open.records'> = async ({ home }, { grant, known }) => {
  const { session } = await openedGrant(home, findReceived(home, grant));
  const { consent, ended } = session.reader.state;
  const isGiven = consent?.scope.records !== undefined && !ended;
  return looked(home, isGiven ? session.reader.copies : null, known);
};

export const grantsRecords: Operation<'grants.records'> = ({ home }, { grant, known }) =>
  looked(home, home.recordGrants.opened(home.grants.get(grant)), known);

function looked(home: Home, copies: CopiesState | null, known: string | undefined): RecordsLooked {
  const mark = copies === null ? 'none' : markOf(copies);
  if (mark === known) return { mark, records: null };
  return { mark, records: copies && openedCopies(copies, home.nowMicros()) };
}

function markOf({ state, count, told, packed }: CopiesState): string {
  const pages = packed.map((page) => toHex(sha256(page)));
  return toHex(sha256(utf8Encode(JSON.stringify([state, count, told, pages])))).slice(0, 32);
}

export const shareRecords: Operation<'share.records'> = ({ home }, parameters): OpenedRecords => {
  const { subject, records: policy, names } = wishOf(home, parameters, null);
  if (policy === undefined) throw new HaleError('usage', 'say which parts of the health record to share');
  const { copies: resources, told } = home.recordGrants.rehearse({ subject, policy, subjectName: names.subject });
  const listed = listedCopies(resources, home.nowMicros() / 1000);
  return { state: 'complete', count: resources.length, told, listed, resources };
};

// --- for the owner alone

/** Nothing kept back but what the law keeps back by itself. */
const unheld = (policy: RecordPolicy): RecordPolicy => ({
  ...policy,
  ...{ withholdAreas: [], withholdCodes: [], withhold: [], documents: true },
});

export const shareSensitive: Operation<'share.sensitive'> = ({ home }, parameters) => {
  const { subject, records } = wishOf(home, parameters, null);
  if (records === undefined) throw new HaleError('usage', 'say which parts of the health record to share');
  const policy = unheld(records);
  const found = new Map<Area, RecordHead[]>(AREA_NAMES.map((area) => [area, []]));
  const known = home.labels.all(subject);
  let documents = 0;
  for (const head of home.records.heads(subject)) {
    const labels = known.get(head.id) ?? home.labels.of(subject, head.id);
    const because = keptBy(policy, { head, labels });
    if (because !== null && because.by !== 'label') continue;
    if (home.labels.worth(subject, head.id).isDocument) documents += 1;
    for (const area of labels.areas) found.get(area)?.push(head);
  }
  const sensitive = (area: Area, { id, type, category, at: atMicros }: RecordHead) => {
    const speaking = home.labels.of(subject, id).labels.filter((label) => areasOfLabel(label).includes(area));
    const title = titleOf(home.records.read(subject, id).resource);
    return { id, type, category, atMicros, title, why: speaking.map(({ why }) => why) };
  };
  const areas = [...found].flatMap(([area, here]): SensitiveArea[] => {
    const newest = here.sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.id < b.id ? -1 : 1)).slice(0, NAMED_MAX);
    return here.length === 0
      ? []
      : [{ area, count: here.length, records: newest.map((head) => sensitive(area, head)) }];
  });
  return { areas, documents };
};

export const recordReaders: Operation<'record.readers'> = ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  const grants = home.recordGrants.readersOf(subject, recordId(home, subject, asked));
  return grants.map(({ record, owner }) => ({
    grant: record.id,
    to: record.to,
    how: record.how,
    recipient: record.recipient === null ? null : encodeNpub(fromHex(record.recipient, 32)),
    untilMicros: owner.scope.until,
  }));
};

export const grantsConsent: Operation<'grants.consent'> = ({ home }, { grant }) => {
  const issued = home.grants.get(grant);
  return { sentence: sentenceKept(issued), resource: issued.record.consent ?? recipientsOf(issued) };
};

/** Of readings alone what its recipient has is all that was said. */
function recipientsOf({ log }: IssuedGrant): string | null {
  for (const { value } of log.entries()) {
    const { type, fhir } = value as { type?: unknown; fhir?: unknown };
    if (type === 'consent' && typeof fhir === 'string') return fhir;
  }
  return null;
}
