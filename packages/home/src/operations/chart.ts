// Charts of one's own data: a series over any range, read at the level that fits, and the cards of the first screen.
import { binSeconds, binStart, type Level } from '@hale/kernel';
import { countSamples, fullBins, type OpenStream, rawSlots } from '@hale/vault';
import {
  type ChartRange,
  type ChartSignal,
  type CountRaw,
  chartLevel,
  type Drawn,
  drawBins,
  drawRaw,
  drawWords,
  isOfWords,
  sampleRows,
} from '@hale/vault/chart';
import { isAmount } from '@hale/vault/kinds';
import type { LevelText, Overview } from '../api.ts';
import type { Home } from '../home.ts';
import { findStream, type Operation, streamInfo } from './context.ts';
import { daySums } from './day-sums.ts';
import { ownWords } from './read.ts';

/** Points of a chart unless asked otherwise, and at most: about two for each pixel of a wide screen. */
export const POINTS = 1200;
export const POINTS_MAX = 4000;
/** Raw readings that are read and drawn together; beyond, a summary is read instead. */
export const RAW_READ_MAX = 600_000;
const SPARK_POINTS = 80;
const DAY_MICROS = 86_400e6;
const SPARK_DAYS = 14;

function signalOf(stream: OpenStream): ChartSignal {
  const { kind, factor, origin } = stream.entry;
  return { kind, factor, origin, grid: stream.grid, nominalPeriodMicros: stream.nominalPeriodMicros };
}

/** At most so many readings; where there is no fixed period, or a device sends faster than it said, they are counted. */
function countOf(home: Home, stream: OpenStream): CountRaw {
  return (from, to) => {
    const { samples } = home.vault.store.sampleCount(stream.number);
    const step = stream.nominalPeriodMicros;
    const nominal = step > 0 ? Math.ceil((to - from) / step) : samples;
    return samples > nominal * 2 ? countSamples(home.vault.rooms, stream, from, to) : Math.min(samples, nominal);
  };
}

function drawn(home: Home, stream: OpenStream, range: ChartRange, asked?: LevelText): Drawn {
  const { rooms } = home.vault;
  const { from, to, points } = range;
  const signal = signalOf(stream);
  if (isOfWords(signal)) return drawWords(signal, rawSlots(rooms, stream, from, to), points, ownWords(home, stream));
  const count = countOf(home, stream);
  const level: Level = asked ?? chartLevel(stream.grid.levels, range, count, RAW_READ_MAX);
  if (level !== 'raw')
    return drawBins(signal, level, fullBins(rooms, stream, level, binStart(stream.grid, level, from), to));
  return drawRaw(signal, rawSlots(rooms, stream, from, to), range, count(from, to) > points);
}

export const series: Operation<'series'> = ({ home }, parameters) => {
  const stream = findStream(home, parameters.subject, parameters.stream);
  const bounds = home.vault.store.sampleCount(stream.number);
  const fromMicros = parameters.fromMicros ?? bounds.firstMicros ?? 0;
  const toMicros = Math.max(fromMicros + 1, parameters.toMicros ?? (bounds.lastMicros ?? 0) + 1);
  const points = Math.min(POINTS_MAX, Math.max(2, parameters.pointsMax ?? POINTS));
  const found = drawn(home, stream, { from: fromMicros, to: toMicros, points }, parameters.level);
  return { stream: streamInfo(home, stream), fromMicros, toMicros, ...found };
};

/** One card for each stream, that which changed last first. */
export const overview: Operation<'overview'> = ({ home }, parameters) => {
  const subject = home.vault.subject(parameters.subject);
  const { zone = 'UTC' } = parameters;
  const cards = home.vault.streams(subject.id).map((stream) => cardOf(home, stream, zone));
  return {
    subject: subject.name,
    nowMicros: home.nowMicros(),
    cards: cards.sort((a, b) => (b.stream.lastMicros ?? 0) - (a.stream.lastMicros ?? 0)),
  };
};

function cardOf(home: Home, stream: OpenStream, zone: string): Overview['cards'][number] {
  const info = streamInfo(home, stream);
  const { firstMicros, lastMicros } = info;
  if (firstMicros === null || lastMicros === null)
    return { stream: info, latest: null, spark: null, periods: [], days: null };
  const from = Math.max(firstMicros, lastMicros - SPARK_DAYS * DAY_MICROS);
  const isWords = isOfWords(stream.entry);
  const spark = isWords ? null : drawn(home, stream, { from, to: lastMicros + 1, points: SPARK_POINTS });
  return {
    stream: info,
    latest: latestOf(home, stream, lastMicros),
    spark: spark && { fromMicros: from, toMicros: lastMicros, ...sparkOf(spark) },
    periods: isWords ? [] : [0, 1].map((ago) => periodOf(home, stream, lastMicros + 1 - ago * 7 * DAY_MICROS)),
    days: isAmount(stream.entry.kind) ? daySums(home, stream, zone, lastMicros) : null,
  };
}

const sparkOf = ({ columns, level, gapMicros, gaps }: Drawn) => ({ columns, level, gapMicros, gaps });

export function latestOf(home: Home, stream: OpenStream, lastMicros: number): Overview['cards'][number]['latest'] {
  for (const samples of rawSlots(home.vault.rooms, stream, lastMicros, lastMicros + 1))
    for (const { atMicros, value, code } of sampleRows(stream.entry, samples, ownWords(home, stream)))
      return { atMicros, value: value ?? 0, ...(code === undefined ? {} : { code }) };
  return null;
}

/** The seven days up to the bin that `end` lies in: mean and how much of them has readings. */
function periodOf(home: Home, stream: OpenStream, end: number): Overview['cards'][number]['periods'][number] {
  const level = stream.grid.levels.find((each) => each !== 'raw' && 7 * DAY_MICROS <= POINTS * binSeconds(each) * 1e6);
  const bin = level === undefined || level === 'raw' ? 0 : binSeconds(level) * 1e6;
  // Whole bins, as many as seven days have: with one more at an edge, more than the week would be recorded.
  const last = level === undefined ? end : binStart(stream.grid, level, end - 1) + bin;
  const from = last - 7 * DAY_MICROS;
  const { columns } = drawn(home, stream, { from, to: last, points: POINTS }, level);
  const each = columns.mean.map((mean, i) => ({ mean: mean ?? 0, count: columns.count[i] ?? 1 }));
  const count = each.reduce((sum, one) => sum + one.count, 0);
  const bins = columns.coverage?.reduce((sum, share) => sum + share, 0);
  return {
    fromMicros: from,
    toMicros: last,
    count,
    mean: count === 0 ? null : each.reduce((sum, one) => sum + one.mean * one.count, 0) / count,
    coverage: bin === 0 || bins === undefined ? null : (bins * bin) / (7 * DAY_MICROS),
  };
}
