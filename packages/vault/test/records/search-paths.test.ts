// Our part of FHIRPath against the whole of it: every search parameter of R4 finds in every sample what fhirpath.js finds.
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { expect, test } from 'vitest';
import { loadSearchParameters, type SearchParameter } from '../../src/records/definitions/index.ts';
import type { Resource } from '../../src/records/index.ts';
import { compilePath } from '../../src/records/search/path.ts';
import { moreSamples, samples } from './search-samples.ts';

/** Of the many alike of one export a part is enough: each type with its first so many. */
const OF_EACH_TYPE = 40;

const isOf = ({ base }: SearchParameter, type: string) =>
  base.some((each) => each === type || each === 'Resource' || each === 'DomainResource');

/**
 * What fhirpath.js cannot be asked as R4 writes it: it holds `as` to one value (R4's authors wrote it of lists), so that every value is asked by itself; and
 * what a reference leads to it would fetch from a server.
 */
function asWritten(expression: string): string {
  return expression
    .replace(/\(([A-Za-z.]+) as ([A-Za-z]+)\)/g, '$1.ofType($2)')
    .replace(/\.as\(([A-Za-z]+)\)/g, (_, type: string) => `.ofType(${type === 'DateTime' ? 'dateTime' : type})`)
    .replace(/\.where\(resolve\(\) is [A-Za-z]+\)/g, '');
}

function plain(value: unknown): unknown {
  return value !== null && typeof value === 'object' && 'asStr' in value ? (value as { asStr: string }).asStr : value;
}

const told = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(plain(value))).sort();

test('every search parameter of R4 finds what fhirpath.js finds', async () => {
  const parameters = (await loadSearchParameters()).filter(({ expression }) => expression !== '');
  const counts = new Map<string, number>();
  const some = [...samples(), ...moreSamples()].filter(({ resource: { resourceType } }) => {
    counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1);
    return (counts.get(resourceType) ?? 0) <= OF_EACH_TYPE;
  });
  expect(counts.size).toBeGreaterThan(25);
  const compiled = parameters.map((parameter) => ({
    parameter,
    ours: compilePath(parameter.expression),
    theirs: fhirpath.compile(asWritten(parameter.expression), r4),
  }));
  const differing: string[] = [];
  let values = 0;
  for (const { resource } of some)
    for (const { parameter, ours, theirs } of compiled) {
      if (!isOf(parameter, resource.resourceType)) continue;
      const found = told(ours(resource as Resource).map(({ value }) => value));
      // A union is a set.
      const expected = told(theirs(resource as never) as unknown[]);
      values += expected.length;
      if ([...new Set(found)].join() !== [...new Set(expected)].join())
        differing.push(`${resource.resourceType}/${resource.id} ${parameter.code}: ${found} is not ${expected}`);
    }
  expect(differing).toEqual([]);
  expect(values).toBeGreaterThan(5_000);
}, 120_000);
