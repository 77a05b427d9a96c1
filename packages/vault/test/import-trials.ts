// What every importer must stand: files cut anywhere, bytes changed at random, and a resumption from every position that it told.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ImportOptions, SourceFolder } from '../src/import/index.ts';
import { open } from '../src/import/index.ts';
import { type Collected, collect, folder, sampleSet, source } from './import-sources.ts';

/** One file under trial, with the files beside it that stay as they are. */
export interface Trial {
  name: string;
  bytes: Uint8Array;
  beside?: SourceFolder;
  options?: ImportOptions;
}

async function read({ name, beside, options = {} }: Trial, bytes: Uint8Array, from = 0): Promise<Collected> {
  const one = source(name, bytes);
  const others = (beside?.list() ?? []).filter((other) => other.name !== name);
  return collect((await open(one, folder(one, ...others), options)).chunks(from));
}

/** Reads it, or meets an error of ours: anything else fails the test. Gives null for the error. */
async function readOrRefused(trial: Trial, bytes: Uint8Array): Promise<Collected | null> {
  try {
    return await read(trial, bytes);
  } catch (error) {
    expect((error as Error).name, String((error as Error).stack)).toBe('HaleError');
    return null;
  }
}

const samplesOf = ({ series }: Collected): number =>
  [...series.values()].reduce((sum, { times }) => sum + times.length, 0);

/** Cuts at every `step`-th byte. More of a file never gives more samples than all of it, by more than `slack` (ends told early). */
export async function expectCutsToBeRead(trial: Trial, step: number, slack = 2): Promise<void> {
  const whole = samplesOf(await read(trial, trial.bytes));
  for (let end = 0; end < trial.bytes.length; end += step) {
    const got = await readOrRefused(trial, trial.bytes.subarray(0, end));
    if (got) expect(samplesOf(got)).toBeLessThanOrEqual(whole + slack);
  }
}

/** Changes some bytes of a file, `runs` times; the seed is fixed, so that a failure comes again. */
export async function expectMutationsToBeRead(trial: Trial, runs: number): Promise<void> {
  const change = fc.tuple(fc.nat(trial.bytes.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = trial.bytes.slice();
      for (const [at, value] of changes) bytes[at] = value;
      await readOrRefused(trial, bytes);
    }),
    { seed: 20261128, numRuns: runs },
  );
}

/** Whoever stops after any item and resumes from its position has the same set as whoever reads through. */
export async function expectEveryPositionToResume(trial: Trial): Promise<void> {
  const { name, bytes, beside, options = {} } = trial;
  const one = source(name, bytes);
  const opened = await open(one, folder(one, ...(beside?.list() ?? [])), options);
  const all = sampleSet(await collect(opened.chunks(0)));
  const before: Collected = {
    series: new Map(),
    rejections: [],
    notes: [],
    found: [],
    positions: [],
    texts: new Set(),
  };
  for await (const item of opened.chunks(0)) {
    if (item.type !== 'samples') continue;
    const joined = before.series.get(item.series) ?? { times: [], values: [] };
    for (const time of item.times) joined.times.push(time);
    for (const value of item.values) joined.values.push(value);
    before.series.set(item.series, joined);
    const after = await collect(opened.chunks(item.position));
    const got = sampleSet(before, after);
    expect(got.size).toBe(all.size);
    for (const sample of got) if (!all.has(sample)) expect.fail('a sample that the whole does not have');
  }
}
