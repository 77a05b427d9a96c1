// Nights one below the other: stages in time, and their totals.

import { meanOf } from '../clinical/quantile.ts';
import { efficiency, LANES, type Night, nightsOf } from '../clinical/sleep.ts';
import { Answer } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { clock, dayShort, duration, percent } from '../words/numbers.ts';
import { MissingLine } from './missing.tsx';
import { missingNights } from './missing-text.ts';
import { usePeriod } from './period.tsx';
import { plain, useReadings, type ViewProps } from './port.ts';
import { Report } from './report.tsx';
import { Sized } from './sized.tsx';

const CHOICES = [7, 14];
const LANE_HEIGHT = 18;
const LEFT = 96;
const RIGHT = 8;

export function SleepView({ source, person }: ViewProps) {
  const period = usePeriod(source, CHOICES, 7);
  // The first night of a period began on the evening before it.
  const { asked, again } = useReadings([
    { source, fromMicros: period.fromMicros - 43_200e6, toMicros: period.toMicros, isRaw: true },
  ]);
  const { vitals, report } = words.value;
  const readings = asked.value ? plain(asked.value[0]) : { at: [], value: [] };
  const nights = nightsOf(readings.at, readings.value, period.calendar).filter(
    ({ day }) => day >= period.first && day <= period.last,
  );
  const missing = missingNights(new Set(nights.map(({ day }) => day)), period, source.bounds);
  const mean = meanOf(nights.map(({ asleepMinutes }) => asleepMinutes));
  return (
    <Report
      title={vitals.sleep}
      person={person}
      period={period.text}
      controls={period.chooser}
      lead={mean === null ? null : { title: vitals.sleepMean, text: duration(mean) }}
      text={() => [
        ...(mean === null ? [report.nothing] : [`${vitals.sleepMean}: ${duration(mean)}`, missing, '']),
        ...nights.map((night) => `${dayShort(night.toMicros)}: ${totalsText(night)}`),
      ]}
    >
      <Answer asked={asked} again={again} rows={4}>
        {() =>
          nights.length === 0 ? (
            <p class="lacking">{report.nothing}</p>
          ) : (
            <>
              <p data-leads>
                {vitals.sleepMean}: <strong data-metric="sleep-mean">{duration(mean ?? 0)}</strong>
              </p>
              <MissingLine text={missing} />
              <ul class="nights">
                {nights.map((night) => (
                  <li key={night.fromMicros} class="panel">
                    <div class="row apart">
                      <h3>{dayShort(night.toMicros)}</h3>
                      <span class="small">
                        <strong>{duration(night.asleepMinutes)}</strong>{' '}
                        <span class="quiet">
                          {clock(night.fromMicros)}–{clock(night.toMicros)}
                        </span>
                      </span>
                    </div>
                    <Stages night={night} />
                    <p class="caption">{totalsText(night)}</p>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Answer>
    </Report>
  );
}

function totalsText(night: Night): string {
  const { vitals } = words.value;
  const share = efficiency(night);
  const parts = LANES.filter((stage) => night.minutes[stage] > 0).map(
    (stage) => `${vitals.stages[stage]} ${duration(night.minutes[stage])}`,
  );
  return [
    `${vitals.asleep} ${duration(night.asleepMinutes)}`,
    ...parts,
    ...(share === null ? [] : [vitals.efficiency(percent(share))]),
  ].join(' · ');
}

function Stages({ night }: { night: Night }) {
  const { vitals } = words.value;
  const lanes = LANES.filter((stage) => night.minutes[stage] > 0);
  const height = lanes.length * LANE_HEIGHT;
  return (
    <Sized>
      {(width) => {
        const span = night.toMicros - night.fromMicros;
        const x = (micros: number) => LEFT + ((micros - night.fromMicros) / span) * (width - LEFT - RIGHT);
        return (
          <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={totalsText(night)}>
            {lanes.map((stage, i) => (
              <g key={stage}>
                <line
                  class="agp-line"
                  x1={LEFT}
                  x2={width - RIGHT}
                  y1={(i + 1) * LANE_HEIGHT}
                  y2={(i + 1) * LANE_HEIGHT}
                />
                <text class="axis" x={0} y={(i + 0.7) * LANE_HEIGHT}>
                  {vitals.stages[stage]}
                </text>
              </g>
            ))}
            {night.stretches.map(({ stage, fromMicros, toMicros }) => (
              <rect
                key={fromMicros}
                class={`stage ${stage}`}
                x={x(fromMicros)}
                width={Math.max(1, x(toMicros) - x(fromMicros))}
                y={lanes.indexOf(stage) * LANE_HEIGHT + 1}
                height={LANE_HEIGHT - 2}
              />
            ))}
          </svg>
        );
      }}
    </Sized>
  );
}
