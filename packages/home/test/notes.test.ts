// Notes on a moment: kept sealed, there after the home was opened anew, gone when removed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { importFiles } from '../src/operations/import.ts';
import { noteAdd, noteRemove, notes } from '../src/operations/notes.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const AT = Date.UTC(2026, 0, 5, 8) * 1000;

async function withPulse() {
  const home = homes.make();
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const file = join(homes.dir(), 'pulse.csv');
  writeFileSync(file, 'time,Heart rate (bpm)\n2026-01-05T08:00:00Z,61\n2026-01-05T08:01:00Z,62\n');
  await importFiles(context, { files: [file], zone: 'UTC' });
  return context;
}

test('a note stands at its moment, among those of its series, in order of time', async () => {
  const context = await withPulse();
  const write = (atMicros: number, text: string) => noteAdd(context, { stream: 'heart-rate', atMicros, text });
  write(AT + 60e6, ' climbed the stairs ');
  write(AT, 'woke up');
  write(AT + 40 * 864e8, 'much later');
  const all = await notes(context, { stream: 'heart-rate' });
  expect(all.map(({ text }) => text)).toEqual(['woke up', 'climbed the stairs', 'much later']);
  expect(all[1].atMicros).toBe(AT + 60e6);
  expect(await notes(context, { stream: 'heart-rate', fromMicros: AT, toMicros: AT + 1e6 })).toHaveLength(1);
  expect(await notes(context, { stream: 'spo2' })).toEqual([]);
});

test('after the logs were written and read anew, notes are as they were', async () => {
  const context = await withPulse();
  const add = (text: string) => noteAdd(context, { stream: 'heart-rate', atMicros: AT, text });
  await add('stays');
  const { id } = await add('goes');
  context.home.documents.flush();
  await noteRemove(context, { id });
  context.home.documents.flush();
  context.home.documents.logsChanged();
  expect((await notes(context, {})).map(({ text }) => text)).toEqual(['stays']);
});

test('removed, it is gone; it cannot be removed twice', async () => {
  const context = await withPulse();
  const { id } = await noteAdd(context, { stream: 'heart-rate', atMicros: AT, text: 'a mistake' });
  await noteRemove(context, { id });
  expect(await notes(context, {})).toEqual([]);
  expect(() => noteRemove(context, { id })).toThrow(/no such note/);
});

test('empty, too long, without a moment, or on a series that is not there: refused', async () => {
  const context = await withPulse();
  const write = (of: object) =>
    noteAdd(context, { stream: 'heart-rate', atMicros: AT, text: 'well', ...of } as Parameters<typeof noteAdd>[1]);
  expect(() => write({ text: '  ' })).toThrow(/needs words/);
  expect(() => write({ text: 'x'.repeat(2001) })).toThrow(/too long/);
  expect(() => write({ atMicros: Number.NaN })).toThrow(/moment/);
  expect(() => write({ stream: 'nothing' })).toThrow(/no such stream/);
});
