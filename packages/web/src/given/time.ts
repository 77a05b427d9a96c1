// Which clinical time a share of health records covers, in words.
import { words } from '../words/index.ts';
import { day } from '../words/numbers.ts';

/** 'from 1 Aug 2026 on, what comes included'; [from, to) in micros, null: not bounded. */
export function recordsTime(from: number | null, to: number | null): string {
  const { grant, check } = words.value.consent;
  if (from === null) return to === null ? check.anyTime : grant.before(day(to - 1));
  return to === null ? grant.since(day(from)) : grant.times(day(from), day(to - 1));
}
