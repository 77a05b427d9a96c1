// Records of a subject: FHIR resources as sealed logs, one for each category, and beside them the bytes that they came in. Logs are opened when
// somebody first asks; what is remembered then are heads, and what is shown as it lay there, deflated. specs/records.md
import { concatBytes, HaleError, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import type { ByteSource } from '../import/types.ts';
import { type LogEntry, LogOpener, type LogWriter } from '../log.ts';
import type { Vault } from '../vault.ts';
import { BlobLog, blobSource, chunksOf, cut, hashOf, type NewBlob, piecesOf } from './blobs.ts';
import type { RecordTools } from './format.ts';
import { blobsOf, type HandedRecords, runsOf } from './handing.ts';
import { Ledger } from './ledger.ts';
import { BLOB_CHUNK_BYTES, RECORD_BYTES_MAX, RECORDS_OPEN_BYTES_MAX } from './limits.ts';
import { authorOf, categoryNumber, RecordLogs, SOURCES_LOG } from './logs.ts';
import type {
  BlobPlace,
  BlobRef,
  Category,
  KnownPerson,
  RecordEntry,
  RecordHead,
  RecordVersion,
  Resource,
  SourceEntry,
} from './model.ts';
import { type Place, type Room, Shelf, type Shelved, type ShelvedVersion } from './shelf.ts';
import { type LedgerEntry, packVersion, unpackEntry, type VersionEntry } from './wire.ts';

/** A version to be written, into the log of its category. */
export interface RecordWrite {
  category: Category;
  version: Omit<VersionEntry, 'parts' | 'json' | 'sizeBytes'>;
  /** Null: the resource did not change. */
  resource: Resource | null;
}

type Tools = Pick<RecordTools, 'deflate' | 'inflate' | 'hasher'>;

/** Told of a subject whose records changed, and of those that did; null: all of them may have. */
export type RecordsListener = (subject: string, ids: readonly string[] | null) => void;

export class Records {
  readonly #vault: Vault;
  readonly #tools: Tools;
  readonly #logs: RecordLogs;
  readonly #shelves = new Map<string, Shelf>();
  readonly #openBytesMax: number;
  #room: Room;
  readonly #ledgers = new Map<string, Ledger>();
  #authors: Map<string, LogWriter> | null = null;
  readonly #watchers = new Set<RecordsListener>();
  #askedMicros = 0;

  /** @param openBytesMax of records that stay open, deflated, while somebody asks */
  constructor(vault: Vault, tools: Tools, openBytesMax = RECORDS_OPEN_BYTES_MAX) {
    this.#vault = vault;
    this.#tools = tools;
    this.#openBytesMax = openBytesMax;
    this.#room = { bytes: openBytesMax };
    this.#logs = new RecordLogs(vault);
  }

  /** Forgets what is remembered: a transaction failed, a restore or another home's writing came in. */
  reload(): void {
    this.#clearShelves();
    this.#ledgers.clear();
    this.#authors = null;
    this.#logs.forget();
    for (const watcher of this.#watchers) for (const subject of this.#logs.subjects()) watcher(subject, null);
  }

  /** Lets go of what nobody has asked for since a moment. */
  forgetIdle(sinceMicros: number): void {
    if (this.#askedMicros < sinceMicros) this.#clearShelves();
  }

  #clearShelves(): void {
    this.#shelves.clear();
    this.#room = { bytes: this.#openBytesMax };
  }

  watch(listener: RecordsListener): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  // --- reading

  #shelf(subject: string): Shelf {
    this.#askedMicros = this.#vault.clock.nowMicros();
    const known = this.#shelves.get(subject);
    if (known) return known;
    const shelf = new Shelf(this.#room);
    shelf.fold(this.#openedLogs(subject));
    this.#shelves.set(subject, shelf);
    return shelf;
  }

  /** One after the other: nobody shall hold them all. */
  *#openedLogs(subject: string): Generator<{ log: number; entries: LogEntry[] }> {
    for (const log of this.#logs.named(subject))
      if (log !== SOURCES_LOG) yield { log, entries: this.#logs.category(subject, log).entries() };
  }

  #ledger(subject: string): Ledger {
    const known = this.#ledgers.get(subject);
    if (known) return known;
    const isNamed = this.#logs.named(subject).includes(SOURCES_LOG);
    const ledger = new Ledger(isNamed ? this.#logs.category(subject, SOURCES_LOG).entries() : []);
    this.#ledgers.set(subject, ledger);
    return ledger;
  }

  /** Does the subject have any? Asks nothing but the catalogue. */
  hasAny(subject: string): boolean {
    return this.#shelves.has(subject) || this.#logs.named(subject).length > 0;
  }

  /** Heads of all records, in no order. */
  *heads(subject: string): Generator<RecordHead> {
    if (this.hasAny(subject)) for (const { head } of this.#shelf(subject).records.values()) yield head;
  }

  /** Entries whose record or whose other parts are not here. */
  torn(subject: string): number {
    return this.hasAny(subject) ? this.#shelf(subject).torn : 0;
  }

  count(subject: string): number {
    return this.hasAny(subject) ? this.#shelf(subject).records.size : 0;
  }

  head(subject: string, id: string): RecordHead | null {
    return this.#shelf(subject).records.get(id)?.head ?? null;
  }

  /** Records that have a name of identity.ts. */
  byKey(subject: string, key: string): Shelved[] {
    return this.hasAny(subject) ? this.#shelf(subject).byKey(key) : [];
  }

  /** @throws HaleError 'not-found' */
  read(subject: string, id: string): RecordEntry {
    const { head, shown } = this.shelved(subject, id);
    return { ...head, resource: this.#resource(id, shown, this.#opener(subject, shown)) };
  }

  /** Every version, oldest first. @throws HaleError 'not-found' */
  versions(subject: string, id: string): RecordVersion[] {
    const shelved = this.shelved(subject, id);
    return shelved.versions.map((version) => ({
      revision: version.revision,
      at: version.made,
      from: version.from,
      isBeside: version.isBeside,
      resource: this.#resource(id, version, this.#opener(subject, version)),
    }));
  }

  /** Amendments of a record, oldest first. */
  overlays(subject: string, id: string): RecordHead[] {
    const ids = [...(this.#shelf(subject).overlays.get(id) ?? [])];
    const heads = ids.flatMap((each) => this.head(subject, each) ?? []);
    return heads.sort((a, b) => a.addedAt - b.addedAt);
  }

  /** What is remembered of a record. @throws HaleError 'not-found' */
  shelved(subject: string, id: string): Shelved {
    const found = this.hasAny(subject) ? this.#shelf(subject).records.get(id) : undefined;
    if (!found) throw new HaleError('not-found', 'no such record; `hale records` shows them');
    return found;
  }

  #opener(subject: string, { place }: ShelvedVersion): LogOpener {
    return new LogOpener(this.#vault.store, this.#logs.category(subject, place.log));
  }

  #resource(id: string, { place, parts, sizeBytes, packed }: ShelvedVersion, opener: LogOpener): Resource {
    const pieces = packed ? [packed] : Array.from({ length: parts }, (_, part) => pieceOf(opener, place, id, part));
    return parsed(this.#tools.inflate(pieces.length === 1 ? pieces[0] : concatBytes(...pieces), sizeBytes));
  }

  /** Every shown record with its resource, in the order of the logs: for whoever makes an index. Opens nothing twice. */
  *all(subject: string, isWanted: (head: RecordHead) => boolean = () => true): Generator<RecordEntry> {
    const shelf = this.#shelf(subject);
    const openers = new Map<number, LogOpener>();
    for (const shelved of shelf.inOrder(isWanted)) {
      const { head, shown } = shelved;
      // They may be let go of while somebody goes through them, or erased.
      if (this.#shelves.get(subject) !== shelf && this.#logs.named(subject).length === 0) return;
      const opener = openers.get(shown.place.log) ?? this.#opener(subject, shown);
      openers.set(shown.place.log, opener);
      yield { ...head, resource: this.#resource(head.id, shown, opener) };
    }
  }

  sources(subject: string): SourceEntry[] {
    return [...this.#ledger(subject).sources.values()];
  }

  source(subject: string, id: string): SourceEntry | undefined {
    return this.#ledger(subject).sources.get(id);
  }

  /** The import of exactly these bytes. */
  sourceOf(subject: string, sha256: string): SourceEntry | undefined {
    return this.#ledger(subject).sourceOf(sha256);
  }

  person(subject: string): KnownPerson {
    return this.#ledger(subject).person;
  }

  blobs(subject: string): BlobRef[] {
    return [...this.#ledger(subject).blobs.values()];
  }

  /** Bytes of a blob as they were. @throws HaleError 'not-found' */
  blob(subject: string, n: number): { blob: BlobRef; source: ByteSource } {
    const blob = this.#ledger(subject).blobs.get(n);
    if (!blob) throw new HaleError('not-found', 'no such file beside the records');
    return { blob, source: blobSource(this.#blobLog(subject, n), blob) };
  }

  /** A part of a blob, in memory. @throws HaleError 'not-found' */
  blobPart(subject: string, { n, offset, length }: BlobPlace): Uint8Array {
    const blob = this.#ledger(subject).blobs.get(n);
    if (!blob || offset + length > blob.sizeBytes) throw new HaleError('not-found', 'no such part of a file');
    const log = this.#blobLog(subject, n);
    const first = Math.floor(offset / BLOB_CHUNK_BYTES);
    const count = Math.ceil((offset + length) / BLOB_CHUNK_BYTES) - first;
    const whole = concatBytes(...Array.from({ length: count }, (_, i) => log.chunk(first + i)));
    const begin = offset - first * BLOB_CHUNK_BYTES;
    return whole.subarray(begin, begin + length);
  }

  #blobLog(subject: string, n: number): BlobLog {
    return new BlobLog(this.#vault, this.#logs.blob(subject, n), this.#tools);
  }

  // --- writing

  /**
   * Writes versions and entries of the ledger, in one transaction. True: a log began, whose author relays do not know yet.
   * @throws HaleError 'full' | 'retired' | 'too-large', with nothing of it kept
   */
  append(subject: string, writes: readonly RecordWrite[], ledger: readonly LedgerEntry[] = []): boolean {
    this.#mayWrite();
    this.#vault.mayCollect(subject);
    const packed = writes.map(({ category, version, resource }) => ({
      log: categoryNumber(category),
      version: this.#packed(version, resource),
    }));
    const shelf = this.#shelf(subject);
    const book = this.#ledger(subject);
    return this.#vault.change(() => {
      const numbers = [...packed.map(({ log }) => log), ...(ledger.length > 0 ? [SOURCES_LOG] : [])];
      const isNew = this.#logs.name(subject, numbers);
      for (const [log, of] of Map.groupBy(packed, (each) => each.log)) {
        const versions = of.map(({ version }) => version);
        this.#write(subject, log, versions, shelf);
      }
      if (ledger.length > 0) this.#logs.category(subject, SOURCES_LOG).append([...ledger]);
      for (const entry of ledger) book.put(entry);
      if (isNew) this.#authors = null;
      const ids = [...new Set(writes.map(({ version }) => version.id))];
      for (const watcher of this.#watchers) watcher(subject, ids);
      return isNew;
    });
  }

  #packed(version: RecordWrite['version'], resource: Resource | null): Omit<VersionEntry, 'parts'> {
    if (resource === null) return { ...version, sizeBytes: 0, json: null };
    const bytes = utf8Encode(JSON.stringify(resource));
    if (bytes.length > RECORD_BYTES_MAX)
      throw new HaleError('too-large', 'a resource is larger than a record may be', { max: RECORD_BYTES_MAX });
    return { ...version, sizeBytes: bytes.length, json: this.#tools.deflate(bytes) };
  }

  #write(subject: string, number: number, versions: readonly Omit<VersionEntry, 'parts'>[], shelf: Shelf): void {
    const log = this.#logs.category(subject, number);
    let seq = this.#vault.store.nextLogSeq(log.number);
    const generation = this.#vault.logGeneration(subject);
    const entries = versions.map((version) => packVersion(version));
    log.append(entries.flat());
    versions.forEach((version, i) => {
      shelf.put({ ...version, parts: entries[i].length }, { log: number, seq, generation });
      seq += entries[i].length;
    });
  }

  #mayWrite(): void {
    if (this.#vault.retiredBy !== null)
      throw new HaleError('retired', 'another home has taken over; this one only reads');
  }

  /** 16 hex characters that no record has. */
  newId(): string {
    return toHex(this.#vault.random.bytes(8));
  }

  /** SHA-256 of a source, hex. */
  hash(source: ByteSource, turn: () => Promise<void>): Promise<string> {
    return hashOf(source, this.#tools, turn);
  }

  /**
   * Keeps bytes beside the records, once for each content. Broken off, it goes on with what is missing when the same bytes come again.
   * @param sha256 of the source, as `hash` gave it
   * @param told how many bytes are kept, after each commit; what it gives is awaited
   * @throws HaleError 'full' | 'retired' | 'too-large' | 'malformed' where the file changes meanwhile
   */
  async keepBlob(
    subject: string,
    { source, name, mediaType }: NewBlob,
    sha256: string,
    told: (doneBytes: number) => Promise<void>,
  ): Promise<BlobRef> {
    this.#mayWrite();
    const blob =
      this.#begunBlob(subject, sha256) ??
      this.#beginBlob(subject, { sha256, name, mediaType, sizeBytes: source.sizeBytes });
    const log = this.#blobLog(subject, blob.n);
    const first = log.length;
    const hasher = this.#tools.hasher();
    let number = first;
    for await (const bytes of piecesOf(source, first)) {
      hasher.update(bytes);
      const chunks = cut(bytes);
      this.#vault.change(() => log.append(number, chunks));
      number += chunks.length;
      await told(Math.min(source.sizeBytes, number * (chunks[0]?.length ?? 0)));
    }
    const isChanged = first === 0 && toHex(hasher.digest()) !== sha256;
    if (isChanged) throw new HaleError('malformed', 'the file changed while it was read; import it again');
    return blob;
  }

  /** A blob of this content that is whole or can go on. */
  #begunBlob(subject: string, sha256: string): BlobRef | null {
    const blob = this.#ledger(subject).blobOf(sha256);
    if (!blob) return null;
    const log = this.#logs.blob(subject, blob.n);
    const hasNoHole = this.#blobLog(subject, blob.n).length === this.#vault.store.nextLogSeq(log.number);
    return hasNoHole ? blob : null;
  }

  #beginBlob(subject: string, told: Omit<BlobRef, 'n' | 'chunks'>): BlobRef {
    const { blobs } = this.#ledger(subject);
    let n = 0;
    do {
      const [a, b, c, d] = this.#vault.random.bytes(4);
      n = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    } while (n === 0 || blobs.has(n));
    const blob = { n, chunks: chunksOf(told.sizeBytes), ...told };
    this.append(subject, [], [{ type: 'blob', blob }]);
    this.#authors = null;
    return blob;
  }

  /** Is every chunk here? */
  isWhole(subject: string, { n, chunks }: BlobRef): boolean {
    return this.#blobLog(subject, n).length >= chunks;
  }

  /** Blobs of which something is not here. */
  lacking(subject: string): BlobRef[] {
    return this.hasAny(subject) ? this.blobs(subject).filter((blob) => !this.isWhole(subject, blob)) : [];
  }

  // --- keys, restore, rotation, erasure

  /** The logs that the catalogue names, of subjects that are still there. */
  logs(subject?: string): LogWriter[] {
    const subjects = this.#logs.subjects().filter((id) => (subject ?? id) === id);
    return subjects.flatMap((id) => this.#logs.named(id).map((number) => this.#logs.category(id, number)));
  }

  /** The logs of blobs, which the logs of sources name. */
  blobLogs(subject?: string): LogWriter[] {
    const subjects = this.#logs.subjects().filter((id) => (subject ?? id) === id && this.hasAny(id));
    return subjects.flatMap((id) => this.blobs(id).map(({ n }) => this.#logs.blob(id, n)));
  }

  blobLog(subject: string, n: number): LogWriter {
    return this.#logs.blob(subject, n);
  }

  logOf(author: string): LogWriter | undefined {
    this.#authors ??= new Map([...this.logs(), ...this.blobLogs()].map((log) => [authorOf(log), log]));
    return this.#authors.get(author);
  }

  /** Into a vault of new words, blob by blob and record by record; sealed anew. */
  *copyInto(copy: Records): Generator<void> {
    for (const subject of this.#logs.subjects()) {
      if (!this.hasAny(subject)) continue;
      for (const blob of this.blobs(subject)) yield* this.#copyBlob(subject, blob, copy);
      const { sources, person } = this.#ledger(subject);
      const told: LedgerEntry[] = [...sources.values()].map((source) => ({ type: 'source', source }));
      copy.append(subject, [], [...told, { type: 'person', person }]);
      for (const number of this.#logs.named(subject)) {
        if (number === SOURCES_LOG) continue;
        copy.#takeEntries(
          subject,
          number,
          this.#logs
            .category(subject, number)
            .entries()
            .map(({ value }) => value),
        );
        yield;
      }
    }
    copy.reload();
  }

  *#copyBlob(subject: string, blob: BlobRef, copy: Records): Generator<void> {
    copy.append(subject, [], [{ type: 'blob', blob }]);
    const from = this.#blobLog(subject, blob.n);
    const into = copy.#blobLog(subject, blob.n);
    const length = from.length;
    for (let at = 0; at < length; at += COPIED_CHUNKS) {
      const count = Math.min(COPIED_CHUNKS, length - at);
      copy.#vault.change(() =>
        into.append(
          at,
          Array.from({ length: count }, (_, i) => from.chunk(at + i)),
        ),
      );
      yield;
    }
  }

  /**
   * Everything of a subject for another home, in runs that are taken whole. A record that stays takes with it what was written about it, and the
   * files that it came in: it stands in them.
   */
  *handOut(subject: string, withheld: ReadonlySet<string>): Generator<HandedRecords[]> {
    if (!this.hasAny(subject)) return;
    const { stays, blobs: kept } = this.#withheld(subject, withheld);
    const { sources, person } = this.#ledger(subject);
    for (const blob of this.blobs(subject)) {
      if (kept.has(blob.n)) continue;
      yield [{ what: 'ledger', entry: { type: 'blob', blob } }];
      const log = this.#blobLog(subject, blob.n);
      const { length } = log;
      for (let at = 0; at < length; at++) yield [{ what: 'chunk', n: blob.n, at, bytes: log.chunk(at) }];
    }
    for (const source of sources.values()) yield [{ what: 'ledger', entry: { type: 'source', source } }];
    yield [{ what: 'ledger', entry: { type: 'person', person } }];
    for (const number of this.#logs.named(subject)) {
      if (number === SOURCES_LOG) continue;
      const values = this.#logs.category(subject, number).entries();
      for (const run of runsOf(
        values.map(({ value }) => value),
        (id) => stays.has(id),
      ))
        yield [{ what: 'entries', log: number, values: run }];
    }
  }

  #withheld(subject: string, ids: ReadonlySet<string>): { stays: Set<string>; blobs: Set<number> } {
    const stays = new Set(ids);
    const sources = new Set<string>();
    for (const id of ids) {
      for (const { source } of this.shelved(subject, id).head.sources) sources.add(source);
      for (const overlay of this.overlays(subject, id)) stays.add(overlay.id);
    }
    return { stays, blobs: blobsOf(this.sources(subject), sources) };
  }

  /** Takes up what another home handed out, in the caller's transaction. */
  handIn(subject: string, handed: HandedRecords): void {
    if (handed.what === 'ledger') this.append(subject, [], [handed.entry]);
    else if (handed.what === 'chunk') this.#blobLog(subject, handed.n).append(handed.at, [handed.bytes]);
    else this.#takeEntries(subject, handed.log, handed.values);
  }

  #takeEntries(subject: string, number: number, values: unknown[]): void {
    this.#vault.change(() => {
      this.#logs.name(subject, [number]);
      this.#logs.category(subject, number).append(values);
    });
  }

  /** Forgets a subject's records. Gives the logs that the caller makes vanish in the same transaction. */
  erase(subject: string): LogWriter[] {
    if (!this.hasAny(subject)) return [];
    const logs = [...this.logs(subject), ...this.blobLogs(subject)];
    this.#logs.unname(subject);
    for (const log of logs) this.#vault.store.forgetLog(log.number, null);
    this.reload();
    return logs;
  }
}

/** Chunks copied in one commit. */
const COPIED_CHUNKS = 100;

/** @throws HaleError 'corrupt' */
function pieceOf(opener: LogOpener, { seq, generation }: Place, id: string, part: number): Uint8Array {
  for (const value of opener.entries({ seq: seq + part, generation })) {
    const told = unpackEntry(value);
    const found = 'part' in told ? told.part : told.version;
    if (found.id === id && found.json !== null) return found.json;
  }
  throw new HaleError('corrupt', 'a record’s entry is not where it was');
}

const parsed = (bytes: Uint8Array): Resource => JSON.parse(utf8Decode(bytes)) as Resource;
