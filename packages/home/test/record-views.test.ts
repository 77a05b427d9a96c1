// Health records as screens ask for them: what is new, months, results as tests, reports, what lists say beside a name.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { OPERATIONS } from '../src/operations/index.ts';
import { Homes } from './homes.ts';

const FHIR = new URL('../../../test/data/fhir/', import.meta.url).pathname;
const HELENA = 'synthea/Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json.gz';
const homes = new Homes();
afterAll(() => homes.close());

interface Bundle {
  entry: { fullUrl?: string; resource: { resourceType: string; [field: string]: unknown } }[];
}

async function brought(file: string) {
  const home = homes.make();
  const raw = readFileSync(join(FHIR, file));
  const bytes = file.endsWith('.gz') ? gunzipSync(raw) : raw;
  const path = join(homes.dir(), 'bundle.json');
  writeFileSync(path, bytes);
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const before = home.nowMicros();
  await OPERATIONS.import(context, { files: [path] });
  return { context, before, bundle: JSON.parse(bytes.toString()) as Bundle };
}

test('parts are counted, the newest of each told, and what came since by the import that brought it', async () => {
  const { context, before, bundle } = await brought(HELENA);
  const { categories, fresh } = await OPERATIONS['records.overview'](context, { sinceMicros: before - 1 });
  const count = (type: string) => bundle.entry.filter(({ resource }) => resource.resourceType === type).length;
  const of = (name: string) => categories.find(({ category }) => category === name);
  expect(of('visits')?.count).toBe(count('Encounter'));
  expect(of('vaccinations')?.fresh).toBe(count('Immunization'));
  const dates = bundle.entry.flatMap(({ resource }) =>
    resource.resourceType === 'Immunization' ? [String(resource.occurrenceDateTime)] : [],
  );
  expect(of('vaccinations')?.newest.written).toBe(dates.sort().at(-1));
  expect(fresh).toEqual([expect.objectContaining({ name: 'bundle.json', count: bundle.entry.length })]);
  const later = await OPERATIONS['records.overview'](context, { sinceMicros: context.home.nowMicros() + 1 });
  expect(later.fresh).toEqual([]);
  expect(later.categories.every((each) => each.fresh === 0)).toBe(true);
});

test('what is new is counted as the list of imports counts it, also where two sources tell the same', async () => {
  const { context, before, bundle } = await brought('ips/Bundle-bundle-ips-all-sections.json');
  const practice = join(homes.dir(), 'practice.json');
  const said = bundle.entry.find(({ resource }) => resource.resourceType === 'Condition')?.resource;
  const patient = bundle.entry.find(({ resource }) => resource.resourceType === 'Patient')?.resource;
  const entry = [patient, { ...said, id: 'again' }, { ...said, id: 'other', code: { text: 'Hay fever' } }].map(
    (resource) => ({ fullUrl: `https://practice.example/${resource?.resourceType}/${resource?.id}`, resource }),
  );
  writeFileSync(practice, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  await OPERATIONS.import(context, { files: [practice] });
  const { fresh } = await OPERATIONS['records.overview'](context, { sinceMicros: before - 1 });
  const sources = await OPERATIONS['records.sources'](context, {});
  expect(sources.some(({ counts }) => counts.merged > 0)).toBe(true);
  expect(Object.fromEntries(fresh.map(({ name, count }) => [name, count]))).toEqual(
    Object.fromEntries(sources.map(({ name, counts }) => [name, counts.added])),
  );
});

test('no known allergy does not stand before an allergy that is known', async () => {
  const { context } = await brought('ips/Bundle-bundle-ips-all-sections.json');
  const path = join(homes.dir(), 'none.json');
  const none = { system: 'http://snomed.info/sct', code: '716186003', display: 'No known allergy' };
  const resource = { resourceType: 'AllergyIntolerance', recordedDate: '2026-01-01', code: { coding: [none] } };
  writeFileSync(path, JSON.stringify({ ...resource, patient: { reference: 'Patient/x' } }));
  await OPERATIONS.import(context, { files: [path], anyway: true });
  const { categories } = await OPERATIONS['records.overview'](context, {});
  const allergies = categories.find(({ category }) => category === 'allergies');
  expect(allergies?.count).toBe(2);
  expect(allergies?.newest.title).toBe('Penicillin');
});

test('months stand in the order of the list, so that any of them can be asked for by how many stand before it', async () => {
  const { context } = await brought(HELENA);
  const months = await OPERATIONS['records.months'](context, { category: 'visits' });
  expect(months.map(({ month }) => month)).toEqual([...months.map(({ month }) => month)].sort().reverse());
  let skip = 0;
  for (const { month, count } of months) {
    const { records } = await OPERATIONS.records(context, { category: 'visits', skip, limit: count });
    expect(records.map(({ at }) => new Date((at ?? 0) / 1000).toISOString().slice(0, 7))).toEqual(
      Array.from({ length: count }, () => month),
    );
    skip += count;
  }
});

test('results of one code and unit are one test; a report names its own, and components are tests as well', async () => {
  const { context, bundle } = await brought(HELENA);
  const { tests, reports } = await OPERATIONS['records.results'](context, {});
  const values = bundle.entry
    .map(({ resource }) => resource as { code?: { coding: { code: string }[] }; valueQuantity?: { value: number } })
    .filter(({ code }) => code?.coding[0]?.code === '718-7')
    .map(({ valueQuantity }) => valueQuantity?.value);
  expect(values.length).toBeGreaterThan(1);
  const haemoglobin = tests.find(({ loinc }) => loinc === '718-7');
  expect(haemoglobin).toMatchObject({ unit: 'g/dL', count: values.length });
  const { points, test: shown } = await OPERATIONS['records.result'](context, { test: 'loinc:718-7' });
  expect(points.map(({ value }) => value).sort()).toEqual([...values].sort());
  expect(points[0]).toMatchObject({ record: shown.latest.record });
  expect(points.map(({ at }) => at)).toEqual([...points.map(({ at }) => at)].sort((a, b) => (b ?? 0) - (a ?? 0)));
  // Blood pressure stands in components only.
  expect(tests.find(({ loinc }) => loinc === '8480-6')?.unit).toBe('mm[Hg]');
  const pressure = await OPERATIONS['records.result'](context, { test: 'loinc:8480-6' });
  expect(pressure.streams).toContain('blood-pressure-systolic');
  const panel = reports.find(({ title }) => title.startsWith('Complete blood count'));
  const rows = await OPERATIONS['record.results'](context, { record: panel?.id ?? '' });
  expect(rows).toHaveLength(panel?.count ?? -1);
  expect(rows.map(({ test: key }) => key)).toContain('loinc:718-7');
});

test('what is written in later is among the results at once', async () => {
  const { context } = await brought(HELENA);
  const count = async () => (await OPERATIONS['records.results'](context, {})).tests.length;
  const before = await count();
  const more = join(homes.dir(), 'more.json');
  const code = { coding: [{ system: 'http://loinc.org', code: '2276-4', display: 'Ferritin' }] };
  const value = { value: 12, unit: 'ng/mL', system: 'http://unitsofmeasure.org', code: 'ng/mL' };
  const about = { status: 'final', code, effectiveDateTime: '2020-02-03', valueQuantity: value };
  const range = [{ low: { value: 30, unit: 'ng/mL' }, high: { value: 400, unit: 'mmol/L' } }];
  writeFileSync(more, JSON.stringify({ resourceType: 'Observation', id: 'ferritin', ...about, referenceRange: range }));
  await OPERATIONS.import(context, { files: [more] });
  expect(await count()).toBe(before + 1);
  const { points } = await OPERATIONS['records.result'](context, { test: 'loinc:2276-4' });
  // An end of the range in another unit says nothing of this value.
  expect(points).toEqual([expect.objectContaining({ value: 12, low: 30, high: null, written: '2020-02-03' })]);
});

test('lists say of an allergy what happens, of a vaccine its lot, of a medicine how to take it', async () => {
  const { context } = await brought('ips/Bundle-bundle-ips-all-sections.json');
  const brief = async (category: 'allergies' | 'vaccinations' | 'medicines' | 'problems') =>
    (await OPERATIONS.records(context, { category })).records.map(({ title, brief: said }) => ({ title, ...said }));
  expect(await brief('vaccinations')).toContainEqual(
    expect.objectContaining({ title: 'Influenza, split virus, trivalent, preservative', lot: 'H06' }),
  );
  const medicines = await brief('medicines');
  expect(medicines).toContainEqual(
    expect.objectContaining({
      title: 'lisinopril 5 mg tablet',
      dose: expect.stringMatching(/^Take One tablet once d/),
    }),
  );
  expect(medicines.find(({ title }) => title.startsWith('cilazapril'))?.isOver).toBe(true);
  expect((await brief('allergies'))[0].title).toBe('Penicillin');
});

test('the check is asked for one record, and finds what is wrong with it', async () => {
  const { context } = await brought('ips/Bundle-bundle-ips-all-sections.json');
  const path = join(homes.dir(), 'odd.json');
  writeFileSync(
    path,
    JSON.stringify({ resourceType: 'Observation', id: 'odd', status: 'nonsense', code: { text: 'x' } }),
  );
  await OPERATIONS.import(context, { files: [path] });
  const { records } = await OPERATIONS.records(context, { type: 'Observation' });
  const odd = records.find(({ title }) => title === 'x');
  const findings = await OPERATIONS['record.findings'](context, { record: odd?.id ?? '' });
  expect(findings.map(({ severity, path: at }) => [severity, at])).toContainEqual(['error', 'Observation.status']);
});

test('who she is stands in her own Patient record; without one nobody is named', async () => {
  const { context } = await brought(HELENA);
  expect(await OPERATIONS['records.patient'](context, {})).toMatchObject({
    name: expect.stringContaining('Willms'),
    born: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
  });
  const none = { home: homes.make(), emit: () => {}, signal: new AbortController().signal };
  expect(await OPERATIONS['records.patient'](none, {})).toBeNull();
});
