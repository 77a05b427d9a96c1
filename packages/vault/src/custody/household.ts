// Several custodians of one subject: each home writes series of its own, and tells the others of them in a log that all of them hold the keys of.
// What the log says is folded here into one picture, whatever the order in which it came; nobody's word is lost. specs/custody.md §5
import { encodeCbor, equalBytes, type LogStream, schnorrPublic } from '@hale/kernel';
import { deriveKey, validScalar } from '@hale/kernel/seal';
import type { OriginEntry, StreamEntry } from '../catalogue.ts';
import type { LogEntry } from '../log.ts';

/** `full`: may share and let others in, and collects · `read`: sees · `collect`: may add. */
export const CUSTODY_LEVELS = ['full', 'read', 'collect'] as const;
export type CustodyLevel = (typeof CUSTODY_LEVELS)[number];

/** Each home numbers its series from lane × 65,536 on: one writer for each author. */
const LANE_SHIFT = 16;
export const LANES_MAX = 0xffff;
export const laneOf = (n: number): number => n >>> LANE_SHIFT;
export const firstOfLane = (lane: number): number => lane * 2 ** LANE_SHIFT;
/** Orders entries that two homes wrote under one number in the logs of records and documents. */
export const laneGeneration = (lane: number, generation: number): number => lane * 2 ** LANE_SHIFT + generation;

export interface CustodianEntry {
  type: 'custodian';
  /** Hex. */
  npub: string;
  /** Of her series; null: she writes none. */
  lane: number | null;
  name: string;
  level: CustodyLevel;
  /** Code of FHIR's RelatedPerson.relationship (HL7 v3 RoleCode), or empty. */
  as: string;
  /** Micros: when it ends by itself. */
  until: number | null;
  state: 'offered' | 'accepted' | 'left';
}

/** A grant of another custodian's: who reads, and by which keys the relays know him. What opens it stays with who gave it. */
export interface SharedGrant {
  type: 'grant';
  id: string;
  /** Hex: who gave it. */
  by: string;
  to: string;
  recipient: string | null;
  purpose: string;
  /** Numbers of the series. */
  streams: number[];
  from: number;
  until: number | null;
  /** [author, reader key], hex. */
  readers: [string, string][];
}

export type HouseholdFact =
  | CustodianEntry
  | SharedGrant
  | { type: 'grant-end'; id: string }
  /** Said by anybody about anybody's grant: it counts at once and for ever. */
  | { type: 'stop'; id: string; by: string }
  | { type: 'stream'; entry: StreamEntry }
  | { type: 'epoch'; n: number; epoch: number }
  | { type: 'origin'; entry: OriginEntry }
  | { type: 'setting'; name: string; value: unknown };

/** An entry of the log: the fact, in which lane it was said, and when. */
export type HouseholdEntry = HouseholdFact & { lane: number; at: number };

interface Said<T> {
  lane: number;
  at: number;
  fact: T;
}

export interface Household {
  custodians: CustodianEntry[];
  grants: (SharedGrant & { at: number; stoppedBy: string | null; isEnded: boolean })[];
  streams: Map<number, StreamEntry>;
  epochs: Map<number, number>;
  origins: OriginEntry[];
  settings: Map<string, unknown>;
}

/** Keys of the log. Who has the subject's secret has them; the secret cannot be had from them. */
export function householdKeys(subjectSecret: Uint8Array): { authorSecret: Uint8Array; stream: LogStream } {
  const authorSecret = validScalar(deriveKey(subjectSecret, 'custody-author'));
  return { authorSecret, stream: { author: schnorrPublic(authorSecret), secret: deriveKey(subjectSecret, 'custody') } };
}

/**
 * Later words replace earlier ones of the same name; of two said at one moment the higher lane's. Ends and stops are never replaced, and how a
 * custodian is called stays where a later word calls her nothing.
 */
export function householdOf(entries: readonly LogEntry[]): Household {
  const last = new Map<string, Said<HouseholdFact>>();
  const called = new Map<string, Said<HouseholdFact> & { fact: CustodianEntry }>();
  const ended = new Set<string>();
  const stops = new Map<string, string>();
  const epochs = new Map<number, number>();
  for (const { value } of entries) {
    const { lane, at, ...rest } = value as HouseholdEntry;
    const fact = rest as HouseholdFact;
    if (fact.type === 'grant-end') ended.add(fact.id);
    else if (fact.type === 'stop') stops.set(fact.id, stops.get(fact.id) ?? fact.by);
    else if (fact.type === 'epoch') epochs.set(fact.n, Math.max(epochs.get(fact.n) ?? 0, fact.epoch));
    else {
      const name = nameOf(fact);
      if (isLater({ lane, at }, last.get(name))) last.set(name, { lane, at, fact });
      if (fact.type === 'custodian' && fact.name !== '' && isLater({ lane, at }, called.get(fact.npub)))
        called.set(fact.npub, { lane, at, fact });
    }
  }
  const household: Household = {
    ...{ custodians: [], grants: [], streams: new Map(), epochs, origins: [], settings: new Map() },
  };
  for (const { at, fact } of last.values())
    if (fact.type === 'custodian') household.custodians.push({ ...fact, name: called.get(fact.npub)?.fact.name ?? '' });
    else if (fact.type === 'stream') household.streams.set(fact.entry.n, fact.entry);
    else if (fact.type === 'origin') household.origins.push(fact.entry);
    else if (fact.type === 'setting') household.settings.set(fact.name, fact.value);
    else if (fact.type === 'grant')
      household.grants.push({ ...fact, at, stoppedBy: stops.get(fact.id) ?? null, isEnded: ended.has(fact.id) });
  return household;
}

const isLater = (
  { lane, at }: { lane: number; at: number },
  before: { lane: number; at: number } | undefined,
): boolean => !before || at > before.at || (at === before.at && lane >= before.lane);

function nameOf(fact: Exclude<HouseholdFact, { type: 'grant-end' | 'stop' | 'epoch' }>): string {
  switch (fact.type) {
    case 'custodian':
      return `custodian/${fact.npub}`;
    case 'grant':
      return `grant/${fact.id}`;
    case 'stream':
      return `stream/${fact.entry.n}`;
    case 'origin':
      return `origin/${fact.entry.n}/${fact.entry.source}`;
    default:
      return `setting/${fact.name}`;
  }
}

/** Custodians that count at a moment: those who accepted and whose time has not run out. */
export const standing = ({ custodians }: Household, nowMicros: number): CustodianEntry[] =>
  custodians.filter(({ state, until }) => state === 'accepted' && (until === null || until > nowMicros));

/** Shared grants by which somebody may read now; what a custodian gave who left, or whose time is over, stands no more, whatever her home does. */
export function activeGrants({ grants, custodians }: Household, nowMicros: number): Household['grants'] {
  const isOver = (until: number | null): boolean => until !== null && until <= nowMicros;
  const gone = new Set(
    custodians.flatMap(({ npub, state, until }) => (state === 'left' || isOver(until) ? [npub] : [])),
  );
  return grants.filter(
    ({ isEnded, stoppedBy, until, by }) => !isEnded && stoppedBy === null && !isOver(until) && !gone.has(by),
  );
}

/** Settings of the catalogue that belong to a subject and not to one home's care of it. */
const SUBJECT_SETTINGS = ['records', 'records-erased', 'documents', 'documents-erased', 'notes', 'record-label'];

export const isSubjectSetting = (subject: string, name: string): boolean =>
  SUBJECT_SETTINGS.some((prefix) => name === `${prefix}/${subject}` || name.startsWith(`${prefix}/${subject}/`));

export const isSameValue = (one: unknown, other: unknown): boolean =>
  one !== undefined && other !== undefined && equalBytes(encodeCbor(one), encodeCbor(other));
