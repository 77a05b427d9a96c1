// Which records meet a criterion: each answer is one byte for each record. Whoever may not see a record is answered as if it were not there, at every
// step: a chain or `_has` that led through it would tell what it says (HAPI #6065).
import type { Column } from './columns.ts';
import { rangeTest } from './compare.ts';
import { idsIn, referenceParts, tokenParts, unitParts } from './keys.ts';
import type { Parameter } from './parameters.ts';
import type { Criterion } from './query.ts';
import type { QueryValue, RangeAsked, ReferenceAsked, TextAsked, TokenAsked } from './query-values.ts';
import type { RecordIndex } from './record-index.ts';
import { conversion } from './ucum.ts';
import { addressOf } from './values.ts';

const UCUM = 'http://unitsofmeasure.org';

export type Flags = Uint8Array;

/** A parameter, or a part of a composite. */
type Marked = Pick<Parameter, 'type'> & Partial<Pick<Parameter, 'targets'>>;

export class Matcher {
  readonly #index: RecordIndex;
  readonly #members: Flags;
  readonly #now: number;
  readonly #ofWords: (text: string) => Flags;

  /**
   * @param members 1 for each record that may be found
   * @param now micros, for “about”
   * @param ofWords records that hold words
   */
  constructor(index: RecordIndex, members: Flags, now: number, ofWords: (text: string) => Flags) {
    this.#index = index;
    this.#members = members;
    this.#now = now;
    this.#ofWords = ofWords;
  }

  /** Records of a type that meet all criteria. */
  all(type: string, criteria: readonly Criterion[]): Flags {
    const found = this.#ofType(type);
    for (const each of criteria) keepBoth(found, this.#one(type, each));
    return found;
  }

  #ofType(type: string): Flags {
    const { type: types } = this.#index.records;
    const wanted = this.#index.names.find(type);
    const found = new Uint8Array(this.#members.length);
    if (wanted === undefined) return found;
    for (let i = 0; i < found.length; i++) if (types.all[i] === wanted) found[i] = this.#members[i];
    return found;
  }

  #one(type: string, asked: Criterion): Flags {
    switch (asked.kind) {
      case 'id':
        return asked.isNot ? inverted(this.#withIds(asked.ids, [type])) : this.#withIds(asked.ids, [type]);
      case 'words':
        return this.#ofWords(asked.text);
      case 'missing': {
        const present = this.#present(`${type}.${asked.parameter.code}`, asked.parameter);
        return asked.isMissing ? inverted(present) : present;
      }
      case 'chain':
        return this.#chained(`${type}.${asked.parameter.code}`, asked.targets);
      case 'has':
        return this.#referredTo(`${asked.type}.${asked.parameter.code}`, this.all(asked.type, [asked.asked]));
      case 'value': {
        const { parameter, modifier, values } = asked;
        const found = this.#values(type, parameter, modifier, values);
        return modifier === 'not' ? inverted(found) : found;
      }
    }
  }

  /** Records that are called so, here or where they came from; of some types only. */
  #withIds(ids: readonly string[], types: readonly string[] = []): Flags {
    const { records, names } = this.#index;
    const found = new Uint8Array(this.#members.length);
    const isOf = new Uint8Array(names.size);
    for (const type of types) isOf[names.find(type) ?? isOf.length] = 1;
    for (let i = 0; i < found.length; i++) {
      if (!this.#members[i] || (types.length > 0 && !isOf[records.type.all[i]])) continue;
      const local = records.localIds[i];
      for (const id of ids)
        if (records.ids[i] === id || (local.includes(id) && idsIn(local).includes(id))) found[i] = 1;
    }
    return found;
  }

  #present(name: string, { type, wholeParts }: Parameter): Flags {
    const found = new Uint8Array(this.#members.length);
    if (type !== 'composite') {
      for (const suffix of ['', ':text', ':identifier']) this.#mark(name + suffix, found, () => true);
      return found;
    }
    for (const owner of this.#index.groups.get(name)?.all ?? []) found[owner] = 1;
    if (wholeParts)
      for (const code of wholeParts) this.#mark(`${name.slice(0, name.indexOf('.'))}.${code}`, found, () => true);
    return found;
  }

  /** Marks the records of rows that pass. */
  #mark(name: string, found: Flags, passes: (row: number, column: Column) => boolean): void {
    const column = this.#index.columns.get(name);
    if (!column) return;
    for (let i = 0; i < column.rows; i++) if (passes(i, column)) found[column.records[i]] = 1;
  }

  #values(type: string, parameter: Parameter, modifier: string, values: readonly QueryValue[]): Flags {
    const name = `${type}.${parameter.code}`;
    const found = new Uint8Array(this.#members.length);
    if (parameter.type === 'composite') {
      for (const value of values) if (value.type === 'parts') this.#composite(type, parameter, value.parts, found);
      return found;
    }
    this.#marked(name, parameter, modifier, values, found);
    return found;
  }

  /** Marks records (or groups, of a part of a composite) of which a row has one of the values. */
  #marked(
    name: string,
    { type, targets }: Marked,
    modifier: string,
    values: readonly QueryValue[],
    found: Flags,
  ): void {
    if (type === 'date' || type === 'number' || type === 'quantity') {
      for (const value of values) if (value.type === 'range') this.#ranges(name, value, found);
    } else if (type === 'reference' && modifier !== 'identifier') {
      for (const value of values) if (value.type === 'reference') this.#references(name, value, targets ?? [], found);
    } else if (type === 'string' || type === 'uri' || modifier === 'text') {
      const suffix = type === 'token' ? ':text' : '';
      const wanted = this.#texts(values as TextAsked[], type === 'uri' ? `uri${modifier}` : modifier);
      this.#mark(name + suffix, found, (i, { keys }) => wanted[keys[i]] === 1);
    } else {
      const wanted = this.#tokens(values as TokenAsked[]);
      this.#mark(
        modifier === 'identifier' ? `${name}:identifier` : name,
        found,
        (i, { keys }) => wanted[keys[i]] === 1,
      );
    }
  }

  #composite(type: string, { code, wholeParts, parts }: Parameter, values: readonly QueryValue[], found: Flags): void {
    const name = `${type}.${code}`;
    const owners = this.#index.groups.get(name);
    if (owners) {
      const groups = new Uint8Array(owners.length).fill(1);
      parts.forEach((part, i) => {
        const met = new Uint8Array(owners.length);
        this.#marked(`${name}~${i}`, part, '', [values[i]], met);
        keepBoth(groups, met);
      });
      for (let i = 0; i < groups.length; i++) if (groups[i]) found[owners.all[i]] = 1;
    }
    if (wholeParts === null) return;
    const whole = new Uint8Array(found.length).fill(1);
    wholeParts.forEach((each, i) => {
      const met = new Uint8Array(found.length);
      this.#marked(`${type}.${each}`, parts[i], '', [values[i]], met);
      keepBoth(whole, met);
    });
    for (let i = 0; i < whole.length; i++) if (whole[i]) found[i] = 1;
  }

  #tokens(values: readonly TokenAsked[]): Flags {
    const { texts } = this.#index.tokens;
    const wanted = new Uint8Array(texts.length);
    // Where nobody knows whether a code's letters may be small, FHIR lets them: better one too many than one too few.
    const asked = values.map(({ system, code }) => ({ system, code: code.toLowerCase() }));
    for (let i = 0; i < texts.length; i++) {
      const key = texts[i];
      for (const { system, code } of asked) {
        if (code !== '' && key.length < code.length) continue;
        const token = tokenParts(key);
        if (code !== '' && token.code.toLowerCase() !== code) continue;
        const isOfSystem = system === undefined || system === token.system || (token.system === null && code !== '');
        if (isOfSystem) wanted[i] = 1;
      }
    }
    return wanted;
  }

  #texts(values: readonly TextAsked[], modifier: string): Flags {
    const { texts } = this.#index.texts;
    const folded = this.#index.folded();
    const wanted = new Uint8Array(texts.length);
    const passes = TEXT_TESTS[modifier] ?? TEXT_TESTS[''];
    for (const value of values)
      for (let i = 0; i < texts.length; i++) if (passes(value, texts[i], folded[i])) wanted[i] = 1;
    return wanted;
  }

  #ranges(name: string, asked: RangeAsked, found: Flags): void {
    const column = this.#index.columns.get(name);
    const { lo, hi } = column ?? {};
    if (!column || !lo || !hi) return;
    const { keys, records } = column;
    const test = rangeTest(asked, this.#now);
    const units = asked.unit === undefined ? null : this.#units(asked.unit);
    for (let i = 0; i < column.rows; i++) {
      let [from, to] = [lo.all[i], hi.all[i]];
      if (units) {
        const { factor, offset } = units[keys[i]];
        from = from * factor + offset;
        to = to * factor + offset;
      }
      // Not a number: nothing that could be compared, or another kind of unit.
      if (!Number.isNaN(from) && !Number.isNaN(to) && test(from, to)) found[records[i]] = 1;
    }
  }

  /** How the amounts of each unit become such of the unit that is asked for. */
  #units({ system, code }: { system: string; code: string }): { factor: number; offset: number }[] {
    const [same, none] = [
      { factor: 1, offset: 0 },
      { factor: Number.NaN, offset: 0 },
    ];
    return this.#index.units.texts.map((key) => {
      const row = unitParts(key);
      if (system === '') return row.code === code || row.unit === code ? same : none;
      if (row.system !== system) return none;
      if (code === '' || row.code === code) return same;
      return system === UCUM ? (conversion(row.code, code) ?? none) : none;
    });
  }

  #references(name: string, asked: ReferenceAsked, types: readonly string[], found: Flags): void {
    const wanted = this.#written(asked);
    const targets = this.#withIds([asked.id], asked.of === '' ? types.filter((each) => each !== '*') : [asked.of]);
    this.#mark(name, found, (i, column) => {
      const to = column.to?.[i] ?? 0;
      const isMeant = wanted[column.keys[i]] === 1 || (to > 0 && targets[to - 1] === 1);
      return isMeant && this.#counts(column.keys[i], to);
    });
  }

  /** References that are written as it is asked for. */
  #written({ text, of, id }: ReferenceAsked): Flags {
    const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(text);
    const whole = withoutVersion(text);
    const wanted = new Uint8Array(this.#index.references.size);
    this.#index.references.texts.forEach((key, i) => {
      const { told, text: own } = referenceParts(key);
      if (of !== '' && told !== '' && told !== of) return;
      if (withoutVersion(own) === whole) wanted[i] = 1;
      else if (!(isAbsolute && /^[a-z][a-z0-9+.-]*:/i.test(own))) {
        const address = addressOf(own);
        if (address !== null && address.id === id && (of === '' || address.type === of)) wanted[i] = 1;
      }
    });
    return wanted;
  }

  /** A reference that counts only where it leads to one type: does it? */
  #counts(reference: number, to: number): boolean {
    const { only, told } = this.#reference(reference);
    if (only === '' || told === only) return true;
    return to > 0 && this.#members[to - 1] === 1 && this.#index.typeName(to - 1) === only;
  }

  readonly #parts = new Map<number, { only: string; told: string }>();

  #reference(reference: number): { only: string; told: string } {
    const known = this.#parts.get(reference);
    if (known) return known;
    const parts = referenceParts(this.#index.references.texts[reference]);
    this.#parts.set(reference, parts);
    return parts;
  }

  #chained(name: string, targets: readonly { type: string; asked: Criterion }[]): Flags {
    const found = new Uint8Array(this.#members.length);
    const met = new Uint8Array(this.#members.length);
    for (const { type, asked } of targets) keepEither(met, this.all(type, [asked]));
    this.#mark(name, found, (i, { to, keys }) => {
      const target = to?.[i] ?? 0;
      return target > 0 && met[target - 1] === 1 && this.#counts(keys[i], target);
    });
    return found;
  }

  /** Records that others, which are marked, lead to. */
  #referredTo(name: string, from: Flags): Flags {
    const found = new Uint8Array(this.#members.length);
    const column = this.#index.columns.get(name);
    if (!column?.to) return found;
    const { to, records, keys } = column;
    for (let i = 0; i < column.rows; i++)
      if (to[i] > 0 && from[records[i]] === 1 && this.#counts(keys[i], to[i])) found[to[i] - 1] = 1;
    return found;
  }
}

const withoutVersion = (reference: string): string => reference.replace(/\/_history\/[^/]+$/, '');

const TEXT_TESTS: Readonly<Record<string, (asked: TextAsked, text: string, folded: string) => boolean>> = {
  '': ({ folded: asked }, _, folded) => folded.startsWith(asked),
  text: ({ folded: asked }, _, folded) => folded.startsWith(asked),
  contains: ({ folded: asked }, _, folded) => folded.includes(asked),
  exact: ({ text: asked }, text) => text === asked,
  uri: ({ text: asked }, text) => text === asked,
  uribelow: ({ text: asked }, text) => text === asked || text.startsWith(asked.endsWith('/') ? asked : `${asked}/`),
  uriabove: ({ text: asked }, text) => text === asked || asked.startsWith(text.endsWith('/') ? text : `${text}/`),
};

function keepBoth(flags: Flags, others: Flags): void {
  for (let i = 0; i < flags.length; i++) flags[i] &= others[i];
}

function keepEither(flags: Flags, others: Flags): void {
  for (let i = 0; i < flags.length; i++) flags[i] |= others[i];
}

function inverted(flags: Flags): Flags {
  const others = new Uint8Array(flags.length);
  for (let i = 0; i < flags.length; i++) others[i] = flags[i] ^ 1;
  return others;
}
