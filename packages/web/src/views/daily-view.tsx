// What is measured again and again, day by day: heart rate, oxygen, weight, temperature and the like.
import { type DayBand, daysOf } from '../clinical/daily.ts';
import { meanOf, median } from '../clinical/quantile.ts';
import { verdictOf } from '../clinical/ranges.ts';
import { Answer } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { dayShort, number, percent } from '../words/numbers.ts';
import { type Shown, shownUnit, withUnit } from '../words/units.ts';
import { DayChart } from './day-chart.tsx';
import { MissingLine } from './missing.tsx';
import { missingReadings } from './missing-text.ts';
import { type Period, usePeriod } from './period.tsx';
import { plain, type ReadingsOf, useReadings, type ViewProps } from './port.ts';
import { Report } from './report.tsx';
import { RangeSourceLine, rangeSentence, shownRange, usualOf, VerdictChip } from './usual.tsx';

const CHOICES = [7, 14, 30, 90];
const WEEK = 7;
/** Extremes of a fortnight, or a guess at rest, are not what a usual range speaks of. */
const JUDGED = new Set(['median', 'resting']);

interface Figure {
  key: string;
  title: string;
  text: string;
  /** To be held against the usual range. */
  value?: number;
}

interface Made {
  days: DayBand[];
  figures: Figure[];
  level: ReadingsOf['level'];
  resting: { at: number[]; value: number[] };
}

export function DailyView({ source, all, person }: ViewProps) {
  const period = usePeriod(source, CHOICES, 14);
  const resting = source.kind === 'heart-rate' ? (all.find(({ kind }) => kind === 'resting-heart-rate') ?? null) : null;
  const { fromMicros, toMicros } = period;
  const { asked, again } = useReadings([
    { source, fromMicros, toMicros },
    { source: resting, fromMicros, toMicros },
  ]);
  const { vitals } = words.value;
  const shown = shownUnit(source.kind, source.unit);
  const range = usualOf(source.kind, source.unit, person);
  const made = asked.value && madeOf(asked.value, source.kind, period, shown);
  const missing = asked.value ? missingReadings(asked.value[0], period, source) : '';
  const title = kindTitle(source);
  return (
    <Report
      title={title}
      person={person}
      period={period.text}
      controls={period.chooser}
      lead={made?.figures[0] ?? null}
      text={() => (made ? [missing, ...linesOf(made, shown, range && rangeSentence(range, shown))] : [])}
    >
      <Answer asked={asked} again={again} rows={4}>
        {() =>
          made &&
          (made.figures.length === 0 ? (
            <p class="lacking">{words.value.report.nothing}</p>
          ) : (
            <>
              <section class="panel" aria-label={vitals.figures}>
                <dl class="metrics wide">
                  {made.figures.map((figure, i) => (
                    <div key={figure.key} data-metric={figure.key} data-leads={i === 0 && !range}>
                      <dt>{figure.title}</dt>
                      <dd>
                        <strong>{figure.text}</strong>
                        {range && figure.value !== undefined && (
                          <VerdictChip verdict={verdictOf(figure.value, range)} range={range} />
                        )}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
              <MissingLine text={missing} />
              <section class="panel" aria-labelledby="daily-chart">
                <h3 id="daily-chart">{vitals.eachDay}</h3>
                <DayChart
                  days={made.days.map(({ day, startMicros, band }) => ({
                    ...{ day, startMicros },
                    bar: band && { low: shown.of(band.low), high: shown.of(band.high), middle: shown.of(band.median) },
                  }))}
                  usual={range && shownRange(range, shown)}
                  label={`${title}: ${made.figures.map((each) => `${each.title} ${each.text}`).join(', ')}`}
                />
                <p class="caption">{vitals.howToRead}</p>
                {range && <RangeSourceLine range={range} shown={shown} />}
                {made.level !== 'raw' && <p class="caption">{vitals.fromSummaries}</p>}
                {source.kind === 'spo2' && <p class="caption">{vitals.oxygenError}</p>}
              </section>
              <DayTable made={made} shown={shown} />
            </>
          ))
        }
      </Answer>
    </Report>
  );
}

function madeOf([readings, rest]: readonly ReadingsOf[], kind: string, period: Period, shown: Shown): Made {
  const { vitals, frame } = words.value;
  const days = daysOf(readings.columns, period, period.calendar);
  const bands = days.map(({ band }) => band).filter((band) => band !== null);
  const resting = plain(rest);
  if (bands.length === 0) return { days, figures: [], level: readings.level, resting };
  const figure = (key: string, title: string, value: number | null): Figure[] =>
    value === null ? [] : [{ key, title, text: withUnit(shown, value), ...(JUDGED.has(key) ? { value } : {}) }];
  const count = bands.reduce((sum, band) => sum + band.count, 0);
  const isHeart = kind === 'heart-rate';
  const week = days.slice(-WEEK).map(({ band }) => band?.median ?? null);
  return {
    days,
    level: readings.level,
    resting,
    figures: [
      ...figure('median', vitals.median, median(bands.map((band) => band.median))),
      ...(isHeart ? restingFigure(resting.value, bands, figure) : []),
      ...figure('week', vitals.weekMean, meanOf(week.filter((value) => value !== null))),
      { key: 'lowest', title: vitals.lowest, text: withUnit(shown, Math.min(...bands.map(({ low }) => low))) },
      { key: 'highest', title: vitals.highest, text: withUnit(shown, Math.max(...bands.map(({ high }) => high))) },
      ...(kind === 'spo2' ? oxygenFigures(readings) : []),
      { key: 'count', title: vitals.recorded, text: `${frame.readings(count)}, ${frame.days(bands.length)}` },
    ],
  };
}

/** What a device calls resting, or the quiet tenth of each day, named as what it is. */
function restingFigure(
  told: readonly number[],
  bands: readonly { quiet: number }[],
  figure: (key: string, title: string, value: number | null) => Figure[],
): Figure[] {
  const { vitals } = words.value;
  return told.length > 0
    ? figure('resting', vitals.resting, meanOf(told))
    : figure('quiet', vitals.quiet, meanOf(bands.map(({ quiet }) => quiet)));
}

/** Shares by the steps of NEWS2, without a score: that one is for people seen by staff. */
function oxygenFigures({ columns }: ReadingsOf): Figure[] {
  const { vitals } = words.value;
  const steps: readonly [string, number, number][] = [
    ['96', 96, Number.POSITIVE_INFINITY],
    ['94', 94, 96],
    ['92', 92, 94],
    ['0', 0, 92],
  ];
  const all = columns.mean.reduce<number>((sum, mean, i) => sum + (mean === null ? 0 : (columns.count[i] ?? 1)), 0);
  return steps.map(([key, from, to]) => {
    const count = columns.mean.reduce<number>(
      (sum, mean, i) => sum + (mean !== null && mean >= from && mean < to ? (columns.count[i] ?? 1) : 0),
      0,
    );
    return { key: `oxygen-${key}`, title: vitals.oxygen[key as '96'], text: percent(count / all, 1) };
  });
}

function DayTable({ made, shown }: { made: Made; shown: Shown }) {
  const { vitals, series } = words.value;
  const text = (value: number) => number(shown.of(value), shown.decimals);
  return (
    <details class="no-print">
      <summary>{series.asTable}</summary>
      <TableScroll label={series.asTable}>
        <table>
          <thead>
            <tr>
              <th scope="col">{vitals.day}</th>
              {[series.lowest, vitals.medianShort, series.highest, series.count].map((title) => (
                <th scope="col" class="number" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {made.days.map(({ day, startMicros, band }) => (
              <tr key={day}>
                <th scope="row">{dayShort(startMicros)}</th>
                {(['low', 'median', 'high'] as const).map((name) => (
                  <td class="number" key={name}>
                    {band ? text(band[name]) : '–'}
                  </td>
                ))}
                <td class="number">{band ? number(band.count) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </details>
  );
}

function linesOf(made: Made, shown: Shown, range: string | null): string[] {
  const { vitals } = words.value;
  const text = (value: number) => number(shown.of(value), shown.decimals);
  return [
    ...made.figures.map(({ title, text: value }) => `${title}: ${value}`),
    ...(range ? [range] : []),
    '',
    `${vitals.eachDay} (${vitals.lowMiddleHigh}, ${shown.unit}):`,
    ...made.days.flatMap(({ startMicros, band }) =>
      band ? [`  ${dayShort(startMicros)}: ${text(band.low)} / ${text(band.median)} / ${text(band.high)}`] : [],
    ),
  ];
}
