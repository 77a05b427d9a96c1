// Readings that are words (sleep stages, rhythms): lanes in time, each word from when it begins until the next.
import type { ChartData } from './source.ts';
import type { View } from './view.ts';

const LANE = 28;
const WIDTH = 1000;
const LANES_MAX = 10;

export function Timeline({ data, view, label }: { data: ChartData; view: View; label: string }) {
  const { at, code = [], mean } = data.columns;
  // 0 is nothing: it ends what was before.
  const lanes = [...new Set(code.filter((_, i) => mean[i] !== 0))].slice(0, LANES_MAX);
  const x = (micros: number) => Math.min(WIDTH, Math.max(0, ((micros - view.from) / (view.to - view.from)) * WIDTH));
  return (
    <div class="timeline" role="img" aria-label={label}>
      <div class="timeline-names">
        {lanes.map((lane) => (
          <span key={lane}>{lane}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${lanes.length * LANE}`} preserveAspectRatio="none" aria-hidden="true">
        {at.map((start, i) => {
          const lane = lanes.indexOf(code[i]);
          const end = at[i + 1] ?? start;
          if (lane < 0 || mean[i] === 0) return null;
          const left = x(start);
          return (
            <rect
              key={start}
              x={left}
              y={lane * LANE + 4}
              width={Math.max(2, x(end) - left)}
              height={LANE - 8}
              rx="2"
              class={`lane-${lane % 4}`}
            />
          );
        })}
      </svg>
    </div>
  );
}
