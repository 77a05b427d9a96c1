// The records of a grant, as copies in a log of their own: pages, and indexes that say which pages count. Folded in any order, DoS-safe.
// specs/copies.md
import { concatBytes, encodeCbor, fail, GRID_ORIGIN_MICROS, utf8Decode } from '@hale/kernel';
import { LATEST_MICROS, LIMITS } from './limits.ts';
import { byteString, type Fields, fields, integer, isFields, list, text } from './shape.ts';

/** What the owner says of records that she keeps back; null: nothing. */
export type Told = { exists: true } | { categories: string[] } | { count: number } | null;

/** A piece of a page: the parts of one page stand under numbers that follow each other. */
export interface PageEntry {
  type: 'page';
  /** 0…parts − 1 */
  part: number;
  parts: number;
  /** Piece of the page: JSON of a list of FHIR resources in UTF-8, as raw DEFLATE. */
  data: Uint8Array;
}

/** Which pages count. The newest index speaks; a page that it does not name is no part of what is given. */
export interface IndexEntry {
  type: 'index';
  /** Number of the first part of each page. */
  pages: number[];
  /** Copies on these pages. */
  count: number;
  told: Told;
  time: number;
}

export type CopiesLogEntry = PageEntry | IndexEntry;

/** A FHIR resource of a stranger: nothing in it is trusted but that it has a type. */
export interface CopiedResource {
  resourceType: string;
  id?: string;
  [field: string]: unknown;
}

/** Highest index that a reader of a log of copies has seen. */
export interface CopiesMemory {
  /** Author of the log, lower-case hex. */
  author: string;
  generation: number;
  seq: number;
}

export interface CopiesState {
  /** 'none': no index came · 'incomplete': a page that it names is not here · 'older-than-known': a later one was seen once. */
  state: 'none' | 'complete' | 'incomplete' | 'older-than-known';
  count: number;
  told: Told;
  /** Of the index, micros; null without one. */
  time: number | null;
  /** The pages that count and are here whole, packed, in the order of the index. */
  packed: Uint8Array[];
}

const U32_MAX = 0xffff_ffff;

/** null: a type that this version does not know. @throws HaleError 'malformed' | 'out-of-range' | 'too-large' */
export function parseCopiesEntry(value: unknown): CopiesLogEntry | null {
  if (!isFields(value) || typeof value.type !== 'string') fail('malformed', 'entry of copies is not a map with a type');
  if (value.type === 'page') return parsePage(value);
  return value.type === 'index' ? parseIndex(value) : null;
}

function parsePage(value: Fields): PageEntry {
  const map = fields(value, 'page', ['type', 'part', 'parts', 'data']);
  const parts = integer(map.parts, 'page.parts', 1, LIMITS.pagePartsMax);
  return {
    type: 'page',
    part: integer(map.part, 'page.part', 0, parts - 1),
    parts,
    data: byteString(map.data, 'page.data', LIMITS.pagePartBytesMax, 1),
  };
}

function parseIndex(value: Fields): IndexEntry {
  const map = fields(value, 'index', ['type', 'pages', 'count', 'told', 'time']);
  return {
    type: 'index',
    pages: list(map.pages, 'index.pages', LIMITS.pagesMax).map((seq) => integer(seq, 'index.pages item', 0, U32_MAX)),
    count: integer(map.count, 'index.count', 0, U32_MAX),
    told: parseTold(map.told),
    time: integer(map.time, 'index.time', GRID_ORIGIN_MICROS, LATEST_MICROS),
  };
}

function parseTold(value: unknown): Told {
  if (value === null) return null;
  const map = fields(value, 'index.told', [], ['exists', 'categories', 'count']);
  if (Object.keys(map).length !== 1) fail('malformed', 'index.told does not say one thing');
  if (map.exists === true) return { exists: true };
  if (map.count !== undefined) return { count: integer(map.count, 'index.told.count', 1, U32_MAX) };
  const categories = list(map.categories, 'index.told.categories', LIMITS.categoriesMax, 1);
  return { categories: categories.map((each) => text(each, 'index.told.categories item', LIMITS.codeUnitsMax, 1)) };
}

/** The CBOR value of an entry, ready for the kernel's sealLogEntry. @throws HaleError 'too-large' */
export function copiesEntryValue(entry: CopiesLogEntry): CopiesLogEntry {
  if (encodeCbor(entry).length > LIMITS.entryBytesMax)
    fail('too-large', 'entry of copies is too large', { type: entry.type, max: LIMITS.entryBytesMax });
  return entry;
}

/** A packed page as entries. @throws HaleError 'too-large' */
export function pageEntries(packed: Uint8Array): PageEntry[] {
  const parts = Math.max(1, Math.ceil(packed.length / LIMITS.pagePartBytesMax));
  if (parts > LIMITS.pagePartsMax) fail('too-large', 'a page of copies is too large', { max: LIMITS.pagePartsMax });
  return Array.from({ length: parts }, (_, part) => {
    const begin = part * LIMITS.pagePartBytesMax;
    return { type: 'page', part, parts, data: packed.slice(begin, begin + LIMITS.pagePartBytesMax) };
  });
}

interface Place {
  generation: number;
  seq: number;
}

const isAfter = (one: Place, other: Place): boolean => (one.generation - other.generation || one.seq - other.seq) > 0;

export class CopiesLog {
  /** By number and generation: of one number the higher generation counts. */
  readonly #pages = new Map<number, { generation: number; page: PageEntry }>();
  #index: (Place & { entry: IndexEntry }) | null = null;
  /** Numbers of the first parts of its pages. */
  #named: ReadonlySet<number> = new Set();
  #bytes = 0;

  /** Applies one opened entry; one that was applied before changes nothing. @throws HaleError 'malformed' | 'too-large' | 'out-of-range' */
  apply(seq: number, generation: number, value: unknown): void {
    const entry = parseCopiesEntry(value);
    if (entry?.type === 'page') this.#take(seq, generation, entry);
    if (entry?.type === 'index' && (this.#index === null || isAfter({ seq, generation }, this.#index))) {
      this.#index = { seq, generation, entry };
      this.#named = new Set(entry.pages);
      this.#forget();
    }
  }

  #take(seq: number, generation: number, page: PageEntry): void {
    const known = this.#pages.get(seq);
    if (known && known.generation >= generation) return;
    if (!this.#counts(seq, generation, page)) return;
    this.#bytes += page.data.length - (known?.page.data.length ?? 0);
    if (this.#bytes > LIMITS.readerCopyBytesMax)
      fail('too-large', 'grant has too many copies', { bytesMax: LIMITS.readerCopyBytesMax });
    this.#pages.set(seq, { generation, page });
  }

  /** Does the newest index name its page, or may a later one do so? */
  #counts(seq: number, generation: number, page: PageEntry): boolean {
    const index = this.#index;
    return index === null || this.#named.has(seq - page.part) || isAfter({ seq, generation }, index);
  }

  /** What the newest index does not name was taken back: it is let go of, not only hidden. */
  #forget(): void {
    for (const [seq, { generation, page }] of this.#pages)
      if (!this.#counts(seq, generation, page)) {
        this.#pages.delete(seq);
        this.#bytes -= page.data.length;
      }
  }

  get place(): Place | null {
    return this.#index && { generation: this.#index.generation, seq: this.#index.seq };
  }

  /** @param known the highest index that was seen in this log before */
  state(known: Place | null): CopiesState {
    if (this.#index === null)
      return { state: known ? 'older-than-known' : 'none', count: 0, told: null, time: null, packed: [] };
    const { entry } = this.#index;
    const pages = entry.pages.map((first) => this.page(first));
    const packed = pages.filter((page) => page !== null);
    const state = packed.length < pages.length ? 'incomplete' : 'complete';
    const isOlder = known !== null && isAfter(known, this.#index);
    return {
      state: isOlder ? 'older-than-known' : state,
      count: entry.count,
      told: entry.told,
      time: entry.time,
      packed,
    };
  }

  /** The newest index. */
  get index(): IndexEntry | null {
    return this.#index?.entry ?? null;
  }

  /** The packed page that begins at a number; null where a part of it is not here. */
  page(first: number): Uint8Array | null {
    const begin = this.#pages.get(first);
    if (begin?.page.part !== 0) return null;
    const { generation, page } = begin;
    if (page.parts === 1) return page.data;
    const pieces: Uint8Array[] = [];
    for (let part = 0; part < page.parts; part++) {
      const found = this.#pages.get(first + part);
      if (found?.generation !== generation || found.page.part !== part) return null;
      pieces.push(found.page.data);
    }
    return concatBytes(...pieces);
  }
}

/** Raw DEFLATE back. @throws HaleError 'malformed' where it is damaged or comes to more than `bytesMax` */
export type Inflate = (bytes: Uint8Array, bytesMax: number) => Uint8Array;

/** The resources of packed pages. @throws HaleError 'malformed' */
export function copiedResources(packed: readonly Uint8Array[], inflate: Inflate): CopiedResource[] {
  return packed.flatMap((page) => {
    const listed = parsedList(utf8Decode(inflate(page, LIMITS.pageTextBytesMax)));
    if (!listed.every(isResource)) fail('malformed', 'a page of copies holds something else than resources');
    return listed as CopiedResource[];
  });
}

const isResource = (value: unknown): boolean => isFields(value) && typeof value.resourceType === 'string';

function parsedList(json: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    fail('malformed', 'a page of copies is not JSON');
  }
  if (!Array.isArray(parsed)) fail('malformed', 'a page of copies is not a list');
  return parsed;
}
