// Streams whose readings are words: shown, exported and given on as words, never as averages of their numbers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binRows } from '@hale/vault/chart';
import { afterEach, expect, test } from 'vitest';
import { importFiles } from '../src/operations/import.ts';
import { exportData } from '../src/operations/keep.ts';
import { show } from '../src/operations/read.ts';
import { Homes } from './homes.ts';

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
