// Search in a home: kept up with imports, amendments and retractions, quick again after a restart by its sealed snapshot, which holds nothing in clear and
// goes when the records go.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { search as lookFor, text } from '@hale/testkit/haystack';
import { afterEach, describe, expect, test } from 'vitest';
import type { Home } from '../../src/home.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import type { RecordFinder } from '../../src/records/finder.ts';
import { Homes } from '../homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const DATA = new URL('../../../../test/data/fhir/synthea/', import.meta.url).pathname;

function synthea(): string {
  const path = join(homes.dir(), 'dwain.json');
  writeFileSync(
    path,
    gunzipSync(readFileSync(join(DATA, readdirSync(DATA).find((name) => name.startsWith('Dwain'))!))),
  );
  return path;
}

const take = (home: Home, file: string) => OPERATIONS.import(contextOf(home), { files: [file] });
const find = (home: Home, text: string) => OPERATIONS.find(contextOf(home), { text });
const search = (home: Home, query: string) => OPERATIONS['records.search'](contextOf(home), { query });
const snapshots = (home: Home) => readdirSync(home.dir).filter((name) => name.startsWith('find-'));

describe('the box', () => {
  test('finds records, series and notes, with their reasons', async () => {
    const home = homes.make();
    await take(home, synthea());
    const { series } = await find(home, 'weight');
    expect(series.map(({ kind }) => kind)).toEqual(['body-weight']);
    await OPERATIONS['note.add'](contextOf(home), {
      stream: series[0].key,
      atMicros: series[0].firstMicros!,
      text: 'new scales',
    });
    const found = await find(home, 'body weight');
    expect(found.records[0]).toMatchObject({ title: 'Body Weight', type: 'Observation' });
    expect(found.records[0].reasons.map(({ field }) => field)).toEqual(['title', 'title']);
    expect((await find(home, 'scales')).notes).toMatchObject([{ text: 'new scales', reasons: [{ field: 'note' }] }]);
    const shots = await find(home, 'szczepienia');
    expect(new Set(shots.records.map(({ type }) => type))).toEqual(new Set(['Immunization']));
    expect(shots).toMatchObject({ terms: [{ isKind: true }], isPartial: false });
    expect((await find(home, 'qqqq')).recordsTotal).toBe(0);
  });

  test('words that she adds find what she wrote of, until she takes them back', async () => {
    const home = homes.make();
    await take(home, synthea());
    const [record] = (await find(home, 'immunizations')).records;
    expect((await find(home, 'swollen')).recordsTotal).toBe(0);
    const { id } = await OPERATIONS['record.amend'](contextOf(home), { record: record.id, text: 'My arm was swollen' });
    const found = await find(home, 'swollen');
    expect(found.records).toMatchObject([
      { id: record.id, reasons: [{ field: 'amendment', text: 'My arm was swollen' }] },
    ]);
    await OPERATIONS['record.retract'](contextOf(home), { record: id });
    expect((await find(home, 'swollen')).recordsTotal).toBe(0);
  });
});

describe('FHIR search', () => {
  test('answers with resources and what is beside them, over what came in after the first question too', async () => {
    const home = homes.make();
    expect((await search(home, 'Observation?code=29463-7')).total).toBe(0);
    await take(home, synthea());
    const { total, entries } = await search(
      home,
      'Observation?code=29463-7&_include=Observation:subject&_elements=code',
    );
    expect(total).toBeGreaterThan(1);
    expect(entries.filter(({ mode }) => mode === 'include')).toMatchObject([{ resource: { resourceType: 'Patient' } }]);
    expect(Object.keys(entries[0].resource).sort()).toEqual(['code', 'id', 'meta', 'resourceType']);
    const weights = await search(
      home,
      'Observation?patient.family=mcglynn&value-quantity=gt50000|http://unitsofmeasure.org|g',
    );
    expect(weights.total).toBeGreaterThan(0);
    expect((await search(home, 'Patient?_has:Observation:patient:code=29463-7')).total).toBe(1);
    await expect(search(home, 'Observation?colour=red')).rejects.toThrow(/no search parameter/);
  });
});

describe('the snapshot', () => {
  const NEEDLES = ['Body Weight', 'McGlynn', '29463-7', 'body weight', 'Immunization', 'Observation.code'];

  test('is read after a restart, holds nothing in clear, and knows what came in while nobody searched', async () => {
    const first = homes.make();
    await take(first, synthea());
    const before = await search(first, 'Observation?_count=1000&_sort=_id');
    const second = await homes.reopen(first);
    expect(snapshots(second)).toHaveLength(1);
    const needles = NEEDLES.flatMap((value) => text(value, value));
    expect(lookFor([second.dir], needles).found).toEqual([]);
    expect(await search(second, 'Observation?_count=1000&_sort=_id')).toEqual(before);
    const third = await homes.reopen(second);
    const [record] = before.entries;
    await OPERATIONS['record.amend'](contextOf(third), { record: record.record.id, text: 'written meanwhile' });
    expect((await find(third, 'meanwhile')).records.map(({ id }) => id)).toEqual([record.record.id]);
  });

  test('that was altered or cut off is made anew', async () => {
    const first = homes.make();
    await take(first, synthea());
    const { total } = await search(first, 'Observation?status=final');
    const second = await homes.reopen(first);
    const path = join(second.dir, snapshots(second)[0]);
    for (const spoil of [
      (bytes: Buffer) => bytes.subarray(0, 100),
      (bytes: Buffer) => bytes.fill(7, 500, 600),
      () => Buffer.alloc(0),
    ]) {
      writeFileSync(path, spoil(readFileSync(path)));
      second.finder = null;
      expect((await search(second, 'Observation?status=final')).total).toBe(total);
      (second.finder as RecordFinder | null)?.close();
    }
  });

  test('goes with the records when they are erased', async () => {
    const first = homes.make();
    await take(first, synthea());
    await search(first, 'Observation?status=final');
    const second = await homes.reopen(first);
    expect(snapshots(second)).toHaveLength(1);
    await OPERATIONS.erase(contextOf(second), { everything: true, confirm: 'erase everything' });
    expect(snapshots(second)).toEqual([]);
  });

  test('a search while records come in answers with those that were there, and the next with all', async () => {
    const home = homes.make();
    const coming = take(home, synthea());
    const during = await search(home, 'Observation?status=final');
    await coming;
    const after = await search(home, 'Observation?status=final');
    expect(during.total).toBeLessThanOrEqual(after.total);
    expect(after.total).toBe((await OPERATIONS.records(contextOf(home), { type: 'Observation' })).total);
  });
});
