// A night of Fitbit's export as one line of stages: short awakenings lie over the stages in a list of their own.

import { entryOf, type Fields, fieldsOf, isFields, listOf, textOf } from './json-records.ts';
import type { SeriesShelf } from './series-shelf.ts';
import type { TextTimes } from './text-times.ts';

/** Stages of newer devices, then those of older ones. */
const STAGES: Readonly<Record<string, string>> = {
  wake: 'awake',
  light: 'light',
  deep: 'deep',
  rem: 'rem',
  asleep: 'asleep',
  restless: 'restless',
  awake: 'awake',
};

export interface Stretch {
  from: number;
  to: number;
  stage: string;
}

/** What holds from when on: stretches in order, the later list over the earlier; 'end' where nothing follows at once. */
export function stageChanges(base: Stretch[], over: Stretch[]): { at: number; stage: string }[] {
  const edges = [...new Set([...base, ...over].flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const bases = [...base].sort((a, b) => a.from - b.from);
  const overs = [...over].sort((a, b) => a.from - b.from);
  const changes: { at: number; stage: string }[] = [];
  let b = 0;
  let o = 0;
  for (const at of edges) {
    while (b < bases.length && bases[b].to <= at) b++;
    while (o < overs.length && overs[o].to <= at) o++;
    const holds = [overs[o], bases[b]].find((one) => one !== undefined && one.from <= at && at < one.to);
    const stage = holds?.stage ?? 'end';
    if (changes.at(-1)?.stage !== stage) changes.push({ at, stage });
  }
  return changes;
}

function stretches(levels: unknown, times: TextTimes, shelf: SeriesShelf): Stretch[] {
  const found: Stretch[] = [];
  for (const level of listOf(levels)) {
    const { dateTime, level: name, seconds } = fieldsOf(level);
    const from = times.read(dateTime);
    const stage = entryOf(STAGES, textOf(name));
    if (Number.isNaN(from)) shelf.reject('time not understood');
    else if (stage === undefined || typeof seconds !== 'number') shelf.reject('kind of record not known');
    else found.push({ from, to: from + Math.round(seconds * 1e6), stage });
  }
  return found;
}

const MINUTES: readonly [string, string][] = [
  ['minutesAsleep', 'sleep-duration'],
  ['minutesAwake', 'sleep-awake'],
  ['minutesToFallAsleep', 'sleep-latency'],
  ['timeInBed', 'time-in-bed'],
];
const SUMMARIES: readonly [string, string][] = [
  ['deep', 'sleep-deep'],
  ['light', 'sleep-light'],
  ['rem', 'sleep-rem'],
];

/** One record of sleep-….json: stages and totals of a night or nap. */
export function readFitbitSleep(record: Fields, shelf: SeriesShelf, times: TextTimes): void {
  const levels = fieldsOf(record.levels);
  const start = times.read(record.startTime);
  if (Number.isNaN(start)) {
    shelf.reject('time not understood');
    return;
  }
  const changes = stageChanges(stretches(levels.data, times, shelf), stretches(levels.shortData, times, shelf));
  if (changes.length === 0) {
    shelf.code('sleep-stage', 'asleep', start);
    const end = times.read(record.endTime);
    if (!Number.isNaN(end)) shelf.code('sleep-stage', 'end', end);
  }
  for (const { at, stage } of changes) shelf.code('sleep-stage', stage, at);
  for (const [name, kind] of MINUTES) {
    const minutes = record[name];
    if (typeof minutes === 'number') shelf.sample({ kind, ucum: 'min' }, start, minutes);
  }
  for (const [name, kind] of SUMMARIES) {
    const { minutes } = fieldsOf(fieldsOf(levels.summary)[name]);
    if (typeof minutes === 'number') shelf.sample({ kind, ucum: 'min' }, start, minutes);
  }
  if (typeof record.efficiency === 'number')
    shelf.sample({ kind: 'sleep-efficiency', ucum: '%' }, start, record.efficiency);
}

export const isSleepRecord = (record: Fields): boolean =>
  isFields(record.levels) && typeof record.startTime === 'string';
