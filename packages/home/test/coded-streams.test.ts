// Streams whose readings are words: shown, exported and given on as words, never as averages of their numbers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesOf } from '@hale/vault';
import { binRows } from '@hale/vault/chart';
import { observationProblems } from '@hale/vault/export';
import { zipFolder } from '@hale/vault/import';
import { afterEach, expect, test } from 'vitest';
import { home as entry } from '../src/compose.ts';
import { exportDownload } from '../src/downloads.ts';
import { importTools } from '../src/import-sources.ts';
import { importFiles } from '../src/operations/import.ts';
import { exportData } from '../src/operations/keep.ts';
import { show } from '../src/operations/read.ts';
import { sharePreview } from '../src/operations/share.ts';
import { Homes } from './homes.ts';
import { memorySource } from './zip-writer.ts';

const homes = new Homes();
afterEach(() => homes.close());

const NIGHT = join(import.meta.dirname, '../../../test/data/telemetry/ecg-wfdb/test_edfann.edf');

test('a night is its stages in words', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const [report] = await importFiles(context, { files: [NIGHT], zone: 'UTC' });
  expect([report.accepted, report.rejected, report.streams]).toEqual([857, 0, ['sleep-stage', 'sleep-event']]);
  const shown = await show(context, { stream: 'sleep-stage' });
  expect(shown.level).toBe('raw');
  expect(shown.gaps).toEqual([]);
  expect(shown.rows.length).toBe(855);
  expect([shown.rows[0].code, shown.rows.at(-1)?.code]).toEqual(['Awake', 'End']);
  expect(() => show(context, { stream: 'sleep-stage', level: '1h' })).toThrow(/words and have no averages/);
  const dir = homes.dir();
  await exportData(context, { dir, format: 'csv', streams: ['sleep-stage'] });
  const [titles, first] = readFileSync(join(dir, 'sleep-stage.csv'), 'utf8').split('\n');
  expect([titles, first]).toEqual(['time,sleep-stage', '2001-01-01T23:59:30Z,Awake']);
});

test('summaries of words tell how many there were, and no more', () => {
  const bin = { start: 5, count: 3, sum: 12, min: 2, max: 6, coverageMicros: 1 } as Parameters<
    typeof binRows
  >[2][number];
  expect(binRows({ kind: 'sleep-stage', factor: 1, origin: 0 }, '1h', [bin])).toEqual([{ atMicros: 5, count: 3 }]);
});

/** An EDF+ file of annotations, of which each closes with 0x14 0x00. */
function annotationsOnly(records: string[][]): string {
  const room = 160;
  const cells: [string, number][] = [
    ...([
      ['0', 8],
      ['X X X X', 80],
      ['Startdate 29-AUG-2017 X X X', 80],
      ['29.08.17', 8],
      ['22.15.30', 8],
    ] as const),
    ...([
      ['512', 8],
      ['EDF+C', 44],
      [String(records.length), 8],
      ['1', 8],
      ['1', 4],
    ] as const),
    ...([
      ['EDF Annotations', 16],
      ['', 80],
      ['', 8],
      ['-1', 8],
      ['1', 8],
      ['-32768', 8],
      ['32767', 8],
    ] as const),
    ...([
      ['', 80],
      [String(room / 2), 8],
      ['', 32],
    ] as const),
  ].map(([text, width]) => [text, width]);
  const bodies = records.map((lists) =>
    lists
      .map((list) => `${list}\u0014\0`)
      .join('')
      .padEnd(room, '\0'),
  );
  return cells.map(([text, width]) => text.padEnd(width)).join('') + bodies.join('');
}

test('notes are kept in the words of whoever wrote them: shown, exported, and gone when erased', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const file = join(homes.dir(), 'night.edf');
  const records = [
    ['+0', '+0.5\u001530\u0014leg cramp, "left"', '+0.7\u0014=1+1\u0007'],
    ['+1', '+1.5\u001530\u0014leg cramp, "left"'],
  ];
  writeFileSync(file, annotationsOnly(records));
  const [report] = await importFiles(context, { files: [file], zone: 'UTC' });
  expect([report.accepted, report.rejected, report.streams]).toEqual([5, 0, ['note', 'note-duration']]);
  const [again] = await importFiles(context, { files: [file], zone: 'UTC' });
  expect([again.accepted, again.duplicate]).toEqual([0, 5]);
  const words = (rows: { code?: string }[]) => rows.map(({ code }) => code);
  expect(words((await show(context, { stream: 'note' })).rows)).toEqual([
    'leg cramp, "left"',
    '=1+1 ',
    'leg cramp, "left"',
  ]);
  const dir = homes.dir();
  await exportData(context, { dir, format: 'csv', streams: ['note'] });
  const cells = readFileSync(join(dir, 'note.csv'), 'utf8').trim().split('\n').slice(1);
  expect(cells.map((line) => line.slice(line.indexOf(',') + 1))).toEqual([
    '"leg cramp, ""left"""',
    "'=1+1\u0007",
    '"leg cramp, ""left"""',
  ]);
  // What a browser saves is the same table.
  const pieces: Uint8Array[] = [];
  for await (const piece of exportDownload(home, { what: 'export', format: 'csv' }).chunks()) pieces.push(piece);
  const saved = (await zipFolder(memorySource('x.zip', Buffer.concat(pieces)), importTools)).find('note.csv');
  const bytes = await saved?.read(0, saved.sizeBytes);
  expect(Buffer.from(bytes ?? []).toString()).toBe(readFileSync(join(dir, 'note.csv'), 'utf8'));
  await exportData(context, { dir, format: 'fhir', streams: ['note'] });
  const bundle = JSON.parse(readFileSync(join(dir, 'note.json'), 'utf8'));
  expect(bundle.entry.map(({ resource }: { resource: { valueString: string } }) => resource.valueString)).toEqual([
    'leg cramp, "left"',
    '=1+1\u0007',
    'leg cramp, "left"',
  ]);
  const stream = home.vault.findStream(home.vault.subject().id, 'note')!;
  expect(notesOf(home.vault.state, stream.entry).size).toBe(2);
  home.vault.eraseStreams([stream]);
  expect(notesOf(home.vault.state, stream.entry).size).toBe(0);
});

test('stages of sleep are codes in FHIR, with their ends, and come back as they went', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  await importFiles(context, { files: [NIGHT], zone: 'UTC' });
  const dir = homes.dir();
  await exportData(context, { dir, format: 'fhir', streams: ['sleep-stage'] });
  const path = join(dir, 'sleep-stage.json');
  const { entry } = JSON.parse(readFileSync(path, 'utf8'));
  for (const { resource } of entry) expect(observationProblems(resource)).toEqual([]);
  expect(entry[0].resource).toMatchObject({
    effectiveDateTime: '2001-01-01T23:59:30Z',
    valueCodeableConcept: { coding: [{ system: 'urn:hale:codes:sleep-stage', code: 'awake' }], text: 'Awake' },
  });
  const other = homes.make();
  const back = { ...context, home: other };
  const [report] = await importFiles(back, { files: [path] });
  expect(report.rejected).toBe(0);
  const stages = async (of: typeof context) => (await show(of, { stream: 'sleep-stage' })).rows;
  expect(await stages(back)).toEqual(await stages(context));
});

test('words are not given on as averages', async () => {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  await importFiles(context, { files: [NIGHT], zone: 'UTC' });
  expect(() => sharePreview(context, { streams: ['sleep-stage'], with: 'link', level: '1h' })).toThrow(
    /are words and have no averages/,
  );
  expect(sharePreview(context, { streams: ['sleep-stage'], with: 'link', from: '2001-01-01' })).toMatchObject({
    streams: [{ key: 'sleep-stage', level: 'raw' }],
  });
});

test('notes outlive a restore from a backup and new words', async () => {
  const dir = join(homes.dir(), 'home');
  const { words } = await entry.createHome({ dir });
  const file = join(homes.dir(), 'night.edf');
  writeFileSync(file, annotationsOnly([['+0', '+0.5\u0014leg cramp', '+0.7\u0014cough']]));
  const notes = async (of: string) => {
    const client = await entry.connectHome({ dir: of });
    const { rows } = await client.call('show', { stream: 'note' });
    await client.close();
    return rows.map(({ code }) => code);
  };
  const client = await entry.connectHome({ dir });
  await client.call('import', { files: [file], zone: 'UTC' });
  const backup = join(homes.dir(), 'all.backup');
  await client.call('backup', { to: backup });
  const restored = join(homes.dir(), 'restored');
  await entry.restoreBackup({ dir: restored, words, file: backup });
  expect(await notes(restored)).toEqual(['leg cramp', 'cough']);
  await client.call('rotate', {});
  await client.close();
  expect(await notes(dir)).toEqual(['leg cramp', 'cough']);
}, 60_000);
