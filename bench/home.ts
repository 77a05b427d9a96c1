// A home in the benchmark's own process, with a clock that can be set: for what needs no node.
import { randomBytes } from 'node:crypto';
import { Home } from '@hale/home';
import { masterKeys, newWords, parseWords, seedOf } from '@hale/kernel/seal';
import type { NewStream } from '@hale/vault';
import { temporaryDirectory } from './node.ts';

export function openHome(nowMicros?: () => number): Home {
  const keys = masterKeys(seedOf(parseWords(newWords(new Uint8Array(randomBytes(32))))));
  const home = new Home({ dir: temporaryDirectory(), keys, online: false, ...(nowMicros ? { nowMicros } : {}) });
  home.vault.takePen(0);
  home.vault.addSubject('me');
  return home;
}

type Described = Pick<NewStream, 'key' | 'ucum' | 'factor' | 'nominalPeriodSeconds'> & { edges?: number[] };

/** What a stream needs besides its rhythm and scale is the same for all benchmarks. */
export function newStream(home: Home, described: Described): NewStream {
  return {
    edges: [],
    ...described,
    subject: home.vault.subject().id,
    kind: described.key,
    title: described.key,
    origin: 0,
    loinc: null,
    dayOffsetMinutes: 0,
    device: null,
    source: 'bench',
  };
}
