// The index in numbers: for each search parameter of each type one column of (value, record), as plain arrays that are read from end to end. Reading
// 200,000 rows takes less than a millisecond, a row takes 8 bytes, and nothing has to be kept in order (docs/decisions/record-search.md).

type Numbers = Uint32Array | Float64Array | Uint8Array;

const FIRST_ROWS = 16;

function grown<T extends Numbers>(numbers: T, rows: number): T {
  const wider = new (numbers.constructor as new (length: number) => T)(Math.max(FIRST_ROWS, Math.ceil(rows * 1.5)));
  wider.set(numbers as never);
  return wider;
}

/** Numbers that are added at the end. */
export class Growing<T extends Numbers> {
  all: T;
  length = 0;

  constructor(empty: T) {
    this.all = empty;
  }

  push(value: number): void {
    if (this.length === this.all.length) this.all = grown(this.all, this.length);
    this.all[this.length++] = value;
  }
}

export type ColumnKind = 'words' | 'ranges' | 'references';

/** Rows of one search parameter. */
export class Column {
  rows = 0;
  /** Number of the value: in the dictionary of tokens, texts, references or units, as the parameter's type has it. */
  keys = new Uint32Array(0);
  /** Number of the record; of a part of a composite that of its group. */
  records = new Uint32Array(0);
  /** Of a date, a number or a quantity; else nothing. */
  readonly lo: Growing<Float64Array> | null;
  readonly hi: Growing<Float64Array> | null;
  /** Of a reference: one more than the number of the record that it leads to; 0 is not known. */
  to: Uint32Array | null;
  readonly kind: ColumnKind;

  constructor(kind: ColumnKind) {
    this.kind = kind;
    const isRange = kind === 'ranges';
    this.lo = isRange ? new Growing(new Float64Array(0)) : null;
    this.hi = isRange ? new Growing(new Float64Array(0)) : null;
    this.to = kind === 'references' ? new Uint32Array(0) : null;
  }

  add(key: number, record: number): void {
    if (this.rows === this.keys.length) {
      this.keys = grown(this.keys, this.rows);
      this.records = grown(this.records, this.rows);
      if (this.to) this.to = grown(this.to, this.rows);
    }
    this.keys[this.rows] = key;
    this.records[this.rows++] = record;
  }

  addRange(lo: number, hi: number, unit: number, record: number): void {
    this.lo?.push(lo);
    this.hi?.push(hi);
    this.add(unit, record);
  }

  /** Takes out the rows of some records. */
  drop(isDropped: (record: number) => boolean): void {
    const { keys, records, lo, hi, to } = this;
    let kept = 0;
    for (let i = 0; i < this.rows; i++) {
      if (isDropped(records[i])) continue;
      if (kept < i) {
        keys[kept] = keys[i];
        records[kept] = records[i];
        if (to) to[kept] = to[i];
        if (lo && hi) {
          lo.all[kept] = lo.all[i];
          hi.all[kept] = hi.all[i];
        }
      }
      kept++;
    }
    if (to) to.fill(0, kept);
    this.rows = kept;
    if (lo && hi) lo.length = hi.length = kept;
  }
}

/** Texts by number. */
export class Dictionary {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Number of a text, which it gets when it is new. */
  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const made = this.texts.push(text) - 1;
    this.#numbers.set(text, made);
    return made;
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  get size(): number {
    return this.texts.length;
  }
}
