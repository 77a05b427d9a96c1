// What a chart shows, said: from when to when, lowest, highest and average, and where readings are missing.
import { isAmount } from '@hale/vault/amounts';
import { words } from '../words/index.ts';
import { day, moment } from '../words/numbers.ts';
import { shownUnit, withUnit } from '../words/units.ts';
import { type ChartData, type ChartSource, extremesOf, gapsOf } from './source.ts';
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
  return `${series.summary(title, from, to, text[0], text[1], text[2])} ${level}. ${isAmount(kind) ? '' : gapsIn(data, view)}`.trimEnd();
}

/** Below this share of what is shown a gap is told with the others. */
const GAP_SHARE_MIN = 0.01;

/** The longest time without readings, and how many more there are that one can see. */
function gapsIn(data: ChartData, { from, to }: View): string {
  const wide = gapsOf(data).filter(
    (gap) => gap.from >= from && gap.to <= to && gap.to - gap.from > GAP_SHARE_MIN * (to - from),
  );
  if (wide.length === 0) return '';
  const longest = wide.reduce((one, other) => (other.to - other.from > one.to - one.from ? other : one));
  return words.value.series.gapsNote(moment(longest.from), moment(longest.to), wide.length - 1);
}
