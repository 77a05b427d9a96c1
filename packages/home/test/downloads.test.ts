// What browsers save: archives that are written while they are sent, read back whole; addresses that are good once.
import { zipFolder } from '@hale/vault/import';
import fc from 'fast-check';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { Downloads, exportDownload } from '../src/downloads.ts';
import type { Home } from '../src/home.ts';
import { importTools } from '../src/import-sources.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { WEB_LIMITS } from '../src/web/limits.ts';
import { Sessions, type Shown } from '../src/web/sessions.ts';
import { addDownloads } from '../src/web/transfers.ts';
import { type ZipEntry, zipOf } from '../src/zip-writer.ts';
import { addStream, Homes } from './homes.ts';
import { memorySource } from './zip-writer.ts';

const homes = new Homes();
afterEach(() => homes.close());

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function unpacked(zip: Buffer): Promise<[string, string][]> {
  const folder = await zipFolder(memorySource('x.zip', zip), importTools);
  return Promise.all(
    folder.list().map(async (source): Promise<[string, string]> => {
      let text = '';
      for (let at = 0; at < source.sizeBytes; ) {
        const piece = await source.read(at, 65_536);
        text += Buffer.from(piece).toString('latin1');
        at += piece.length;
      }
      return [source.path ?? '', text];
    }),
  );
}

test('an archive gives back what was put in, name by name, with sums that hold', async () => {
  const name = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `${text.replace(/[\\/\0]/g, '_')}.csv`);
  const part = fc.uint8Array({ minLength: 1, maxLength: 3000 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(name, fc.array(part, { minLength: 1, maxLength: 4 })), {
        selector: ([n]) => n,
        maxLength: 5,
      }),
      async (files) => {
        const entries: ZipEntry[] = files.map(([path, chunks]) => ({ name: path, chunks }));
        const got = await unpacked(await whole(zipOf(entries, Date.UTC(2026, 4, 1, 10, 20, 30))));
        expect(got).toEqual(files.map(([path, chunks]) => [path, Buffer.concat(chunks).toString('latin1')]));
      },
    ),
    { numRuns: 60 },
  );
});

test('a ticket is good once, and for a minute', () => {
  let now = 0;
  const downloads = new Downloads(() => now);
  const download = { name: 'x', type: 'x', chunks: async function* () {} };
  const [one, two] = [downloads.prepare(download), downloads.prepare(download)];
  expect(one).toMatch(/^[\w-]{32}$/);
  expect(downloads.take(one).download).toBe(download);
  expect(() => downloads.take(one)).toThrow(/fetched already/);
  now = HOME_LIMITS.downloadSeconds * 1000 + 1;
  expect(() => downloads.take(two)).toThrow(/too old/);
});

test('a ticket, and what is being sent, end with their session; also with one that runs out', async () => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const downloads = new Downloads(() => 0);
  const app = new Hono();
  addDownloads(app as never, () => ({ downloads }) as unknown as Home, new Set(['h']));
  const chunks = async function* () {
    for (;;) yield new Uint8Array(100_000);
  };
  const prepared = (shown: Shown) => downloads.prepare({ name: 'x', type: 'x', chunks }, sessions.live(shown));
  const headers = { host: 'h', 'sec-fetch-site': 'same-origin' };
  const reader = async (ticket: string) => {
    const { body } = await app.request(`/v1/download/${ticket}`, { headers });
    return body?.getReader() ?? expect.fail('no body');
  };
  const toTheEnd = async (of: ReadableStreamDefaultReader) => {
    while (!(await of.read()).done);
  };
  const ended = sessions.open();
  const [running, waiting] = [await reader(prepared(ended)), prepared(ended)];
  await running.read();
  sessions.end(ended);
  await expect(toTheEnd(running)).rejects.toThrow(/has ended/);
  expect(() => downloads.take(waiting)).toThrow(/fetched already/);
  const idle = sessions.open();
  const [sent, left] = [await reader(prepared(idle)), prepared(idle)];
  await sent.read();
  now = (WEB_LIMITS.sessionIdleMinutes + 1) * 60_000;
  await expect(toTheEnd(sent)).rejects.toThrow(/has ended/);
  expect(() => downloads.take(left)).toThrow(/fetched already/);
});

test('an export has a file for each series of each person, under names that lead nowhere else', async () => {
  const home = homes.make();
  home.vault.addSubject('../../etc');
  const stream = addStream(home, 'heart-rate');
  expect(() => exportDownload(home, { what: 'export', format: 'csv' })).toThrow(/no readings/);
  const times = Float64Array.from({ length: 250_000 }, (_, i) => 1.7e15 + i * 1e6);
  await home.ingestQueue.ingest([{ stream, samples: { times, values: new Int32Array(times.length).fill(61) } }]);
  const csv = await unpacked(await whole(exportDownload(home, { what: 'export', format: 'csv' }).chunks()));
  expect(csv.map(([path]) => path)).toEqual(['me/heart-rate.csv']);
  expect(csv[0][1].split('\n')).toHaveLength(250_002);
  expect(csv[0][1]).toMatch(/^time,heart-rate \(1\)\n2023-11-14T22:13:20Z,61\n/);
  // A bundle holds so many readings that a small machine can make it.
  const fhir = await unpacked(
    await whole(exportDownload(home, { what: 'export', format: 'fhir', subject: 'me' }).chunks()),
  );
  expect(fhir.map(([path]) => path)).toEqual(['heart-rate.json', 'heart-rate-2.json', 'heart-rate-3.json']);
  for (const [, text] of fhir) expect(JSON.parse(text).resourceType).toBe('Bundle');
});
