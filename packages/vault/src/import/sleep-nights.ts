// Sleep as rows with a start, an end and a stage, in order of nights → what begins when.

import type { SeriesShelf } from './series-shelf.ts';

/** Stages of a night kept at most: one each second of a day and more; what comes behind is told. */
const STAGES_MAX = 100_000;

export interface Night {
  start: number;
  end: number;
  source: string | undefined;
  stages: { start: number; end: number; stage: string }[];
}

/** Puts a night on the shelf: its stages, `asleep` where it has none, the end where nothing follows at once. */
export function putNight(night: Night, shelf: SeriesShelf): void {
  const stages = night.stages.slice(0, STAGES_MAX).sort((a, b) => a.start - b.start);
  if (night.stages.length > STAGES_MAX)
    shelf.tell('Stages of nights with too many of them, not imported', night.stages.length - STAGES_MAX);
  if (stages.length === 0) stages.push({ start: night.start, end: night.end, stage: 'asleep' });
  stages.forEach(({ start, end, stage }, i) => {
    shelf.code('sleep-stage', stage, start, night.source);
    const next = stages[i + 1];
    if ((next === undefined || next.start > end) && end > start) shelf.code('sleep-stage', 'end', end, night.source);
  });
}
