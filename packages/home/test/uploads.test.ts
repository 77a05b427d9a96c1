// What browsers bring: one run of sealed bytes that is read anywhere, bounded, and imported as files of this machine are.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Emitted, ImportReport } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { importBrought, importFiles } from '../src/operations/import.ts';
import { type Upload, Uploads } from '../src/uploads.ts';
import { Homes } from './homes.ts';
import { zipOf } from './zip-writer.ts';

const homes = new Homes();
const dirs: string[] = [];
afterEach(async () => {
  await homes.close();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hale-upload-'));
  dirs.push(dir);
  return dir;
}

const TELEMETRY = new URL('../../../test/data/telemetry/', import.meta.url);
const sample = (path: string): Buffer => readFileSync(new URL(path, TELEMETRY));

/** A browser that brings these files. */
function brought(home: Home, files: Record<string, Buffer>): Upload {
  const upload = home.uploads.begin(
    Object.entries(files).map(([path, { length }]) => ({ path, sizeBytes: length, modifiedMicros: 1.78e15 })),
  );
  for (const bytes of Object.values(files)) upload.append(bytes);
  return upload;
}

const context = (home: Home) => ({ home, emit: (_: Emitted) => {}, signal: new AbortController().signal });

async function ended(home: Home, id: string) {
  for (;;) {
    const job = home.jobs.list().find((each) => each.id === id);
    if (job?.endedMicros) return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('sealed bytes', () => {
  test('are read as they came, in whatever pieces, wherever one reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(200_000), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(150_000), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(3), fc.nat(200_000), fc.nat(100_000)), { minLength: 1, maxLength: 12 }),
        async (sizes, pieces, reads) => {
          const uploads = new Uploads(folder());
          const all = randomBytes(sizes.reduce((sum, size) => sum + size, 0));
          const upload = uploads.begin(sizes.map((sizeBytes, i) => ({ path: `f/${i}`, sizeBytes, modifiedMicros: 0 })));
          for (let at = 0, n = 0; at < all.length; n++) {
            const piece = all.subarray(at, at + pieces[n % pieces.length] + 1);
            upload.append(piece);
            at += piece.length;
          }
          const [files] = upload.folders();
          for (const [which, offset, length] of reads) {
            const i = which % sizes.length;
            const start = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
            const got = await files.list()[i].read(offset, length);
            const own = all.subarray(start, start + sizes[i]);
            expect(Buffer.from(got).equals(own.subarray(offset, offset + length))).toBe(true);
          }
          uploads.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('leave no name behind, also where the process dies', () => {
    const dir = folder();
    const uploads = new Uploads(dir);
    uploads.begin([{ path: 'a', sizeBytes: 10, modifiedMicros: 0 }]);
    expect(readdirSync(dir)).toEqual([]);
    uploads.close();
    writeFileSync(join(dir, 'upload-0123456789abcdef.sealed'), 'left over where an open file keeps its name');
    uploads.begin([{ path: 'a', sizeBytes: 10, modifiedMicros: 0 }]);
    expect(existsSync(join(dir, 'upload-0123456789abcdef.sealed'))).toBe(false);
    uploads.close();
  });
});

describe('an upload', () => {
  test('is bounded, and says by what', () => {
    const uploads = new Uploads(folder());
    const one = { path: 'a', sizeBytes: 1, modifiedMicros: 0 };
    const refused = (files: unknown) => () => uploads.begin(files as never);
    expect(refused([])).toThrow(/says which files/);
    for (const bad of [
      { ...one, path: '' },
      { ...one, path: 'x'.repeat(2000) },
      { ...one, sizeBytes: -1 },
      { ...one, sizeBytes: 0.5 },
      { ...one, modifiedMicros: 'x' },
    ])
      expect(refused([bad]), JSON.stringify(bad)).toThrow(/says which files/);
    expect(refused([{ ...one, sizeBytes: HOME_LIMITS.uploadBytesMax + 1 }])).toThrow(/in parts/);
    expect(
      refused(Array.from({ length: HOME_LIMITS.uploadFilesMax + 1 }, (_, i) => ({ ...one, path: `${i}` }))),
    ).toThrow(/in parts/);
    const upload = uploads.begin([one]);
    expect(() => upload.folders()).toThrow(/not complete/);
    expect(() => upload.append(Buffer.from('too much'))).toThrow(/more came/);
    uploads.close();
  });

  test('that nobody uses goes after an hour, one that is read stays, and the idlest makes room', () => {
    let now = 0;
    const uploads = new Uploads(folder(), () => now);
    const begin = (path: string) => uploads.begin([{ path, sizeBytes: 0, modifiedMicros: 0 }]);
    const read = begin('read');
    read.readers++;
    const forgotten = begin('forgotten');
    now = HOME_LIMITS.uploadMinutes * 60_000 + 1;
    expect(() => uploads.get(forgotten.id)).toThrow(/not here any more/);
    expect(uploads.get(read.id)).toBe(read);
    const more = Array.from({ length: HOME_LIMITS.uploadsMax }, (_, i) => {
      now++;
      return begin(`${i}`);
    });
    expect(() => uploads.get(more[0].id)).toThrow(/not here any more/);
    expect(uploads.get(read.id)).toBe(read);
    uploads.close();
  });
});

test('an upload that was let go takes and gives nothing more: its descriptor may be another file’s', () => {
  const uploads = new Uploads(folder());
  const upload = uploads.begin([{ path: 'a', sizeBytes: 300_000, modifiedMicros: 0 }]);
  upload.append(randomBytes(100_000));
  uploads.drop(upload.id);
  expect(() => upload.append(randomBytes(100_000))).toThrow(/not here any more/);
  upload.close();
  uploads.close();
});

describe('an import of what was brought', () => {
  test('takes in what the same files on this machine would give', async () => {
    const files = {
      'ecg/100.hea': sample('ecg-wfdb/100.hea'),
      'ecg/100.dat': sample('ecg-wfdb/100.dat'),
      'glucose.csv': sample('glucose/hall2018_3subjects_5min.csv'),
      'archive.zip': zipOf([{ path: 'in/activity.fit', content: sample('fit/Activity.fit') }]) as Buffer,
    };
    const here = homes.make();
    const there = homes.make();
    const dir = folder();
    for (const [path, bytes] of Object.entries(files)) {
      const name = path.split('/').pop() ?? '';
      writeFileSync(join(dir, name), bytes);
    }
    await importFiles(context(here), { files: [dir], start: '2020-01-01T00:00:00Z' });
    const reports: ImportReport[] = [];
    const wish = { start: '2020-01-01T00:00:00Z' };
    await importBrought(context(there), brought(there, files).folders(), wish, reports);
    const counts = (home: Home) =>
      home.vault
        .streams()
        .map(({ number, entry }) => `${entry.key} ${JSON.stringify(home.vault.store.sampleCount(number))}`)
        .sort();
    expect(counts(there)).toEqual(counts(here));
    expect(counts(there).length).toBeGreaterThan(3);
  });

  test('goes on in the node, one after the other, and says what became of each file', async () => {
    const home = homes.make();
    const upload = brought(home, {
      'glucose.csv': sample('glucose/hall2018_3subjects_5min.csv'),
      'photo.jpg': randomBytes(5000),
      'broken.zip': Buffer.from('PK\u0003\u0004 no archive'),
    });
    const first = home.jobs.start(upload, ['glucose.csv'], {}, true);
    const second = home.jobs.start(upload, undefined, {}, false);
    expect([first.state, second.state]).toEqual(['running', 'waiting']);
    expect(home.uploads.drop(upload.id)).toBeUndefined();
    const [rehearsal, real] = [await ended(home, first.id), await ended(home, second.id)];
    expect([rehearsal.state, real.state]).toEqual(['done', 'done']);
    expect(rehearsal.reports[0].accepted).toBe(real.reports.find(({ file }) => file === 'glucose.csv')?.accepted);
    const failed = new Map(real.reports.filter((each) => each.failed).map((each) => [each.file, each.failed?.code]));
    expect([...failed]).toEqual([
      ['broken.zip', 'malformed'],
      ['photo.jpg', 'unsupported'],
    ]);
    home.jobs.forget(real.id);
    expect(home.jobs.list().map(({ id }) => id)).toEqual([first.id]);
    home.uploads.drop(upload.id);
    expect(() => home.uploads.get(upload.id)).toThrow(/not here any more/);
  });

  test('can be stopped: what waits does not begin, what runs keeps what it has', async () => {
    const home = homes.make();
    const upload = brought(home, { '100.hea': sample('ecg-wfdb/100.hea'), '100.dat': sample('ecg-wfdb/100.dat') });
    const running = home.jobs.start(upload, undefined, {}, false);
    const waiting = home.jobs.start(upload, undefined, {}, false);
    expect(home.jobs.cancel(waiting.id).state).toBe('cancelled');
    home.jobs.cancel(running.id);
    expect((await ended(home, running.id)).state).toBe('cancelled');
    expect(upload.readers).toBe(0);
    const again = home.jobs.start(upload, undefined, {}, false);
    expect((await ended(home, again.id)).reports[0].read).toBe(1_300_000);
  });
});
