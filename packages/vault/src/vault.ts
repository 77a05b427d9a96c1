// The vault: one person's (and her wards') streams on one machine. It holds the keys while unlocked and ties together the rooms
// of this package; every change is one transaction of the store.
import { type SignalDescription, withoutDirectionMarks } from '@hale/consent';
import {
  decodeBatch,
  decodeCbor,
  encodeCbor,
  equalBytes,
  gridFor,
  HaleError,
  type Level,
  schnorrPublic,
  slotRange,
  slotStart,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { decodeSamples, openTile } from '@hale/kernel/open';
import type { MasterKeys, sealTile } from '@hale/kernel/seal';
import {
  type AboutEntry,
  type Assurance,
  asEntry,
  type CatalogueEntry,
  type CatalogueState,
  emptyCatalogue,
  epochOf,
  foldEntry,
  type StreamEntry,
  type SubjectEntry,
  streamId,
} from './catalogue.ts';
import { firstOfLane, laneGeneration, laneOf } from './custody/household.ts';
import {
  applyPlan,
  closeSlot,
  dropPlan,
  emptyPlan,
  type IngestPlan,
  type IngestResult,
  type IngestRooms,
  planBatch,
} from './ingest.ts';
import {
  NAME_CHARACTERS_MAX,
  OPEN_SLOTS_PER_STEP,
  PUBLISH_STEP_TILES,
  SLOT_GRACE_SECONDS,
  STREAMS_PER_SUBJECT_MAX,
} from './limits.ts';
import { LogWriter } from './log.ts';
import { noteEntry, notesOf } from './notes.ts';
import type { Clock, Random, TileRow, VaultStore } from './ports.ts';
import { loosenWasteful, type PublishRooms, publishLoose } from './publish.ts';
import { flushSummaries } from './pyramid.ts';
import type { Samples } from './samples.ts';
import { SlotCache } from './slots.ts';
import { LEVELS, levelNumber, OpenStream } from './streams.ts';
import { TileBox } from './tiles.ts';

export interface VaultPorts {
  store: VaultStore;
  clock: Clock;
  random: Random;
  /** Only for tests that show their own teeth: how tiles are sealed when not by the kernel. */
  seal?: typeof sealTile;
}

/** What someone must say to make a stream. Histogram edges are in stored integers. */
export interface NewStream extends Omit<SignalDescription, 'nominalPeriodMicros'> {
  subject: string;
  key: string;
  /** 0 for signals without a rhythm (weight, blood pressure). */
  nominalPeriodSeconds: number;
  dayOffsetMinutes: number;
  device: string | null;
  source: string;
  assurance?: Assurance;
}

/** Seconds that a signal without a rhythm counts as: it gets 32-day slots and no summaries. */
const NO_RHYTHM_SECONDS = 86_400;

/** Name under which the store keeps which pen is this home's own. */
const PEN = 'pen';

/** The setting under which a subject takes nothing in: specs/custody.md §4. */
export const restingName = (subject: string): string => `resting/${subject}`;

/** Asked before loose tiles are signed: grants put in the tokens that open them. */
export type BeforePublishing = (stream: OpenStream, rows: TileRow[]) => void;

export class Vault {
  readonly store: VaultStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: MasterKeys;
  readonly catalogueLog: LogWriter;
  readonly state: CatalogueState = emptyCatalogue();
  readonly rooms: IngestRooms;
  /** Set when another home has taken the pen: the generation it writes. */
  retiredBy: number | null = null;
  beforePublishing: BeforePublishing = () => {};
  /** Asked before anything is sealed: grants that have run out are ended first (specs/grant.md §8). */
  beforeSealing: () => void = () => {};
  /** After a change failed and the catalogue was read again: for rooms that remember more than the vault itself. */
  afterFailure: () => void = () => {};
  /** Told of what was written to the catalogue, in the same transaction. */
  afterRecording: (entries: readonly CatalogueEntry[]) => void = () => {};
  /** Told of streams into which tiles of another home came. */
  afterAbsorbing: (streams: readonly OpenStream[]) => void = () => {};
  #changing = 0;
  readonly #streams = new Map<string, OpenStream>();
  readonly #byNumber = new Map<number, OpenStream>();
  /** Slots whose samples do not fit one tile: their parts stay, and closing them is not tried over and over. */
  readonly #tooFull = new Set<string>();

  constructor(ports: VaultPorts, keys: MasterKeys) {
    this.store = ports.store;
    this.clock = ports.clock;
    this.random = ports.random;
    this.keys = keys;
    const generation = () => this.state.generation;
    const author = schnorrPublic(keys.catalogueAuthor);
    this.catalogueLog = new LogWriter(
      { ...ports, generation },
      { author, secret: keys.catalogueSecret },
      keys.catalogueAuthor,
    );
    const box = new TileBox(ports.store, ports.random, ports.seal);
    this.rooms = {
      store: ports.store,
      box,
      slots: new SlotCache(ports.store, box, generation),
      clock: ports.clock,
      generation,
    };
    this.reload();
  }

  /** Reads the catalogue from the store again (after a restore, or when another home's entries came in). */
  reload(): void {
    Object.assign(this.state, emptyCatalogue());
    for (const { value } of this.catalogueLog.entries()) foldEntry(this.state, asEntry(value));
    const own = this.#ownPen();
    if (own && own.home !== this.state.penHolder) this.retiredBy = this.state.generation;
    this.#streams.clear();
    this.#byNumber.clear();
    this.rooms.slots.clear();
    for (const entry of this.state.streams.values()) this.#open(entry);
  }

  /**
   * One transaction over disk and memory: where it fails (a full disk), what this process remembers is read from the disk again, so
   * that it never believes in a grant, an epoch or a token that was not stored.
   */
  change<Result>(work: () => Result): Result {
    this.#changing++;
    try {
      return this.store.transact(work);
    } catch (error) {
      if (this.#changing === 1) {
        this.reload();
        this.afterFailure();
      }
      throw error;
    } finally {
      this.#changing--;
    }
  }

  #open(entry: StreamEntry): void {
    const subject = this.state.subjects.get(entry.subject);
    if (!subject || entry.removed) return;
    // Another custodian's home counts its own generations.
    const generation = laneOf(entry.n) === (subject.lane ?? 0) ? this.state.generation : 0;
    const stream = new OpenStream(entry, subject.secret, epochOf(this.state, streamId(entry), generation), (author) =>
      this.store.streamNumber(author),
    );
    this.#streams.set(stream.id, stream);
    this.#byNumber.set(stream.number, stream);
  }

  /** Writes entries to the catalogue and folds them. */
  record(entries: CatalogueEntry[]): VerifiedEvent[] {
    this.#mayWrite();
    const events = this.catalogueLog.append(entries);
    for (const entry of entries) foldEntry(this.state, entry);
    this.afterRecording(entries);
    return events;
  }

  #mayWrite(): void {
    if (this.retiredBy !== null)
      throw new HaleError(
        'retired',
        `another home has taken over (generation ${this.retiredBy}); this one only reads. Point devices and commands at the new home.`,
      );
  }

  /** @throws HaleError 'unavailable' while the subject is being handed over: what came now would be in neither home's copy */
  mayCollect(subject: string): void {
    if (this.state.settings.get(restingName(subject)) === true)
      throw new HaleError(
        'unavailable',
        'this one is being handed over: until that is done or taken back, nothing new is kept',
      );
  }

  /** This home writes from now on; whoever holds a lower generation only reads (DESIGN §3, one pen). */
  takePen(generation: number): void {
    const entry = {
      type: 'generation' as const,
      generation,
      at: this.clock.nowMicros(),
      home: toHex(this.random.bytes(8)),
    };
    this.change(() => {
      foldEntry(this.state, entry);
      this.catalogueLog.append([entry]);
      this.store.setState(PEN, encodeCbor({ generation, home: entry.home }));
    });
    for (const stream of this.#streams.values())
      if (!this.isForeign(stream)) stream.epoch = epochOf(this.state, stream.id);
  }

  /** The generation in which this home took the pen; null for one that never did. */
  get ownGeneration(): number | null {
    return this.#ownPen()?.generation ?? null;
  }

  #ownPen(): { generation: number; home: string } | null {
    const stored = this.store.state(PEN);
    return stored ? (decodeCbor(stored) as { generation: number; home: string }) : null;
  }

  // --- subjects and streams

  addSubject(name: string, about: AboutEntry = {}): SubjectEntry {
    const entry: SubjectEntry = {
      type: 'subject',
      id: toHex(this.random.bytes(4)),
      name: this.#freeSubjectName(name),
      secret: this.random.bytes(32),
      removed: false,
      ...about,
    };
    this.record([entry]);
    return entry;
  }

  /** Somebody whom another custodian keeps too. @throws HaleError 'conflict' for a name that is taken */
  takeSubject(entry: SubjectEntry): void {
    this.record([{ ...entry, name: this.#freeSubjectName(entry.name) }]);
  }

  /** Another name, or more said about it. @throws HaleError 'not-found' · 'usage' · 'conflict' */
  changeSubject(subject: string, name: string | undefined, about: AboutEntry): SubjectEntry {
    const known = this.subject(subject);
    const entry = { ...known, ...about, name: name === undefined ? known.name : this.#freeSubjectName(name, known.id) };
    this.record([entry]);
    return entry;
  }

  #freeSubjectName(name: string, own = ''): string {
    const clean = checkName(name, 'subject');
    for (const known of this.state.subjects.values())
      if (!known.removed && known.id !== own && known.name.toLowerCase() === clean.toLowerCase())
        throw new HaleError('conflict', 'a subject of this name exists already');
    return clean;
  }

  /** The subject of a name or id; the first one made where none is given. */
  subject(name?: string): SubjectEntry {
    const all = [...this.state.subjects.values()].filter((subject) => !subject.removed);
    const found =
      name === undefined
        ? all[0]
        : all.find((subject) => subject.id === name || subject.name.toLowerCase() === name.toLowerCase());
    if (!found) throw new HaleError('not-found', 'no such subject; `hale subject list` shows them');
    return found;
  }

  /** The lane in which this home writes for a subject (specs/custody.md §5). */
  laneOf(subject: string): number {
    return this.state.subjects.get(subject)?.lane ?? 0;
  }

  /** Written by another custodian's home: read here, never sealed. */
  isForeign({ entry: { subject, n } }: OpenStream): boolean {
    return laneOf(n) !== this.laneOf(subject);
  }

  /** What stands before the numbers of entries in the logs of records and documents, so that two homes' entries keep apart. */
  logGeneration(subject: string): number {
    return laneGeneration(this.laneOf(subject), this.state.generation);
  }

  /** A series that another custodian's home describes. */
  takeStream(entry: StreamEntry): void {
    this.record([entry]);
    this.#open(entry);
  }

  addStream(wanted: NewStream): OpenStream {
    const taken = [...this.state.streams.values()].filter((entry) => entry.subject === wanted.subject);
    if (taken.some((entry) => entry.key === wanted.key && !entry.removed))
      throw new HaleError('conflict', 'a stream of this name exists already');
    if (taken.length >= STREAMS_PER_SUBJECT_MAX)
      throw new HaleError('too-large', 'this subject has as many streams as a vault keeps', {
        limit: STREAMS_PER_SUBJECT_MAX,
      });
    const grid = gridFor(
      wanted.nominalPeriodSeconds > 0 ? wanted.nominalPeriodSeconds : NO_RHYTHM_SECONDS,
      wanted.dayOffsetMinutes,
    );
    const { nominalPeriodSeconds, dayOffsetMinutes, ...rest } = wanted;
    const entry: StreamEntry = {
      ...rest,
      type: 'stream',
      n: taken
        .filter(({ n }) => laneOf(n) === this.laneOf(wanted.subject))
        .reduce((next, { n }) => Math.max(next, n + 1), firstOfLane(this.laneOf(wanted.subject))),
      grid: { rawSlotSeconds: grid.rawSlotSeconds, dayOffsetMinutes: grid.dayOffsetMinutes, levels: [...grid.levels] },
      nominalPeriodMicros: Math.round(nominalPeriodSeconds * 1e6),
      removed: false,
    };
    this.record([entry]);
    this.#open(entry);
    return this.stream(wanted.subject, wanted.key);
  }

  streams(subject?: string): OpenStream[] {
    return [...this.#streams.values()].filter((stream) => subject === undefined || stream.entry.subject === subject);
  }

  stream(subject: string, key: string): OpenStream {
    const found = this.findStream(subject, key);
    if (!found) throw new HaleError('not-found', 'no such stream; `hale streams` shows them');
    return found;
  }

  findStream(subject: string, key: string): OpenStream | undefined {
    for (const stream of this.#streams.values())
      if (stream.entry.subject === subject && stream.entry.key === key) return stream;
    return undefined;
  }

  streamByNumber(number: number): OpenStream | undefined {
    return this.#byNumber.get(number);
  }

  // --- samples

  /**
   * Takes in batches of samples, of one or several streams, in one transaction: when this returns they are on disk. A batch that yields
   * only fills: where the stream has a sample of that instant, it stays and the new one counts as duplicate.
   * @param beside writes to the store what must be there exactly when the samples are
   * @throws HaleError 'full' (nothing kept), 'retired', 'out-of-range'
   */
  ingest(
    batches: { stream: OpenStream; samples: Samples; yields?: boolean }[],
    beside: () => void = () => {},
  ): IngestResult[] {
    this.#mayWrite();
    this.beforeSealing();
    const plan = emptyPlan();
    const results: IngestResult[] = [];
    try {
      for (const { stream: given, samples, yields } of batches) {
        const before = { ...plan.result };
        // Whoever waited may hold the stream as it was before its epoch advanced.
        const stream = this.#byNumber.get(given.number);
        if (!stream) throw new HaleError('not-found', 'this stream was erased');
        this.mayCollect(stream.entry.subject);
        if (this.isForeign(stream))
          throw new HaleError('not-permitted', 'another custodian’s home writes this series; give yours another name');
        planBatch(this.rooms, plan, stream, samples, yields);
        results.push(difference(plan.result, before));
      }
      this.store.transact(() => {
        applyPlan(this.store, plan);
        beside();
      });
    } catch (error) {
      dropPlan(this.rooms.slots, plan);
      throw error;
    }
    return results;
  }

  /** Turns the parts of slots whose time is over into one tile each. */
  closeDueSlots(all = false): number {
    this.beforeSealing();
    const now = this.clock.nowMicros();
    const plan: IngestPlan = emptyPlan();
    for (const { stream: number, slot } of this.store.openSlots(OPEN_SLOTS_PER_STEP + this.#tooFull.size)) {
      if (this.#tooFull.has(`${number}/${slot}`)) continue;
      const stream = this.#byNumber.get(number);
      if (
        !stream ||
        this.isForeign(stream) ||
        (!all && slotStart(stream.grid, 'raw', slot + 1) + SLOT_GRACE_SECONDS * 1e6 > now)
      )
        continue;
      const before = this.rooms.slots.read(stream, slot);
      const closed = closeSlot(this.rooms, stream, slot, before, before.samples);
      if (closed) plan.slots.push(closed);
      else this.#tooFull.add(`${number}/${slot}`);
    }
    try {
      this.store.transact(() => applyPlan(this.store, plan));
    } catch (error) {
      dropPlan(this.rooms.slots, plan);
      throw error;
    }
    return plan.slots.length;
  }

  get publishRooms(): PublishRooms {
    return {
      ...this.rooms,
      random: this.random,
      streamByNumber: (number) => {
        const stream = this.#byNumber.get(number);
        return stream && !this.isForeign(stream) ? stream : undefined;
      },
      beforePublishing: (stream, rows) => this.beforePublishing(stream, rows),
    };
  }

  /** Writes summaries that are due; `everything` also those of slots still filling (an import ended, somebody reads them). */
  flush(everything: (stream: OpenStream, level: Level, slot: number) => boolean = () => false): number {
    let written = 0;
    for (const step of this.flushing(everything)) written += step;
    return written;
  }

  /** `flush` in steps, between which others may have their turn. */
  *flushing(everything: (stream: OpenStream, level: Level, slot: number) => boolean): Generator<number> {
    this.beforeSealing();
    const own = () => [...this.#streams.values()].filter((stream) => !this.isForeign(stream));
    yield* flushSummaries(this.rooms, own, everything);
  }

  /** Signs what may go out now into batches and queues them. */
  publish(
    wanted: (stream: OpenStream, row: TileRow) => boolean,
    stream?: OpenStream,
    tilesMax?: number,
  ): VerifiedEvent[] {
    this.#mayWrite();
    this.beforeSealing();
    return this.change(() => publishLoose(this.publishRooms, wanted, stream?.number ?? null, tilesMax));
  }

  /**
   * Publishes summaries and slots that are over, a step at a time. Slots that still fill wait for `publishAll`: each time they went out they
   * would cost an event.
   */
  *publishClosed(): Generator<VerifiedEvent[]> {
    const now = this.clock.nowMicros();
    const isOver = (stream: OpenStream, row: TileRow) =>
      row.level > 0 || (row.part === 0 && slotStart(stream.grid, 'raw', row.slot + 1) <= now);
    for (const stream of this.#streams.values()) yield* this.#publishSteps(isOver, stream);
  }

  /** Publishes everything sealed, in steps; also rewrites batches that are mostly stale. */
  publishAll(): VerifiedEvent[] {
    return [...this.publishing()].flat();
  }

  /** `publishAll` a step at a time: after the import of ten years nobody holds all their events in memory, and others have their turn between. */
  *publishing(): Generator<VerifiedEvent[]> {
    loosenWasteful(this.publishRooms);
    yield* this.#publishSteps(() => true);
  }

  *#publishSteps(
    wanted: (stream: OpenStream, row: TileRow) => boolean,
    stream?: OpenStream,
  ): Generator<VerifiedEvent[]> {
    for (;;) {
      const step = this.publish(wanted, stream, PUBLISH_STEP_TILES);
      if (step.length === 0) return;
      yield step;
    }
  }

  /**
   * From now on everything of this stream is sealed in the next epoch, tiles that left the house in no batch yet included.
   * The caller has put the new epoch's tokens into the remaining grants first (DESIGN §4).
   */
  advanceEpoch(stream: OpenStream, epoch = stream.epoch + 1): void {
    const { subject, n } = stream.entry;
    this.record([{ type: 'epoch', subject, n, epoch, at: this.clock.nowMicros() }]);
    stream.epoch = epoch;
    this.#resealLoose(stream);
  }

  #resealLoose(stream: OpenStream): void {
    const rows = this.store
      .looseTiles(stream.number, Number.MAX_SAFE_INTEGER)
      .filter((row) => row.epoch !== stream.epoch);
    for (const row of rows) {
      const payload = this.rooms.box.open(stream, row);
      const { slot, generation, revision, part } = row;
      const sealed = this.rooms.box.seal(stream, LEVELS[row.level], { slot, generation, revision, part }, payload);
      this.store.removeTile(row);
      this.store.addTile(sealed.key, sealed.epoch, sealed.batch);
    }
    this.rooms.slots.clear();
  }

  /** Forgets streams: their tiles and index are gone from the store, the catalogue marks them removed and holds no description any more. */
  eraseStreams(streams: OpenStream[]): void {
    this.#mayWrite();
    this.change(() => {
      this.record(
        streams.map(({ entry }) => ({
          ...entry,
          removed: true,
          kind: '',
          title: '',
          key: `erased-${entry.n}`,
          source: '',
          loinc: null,
          device: null,
          edges: [],
        })),
      );
      const notes = streams.flatMap(({ entry }) =>
        [...notesOf(this.state, entry).keys()].map((number) => noteEntry(entry, number, null)),
      );
      if (notes.length > 0) this.record(notes);
      for (const stream of streams) {
        this.store.eraseStream(stream.number);
        this.#streams.delete(stream.id);
        this.#byNumber.delete(stream.number);
      }
    });
    this.rooms.slots.clear();
  }

  /** The samples of a sealed raw tile of an own stream that another home handed over. @throws HaleError 'not-authentic' */
  openHandedOver(author: Uint8Array, batch: Uint8Array): { stream: OpenStream; samples: Samples }[] {
    const stream = [...this.#streams.values()].find((candidate) => equalBytes(candidate.author, author));
    if (!stream) return [];
    return decodeBatch(author, batch).tiles.map((tile) => {
      const leaf = stream.leaves('raw', tile.epoch).leaf(tile.slot);
      if (!leaf) throw new Error('an own walker knows every leaf');
      return { stream, samples: decodeSamples(openTile(leaf, tile)) };
    });
  }

  /** Marks everything that covers [from, to) as to be summarised again. */
  markDirty(stream: OpenStream, from: number, to: number): void {
    const level = stream.levelAbove('raw');
    if (!level) return;
    const range = slotRange(stream.grid, level, from, to);
    for (let slot = range.first; slot < range.end; slot++)
      this.store.markDirty(stream.number, levelNumber(level), slot);
  }
}

function difference(after: IngestResult, before: IngestResult): IngestResult {
  return {
    read: after.read - before.read,
    accepted: after.accepted - before.accepted,
    duplicate: after.duplicate - before.duplicate,
    corrected: after.corrected - before.corrected,
  };
}

/** Names are a person's own words: trimmed, without control characters and direction marks, bounded. */
export function checkName(name: string, what: string): string {
  const clean = withoutDirectionMarks(name.normalize('NFC'))
    .replace(/\p{Cc}/gu, '')
    .trim();
  if (clean.length === 0 || clean.length > NAME_CHARACTERS_MAX)
    throw new HaleError('usage', `a ${what} needs a name of 1 to ${NAME_CHARACTERS_MAX} characters`);
  return clean;
}
