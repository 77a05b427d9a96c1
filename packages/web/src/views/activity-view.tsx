// What adds up over a day: steps, energy, distance, minutes of exercise.
import { daysOf } from '../clinical/daily.ts';
import { meanOf } from '../clinical/quantile.ts';
import { Answer } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { dayShort } from '../words/numbers.ts';
import { shownUnit, withUnit } from '../words/units.ts';
import { DayChart } from './day-chart.tsx';
import { MissingLine } from './missing.tsx';
import { missingDays } from './missing-text.ts';
import { type Period, usePeriod } from './period.tsx';
import { type ReadingsOf, type ReadingsSource, useReadings, type ViewProps } from './port.ts';
import { Report } from './report.tsx';

const CHOICES = [7, 14, 30, 90];

/** Of what adds up, a night without steps is no gap: a day is. */
const missingOf = (asked: readonly ReadingsOf[] | null, period: Period, { bounds }: ReadingsSource): string =>
  asked ? missingDays(asked[0].columns.at, period, bounds) : '';

export function ActivityView({ source, person }: ViewProps) {
  const period = usePeriod(source, CHOICES, 14);
  const { asked, again } = useReadings([{ source, fromMicros: period.fromMicros, toMicros: period.toMicros }]);
  const { vitals, report, frame } = words.value;
  const shown = shownUnit(source.kind, source.unit);
  const days = asked.value && daysOf(asked.value[0].columns, period, period.calendar);
  const told = (days ?? []).flatMap(({ startMicros, band }) => (band ? [{ startMicros, sum: band.sum }] : []));
  const most = told.reduce<(typeof told)[number] | null>(
    (best, each) => (best && best.sum >= each.sum ? best : each),
    null,
  );
  const text = (value: number) => withUnit(shown, value);
  const mean = meanOf(told.map(({ sum }) => sum)) ?? 0;
  const figures = [
    { key: 'mean', title: vitals.perDay, text: text(mean) },
    ...(most ? [{ key: 'most', title: vitals.mostOnDay(dayShort(most.startMicros)), text: text(most.sum) }] : []),
    { key: 'total', title: vitals.total, text: text(told.reduce((all, { sum }) => all + sum, 0)) },
    { key: 'count', title: vitals.recorded, text: frame.days(told.length) },
  ];
  const missing = missingOf(asked.value, period, source);
  const title = kindTitle(source);
  return (
    <Report
      title={title}
      person={person}
      period={period.text}
      controls={period.chooser}
      lead={told.length === 0 ? null : { title: vitals.perDay, text: text(mean) }}
      text={() => [
        ...figures.map((each) => `${each.title}: ${each.text}`),
        missing,
        '',
        ...told.map(({ startMicros, sum }) => `  ${dayShort(startMicros)}: ${text(sum)}`),
      ]}
    >
      <Answer asked={asked} again={again} rows={4}>
        {() =>
          told.length === 0 ? (
            <p class="lacking">{report.nothing}</p>
          ) : (
            <>
              <dl class="metrics wide">
                {figures.map((figure) => (
                  <div key={figure.key} data-metric={figure.key} data-leads={figure.key === 'mean'}>
                    <dt>{figure.title}</dt>
                    <dd>
                      <strong>{figure.text}</strong>
                    </dd>
                  </div>
                ))}
              </dl>
              <MissingLine text={missing} />
              <section class="panel" aria-labelledby="activity-chart">
                <h3 id="activity-chart">{vitals.eachDay}</h3>
                <DayChart
                  isSum
                  days={(days ?? []).map(({ day, startMicros, band }) => ({
                    ...{ day, startMicros },
                    bar: band && { low: 0, high: shown.of(band.sum) },
                  }))}
                  label={`${title}: ${figures.map((each) => `${each.title} ${each.text}`).join(', ')}`}
                />
              </section>
            </>
          )
        }
      </Answer>
    </Report>
  );
}
