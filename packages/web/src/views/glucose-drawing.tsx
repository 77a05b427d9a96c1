// What is drawn in the glucose report: the bar of ranges, the curve of a usual day, and small days from midnight to midnight.
import type { Calendar } from '../clinical/civil.ts';
import { addingUp, BANDS, minutesOfDay, type Shares } from '../clinical/glucose.ts';
import { type CurveBin, spline, stretches } from '../clinical/glucose-curve.ts';
import type { DayProfile } from '../clinical/glucose-report.ts';
import { labelMiddles, stacked } from '../clinical/stacked.ts';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { dayShort, number, percent } from '../words/numbers.ts';
import { type GlucoseShown, rangeText } from './glucose-report.tsx';
import { Sized } from './sized.tsx';

/** Shares of the height below which a band would not be seen (research of screens.md §1). */
const SEGMENT_MIN = 0.06;
const TARGET_MIN = 0.12;
/** Two lines of a label, as a share of the bar on paper, where it is lowest. */
const LABEL_SHARE = 0.13;

/** One bar, low at the bottom; each band says name, range, percent and time of a day, with a line to its part of the bar. */
export function RangesBar({ shares, shown }: { shares: Shares; shown: GlucoseShown }) {
  const { glucose } = words.value;
  const percents = addingUp(shares);
  const minutes = minutesOfDay(shares);
  const told = BANDS.filter((band) => percents[band] !== undefined).reverse();
  // What rounds to nothing has no block that a line could lead to: it stands below.
  const bands = told.filter((band) => percents[band] !== 0);
  const none = told.filter((band) => percents[band] === 0);
  const parts = bands.map((band) => ({
    share: shares[band] ?? 0,
    least: band === 'target' ? TARGET_MIN : SEGMENT_MIN,
  }));
  const { heights, isToScale } = stacked(parts);
  const tops = heights.map((_, i) => heights.slice(0, i).reduce((sum, height) => sum + height, 0));
  const middles = tops.map((top, i) => top + heights[i] / 2);
  const labels = labelMiddles(middles, LABEL_SHARE);
  return (
    <>
      <div class="ranges">
        <svg class="ranges-drawn" viewBox="0 0 56 100" preserveAspectRatio="none" aria-hidden="true">
          {bands.map((band, i) => (
            <g key={band}>
              <rect
                class={`segment ${band}`}
                data-share={heights[i]}
                x="1"
                width="28"
                y={100 * tops[i]}
                height={100 * heights[i]}
              />
              <path class="ranges-lead" d={`M31 ${100 * middles[i]}H36L48 ${100 * labels[i]}H54`} />
            </g>
          ))}
        </svg>
        <ul class="ranges-bar">
          {bands.map((band, i) => (
            <li key={band} data-band={band} style={{ insetBlockStart: `${100 * (labels[i] - LABEL_SHARE / 2)}%` }}>
              <span class="range-name">
                <strong>{glucose.bands[band]}</strong>
                <span class="caption">{rangeText(band, shown)}</span>
              </span>
              <span class="range-share">
                <strong>{percent((percents[band] ?? 0) / 100, 1)}</strong>
                <span class="caption">{perDay(minutes[band] ?? 0)}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      {none.length > 0 && (
        <p class="small" data-band="none">
          {none.map((band) => `${glucose.bands[band]}, ${rangeText(band, shown)}: ${percent(0)}`).join(' · ')}
        </p>
      )}
      <p class="caption">
        {glucose.addUp}
        {!isToScale && ` ${glucose.drawnLarger}`}
      </p>
    </>
  );
}

function perDay(minutes: number): string {
  const { glucose } = words.value;
  return glucose.perDay(Math.floor(minutes / 60), minutes % 60);
}

const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 40;
const TOP = 8;
const BOTTOM = 24;
const LABEL_APART = 14;
/** The top of the scale, in both units. */
const CEILING = { 'mg/dL': 350, 'mmol/L': 19.4 };

export function UsualDay({ curve, shown }: { curve: CurveBin[]; shown: GlucoseShown }) {
  const { glucose } = words.value;
  return (
    <>
      <Sized>{(width, id) => <Curve curve={curve} shown={shown} width={width} id={id} />}</Sized>
      <p class="caption">{glucose.curveExplained(shown.unit)}</p>
      <CurveTable curve={curve} shown={shown} />
    </>
  );
}

function Curve({ curve, shown, width, id }: { curve: CurveBin[]; shown: GlucoseShown; width: number; id: string }) {
  const top = CEILING[shown.stored];
  const { low, high, veryLow, veryHigh } = shown.target.edges[shown.stored];
  const x = (hour: number) => LEFT + (hour / 24) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM);
  const marks = [veryLow, low, high, veryHigh, top].filter((value) => value !== null);
  // From the top down, so that two that are near do not touch.
  const axisPlaces = marks.map(y);
  for (let i = marks.length - 2; i >= 0; i--) axisPlaces[i] = Math.max(axisPlaces[i], axisPlaces[i + 1] + LABEL_APART);
  const hours = width < 420 ? [0, 6, 12, 18, 24] : [0, 3, 6, 9, 12, 15, 18, 21, 24];
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={curveSentence(curve, shown)}>
      <clipPath id={id}>
        <rect x={LEFT} y={TOP} width={width - LEFT - RIGHT} height={HEIGHT - TOP - BOTTOM} />
      </clipPath>
      <rect class="agp-target" x={LEFT} width={width - LEFT - RIGHT} y={y(high)} height={y(low) - y(high)} />
      <g clip-path={`url(#${id})`}>
        {stretches(curve).map((points) => (
          <Stretch key={points[0].hour} points={points} x={x} y={y} />
        ))}
      </g>
      {marks.map((value, i) => (
        <g key={value}>
          <line
            class={value === low || value === high ? 'agp-line target' : 'agp-line'}
            x1={LEFT}
            x2={width - RIGHT}
            y1={y(value)}
            y2={y(value)}
          />
          <text class="axis" x={LEFT - 6} y={axisPlaces[i] + 4} text-anchor="end">
            {shown.text(value)}
          </text>
        </g>
      ))}
      {hours.map((hour) => (
        <text key={hour} class="axis" x={x(hour)} y={HEIGHT - 6} text-anchor="middle">
          {String(hour % 24).padStart(2, '0')}:00
        </text>
      ))}
      <EdgeLabels curve={curve} x={width - RIGHT + 5} y={y} />
    </svg>
  );
}

function Stretch(props: {
  points: { hour: number; values: readonly number[] }[];
  x: (hour: number) => number;
  y: (value: number) => number;
}) {
  const { points, x, y } = props;
  const line = (k: number) => points.map(({ hour, values }) => [x(hour), y(values[k])] as const);
  const hull = (low: number, high: number) => `${spline(line(high), 'M')}${spline(line(low).reverse(), 'L')}Z`;
  return (
    <>
      <path class="agp-outer" d={hull(0, 4)} />
      <path class="agp-inner" d={hull(1, 3)} />
      <path class="agp-edge" d={spline(line(0), 'M')} />
      <path class="agp-edge" d={spline(line(4), 'M')} />
      <path class="agp-median" d={spline(line(2), 'M')} />
    </>
  );
}

/** "5 25 50 75 95 %" at the right edge, kept apart: a hull of 5–95 % was once read as one of 0–100 %. */
function EdgeLabels({ curve, x, y }: { curve: CurveBin[]; x: number; y: (value: number) => number }) {
  const { values } = curve[curve.length - 1];
  if (values === null) return null;
  const places = values.map(y);
  for (let k = 1; k < places.length; k++) places[k] = Math.min(places[k], places[k - 1] - LABEL_APART);
  const low = Math.max(0, LABEL_APART - places[4]);
  return (
    <>
      {[5, 25, 50, 75, 95].map((percentile, k) => (
        <text key={percentile} class={k === 2 ? 'axis strong' : 'axis'} x={x} y={places[k] + low + 4}>
          {percent(percentile / 100)}
        </text>
      ))}
    </>
  );
}

function curveSentence(curve: CurveBin[], shown: GlucoseShown): string {
  const { glucose } = words.value;
  const told = curve.filter(({ hour, values }) => values !== null && hour > 0 && hour < 24);
  const medians = told.map(({ values }) => values?.[2] ?? 0);
  const lowest = told[medians.indexOf(Math.min(...medians))];
  const highest = told[medians.indexOf(Math.max(...medians))];
  const text = (bin: CurveBin | undefined) => (bin?.values ? `${shown.text(bin.values[2])} ${shown.unit}` : '');
  const clock = (bin: CurveBin | undefined) => `${String(Math.floor(bin?.hour ?? 0)).padStart(2, '0')}:00`;
  return glucose.curveSentence(text(lowest), clock(lowest), text(highest), clock(highest));
}

function CurveTable({ curve, shown }: { curve: CurveBin[]; shown: GlucoseShown }) {
  const { glucose, series } = words.value;
  return (
    <details class="no-print">
      <summary>{series.asTable}</summary>
      <TableScroll label={series.asTable}>
        <table>
          <thead>
            <tr>
              <th scope="col">{glucose.hour}</th>
              {[5, 25, 50, 75, 95].map((percentile) => (
                <th scope="col" class="number" key={percentile}>
                  {percent(percentile / 100)}
                </th>
              ))}
              <th scope="col" class="number">
                {series.count}
              </th>
            </tr>
          </thead>
          <tbody>
            {curve.slice(1, -1).map(({ hour, count, values }) => (
              <tr key={hour}>
                <th scope="row">{String(Math.floor(hour)).padStart(2, '0')}:00</th>
                {[0, 1, 2, 3, 4].map((k) => (
                  <td class="number" key={k}>
                    {values ? shown.text(values[k]) : '–'}
                  </td>
                ))}
                <td class="number">{number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </details>
  );
}

const DAY_WIDTH = 100;
const DAY_HEIGHT = 56;

/** Small days, seven in a row on paper; a day without readings stays empty and says so. */
export function DayProfiles(props: { days: DayProfile[]; shown: GlucoseShown; calendar: Calendar }) {
  const { days, shown, calendar } = props;
  const { glucose } = words.value;
  const top = CEILING[shown.stored];
  const { low, high } = shown.target.edges[shown.stored];
  const y = (value: number) => (1 - Math.min(value, top) / top) * DAY_HEIGHT;
  return (
    <ul class="day-profiles">
      {days.map(({ day, startMicros, readings }) => (
        <li key={day}>
          <span class="caption">{dayShort(startMicros)}</span>
          <svg viewBox={`0 0 ${DAY_WIDTH} ${DAY_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <rect class="agp-target" width={DAY_WIDTH} y={y(high)} height={y(low) - y(high)} />
            {piecesOf(readings, calendar).map((piece) => (
              <polyline
                key={piece[0][0]}
                class="day-line"
                points={piece
                  .map(([minute, value]) => `${((minute / 1440) * DAY_WIDTH).toFixed(2)},${y(value).toFixed(2)}`)
                  .join(' ')}
              />
            ))}
          </svg>
          <span class="only-heard">
            {readings.value.length === 0
              ? glucose.dayEmpty
              : glucose.daySentence(shown.text(Math.min(...readings.value)), shown.text(Math.max(...readings.value)))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A line is broken where half an hour has no reading. */
const BREAK_MICROS = 30 * 60e6;

function piecesOf({ at, value }: DayProfile['readings'], calendar: Calendar): (readonly [number, number])[][] {
  const pieces: (readonly [number, number])[][] = [];
  at.forEach((time, i) => {
    const point = [calendar.civil(time).minute, value[i]] as const;
    if (i > 0 && time - at[i - 1] <= BREAK_MICROS) pieces[pieces.length - 1].push(point);
    else pieces.push([point]);
  });
  return pieces;
}
