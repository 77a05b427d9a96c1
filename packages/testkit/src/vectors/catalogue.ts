/** Checks specs/vectors/catalogue.json. The types are the file's format, as specs/catalogue.md tells it. */
import { decodeCbor, encodeCbor, fromHex, schnorrPublic, toHex } from '@hale/kernel';
import { deriveKey, validScalar } from '@hale/kernel/seal';
import { asEntry, type CatalogueState, documentKeys, emptyCatalogue, foldEntry, inLogOrder } from '@hale/vault';
import { Tally, type VectorResult } from './tally.ts';

/** Byte strings are lower-case hex, entries their CBOR. */
export interface CatalogueVectors {
  readonly entries: readonly { name: string; cbor: string }[];
  readonly invalid: readonly { name: string; cbor: string; error: string }[];
  readonly folds: readonly { name: string; log: readonly LoggedEntry[]; state: StateJson }[];
  readonly handoff: readonly { handoffSecret: string; generation: number; author: string; secret: string }[];
  readonly documents: readonly {
    subjectSecret: string;
    series: number;
    month: number;
    author: string;
    secret: string;
  }[];
}

export interface LoggedEntry {
  readonly generation: number;
  readonly seq: number;
  readonly cbor: string;
}

/** What a catalogue comes to: ids and names, sorted; secrets and credentials are left out. */
export interface StateJson {
  readonly generation: number;
  readonly penHolder: string;
  readonly subjects: readonly string[];
  readonly streams: readonly string[];
  readonly epochs: Readonly<Record<string, number>>;
  readonly devices: readonly string[];
  readonly relays: Readonly<Record<string, readonly string[]>>;
  readonly grants: readonly string[];
  readonly ended: Readonly<Record<string, string>>;
  readonly headNumber: number;
  readonly heads: Readonly<Record<string, string>>;
  readonly pins: Readonly<Record<string, string>>;
  readonly unknown: number;
}

export function checkCatalogueVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as CatalogueVectors;
  for (const { name, cbor } of vectors.entries) {
    tally.equal(`entry: ${name}`, () => toHex(encodeCbor(asEntry(decodeCbor(fromHex(cbor))))), cbor);
  }
  for (const { name, cbor, error } of vectors.invalid) {
    tally.refuses(`entry: ${name}`, () => asEntry(decodeCbor(fromHex(cbor))), error);
  }
  for (const { name, log, state } of vectors.folds) tally.equal(`fold: ${name}`, () => foldLog(log), state);
  for (const vector of vectors.handoff) {
    const { handoffSecret, generation } = vector;
    tally.equal(`handoff ${generation}`, () => handoffOf(handoffSecret, generation), vector);
  }
  for (const vector of vectors.documents) {
    const { subjectSecret, series, month } = vector;
    tally.equal(`documents ${series}/${month}`, () => documentsOf(subjectSecret, series, month), vector);
  }
  return tally.result();
}

export function foldLog(log: readonly LoggedEntry[]): StateJson {
  const state = emptyCatalogue();
  const entries = log.map(({ generation, seq, cbor }) => ({ generation, seq, value: decodeCbor(fromHex(cbor)) }));
  for (const { value } of inLogOrder(entries)) foldEntry(state, asEntry(value));
  return stateToJson(state);
}

function stateToJson(state: CatalogueState): StateJson {
  const standing = <Entry extends { removed: boolean }>(entries: Map<string, Entry>) =>
    [...entries.values()].filter((entry) => !entry.removed);
  return {
    generation: state.generation,
    penHolder: state.penHolder,
    subjects: standing(state.subjects)
      .map(({ id, name }) => `${id} ${name}`)
      .sort(),
    streams: standing(state.streams)
      .map(({ subject, n, key }) => `${subject}/${n} ${key}`)
      .sort(),
    epochs: sorted([...state.epochs]),
    devices: standing(state.devices)
      .map(({ id, name }) => `${id} ${name}`)
      .sort(),
    relays: sorted(standing(state.relays).map(({ url, uses }) => [url, uses])),
    grants: [...state.grants.keys()].sort(),
    ended: sorted([...state.ends.values()].map(({ id, reason }) => [id, reason])),
    headNumber: state.headNumber,
    heads: sorted([...state.heads].map(([name, digest]) => [name, toHex(digest)])),
    pins: sorted([...state.pins].map(([key, { kemPublic }]) => [key, toHex(kemPublic)])),
    unknown: state.unknown,
  };
}

function sorted<Value>(entries: [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function handoffOf(handoffSecret: string, generation: number): CatalogueVectors['handoff'][number] {
  const secret = fromHex(handoffSecret);
  const author = schnorrPublic(validScalar(deriveKey(secret, 'handoff-author', generation)));
  return {
    handoffSecret,
    generation,
    author: toHex(author),
    secret: toHex(deriveKey(secret, 'handoff', generation)),
  };
}

export function documentsOf(
  subjectSecret: string,
  series: number,
  month: number,
): CatalogueVectors['documents'][number] {
  const { stream } = documentKeys(fromHex(subjectSecret), series, month);
  return { subjectSecret, series, month, author: toHex(stream.author), secret: toHex(stream.secret) };
}
