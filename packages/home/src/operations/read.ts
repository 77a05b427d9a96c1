// Looking at one's own data: streams, numbers of a range at a level, live.
import { binSeconds, binStart, HaleError, type Level } from '@hale/kernel';
import { fullBins, notesOf, type OpenStream, rawSlots, type Samples } from '@hale/vault';
import { binRows, sampleRows, wordsOf } from '@hale/vault/chart';
import { isCoded, NOTE_KIND } from '@hale/vault/kinds';
import type { Result, ShowRow } from '../api.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import type { Context, Operation } from './context.ts';
import { findStream, streamInfo } from './context.ts';
import { microsOf } from './times.ts';

const ROWS_MAX = 2_000_000;
/** Rows that `show` aims at when no level is asked for. */
const ROWS_WANTED = 1500;
const BINS_WORTH_SHOWING = 5;

export const streams: Operation<'streams'> = ({ home }, { subject }) => {
  const only = subject === undefined ? undefined : home.vault.subject(subject).id;
  return home.vault.streams(only).map((stream) => streamInfo(home, stream));
};

/** The words of an own stream: those of its kind, or the texts of its notes, fit for a terminal. */
export function ownWords({ vault }: Pick<Home, 'vault'>, { entry }: OpenStream): ReadonlyMap<number, string> {
  if (entry.kind !== NOTE_KIND) return wordsOf(entry.kind);
  return new Map([...notesOf(vault.state, entry)].map(([number, text]) => [number, text.replace(/\p{C}+/gu, ' ')]));
}

/** The finest level whose rows over the range stay within what a screen shows. */
function fittingLevel(stream: OpenStream, from: number, to: number): Level {
  for (const [i, level] of stream.grid.levels.entries()) {
    const step = level === 'raw' ? stream.nominalPeriodMicros || 60e6 : binSeconds(level) * 1e6;
    if ((to - from) / step <= ROWS_WANTED) return level;
    // A coarser level that has only a few bins in the range would show less than a longer list does.
    const next = stream.grid.levels[i + 1];
    if (next && (to - from) / (binSeconds(next) * 1e6) < BINS_WORTH_SHOWING) return level;
  }
  return stream.grid.levels[stream.grid.levels.length - 1];
}

export const show: Operation<'show'> = ({ home }, parameters) => {
  const stream = findStream(home, parameters.subject, parameters.stream);
  const bounds = home.vault.store.sampleCount(stream.number);
  const fromMicros = microsOf(parameters.from, 'from') ?? bounds.firstMicros ?? 0;
  const toMicros = microsOf(parameters.to, 'to') ?? (bounds.lastMicros ?? 0) + 1;
  if (toMicros <= fromMicros && bounds.firstMicros !== null)
    throw new HaleError('usage', 'the range ends before it begins');
  const coded = isCoded(stream.entry.kind);
  if (coded && parameters.level !== undefined && parameters.level !== 'raw')
    throw new HaleError('usage', 'the readings of this stream are words and have no averages; leave the level out');
  const level = coded ? 'raw' : (parameters.level ?? fittingLevel(stream, fromMicros, toMicros));
  if (!stream.grid.levels.includes(level))
    throw new HaleError('usage', `this stream has no level ${level}; it has ${stream.grid.levels.join(', ')}`);
  const { rows, truncated } = rowsOf(
    { home } as Context,
    stream,
    level,
    fromMicros,
    toMicros,
    parameters.rowsMax ?? ROWS_MAX,
  );
  return {
    stream: streamInfo(home, stream),
    level,
    fromMicros,
    toMicros,
    rows,
    truncated,
    gaps: gapsIn(stream, level, rows),
  };
};

function rowsOf(
  { home }: Context,
  stream: OpenStream,
  level: Level,
  from: number,
  to: number,
  rowsMax: number,
): { rows: ShowRow[]; truncated: boolean } {
  if (to <= from) return { rows: [], truncated: false };
  if (level !== 'raw') {
    // A bin that the range begins in belongs to what was asked for: a recording seldom begins on the hour.
    const rows = binRows(
      stream.entry,
      level,
      fullBins(home.vault.rooms, stream, level, binStart(stream.grid, level, from), to).filter((bin) => bin.count > 0),
    );
    return { rows: rows.slice(0, rowsMax), truncated: rows.length > rowsMax };
  }
  const rows: ShowRow[] = [];
  const words = ownWords(home, stream);
  for (const samples of rawSlots(home.vault.rooms, stream, from, to)) {
    for (const row of sampleRows(stream.entry, samples, words)) {
      if (rows.length >= rowsMax) return { rows, truncated: true };
      rows.push(row);
    }
  }
  return { rows, truncated: false };
}

function gapsIn(stream: OpenStream, level: Level, rows: ShowRow[]): Result<'show'>['gaps'] {
  // What a word begins lasts until the next: no reading for a while is no gap.
  if (isCoded(stream.entry.kind)) return [];
  const step = level === 'raw' ? stream.nominalPeriodMicros : binSeconds(level) * 1e6;
  if (step === 0) return [];
  const gaps: Result<'show'>['gaps'] = [];
  for (let i = 1; i < rows.length; i++)
    if (rows[i].atMicros - rows[i - 1].atMicros > 2 * step)
      gaps.push({ fromMicros: rows[i - 1].atMicros + step, toMicros: rows[i].atMicros });
  return gaps;
}

/** So many at once are history that is brought in, and no live reading: of millions a page would draw the last, and of all of them choke. */
function worthWatching({ times, values }: Samples): Samples {
  const from = times.length > HOME_LIMITS.watchedAtOnceMax ? times.length - 1 : 0;
  return { times: times.subarray(from), values: values.subarray(from) };
}

export const watch: Operation<'watch'> = ({ home, emit, signal }, parameters) => {
  const subject = home.vault.subject(parameters.subject);
  const stream = parameters.stream === undefined ? null : findStream(home, parameters.subject, parameters.stream);
  return new Promise((resolve) => {
    const stop = home.watch((heard, samples) => {
      if (stream ? heard !== stream : heard.entry.subject !== subject.id) return;
      for (const row of sampleRows(heard.entry, worthWatching(samples), ownWords(home, heard)))
        emit({ row: { ...row, stream: heard.entry.key, unit: heard.entry.ucum } });
    });
    signal.addEventListener('abort', () => {
      stop();
      resolve({ ended: 'stopped' });
    });
  });
};
