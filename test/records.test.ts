// Health records in real processes: nothing of them lies in clear on any disk, under load and after kill -9; an import that was killed goes on; the
// words bring every record and every byte back.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gunzipSync } from 'node:zlib';
import { hale, haleJson, initHome, Running, startNode, startRelay, workFolder } from '@hale/testkit/hale-process';
import { type Needle, search, text } from '@hale/testkit/haystack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Found, ImportReport, RecordShown, RecordSourceInfo, RecordsFound } from '../packages/home/src/api.ts';
import './in-process.ts';

const DATA = new URL('data/fhir/', import.meta.url).pathname;
const folder = workFolder('records');
const path = (...names: string[]) => join(folder.dir, ...names);
let relay: { process: Running; url: string };

const HELENA = 'Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json';
interface Bundle {
  entry: { resource: { resourceType: string; id: string; [field: string]: unknown } }[];
}
let bundle: Bundle;
let bundleBytes: Buffer;

beforeAll(async () => {
  mkdirSync(path('relay'));
  mkdirSync(path('files'));
  mkdirSync(path('tmp'));
  bundleBytes = gunzipSync(readFileSync(join(DATA, 'synthea', `${HELENA}.gz`)));
  bundle = JSON.parse(bundleBytes.toString()) as Bundle;
  writeFileSync(path('files', HELENA), bundleBytes);
  relay = await startRelay(path('relay'));
});
afterAll(async () => {
  await relay?.process.kill9();
  folder.remove();
});

/** Deterministic bytes that do not pack. */
function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
    createHash('sha512').update(`${seed}${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

const SCAN = noise(5_000_000, 'scan');

/** A letter with a scan of 5 MB inside, by a physician whose name must be nowhere. */
function letter(): string {
  const file = path('files', 'letter-of-doctor-quillfeather.json');
  const resource = {
    ...{
      resourceType: 'DocumentReference',
      id: 'quillfeather-letter-1',
      status: 'current',
      date: '2024-05-06T10:00:00Z',
    },
    ...{ description: 'Letter of Dr Quillfeather', subject: { display: 'Helena Willms' } },
    content: [{ attachment: { contentType: 'application/pdf', data: SCAN.toString('base64') } }],
  };
  writeFileSync(file, JSON.stringify(resource));
  return file;
}

/** What would show that something lies in clear: words, ids and codes of the bundle, and its bytes as they are and packed. */
function needles(): Needle[] {
  const words = [
    ...[
      'Willms',
      'Torp',
      'Quillfeather',
      'quillfeather-letter',
      'fibromyalgia',
      'Prediabetes',
      'Etonogestrel',
      'preservative free',
    ],
    ...[
      'resourceType',
      'urn:uuid:',
      'http://loinc.org',
      'application/fhir+json',
      'snomed.info',
      '6b12b22d-6dc2-486c-9526',
    ],
    ...['Letter of Dr', 'hale-blob:'],
  ];
  const [first] = bundle.entry;
  const packed = [deflateRawSync(JSON.stringify(first.resource)), deflateRawSync(bundleBytes.subarray(0, 40_000))];
  return [
    ...words.flatMap((word) => text(word, word)),
    ...packed.map((bytes, i) => ({ name: `packed ${i}`, bytes: Buffer.from(bytes.subarray(0, 24)) })),
    { name: 'the scan', bytes: SCAN.subarray(2_000_000, 2_000_024) },
    { name: 'the scan in base64', bytes: Buffer.from(SCAN.toString('base64').slice(1_000_000, 1_000_032)) },
  ];
}

const env = () => ({ TMPDIR: path('tmp'), SQLITE_TMPDIR: path('tmp') });
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0);
const allRecords = (home: string) => haleJson<RecordsFound>(['records', '--limit', '1000', '--home', path(home)]);
/** Each record by what its hospital calls it, with everything it says. */
async function everything(home: string): Promise<Map<string, RecordShown>> {
  const { records } = await allRecords(home);
  const node = await startNode(path(home));
  const shown = new Map<string, RecordShown>();
  for (const { id } of records.filter((_, i) => i % 60 === 0))
    shown.set(id, await haleJson<RecordShown>(['record', id, '--home', path(home)]));
  await node.process.stop();
  return shown;
}

describe('on the disk', () => {
  test('nothing of a record is in clear: while it comes in, after kill -9, and once it is there', {
    timeout: 240_000,
  }, async () => {
    await initHome(path('ann'), { url: relay.url, dir: path('relay') });
    const dirs = () => [path('ann'), path('tmp'), path('relay')];
    const looks: ReturnType<typeof search>[] = [];
    const files = [path('files', HELENA), letter()];
    for (const millis of [700, 1500]) {
      const running = new Running(['import', ...files, '--home', path('ann'), '--json'], { env: env() });
      await new Promise((wait) => setTimeout(wait, millis));
      looks.push(search(dirs(), needles()));
      await running.kill9();
      looks.push(search(dirs(), needles()));
    }
    const reports = await haleJson<ImportReport[]>(['import', ...files, '--anyway', '--home', path('ann')], {
      env: env(),
    });
    looks.push(search(dirs(), needles()));
    expect(reports.map(({ records }) => records?.interrupted)).toEqual([false, false]);
    expect(looks.flatMap(({ found }) => found)).toEqual([]);
    expect(looks.at(-1)?.bytes).toBeGreaterThan(SCAN.length);
    // The search finds what is there.
    expect(new Set(search([path('files')], needles()).found.map(({ needle }) => needle)).size).toBeGreaterThan(10);
    // Whatever the kills had left, the records are there once.
    const types: Record<string, number> = {};
    for (const { resource } of bundle.entry) types[resource.resourceType] = (types[resource.resourceType] ?? 0) + 1;
    const found = await allRecords('ann');
    expect(found.total).toBe(sum(types) + 1);
    // The index of the search: in memory, killed while it is made, and sealed on the disk.
    const indexed: ReturnType<typeof search>[] = [];
    const words = () => [
      ...needles(),
      ...['Observation.code', 'MedicationRequest', 'willms'].flatMap((word) => text(word, word)),
    ];
    for (const millis of [600, 1200]) {
      const running = new Running(['find', 'fibromyalgia', '--home', path('ann'), '--json'], { env: env() });
      await new Promise((wait) => setTimeout(wait, millis));
      indexed.push(search(dirs(), words()));
      await running.kill9();
      indexed.push(search(dirs(), words()));
    }
    const asked = await haleJson<Found>(['find', 'fibromyalgia', '--home', path('ann')], { env: env() });
    expect(asked.records.length).toBeGreaterThan(0);
    expect(readdirSync(path('ann')).filter((name) => /^find-.*\.sealed$/.test(name))).toHaveLength(1);
    indexed.push(search(dirs(), words()));
    expect(indexed.flatMap((look) => look.found)).toEqual([]);
    expect(await haleJson<Found>(['find', 'fibromyalgia', '--home', path('ann')], { env: env() })).toEqual(asked);
    const sources = await haleJson<RecordSourceInfo[]>(['records', '--sources', '--home', path('ann')]);
    expect(sources.map(({ state, files: of }) => [state, of.every(({ isWhole }) => isWhole)])).toEqual([
      ['done', true],
      ['done', true],
    ]);
  });
});

describe('words and one relay', () => {
  test('bring every record, its history and every byte back', { timeout: 240_000 }, async () => {
    const { words } = await initHome(path('bea'), { url: relay.url, dir: path('relay') });
    await haleJson(['import', path('files', HELENA), letter(), '--home', path('bea')]);
    // A second state of everything, an amendment, and one that was taken back.
    const changed = {
      ...bundle,
      entry: bundle.entry.map((each) => ({ ...each, resource: { ...each.resource, language: 'en' } })),
    };
    writeFileSync(path('files', 'again.json'), JSON.stringify(changed));
    await haleJson(['import', path('files', 'again.json'), '--home', path('bea')]);
    const { records } = await allRecords('bea');
    const amended = await haleJson<{ id: string }>([
      'record',
      records[0].id,
      '--amend',
      'It was the other knee.',
      '--home',
      path('bea'),
    ]);
    await haleJson(['record', records[1].id, '--amend', 'A mistake', '--home', path('bea')]);
    await haleJson(['relays', 'sync', '--home', path('bea')]);
    const before = await everything('bea');
    await haleJson(['export', path('out-before'), '--records', '--home', path('bea')]);

    const restored = await hale(['restore', '--relay', relay.url, '--home', path('bea2'), '--json'], { input: words });
    expect(restored.code, restored.stderr).toBe(0);
    expect(await everything('bea2')).toEqual(before);
    expect((await haleJson<RecordShown>(['record', records[0].id, '--home', path('bea2')])).overlays).toMatchObject([
      { id: amended.id, state: 'current' },
    ]);
    await haleJson(['export', path('out-after'), '--records', '--home', path('bea2')]);
    const contents = (dir: string) =>
      Object.fromEntries(
        readdirSync(path(dir), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]),
      );
    const [first, second] = [contents('out-before'), contents('out-after')];
    expect(Object.keys(second).sort()).toEqual(Object.keys(first).sort());
    for (const [name, bytes] of Object.entries(first)) expect(bytes.equals(second[name]), name).toBe(true);
    // The originals are what was imported, to the byte; the scan stands in the letter again.
    const originals = Object.entries(first).filter(([name]) => name.endsWith(HELENA));
    expect(originals.map(([, bytes]) => bytes.equals(bundleBytes))).toEqual([true]);
    const [line] = first['DocumentReference.ndjson'].toString().split('\n');
    const { content } = JSON.parse(line) as { content: { attachment: { data: string } }[] };
    expect(Buffer.from(content[0].attachment.data, 'base64').equals(SCAN)).toBe(true);
  });
});
