// What a reader learns from a grant's entries, folded in any order: streams, tokens, clips, heads, the end. DoS-safe: every collection has a limit.
import { encodeCbor, fail, fromHex, type Level, sha256, toHex } from '@hale/kernel';
import type {
  ClipEntry,
  ConsentEntry,
  CopiesEntry,
  EndEntry,
  GrantEntry,
  HeadEntry,
  MoreEntry,
  StreamEntry,
  TokenEntry,
} from './entries.ts';
import { unpackRows } from './heads.ts';
import { LIMITS } from './limits.ts';
import { TokenSet } from './tokens.ts';

/** A clip with the place of the log entry that brought it: generation and revision order it, of equal ones the later entry wins. */
export interface HeldClip extends ClipEntry {
  generation: number;
  seq: number;
}

export interface GrantState {
  /** The newest consent entry; null until the log's start was seen. */
  consent: ConsentEntry | null;
  /** By number; only those that the consent's scope has, once it is known. */
  streams: ReadonlyMap<number, StreamEntry>;
  /** Descriptions of streams that the scope does not have: passed over. */
  outOfScope: number;
  ended: EndEntry | null;
  /** Where the records are; null: none were given. */
  copies: CopiesEntry | null;
  /** Months without a look after which it ends by itself; null: it does not. */
  idleMonths: number | null;
  /** Further grants for the same reader, in the order of their time. */
  more: readonly MoreEntry[];
  /** Microseconds up to which the last lease reaches; null for closed ranges. */
  leaseUntil: number | null;
  /** Highest head seen by (generation, number), 0 = none, and its time. */
  headGeneration: number;
  headNumber: number;
  headTime: number | null;
  /** Highest generation of any entry seen. */
  generation: number;
  /** One past the highest entry seen. */
  nextSeq: number;
  /** Entries below nextSeq that were not seen: a relay withholds them, or they are still on their way. */
  missing: number;
  /** Entries of types that this version does not know. */
  unknown: number;
}

interface KnownDay {
  generation: number;
  n: number;
  digest: Uint8Array;
}

const levelKey = (stream: number, level: Level): string => `${stream}/${level}`;

export class GrantLog {
  readonly #seen = new Set<string>();
  readonly #numbers = new Set<number>();
  readonly #streams = new Map<number, StreamEntry>();
  readonly #order = new Map<string, { generation: number; seq: number }>();
  readonly #places = new Map<string, { stream: number; level: Level }>();
  readonly #tokens = new Map<string, TokenSet>();
  readonly #clips = new Map<string, HeldClip[]>();
  readonly #heads = new Map<string, Map<number, KnownDay>>();
  #consent: ConsentEntry | null = null;
  #ended: EndEntry | null = null;
  #copies: CopiesEntry | null = null;
  #idleMonths: number | null = null;
  #more: MoreEntry[] = [];
  #leaseUntil: number | null = null;
  #head: { generation: number; n: number; time: number } | null = null;
  #generation = 0;
  #highest = -1;
  #unknown = 0;
  #tokenBytes = 0;
  #clipBytes = 0;
  #headDays = 0;

  /** Applies one entry; one that was applied before changes nothing. @throws HaleError 'too-large' when the grant outgrows the limits */
  apply(seq: number, generation: number, entry: GrantEntry | null): void {
    const key = `${generation}/${seq}/${toHex(sha256(encodeCbor(entry)))}`;
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= LIMITS.readerEntriesMax)
      fail('too-large', 'grant has too many entries', { max: LIMITS.readerEntriesMax });
    this.#seen.add(key);
    this.#numbers.add(seq);
    this.#highest = Math.max(this.#highest, seq);
    this.#generation = Math.max(this.#generation, generation);
    if (entry === null) this.#unknown++;
    else this.#take(seq, generation, entry);
  }

  get state(): GrantState {
    const streams = this.#streamsInScope();
    return {
      consent: this.#consent,
      streams,
      outOfScope: this.#streams.size - streams.size,
      ended: this.#ended,
      copies: this.#copies,
      idleMonths: this.#idleMonths,
      more: this.#more,
      leaseUntil: this.#leaseUntil,
      headGeneration: this.#head?.generation ?? 0,
      headNumber: this.#head?.n ?? 0,
      headTime: this.#head?.time ?? null,
      generation: this.#generation,
      nextSeq: this.#highest + 1,
      missing: this.#highest + 1 - this.#numbers.size,
      unknown: this.#unknown,
    };
  }

  /** Entries come in any order, and a hostile owner may write any number. */
  #streamsInScope(): ReadonlyMap<number, StreamEntry> {
    const count = this.#consent?.scope.streams.length ?? Number.POSITIVE_INFINITY;
    for (const number of this.#streams.keys())
      if (number >= count) return new Map([...this.#streams].filter(([stream]) => stream < count));
    return this.#streams;
  }

  /** Which stream and level a tile belongs to; null = not of this grant. */
  place(author: Uint8Array, label: Uint8Array): { stream: number; level: Level } | null {
    return this.#places.get(`${toHex(author)}/${toHex(label)}`) ?? null;
  }

  tokens(stream: number, level: Level, epoch: number): TokenSet {
    return this.#tokens.get(`${levelKey(stream, level)}/${epoch}`) ?? new TokenSet();
  }

  /** In the order of the log, whatever the order of arrival. */
  clips(stream: number, level: Level): readonly HeldClip[] {
    return [...(this.#clips.get(levelKey(stream, level)) ?? [])].sort((a, b) => a.seq - b.seq);
  }

  /** Days for which a head stands, with their digests. */
  headDays(stream: number, level: Level): ReadonlyMap<number, KnownDay> {
    return this.#heads.get(levelKey(stream, level)) ?? new Map();
  }

  #take(seq: number, generation: number, entry: GrantEntry): void {
    if (entry.type === 'consent') {
      if (this.#isNewest('consent', seq, generation)) this.#consent = entry;
    } else if (entry.type === 'stream') {
      if (this.#isNewest(`stream/${entry.stream}`, seq, generation)) this.#addStream(entry);
    } else if (entry.type === 'token') this.#addToken(entry);
    else if (entry.type === 'clip') this.#addClip({ ...entry, generation, seq });
    else if (entry.type === 'head') this.#addHead(entry, generation);
    else if (entry.type === 'more') this.#addMore(entry);
    else if (entry.type === 'copies') {
      if (this.#isNewest('copies', seq, generation)) this.#copies = entry;
    } else if (entry.type === 'idle') {
      if (this.#isNewest('idle', seq, generation)) this.#idleMonths = entry.months;
    } else if (entry.type === 'lease') this.#leaseUntil = Math.max(this.#leaseUntil ?? entry.until, entry.until);
    else if (entry.type === 'end' && (this.#ended === null || entry.time < this.#ended.time)) this.#ended = entry;
  }

  /** Entries arrive in any order; where one replaces another, (generation, number) decides. */
  #isNewest(name: string, seq: number, generation: number): boolean {
    const known = this.#order.get(name);
    if (known !== undefined && (generation - known.generation || seq - known.seq) <= 0) return false;
    this.#order.set(name, { generation, seq });
    return true;
  }

  #addStream(entry: StreamEntry): void {
    this.#streams.set(entry.stream, entry);
    const author = toHex(fromHex(entry.author, 32));
    for (const level of entry.grid.levels) {
      const label = entry.labels[level];
      if (label !== undefined) this.#places.set(`${author}/${toHex(label)}`, { stream: entry.stream, level });
    }
  }

  #addMore(entry: MoreEntry): void {
    if (this.#more.length >= LIMITS.moreMax)
      fail('too-large', 'grant names too many further grants', { max: LIMITS.moreMax });
    this.#more = [...this.#more, entry].sort((a, b) => a.time - b.time);
  }

  #addToken(entry: TokenEntry): void {
    const key = `${levelKey(entry.stream, entry.level)}/${entry.epoch}`;
    this.#tokenBytes += entry.nodes.length;
    if (this.#tokenBytes > LIMITS.readerTokenBytesMax)
      fail('too-large', 'grant has too many tokens', { bytesMax: LIMITS.readerTokenBytesMax });
    const set = this.#tokens.get(key) ?? new TokenSet();
    this.#tokens.set(key, set);
    set.add(entry.fromSlot, entry.toSlot, entry.nodes);
  }

  #addClip(clip: HeldClip): void {
    this.#clipBytes += clip.payload.length;
    if (this.#clipBytes > LIMITS.readerClipBytesMax)
      fail('too-large', 'grant has too many clips', { max: LIMITS.readerClipBytesMax });
    const key = levelKey(clip.stream, clip.level);
    const clips = this.#clips.get(key) ?? [];
    this.#clips.set(key, clips);
    clips.push(clip);
  }

  /** A home restored from a relay that lacked the last heads counts on from what it found: its numbers speak, lower or not. */
  #addHead(entry: HeadEntry, generation: number): void {
    const { n, time } = entry;
    const isNewer = (known: { generation: number; n: number } | null | undefined): boolean =>
      !known || (generation - known.generation || n - known.n) > 0;
    if (isNewer(this.#head)) this.#head = { generation, n, time };
    for (const { stream, level, rows } of entry.days) {
      const days = this.#heads.get(levelKey(stream, level)) ?? new Map<number, KnownDay>();
      this.#heads.set(levelKey(stream, level), days);
      for (const { day, digest } of unpackRows(rows)) {
        const known = days.get(day);
        if (known === undefined) this.#headDays++;
        if (isNewer(known)) days.set(day, { generation, n, digest });
      }
    }
    if (this.#headDays > LIMITS.readerHeadDaysMax)
      fail('too-large', 'grant has too many heads', { max: LIMITS.readerHeadDaysMax });
  }
}
