// Several lists of events in the order of NIP-01 read as one, step by step: nothing is sorted, and nothing is read before it is needed.

/** An event found, by its number in the store. Of one second, numbers are in the order of ids. */
export interface Row {
  readonly row: number;
  /** Unix seconds. */
  readonly created_at: number;
}

/** How much may still be done in this turn; one unit is about a row looked at. Shared by all that take part. */
export interface Work {
  left: number;
}

/** Rows in order. */
export interface RowSource<Found extends Row = Row> {
  /** The next row, which stays until `take`; null = there is none; 'later' = the work is used up before it is known. */
  head(work: Work): Found | null | 'later';
  /** Goes on behind the row that `head` gave. */
  take(): void;
}

/** Newest first, the lowest number among equals. */
export function isBefore(a: Row, b: Row): boolean {
  return a.created_at > b.created_at || (a.created_at === b.created_at && a.row < b.row);
}

export class MergedRows<Found extends Row> implements RowSource<Found> {
  /** A heap by their heads, the first on top. */
  readonly #heap: { readonly source: RowSource<Found>; readonly head: Found }[] = [];
  /** Sources whose next row is not known. */
  #unread: RowSource<Found>[];

  constructor(sources: readonly RowSource<Found>[]) {
    this.#unread = [...sources];
  }

  head(work: Work): Found | null | 'later' {
    while (this.#unread.length > 0) {
      const source = this.#unread[this.#unread.length - 1];
      const head = source.head(work);
      if (head === 'later') return 'later';
      this.#unread.pop();
      if (head !== null) this.#push({ source, head });
    }
    return this.#heap[0]?.head ?? null;
  }

  /** An event that several sources hold comes once. */
  take(): void {
    const taken = this.#heap[0]?.head.row;
    while (this.#heap.length > 0 && this.#heap[0].head.row === taken) {
      const { source } = this.#pop();
      source.take();
      this.#unread.push(source);
    }
  }

  #push(entry: { source: RowSource<Found>; head: Found }): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isBefore(entry.head, heap[up].head)) break;
      heap[at] = heap[up];
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): { source: RowSource<Found>; head: Found } {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && isBefore(heap[down + 1].head, heap[down].head)) down += 1;
      if (!isBefore(heap[down].head, last.head)) break;
      heap[at] = heap[down];
      at = down;
    }
    heap[at] = last;
    return top;
  }
}

/** At most so many of the first rows. */
export class FirstRows<Found extends Row> implements RowSource<Found> {
  readonly #source: RowSource<Found>;
  #left: number;

  constructor(source: RowSource<Found>, count: number) {
    this.#source = source;
    this.#left = count;
  }

  head(work: Work): Found | null | 'later' {
    return this.#left > 0 ? this.#source.head(work) : null;
  }

  take(): void {
    this.#left -= 1;
    this.#source.take();
  }
}

/** Rows that are known. */
export class ListedRows<Found extends Row> implements RowSource<Found> {
  readonly #rows: readonly Found[];
  #at = 0;

  constructor(rows: readonly Found[]) {
    this.#rows = rows;
  }

  head(): Found | null {
    return this.#rows[this.#at] ?? null;
  }

  take(): void {
    this.#at += 1;
  }
}

/** Of several sources as one, without a heap where there is one only. */
export function merged<Found extends Row>(sources: readonly RowSource<Found>[]): RowSource<Found> {
  return sources.length === 1 ? sources[0] : new MergedRows(sources);
}
