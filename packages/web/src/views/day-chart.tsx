// Days side by side: a bar from lowest to highest with a mark at the middle, or a bar from zero for what adds up.
import { niceTicks } from '../clinical/daily.ts';
import { dayShort, number } from '../words/numbers.ts';
import { Sized } from './sized.tsx';

export interface DrawnDay {
  day: number;
  startMicros: number;
  /** In the unit that is shown; null: no readings. */
  bar: { low: number; high: number; middle?: number } | null;
}

export interface DayChartProps {
  days: readonly DrawnDay[];
  /** Bars stand on zero. */
  isSum?: boolean;
  usual?: { low?: number; high?: number } | null;
  /** Lines with a name at the right edge. */
  marks?: readonly { value: number; label: string }[];
  label: string;
  decimals?: number | undefined;
}

const HEIGHT = 220;
const LEFT = 48;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
const LABEL_WIDTH = 76;
const AIR = 0.08;

export function DayChart(props: DayChartProps) {
  return <Sized>{(width) => <Drawn {...props} width={width} />}</Sized>;
}

/** Lowest and highest of what is drawn, the usual range where it is near. */
function scaleOf({ days, isSum, usual }: DayChartProps): [number, number] {
  const values = days.flatMap(({ bar }) => (bar ? [bar.low, bar.high] : []));
  const low = Math.min(...values, usual?.low ?? Number.POSITIVE_INFINITY);
  const high = Math.max(...values, usual?.high ?? Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const air = (high - low || Math.abs(high) * 0.1 || 1) * AIR;
  return isSum ? [0, high + air] : [low - air, high + air];
}

function Drawn(props: DayChartProps & { width: number }) {
  const { days, width, usual } = props;
  const [low, high] = scaleOf(props);
  const slot = (width - LEFT - RIGHT) / Math.max(1, days.length);
  const x = (i: number) => LEFT + (i + 0.5) * slot;
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / slot));
  const thick = Math.min(22, Math.max(2, slot * 0.6));
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={props.label}>
      {usual && (
        <rect
          class="agp-target"
          x={LEFT}
          width={width - LEFT - RIGHT}
          y={y(Math.min(high, usual.high ?? high))}
          height={y(Math.max(low, usual.low ?? low)) - y(Math.min(high, usual.high ?? high))}
        />
      )}
      {niceTicks(low, high).map((tick) => (
        <g key={tick}>
          <line class="agp-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="axis" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {number(tick)}
          </text>
        </g>
      ))}
      {days.map(
        ({ day, bar }, i) => bar && <Bar key={day} {...{ bar, thick, y }} x={x(i)} isSum={props.isSum === true} />,
      )}
      {days.map(({ day, startMicros }, i) => {
        const isLast = i === days.length - 1;
        const fits = x(i) > LEFT + LABEL_WIDTH / 3 && x(i) < width - RIGHT - 1.4 * LABEL_WIDTH;
        return isLast || ((days.length - 1 - i) % every === 0 && fits) ? (
          <text
            key={day}
            class="axis"
            x={isLast ? width - RIGHT : x(i)}
            y={HEIGHT - 6}
            text-anchor={isLast ? 'end' : 'middle'}
          >
            {dayShort(startMicros)}
          </text>
        ) : null;
      })}
    </svg>
  );
}

function Bar(props: {
  bar: { low: number; high: number; middle?: number };
  x: number;
  thick: number;
  y: (value: number) => number;
  isSum: boolean;
}) {
  const { bar, x, thick, y, isSum } = props;
  const top = y(bar.high);
  const bottom = isSum ? y(0) : y(bar.low);
  return (
    <>
      <rect
        class={isSum ? 'day-sum' : 'day-band'}
        x={x - thick / 2}
        width={thick}
        y={top}
        height={Math.max(2, bottom - top)}
        rx={Math.min(3, thick / 2)}
      />
      {bar.middle !== undefined && (
        <circle class="day-middle" cx={x} cy={y(bar.middle)} r={Math.min(4, thick / 2 + 1)} />
      )}
    </>
  );
}
