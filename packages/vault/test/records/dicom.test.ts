// Radiology: headers, the directory of a CD, studies out of many files, frames as pictures, and files that lie.
import { HaleError } from '@hale/kernel';
import { ctImage, dicomFile, discDirectory, PATIENT, STUDY } from '@hale/testkit/dicom-files';
import type { ByteSource, SourceFolder } from '@hale/vault/import';
import { parseFilePlace, type RecordItem, type RecordTools, type Resource } from '@hale/vault/records';
import { loadChecker } from '@hale/vault/records/check';
import { decodeFrame, filesIn, frameFacts, readDirectory, readHeader } from '@hale/vault/records/dicom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DICOM_RECORDS } from '../../src/records/dicom/format.ts';

const sourceOf = (bytes: Uint8Array, path = 'IM1'): ByteSource => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
const folderOf = (sources: readonly ByteSource[]): SourceFolder => ({
  list: () => [...sources],
  find: (name) => sources.find((each) => each.name === name) ?? null,
});

async function open(files: Record<string, Uint8Array>) {
  const sources = Object.entries(files).map(([path, bytes]) => sourceOf(bytes, path));
  const folder = folderOf(sources);
  const head = (await DICOM_RECORDS.head!(sources[0], folder))!;
  const opened = await DICOM_RECORDS.open(head, folder, {} as RecordTools);
  const items: RecordItem[] = [];
  for await (const item of opened.items(opened.originals.map((_, i) => 100 + i))) items.push(item);
  const resources = items.flatMap((item): Resource[] => (item.type === 'resource' ? [item.resource] : []));
  return { opened, items, resources, head };
}
const codeOf = async (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'taken',
    (error: unknown) => (error instanceof HaleError ? error.code : String(error)),
  );

describe('a CD', () => {
  const files = {
    DICOMDIR: discDirectory(['IMAGES/IM1', 'IMAGES/IM2', 'IMAGES/GONE']),
    'IMAGES/IM1': ctImage(1, 2),
    'IMAGES/IM2': ctImage(1, 1),
    'IMAGES/IM3': ctImage(2, 1),
    'VIEWER/autorun.exe': new Uint8Array(500),
  };

  test('its directory is a tree of patients, studies, series and images', async () => {
    const tree = readDirectory(await readHeader(sourceOf(files.DICOMDIR)));
    expect(tree).toMatchObject([
      {
        kind: 'PATIENT',
        title: 'Kowalska^Zofia',
        below: [{ kind: 'STUDY', title: 'CT of the chest', below: [{ kind: 'SERIES', uid: '1.2.826.1.1' }] }],
      },
    ]);
    expect(filesIn(tree)).toEqual(['IMAGES/IM1', 'IMAGES/IM2', 'IMAGES/GONE']);
  });

  test('becomes a patient and one study of all its images, each at its place', async () => {
    const { opened, items, resources, head } = await open(files);
    expect(head.name).toBe('DICOMDIR');
    expect(opened).toMatchObject({ kind: 'dicom', what: 'A radiology CD: 3 images in 2 series' });
    // The directory, and a run of bytes for each series.
    expect(opened.originals.map(({ source }) => source.sizeBytes)).toEqual([
      files.DICOMDIR.length,
      files['IMAGES/IM1'].length + files['IMAGES/IM2'].length,
      files['IMAGES/IM3'].length,
    ]);
    expect(items).toContainEqual({
      type: 'note',
      text: '1 of the 3 files that the CD’s directory names are not there.',
    });
    const [patient, study] = resources;
    expect(patient).toMatchObject({
      name: [{ family: 'Kowalska', given: ['Zofia'], prefix: ['Dr.'] }],
      birthDate: '1980-04-05',
      gender: 'female',
    });
    expect(study).toMatchObject({
      resourceType: 'ImagingStudy',
      identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.826.1' }, { value: 'A-17' }],
      started: '2026-01-02T10:15:00+01:00',
      description: 'CT of the chest',
      numberOfSeries: 2,
      numberOfInstances: 3,
      modality: [{ code: 'CT' }],
      referrer: { display: 'Jan Nowak' },
      series: [
        { number: 1, numberOfInstances: 2, bodySite: { display: 'chest' }, instance: [{ number: 1 }, { number: 2 }] },
        { number: 2 },
      ],
    });
    const [{ instance }] = study.series as {
      instance: { uid: string; extension: { valueUri?: string; valueString?: string }[] }[];
    }[];
    const place = parseFilePlace(instance[0].extension[0].valueUri)!;
    expect(place).toEqual({ n: 101, offset: files['IMAGES/IM1'].length, length: files['IMAGES/IM2'].length });
    expect(instance[0].extension[1].valueString).toBe('IMAGES/IM2');
    const run = opened.originals[1].source;
    const parts: Buffer[] = [];
    for (let at = place.offset; at < place.offset + place.length; at += 64)
      parts.push(Buffer.from(await run.read(at, Math.min(64, place.offset + place.length - at))));
    expect(Buffer.concat(parts).equals(files['IMAGES/IM2'])).toBe(true);
    const checker = await loadChecker();
    expect(resources.flatMap((resource) => checker.check(resource))).toEqual([]);
  });

  test('a damaged image is told, and the others are taken', async () => {
    const { items, resources } = await open({ ...files, 'IMAGES/IM1': files['IMAGES/IM1'].subarray(0, -5) });
    expect(items).toContainEqual({ type: 'unusable', place: 'IMAGES/IM1', reason: 'cut off' });
    expect(resources[1]).toMatchObject({ numberOfInstances: 2 });
  });

  test('entries of a directory that point in a circle or nowhere end it', async () => {
    const circle = discDirectory(['A', 'B'], (offsets) => ({
      first: offsets[0],
      next: offsets.map(() => offsets[0]),
      lower: offsets.map(() => offsets[1]),
    }));
    expect(filesIn(readDirectory(await readHeader(sourceOf(circle))))).toEqual([]);
    const nowhere = discDirectory(['A'], (offsets) => ({ first: 12_345, next: offsets, lower: offsets }));
    expect(readDirectory(await readHeader(sourceOf(nowhere)))).toEqual([]);
  });

  test('no path of a directory leads out of the CD', async () => {
    const tree = readDirectory(await readHeader(sourceOf(discDirectory(['../../etc/passwd']))));
    expect(filesIn(tree)).toEqual(['etc/passwd']);
  });
});

test('two patients on one CD are two', async () => {
  const other = { PatientName: 'Other^Person', PatientID: '78', StudyInstanceUID: '1.2.9' };
  const { resources } = await open({ A: ctImage(1, 1), B: ctImage(1, 2, other) });
  expect(resources.map(({ resourceType }) => resourceType)).toEqual([
    'Patient',
    'Patient',
    'ImagingStudy',
    'ImagingStudy',
  ]);
});

/** dcmjs writes UTF-8 whatever it says: the letter in question is put in afterwards. */
test.each([
  ['ISO_IR 192', 'Zażółć', null],
  ['ISO_IR 100', 'M~ller', [0xfc, 'Müller']],
  ['ISO_IR 101', 'W~s', [0xb1, 'Wąs']],
  ['ISO_IR 144', 'D~', [0xd6, 'Dж']],
] as const)('names in %s', async (charset, family, letter) => {
  const file = ctImage(1, 1, { SpecificCharacterSet: charset, PatientName: `${family}^Eve` });
  if (letter) file[Buffer.from(file).indexOf('~')] = letter[0];
  const { resources } = await open({ A: file });
  expect(resources[0]).toMatchObject({ name: [{ family: letter ? letter[1] : family }] });
});

test('a report in the coat of an image is a document too', async () => {
  const pdf = Buffer.from('%PDF-1.4 report');
  const padded = Buffer.concat([pdf, Buffer.from(pdf.length % 2 ? '\0' : '')]);
  const file = dicomFile({
    sopClass: '1.2.840.10008.5.1.4.1.1.104.1',
    fields: {
      ...STUDY,
      ...{ SeriesInstanceUID: '1.2.826.1.9', Modality: 'DOC', DocumentTitle: 'Report' },
      EncapsulatedDocument: [padded.buffer.slice(padded.byteOffset, padded.byteOffset + padded.length)],
      MIMETypeOfEncapsulatedDocument: 'application/pdf',
    },
  });
  const { resources } = await open({ A: file });
  const document = resources.find(({ resourceType }) => resourceType === 'DocumentReference')!;
  const [{ attachment }] = document.content as { attachment: { url: string; contentType: string } }[];
  const { offset, length } = parseFilePlace(attachment.url)!;
  expect(Buffer.from(file.subarray(offset, offset + length)).toString()).toMatch(/^%PDF-1.4 report/);
  expect(document).toMatchObject({ description: 'Report' });
});

describe('frames', () => {
  const shown = async (file: Uint8Array, frame = 0, window?: { center: number; width: number }) => {
    const source = sourceOf(file);
    return decodeFrame(source, await readHeader(source), frame, window);
  };

  test('without a window everything that occurs is told apart', async () => {
    const picture = await shown(ctImage(1, 1));
    expect(picture).toMatchObject({ kind: 'grey', window: { center: -1016, width: 16 } });
    expect([...(picture as { pixels: Uint8Array }).pixels]).toEqual(
      Array.from({ length: 16 }, (_, i) => Math.round((255 * i) / 15)),
    );
  });

  test("a window cuts: below black, above white; the machine's own comes first", async () => {
    const own = await shown(ctImage(1, 1, { WindowCenter: ['-1020', '40'], WindowWidth: ['4', '400'] }));
    expect(own).toMatchObject({ window: { center: -1020, width: 4 } });
    // The linear function of PS3.3 C.11.2.1.2.1 by hand: x ≤ c − 0.5 − 1.5 is black, x > c − 0.5 + 1.5 white.
    const linear = (x: number, c: number, w: number) =>
      x <= c - 0.5 - (w - 1) / 2
        ? 0
        : x > c - 0.5 + (w - 1) / 2
          ? 255
          : Math.round(((x - (c - 0.5)) / (w - 1) + 0.5) * 255);
    const by = (c: number, w: number) => Array.from({ length: 16 }, (_, i) => linear(i - 1024, c, w));
    expect([...(own as { pixels: Uint8Array }).pixels]).toEqual(by(-1020, 4));
    const asked = await shown(ctImage(1, 1), 0, { center: -1016, width: 8 });
    expect([...(asked as { pixels: Uint8Array }).pixels]).toEqual(by(-1016, 8));
  });

  test('small numbers may be white, and numbers may be signed', async () => {
    const inverted = await shown(ctImage(1, 1, { PhotometricInterpretation: 'MONOCHROME1' }));
    expect((inverted as { pixels: Uint8Array }).pixels[0]).toBe(255);
    const pixels = new Int16Array(16).map((_, i) => i - 8);
    const signed = await shown(
      ctImage(1, 1, { PixelRepresentation: 1, BitsStored: 16, RescaleIntercept: '0', PixelData: [pixels.buffer] }),
    );
    expect(signed).toMatchObject({ window: { center: 0, width: 16 } });
  });

  test('colours, and one frame of many', async () => {
    const colour = {
      Rows: 1,
      Columns: 2,
      BitsAllocated: 8,
      BitsStored: 8,
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'RGB',
    };
    const rgb = { ...colour, PlanarConfiguration: 0, PixelData: [new Uint8Array([1, 2, 3, 4, 5, 6]).buffer] };
    expect(await shown(ctImage(1, 1, rgb))).toEqual({ kind: 'colour', pixels: new Uint8Array([1, 2, 3, 4, 5, 6]) });
    const planes = { ...colour, PlanarConfiguration: 1, PixelData: [new Uint8Array([1, 4, 2, 5, 3, 6]).buffer] };
    expect(await shown(ctImage(1, 1, planes))).toEqual({ kind: 'colour', pixels: new Uint8Array([1, 2, 3, 4, 5, 6]) });
    const many = {
      NumberOfFrames: '3',
      Rows: 1,
      Columns: 2,
      PixelData: [new Uint16Array([0, 1, 10, 20, 5, 5]).buffer],
    };
    expect(await shown(ctImage(1, 1, many), 1)).toMatchObject({ window: { center: -1008.5, width: 11 } });
    expect(await codeOf(shown(ctImage(1, 1, many), 3))).toBe('not-found');
  });

  describe('coded', () => {
    const coded = (syntax: string, data: Uint8Array, more: Record<string, unknown>) =>
      dicomFile({
        syntax,
        fields: {
          ...STUDY,
          ...{
            Rows: 2,
            Columns: 3,
            BitsAllocated: 8,
            BitsStored: 8,
            SamplesPerPixel: 1,
            PhotometricInterpretation: 'MONOCHROME2',
          },
          ...more,
          PixelData: [data.slice().buffer],
        },
      });
    /** Segments with their header (PS3.5 G.5), padded to even. */
    const rle = (...segments: number[][]): Uint8Array => {
      const bytes = new Uint8Array(64 + segments.flat().length + (segments.flat().length % 2));
      const view = new DataView(bytes.buffer);
      view.setUint32(0, segments.length, true);
      let at = 64;
      for (const [i, segment] of segments.entries()) {
        view.setUint32(4 + 4 * i, at, true);
        bytes.set(segment, at);
        at += segment.length;
      }
      return bytes;
    };
    const RLE = '1.2.840.10008.1.2.5';

    test('run lengths of eight bits', async () => {
      // A run of four 10, then 20 and 30 as they are.
      const picture = await shown(coded(RLE, rle([253, 10, 1, 20, 30]), {}), 0, { center: 128, width: 256 });
      expect([...(picture as { pixels: Uint8Array }).pixels]).toEqual([10, 10, 10, 10, 20, 30]);
    });

    test('run lengths of sixteen bits: the high bytes first', async () => {
      const high = [251, 1];
      const low = [5, 0, 1, 2, 3, 4, 5];
      const picture = await shown(coded(RLE, rle(high, low), { BitsAllocated: 16, BitsStored: 16 }));
      expect(picture).toMatchObject({ window: { center: 259, width: 6 } });
    });

    test('run lengths that come to too much or too little are damage', async () => {
      for (const segment of [
        [253, 10],
        [200, 10],
        [1, 20, 30],
      ])
        expect(await codeOf(shown(coded(RLE, rle(segment), {})))).toBe('malformed');
      expect(await codeOf(shown(coded(RLE, rle([253, 10], [253, 10]), {})))).toBe('malformed');
    });

    test('a JPEG of eight bits is given as it is', async () => {
      const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 0xff, 0xd9]);
      expect(await shown(coded('1.2.840.10008.1.2.4.50', jpeg, {}))).toEqual({ kind: 'jpeg', bytes: jpeg });
    });
  });

  test('what cannot be shown is said to be kept', async () => {
    const jpeg2000 = dicomFile({
      syntax: '1.2.840.10008.1.2.4.90',
      fields: {
        ...STUDY,
        Rows: 1,
        Columns: 1,
        BitsAllocated: 16,
        SamplesPerPixel: 1,
        PixelData: [new Uint8Array(8).buffer],
      },
    });
    await expect(shown(jpeg2000)).rejects.toThrow(/not shown yet; the file is kept/);
    await expect(shown(dicomFile({ fields: { ...PATIENT } }))).rejects.toThrow(/holds no picture/);
  });

  test('an image of rows and columns that are not there is damaged, and no memory is taken for it', async () => {
    expect(await codeOf(shown(ctImage(1, 1, { Rows: 200, Columns: 200 })))).toBe('malformed');
    expect(await codeOf(shown(ctImage(1, 1, { Rows: 65_535, Columns: 65_535 })))).toBe('too-large');
    expect(await codeOf(shown(ctImage(1, 1, { Rows: 0 })))).toBe('malformed');
    const header = await readHeader(sourceOf(ctImage(1, 1, { NumberOfFrames: '2000000' })));
    expect(() => frameFacts(header)).toThrow(/larger/);
  });
});

describe('files that lie', () => {
  test('a length beyond the end, anywhere in the header, is damage', async () => {
    const file = ctImage(1, 1);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 132, max: file.length - 4 }),
        fc.constantFrom(0xffffff00, 0x7fffffff, 0xfffffffe, 0x00ffffff),
        async (at, length) => {
          const bytes = file.slice();
          new DataView(bytes.buffer).setUint32(at, length, true);
          expect(['taken', 'malformed', 'unsupported', 'too-large', 'not-found']).toContain(
            await codeOf(readHeader(sourceOf(bytes)).then((header) => decodeFrame(sourceOf(bytes), header, 0))),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cut off at any byte', async () => {
    const file = ctImage(1, 1);
    for (let length = 133; length < file.length; length += 7)
      expect(
        await codeOf(
          readHeader(sourceOf(file.subarray(0, length))).then((header) =>
            decodeFrame(sourceOf(file.subarray(0, length)), header, 0),
          ),
        ),
      ).toMatch(/malformed|unsupported/);
  });
});
