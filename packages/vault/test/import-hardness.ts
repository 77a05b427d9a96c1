// What every importer must bear: a file cut anywhere, bytes changed anywhere, an import left anywhere and taken up again.

import { HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type ImportItem, type ImportOptions, open } from '../src/import/index.ts';
import { collect, folder, sampleSet, source } from './import-sources.ts';

/** Items of a source; what is no HaleError goes through and fails the test. More items than `most` is growth. */
async function itemsOf(name: string, bytes: Uint8Array, options: ImportOptions, most: number): Promise<number> {
  const one = source(name, bytes);
  let count = 0;
  try {
    const opened = await open(one, folder(one), options);
    for await (const item of opened.chunks(0)) count += item.type === 'samples' ? item.times.length : 1;
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
  }
  expect(count).toBeLessThan(most);
  return count;
}

/** Cut after every `step` bytes. */
export async function bearsCuts(name: string, bytes: Uint8Array, step = 1, options: ImportOptions = {}): Promise<void> {
  for (let end = 0; end < bytes.length; end += step)
    await itemsOf(name, bytes.subarray(0, end), options, 10 * bytes.length + 100);
}

/** Bytes changed, put in and taken out, drawn from a fixed seed. */
export async function bearsChanges(
  name: string,
  bytes: Uint8Array,
  runs = 300,
  options: ImportOptions = {},
): Promise<void> {
  const place = fc.nat({ max: Math.max(0, bytes.length - 1) });
  const change = fc.tuple(
    place,
    fc.constantFrom('set', 'insert', 'cut'),
    fc.uint8Array({ minLength: 1, maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      let changed = [...bytes];
      for (const [at, how, drawn] of changes) {
        if (how === 'set') for (let i = 0; i < drawn.length && at + i < changed.length; i++) changed[at + i] = drawn[i];
        else if (how === 'insert') changed.splice(at, 0, ...drawn);
        else changed = [...changed.slice(0, at), ...changed.slice(at + 7)];
      }
      await itemsOf(name, new Uint8Array(changed), options, 20 * bytes.length + 1000);
    }),
    { numRuns: runs, seed: 20_261_128 },
  );
}

/** Left after every item and taken up at its position: the same samples. Short reads on the way. */
export async function bearsResuming(name: string, bytes: Uint8Array, options: ImportOptions = {}): Promise<void> {
  const one = source(name, bytes, 777);
  const opened = await open(one, folder(one), options);
  const whole = sampleSet(await collect(opened.chunks(0)));
  const items: ImportItem[] = [];
  for await (const item of opened.chunks(0)) items.push(item);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item.type !== 'samples') continue;
    const before = await collect(fromList(items.slice(0, i + 1)));
    const rest = await collect(opened.chunks(item.position));
    expect(sampleSet(before, rest)).toEqual(whole);
  }
}

async function* fromList(items: ImportItem[]): AsyncGenerator<ImportItem, void, void> {
  yield* items;
}

const STRANGE: unknown[] = [
  null,
  '',
  'x',
  [],
  {},
  [[]],
  -1,
  0,
  1e308,
  -1e-300,
  2 ** 60,
  true,
  '2026',
  'Infinity',
  'constructor',
  '__proto__',
  '\u0000',
  [null],
  { value: {} },
];

/** Values in a JSON document put in place of others, names of fields as well: whatever stands where, nothing but our errors. */
export async function bearsStrangeValues(
  name: string,
  value: unknown,
  runs = 300,
  options: ImportOptions = {},
): Promise<void> {
  const text = JSON.stringify(value);
  const spots = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|null|true|false/g)];
  const change = fc.tuple(fc.nat({ max: spots.length - 1 }), fc.constantFrom(...STRANGE));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      let changed = text;
      for (const [which, strange] of [...changes].sort(([a], [b]) => b - a)) {
        const { 0: old, index } = spots[which];
        const isName = text[index + old.length] === ':';
        changed =
          changed.slice(0, index) +
          JSON.stringify(isName ? String(strange) : strange) +
          changed.slice(index + old.length);
      }
      await itemsOf(name, new TextEncoder().encode(changed), options, 20 * text.length + 1000);
    }),
    { numRuns: runs, seed: 20_261_129 },
  );
}
