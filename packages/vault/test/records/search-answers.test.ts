// Right answers: what the index finds is what a dumb search over all records finds, for every kind of question, over the records of others.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadSearchParameters, type SearchParameter } from '../../src/records/definitions/index.ts';
import type { RecordEntry } from '../../src/records/index.ts';
import { type RecordIndex, searchRecords } from '../../src/records/search/index.ts';
import { bare, type Json, momentsOf, Oracle } from './search-oracle.ts';
import { entriesOf, indexOf, moreSamples, resolverOf, samples } from './search-samples.ts';

const OPTIONS = { nowMicros: 1_790_000_000_000_000 };
const RUNS = 60;

let entries: RecordEntry[];
let index: RecordIndex;
let oracle: Oracle;
let parameters: readonly SearchParameter[];

beforeAll(async () => {
  const all = [...samples(), ...moreSamples().map((each) => ({ ...each, source: `more ${each.source}` }))];
  entries = entriesOf(all);
  index = await indexOf(entries);
  parameters = await loadSearchParameters();
  oracle = new Oracle(entries, parameters, resolverOf(entries));
}, 60_000);

const escaped = (text: string) => encodeURIComponent(text.replace(/[\\,|$]/g, '\\$&'));

function found(query: string): string[] {
  const ids: string[] = [];
  for (let offset = 0; ; offset += 1000) {
    const page = searchRecords(index, `${query}&_count=1000&_offset=${offset}`, OPTIONS);
    ids.push(...page.ids);
    if (ids.length >= page.total) return ids.sort();
  }
}

/** Codes of the parameters of a kind that a type has, without the common ones that hold nothing here. */
const codesOf = (type: string, kind: string): string[] =>
  parameters.filter((each) => each.type === kind && each.base.includes(type)).map(({ code }) => code);

/** One value of the samples: a record, one of its parameters of a kind, a value of it. */
function pick(kind: string, n: number, m: number): { entry: RecordEntry; code: string; value: Json } | null {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[(n + i * 7919) % entries.length];
    const codes = codesOf(entry.type, kind);
    for (let j = 0; j < codes.length; j++) {
      const code = codes[(m + j) % codes.length];
      const values = oracle.values(entry, code);
      if (values.length > 0) return { entry, code, value: values[m % values.length] };
    }
  }
  return null;
}

const numbers = [fc.nat({ max: 1_000_000 }), fc.nat({ max: 1_000 })] as const;

function holds(
  kind: string,
  check: (picked: NonNullable<ReturnType<typeof pick>>, variant: number) => void,
  runs = RUNS,
) {
  fc.assert(
    fc.property(...numbers, fc.nat({ max: 11 }), (n, m, variant) => {
      const picked = pick(kind, n, m);
      expect(picked).not.toBeNull();
      if (picked) check(picked, variant);
    }),
    { numRuns: runs, seed: 6 },
  );
}

const firstCoding = (value: Json): { system?: string; code: string } =>
  typeof value === 'object'
    ? (value.coding?.[0] ?? { system: value.system, code: value.code ?? value.value })
    : { code: String(value) };

describe('the index answers as a search over everything', () => {
  test('token, with system, without, none; :not; :missing', () => {
    holds('token', ({ entry: { type }, code, value }, variant) => {
      const { system, code: wanted } = firstCoding(value);
      if (wanted === undefined) return;
      const asked = [wanted, `${system ?? ''}|${wanted}`, `|${wanted}`, `${system ?? 'urn:x'}|`, wanted.toUpperCase()][
        variant % 5
      ];
      const query = asked.split('|').map(escaped).join('|');
      const has = (each: RecordEntry) => oracle.token(each, code, asked);
      if (variant < 8) expect(found(`${type}?${code}=${query}`)).toEqual(oracle.ids(type, has));
      else if (variant < 10)
        expect(found(`${type}?${code}:not=${query}`)).toEqual(oracle.ids(type, (each) => !has(each)));
      else
        expect(found(`${type}?${code}:missing=true`)).toEqual(oracle.ids(type, (each) => oracle.isMissing(each, code)));
    });
  });

  test('token:text', () => {
    holds('token', ({ entry: { type }, code, value }) => {
      const text: string = value?.text ?? value?.coding?.[0]?.display ?? value?.display ?? '';
      if (text === '') return;
      const asked = text.slice(0, 5).toUpperCase();
      expect(found(`${type}?${code}:text=${escaped(asked)}`)).toEqual(
        oracle.ids(type, (each) => oracle.text(each, code, asked)),
      );
    });
  });

  test('date with every prefix, from a year to a second', () => {
    const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'];
    holds('date', ({ entry: { type }, code, value }, variant) => {
      const written: string | undefined = typeof value === 'string' ? value : (value.start ?? value.end);
      if (written === undefined) return;
      for (const prefix of prefixes) {
        const length = [4, 7, 10, written.length][variant % 4];
        const asked = written.slice(0, Math.min(length, written.length));
        const expected = oracle.ids(type, (each) => oracle.date(each, code, prefix, momentsOf(asked)));
        expect(found(`${type}?${code}=${prefix}${escaped(asked)}`), `${prefix}${asked}`).toEqual(expected);
      }
    });
  });

  test('quantity with every prefix, by number, unit, system and another unit of the same kind', () => {
    const others: Record<string, string[]> = {
      'mg/dL': ['g/L', 'ug/mL', 'kg/m3'],
      kg: ['g', '[lb_av]', 'mg'],
      cm: ['m', '[in_i]', 'mm'],
      'mm[Hg]': ['kPa', 'Pa'],
      'mmol/L': ['umol/mL', 'mol/m3'],
      'g/dL': ['g/L', 'mg/mL'],
      Cel: ['K', '[degF]'],
    };
    const prefixes = ['', 'ne', 'gt', 'lt', 'ge', 'le', 'ap'];
    let converted = 0;
    holds('quantity', ({ entry: { type }, code, value }, variant) => {
      if (typeof value.value !== 'number') return;
      const other = others[value.code]?.[variant % 3] ?? value.code;
      const units = [
        undefined,
        { system: '', code: value.unit ?? value.code },
        { system: value.system, code: value.code },
        { system: value.system, code: other },
      ];
      const unit = units[variant % 4];
      if (unit && (unit.code === undefined || unit.system === undefined)) return;
      if (unit && unit.code !== value.code) converted++;
      const step = [0, 0.1, -5][variant % 3];
      const text = String(Number((value.value + step).toPrecision(4)));
      if (text.includes('e')) return;
      for (const prefix of prefixes) {
        const query = unit ? `${text}|${escaped(unit.system)}|${escaped(unit.code)}` : text;
        const expected = oracle.ids(type, (each) => oracle.quantity(each, code, prefix || 'eq', text, unit));
        expect(found(`${type}?${code}=${prefix}${query}`), `${prefix}${query}`).toEqual(expected);
      }
    });
    expect(converted).toBeGreaterThan(3);
  });

  test('string: beginning, contains, exact', () => {
    holds('string', ({ entry: { type }, code, value }, variant) => {
      const text: string = typeof value === 'string' ? value : (value.family ?? value.city ?? value.given?.[0] ?? '');
      if (text === '' || text.length > 200) return;
      const part = text.slice(variant % 3, (variant % 3) + 4);
      const starts = (each: string) => bare(each).startsWith(bare(part));
      const contains = (each: string) => bare(each).includes(bare(part));
      const [modifier, passes, asked] = [
        ['', starts, part.toUpperCase()],
        [':contains', contains, part],
        [':exact', (each: string) => each === text, text],
      ][variant % 3] as [string, (each: string) => boolean, string];
      expect(found(`${type}?${code}${modifier}=${escaped(asked)}`)).toEqual(
        oracle.ids(type, (each) => oracle.string(each, code, passes)),
      );
    });
  });

  test('reference by our id, and by type and id within one source', () => {
    holds('reference', ({ entry, code }) => {
      const [target] = oracle.targets(entry, code);
      if (target === undefined) return;
      const leads = (each: RecordEntry) => oracle.targets(each, code).some(({ id }) => id === target.id);
      const expected = oracle.ids(entry.type, leads);
      expect(found(`${entry.type}?${code}=${target.id}`)).toEqual(expected);
      expect(found(`${entry.type}?${code}=${target.type}/${target.id}`)).toEqual(expected);
      expect(expected).toContain(entry.id);
    });
  });

  test('chained, over one and over two records', () => {
    holds(
      'reference',
      ({ entry, code }, variant) => {
        const [target] = oracle.targets(entry, code);
        const inner = target && codesOf(target.type, 'token').find((each) => oracle.values(target, each).length > 0);
        if (target === undefined || inner === undefined) return;
        const { code: wanted } = firstCoding(oracle.values(target, inner)[0]);
        if (wanted === undefined) return;
        const meets = (each: RecordEntry) => each.type === target.type && oracle.token(each, inner, wanted);
        expect(found(`${entry.type}?${code}:${target.type}.${inner}=${escaped(wanted)}`)).toEqual(
          oracle.ids(entry.type, (each) => oracle.targets(each, code).some(meets)),
        );
        const onward = codesOf(target.type, 'reference').find((each) => oracle.targets(target, each).length > 0);
        const [next] = onward ? oracle.targets(target, onward) : [];
        if (next === undefined || variant > 3) return;
        const isNext = (each: RecordEntry) => oracle.targets(each, onward!).some(({ id }) => id === next.id);
        expect(found(`${entry.type}?${code}:${target.type}.${onward}:${next.type}._id=${next.id}`)).toEqual(
          oracle.ids(entry.type, (each) =>
            oracle.targets(each, code).some((of) => of.type === target.type && isNext(of)),
          ),
        );
      },
      40,
    );
  });

  test('_has, and _has within _has', () => {
    holds(
      'reference',
      ({ entry, code }) => {
        const [target] = oracle.targets(entry, code);
        const inner = codesOf(entry.type, 'token').find((each) => oracle.values(entry, each).length > 0);
        if (target === undefined || inner === undefined) return;
        const { code: wanted } = firstCoding(oracle.values(entry, inner)[0]);
        if (wanted === undefined) return;
        const sources = entries.filter((each) => each.type === entry.type && oracle.token(each, inner, wanted));
        const meant = new Set(sources.flatMap((each) => oracle.targets(each, code).map(({ id }) => id)));
        const expected = oracle.ids(target.type, ({ id }) => meant.has(id));
        expect(expected).toContain(target.id);
        expect(found(`${target.type}?_has:${entry.type}:${code}:${inner}=${escaped(wanted)}`)).toEqual(expected);
      },
      40,
    );
    const query = 'Patient?_has:Encounter:patient:_has:Observation:encounter:code=8302-2';
    const inEncounters = entries.filter(
      (each) =>
        each.type === 'Encounter' &&
        oracle.referrers(each, 'Observation', 'encounter').some((of) => oracle.token(of, 'code', '8302-2')),
    );
    const patients = new Set(inEncounters.flatMap((each) => oracle.targets(each, 'patient').map(({ id }) => id)));
    expect(patients.size).toBeGreaterThan(0);
    expect(found(query)).toEqual(oracle.ids('Patient', ({ id }) => patients.has(id)));
  });

  test('composites: parts of one thing, and of one resource', () => {
    const component = (each: RecordEntry, code: string, passes: (value: number) => boolean) =>
      ((each.resource.component ?? []) as Json[]).some(
        (part) => part.code?.coding?.some((of: Json) => of.code === code) && passes(part.valueQuantity?.value),
      );
    for (const limit of [70, 84, 100, 110, 119]) {
      const expected = oracle.ids('Observation', (each) => component(each, '8480-6', (value) => value > limit));
      expect(found(`Observation?component-code-value-quantity=8480-6$gt${limit}`)).toEqual(expected);
      const own = (each: RecordEntry) =>
        oracle.token(each, 'code', '8480-6') && oracle.quantity(each, 'value-quantity', 'gt', String(limit));
      const either = oracle.ids(
        'Observation',
        (each) => own(each) || component(each, '8480-6', (value) => value > limit),
      );
      expect(found(`Observation?combo-code-value-quantity=8480-6$gt${limit}`)).toEqual(either);
      expect(either.length).toBeGreaterThan(0);
    }
    const tall = oracle.ids(
      'Observation',
      (each) => oracle.token(each, 'code', '8302-2') && oracle.quantity(each, 'value-quantity', 'gt', '150'),
    );
    expect(found('Observation?code-value-quantity=http://loinc.org|8302-2$gt150')).toEqual(tall);
    expect(tall.length).toBeGreaterThan(0);
  });

  test('several criteria are all met, several values any', () => {
    holds('token', ({ entry: { type }, code, value }, variant) => {
      const { code: wanted } = firstCoding(value);
      if (wanted === undefined) return;
      const date = codesOf(type, 'date')[0];
      if (date === undefined) return;
      const year = 2010 + variant;
      const expected = oracle.ids(
        type,
        (each) =>
          (oracle.token(each, code, wanted) || oracle.token(each, code, 'final')) &&
          oracle.date(each, date, 'ge', momentsOf(`${year}`)),
      );
      expect(found(`${type}?${code}=${escaped(wanted)},final&${date}=ge${year}`)).toEqual(expected);
    });
  });
});
