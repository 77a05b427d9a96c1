import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXPANSIONS, EXTENSIONS, isFetched, R4 } from '../../../../docs/fhir-packages.ts';
import { makeDefinitions } from '../../../../docs/make-fhir-definitions.ts';
import { type Definitions, loadDefinitions, loadSearchParameters } from '../../src/records/definitions/index.ts';

const FOLDER = new URL('../../src/records/definitions/', import.meta.url);
const fetched = [R4, EXPANSIONS, EXTENSIONS].every(isFetched);

let definitions: Definitions;
beforeAll(async () => {
  definitions = await loadDefinitions();
});

describe('tables of FHIR R4', () => {
  test.skipIf(!fetched)(
    `a fresh run gives the same bytes${fetched ? '' : ' (skipped: HL7 packages are not here, `node docs/make-fhir-definitions.ts` fetches them)'}`,
    () => {
      for (const [name, text] of Object.entries(makeDefinitions()))
        expect(readFileSync(new URL(name, FOLDER), 'utf8') === text, name).toBe(true);
    },
  );

  test('all of R4 is there', async () => {
    const { ELEMENTS } = await import('../../src/records/definitions/elements.ts');
    const names = ELEMENTS.trim()
      .split('\n')
      .map((line) => line.split(/[~^<]/)[0]);
    expect(names.filter((name) => definitions.isResource(name))).toHaveLength(146);
    // Every line can be read, and every type that an element names is one.
    const used = names.flatMap((name) => definitions.type(name)!.fields.elements.flatMap(({ types }) => types));
    expect(used.filter(({ name }) => !/^[a-z]/.test(name) && !definitions.type(name))).toEqual([]);
    // No field of R5 slipped in, as in other tables that call themselves R4.
    expect(definitions.type('ResearchStudy')!.fields.byName.has('recruitment')).toBe(false);
  });

  test('an observation, read by hand from hl7.org/fhir/R4/observation.html', () => {
    const { fields } = definitions.type('Observation')!;
    const value = fields.elements.find(({ name }) => name === 'value')!;
    expect(value.types.map(({ name }) => name).join(' ')).toBe(
      'Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period',
    );
    expect(fields.required.map(({ name }) => name)).toEqual(['status', 'code']);
    expect(fields.byName.get('encounter')!.type.targets).toEqual(['Encounter']);
    expect(fields.byName.get('component')!.element.fields!.byName.get('referenceRange')!.element.same).toBe(
      'Observation.referenceRange',
    );
    expect([...definitions.codes('observation-status').keys()].join(' ')).toBe(
      'registered preliminary final amended corrected cancelled entered-in-error unknown',
    );
  });

  test('types are built on others', () => {
    expect(definitions.lineage('Age')).toEqual(['Age', 'Quantity', 'Element']);
    expect(definitions.lineage('Patient')).toEqual(['Patient', 'DomainResource', 'Resource']);
    expect(definitions.type('constructor')).toBeUndefined();
    expect(definitions.type('Medikament')).toBeUndefined();
  });

  test('extensions of HL7, old and new', () => {
    expect(definitions.extension('http://hl7.org/fhir/StructureDefinition/patient-birthPlace')).toEqual({
      contexts: ['Patient'],
      types: ['Address'],
      parts: [],
      modifier: false,
    });
    expect(definitions.extension('http://hl7.org/fhir/StructureDefinition/patient-animal')!.parts).toEqual([
      'species',
      'breed',
      'genderStatus',
    ]);
    expect(definitions.extension('http://example.org/own')).toBeUndefined();
    expect(definitions.extension('display')).toBeUndefined();
    expect(definitions.extension('http://hl7.org/fhir/StructureDefinition/display')).toBeDefined();
  });

  test('search parameters', async () => {
    const parameters = await loadSearchParameters();
    expect(parameters.length).toBeGreaterThan(1_300);
    expect(parameters.find(({ code, base }) => code === 'patient' && base.includes('Observation'))).toMatchObject({
      type: 'reference',
      target: expect.arrayContaining(['Patient']),
      expression: expect.stringContaining('Observation.subject.where(resolve() is Patient)'),
    });
    expect(parameters.find(({ code }) => code === 'code-value-quantity')).toEqual({
      code: 'code-value-quantity',
      type: 'composite',
      base: ['Observation'],
      target: [],
      expression: 'Observation',
      components: [
        { code: 'code', expression: 'code' },
        { code: 'value-quantity', expression: 'value.as(Quantity)' },
      ],
    });
  });

  test('all four are at most 400 kB', () => {
    const files = ['elements.ts', 'value-sets.ts', 'extensions.ts', 'search-parameters.ts'];
    const bytes = files.map((name) => readFileSync(new URL(name, FOLDER)).length);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(400_000);
  });
});
