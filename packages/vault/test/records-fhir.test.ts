// FHIR as it streams by: whatever the pieces, the same resources as JSON.parse finds; what is damaged is told; long texts are cut out.
import { HaleError, utf8Encode } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanJson } from '../src/records/fhir/scan.ts';
import { categoryOf, clinicalTime, parseBlobPlace, parseFhirTime, type Resource } from '../src/records/index.ts';
import { itemsOf, sourceOf } from './record-fixture.ts';

const scanned = async (content: string | Uint8Array, piece?: number) => {
  const found = [];
  for await (const item of scanJson(sourceOf(content, 'x', piece), 7)) found.push(item);
  return found;
};

const resources = fc.array(
  fc.record({
    resourceType: fc.constantFrom('Observation', 'Condition'),
    id: fc.string({ maxLength: 20 }),
    text: fc.string({ unit: 'binary', maxLength: 60 }),
    nested: fc.jsonValue({ maxDepth: 3 }),
    list: fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant('"}],[{\\'))),
  }),
  { maxLength: 8 },
);
/** What survives JSON: -0 does not. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('splitting', () => {
  test('a bundle, in pieces of any size and however it is laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        resources,
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(0, 2, '\t'),
        fc.boolean(),
        async (all, piece, indent, isLast) => {
          const entry = plain(all).map((resource) => ({ resource }));
          const rest = { resourceType: 'Bundle', type: 'collection', meta: { tag: [{ code: 'entry' }] } };
          const text = JSON.stringify(isLast ? { ...rest, entry } : { entry, ...rest }, null, indent);
          const found = await scanned(text, piece);
          expect(found.filter(({ kind }) => kind === 'entry').map(({ value }) => value)).toEqual(entry);
          expect(found.at(-1)?.value).toEqual({ ...rest, entry: [] });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('lines and lists', async () => {
    await fc.assert(
      fc.asyncProperty(
        resources,
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (given, piece, end) => {
          const all = plain(given);
          fc.pre(all.length > 0);
          const lines = await scanned(all.map((each) => JSON.stringify(each)).join(end), piece);
          expect(lines.map(({ value }) => value)).toEqual(all);
          const list = await scanned(JSON.stringify(all), piece);
          expect(list.filter(({ kind }) => kind === 'entry').map(({ value }) => value)).toEqual(all);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('what ends early is refused, wherever it ends', async () => {
    const text = JSON.stringify({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Basic', id: 'a"b' } }],
    });
    for (let end = 1; end < text.length; end++)
      await expect(scanned(text.slice(0, end)), text.slice(0, end)).rejects.toThrow(/ends in the middle/);
  });

  test('one line that is broken costs one line', async () => {
    const found = await scanned('{"a":1}\n{"b":"x\n{"c":3}\n]\n{"d":4}\n');
    expect(found.map(({ line, value }) => [line, value])).toEqual([
      [1, { a: 1 }],
      [2, 'not JSON'],
      [3, { c: 3 }],
      [4, 'not JSON'],
      [5, { d: 4 }],
    ]);
  });

  test.each([
    ['', /is not JSON/],
    ['hello', /is not JSON/],
    ['{"a":1]', /is not JSON|in the middle/],
    ['7', /is not JSON/],
  ])('%j is no JSON of FHIR', async (text, message) => {
    await expect(scanned(text)).rejects.toThrow(message);
  });

  test('UTF-16 is said to be that, a mark before UTF-8 is passed over', async () => {
    const units = Uint8Array.from('{"a":1}', (each) => each.charCodeAt(0));
    const wide = new Uint8Array([0xff, 0xfe, ...[...units].flatMap((each) => [each, 0])]);
    await expect(scanned(wide)).rejects.toThrow(/UTF-8/);
    expect((await scanned(new Uint8Array([0xef, 0xbb, 0xbf, ...units])))[0].value).toEqual({ a: 1 });
  });

  test('broken UTF-8, bottomless nesting and endless records are told and left', async () => {
    const broken = utf8Encode('{"a":"x"}\n{"b":2}');
    broken[6] = 0xff;
    expect((await scanned(broken)).map(({ value }) => value)).toEqual(['not text', { b: 2 }]);
    const deep = `{"a":${'['.repeat(100)}${']'.repeat(100)}}\n{"b":2}`;
    expect((await scanned(deep)).map(({ value }) => value)).toEqual(['nested too deeply', { b: 2 }]);
    const long = `{"a":"${'x y'.repeat(3_000_000)}"}\n{"b":2}`;
    expect((await scanned(long)).map(({ value }) => value)).toEqual(['record too long', { b: 2 }]);
  });

  test('a long base64 text is cut out, and its place leads to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60_000, max: 200_000 }),
        fc.integer({ min: 1_000, max: 70_000 }),
        async (length, piece) => {
          const data = 'QUJD/+=='.repeat(Math.ceil(length / 8));
          const text = JSON.stringify({ resourceType: 'Binary', note: 'é', data, after: 1 });
          const [{ value }] = await scanned(text, piece);
          const cut = (value as { data: string }).data;
          const place = parseBlobPlace(cut);
          if (data.length <= 65_536) expect(cut).toBe(data);
          else {
            const bytes = utf8Encode(text).slice(place?.offset, (place?.offset ?? 0) + (place?.length ?? 0));
            expect(place?.n).toBe(7);
            expect(new TextDecoder().decode(bytes)).toBe(data);
          }
          expect(value).toMatchObject({ note: 'é', after: 1 });
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a long text that is none stays where it is', async () => {
    const data = 'a narrative of many words '.repeat(5_000);
    expect((await scanned(JSON.stringify({ data })))[0].value).toEqual({ data });
  });
});

describe('what is a resource', () => {
  const typesIn = async (content: string, name?: string) =>
    (await itemsOf(content, name)).map((item) => (item.type === 'resource' ? item.resource.resourceType : item.type));

  test('entries of a bundle, of a bundle in a bundle, and a list’s own entries', async () => {
    const inner = { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Basic' } }] };
    const outer = {
      resourceType: 'Bundle',
      entry: [{ resource: inner }, { resource: { resourceType: 'Flag' } }, { request: {} }],
    };
    expect(await typesIn(JSON.stringify(outer))).toEqual(['Basic', 'Flag']);
    const list = { resourceType: 'List', entry: [{ item: { reference: 'Condition/1' } }] };
    const [item] = await itemsOf(JSON.stringify(list));
    expect(item).toMatchObject({ resource: list });
    // Whichever comes first.
    const [turned] = await itemsOf(JSON.stringify({ entry: list.entry, resourceType: 'List' }));
    expect(turned).toMatchObject({ resource: list });
  });

  test('what is none is told, what is nobody’s health is left out', async () => {
    const lines = [
      '{"resourceType":"Banana"}',
      '{"a":1}',
      '{"resourceType":"OperationOutcome"}',
      '{"resourceType":"Basic"}',
    ];
    expect(await itemsOf(lines.join('\n'), 'x.ndjson')).toMatchObject([
      { type: 'unusable', reason: 'not FHIR', place: 'line 1' },
      { type: 'unusable', reason: 'resource type missing', place: 'line 2' },
      { type: 'resource', place: 'line 4' },
    ]);
  });

  test('readings of a device are series and no records', async () => {
    const reading = { resourceType: 'Observation', device: { display: 'CGM' }, valueQuantity: { value: 5 } };
    expect(await typesIn(JSON.stringify(reading))).toEqual([]);
    expect(await typesIn(JSON.stringify({ ...reading, performer: [{}] }))).toEqual(['Observation']);
    expect(
      await typesIn(JSON.stringify({ ...reading, device: undefined, meta: { source: 'urn:hale:series' } })),
    ).toEqual([]);
  });

  test('XML is refused in words', async () => {
    await expect(itemsOf('<Patient xmlns="http://hl7.org/fhir"/>')).rejects.toThrow(HaleError);
  });
});

test.each<[string, object, object, string | null]>([
  [
    'MedicationRequest',
    {
      medication: { concept: { text: 'a' } },
      reason: [{ concept: { text: 'r' } }, { reference: { reference: 'Condition/1' } }],
    },
    {
      medicationCodeableConcept: { text: 'a' },
      reasonCode: [{ text: 'r' }],
      reasonReference: [{ reference: 'Condition/1' }],
    },
    'r5',
  ],
  [
    'MedicationStatement',
    { medication: { reference: { reference: 'Medication/1' } } },
    { medicationReference: { reference: 'Medication/1' } },
    'r5',
  ],
  ['Procedure', { occurrenceDateTime: '2020' }, { performedDateTime: '2020' }, 'r5'],
  [
    'Encounter',
    { class: [{ coding: [{ code: 'AMB' }] }], actualPeriod: { start: '2020' } },
    { class: { code: 'AMB' }, period: { start: '2020' } },
    'r5',
  ],
  [
    'Observation',
    { valueSampledData: { interval: 4, intervalUnit: 'ms', data: '1' } },
    { valueSampledData: { period: 4, data: '1' } },
    'r5',
  ],
  [
    'Observation',
    { valueSampledData: { interval: 4, intervalUnit: 's' } },
    { valueSampledData: { interval: 4, intervalUnit: 's' } },
    null,
  ],
  ['Consent', { decision: 'permit' }, { decision: 'permit' }, 'r5-kept'],
  ['DeviceUsage', { status: 'active' }, { status: 'active' }, 'r5-kept'],
  [
    'MedicationRequest',
    { medicationCodeableConcept: { text: 'a' } },
    { medicationCodeableConcept: { text: 'a' } },
    null,
  ],
])('R5: %s %j', async (resourceType, given, wanted, note) => {
  const [item] = await itemsOf(JSON.stringify({ resourceType, ...given }));
  expect(item).toMatchObject({ type: 'resource', resource: { resourceType, ...wanted } });
  const { resource, notes } = item as { resource: Resource; notes?: string[] };
  expect(Object.keys(resource).sort()).toEqual(['resourceType', ...Object.keys(wanted)].sort());
  expect(notes).toEqual(note === null ? undefined : [note]);
});

test.each<[Partial<Resource>, string]>([
  [{ resourceType: 'Condition' }, 'problems'],
  [{ resourceType: 'AllergyIntolerance' }, 'allergies'],
  [{ resourceType: 'Immunization' }, 'vaccinations'],
  [{ resourceType: 'Practitioner' }, 'people'],
  [{ resourceType: 'ExplanationOfBenefit' }, 'other'],
  [{ resourceType: 'constructor' }, 'other'],
  [{ resourceType: 'Observation', category: [{ coding: [{ code: 'vital-signs' }] }] }, 'vitals'],
  [{ resourceType: 'Observation', category: [{ coding: [{ code: 'laboratory' }] }] }, 'results'],
  [{ resourceType: 'Observation', category: [{ text: 'Social History' }] }, 'history'],
  [{ resourceType: 'Observation', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] } }, 'vitals'],
  [
    {
      resourceType: 'Observation',
      category: [{ coding: [{ code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '72166-2' }] },
    },
    'history',
  ],
  [{ resourceType: 'Observation' }, 'results'],
  [{ resourceType: 'DiagnosticReport', category: [{ coding: [{ code: 'RAD' }] }] }, 'images'],
  [{ resourceType: 'DiagnosticReport', category: [{ coding: [{ code: 'LAB' }] }] }, 'results'],
  [{ resourceType: 'DiagnosticReport', code: { coding: [{ code: '34117-2' }] } }, 'documents'],
])('%j is of %s', (resource, category) => {
  expect(categoryOf(resource as Resource)).toBe(category);
});

test.each([
  ['2019', Date.UTC(2019, 0, 1)],
  ['2019-04', Date.UTC(2019, 3, 1)],
  ['2019-04-02', Date.UTC(2019, 3, 2)],
  ['2020-02-29', Date.UTC(2020, 1, 29)],
  ['2019-04-02T11:30:00+02:00', Date.UTC(2019, 3, 2, 9, 30)],
  ['2019-04-02T11:30:00.5Z', Date.UTC(2019, 3, 2, 11, 30, 0, 500)],
  ['2019-04-02T11:30:00', Date.UTC(2019, 3, 2, 11, 30)],
  ['0950-01-01', new Date('0950-01-01T00:00:00Z').getTime()],
  ['2019-02-29', null],
  ['2019-13', null],
  ['2019-04-02T25:00:00Z', null],
  ['April 2019', null],
  ['', null],
])('%s', (written, millis) => {
  expect(parseFhirTime(written)?.at ?? null).toBe(millis === null ? null : millis * 1000);
});

test('when a resource is about, and that a zone is missing', () => {
  const at = (resource: object) => clinicalTime(resource as Resource)?.written ?? null;
  expect(at({ resourceType: 'Condition', recordedDate: '2020', onsetDateTime: '2019' })).toBe('2019');
  expect(at({ resourceType: 'Encounter', period: { end: '2020' } })).toBe('2020');
  expect(at({ resourceType: 'Specimen', collection: { collectedDateTime: '2018' } })).toBe('2018');
  expect(at({ resourceType: 'Patient', birthDate: '1980' })).toBe(null);
  expect(at({ resourceType: 'Immunization', occurrenceString: 'as a child', recorded: '2001' })).toBe('2001');
  expect(clinicalTime({ resourceType: 'Observation', effectiveDateTime: '2020-01-01T10:00:00' })?.lacksZone).toBe(true);
  expect(clinicalTime({ resourceType: 'Observation', effectiveDateTime: '2020-01-01' })?.lacksZone).toBe(false);
});
