// Documents of a subject, kept whole beside the numbers that were read out of them: what a device wrote must come back as it wrote it, with
// the fields that Hale does not understand. They are sealed logs (specs/catalogue.md), one for each month of the documents' dates: old
// months rest, and a restored home opens only those that are asked for. The catalogue names each month; everything else is in the logs.
//
// A log costs an event at each appending. What was just written is therefore first kept sealed on this disk, and goes to the log once an
// hour or when enough has gathered (docs/decisions/publication-rhythm.md).
import { decodeCbor, encodeCbor, HaleError, type LogStream, schnorrPublic, toHex } from '@hale/kernel';
import { deriveKey, validScalar } from '@hale/kernel/seal';
import {
  DOCUMENTS_CACHED_BYTES_MAX,
  DOCUMENTS_ENTRY_BYTES_MAX,
  DOCUMENTS_SEARCHED_MONTHS_MAX,
  DOCUMENTS_WAITING_BYTES_MAX,
} from './limits.ts';
import { LogWriter } from './log.ts';
import type { Vault } from './vault.ts';

export interface StoredDocument {
  id: string;
  collection: string;
  /** A name that its writer gave it. */
  identifier: string | null;
  /** Documents of one collection with the same key are one. */
  key: string | null;
  /** When it is about, milliseconds. */
  millis: number;
  /** The device that wrote it. */
  device: string;
  createdMillis: number;
  modifiedMillis: number;
  /** False: deleted, and kept so that whoever follows learns of it. */
  isValid: boolean;
  /** Lies with all others of its collection, whatever its date. */
  isUndated: boolean;
  json: string;
}

/** What was there, as the caller found it, and what is to stand from now on. */
export interface DocumentChange {
  before: StoredDocument | null;
  after: StoredDocument;
}

/** Seals for this disk. */
export interface DiskSeal {
  seal(name: string, value: unknown): Uint8Array;
  open(name: string, bytes: Uint8Array): unknown;
}

/** All documents of one month (or all undated ones) of a subject. */
interface Month {
  documents: Map<string, StoredDocument>;
  byIdentifier: Map<string, string>;
  byKey: Map<string, string>;
  /** By date, ascending; made again when something was written. */
  sorted: Map<string, StoredDocument[]>;
  bytes: number;
}

interface Waiting {
  subject: string;
  month: number;
  document: StoredDocument;
}

/** Of each month that was ever read: when each of its collections changed last. So that asking for changes opens few months. */
type Facts = Map<string, number>;

const WAITING = 'documents';
const FACTS = 'documents-facts';
const UNDATED_MONTH = 0;

/** Months since the year 0; 0 for undated documents. */
const monthOf = ({ isUndated, millis }: { isUndated: boolean; millis: number }): number => {
  const date = new Date(millis);
  return isUndated ? UNDATED_MONTH : date.getUTCFullYear() * 12 + date.getUTCMonth();
};

export class Documents {
  readonly #vault: Vault;
  readonly #disk: DiskSeal;
  /** By `subject/series/month`, the one used last at the end. */
  readonly #months = new Map<string, Month>();
  readonly #facts = new Map<string, Facts>();
  readonly #logs = new Map<string, LogWriter>();
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #watchers = new Set<(subject: string, change: DocumentChange) => void>();

  constructor(vault: Vault, disk: DiskSeal) {
    this.#vault = vault;
    this.#disk = disk;
    this.reload();
  }

  /** Forgets what is remembered: a transaction failed. */
  reload(): void {
    this.#months.clear();
    this.#logs.clear();
    this.#facts.clear();
    const sealed = this.#vault.store.state(WAITING);
    this.#waiting = sealed ? (this.#disk.open(WAITING, sealed) as Waiting[]) : [];
    this.#waitingBytes = this.#waiting.reduce((sum, { document }) => sum + sizeOf(document), 0);
    const facts = this.#vault.store.state(FACTS);
    if (!facts) return;
    for (const [name, of] of this.#disk.open(FACTS, facts) as [string, [string, number][]][])
      this.#facts.set(name, new Map(of));
    for (const { subject, month, document } of this.#waiting) this.#note(this.#name(subject, month), document);
  }

  /** Forgets what the disk says of the logs as well: a restore, or another home's writing came in. */
  logsChanged(): void {
    this.#vault.store.transact(() => this.#vault.store.setState(FACTS, null));
    this.reload();
  }

  watch(listener: (subject: string, change: DocumentChange) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  // --- reading

  /** @param millis the document's date where it is known: then nothing but its month is looked at */
  byId(subject: string, collection: string, id: string, millis?: number): StoredDocument | null {
    const find = ({ documents }: Month) => documents.get(`${collection} ${id}`) ?? null;
    // An id of our own begins with the second of its document.
    const likely = millis ?? Number.parseInt(id.slice(0, 8), 16) * 1000;
    return this.#search(subject, collection, find, likely, millis === undefined);
  }

  byIdentifier(subject: string, collection: string, identifier: string, millis?: number): StoredDocument | null {
    const find = ({ documents, byIdentifier }: Month) =>
      documents.get(`${collection} ${byIdentifier.get(`${collection} ${identifier}`)}`) ?? null;
    return this.#search(subject, collection, find, millis ?? Number.NaN, millis === undefined);
  }

  byKey(subject: string, collection: string, key: string, millis: number): StoredDocument | null {
    const find = ({ documents, byKey }: Month) =>
      documents.get(`${collection} ${byKey.get(`${collection} ${key}`)}`) ?? null;
    return this.#search(subject, collection, find, millis, false);
  }

  #search(
    subject: string,
    collection: string,
    find: (month: Month) => StoredDocument | null,
    likelyMillis: number,
    everywhere: boolean,
  ): StoredDocument | null {
    const months = this.#monthsOf(subject, collection).sort((a, b) => b - a);
    const likely = Number.isFinite(likelyMillis) ? [monthOf({ isUndated: false, millis: likelyMillis })] : [];
    const first = [...likely, UNDATED_MONTH].filter((month) => months.includes(month));
    const wanted = everywhere ? [...first, ...months].slice(0, DOCUMENTS_SEARCHED_MONTHS_MAX) : first;
    for (const number of new Set(wanted)) {
      const found = find(this.#read(subject, number));
      if (found) return found;
    }
    return null;
  }

  /** Documents of a collection with from ≤ date ≤ to, deleted ones too, by date. Opens a month when it is reached. */
  *between(subject: string, collection: string, from: number, to: number, order: 'ascending' | 'descending') {
    const months = this.#monthsOf(subject, collection).sort((a, b) => (order === 'ascending' ? a - b : b - a));
    for (const number of months) {
      if (number !== UNDATED_MONTH && (endOf(number) < from || startOf(number) > to)) continue;
      const sorted = this.#sorted(subject, number, collection);
      const walk = order === 'ascending' ? sorted : sorted.toReversed();
      for (const document of walk) if (document.millis >= from && document.millis <= to) yield document;
    }
  }

  /** Documents changed after a moment, the earliest change first. */
  changedAfter(subject: string, collection: string, millis: number): StoredDocument[] {
    const changed = this.#monthsOf(subject, collection, millis).flatMap((number) =>
      this.#sorted(subject, number, collection).filter((document) => document.modifiedMillis > millis),
    );
    return changed.sort((a, b) => a.modifiedMillis - b.modifiedMillis);
  }

  /** When the collection changed last; null: it holds nothing. */
  lastChange(subject: string, collection: string): number | null {
    const changes = this.#monthsOf(subject, collection).map((number) => {
      if (!this.#facts.has(this.#name(subject, number))) this.#read(subject, number);
      return this.#facts.get(this.#name(subject, number))?.get(collection) ?? Number.NEGATIVE_INFINITY;
    });
    const last = Math.max(...changes);
    return Number.isFinite(last) ? last : null;
  }

  /** The first and last moment that documents of the collection may be about: borders of months. */
  bounds(subject: string, collection: string): { from: number; to: number } | null {
    const months = this.#monthsOf(subject, collection).filter((number) => number !== UNDATED_MONTH);
    return months.length === 0 ? null : { from: startOf(Math.min(...months)), to: endOf(Math.max(...months)) };
  }

  /** Months that the catalogue names; of a collection only those that may hold it, and changes after a moment. */
  #monthsOf(subject: string, collection?: string, changedAfter = Number.NEGATIVE_INFINITY): number[] {
    const prefix = `documents/${subject}/${this.#series(subject)}/`;
    const months = [...this.#vault.state.settings]
      .filter(([name, value]) => value === true && name.startsWith(prefix))
      .map(([name]) => Number(name.slice(prefix.length)));
    if (collection === undefined) return months;
    return months.filter((number) => {
      const facts = this.#facts.get(this.#name(subject, number));
      return facts === undefined || (facts.get(collection) ?? Number.NEGATIVE_INFINITY) > changedAfter;
    });
  }

  #name(subject: string, month: number): string {
    return `${subject}/${this.#series(subject)}/${month}`;
  }

  /** The number of erasures that this subject's documents have behind them. */
  #series(subject: string): number {
    const value = this.#vault.state.settings.get(`documents-erased/${subject}`);
    return typeof value === 'number' ? value : 0;
  }

  #sorted(subject: string, number: number, collection: string): StoredDocument[] {
    const month = this.#read(subject, number);
    let sorted = month.sorted.get(collection);
    if (!sorted) {
      sorted = [...month.documents.values()].filter((document) => document.collection === collection);
      sorted.sort((a, b) => a.millis - b.millis || (a.id < b.id ? -1 : 1));
      month.sorted.set(collection, sorted);
    }
    return sorted;
  }

  #read(subject: string, number: number): Month {
    const name = this.#name(subject, number);
    const known = this.#months.get(name);
    const month = known ?? emptyMonth();
    if (!known) {
      this.#facts.set(name, new Map());
      const waiting = this.#waiting.filter((each) => each.subject === subject && each.month === number);
      const kept = this.#log(subject, number)
        .entries()
        .flatMap(({ value }) => unpacked(value));
      for (const document of [...kept, ...waiting.map((each) => each.document)]) {
        remember(month, document);
        this.#note(name, document);
      }
    }
    this.#months.delete(name);
    this.#months.set(name, month);
    this.#evict();
    return month;
  }

  #note(name: string, { collection, modifiedMillis }: StoredDocument): void {
    const facts = this.#facts.get(name);
    facts?.set(collection, Math.max(facts.get(collection) ?? 0, modifiedMillis));
  }

  /** The month used last always stays. */
  #evict(): void {
    let bytes = 0;
    for (const { bytes: each } of this.#months.values()) bytes += each;
    for (const [name, month] of this.#months) {
      if (bytes <= DOCUMENTS_CACHED_BYTES_MAX || this.#months.size === 1) return;
      this.#months.delete(name);
      bytes -= month.bytes;
    }
  }

  // --- writing

  /**
   * Keeps documents; when this returns they are on the disk. True: a log began, whose author relays do not know yet.
   * @throws HaleError 'full' | 'retired', with none of them kept
   */
  put(subject: string, changes: readonly DocumentChange[]): boolean {
    if (changes.length === 0) return false;
    const logsBefore = this.#monthsOf(subject).length;
    const added = changes.flatMap(({ before, after }) =>
      [...leftBehind(before, after), after].map((document) => ({ subject, month: monthOf(document), document })),
    );
    this.#keep(added);
    for (const change of changes) for (const watcher of this.#watchers) watcher(subject, change);
    return this.#monthsOf(subject).length > logsBefore;
  }

  #keep(added: Waiting[]): void {
    if (this.#vault.retiredBy !== null)
      throw new HaleError('retired', 'another home has taken over; this one only reads');
    for (const { subject } of added) this.#vault.mayCollect(subject);
    try {
      this.#vault.change(() => {
        this.#nameMonths(added);
        this.#waiting.push(...added);
        this.#waitingBytes += added.reduce((sum, { document }) => sum + sizeOf(document), 0);
        if (this.#waitingBytes > DOCUMENTS_WAITING_BYTES_MAX) this.flush();
        else this.#vault.store.setState(WAITING, this.#disk.seal(WAITING, this.#waiting));
      });
    } catch (error) {
      this.reload();
      throw error;
    }
    for (const { subject, month: number, document } of added) {
      const name = this.#name(subject, number);
      const month = this.#months.get(name);
      if (month) remember(month, document);
      this.#note(name, document);
    }
  }

  #nameMonths(added: readonly Waiting[]): void {
    const names = new Set(added.map(({ subject, month }) => this.#name(subject, month)));
    const fresh = [...names].filter((name) => this.#vault.state.settings.get(`documents/${name}`) !== true);
    if (fresh.length === 0) return;
    this.#vault.record(fresh.map((name) => ({ type: 'setting', name: `documents/${name}`, value: true })));
    for (const name of fresh) this.#facts.set(name, new Map());
  }

  /** Puts what waits into the logs: from then on relays get it. */
  flush(): void {
    if (this.#waiting.length === 0 || this.#vault.retiredBy !== null) return;
    const byLog = Map.groupBy(this.#waiting, ({ subject, month }) => this.#name(subject, month));
    this.#vault.store.transact(() => {
      for (const waiting of byLog.values())
        this.#log(waiting[0].subject, waiting[0].month).append(packed(lastStates(waiting)));
      this.#vault.store.setState(WAITING, null);
      const facts = [...this.#facts].map(([name, of]) => [name, [...of]]);
      this.#vault.store.setState(FACTS, this.#disk.seal(FACTS, facts));
    });
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  // --- keys, restore, rotation, erasure

  #log(subject: string, month: number): LogWriter {
    const series = this.#series(subject);
    const name = this.#name(subject, month);
    const known = this.#logs.get(name);
    if (known) return known;
    const owner = this.#vault.state.subjects.get(subject);
    if (!owner) throw new HaleError('not-found', 'no such subject');
    const { authorSecret, stream } = documentKeys(owner.secret, series, month);
    const { store, clock, random } = this.#vault;
    const rooms = { store, clock, random, generation: () => this.#vault.logGeneration(subject) };
    const log = new LogWriter(rooms, stream, authorSecret);
    this.#logs.set(name, log);
    return log;
  }

  /** The logs that the catalogue names, of subjects that are still there. */
  logs(subject?: string): LogWriter[] {
    const subjects = [...this.#vault.state.subjects.values()].filter(
      (each) => !each.removed && (subject ?? each.id) === each.id,
    );
    return subjects.flatMap(({ id }) => this.#monthsOf(id).map((month) => this.#log(id, month)));
  }

  logOf(author: string): LogWriter | undefined {
    return this.logs().find((log) => toHex(log.stream.author) === author);
  }

  /** What no relay can have yet, for the home that takes over. */
  waiting(): Uint8Array[] {
    return this.#waiting.map((waiting) => encodeCbor(waiting));
  }

  /** What an entry of that author's log holds, as `takeOver` takes it. */
  handed(author: string, value: unknown): Uint8Array[] {
    const subject = [...this.#vault.state.subjects.keys()].find((id) =>
      this.logs(id).some((log) => toHex(log.stream.author) === author),
    );
    return unpacked(value).map((document) => encodeCbor({ subject, month: monthOf(document), document }));
  }

  /** Documents that another home of these words handed over. The newer of two states stands. */
  takeOver(handed: readonly Uint8Array[]): void {
    const all = handed.map((bytes) => decodeCbor(bytes) as Waiting);
    const news = all.filter(({ subject, document: { collection, id, millis, modifiedMillis } }) => {
      if (!this.#vault.state.subjects.has(subject)) return false;
      const known = this.byId(subject, collection, id, millis);
      return known === null || known.modifiedMillis < modifiedMillis;
    });
    if (news.length > 0) this.#keep(news);
  }

  /** Into a vault of new words. */
  copyInto(copy: Documents): void {
    for (const { id, removed } of this.#vault.state.subjects.values()) {
      if (removed) continue;
      for (const number of this.#monthsOf(id)) {
        const documents = [...this.#read(id, number).documents.values()];
        copy.put(
          id,
          documents.map((after) => ({ before: null, after })),
        );
      }
    }
    copy.flush();
  }

  /** Everything of a subject for another home, as much at once as an entry holds. @param kept a collection that stays */
  *handOut(subject: string, kept: string | null): Generator<StoredDocument[]> {
    for (const number of this.#monthsOf(subject)) {
      const documents = [...this.#read(subject, number).documents.values()];
      for (const entry of packed(documents.filter(({ collection }) => collection !== kept))) yield unpacked(entry);
    }
  }

  /** Forgets a subject's documents. Gives the logs that the caller makes vanish in the same transaction. */
  erase(subject: string): LogWriter[] {
    const logs = this.logs(subject);
    if (logs.length === 0) return [];
    const names = this.#monthsOf(subject).map((month) => `documents/${this.#name(subject, month)}`);
    this.#vault.record([
      ...names.map((name) => ({ type: 'setting' as const, name, value: false })),
      { type: 'setting', name: `documents-erased/${subject}`, value: this.#series(subject) + 1 },
    ]);
    for (const log of logs) this.#vault.store.forgetLog(log.number, null);
    const left = this.#waiting.filter((waiting) => waiting.subject !== subject);
    this.#vault.store.setState(WAITING, left.length === 0 ? null : this.#disk.seal(WAITING, left));
    this.reload();
    return logs;
  }
}

/** Keys of one month's log (specs/catalogue.md §8). */
export function documentKeys(
  subjectSecret: Uint8Array,
  series: number,
  month: number,
): { authorSecret: Uint8Array; stream: LogStream } {
  const authorSecret = validScalar(deriveKey(subjectSecret, `documents-author/${series}`, month));
  const secret = deriveKey(subjectSecret, `documents/${series}`, month);
  return { authorSecret, stream: { author: schnorrPublic(authorSecret), secret } };
}

const startOf = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12, 1);
const endOf = (month: number): number => startOf(month + 1) - 1;

const emptyMonth = (): Month => ({
  documents: new Map(),
  byIdentifier: new Map(),
  byKey: new Map(),
  sorted: new Map(),
  bytes: 0,
});

/** Bytes that a document takes in memory and on the disk, roughly: text and what stands beside it. */
const sizeOf = ({ json }: StoredDocument): number => json.length + 200;

/** A document that moves to another month leaves a mark in its old one that it is gone. */
function leftBehind(before: StoredDocument | null, after: StoredDocument): StoredDocument[] {
  return before && monthOf(before) !== monthOf(after) ? [{ ...before, isValid: false, json: '' }] : [];
}

/** Fields of a document in an entry, in this order (specs/catalogue.md §8). */
const FIELDS = [
  ...(['collection', 'id', 'identifier', 'key', 'millis', 'device', 'createdMillis', 'modifiedMillis'] as const),
  ...(['isValid', 'isUndated', 'json'] as const),
] satisfies (keyof StoredDocument)[];

/** As many documents in one entry as it holds: each entry is a tile, padded, with a key of its own. */
function packed(documents: readonly StoredDocument[]): unknown[][] {
  const entries: unknown[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    const row = FIELDS.map((field) => document[field]);
    const length = encodeCbor(row).length;
    if (bytes + length > DOCUMENTS_ENTRY_BYTES_MAX) {
      entries.push([]);
      bytes = 0;
    }
    bytes += length;
    entries[entries.length - 1].push(row);
  }
  return entries;
}

function unpacked(entry: unknown): StoredDocument[] {
  return (entry as unknown[][]).map(
    (row) => Object.fromEntries(FIELDS.map((field, i) => [field, row[i]])) as unknown as StoredDocument,
  );
}

/** A status that was corrected within the hour is one entry. */
function lastStates(waiting: readonly Waiting[]): StoredDocument[] {
  const last = new Map(waiting.map(({ document }) => [`${document.collection} ${document.id}`, document]));
  return [...last.values()];
}

function remember(month: Month, document: StoredDocument): void {
  const { collection, id, identifier, key } = document;
  const name = `${collection} ${id}`;
  const before = month.documents.get(name);
  if (before) {
    month.bytes -= sizeOf(before);
    if (before.identifier !== null) month.byIdentifier.delete(`${collection} ${before.identifier}`);
    if (before.key !== null) month.byKey.delete(`${collection} ${before.key}`);
  }
  month.sorted.delete(collection);
  // Moved to another month: nothing of it is here any more.
  if (document.json === '') {
    month.documents.delete(name);
    return;
  }
  month.documents.set(name, document);
  month.bytes += sizeOf(document);
  if (identifier !== null) month.byIdentifier.set(`${collection} ${identifier}`, id);
  if (key !== null) month.byKey.set(`${collection} ${key}`, id);
}
