// Clinical documents through a home: all of them in, whose they are asked, brought again nothing is doubled, and every byte stands beside.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBlobPlace } from '@hale/vault/records';
import { afterEach, expect, test } from 'vitest';
import type { ImportReport } from '../../src/api.ts';
import type { Home } from '../../src/home.ts';
import { importFiles } from '../../src/operations/import.ts';
import { attachedBytes, originalResource } from '../../src/records/attachments.ts';
import { Homes } from '../homes.ts';

const DATA = fileURLToPath(new URL('../../../../test/data/records/ccda', import.meta.url));
const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const bring = async (home: Home, file: string, more = {}): Promise<ImportReport> =>
  (await importFiles(context(home), { files: [file], ...more }))[0];
const subjectOf = (home: Home) => home.vault.subject(undefined).id;
const held = (home: Home) => [...home.records.heads(subjectOf(home))];

test('three documents of one person: read whole, joined where they tell the same, counted', async () => {
  const home = await homes.make();
  const counts: number[] = [];
  for (const name of ['CCD1', 'Consultation_Note', 'Referral_Note']) {
    const report = await bring(home, join(DATA, `${name}.xml`));
    expect(report.failed).toBeUndefined();
    expect(report.records).toMatchObject({ kind: 'ccda', unusable: [], isKnownFile: false });
    const { read, added, revised, merged, same } = report.records!.counts;
    expect(added + revised + merged + same).toBe(read);
    counts.push(added);
  }
  expect(held(home)).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
  const of = (type: string) => held(home).filter((head) => head.type === type);
  expect(of('Patient')).toHaveLength(1);
  expect(of('Composition')).toHaveLength(3);
  // Penicillin and codeine stand in all three, and are two allergies of three sources.
  expect(of('AllergyIntolerance').map(({ sources }) => sources.length)).toEqual([3, 3]);
});

test('a document whose patient was born on another day asks first; of another person too', async () => {
  const home = await homes.make();
  await bring(home, join(DATA, 'CCD1.xml'));
  const other = await bring(home, join(DATA, 'Unstructured_text.xml'));
  expect(other.records?.question).toMatchObject({ code: 'other-person' });
  expect(other.records?.source).toBeNull();
  expect(held(home).filter(({ type }) => type === 'DocumentReference')).toEqual([]);
});

test('brought again nothing is doubled, and a newer writing of the same document changes only what it changes', async () => {
  const home = await homes.make();
  await bring(home, join(DATA, 'CCD1.xml'));
  const before = held(home).length;
  expect((await bring(home, join(DATA, 'CCD1.xml'))).records?.isKnownFile).toBe(true);
  const text = readFileSync(join(DATA, 'CCD1.xml'), 'utf8');
  const file = join(homes.dir(), 'again.xml');
  writeFileSync(file, text.replace('value="13.2" unit="g/dL"', 'value="13.4" unit="g/dL"'));
  const { counts } = (await bring(home, file)).records!;
  expect(counts.revised).toBe(1);
  expect(held(home).length - before).toBe(counts.added);
  expect(counts.added).toBe(0);
  expect(counts.same).toBe(counts.read - 1);
});

test('results are series too, and the file comes out as it went in', async () => {
  const home = await homes.make();
  const report = await bring(home, join(DATA, 'CCD1.xml'));
  expect(report.streams).toEqual(expect.arrayContaining(['hemoglobin', 'leukocytes']));
  const [blob] = home.records.source(subjectOf(home), report.records!.source!)!.files;
  const whole = await home.records.blob(subjectOf(home), blob.n).source.read(0, blob.sizeBytes);
  expect(Buffer.from(whole).equals(readFileSync(join(DATA, 'CCD1.xml')))).toBe(true);
});

test('a scanned paper of megabytes in a document is kept once, given out whole, and put back on export', async () => {
  const home = await homes.make();
  const pdf = Buffer.from(`%PDF-1.4\n${'0123456789'.repeat(300_000)}`);
  const text = readFileSync(join(DATA, 'Unstructured_text.xml'), 'utf8');
  const base64 = pdf.toString('base64').replace(/.{76}/g, '$&\n');
  const file = join(homes.dir(), 'scan.xml');
  writeFileSync(
    file,
    text.replace(
      /<text mediaType="text\/plain" representation="B64">[^<]*/,
      `<text mediaType="application/pdf" representation="B64">${base64}`,
    ),
  );
  await bring(home, file);
  const [{ id }] = held(home).filter(({ type }) => type === 'DocumentReference');
  const { resource } = home.records.read(subjectOf(home), id);
  const parts: Uint8Array[] = [];
  for await (const part of originalResource(home, subjectOf(home), resource)) parts.push(part);
  const out = JSON.parse(Buffer.concat(parts).toString('utf8'));
  expect(Buffer.from(out.content[0].attachment.data, 'base64').equals(pdf)).toBe(true);
  expect(JSON.stringify(resource).length).toBeLessThan(5_000);
  const [{ attachment }] = resource.content as { attachment: { data: string } }[];
  const given: Uint8Array[] = [];
  for await (const part of attachedBytes(home, subjectOf(home), parseBlobPlace(attachment.data)!)) given.push(part);
  expect(Buffer.concat(given).equals(pdf)).toBe(true);
});
