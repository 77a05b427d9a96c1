// Numbers for charts out of a grant: one that was received, or one that is only planned. Level and reduction are chosen as for the owner's
// own charts (chart.ts), but only among what the grant opens, and nothing is shown that its tiles and clips do not hold.
import { type GrantReader, LATEST_MICROS, type StreamEntry, scopeEnd } from '@hale/consent';
import { binSeconds, HaleError, LEVELS, type Level, type Tile } from '@hale/kernel';
import type { SummaryLevel } from '@hale/vault';
import {
  binRows,
  type ChartRange,
  chartLevel,
  type Drawn,
  drawBins,
  drawRaw,
  drawWords,
  isOfWords,
  sampleRows,
} from '@hale/vault/chart';
import type { Columns, Held, LevelText, OpenedSeries, Parameters, Result, SeriesAsked } from '../api.ts';
import { POINTS, POINTS_MAX, RAW_READ_MAX } from './chart.ts';
import { READINGS_MAX } from './readings.ts';

export interface Opened {
  reader: GrantReader;
  /** Tiles of a stream (its place in the scope) and level that touch [from, to). */
  tiles(stream: number, level: Level, from: number, to: number): Promise<readonly Tile[]> | readonly Tile[];
}

/** What signals without a rhythm of their own are taken to have. */
const PERIOD_ASSUMED_MICROS = 60e6;

export const levelsOf = (described: StreamEntry): Level[] =>
  LEVELS.filter((level) => described.labels[level] !== undefined);

/** A stream of the grant by its key. @throws HaleError 'not-found' */
export function streamOf(reader: GrantReader, key: string): [number, StreamEntry] {
  const { consent, streams } = reader.state;
  for (const [number, described] of streams)
    if (consent?.scope.streams[number].streamKey === key) return [number, described];
  throw new HaleError('not-found', 'this grant opens no such stream');
}

function levelFor(described: StreamEntry, range: ChartRange): Level {
  const levels = levelsOf(described);
  if (isOfWords(described)) return levels[0];
  const period = described.nominalPeriodMicros || PERIOD_ASSUMED_MICROS;
  return chartLevel(levels, range, (from, to) => Math.ceil((to - from) / period), RAW_READ_MAX);
}

async function draw(opened: Opened, stream: number, level: Level, range: ChartRange): Promise<Drawn> {
  const described = opened.reader.state.streams.get(stream) as StreamEntry;
  const { from, to, points } = range;
  const query = { stream, level, from, to };
  const { samples, bins } = opened.reader.series(query, await opened.tiles(stream, level, from, to));
  if (!samples) return openedBins(drawBins(described, level as SummaryLevel, bins ?? []), bins ?? []);
  if (isOfWords(described)) return drawWords(described, [samples], points);
  return drawRaw(described, [samples], range, samples.times.length > points);
}

/** Lowest and highest of a thin bin do not open: they are not known, and not its mean. */
function openedBins(drawn: Drawn, bins: readonly { count: number; min?: number }[]): Drawn {
  const isThin = bins.filter(({ count }) => count > 0).map(({ min }) => min === undefined);
  const known = (column: (number | null)[]) => column.map((value, i) => (isThin[i] ? null : value));
  return { ...drawn, columns: { ...drawn.columns, min: known(drawn.columns.min), max: known(drawn.columns.max) } };
}

/** The range that the consent covers, cut to what can have been measured. */
function coveredBy(reader: GrantReader, nowMicros: number): { from: number; to: number } {
  const { consent } = reader.state;
  if (!consent) throw new HaleError('unavailable', 'the relay has not given the consent of this grant yet');
  const { scope } = consent;
  const to = Math.min(scopeEnd(scope) ?? LATEST_MICROS, nowMicros + 366 * 86_400e6);
  return { from: scope.from, to: Math.max(scope.from, to) };
}

interface Range {
  from: number;
  to: number;
}

/** Ascending, and those that touch as one. */
function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else if (range.from < range.to) all.push({ ...range });
  }
  return all;
}

/**
 * First and last reading that opens, from the coarsest level to the finest: each is asked only around what the one above found, and at the
 * edges, where a bin is not wholly inside or is still being written.
 */
export async function extentOf(opened: Opened, stream: number, nowMicros: number): Promise<Held | null> {
  const described = opened.reader.state.streams.get(stream) as StreamEntry;
  const covered = coveredBy(opened.reader, nowMicros);
  const end = Math.min(covered.to, nowMicros + 1);
  let ranges: Range[] = [covered];
  let found: Held | null = null;
  for (const level of levelsOf(described).reverse()) {
    const half = level === 'raw' ? 0 : binSeconds(level) * 5e5;
    const at: number[] = [];
    let last: Pick<Held, 'lastValue' | 'lastCode'> = { lastValue: null };
    for (const range of ranges) {
      const { columns } = await draw(opened, stream, level, { ...range, points: Number.POSITIVE_INFINITY });
      const newest = columns.at.length - 1;
      if (newest < 0) continue;
      at.push(columns.at[0], columns.at[newest]);
      // Ranges ascend: that of the last one is the newest.
      last = { lastValue: columns.mean[newest], ...(columns.code ? { lastCode: columns.code[newest] } : {}) };
    }
    if (at.length > 0) {
      const newestMicros = Math.max(...at);
      // A bin ends later than now while it is being written: what it holds does not.
      const lastMicros = Math.min(newestMicros + half, Math.max(newestMicros, nowMicros));
      found = { firstMicros: Math.min(...at) - half, lastMicros, ...last };
    }
    const edge = half * 4;
    const around = found ? [found.firstMicros, found.lastMicros - edge] : [];
    ranges = joined(
      [covered.from, ...around, end - edge].map((from) => ({
        from: Math.max(from, covered.from),
        to: from === end - edge ? covered.to : Math.min(from + edge + 1, covered.to),
      })),
    );
  }
  return found;
}

/** @throws HaleError 'not-found' | 'not-permitted' for a level that the grant does not open */
export async function openedSeries(opened: Opened, asked: SeriesAsked, nowMicros: number): Promise<OpenedSeries> {
  const [number, described] = streamOf(opened.reader, asked.stream);
  const covered = coveredBy(opened.reader, nowMicros);
  const held = asked.fromMicros === undefined ? await extentOf(opened, number, nowMicros) : null;
  const fromMicros = Math.max(covered.from, asked.fromMicros ?? held?.firstMicros ?? covered.from);
  const toMicros = Math.max(
    fromMicros + 1,
    Math.min(covered.to, asked.toMicros ?? (held ? held.lastMicros + 1 : covered.to)),
  );
  const points = Math.min(POINTS_MAX, Math.max(2, asked.pointsMax ?? POINTS));
  const drawing = { from: fromMicros, to: toMicros, points };
  const level = asked.level ?? levelFor(described, drawing);
  if (described.labels[level] === undefined)
    throw new HaleError('not-permitted', 'this grant does not open the stream at that level');
  const found = await draw(opened, number, level, drawing);
  const { consent } = opened.reader.state;
  return {
    stream: { ...describedStream(asked.stream, described), held },
    fromMicros,
    toMicros,
    opens: { fromMicros: covered.from, toMicros: consent ? scopeEnd(consent.scope) : null },
    withoutExtremes: found.level === 'raw' ? 0 : found.columns.min.filter((low) => low === null).length,
    ...found,
  };
}

/**
 * Every reading of a range as the grant opens it, or the finest summaries that a page can hold: what `readings` gives the owner of hers.
 * @throws HaleError 'not-found' | 'too-large' where every reading is asked for and there are too many
 */
export async function openedReadings(
  opened: Opened,
  asked: Parameters<'open.readings'>,
  nowMicros: number,
): Promise<Result<'open.readings'>> {
  const [stream, described] = streamOf(opened.reader, asked.stream);
  const covered = coveredBy(opened.reader, nowMicros);
  const from = Math.max(covered.from, asked.fromMicros ?? covered.from);
  const to = Math.max(from + 1, Math.min(covered.to, asked.toMicros ?? covered.to));
  const found = { fromMicros: from, toMicros: to, periodMicros: described.nominalPeriodMicros };
  const levels = levelsOf(described);
  const period = described.nominalPeriodMicros || PERIOD_ASSUMED_MICROS;
  const wanted = (level: Level) => (level === 'raw' ? period : binSeconds(level) * 1e6) * READINGS_MAX >= to - from;
  const level = asked.level === 'raw' || isOfWords(described) ? 'raw' : levels.find(wanted);
  if (level === undefined || !levels.includes(level) || (asked.level === 'raw' && !wanted('raw')))
    throw new HaleError(
      'too-large',
      'more readings than a page can hold, or not each of them opens; ask for a shorter time',
      {
        most: READINGS_MAX,
      },
    );
  const { samples, bins } = opened.reader.series(
    { stream, level, from, to },
    await opened.tiles(stream, level, from, to),
  );
  const columns: Columns = {
    at: [],
    mean: [],
    min: [],
    max: [],
    count: [],
    ...(isOfWords(described) ? { code: [] } : {}),
  };
  const rows = samples ? sampleRows(described, samples) : binRows(described, level as SummaryLevel, bins ?? []);
  for (const { atMicros, value, mean, min, max, count, code } of rows) {
    if (!samples && !count) continue;
    columns.at.push(atMicros);
    columns.mean.push(value ?? mean ?? null);
    columns.code?.push(code ?? '');
    if (samples) continue;
    columns.min.push(min ?? null);
    columns.max.push(max ?? null);
    columns.count.push(count ?? 0);
  }
  return { ...found, level, columns };
}

export function describedStream(key: string, described: StreamEntry): Omit<OpenedSeries['stream'], 'held'> {
  const { title, kind, ucum, loinc, nominalPeriodMicros: periodMicros } = described;
  return { key, title, kind, unit: ucum, loinc, levels: levelsOf(described) as LevelText[], periodMicros };
}
