// The last two weeks of a series in the width of a card: band from lowest to highest, mean as a line, gaps left open; or a bar for each day.
import type { Columns } from '@hale/home';

const WIDTH = 300;
const HEIGHT = 56;
const PAD = 3;

export function Spark(props: {
  columns: Columns;
  fromMicros: number;
  toMicros: number;
  gapMicros: number;
  label: string;
  usual?: { low?: number; high?: number } | null;
}) {
  const { columns, fromMicros, toMicros, usual } = props;
  const values = [...columns.mean, ...columns.min, ...columns.max].filter((value) => value !== null);
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (at: number) => ((at - fromMicros) / Math.max(1, toMicros - fromMicros)) * WIDTH;
  const y = (value: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) / (high - low)) * (HEIGHT - 2 * PAD);
  const pieces = piecesOf(columns, props.gapMicros);
  const clamp = (value: number) => Math.min(HEIGHT, Math.max(0, y(value)));
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {usual && (
        <rect
          class="usual"
          x="0"
          width={WIDTH}
          y={usual.high === undefined ? 0 : clamp(usual.high)}
          height={
            (usual.low === undefined ? HEIGHT : clamp(usual.low)) - (usual.high === undefined ? 0 : clamp(usual.high))
          }
        />
      )}
      {pieces.map((piece) => {
        const points = piece.map((i) => [x(columns.at[i]), columns.mean[i] ?? 0, i] as const);
        const line = points.map(([at, mean]) => `${at.toFixed(1)},${y(mean).toFixed(1)}`).join(' ');
        const up = points.map(([at, mean, i]) => `${at.toFixed(1)},${y(columns.max[i] ?? mean).toFixed(1)}`);
        const down = points.map(([at, mean, i]) => `${at.toFixed(1)},${y(columns.min[i] ?? mean).toFixed(1)}`);
        return (
          <g key={piece[0]}>
            {columns.min.length > 0 && <polygon class="band" points={[...up, ...down.reverse()].join(' ')} />}
            <polyline class="line" points={piece.length === 1 ? `${line} ${dotted(line)}` : line} />
          </g>
        );
      })}
    </svg>
  );
}

const BAR_SHARE = 0.64;

/** One bar for each day (or night), the newest stronger; null: nothing was recorded. */
export function SparkBars({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const high = Math.max(...values.map((value) => value ?? 0));
  if (!(high > 0)) return null;
  const slot = WIDTH / values.length;
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {values.map((value, i) => {
        const height = value === null || value <= 0 ? 0 : Math.max(1, (value / high) * (HEIGHT - PAD));
        return (
          <rect
            key={i}
            class={i === values.length - 1 ? 'bar newest' : 'bar'}
            x={i * slot + (slot * (1 - BAR_SHARE)) / 2}
            width={slot * BAR_SHARE}
            y={HEIGHT - height}
            height={height}
          />
        );
      })}
    </svg>
  );
}

/** A single point becomes a short stroke, so that it is seen. */
function dotted(point: string): string {
  const [x, y] = point.split(',').map(Number);
  return `${x + 2},${y}`;
}

function piecesOf({ at, mean }: Columns, gapMicros: number): number[][] {
  const pieces: number[][] = [];
  for (let i = 0; i < at.length; i++) {
    if (mean[i] === null) continue;
    const last = pieces[pieces.length - 1];
    const previous = last?.[last.length - 1];
    if (last && previous !== undefined && (gapMicros === 0 || at[i] - at[previous] <= gapMicros)) last.push(i);
    else pieces.push([i]);
  }
  return pieces;
}
