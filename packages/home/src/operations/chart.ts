// Numbers for charts: a series over any range in about as many points as a screen has pixels, and the cards of the first screen.
// A reading that stands out never disappears: where points are drawn together, lowest and highest go with them.
import { binSeconds, binStart, type Level } from '@hale/kernel';
import { countSamples, fullBins, type OpenStream, rawSlots, type SummaryLevel } from '@hale/vault';
import { codesOf } from '@hale/vault/kinds';
import type { Columns, LevelText, Overview } from '../api.ts';
import type { Home } from '../home.ts';
import { findStream, type Operation, streamInfo } from './context.ts';
import { binRows, physical, sampleRows } from './read.ts';

/** Points of a chart unless asked otherwise, and at most: about two for each pixel of a wide screen. */
const POINTS = 1200;
const POINTS_MAX = 4000;
/** Raw readings that are read and drawn together; beyond, a summary is read instead. */
const RAW_READ_MAX = 600_000;
/** Bins that still look like a curve. */
const BINS_FEW = 60;
const SPARK_POINTS = 80;
const DAY_MICROS = 86_400e6;
const SPARK_DAYS = 14;

const stepMicros = (stream: OpenStream, level: Level): number =>
  level === 'raw' ? stream.nominalPeriodMicros : binSeconds(level) * 1e6;

/** How many points a level has over a range, at most; raw readings of no fixed period are counted. */
function pointsOf(home: Home, stream: OpenStream, level: Level, from: number, to: number): number {
  const step = stepMicros(stream, level);
  if (level !== 'raw') return Math.ceil((to - from) / step);
  const { samples } = home.vault.store.sampleCount(stream.number);
  const nominal = step > 0 ? Math.ceil((to - from) / step) : samples;
  // A device that sends faster than it said: what is there decides.
  return samples > nominal * 2 ? countSamples(home.vault.rooms, stream, from, to) : Math.min(samples, nominal);
}

/** Raw where the readings fit or can be drawn together at once; else the finest summary that fits. */
function levelFor(home: Home, stream: OpenStream, from: number, to: number, points: number): Level {
  const fits = stream.grid.levels.find((level) => pointsOf(home, stream, level, from, to) <= points);
  const level = fits ?? stream.grid.levels[stream.grid.levels.length - 1];
  if (level === 'raw' || pointsOf(home, stream, level, from, to) >= BINS_FEW) return level;
  return pointsOf(home, stream, 'raw', from, to) <= RAW_READ_MAX ? 'raw' : level;
}

/** Readings of a range in at most `points` buckets of equal width; each keeps lowest, highest, mean and count. */
class Envelope {
  readonly columns: Columns = { at: [], mean: [], min: [], max: [], count: [] };
  readonly #from: number;
  readonly #width: number;
  #bucket = -1;
  #sum = 0;

  constructor(from: number, to: number, points: number) {
    this.#width = Math.max(1, Math.ceil((to - from) / points));
    // On multiples of the width: what is drawn does not shimmer when the range moves.
    this.#from = Math.floor(from / this.#width) * this.#width;
  }

  get width(): number {
    return this.#width;
  }

  add(at: number, value: number): void {
    const { columns } = this;
    const bucket = Math.floor((at - this.#from) / this.#width);
    const i = columns.at.length - 1;
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#sum = value;
      columns.at.push(at);
      columns.mean.push(value);
      columns.min.push(value);
      columns.max.push(value);
      columns.count.push(1);
      return;
    }
    this.#sum += value;
    columns.count[i] += 1;
    columns.mean[i] = this.#sum / columns.count[i];
    columns.min[i] = Math.min(columns.min[i] as number, value);
    columns.max[i] = Math.max(columns.max[i] as number, value);
  }
}

interface Drawn {
  columns: Columns;
  level: LevelText;
  /** A wider space between two points is a gap. */
  gapMicros: number;
  isReduced: boolean;
}

function drawRaw(home: Home, stream: OpenStream, from: number, to: number, points: number): Drawn {
  const period = stream.nominalPeriodMicros;
  const isMany = pointsOf(home, stream, 'raw', from, to) > points;
  const envelope = new Envelope(from, to, points);
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [] };
  const { factor, origin } = stream.entry;
  for (const { times, values } of rawSlots(home.vault.rooms, stream, from, to)) {
    for (let i = 0; i < times.length; i++) {
      const value = physical({ factor, origin }, values[i]);
      if (isMany) envelope.add(times[i], value);
      else {
        columns.at.push(times[i]);
        columns.mean.push(value);
      }
    }
  }
  const step = isMany ? Math.max(envelope.width, period) : period;
  return { columns: isMany ? envelope.columns : columns, level: 'raw', gapMicros: step * 1.5, isReduced: isMany };
}

function drawBins(home: Home, stream: OpenStream, level: SummaryLevel, from: number, to: number): Drawn {
  const bins = fullBins(home.vault.rooms, stream, level, binStart(stream.grid, level, from), to);
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [], coverage: [] };
  const width = binSeconds(level) * 1e6;
  for (const row of binRows(
    stream.entry,
    level,
    bins.filter((bin) => bin.count > 0),
  )) {
    columns.at.push(row.atMicros + width / 2);
    columns.mean.push(row.mean ?? null);
    columns.min.push(row.min ?? row.mean ?? null);
    columns.max.push(row.max ?? row.mean ?? null);
    columns.count.push(row.count ?? 0);
    columns.coverage?.push(row.coverage ?? 0);
  }
  return { columns, level, gapMicros: width * 1.5, isReduced: true };
}

function drawn(home: Home, stream: OpenStream, from: number, to: number, points: number, asked?: LevelText): Drawn {
  const level = asked ?? levelFor(home, stream, from, to, points);
  return level === 'raw' ? drawRaw(home, stream, from, to, points) : drawBins(home, stream, level, from, to);
}

/** Of kinds that are words: when each begins. */
function wordColumns(home: Home, stream: OpenStream, from: number, to: number, points: number): Drawn {
  const columns: Columns = { at: [], mean: [], min: [], max: [], count: [], code: [] };
  for (const samples of rawSlots(home.vault.rooms, stream, from, to)) {
    for (const row of sampleRows(stream.entry, samples)) {
      if (columns.at.length >= points) return { columns, level: 'raw', gapMicros: 0, isReduced: true };
      columns.at.push(row.atMicros);
      columns.mean.push(row.value ?? null);
      columns.code?.push(row.code ?? '');
    }
  }
  return { columns, level: 'raw', gapMicros: 0, isReduced: false };
}

export const series: Operation<'series'> = ({ home }, parameters) => {
  const stream = findStream(home, parameters.subject, parameters.stream);
  const bounds = home.vault.store.sampleCount(stream.number);
  const fromMicros = parameters.fromMicros ?? bounds.firstMicros ?? 0;
  const toMicros = Math.max(fromMicros + 1, parameters.toMicros ?? (bounds.lastMicros ?? 0) + 1);
  const points = Math.min(POINTS_MAX, Math.max(2, parameters.pointsMax ?? POINTS));
  const isWords = codesOf(stream.entry.kind).length > 0;
  const found = isWords
    ? wordColumns(home, stream, fromMicros, toMicros, points)
    : drawn(home, stream, fromMicros, toMicros, points, parameters.level);
  return { stream: streamInfo(home, stream), fromMicros, toMicros, ...found };
};

/** One card for each stream, that which changed last first. */
export const overview: Operation<'overview'> = ({ home }, parameters) => {
  const subject = home.vault.subject(parameters.subject);
  const cards = home.vault.streams(subject.id).map((stream) => cardOf(home, stream));
  return {
    subject: subject.name,
    nowMicros: home.nowMicros(),
    cards: cards.sort((a, b) => (b.stream.lastMicros ?? 0) - (a.stream.lastMicros ?? 0)),
  };
};

function cardOf(home: Home, stream: OpenStream): Overview['cards'][number] {
  const info = streamInfo(home, stream);
  const { firstMicros, lastMicros } = info;
  if (firstMicros === null || lastMicros === null) return { stream: info, latest: null, spark: null, periods: [] };
  const from = Math.max(firstMicros, lastMicros - SPARK_DAYS * DAY_MICROS);
  const isWords = codesOf(stream.entry.kind).length > 0;
  const spark = isWords ? null : drawn(home, stream, from, lastMicros + 1, SPARK_POINTS);
  return {
    stream: info,
    latest: latestOf(home, stream, lastMicros),
    spark: spark && { fromMicros: from, toMicros: lastMicros, columns: spark.columns, gapMicros: spark.gapMicros },
    periods: isWords ? [] : [0, 1].map((ago) => periodOf(home, stream, lastMicros + 1 - ago * 7 * DAY_MICROS)),
  };
}

function latestOf(home: Home, stream: OpenStream, lastMicros: number): Overview['cards'][number]['latest'] {
  for (const samples of rawSlots(home.vault.rooms, stream, lastMicros, lastMicros + 1))
    for (const { atMicros, value, code } of sampleRows(stream.entry, samples))
      return { atMicros, value: value ?? 0, ...(code === undefined ? {} : { code }) };
  return null;
}

/** The seven days before `end`: mean and how much of them has readings. */
function periodOf(home: Home, stream: OpenStream, end: number): Overview['cards'][number]['periods'][number] {
  const from = end - 7 * DAY_MICROS;
  // By hours where there are any, else each reading: whole days would reach beyond the seven.
  const hours = stream.grid.levels.find((each) => each === '1h');
  const { columns, level } = drawn(home, stream, from, end, POINTS, hours);
  const each = columns.mean.map((mean, i) => ({ mean: mean ?? 0, count: columns.count[i] ?? 1 }));
  const count = each.reduce((sum, one) => sum + one.count, 0);
  const bins = columns.coverage?.reduce((sum, share) => sum + share, 0);
  return {
    fromMicros: from,
    toMicros: end,
    count,
    mean: count === 0 ? null : each.reduce((sum, one) => sum + one.mean * one.count, 0) / count,
    // The bin in which the seven days begin is counted whole.
    coverage: level === 'raw' || bins === undefined ? null : Math.min(1, (bins * binSeconds(level)) / (7 * 86_400)),
  };
}
