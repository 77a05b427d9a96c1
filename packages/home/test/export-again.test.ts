// What is exported and brought in again adds nothing: for every series of numbers of every FIT and FHIR sample.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCoded } from '@hale/vault/kinds';
import { afterEach, expect, test } from 'vitest';
import type { Emitted } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { importFiles } from '../src/operations/import.ts';
import { exportData } from '../src/operations/keep.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const dir = mkdtempSync(join(tmpdir(), 'hale-export-'));
afterEach(async () => {
  await homes.close();
  rmSync(dir, { recursive: true, force: true });
});

const TELEMETRY = join(import.meta.dirname, '../../../test/data/telemetry');
const context = (home: Home) => ({ home, emit: (_: Emitted) => {}, signal: new AbortController().signal });

test('tables of every series of numbers, read again, hold nothing new', async () => {
  const home = homes.make();
  const fit = readdirSync(join(TELEMETRY, 'fit')).filter((name) => name.endsWith('.fit'));
  const files = [
    ...fit.map((name) => join(TELEMETRY, 'fit', name)),
    join(TELEMETRY, 'fhir/observation-sampleddata-ekg-r4.json'),
  ];
  await importFiles(context(home), { files });
  const numbers = home.vault.streams().filter(({ entry }) => !isCoded(entry.kind));
  expect(numbers.length).toBeGreaterThan(30);
  await exportData(context(home), { dir, format: 'csv', streams: numbers.map(({ entry }) => entry.key) });
  // Where no unit was told none is written, and none is assumed.
  expect(readFileSync(join(dir, 'ecg-lead-i.csv'), 'utf8').split('\n')[0]).toBe('time,ecg-lead-i (unit unknown)');
  for (const file of readdirSync(dir)) {
    const [report] = await importFiles(context(home), { files: [join(dir, file)] });
    expect([file, report.accepted, report.corrected, report.rejected]).toEqual([file, 0, 0, 0]);
    expect(report.duplicate, file).toBe(report.read);
  }
  expect(home.vault.streams().filter(({ entry }) => !isCoded(entry.kind)).length).toBe(numbers.length);
});
