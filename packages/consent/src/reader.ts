// The recipient's side of a grant: from the grant key and sealed entries to open tiles and a series, with what is missing said.
import {
  binSeconds,
  equalBytes,
  fail,
  fromHex,
  type LeafSource,
  type Level,
  publishedUntil,
  type SlotRange,
  type Tile,
  tileHash,
  toHex,
  unmaskedDate,
} from '@hale/kernel';
import {
  copiesSecret,
  countSamples,
  decodeBins,
  decodeSamples,
  grantSecret,
  logLabel,
  logLeaves,
  openLogEntry,
  openTile,
  readerKey,
  type Samples,
} from '@hale/kernel/open';
import type { Bin } from '@hale/kernel/seal';
import { clipBins, clipSamples, currentPieces, type PieceOrder, unionBins, unionSamples } from './assemble.ts';
import { CopiesLog, type CopiesMemory, type CopiesState } from './copies-log.ts';
import type { StreamEntry } from './entries.ts';
import { GrantLog, type GrantState } from './grant-log.ts';
import { checkHeads, type HeadReport, type HeldTile, type ReaderMemory, remember, type Span } from './head-check.ts';
import { MICROS_PER_SECOND } from './limits.ts';
import { parseEntry } from './parse-entry.ts';
import { innerRange, rangeOf } from './range.ts';

export interface ReaderInput {
  /** 32 bytes: from the gift wrap or the link's fragment. */
  grantKey: Uint8Array;
  /** Author of the grant's stream, lower-case hex. */
  grantAuthor: string;
  /** What an earlier reader of this grant had seen (`memory`), so that a relay cannot go back in time. */
  memory?: ReaderMemory;
  /** For tests that show their own teeth. */
  faults?: { headNotChecked?: boolean };
}

/** An opened log entry. */
export interface LogValue {
  seq: number;
  generation: number;
  value: unknown;
}

export interface OpenedTile extends PieceOrder {
  stream: number;
  level: Level;
  /** The kernel's codec; first byte = type. */
  payload: Uint8Array;
}

export interface SeriesQuery {
  stream: number;
  level: Level;
  /** [from, to), microseconds. */
  from: number;
  to: number;
}

export interface Series {
  /** On the raw level, else null. */
  samples: Samples | null;
  /** On the other levels, else null. Ascending by start. */
  bins: Bin[] | null;
  /** Tiles of this level that were given but do not open with this grant: outside of it, or sealed after its end. */
  unopened: number;
}

export class GrantReader {
  readonly #log = new GrantLog();
  readonly #input: ReaderInput;
  readonly #author: Uint8Array;
  readonly #label: Uint8Array;
  readonly #leaves: LeafSource;
  readonly #opened = new Set<string>();
  /** The log of copies that the grant names. */
  #copies: { author: string; bytes: Uint8Array; label: Uint8Array; leaves: LeafSource; log: CopiesLog } | null = null;

  constructor(input: ReaderInput) {
    if (input.grantKey.length !== 32) fail('malformed', 'a grant key has 32 bytes');
    const secret = grantSecret(input.grantKey);
    this.#input = input;
    this.#author = fromHex(input.grantAuthor, 32);
    this.#label = logLabel(secret);
    this.#leaves = logLeaves(secret);
  }

  get state(): GrantState {
    return this.#log.state;
  }

  /** What to keep between runs, so that an older state of the grant is noticed. */
  get memory(): ReaderMemory {
    const known = this.#input.memory ?? null;
    return { ...remember(this.state, known), ...this.#copiesMemory(known?.copies) };
  }

  #copiesMemory(known: CopiesMemory | undefined): { copies?: CopiesMemory } {
    const [place, author] = [this.#copies?.log.place, this.#copies?.author];
    if (!place || !author || this.copies.state === 'older-than-known') return known ? { copies: known } : {};
    return { copies: { author, ...place } };
  }

  /** The records of this grant, as far as their log is here. */
  get copies(): CopiesState {
    const log = this.#copies?.log ?? new CopiesLog();
    const known = this.#input.memory?.copies;
    return log.state(known && known.author === this.#copies?.author ? known : null);
  }

  /** Author of the log of copies, lower-case hex; null: the grant gives no records, or did not say where so far. */
  get copiesAuthor(): string | null {
    return this.#copies?.author ?? null;
  }

  /** Secp256k1 secret by which this reader proves itself to a relay for one author (of a stream, or of the grant's own). */
  readerSecret(author: string): Uint8Array {
    return readerKey(this.#input.grantKey, fromHex(author, 32));
  }

  /** Opens an entry of the grant's own stream and folds it. false = not an entry of this grant. @throws HaleError for one that is and is broken */
  receive(tile: Tile): boolean {
    if (this.#receiveCopies(tile)) return true;
    if (!equalBytes(tile.author, this.#author) || !equalBytes(tile.label, this.#label)) return false;
    const key = toHex(tile.commitment);
    if (this.#opened.has(key)) return true;
    this.fold([{ seq: tile.slot, generation: tile.generation, value: openLogEntry(this.#leaves, tile) }]);
    this.#opened.add(key);
    return true;
  }

  #receiveCopies(tile: Tile): boolean {
    const copies = this.#copies;
    if (!copies || !equalBytes(tile.author, copies.bytes) || !equalBytes(tile.label, copies.label)) return false;
    copies.log.apply(tile.slot, tile.generation, openLogEntry(copies.leaves, tile));
    return true;
  }

  /** A later round begins with an empty log. */
  #followCopies(): void {
    const named = this.state.copies;
    if (named === null || named.author === this.#copies?.author) return;
    const secret = copiesSecret(this.#input.grantKey, named.round);
    const log = new CopiesLog();
    const bytes = fromHex(named.author, 32);
    this.#copies = { author: named.author, bytes, label: logLabel(secret), leaves: logLeaves(secret), log };
  }

  /** Folds opened entries, in any order, repeated or not. All are parsed before the first is applied. @throws HaleError 'malformed' | 'too-large' */
  fold(entries: readonly LogValue[]): GrantState {
    const parsed = entries.map(({ seq, generation, value }) => ({ seq, generation, entry: parseEntry(value) }));
    for (const { seq, generation, entry } of parsed) this.#log.apply(seq, generation, entry);
    this.#followCopies();
    return this.state;
  }

  /** When a batch was published, unix seconds: to the second where its stream's date key is known, else the end of the day that its date tells. */
  publishedAt({ pubkey, created_at, content }: { pubkey: string; created_at: number; content: string }): number {
    for (const { author, dateKey } of this.state.streams.values())
      if (author === pubkey && dateKey !== undefined) return unmaskedDate(created_at, dateKey, content);
    return publishedUntil(created_at);
  }

  leafSource(stream: number, level: Level, epoch: number): LeafSource {
    return this.#log.tokens(stream, level, epoch);
  }

  canOpen(stream: number, level: Level, slot: number, epoch: number): boolean {
    return this.#log.tokens(stream, level, epoch).covers(slot);
  }

  /** null = not for me (another stream, a finer level, outside the range, sealed after the grant's end). @throws HaleError for me and broken */
  open(tile: Tile): OpenedTile | null {
    const place = this.#log.place(tile.author, tile.label);
    if (place === null) return null;
    const leaf = this.leafSource(place.stream, place.level, tile.epoch).leaf(tile.slot);
    if (leaf === null) return null;
    const { slot, generation, revision, part } = tile;
    return { ...place, slot, generation, revision, part, payload: openTile(leaf, tile) };
  }

  /**
   * One series from the tiles given and the grant's clips, cut to the query and to the consent. Tiles of other streams and levels are passed
   * over, so everything a relay sent may be given.
   * @throws HaleError 'not-found' for a stream or level that the grant does not open
   */
  series(query: SeriesQuery, tiles: readonly Tile[]): Series {
    const { stream, level } = query;
    const described = this.#stream(stream, level);
    const mine = this.#distinct(tiles.filter((tile) => this.#isOf(tile, stream, level)));
    const openable = mine.filter((tile) => this.canOpen(stream, level, tile.slot, tile.epoch));
    const payloads = currentPieces(openable).map((tile) => this.open(tile)!.payload);
    const clips = currentPieces(this.#log.clips(stream, level)).map((clip) => clip.payload);
    const series = seriesOf(level, [...payloads, ...clips], this.#bounds(query, described));
    return { ...series, unopened: mine.length - openable.length };
  }

  /**
   * Holds what a relay gave against the heads. `spans` = what was asked for (days outside are not judged); none = everything.
   * The tiles' publication times are those of `publishedAt`.
   */
  check(held: readonly HeldTile[], spans?: readonly Span[]): HeadReport {
    if (this.#input.faults?.headNotChecked) {
      return {
        verdict: 'complete',
        headNumber: this.state.headNumber,
        headTime: this.state.headTime,
        missing: 0,
        days: [],
      };
    }
    const placed = held.flatMap(({ tile, publishedAt }) => {
      const place = this.#log.place(tile.author, tile.label);
      return place === null ? [] : [{ ...place, tile, publishedAt, hash: tileHash(tile.author, tile) }];
    });
    return checkHeads(this.#log, this.#input.memory ?? null, placed, spans ?? null, (stream, level) =>
      this.innerSlots(stream, level),
    );
  }

  /** The whole slots inside the consent: where tiles can open. Empty when the consent or the stream is not known yet. */
  innerSlots(stream: number, level: Level): SlotRange {
    const { consent, streams } = this.state;
    const described = streams.get(stream);
    if (consent === null || described === undefined) return { first: 0, end: 0 };
    return innerRange(described.grid, level, rangeOf(consent.scope, described.grid));
  }

  #stream(stream: number, level: Level): StreamEntry {
    const described = this.state.streams.get(stream);
    if (described?.labels[level] === undefined) fail('not-found', 'the grant does not open this stream or level');
    return described;
  }

  #isOf(tile: Tile, stream: number, level: Level): boolean {
    const place = this.#log.place(tile.author, tile.label);
    return place !== null && place.stream === stream && place.level === level;
  }

  /** Each tile once, forks in the order of their content: relays answer in any order, and all readers must see the same. */
  #distinct(tiles: readonly Tile[]): Tile[] {
    const byName = new Map(tiles.map((tile) => [`${toHex(tile.commitment)}${tile.slot}/${tile.part}`, tile]));
    return [...byName.keys()].sort().map((name) => byName.get(name)!);
  }

  /** The query cut to the consent. */
  #bounds({ from, to }: SeriesQuery, { grid }: StreamEntry): { from: number; to: number } {
    const { consent } = this.state;
    if (consent === null) fail('not-found', 'the grant has shown no consent yet');
    const range = rangeOf(consent.scope, grid);
    return { from: Math.max(from, range.from), to: range.to === null ? to : Math.min(to, range.to) };
  }
}

function* decodeEach(payloads: readonly Uint8Array[]): Generator<Samples> {
  for (const payload of payloads) yield decodeSamples(payload);
}

function seriesOf(
  level: Level,
  payloads: readonly Uint8Array[],
  { from, to }: { from: number; to: number },
): Omit<Series, 'unopened'> {
  if (level === 'raw') {
    const countMax = payloads.reduce((sum, payload) => sum + countSamples(payload), 0);
    const samples = unionSamples(decodeEach(payloads), countMax);
    return { samples: clipSamples(samples, from, to), bins: null };
  }
  const bins = unionBins(payloads.map((payload) => decodeBins(payload).bins));
  return { samples: null, bins: clipBins(bins, from, to, binSeconds(level) * MICROS_PER_SECOND) };
}
