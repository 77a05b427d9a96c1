// What a chart shows, said: from when to when, lowest, highest and average; and, apart from that, where readings are missing.
import { isAmount } from '@hale/vault/amounts';
import { missingOf } from '../clinical/gaps.ts';
import { meanOf } from '../clinical/quantile.ts';
import { missingText } from '../views/missing.tsx';
import { words } from '../words/index.ts';
import { day, moment } from '../words/numbers.ts';
import { shownUnit, withUnit } from '../words/units.ts';
import { type ChartData, type ChartSource, extremesOf } from './source.ts';
import type { View } from './view.ts';

/** What the chart shows, in a sentence: for those who hear it, and for those who look twice. */
export function chartSentence({ title, kind, unit, bounds }: ChartSource, data: ChartData, view: View): string {
  const { series, frame } = words.value;
  const level = data.level === 'raw' && data.isReduced ? series.levels.rawReduced : series.levels[data.level];
  const seen = data.columns.at.filter((at) => at >= view.from && at < view.to);
  const [from, to] = [moment(seen[0] ?? view.from), moment(seen[seen.length - 1] ?? view.to)];
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

/** The longest time without readings, how many more there are and how much is covered; '' of a signal without a rhythm, and of amounts, which have no gaps. */
export function gapSentence(kind: string, { columns, gapMicros, gaps, level }: ChartData, view: View): string {
  if (gapMicros === 0 || columns.code || isAmount(kind)) return '';
  const seen = columns.at.flatMap((at, i) => (at >= view.from && at < view.to && columns.mean[i] !== null ? [i] : []));
  if (seen.length < 2) return '';
  // Times of bins are their middles.
  const binMicros = level === 'raw' ? 0 : gapMicros / BIN_STEPS;
  const range = {
    from: columns.at[seen[0]] - binMicros / 2,
    to: columns.at[seen[seen.length - 1]] + binMicros / 2,
  };
  const missing = missingOf(
    gaps.map(([from, to]) => ({ from, to })),
    range,
  );
  // What is missing within a bin, its coverage says.
  const within = binMicros === 0 ? 1 : (meanOf(seen.map((i) => columns.coverage?.[i] ?? 1)) ?? 1);
  return missingText({ ...missing, covered: missing.covered * within }, { binMicros });
}
