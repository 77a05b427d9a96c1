// Glucose report: time in ranges, metrics with goals, a usual day, and the days one by one. Our own layout; the published page is not free to copy.
import { useMemo, useState } from 'preact/hooks';
import {
  addingUp,
  type bandOf,
  type GlucoseUnit,
  MG_PER_MMOL,
  type Preset,
  rounded,
  TARGETS,
  type Target,
} from '../clinical/glucose.ts';
import { type GlucoseReport, glucoseReport, type Missing, type Told } from '../clinical/glucose-report.ts';
import { SelectField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { number, percent } from '../words/numbers.ts';
import { preferred } from '../words/units.ts';
import { DayProfiles, RangesBar, UsualDay } from './glucose-drawing.tsx';
import { MissingLine } from './missing.tsx';
import { missingReadings } from './missing-text.ts';
import { usePeriod } from './period.tsx';
import { plain, useReadings, type ViewProps } from './port.ts';
import { type Lead, Report } from './report.tsx';

const CHOICES = [7, 14, 30, 90];
/** Of the mean, as printed on reports. */
const MEAN_GOALS: Record<GlucoseUnit, number> = { 'mg/dL': 154, 'mmol/L': 8.6 };

/** Values as the person reads them; the arithmetic stays in the unit of the readings. */
export interface GlucoseShown {
  stored: GlucoseUnit;
  unit: GlucoseUnit;
  target: Target;
  text(value: number): string;
}

export function shownIn(stored: GlucoseUnit, target: Target): GlucoseShown {
  const unit = preferred.value.glucose ?? stored;
  const factor = unit === stored ? 1 : unit === 'mmol/L' ? 1 / MG_PER_MMOL : MG_PER_MMOL;
  const decimals = unit === 'mmol/L' ? 1 : 0;
  return { stored, unit, target, text: (value) => number(rounded(value * factor, unit), decimals) };
}

export function GlucoseView({ source, person, nowMicros }: ViewProps) {
  const period = usePeriod(source, CHOICES, 14);
  const [preset, setPreset] = useState<Preset>('standard');
  const { asked, again } = useReadings([
    { source, fromMicros: period.fromMicros, toMicros: period.toMicros, isRaw: true },
  ]);
  const { glucose } = words.value;
  const shown = shownIn(source.unit === 'mmol/L' ? 'mmol/L' : 'mg/dL', TARGETS[preset]);
  const answer = asked.value?.[0] ?? null;
  const made = useMemo(
    () => answer && glucoseReport(plain(answer), period, shown.stored, TARGETS[preset], period.calendar, nowMicros),
    [answer, preset],
  );
  const missing = answer ? missingReadings(answer, period, source) : '';
  return (
    <Report
      title={glucose.title}
      person={person}
      period={period.text}
      lead={made && leadsOf(made, shown)}
      text={() => (made ? [missing, ...linesOf(made, shown, preset)] : [])}
      controls={
        <>
          {period.chooser}
          <SelectField
            label={glucose.targets}
            value={preset}
            onValue={(value) => setPreset(value as Preset)}
            options={(Object.keys(TARGETS) as Preset[]).map((each) => [each, glucose.presets[each]])}
          />
        </>
      }
    >
      <Answer asked={asked} again={again} rows={5}>
        {() => made && <GlucoseSheet {...{ made, shown, preset, missing }} calendar={period.calendar} />}
      </Answer>
    </Report>
  );
}

/** Time in target, and lows, which hurt first; without enough readings for it, what is missing stands below. */
function leadsOf(made: GlucoseReport, shown: GlucoseShown): Lead[] {
  return goalsOf(made, shown)
    .filter(({ key }) => key !== 'above')
    .map(({ title, value, goal, isMet }) => ({
      title,
      text: (
        <>
          {value} {isMet === false && goal && <Goal text={goal} isMet={isMet} />}
        </>
      ),
    }));
}

export function GlucoseSheet(props: {
  made: GlucoseReport;
  shown: GlucoseShown;
  preset: Preset;
  missing: string;
  calendar: import('../clinical/civil.ts').Calendar;
  /** Without the days one by one: where other things stand on the same page. */
  isShort?: boolean;
}) {
  const { made, shown, preset } = props;
  const { glucose } = words.value;
  return (
    <div class="glucose-sheet">
      <div class="full">
        <MissingLine text={props.missing} />
      </div>
      <section class="panel" aria-labelledby="glucose-ranges">
        <h3 id="glucose-ranges">{glucose.timeInRanges}</h3>
        {'value' in made.shares ? (
          <RangesBar shares={made.shares.value} shown={shown} />
        ) : (
          <Lacking missing={made.shares.missing} />
        )}
      </section>
      <section class="panel" aria-labelledby="glucose-metrics">
        <h3 id="glucose-metrics">{glucose.metrics}</h3>
        <Metrics made={made} shown={shown} preset={preset} />
      </section>
      <section class="panel full" aria-labelledby="glucose-curve">
        <h3 id="glucose-curve">{glucose.usualDay}</h3>
        {'value' in made.curve ? (
          <UsualDay curve={made.curve.value} shown={shown} />
        ) : (
          <Lacking missing={made.curve.missing} />
        )}
      </section>
      {'value' in made.shares && !props.isShort && (
        <section class="panel full" aria-labelledby="glucose-days">
          <h3 id="glucose-days">{glucose.dayByDay}</h3>
          <DayProfiles days={made.days.slice(-14)} shown={shown} calendar={props.calendar} />
        </section>
      )}
    </div>
  );
}

/** In place of a figure: what is missing for it. */
export function lackingText(missing: Missing): string {
  const { glucose, frame } = words.value;
  const { what, have, need } = missing;
  if (what === 'active') return glucose.lacking.active(percent(have), percent(need));
  if (what === 'hours') return glucose.lacking.hours(number(have, 0), number(Math.ceil(need), 0));
  if (what === 'days') return glucose.lacking.days(frame.days(have), frame.days(need));
  return glucose.lacking.readings(frame.readings(have), frame.readings(need));
}

function Lacking({ missing }: { missing: Missing }) {
  return (
    <p class="lacking">
      <Icon name="info" />
      <span>{lackingText(missing)}</span>
    </p>
  );
}

interface Metric {
  key: string;
  title: string;
  explained?: string;
  value: string | null;
  lacking: string | null;
  goal: string | null;
  isMet: boolean | null;
}

const told = (each: Told<number>, text: (value: number) => string) =>
  'value' in each ? { value: text(each.value), lacking: null } : { value: null, lacking: lackingText(each.missing) };

const figureOf = (each: Told<number>): number | null => ('value' in each ? each.value : null);

function metricsOf(made: GlucoseReport, shown: GlucoseShown, preset: Preset): Metric[] {
  const { glucose } = words.value;
  const goal = (each: Told<number>, limit: number, text: string, isIncluded = false) => {
    const value = figureOf(each);
    const isMet = value === null ? null : isIncluded ? value <= limit : value < limit;
    return { goal: text, isMet };
  };
  const isUsual = preset === 'standard' || preset === 'older';
  const meanGoal = MEAN_GOALS[shown.stored];
  const meanGoalText = `${endText(MEAN_GOALS[shown.unit], shown.unit)} ${shown.unit}`;
  const none = { goal: null, isMet: null };
  return [
    {
      key: 'mean',
      title: glucose.mean,
      ...told(made.mean, (mean) => `${shown.text(mean)} ${shown.unit}`),
      ...(isUsual ? goal(made.mean, meanGoal, glucose.goalUnder(meanGoalText)) : none),
    },
    {
      key: 'gmi',
      title: glucose.gmi,
      explained: glucose.gmiExplained,
      ...told(made.gmi, (gmi) => percent(gmi / 100, 1)),
      ...(isUsual ? goal(made.gmi, 7, glucose.goalUnder(percent(0.07))) : none),
    },
    {
      key: 'cv',
      title: glucose.cv,
      explained: glucose.cvExplained,
      ...told(made.cv, (cv) => percent(cv / 100, 1)),
      ...goal(made.cv, 36, glucose.goalUpTo(percent(0.36)), true),
    },
    ...goalsOf(made, shown),
  ];
}

/** Shares with an agreed goal: "low" counts very low too, "high" both highs. */
function goalsOf(made: GlucoseReport, shown: GlucoseShown): Metric[] {
  const { glucose } = words.value;
  const { goals, edges } = shown.target;
  const { low: from, high: to } = edges[shown.unit];
  const end = (value: number) => endText(value, shown.unit);
  if (!('value' in made.shares)) return [];
  const { veryLow = 0, low = 0, target = 0, high = 0, veryHigh = 0 } = made.shares.value;
  const all = [
    {
      key: 'target',
      title: glucose.inTarget(`${end(from)}–${end(to)}`),
      share: target,
      limit: goals?.target,
      isFloor: true,
    },
    {
      key: 'below',
      title: glucose.below(end(from)),
      share: veryLow + low,
      limit: goals?.below,
      isFloor: false,
    },
    {
      key: 'above',
      title: glucose.above(end(to)),
      share: high + veryHigh,
      limit: goals?.above,
      isFloor: false,
    },
  ];
  return all.map(({ key, title, share, limit, isFloor }) => ({
    ...{ key, title, value: percent(share, 1), lacking: null },
    goal: limit === undefined ? glucose.noGoal : (isFloor ? glucose.goalOver : glucose.goalUnder)(percent(limit)),
    isMet: limit === undefined ? null : isFloor ? share > limit : share < limit,
  }));
}

/** How much of the period was recorded; and of the time between first and last reading, where that is something else. */
function activeText({ active, activeWorn, isToNow, count }: GlucoseReport): string {
  const { glucose, frame } = words.value;
  const [whole, worn] = [percent(active), percent(activeWorn)];
  const said = [
    (isToNow ? glucose.activeToNow : glucose.active)(whole),
    ...(whole === worn ? [] : [glucose.worn(worn)]),
  ];
  return `${said.join(', ')} (${frame.readings(count)})`;
}

function Metrics({ made, shown, preset }: { made: GlucoseReport; shown: GlucoseShown; preset: Preset }) {
  const { glucose } = words.value;
  return (
    <>
      <p class="small">{activeText(made)}</p>
      <dl class="metrics">
        {metricsOf(made, shown, preset).map((metric) => (
          <div key={metric.key} data-metric={metric.key}>
            <dt title={metric.explained}>{metric.title}</dt>
            <dd>
              {metric.value === null ? (
                <span class="lacking-small">{metric.lacking}</span>
              ) : (
                <>
                  <strong>{metric.value}</strong>
                  {metric.goal && <Goal text={metric.goal} isMet={metric.isMet} />}
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p class="caption">{glucose.gmiExplained}</p>
    </>
  );
}

function Goal({ text, isMet }: { text: string; isMet: boolean | null }) {
  const { glucose } = words.value;
  return (
    <span class="goal">
      {isMet !== null && (
        <span class={isMet ? 'met' : 'not-met'}>
          <Icon name={isMet ? 'check' : 'alert'} />
          <span class={isMet ? 'only-heard' : ''}>{isMet ? glucose.met : glucose.notMet}</span>
        </span>
      )}
      <span>{text}</span>
    </span>
  );
}

/** The report as text, for a chart note. */
export function linesOf(made: GlucoseReport, shown: GlucoseShown, preset: Preset): string[] {
  const { glucose } = words.value;
  const lines = [
    activeText(made),
    `${glucose.targets}: ${glucose.presets[preset]}`,
    '',
    ...metricsOf(made, shown, preset).map(({ title, value, lacking, goal, isMet }) =>
      value === null
        ? `${title}: ${lacking}`
        : `${title}: ${value}${goal ? ` (${isMet === false ? `${glucose.notMet} ` : ''}${goal})` : ''}`,
    ),
  ];
  if (!('value' in made.shares)) return lines;
  const percents = addingUp(made.shares.value);
  const bands = (Object.keys(percents) as (keyof typeof percents)[]).reverse();
  return [
    ...lines,
    '',
    `${glucose.timeInRanges}:`,
    ...bands.map(
      (band) => `  ${glucose.bands[band]} (${rangeText(band, shown)}): ${percent((percents[band] ?? 0) / 100, 1)}`,
    ),
  ];
}

/** '70–180 mg/dL', 'under 54 mg/dL': the ends as the report reads them. */
export function rangeText(band: ReturnType<typeof bandOf>, { unit, target }: GlucoseShown): string {
  const { glucose } = words.value;
  // The ends as they are agreed in that unit: 10.1 mmol/L is no conversion of 181 mg/dL.
  const { veryLow, low, high, veryHigh } = target.edges[unit];
  const step = unit === 'mg/dL' ? 1 : 0.1;
  const text = (value: number) => endText(value, unit);
  const texts = {
    veryLow: () => glucose.under(text(veryLow ?? 0)),
    low: () => (veryLow === null ? glucose.under(text(low)) : `${text(veryLow)}–${text(low - step)}`),
    target: () => `${text(low)}–${text(high)}`,
    high: () => (veryHigh === null ? glucose.over(text(high)) : `${text(high + step)}–${text(veryHigh)}`),
    veryHigh: () => glucose.over(text(veryHigh ?? 0)),
  };
  return `${texts[band]()} ${unit}`;
}

const endText = (value: number, unit: GlucoseUnit): string => number(value, unit === 'mg/dL' ? 0 : 1);
