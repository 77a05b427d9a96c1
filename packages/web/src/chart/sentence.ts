// What a chart shows, said: from when to when, lowest, highest and average; and, apart from that, where readings are missing.
import { isAmount } from '@hale/vault/amounts';
import { Calendar } from '../clinical/civil.ts';
import { missingOf, rhythmOf } from '../clinical/gaps.ts';
import { meanOf } from '../clinical/quantile.ts';
import { missingDays, missingText, STEP_MAX } from '../views/missing-text.ts';
import { words } from '../words/index.ts';
import { day, moment, momentShort, number, zone } from '../words/numbers.ts';
import { type Shown, shownUnit, withUnit } from '../words/units.ts';
import { Y_AIR } from './axis.ts';
import { type ChartData, type ChartSource, extremesOf } from './source.ts';
import type { View } from './view.ts';

/** What the chart shows, in a sentence: for those who hear it, and for those who look twice. */
export function chartSentence(
  { title, kind, unit, bounds, isByDay }: ChartSource,
  data: ChartData,
  view: View,
): string {
  const { series, frame } = words.value;
  const level = data.level === 'raw' && data.isReduced ? series.levels.rawReduced : series.levels[data.level];
  const seen = data.columns.at.filter((at) => at >= view.from && at < view.to);
  // Times of bins are their middles: what they hold begins before, and ends at the newest reading at the latest.
  const width = data.level === 'raw' ? 0 : data.gapMicros / BIN_STEPS;
  // Of readings drawn together the first one's: the others come after it.
  const after = data.level === 'raw' && data.isReduced ? data.gapMicros : width / 2;
  const first = Math.max(bounds.first, (seen[0] ?? view.from) - width / 2);
  const last = Math.min(bounds.last, (seen[seen.length - 1] ?? view.to) + after);
  const [from, to] = [first, last].map(isByDay ? day : moment);
  if (data.columns.code) return series.summaryWords(title, from, to, frame.readings(data.columns.at.length));
  const extremes = extremesOf(data, view.from, view.to);
  if (!extremes) return `${series.noneInRange} ${series.noneInRangeText(day(bounds.first), day(bounds.last))}`;
  const shown = shownUnit(kind, unit);
  const { low, high, mean } = extremes;
  const text = [low, high, mean].map((value) => withUnit(shown, value));
  return `${series.summary(title, from, to, text[0], text[1], text[2])} ${level}.`;
}

/** How many bins make their `gapMicros` (vault/chart.ts). */
const BIN_STEPS = 1.5;

type WithGaps = Pick<ChartData, 'columns' | 'level' | 'gapMicros' | 'gaps' | 'hasExactGaps'>;

/**
 * The longest time without readings, how many more there are and how much is covered; '' of a signal without a rhythm, and of amounts, which have no gaps.
 * @param at how a moment is written
 */
export function gapSentence(
  kind: string,
  { columns, gapMicros, gaps, level, hasExactGaps = false }: WithGaps,
  view: View,
  at = moment,
): string {
  if (gapMicros === 0 || columns.code || isAmount(kind)) return '';
  const seen = columns.at.flatMap((at, i) => (at >= view.from && at < view.to && columns.mean[i] !== null ? [i] : []));
  if (seen.length < 2) return '';
  // Times of bins are their middles.
  const widthMicros = level === 'raw' ? 0 : gapMicros / BIN_STEPS;
  const binMicros = hasExactGaps ? 0 : widthMicros;
  const range = {
    from: columns.at[seen[0]] - widthMicros / 2,
    to: columns.at[seen[seen.length - 1]] + widthMicros / 2,
  };
  const missing = missingOf(
    gaps.map(([from, to]) => ({ from, to })),
    range,
  );
  // What is missing within a bin, its coverage says.
  const within = binMicros === 0 ? 1 : (meanOf(seen.map((i) => columns.coverage?.[i] ?? 1)) ?? 1);
  return missingText({ ...missing, covered: missing.covered * within }, { binMicros, at });
}

/** So much later than it could the first reading may come, of what is measured at least every hour, and of what is not. */
const EDGE_FAST_MICROS = 3_600e6;
const EDGE_SLOW_MICROS = 36 * 3_600e6;

/** Nothing at the beginning or at the end of what is open: from which reading to which there are any. '' where they reach both edges. */
export function edgeSentence(
  { first, last }: { first: number; last: number },
  { columns, level }: Pick<ChartData, 'columns' | 'level'>,
  open: { from: number; to: number },
): string {
  const { facts } = words.value;
  const isFast = level === 'raw' ? rhythmOf(columns.at) <= STEP_MAX : level !== '1d';
  const air = isFast ? EDGE_FAST_MICROS : EDGE_SLOW_MICROS;
  return [
    first - open.from > air ? facts.noneBefore(moment(first)) : '',
    open.to - last > air ? facts.noneSince(moment(last)) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Where the usual range goes on beyond the chart: else its edge looks like the edge of the range. */
export function rangeSentence(
  usual: { low?: number; high?: number } | null,
  data: ChartData,
  view: View,
  shown: Shown,
): string {
  const found = usual === null ? null : extremesOf(data, view.from, view.to);
  if (usual === null || found === null) return '';
  const [low, high] = [shown.of(found.low), shown.of(found.high)];
  const air = (high - low || Math.abs(high) * 0.1 || 1) * Y_AIR;
  const isBeyond =
    (usual.high !== undefined && usual.high > high + air) || (usual.low !== undefined && usual.low < low - air);
  if (!isBeyond) return '';
  const range =
    usual.low === undefined
      ? `≤ ${number(usual.high ?? 0)}`
      : usual.high === undefined
        ? `≥ ${number(usual.low)}`
        : `${number(usual.low)}–${number(usual.high)}`;
  return words.value.series.rangeBeyond(`${range} ${shown.unit}`.trim());
}

/** Of the two weeks of a small chart: by gaps where readings come at least every hour, else by days. */
export function sparkMissing(kind: string, spark: WithGaps & { fromMicros: number; toMicros: number }): string {
  const { columns, level, fromMicros, toMicros } = spark;
  const at = columns.at.filter((_, i) => columns.mean[i] !== null);
  if (at.length < 2) return '';
  const isByDay = columns.min.length === 0 ? rhythmOf(at) > STEP_MAX : level === '1d';
  if (!isByDay) return gapSentence(kind, spark, { from: fromMicros, to: toMicros + 1 }, momentShort);
  const calendar = new Calendar(zone.value);
  const [first, last] = [calendar.dayOf(fromMicros), calendar.dayOf(toMicros)];
  return missingDays(at, { calendar, first, last, fromMicros, toMicros }, { first: fromMicros, last: toMicros });
}
