// Whatever comes: the check answers, and soon. Random JSON, good records changed at random, and what is large on purpose.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Checker, loadChecker } from '../../src/records/check/index.ts';

const CASES = join(import.meta.dirname, '../../../../test/data/records/validator-cases');

let checker: Checker;
let records: unknown[];
beforeAll(async () => {
  checker = await loadChecker((bytes) => bytes.slice(0, 20));
  records = globSync(join(CASES, '*.json')).map((file) => JSON.parse(readFileSync(file, 'utf8')));
});

const NAMES = [
  'resourceType',
  'extension',
  'contained',
  'entry',
  'resource',
  'item',
  'id',
  '_id',
  'url',
  'valueString',
  'text',
  'div',
  'coding',
  'reference',
];
const TYPES = [
  'Patient',
  'Bundle',
  'Observation',
  'Parameters',
  'Questionnaire',
  'StructureDefinition',
  'Extension',
  '__proto__',
  'toString',
];

const value = fc.oneof(
  fc.constantFrom(
    ...TYPES,
    null,
    true,
    0,
    -1,
    1e300,
    '',
    '#',
    '#a',
    '<div',
    '2020-01-01T',
    'urn:uuid:',
    '\u0000',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
);
const anything = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    value,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 })), tie('tree'), { maxKeys: 6 }),
  ),
})).tree;

interface Spot {
  of: Record<string, unknown> | unknown[];
  key: string | number;
}

function spots(of: unknown, into: Spot[] = []): Spot[] {
  if (typeof of !== 'object' || of === null) return into;
  const keys = Array.isArray(of) ? of.keys() : Object.keys(of);
  for (const key of keys) {
    into.push({ of: of as Spot['of'], key });
    spots((of as Record<string | number, unknown>)[key], into);
  }
  return into;
}

/** Seconds that a check of what is hostile may take on a busy machine; what grows by the square takes minutes. */
const SECONDS_MAX = 20;

function checkSoon(record: unknown) {
  const start = performance.now();
  const findings = checker.check(record);
  expect((performance.now() - start) / 1000).toBeLessThan(SECONDS_MAX);
  expect(findings.length).toBeLessThanOrEqual(501);
  return findings;
}

describe('fuzz', () => {
  test('random JSON, as it is and as a record of a type', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...TYPES), (of, type) => {
        checker.check(of);
        if (typeof of === 'object' && of !== null) checker.check({ ...of, resourceType: type });
      }),
      { numRuns: 3_000, seed: 6 },
    );
  });

  test('good records, changed at random', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), anything), { minLength: 1, maxLength: 4 }),
        (which, changes) => {
          const record = JSON.parse(JSON.stringify(records[which % records.length]));
          for (const [at, of] of changes) {
            const all = spots(record);
            const { of: holder, key } = all[at % all.length];
            (holder as Record<string | number, unknown>)[key] = of;
          }
          checker.check(record);
        },
      ),
      { numRuns: 500, seed: 6 },
    );
  });
});

const nested = (depth: number, wrap: (inner: unknown) => unknown, innermost: unknown) => {
  let of = innermost;
  for (let i = 0; i < depth; i++) of = wrap(of);
  return of;
};
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const N = 100_000;
const observation = (of: object) => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...of });

/** What is large, deep, or makes a careless pattern try for ever. */
const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  [
    'extensions within extensions',
    () => ({ resourceType: 'Patient', extension: nested(5_000, (inner) => [{ url: 'x', extension: inner }], []) }),
  ],
  [
    'bundles within bundles',
    () => nested(3_000, (resource) => ({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), {}),
  ],
  [
    'contained within contained',
    () => nested(3_000, (inner) => ({ resourceType: 'Patient', id: 'a', contained: [inner] }), {}),
  ],
  [
    'questions within questions',
    () => ({ resourceType: 'Questionnaire', item: nested(5_000, (item) => [{ linkId: '1', item }], []) }),
  ],
  ['lists within lists', () => ({ resourceType: 'Patient', name: nested(5_000, (inner) => [inner], []) })],
  [
    'many entries',
    () => ({
      resourceType: 'Bundle',
      type: 'searchset',
      entry: times(N, () => ({ resource: { resourceType: 'Patient' } })),
    }),
  ],
  [
    'many questions',
    () => ({ resourceType: 'Questionnaire', item: [{ linkId: '1', item: times(N, () => ({ linkId: '1' })) }] }),
  ],
  ['many parameters', () => ({ resourceType: 'Parameters', parameter: [{ part: times(N, () => ({ name: 'x' })) }] })],
  ['many concepts', () => ({ resourceType: 'CodeSystem', concept: [{ concept: times(N, () => ({ code: 'x' })) }] })],
  [
    'many sections',
    () => document([{ resourceType: 'Composition', section: [{ section: times(N, () => ({ title: 'x' })) }] }]),
  ],
  [
    'many codes in many parts',
    () =>
      observation({
        valueString: 'x',
        code: { coding: times(N, (i) => ({ code: `a${i}` })) },
        component: [{ code: { coding: times(N, (i) => ({ code: `b${i}` })) } }],
      }),
  ],
  ['many fields', () => ({ resourceType: 'Patient', ...Object.fromEntries(times(N, (i) => [`f${i}`, i])) })],
  [
    'every entry refers to every other',
    () =>
      document(
        times(300, (i) =>
          i === 0
            ? { resourceType: 'Composition', section: [{ entry: times(300, (k) => ({ reference: `urn:x:${k}` })) }] }
            : { resourceType: 'List', entry: times(300, (k) => ({ item: { reference: `urn:x:${k}` } })) },
        ),
      ),
  ],
  [
    'a long path',
    () => ({
      resourceType: 'StructureDefinition',
      type: 'Questionnaire',
      derivation: 'constraint',
      differential: { element: [{ path: `Questionnaire${'.item'.repeat(N)}` }] },
    }),
  ],
  ['a text of tags', () => ({ resourceType: 'Patient', name: [{ text: `${'<script '.repeat(N)}>` }] })],
  ['a long media type', () => ({ resourceType: 'Patient', photo: [{ contentType: `a/${';'.repeat(N)}\n` }] })],
  ['a long code', () => ({ resourceType: 'Patient', gender: `${'a '.repeat(N)} ` })],
  [
    'a long address',
    () => ({ resourceType: 'Patient', managingOrganization: { reference: `http://a${'/Ab'.repeat(N)}/x y` } }),
  ],
  ['a long date', () => ({ resourceType: 'Patient', birthDate: `2020-01-01T00:00:00.${'0'.repeat(N)}` })],
  ['a narrative of open tags', () => narrative('<b>'.repeat(N))],
  ['a narrative of one tag that never ends', () => narrative(`<b ${' '.repeat(N)}${'a="b" '.repeat(N)}`)],
  ['a narrative of ampersands', () => narrative('&'.repeat(N))],
  ['a narrative of unknown tags', () => narrative(times(N, (i) => `<x${i}></x${i}>`).join(''))],
  [
    'an attachment of 20 MB',
    () => ({
      resourceType: 'Patient',
      photo: [{ contentType: 'a/b', data: 'AAAA'.repeat(5_000_000), size: 15_000_000, hash: 'x' }],
    }),
  ],
];

const narrative = (inner: string) => ({
  resourceType: 'Patient',
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` },
});
const document = (resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'document',
  entry: resources.map((resource, i) => ({ fullUrl: `urn:x:${i}`, resource })),
});

describe('what is hostile', () => {
  test.each(HOSTILE)('%s', (_, make) => {
    expect(checkSoon(make()).length).toBeGreaterThan(0);
  });

  test('what lies too deep is said to, and left', () => {
    const deep = { resourceType: 'Patient', extension: nested(200, (inner) => [{ url: 'x', extension: inner }], []) };
    expect(checker.check(deep).some(({ rule }) => rule === 'limit')).toBe(true);
  });

  test('a record that holds itself ends too', () => {
    const record: Record<string, unknown> = { resourceType: 'Bundle', type: 'collection' };
    record.entry = [{ fullUrl: 'urn:x', resource: record }];
    expect(checkSoon(record).some(({ rule }) => rule === 'limit')).toBe(true);
  });

  test('of thousands of findings 500 are told', () => {
    const findings = checker.check({ resourceType: 'Patient', name: times(2_000, () => 1) });
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)!.rule).toBe('more');
  });
});
