// Patient summaries: the guide's own examples read, written anew from what was read, and compared section by section.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { describe, expect, test } from 'vitest';
import { loadChecker } from '../../src/records/check/index.ts';
import {
  isSummary,
  readSummary,
  type SummaryInput,
  type SummaryWish,
  sectionOf,
  writeSummary,
} from '../../src/records/ips/index.ts';
import type { Resource } from '../../src/records/model.ts';

const FOLDER = join(import.meta.dirname, '../../../../test/data/records/ips');
const load = (name: string) => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Resource;

/** Read off the files by eye: section, entries (and why there are none). */
const DOCUMENTS: Readonly<Record<string, string>> = {
  'Bundle-IPS-examples-Bundle-01': 'problems 1, medications 2, allergies 2, past-problems 1, plan 0, results 3',
  'Bundle-IPS-examples-Bundle-with-immunization':
    'problems 1, medications 2, allergies 2, past-problems 1, plan 0, results 3, immunizations 1',
  'Bundle-bundle-ips-all-sections':
    'problems 2, allergies 1, medications 3, immunizations 8, results 6, procedures 1, devices 1, vital-signs 3, social-history 2, alerts 1, ' +
    'story 1, directives 1, functional-status 1, past-problems 1, pregnancy 1, plan 1',
  'Bundle-bundle-minimal': 'problems 1, medications 1, allergies 1',
  'Bundle-bundle-no-info-required-sections':
    'allergies unavailable, problems unavailable, medications unavailable, immunizations 2',
};

const sectionsIn = (bundle: Resource): string[] =>
  readSummary(bundle)!.sections.map(({ name, records, emptyReason }) => `${name} ${emptyReason ?? records.length}`);

let uuids = 0;
const uuid = () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`;

function wishFrom(bundle: Resource, withSections = true): SummaryWish {
  uuids = 0;
  const summary = readSummary(bundle)!;
  const inputs: SummaryInput[] = summary.records.map(({ resource, fullUrl, section }) => ({
    ...{ resource, names: [fullUrl] },
    ...(withSections ? { section } : {}),
  }));
  const patient = inputs.find(({ resource }) => resource === summary.patient)!;
  return { patient, records: inputs.filter((input) => input !== patient), date: '2026-11-29T12:00:00+01:00', uuid };
}

const entriesOf = (bundle: Resource) => bundle.entry as { fullUrl: string; resource: Resource }[];
const references = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(references)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, each]) => (name === 'reference' ? [String(each)] : references(each)))
      : [];

describe('the documents of the guide', () => {
  test.each(Object.entries(DOCUMENTS))('%s: its sections', (name, expected) => {
    const bundle = load(name);
    expect(isSummary(bundle)).toBe(true);
    expect(sectionsIn(bundle).join(', ')).toBe(expected);
    const summary = readSummary(bundle)!;
    expect(summary.sections.every(({ missing, narrative }) => missing === 0 && narrative.includes('<div'))).toBe(true);
    expect(summary.patient).toMatchObject({ resourceType: 'Patient' });
    expect(summary.records).toHaveLength(entriesOf(bundle).length - 1);
  });

  test('records know where they stood and what they are', () => {
    const { records } = readSummary(load('Bundle-bundle-ips-all-sections'))!;
    const of = (type: string) =>
      records
        .filter(({ resource }) => resource.resourceType === type)
        .map(({ section, category }) => `${section} ${category}`);
    expect(new Set(of('Condition'))).toEqual(
      new Set(['problems problems', 'functional-status problems', 'past-problems problems']),
    );
    expect(new Set(of('Observation'))).toEqual(
      new Set(['results results', 'vital-signs vitals', 'social-history history', 'pregnancy history']),
    );
    expect(of('Consent')).toEqual(['story documents']);
    expect(of('Organization')).toEqual(['null people', 'null people']);
  });

  test.each(Object.keys(DOCUMENTS))('%s: written anew it has the same sections', (name) => {
    const bundle = load(name);
    const anew = writeSummary(wishFrom(bundle));
    const required = ['problems', 'allergies', 'medications'];
    const empty = (line: string) => / 0$/.test(line);
    // An empty section without a reason is not written; what is listed twice stands where it is listed first.
    const expected = sectionsIn(bundle).filter((line) => !empty(line) && line !== 'directives 1');
    expect(sectionsIn(anew).sort()).toEqual(expected.sort());
    expect(sectionsIn(anew).filter((line) => required.includes(line.split(' ')[0]))).toHaveLength(3);
    const given = readSummary(bundle)!;
    const got = readSummary(anew)!;
    for (const section of got.sections) {
      const before = given.sections.find(({ name: each }) => each === section.name)!;
      expect(section.records.map((at) => plain(got.records[at].resource))).toEqual(
        before.records.map((at) => plain(given.records[at].resource)),
      );
    }
  });

  test('by what records are, without the word of another summary, only opinions differ', () => {
    const anew = sectionsIn(writeSummary(wishFrom(load('Bundle-bundle-ips-all-sections'), false)));
    expect(anew).toContain('problems 3');
    expect(anew).toContain('directives 1');
    const panel = sectionsIn(writeSummary(wishFrom(load('Bundle-IPS-examples-Bundle-01'), false)));
    expect(panel).toContain('results 3');
    expect(anew.filter((line) => /^(story|functional)/.test(line))).toEqual([]);
  });
});

/** What a record says, without its addresses. */
function plain(resource: Resource): unknown {
  const { id, meta, ...rest } = resource;
  return JSON.parse(
    JSON.stringify(rest, (name, value) =>
      name === 'reference' || (name === 'type' && typeof value === 'string') ? undefined : value,
    ),
    (_name, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
        ? undefined
        : value,
  );
}

describe('single examples', () => {
  const PLACES: Readonly<Record<string, string>> = {
    'AllergyIntolerance-allergyintolerance-multiple-codings': 'allergies',
    'AllergyIntolerance-allergyintolerance-with-abatement': 'allergies',
    'AllergyIntolerance-eumfh-39-07-1': 'allergies',
    'Condition-eumfh-39-07-1': 'problems',
    'DeviceUseStatement-eumfh-70-275-1': 'devices',
    'DiagnosticReport-hemoglobin': 'results',
    'Flag-546482': 'alerts',
    'Immunization-75680': 'immunizations',
    'MedicationRequest-eumfh-39-07-1-request': 'medications',
    'MedicationStatement-eumfh-39-07-1': 'medications',
    'Observation-alcohol-use-example': 'social-history',
    'Observation-hemoglobin': 'results',
    'Observation-ips-example-imaging-1': 'results',
    'Observation-ips-example-imaging-4': 'results',
    'Observation-ips-example-imaging-5': 'results',
    'Observation-pathology-cancer': 'results',
    'Observation-pathology-suppressed-data': 'results',
    'Observation-pregnancy-edd-example': 'pregnancy',
    'Observation-pregnancy-outcome-example': 'pregnancy',
    'Observation-pregnancy-status-example': 'pregnancy',
    'Observation-serum-creatinine-adult': 'results',
    'Observation-tobacco-use-example': 'social-history',
    'Observation-urine-wbc-range': 'results',
    'Procedure-eumfh-39-07-1': 'procedures',
    'Procedure-procedure-missing-performed': 'procedures',
  };
  test('have their place, and who or what only stands behind them has none', () => {
    const names = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
    const single = names.filter((name) => !name.startsWith('Bundle-'));
    expect(names).toHaveLength(44);
    const found = Object.fromEntries(
      single.map((name) => [name, sectionOf(load(name))]).filter(([, place]) => place !== null),
    );
    expect(found).toEqual(PLACES);
  });
});

describe('what is written', () => {
  test('has no finding, whatever it was made of and whatever is kept back', async () => {
    const checker = await loadChecker();
    for (const name of Object.keys(DOCUMENTS)) {
      const wish = wishFrom(load(name));
      const bare = { ...wish, records: [], withheld: wish.records, hidden: 'visible' as const };
      const half = {
        ...wish,
        records: wish.records.slice(0, 9),
        withheld: wish.records.slice(9),
        hidden: 'visible' as const,
      };
      for (const each of [wish, bare, half, { ...wish, records: [] }])
        expect([name, checker.check(writeSummary(each), { ips: true })]).toEqual([name, []]);
    }
  });

  const all = load('Bundle-bundle-ips-all-sections');

  test('refers to itself only, under new addresses, and to nothing that was not chosen', () => {
    const anew = writeSummary(wishFrom(all));
    const urls = entriesOf(anew).map(({ fullUrl }) => fullUrl);
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls.every((url) => /^urn:uuid:[0-9a-f-]{36}$/.test(url))).toBe(true);
    expect(references(anew).filter((reference) => !urls.includes(reference))).toEqual([]);
    expect(entriesOf(anew).filter(({ resource }) => resource.id !== undefined)).toEqual([]);
    expect(
      entriesOf(anew)
        .slice(0, 2)
        .map(({ resource }) => resource.resourceType),
    ).toEqual(['Composition', 'Patient']);
    const { records, ...wish } = wishFrom(all);
    const few = writeSummary({
      ...wish,
      records: records.filter(({ resource }) => resource.resourceType === 'Condition'),
    });
    expect(JSON.stringify(few)).not.toMatch(/fhir\.example\.com|Practitioner\//);
  });

  test('what is withheld is as if it were not, byte for byte, whichever record it is', () => {
    for (const hidden of [undefined, 'none'] as const) {
      const { records } = wishFrom(all);
      for (const [at, kept] of records.entries()) {
        const others = records.toSpliced(at, 1);
        // References to it go too, with their words: so they are taken out of what never knew it.
        const without = { ...wishFrom(all), records: others, withheld: [kept] };
        const base = writeSummary({ ...without, ...(hidden ? { hidden } : {}) });
        const never = writeSummary({ ...wishFrom(all), records: others.map((each) => withoutReferences(each, kept)) });
        expect([at, base]).toEqual([at, never]);
      }
    }
  });

  test('what is withheld is told where the caller says so, and never what or how much', () => {
    const wish = wishFrom(all);
    const isResult = (input: SummaryInput) => input.section === 'results' || input.section === 'problems';
    const [first, second, ...rest] = wish.records.filter(isResult);
    const some = {
      ...wish,
      records: wish.records.filter((each) => each !== first && each !== second),
      hidden: 'visible' as const,
    };
    const one = writeSummary({ ...some, withheld: [first] });
    uuids = 0;
    const two = writeSummary({ ...some, withheld: [first, second], uuid });
    expect(JSON.stringify(one)).toContain('data-absent-reason');
    expect(JSON.stringify(one)).not.toContain('59621000');
    expect(rest.length).toBeGreaterThan(0);
    expect(entriesOf(one)).toHaveLength(entriesOf(two).length);
    const none = writeSummary({ ...wish, records: [], withheld: wish.records, hidden: 'visible' });
    expect(sectionsIn(none)).toContain('allergies withheld');
    expect(sectionsIn(none)).toContain('pregnancy withheld');
  });

  test('says why a section is empty, and what nobody knows of a record', () => {
    const patient = { resource: { resourceType: 'Patient' } };
    const bare = writeSummary({ patient, records: [], nothing: ['allergies'], date: '2026-11-29', uuid });
    expect(sectionsIn(bare)).toEqual(['problems unavailable', 'allergies nilknown', 'medications unavailable']);
    expect(entriesOf(bare)[1].resource).toMatchObject({
      name: [{ extension: [{ valueCode: 'unknown' }] }],
      _birthDate: { extension: [{ valueCode: 'unknown' }] },
    });
    expect(() =>
      writeSummary({ patient: { resource: { resourceType: 'Person' } }, records: [], date: '', uuid }),
    ).toThrow(HaleError);
  });

  test('its text shows what a record says, and markup in it stays text', () => {
    const condition = {
      ...{
        resourceType: 'Condition',
        code: { text: '<script>alert(1)</script> & "more"\u0000' },
        onsetDateTime: '2024-02-03T10:00:00Z',
      },
      ...{ clinicalStatus: { coding: [{ code: 'active' }] }, subject: { reference: 'Patient/x' } },
    };
    const bundle = writeSummary({ ...wishFrom(all), records: [{ resource: condition }] });
    const [problems] = readSummary(bundle)!.sections;
    expect(problems.narrative).toContain(
      '<td>&lt;script&gt;alert(1)&lt;/script&gt; &amp; "more"</td><td>active</td><td>2024-02-03</td>',
    );
  });
});

function withoutReferences(input: SummaryInput, { resource, names = [] }: SummaryInput): SummaryInput {
  const gone = new Set([...names, `${resource.resourceType}/${resource.id}`]);
  let isLess = false;
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean).filter((each) => each !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    if (gone.has(String((value as { reference?: unknown }).reference))) {
      isLess = true;
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, each]) => [name, clean(each)])
        .filter(([, each]) => each !== undefined),
    );
  };
  const { text, ...rest } = clean(input.resource) as Resource;
  // Nor do its own words tell of it.
  return { ...input, resource: text === undefined || isLess ? rest : { ...rest, text } };
}
