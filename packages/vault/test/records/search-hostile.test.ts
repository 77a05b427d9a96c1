// Whatever stands in a resource, it is indexed without an exception and the others are found beside it; and whatever is asked, the answer is an answer or
// a refusal that says why.
import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { RecordEntry, Resource } from '../../src/records/index.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  findInBox,
  parseBox,
  RecordIndex,
  searchParameters,
  searchRecords,
} from '../../src/records/search/index.ts';
import { entriesOf, indexOf, samples } from './search-samples.ts';

const NOW = 1_790_000_000_000_000;
let entries: RecordEntry[];
let index: RecordIndex;
beforeAll(async () => {
  entries = entriesOf(samples('{synthea,hl7-examples,ips}/*.{json,json.gz}').filter((_, i) => i % 5 === 0));
  index = await indexOf(entries);
});

/** A resource of which some fields, however deep, hold something else than they should. */
function spoilt(resource: Resource, places: readonly number[], values: readonly unknown[]): Resource {
  const copy = structuredClone(resource) as Record<string, unknown>;
  const spots: [Record<string, unknown>, string][] = [];
  const walk = (of: unknown): void => {
    if (typeof of !== 'object' || of === null) return;
    for (const key of Object.keys(of)) {
      if (key !== 'resourceType') spots.push([of as Record<string, unknown>, key]);
      walk((of as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  places.forEach((place, i) => {
    const [of, key] = spots[place % spots.length];
    of[key] = values[i];
  });
  return copy as Resource;
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '\u0000',
    'a\u0001b',
    '-',
    '#',
    '/',
    'Patient/',
    1e308,
    -0,
    [[]],
    [null],
    { coding: 'x' },
    { value: {} },
  ),
);

test('any resource', async () => {
  const parameters = await searchParameters();
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      fc.array(anything, { minLength: 3, maxLength: 3 }),
      (n, places, values) => {
        const entry = entries[n % entries.length];
        const good = entries[(n + 1) % entries.length];
        const own = new RecordIndex(parameters);
        own.put([{ ...entry, resource: spoilt(entry.resource, places, values) }, good]);
        for (const _ of own.following(() => null));
        expect(searchRecords(own, `${good.type}?_id=${good.id}`, { nowMicros: NOW }).ids).toEqual([good.id]);
        findInBox(own, parseBox('a', NOW), { limit: 10 });
        const again = decodeSnapshot(encodeSnapshot(own), parameters);
        expect(searchRecords(again, `${good.type}?_id=${good.id}`, { nowMicros: NOW }).total).toBe(1);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

test('any query', () => {
  const names = fc.constantFrom(
    'code',
    'date',
    'value-quantity',
    'subject',
    'patient.name',
    'subject:Patient.birthdate',
    '_has:Observation:patient:code',
    '_id',
    '_sort',
    '_include',
    '_revinclude',
    '_count',
    '_tag',
    'code-value-quantity',
    '_type',
    '_text',
    'code:text',
    'status:missing',
  );
  const values = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'a|b',
      '|',
      '||',
      'gt5',
      'ge2019',
      '$',
      'a$b',
      '\\',
      ',',
      '*',
      'Observation:*',
      '-date',
      '1e999',
      '9999-12-31',
      '0000',
      '5.4|http://unitsofmeasure.org|mg/',
    ),
  );
  const query = fc.tuple(
    fc.constantFrom('Observation', 'Patient', 'Condition', '', 'constructor'),
    fc.array(fc.tuple(names, values), { maxLength: 4 }),
  );
  let answers = 0;
  fc.assert(
    fc.property(query, fc.boolean(), ([type, parts], isEncoded) => {
      const text = `${type}?${parts.map(([name, value]) => `${name}=${isEncoded ? encodeURIComponent(value) : value}`).join('&')}`;
      try {
        const { ids, total } = searchRecords(index, text, { nowMicros: NOW });
        expect(ids.length).toBeLessThanOrEqual(total);
        answers++;
      } catch (error) {
        expect(error).toBeInstanceOf(HaleError);
        expect((error as HaleError).code).toBe('usage');
      }
    }),
    { numRuns: 1_000 },
  );
  expect(answers).toBeGreaterThan(50);
}, 60_000);

test('anything in the box', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc
          .array(fc.constantFrom('last', 'year', 'since', '2019', 'dr', 'blood', 'test', 'w', 'marca', '99', 'a'))
          .map((words) => words.join(' ')),
      ),
      (text) => {
        const { hits, total } = findInBox(index, parseBox(text, NOW), { limit: 5 });
        expect(hits.length).toBeLessThanOrEqual(Math.min(5, total));
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
