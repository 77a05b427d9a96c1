// A home in the benchmark's own process, with a clock that can be set: for what needs no node, and to fill one before its node starts.
import { join } from 'node:path';
import { home as entry, Home } from '@hale/home';
import { masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import type { NewStream, OpenStream, Samples } from '@hale/vault';
import { temporaryDirectory } from './node.ts';

export async function openHome(nowMicros?: () => number): Promise<Home> {
  const dir = join(temporaryDirectory(), 'home');
  const { words } = await entry.createHome({ dir });
  const keys = masterKeys(seedOf(parseWords(words)));
  return new Home({ dir, keys, online: false, ...(nowMicros ? { nowMicros } : {}) });
}

type Described = Pick<NewStream, 'key' | 'ucum' | 'factor' | 'nominalPeriodSeconds'> & { edges?: number[] };

/** What a stream needs besides its rhythm and scale is the same for all benchmarks. */
export function newStream(home: Home, { key, ucum, factor, nominalPeriodSeconds, edges = [] }: Described): NewStream {
  return {
    ...{ key, ucum, factor, nominalPeriodSeconds, edges },
    subject: home.vault.subject().id,
    kind: key,
    title: key,
    origin: 0,
    loinc: null,
    dayOffsetMinutes: 0,
    device: null,
    source: 'bench',
  };
}

const STEP_SAMPLES = 100_000;

/** Takes samples in and signs them, step by step as an import does. */
export function fillStream(home: Home, stream: OpenStream, { times, values }: Samples): void {
  for (let at = 0; at < times.length; at += STEP_SAMPLES) {
    const some = { times: times.slice(at, at + STEP_SAMPLES), values: values.slice(at, at + STEP_SAMPLES) };
    home.vault.ingest([{ stream, samples: some }]);
    home.vault.publishAll();
  }
}
