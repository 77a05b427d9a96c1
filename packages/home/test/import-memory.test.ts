// What a person said about a table's columns outlives the process, is sealed, and reads the next file of the same shape.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { masterKeys } from '@hale/kernel/seal';
import { afterEach, expect, test } from 'vitest';
import type { Parameters } from '../src/api.ts';
import { Home } from '../src/home.ts';
import { importFiles } from '../src/operations/import.ts';
import { Homes, random } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

function run(home: Home, parameters: Parameters<'import'>) {
  return importFiles({ home, emit: () => {}, signal: new AbortController().signal }, { zone: 'UTC', ...parameters });
}

const table = (day: string): string => `Zeit,Zwergenwert,Lärm\n${day} 08:00,61,7\n${day} 08:01,62,8\n`;

test('said once, read so for ever, and forgotten when that is wanted', async () => {
  const dir = homes.dir();
  const keys = masterKeys(random(64));
  const home = new Home({ dir, keys, online: false });
  home.vault.takePen(0);
  home.vault.addSubject('me');
  const [first, second] = ['first.csv', 'second.csv'].map((name) => join(dir, name));
  writeFileSync(first, table('2026-02-01'));
  writeFileSync(second, table('2026-02-02'));
  const corrections = { columns: [{ title: 'Zwergenwert', kind: 'heart-rate', unit: 'bpm' }], ignore: ['Lärm'] };

  const [dry] = await run(home, { files: [first], corrections, dryRun: true });
  expect(dry.columns?.map(({ title, as, kind }) => [title, as, kind])).toEqual([
    ['Zeit', 'time', undefined],
    ['Zwergenwert', 'value', 'heart-rate'],
    ['Lärm', 'nothing', undefined],
  ]);
  expect(dry.mapping).toMatchObject({ version: 1, tables: [{ skipRows: 1 }] });
  expect(home.vault.state.settings.size).toBe(0);

  const [report] = await run(home, { files: [first], corrections });
  expect([report.streams, report.accepted, report.remembered]).toEqual([['heart-rate'], 2, true]);
  const entries = [...home.vault.catalogueLog.entries()].length;
  await run(home, { files: [first], corrections });
  expect([...home.vault.catalogueLog.entries()].length, 'the same words make no new entry').toBe(entries);
  await home.close();

  // Another process: it is in the catalogue, and nothing of it in clear on the disk.
  for (const name of ['store.db', 'store.db-wal']) {
    const disk = (() => {
      try {
        return readFileSync(join(dir, name)).toString('latin1');
      } catch {
        return '';
      }
    })();
    expect(disk.includes('Zwergenwert')).toBe(false);
  }
  const again = homes.open({ dir, keys });
  const [next] = await run(again, { files: [second] });
  expect([next.streams, next.accepted]).toEqual([['heart-rate'], 2]);
  expect(next.notes[0]).toMatch(/as you said earlier/);

  const [fresh] = await run(again, { files: [second], forget: true });
  expect(fresh.streams).toEqual(['zwergenwert', 'larm']);
  const [after] = await run(again, { files: [second] });
  expect(after.notes.join()).not.toMatch(/earlier/);
});

test('words that cannot be are refused before anything is stored', async () => {
  const home = homes.make();
  const file = join(homes.dir(), 'x.csv');
  writeFileSync(file, table('2026-02-01'));
  const wrong = (corrections: NonNullable<Parameters<'import'>['corrections']>) =>
    run(home, { files: [file], corrections });
  await expect(wrong({ columns: [{ title: 'Lärm', kind: 'heart-rate', unit: 'kg' }] })).rejects.toMatchObject({
    code: 'usage',
  });
  await expect(wrong({ time: { title: 'Zeit', form: 'backwards' } })).rejects.toMatchObject({ code: 'usage' });
  await expect(wrong({ ignore: ['nowhere'] })).rejects.toMatchObject({ code: 'usage' });
  expect(home.vault.streams().length).toBe(0);
});
