// The chosen time as moments and as words.
import type { StreamInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import type { Draft, Period } from './draft.ts';

/** Milliseconds of the oldest reading of what was chosen. */
export function firstOf({ streams: chosen }: Draft, streams: readonly StreamInfo[]): number {
  const firsts = streams.filter(({ key }) => chosen.includes(key)).map(({ firstMicros }) => firstMicros ?? 0);
  // Records alone: "everything there is" is as old as anything can be told to be.
  return firsts.length === 0 ? EVER : Math.min(...firsts) / 1000;
}

/** Before anybody who lives was born. */
const EVER = Date.UTC(1900, 0, 1);

/** 'measured from 1 Aug to 3 Aug 2026', with whole days: the moment before the end names the last. */
export function periodWords({ from, to }: Period): string {
  const { share } = words.value;
  return to === null ? share.periodOpen(day(from * 1000)) : share.periodClosed(day(from * 1000), day(to * 1000 - 1));
}
