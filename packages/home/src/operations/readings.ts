// Readings for arithmetic: a report needs each of them, not a curve in as many points as a screen has. Where they are more than a page can
// hold, it gets the finest summaries that fit, and is told so; a report that must have every reading asks for them and fails otherwise.
import { binSeconds, binStart, HaleError } from '@hale/kernel';
import { countSamples, fullBins, type OpenStream, rawSlots, type SummaryLevel } from '@hale/vault';
import { binRows, sampleRows } from '@hale/vault/chart';
import { codesOf } from '@hale/vault/kinds';
import type { Columns, ReadingsResult } from '../api.ts';
import type { Home } from '../home.ts';
import { findStream, type Operation, streamInfo } from './context.ts';

/** 90 days of a sensor that measures every minute are 129,600 readings; as JSON about 4 MB. */
export const READINGS_MAX = 150_000;

const emptyColumns = (): Columns => ({ at: [], mean: [], min: [], max: [], count: [] });

export const readings: Operation<'readings'> = ({ home }, parameters) => {
  const stream = findStream(home, parameters.subject, parameters.stream);
  const bounds = home.vault.store.sampleCount(stream.number);
  const from = parameters.fromMicros ?? bounds.firstMicros ?? 0;
  const to = Math.max(from + 1, parameters.toMicros ?? (bounds.lastMicros ?? 0) + 1);
  const found = {
    stream: streamInfo(home, stream),
    fromMicros: from,
    toMicros: to,
    periodMicros: stream.nominalPeriodMicros,
  };
  const drawn = columnsBetween(home, stream, from, to);
  if (drawn.level !== 'raw' && parameters.level === 'raw') throw tooMany();
  return { ...found, ...drawn };
};

const tooMany = () =>
  new HaleError('too-large', 'more readings than a page can hold; ask for a shorter time', { most: READINGS_MAX });

/** Every reading of [from, to), or the finest summary that fits. @throws HaleError 'too-large' where none does */
export function columnsBetween(
  home: Home,
  stream: OpenStream,
  from: number,
  to: number,
): Pick<ReadingsResult, 'level' | 'columns'> {
  if (countSamples(home.vault.rooms, stream, from, to) <= READINGS_MAX)
    return { level: 'raw', columns: rawColumns(home, stream, from, to) };
  const level = stream.grid.levels.find(
    (each) => each !== 'raw' && (to - from) / (binSeconds(each) * 1e6) <= READINGS_MAX,
  );
  if (level === undefined || level === 'raw') throw tooMany();
  return { level, columns: summaryColumns(home, stream, level, from, to) };
}

function rawColumns(home: Home, stream: OpenStream, from: number, to: number): Columns {
  const columns: Columns = { ...emptyColumns(), ...(codesOf(stream.entry.kind).length > 0 ? { code: [] } : {}) };
  for (const samples of rawSlots(home.vault.rooms, stream, from, to)) {
    for (const row of sampleRows(stream.entry, samples)) {
      columns.at.push(row.atMicros);
      columns.mean.push(row.value ?? null);
      columns.code?.push(row.code ?? '');
    }
  }
  return columns;
}

function summaryColumns(home: Home, stream: OpenStream, level: SummaryLevel, from: number, to: number): Columns {
  const bins = fullBins(home.vault.rooms, stream, level, binStart(stream.grid, level, from), to).filter(
    ({ count }) => count > 0,
  );
  const columns = emptyColumns();
  for (const { atMicros, mean, min, max, count } of binRows(stream.entry, level, bins)) {
    columns.at.push(atMicros);
    columns.mean.push(mean ?? null);
    columns.min.push(min ?? mean ?? null);
    columns.max.push(max ?? mean ?? null);
    columns.count.push(count ?? 0);
  }
  return columns;
}
