// What is said about a usual range wherever one is shown: the range, the verdict in a word with an icon, and where it comes from.
import { type FoundRange, usualRange, type Verdict } from '../clinical/ranges.ts';
import { Icon } from '../ui/icon.tsx';
import { words } from '../words/index.ts';
import { number } from '../words/numbers.ts';
import type { Shown } from '../words/units.ts';
import type { Subject } from './port.ts';

export const usualOf = (kind: string, unit: string, person: Subject): FoundRange | null =>
  usualRange(kind, unit, person);

/** The range in the unit that is shown. */
export function shownRange(range: FoundRange, shown: Shown): { low?: number; high?: number } {
  return {
    ...(range.low === undefined ? {} : { low: shown.of(range.low) }),
    ...(range.high === undefined ? {} : { high: shown.of(range.high) }),
  };
}

/** 'Usual range at rest: 60–100 /min'. */
export function rangeSentence(range: FoundRange, shown: Shown): string {
  const { vitals } = words.value;
  const { low, high } = shownRange(range, shown);
  const isWhole = [low, high].every((end) => end === undefined || Number.isInteger(end));
  const text = (value: number) => number(value, shown.decimals ?? (isWhole ? 0 : 1));
  const unit = (ends: string) => `${ends} ${shown.unit}`.trim();
  const ends =
    low === undefined
      ? vitals.upTo(unit(text(high ?? 0)))
      : high === undefined
        ? vitals.from(unit(text(low)))
        : unit(`${text(low)}–${text(high)}`);
  return vitals.usual[range.context](range.isAbout ? `${vitals.about} ${ends}` : ends);
}

const VERDICT_ICONS = { below: 'down', within: 'check', above: 'up' } as const;

export function VerdictChip({ verdict, range }: { verdict: Verdict; range: FoundRange }) {
  const { vitals } = words.value;
  const isTarget = range.context === 'target';
  return (
    <span class={`chip ${verdict === 'within' ? 'good' : 'caution'}`}>
      <Icon name={VERDICT_ICONS[verdict]} />
      {isTarget ? vitals.targetVerdict[verdict] : vitals.verdict[verdict]}
    </span>
  );
}

/** Under a chart: the range and its source. */
export function RangeSourceLine({ range, shown }: { range: FoundRange; shown: Shown }) {
  const { vitals, report } = words.value;
  return (
    <p class="caption">
      {rangeSentence(range, shown)}. {vitals.sourceLine(range.source.title, range.source.at)}
      {range.source.checked === 'recalled' && ` ${vitals.recalled}`}
      {range.isAdultTaken && range.species === 'human' && ` ${report.adultTaken}`}
    </p>
  );
}
