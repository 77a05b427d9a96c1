// Blood pressure: readings in pairs, their average, and its category by the scheme that was chosen, for home or office.
import { useState } from 'preact/hooks';
import {
  averagePressure,
  type Category,
  categoriesOf,
  categoryOf,
  type Pressure,
  pairs,
  SCHEMES,
  type Scheme,
  type Setting,
  sourceOf,
} from '../clinical/blood-pressure.ts';
import { niceTicks } from '../clinical/daily.ts';
import { Segments, SelectField } from '../ui/field.tsx';
import { Answer, Notice } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { dayShort, moment, number } from '../words/numbers.ts';
import { MissingLine } from './missing.tsx';
import { missingDays } from './missing-text.ts';
import { usePeriod } from './period.tsx';
import { plain, type ReadingsSource, useReadings, type ViewProps } from './port.ts';
import { CategoryChip, categoryText, pairFigures, pairText } from './pressure-category.tsx';
import { Report } from './report.tsx';
import { Sized } from './sized.tsx';

const CHOICES = [7, 30, 90, 365];
const LISTED_MAX = 20;
/** So many fit below the chart on one page. */
const PRINTED_MAX = 15;

interface Made {
  pairs: Pressure[];
  alone: number;
  average: { systolic: number; diastolic: number } | null;
  scheme: Scheme;
  setting: Setting;
  /** What is missing, said. */
  missing: string;
}

export function PressureView({ source, all, person }: ViewProps) {
  const other = (kind: string): ReadingsSource | null =>
    source.kind === kind ? source : (all.find((each) => each.kind === kind) ?? null);
  const period = usePeriod(source, CHOICES, 30);
  const [scheme, setScheme] = useState<Scheme>('esc2024');
  const [setting, setSetting] = useState<Setting>('home');
  const { fromMicros, toMicros } = period;
  const { asked, again } = useReadings([
    { source: other('blood-pressure-systolic'), fromMicros, toMicros, isRaw: true },
    { source: other('blood-pressure-diastolic'), fromMicros, toMicros, isRaw: true },
  ]);
  const { pressure } = words.value;
  const found = asked.value && pairs(plain(asked.value[0]), plain(asked.value[1]));
  const missing = missingDays(found?.pairs.map(({ atMicros }) => atMicros) ?? [], period, source.bounds);
  const made: Made | null = found && { ...found, average: averagePressure(found.pairs), scheme, setting, missing };
  return (
    <Report
      title={pressure.title}
      person={person}
      period={period.text}
      lead={
        !made?.average
          ? null
          : {
              title: pressure.average(number(made.pairs.length)),
              text: (
                <>
                  {pairText(made.average)} <CategoryChip of={made.average} scheme={scheme} setting={setting} />
                </>
              ),
            }
      }
      text={() => (made ? linesOf(made) : [])}
      controls={
        <>
          {period.chooser}
          <SelectField
            label={pressure.scheme}
            value={scheme}
            onValue={(value) => setScheme(value as Scheme)}
            options={(Object.keys(SCHEMES) as Scheme[]).map((each) => [each, SCHEMES[each].source.title])}
          />
          <Segments
            label={pressure.setting}
            value={setting}
            onValue={(value) => setSetting(value as Setting)}
            options={[
              ['home', pressure.settings.home],
              ['office', pressure.settings.office],
            ]}
          />
        </>
      }
    >
      <Answer asked={asked} again={again} rows={4}>
        {() => made && <Body made={made} />}
      </Answer>
    </Report>
  );
}

function Body({ made }: { made: Made }) {
  const { pressure, report } = words.value;
  const { scheme, setting } = made;
  const categories = categoriesOf(scheme, setting);
  const source = sourceOf(scheme, setting);
  if (made.pairs.length === 0)
    return (
      <p class="lacking">
        {report.nothing} {made.alone > 0 && pressure.alone(made.alone)}
      </p>
    );
  return (
    <>
      {categories === null && <Notice tone="caution">{pressure.noHome}</Notice>}
      <dl class="metrics wide">
        <div data-metric="average" data-leads={made.average !== null}>
          <dt>{pressure.average(number(made.pairs.length))}</dt>
          <dd>
            {made.average ? (
              <>
                <strong>{pairText(made.average)}</strong>
                <CategoryChip of={made.average} scheme={scheme} setting={setting} />
              </>
            ) : (
              <span class="lacking-small">{pressure.two}</span>
            )}
          </dd>
        </div>
        {categories?.map((category) => (
          <div key={category.key} data-metric={category.key}>
            <dt>{pressure.categories[category.key as 'normal']}</dt>
            <dd>
              <strong>{number(countOf(made, category))}</strong>
            </dd>
          </div>
        ))}
      </dl>
      <MissingLine text={made.missing} />
      <section class="panel" aria-labelledby="pressure-chart">
        <h3 id="pressure-chart">{pressure.readings}</h3>
        <PressureChart of={made.pairs} limits={categories?.at(-1) ?? null} />
        <p class="caption">
          {pressure.howToRead} {words.value.vitals.sourceLine(source.title, source.at)}{' '}
          {source.checked === 'recalled' && words.value.vitals.recalled} {pressure.worse}
          {made.alone > 0 && ` ${pressure.alone(made.alone)}`}
        </p>
      </section>
      <PressureTable made={made} />
    </>
  );
}

const countOf = ({ pairs: all, scheme, setting }: Made, { key }: Category): number =>
  all.filter((each) => categoryOf(each, scheme, setting)?.key === key).length;

const HEIGHT = 220;
const LEFT = 40;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;

/** Each reading a stroke from diastolic to systolic; lines where the highest category begins. */
function PressureChart({ of, limits }: { of: readonly Pressure[]; limits: Category | null }) {
  const { pressure } = words.value;
  const low = Math.min(60, ...of.map(({ diastolic }) => diastolic)) - 5;
  const high = Math.max(150, ...of.map(({ systolic }) => systolic)) + 5;
  const first = of[0].atMicros;
  const span = Math.max(1, of[of.length - 1].atMicros - first);
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  return (
    <Sized>
      {(width) => {
        const x = (micros: number) => LEFT + 8 + ((micros - first) / span) * (width - LEFT - RIGHT - 16);
        return (
          <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={pressure.chartLabel(number(of.length))}>
            {niceTicks(low, high, 5).map((tick) => (
              <g key={tick}>
                <line class="agp-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
                <text class="axis" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
                  {number(tick)}
                </text>
              </g>
            ))}
            {limits &&
              [limits.systolic, limits.diastolic].map((limit) => (
                <line key={limit} class="limit" x1={LEFT} x2={width - RIGHT} y1={y(limit)} y2={y(limit)} />
              ))}
            {of.map(({ atMicros, systolic, diastolic }) => (
              <g key={atMicros}>
                <line class="pressure-line" x1={x(atMicros)} x2={x(atMicros)} y1={y(systolic)} y2={y(diastolic)} />
                <circle class="day-middle" cx={x(atMicros)} cy={y(systolic)} r="3.5" />
                <circle class="pressure-low" cx={x(atMicros)} cy={y(diastolic)} r="3.5" />
              </g>
            ))}
            <text class="axis" x={LEFT} y={HEIGHT - 6}>
              {dayShort(first)}
            </text>
            <text class="axis" x={width - RIGHT} y={HEIGHT - 6} text-anchor="end">
              {dayShort(first + span)}
            </text>
          </svg>
        );
      }}
    </Sized>
  );
}

function PressureTable({ made }: { made: Made }) {
  const { pressure, series } = words.value;
  return (
    <section class="panel" aria-labelledby="pressure-table">
      <h3 id="pressure-table">{pressure.newest}</h3>
      <TableScroll label={pressure.newest}>
        <table>
          <thead>
            <tr>
              <th scope="col">{series.time}</th>
              <th scope="col" class="number">
                mmHg
              </th>
              <th scope="col">{pressure.category}</th>
            </tr>
          </thead>
          <tbody>
            {made.pairs
              .slice(-LISTED_MAX)
              .reverse()
              .map((each, i) => (
                <tr key={each.atMicros} class={i < PRINTED_MAX ? '' : 'no-print'}>
                  <th scope="row">{moment(each.atMicros)}</th>
                  <td class="number">{pairFigures(each)}</td>
                  <td>{categoryText(each, made.scheme, made.setting) ?? '–'}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function linesOf(made: Made): string[] {
  const { pressure } = words.value;
  const { average, scheme, setting } = made;
  const source = sourceOf(scheme, setting);
  return [
    `${pressure.average(number(made.pairs.length))}: ${average ? pairText(average) : pressure.two}`,
    ...(average ? [`${pressure.category}: ${categoryText(average, scheme, setting) ?? pressure.noHome}`] : []),
    `${pressure.scheme}: ${source.title}, ${pressure.settings[setting]}`,
    made.missing,
    '',
    ...made.pairs.slice(-LISTED_MAX).map((each) => `  ${moment(each.atMicros)}: ${pairText(each)}`),
  ];
}
