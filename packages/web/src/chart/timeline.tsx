// Readings that are words (sleep stages, rhythms): lanes in time, each word from when it begins until the next.
import { stageOf, stageRank } from '../clinical/sleep.ts';
import { codeWord } from '../words/codes.ts';
import type { ChartData } from './source.ts';
import type { View } from './view.ts';

const LANE = 28;
const WIDTH = 1000;
const LANES_MAX = 10;
const SLEEP = 'sleep-stage';

interface Lane {
  value: number;
  word: string;
  /** Of the styles: a stage of sleep has the colour that it has in the report. */
  colour: string;
}

/** One lane for each word; stages of sleep from waking to deep, others as they come first. 0 is nothing: it ends what was before. */
export function lanesOf(kind: string, { columns }: ChartData): Lane[] {
  const { mean, code = [] } = columns;
  const told = new Map<number, string>();
  mean.forEach((value, i) => {
    if (value !== null && value !== 0 && !told.has(value)) told.set(value, codeWord(kind, value, code[i]));
  });
  const all = [...told].slice(0, LANES_MAX);
  if (kind === SLEEP) all.sort(([a], [b]) => stageRank(a) - stageRank(b) || a - b);
  return all.map(([value, word], i) => ({
    ...{ value, word },
    colour: kind === SLEEP ? `stage ${stageOf(value) ?? 'inBed'}` : `lane-${i % 4}`,
  }));
}

export function Timeline(props: { kind: string; data: ChartData; view: View; label: string }) {
  const { kind, data, view, label } = props;
  const { at, mean } = data.columns;
  const lanes = lanesOf(kind, data);
  const x = (micros: number) => Math.min(WIDTH, Math.max(0, ((micros - view.from) / (view.to - view.from)) * WIDTH));
  return (
    <div class="timeline" role="img" aria-label={label}>
      <div class="timeline-names">
        {lanes.map(({ value, word }) => (
          <span key={value}>{word}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${lanes.length * LANE}`} preserveAspectRatio="none" aria-hidden="true">
        {at.map((start, i) => {
          const lane = lanes.findIndex(({ value }) => value === mean[i]);
          const end = at[i + 1] ?? start;
          if (lane < 0) return null;
          const left = x(start);
          return (
            <rect
              key={start}
              x={left}
              y={lane * LANE + 4}
              width={Math.max(2, x(end) - left)}
              height={LANE - 8}
              rx="2"
              class={lanes[lane].colour}
            />
          );
        })}
      </svg>
    </div>
  );
}
