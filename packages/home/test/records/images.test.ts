// A radiology CD, a PDF and a picture through a home: in, seen, and out again byte for byte.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { ctImage, discDirectory } from '@hale/testkit/dicom-files';
import { parseFilePlace } from '@hale/vault/records';
import { afterEach, describe, expect, test } from 'vitest';
import type { ImportReport } from '../../src/api.ts';
import type { Home } from '../../src/home.ts';
import { importBrought } from '../../src/operations/import.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { originalResource } from '../../src/records/attachments.ts';
import { Homes } from '../homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const bring = (home: Home, file: string, more = {}): Promise<ImportReport[]> =>
  OPERATIONS.import(context(home), { files: [file], ...more }) as Promise<ImportReport[]>;
const subjectOf = (home: Home) => home.vault.subject(undefined).id;
const held = (home: Home, type: string) =>
  [...home.records.heads(subjectOf(home))].filter((head) => head.type === type);

function disc(): { dir: string; files: Record<string, Uint8Array> } {
  const dir = homes.dir();
  const files = {
    DICOMDIR: discDirectory(['IMAGES/SER1/IM1', 'IMAGES/SER1/IM2', 'IMAGES/SER2/IM1']),
    'IMAGES/SER1/IM1': ctImage(1, 1, { WindowCenter: '-1016', WindowWidth: '16' }),
    'IMAGES/SER1/IM2': ctImage(1, 2),
    'IMAGES/SER2/IM1': ctImage(2, 1),
    'VIEWER/README.TXT': Buffer.from('Start the viewer.'),
  };
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
  return { dir, files };
}

describe('a radiology CD', () => {
  test.each(['', 'DICOMDIR'])('comes in whole by its folder or its directory (%s), once', async (named) => {
    const home = await homes.make();
    const { dir, files } = disc();
    const [report] = (await bring(home, join(dir, named))).filter(({ format }) => format === 'dicom');
    expect(report).toMatchObject({
      what: 'A radiology CD: 3 images in 2 series',
      records: { kind: 'dicom', unusable: [] },
    });
    expect(held(home, 'ImagingStudy')).toHaveLength(1);
    expect(held(home, 'ImagingStudy')[0].category).toBe('images');
    expect(held(home, 'Patient')).toHaveLength(1);
    const [again] = (await bring(home, dir)).filter(({ format }) => format === 'dicom');
    expect(again.records?.isKnownFile).toBe(true);
    // Every file stands at its place, byte for byte.
    const { resource } = home.records.read(subjectOf(home), held(home, 'ImagingStudy')[0].id);
    const instances = (
      resource.series as { instance: { extension: { valueUri?: string; valueString?: string }[] }[] }[]
    ).flatMap(({ instance }) => instance);
    expect(instances).toHaveLength(3);
    for (const { extension } of instances) {
      const { n, offset, length } = parseFilePlace(extension[0].valueUri)!;
      const bytes = await home.records.blob(subjectOf(home), n).source.read(offset, length);
      const original = files[extension[1].valueString as keyof typeof files];
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(
        createHash('sha256').update(original).digest('hex'),
      );
    }
  });

  test('comes in by a browser as by the command: folders below it belong to it', async () => {
    const home = await homes.make();
    const { files } = disc();
    const brought = Object.entries(files).map(([path, bytes]) => ({ path: `CD/${path}`, bytes }));
    const upload = home.uploads.begin(
      brought.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length, modifiedMicros: 1.78e15 })),
    );
    for (const { bytes } of brought) upload.append(bytes);
    const reports: ImportReport[] = [];
    await importBrought(context(home), upload.folders(), {}, reports);
    expect(reports.filter(({ format }) => format === 'dicom')).toMatchObject([
      { what: 'A radiology CD: 3 images in 2 series' },
    ]);
    expect(held(home, 'ImagingStudy')).toHaveLength(1);
  });

  test('is seen picture by picture, in the window that is asked for', async () => {
    const home = await homes.make();
    await bring(home, disc().dir);
    const record = held(home, 'ImagingStudy')[0].id;
    const shown = await OPERATIONS['record.frame'](context(home), { record });
    expect(shown).toMatchObject({
      mediaType: 'image/png',
      rows: 4,
      columns: 4,
      frames: 1,
      images: [2, 1],
      window: { center: -1016, width: 16 },
    });
    const png = Buffer.from(shown.data, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const at = png.indexOf('IDAT');
    const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    expect([...lines.subarray(1, 5)]).toEqual([0, 17, 34, 51]);
    const narrow = await OPERATIONS['record.frame'](context(home), { record, center: -1020, width: 2 });
    expect(narrow.data).not.toBe(shown.data);
    await expect(OPERATIONS['record.frame'](context(home), { record, series: 9 })).rejects.toThrow(/no such picture/);
    await expect(OPERATIONS['record.frame'](context(home), { record: held(home, 'Patient')[0].id })).rejects.toThrow(
      /only an imaging study/,
    );
  });
});

describe('a PDF or a picture', () => {
  const pdf = Buffer.from(`%PDF-1.7\n${'x'.repeat(100_000)}`);

  test('with a few words becomes a document, and comes out whole', async () => {
    const home = await homes.make();
    const file = join(homes.dir(), 'scan0001.pdf');
    writeFileSync(file, pdf);
    const paper = { title: 'Discharge letter', date: '2024-03', kind: 'Letter', by: 'City Hospital' };
    const [report] = await bring(home, file, { paper });
    expect(report.records).toMatchObject({ kind: 'pdf', counts: { added: 1 } });
    const [{ id, at }] = held(home, 'DocumentReference');
    expect(at).toBe(Date.UTC(2024, 2, 1) * 1000);
    const { resource } = home.records.read(subjectOf(home), id);
    expect(resource).toMatchObject({
      description: 'Discharge letter',
      type: { text: 'Letter' },
      author: [{ display: 'City Hospital' }],
    });
    const parts: Uint8Array[] = [];
    for await (const part of originalResource(home, subjectOf(home), resource)) parts.push(part);
    const [{ attachment }] = JSON.parse(Buffer.concat(parts).toString()).content;
    expect(attachment.url).toBeUndefined();
    expect(Buffer.from(attachment.data, 'base64').equals(pdf)).toBe(true);
  });

  test('without words asks for them, and a date that is none is refused', async () => {
    const home = await homes.make();
    const file = join(homes.dir(), 'photo.jpg');
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(100)]));
    await expect(bring(home, file)).rejects.toThrow(/say what it is/);
    await expect(bring(home, file, { paper: { date: '2024-13' } })).rejects.toThrow(/written like/);
    expect(held(home, 'DocumentReference')).toEqual([]);
    const [report] = await bring(home, file, { paper: {} });
    expect(report.records).toMatchObject({ kind: 'picture', counts: { added: 1 } });
  });

  test('in a folder is left alone: not every picture is a record', async () => {
    const home = await homes.make();
    const dir = homes.dir();
    writeFileSync(join(dir, 'photo.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]));
    await expect(bring(home, dir, { paper: { title: 'All of them' } })).rejects.toThrow(/nothing in this folder/);
  });
});
