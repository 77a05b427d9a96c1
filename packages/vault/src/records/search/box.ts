// The box that people type into: words, times and kinds in one line, over the records of one subject. Every hit says why it is one.
import { BOX_FIELDS, type BoxField } from './box-texts.ts';
import { takeTime } from './box-time.ts';
import { firstOf } from './first.ts';
import { fold, wordsIn } from './fold.ts';
import { BOX_UNITS_MAX, BOX_WORDS_MAX } from './limits.ts';
import type { Flags } from './match.ts';
import type { RecordIndex } from './record-index.ts';
import type { TimeRange } from './times.ts';
import { isOneOf, KIND_PHRASES, type KindMeant, SMALL, TITLES } from './vocabulary.ts';

/** One thing that is looked for: a word, or a kind of record. */
export interface Term {
  /** As it was typed, folded. */
  text: string;
  /** What a word begins with; empty: only the kind counts. */
  prefix: string;
  /** The same without an ending, for languages that change them; empty: the word is too short. */
  stem: string;
  meant: KindMeant | null;
  /** It was called a doctor: only people count. */
  isPerson: boolean;
}

export interface BoxAsked {
  terms: Term[];
  range: TimeRange | null;
}

export interface BoxReason {
  /** Which term is met. */
  term: string;
  /** Where: a field of the record, the kind of record, or a record that it names. */
  field: BoxField | 'kind';
  /** What stands there; of a kind nothing. */
  text: string;
}

export interface BoxHit {
  id: string;
  score: number;
  reasons: BoxReason[];
  /** Our id of a report that this value is part of. */
  within?: string;
}

export interface BoxFound {
  hits: BoxHit[];
  total: number;
  /** No record meets every term: these meet the most. */
  isPartial: boolean;
}

export interface BoxOptions {
  limit: number;
  isVisible?: (id: string) => boolean;
}

const WEIGHTS: Readonly<Record<BoxField, number>> = {
  title: 12,
  value: 7,
  name: 6,
  person: 8,
  place: 6,
  note: 4,
  code: 9,
  text: 1,
  amendment: 5,
};
const KIND_WEIGHT = 3;
/** A word without its ending is a guess. */
const STEM_SHARE = 0.5;
const STEM_LETTERS_MIN = 4;
/** Through these a record names people and places. */
const PEOPLE_CODES = new Set(
  'performer participant practitioner requester author recorder asserter location service-provider organization source sender actor attester authorizer general-practitioner'.split(
    ' ',
  ),
);
const PEOPLE_TYPES = new Set(
  'Practitioner PractitionerRole Organization Location RelatedPerson HealthcareService'.split(' '),
);

/** @param civilNow now, micros, as if the clock on the wall showed UTC */
export function parseBox(text: string, civilNow: number): BoxAsked {
  const words = wordsIn(fold(text.slice(0, BOX_UNITS_MAX)));
  const { rest, range } = takeTime(words, civilNow);
  const terms: Term[] = [];
  let isPerson = false;
  for (let at = 0; at < rest.length && terms.length < BOX_WORDS_MAX; ) {
    const isTitle = isOneOf(rest[at], TITLES) && at + 1 < rest.length && kindAt(rest, at + 1) === null;
    const phrase = isPerson || isTitle ? null : kindAt(rest, at);
    if (isTitle) at++;
    else if (phrase) {
      const said = rest.slice(at, at + phrase.words.length);
      terms.push({
        ...termOf(said.join(' '), false),
        ...(said.length > 1 ? { prefix: '', stem: '' } : {}),
        meant: phrase.meant,
      });
      at += said.length;
    } else {
      if (!isOneOf(rest[at], SMALL)) terms.push(termOf(rest[at], isPerson));
      at++;
    }
    isPerson = isTitle;
  }
  return { terms, range };
}

const kindAt = (words: readonly string[], at: number) =>
  KIND_PHRASES.find((phrase) =>
    phrase.words.every((each, i) => at + i < words.length && isOneOf(words[at + i], [each])),
  ) ?? null;

function termOf(text: string, isPerson: boolean): Term {
  const isWord = /^\p{L}+$/u.test(text);
  const stem =
    isWord && text.length > STEM_LETTERS_MIN ? text.slice(0, Math.max(STEM_LETTERS_MIN, text.length - 2)) : '';
  return { text, prefix: text, stem, meant: null, isPerson };
}

/** Terms that a word meets by its whole beginning, one bit each. */
function fullBits(terms: readonly Term[], word: string): number {
  let bits = 0;
  for (let i = 0; i < terms.length; i++) if (terms[i].prefix !== '' && word.startsWith(terms[i].prefix)) bits |= 1 << i;
  return bits;
}

/** Those that it meets by their stems. */
function stemBits(terms: readonly Term[], word: string): number {
  let bits = 0;
  for (let i = 0; i < terms.length; i++) if (terms[i].stem !== '' && word.startsWith(terms[i].stem)) bits |= 1 << i;
  return bits;
}

/** Of anything that has a name, beside the records: series, notes. Empty: not all terms are met. */
export function reasonsIn(terms: readonly Term[], texts: readonly { field: BoxField; text: string }[]): BoxReason[] {
  const reasons: BoxReason[] = [];
  terms.forEach((term) => {
    const isMet = (word: string) => (fullBits([term], word) | stemBits([term], word)) !== 0;
    const found = texts.find(({ text }) => wordsIn(fold(text)).some(isMet));
    if (found) reasons.push({ term: term.text, ...found });
  });
  return reasons.length === terms.length ? reasons : [];
}

export function findInBox(index: RecordIndex, { terms, range }: BoxAsked, { limit, isVisible }: BoxOptions): BoxFound {
  const visible = index.members(isVisible);
  const members = range ? within(index, visible, range) : visible;
  return new BoxSearch(index, terms, members, visible).found(limit);
}

/** Records that hold all words of a text. */
export function wordsFlags(index: RecordIndex, text: string, members: Flags): Flags {
  const terms = wordsIn(fold(text))
    .slice(0, BOX_WORDS_MAX)
    .map((word) => ({ ...termOf(word, false), stem: '' }));
  return new BoxSearch(index, terms, members, members).meeting();
}

function within({ records }: RecordIndex, members: Flags, { lo, hi }: TimeRange): Flags {
  const { at } = records;
  const found = members.slice();
  for (let i = 0; i < found.length; i++) if (!(at.all[i] >= lo && at.all[i] < hi)) found[i] = 0;
  return found;
}

class BoxSearch {
  readonly #index: RecordIndex;
  readonly #terms: readonly Term[];
  readonly #members: Flags;
  /** Those of other times too: a doctor has no time. */
  readonly #visible: Flags;
  readonly #peopleBits: number;
  /** Rows of the box that meet a term: which record each is about, and which terms it meets. */
  readonly #rows: { row: number; about: number; bits: number }[] = [];
  /** By number of a text. */
  readonly #textFull: Uint32Array;
  readonly #textAny: Uint32Array;
  /** By number of a record: terms that are met, and terms that only a person or place that it names meets. */
  readonly #met: Uint32Array;
  readonly #through: Uint32Array;
  readonly #throughRecord: Uint32Array;

  constructor(index: RecordIndex, terms: readonly Term[], members: Flags, visible: Flags) {
    this.#index = index;
    this.#terms = terms;
    this.#members = members;
    this.#visible = visible;
    this.#peopleBits = terms.reduce((bits, { isPerson }, i) => (isPerson ? bits | (1 << i) : bits), 0);
    this.#met = new Uint32Array(index.size);
    this.#through = new Uint32Array(index.size);
    this.#throughRecord = new Uint32Array(index.size);
    const textWords = index.textWords();
    this.#textFull = new Uint32Array(textWords.length);
    this.#textAny = new Uint32Array(textWords.length);
    this.#matchTexts(textWords);
    this.#matchRecords();
    this.#matchKinds();
    this.#matchPeople();
  }

  #matchTexts(textWords: readonly (readonly number[])[]): void {
    const words = this.#index.words.texts;
    const full = Uint32Array.from(words, (word) => fullBits(this.#terms, word));
    const any = Uint32Array.from(words, (word, i) => full[i] | stemBits(this.#terms, word));
    if (any.every((bits) => bits === 0)) return;
    for (let text = 0; text < textWords.length; text++)
      for (const number of textWords[text]) {
        this.#textFull[text] |= full[number];
        this.#textAny[text] |= any[number];
      }
  }

  /** Gathers the rows that meet anything: all that follows looks at those alone. */
  #matchRecords(): void {
    const { box, records } = this.#index;
    const { keys, records: ofRows, rows } = box;
    const any = this.#textAny;
    const [shown, amends] = [records.shown.all, records.amends.all];
    for (let i = 0; i < rows; i++) {
      if (any[keys[i]] === 0) continue;
      // An amendment's words are about what it amends.
      const about = amends[ofRows[i]] > 0 ? amends[ofRows[i]] - 1 : ofRows[i];
      const bits = shown[about] ? this.#bitsAt(i) : 0;
      if (bits === 0) continue;
      this.#met[about] |= bits;
      this.#rows.push({ row: i, about, bits });
    }
  }

  #bitsAt(row: number): number {
    const bits = this.#textAny[this.#index.box.keys[row]];
    if (this.#peopleBits === 0) return bits;
    const field = BOX_FIELDS[this.#index.boxFields.all[row]];
    const isOfPerson =
      field === 'person' || field === 'place' || PEOPLE_TYPES.has(this.#index.typeName(this.#index.box.records[row]));
    return isOfPerson ? bits : bits & ~this.#peopleBits;
  }

  #matchKinds(): void {
    const { records, names } = this.#index;
    this.#terms.forEach(({ meant }, i) => {
      if (meant === null) return;
      const categories = new Set(meant.categories.map((name) => names.find(name)));
      const types = new Set(meant.types.map((name) => names.find(name)));
      for (let number = 0; number < this.#met.length; number++) {
        const isOfCategory = categories.size === 0 || categories.has(records.category.all[number]);
        const isOfType = types.size === 0 || types.has(records.type.all[number]);
        if (isOfCategory && isOfType) this.#met[number] |= 1 << i;
      }
    });
  }

  /** Who is found by name is found in all that names her, though it names her by reference only. */
  #matchPeople(): void {
    const { columns } = this.#index;
    const people: number[] = [];
    for (let i = 0; i < this.#met.length; i++)
      if (this.#met[i] !== 0 && this.#visible[i] && PEOPLE_TYPES.has(this.#index.typeName(i))) people.push(i);
    const asPeople = new Uint32Array(this.#met.length);
    // A kind's word (“hospital”) means the records of that kind, and not all that ever happened in one.
    const words = this.#terms.reduce((bits, { meant }, i) => (meant === null ? bits | (1 << i) : bits), 0);
    for (const number of people) asPeople[number] = this.#met[number] & words;
    if (people.length === 0) return;
    for (const [name, { to, rows, records }] of columns) {
      if (to === null || !PEOPLE_CODES.has(name.slice(name.indexOf('.') + 1))) continue;
      for (let i = 0; i < rows; i++) {
        const bits = to[i] > 0 ? asPeople[to[i] - 1] & ~this.#met[records[i]] : 0;
        if (bits === 0) continue;
        this.#through[records[i]] |= bits;
        this.#throughRecord[records[i]] = to[i];
      }
    }
    for (let i = 0; i < this.#met.length; i++) this.#met[i] |= this.#through[i];
  }

  meeting(): Flags {
    const all = (1 << this.#terms.length) - 1;
    const found = new Uint8Array(this.#met.length);
    for (let i = 0; i < found.length; i++) found[i] = this.#members[i] && (this.#met[i] & all) === all ? 1 : 0;
    return found;
  }

  found(limit: number): BoxFound {
    let found = this.meeting();
    const isPartial = this.#terms.length > 1 && !found.includes(1);
    if (isPartial) found = this.#meetingMost();
    const scores = this.#scores(found);
    const { at } = this.#index.records;
    let total = 0;
    for (let i = 0; i < found.length; i++) total += found[i];
    const newest = (number: number) => (Number.isNaN(at.all[number]) ? Number.NEGATIVE_INFINITY : at.all[number]);
    const keys = scores.map((score, i) => (this.#terms.length === 0 ? -at.all[i] : -score));
    const best = firstOf(found, limit, keys, (a, b) => compared(newest(b), newest(a)) || a - b);
    const reasons = this.#reasons(new Set(best));
    const within = this.#within(new Set(best));
    const hits = best.map((number) => ({
      id: this.#index.records.ids[number],
      score: scores[number],
      reasons: reasons.get(number) ?? [],
      ...(within.has(number) ? { within: this.#index.records.ids[within.get(number) as number] } : {}),
    }));
    return { hits, total, isPartial };
  }

  #meetingMost(): Flags {
    const found = new Uint8Array(this.#met.length);
    let most = 1;
    for (let i = 0; i < found.length; i++) if (this.#members[i]) most = Math.max(most, ones(this.#met[i]));
    for (let i = 0; i < found.length; i++) found[i] = this.#members[i] && ones(this.#met[i]) === most ? 1 : 0;
    return found;
  }

  /** Of each record the best place of each term. */
  #scores(found: Flags): Float64Array {
    const { box, boxFields } = this.#index;
    const scores = new Float64Array(found.length);
    const best = this.#terms.map(() => new Float32Array(found.length));
    for (const { row: i, about, bits } of this.#rows) {
      if (!found[about]) continue;
      const full = this.#textFull[box.keys[i]];
      const weight = WEIGHTS[BOX_FIELDS[boxFields.all[i]]];
      for (let term = 0; term < best.length; term++) {
        if (!(bits & (1 << term))) continue;
        const points = full & (1 << term) ? weight : weight * STEM_SHARE;
        if (points > best[term][about]) best[term][about] = points;
      }
    }
    for (let term = 0; term < best.length; term++)
      for (let i = 0; i < scores.length; i++)
        if (this.#met[i] & (1 << term)) scores[i] += Math.max(best[term][i], KIND_WEIGHT);
    return scores;
  }

  #reasons(of: ReadonlySet<number>): Map<number, BoxReason[]> {
    const { box, boxFields, texts } = this.#index;
    const best = new Map<number, (BoxReason & { points: number })[]>();
    for (const { row: i, about, bits } of this.#rows) {
      if (!of.has(about)) continue;
      const field = BOX_FIELDS[boxFields.all[i]];
      const reasons = best.get(about) ?? [];
      best.set(about, reasons);
      this.#terms.forEach(({ text: term }, bit) => {
        if (!(bits & (1 << bit))) return;
        const points = WEIGHTS[field] * (this.#textFull[box.keys[i]] & (1 << bit) ? 1 : STEM_SHARE);
        if ((reasons[bit]?.points ?? 0) < points)
          reasons[bit] = { term, field, text: texts.texts[box.keys[i]], points };
      });
    }
    const told = new Map<number, BoxReason[]>();
    for (const number of of)
      told.set(
        number,
        this.#terms.flatMap((_, bit) => this.#reason(number, bit, best.get(number)?.[bit])),
      );
    return told;
  }

  #reason(number: number, bit: number, best: (BoxReason & { points: number }) | undefined): BoxReason[] {
    const { text: term } = this.#terms[bit];
    if (best) return [{ term, field: best.field, text: best.text }];
    if (this.#through[number] & (1 << bit)) {
      const person = this.#throughRecord[number] - 1;
      const { box, texts } = this.#index;
      const row = box.records.subarray(0, box.rows).indexOf(person);
      return [{ term, field: 'person', text: row < 0 ? '' : texts.texts[box.keys[row]] }];
    }
    return this.#met[number] & (1 << bit) ? [{ term, field: 'kind', text: '' }] : [];
  }

  /** Reports of which a value is a part. */
  #within(of: ReadonlySet<number>): Map<number, number> {
    const found = new Map<number, number>();
    const column = this.#index.columns.get('DiagnosticReport.result');
    for (let i = 0; i < (column?.rows ?? 0); i++) {
      const to = (column?.to?.[i] ?? 0) - 1;
      const report = column?.records[i] ?? 0;
      if (to >= 0 && of.has(to) && this.#visible[report]) found.set(to, report);
    }
    return found;
  }
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Infinite ones are equal to each other. */
const compared = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
