// The sheet of a copy that is filed, as a page of this home sends it: checked once, bounded, and then a value.
import { HaleError } from '@hale/kernel';
import * as v from 'valibot';
import type { FilingSheet, FilingWord } from '../api.ts';
import { HOME_LIMITS } from '../limits.ts';

const WORDS: readonly FilingWord[] = [
  'readings',
  'first',
  'last',
  'lowest',
  'average',
  'highest',
  'nothing',
  'times',
  'origin',
  'grant',
  'from',
  'byLink',
  'relays',
  'received',
  'filed',
  'bundleHash',
];

const line = v.pipe(v.string(), v.maxLength(HOME_LIMITS.sheetLineUnitsMax));
const lines = v.pipe(v.array(line), v.maxLength(HOME_LIMITS.sheetLinesMax));

const codes = v.pipe(
  v.record(line, line),
  v.check((of) => Object.keys(of).length <= HOME_LIMITS.sheetLinesMax),
);

const shape = v.object({
  language: v.pipe(v.string(), v.maxLength(35)),
  zone: v.pipe(v.string(), v.maxLength(64)),
  title: line,
  said: lines,
  series: v.pipe(
    v.array(v.object({ key: line, title: line, unit: line, level: line, codes, lines })),
    v.maxLength(HOME_LIMITS.sheetSeriesMax),
  ),
  words: v.object(Object.fromEntries(WORDS.map((word) => [word, line])) as Record<FilingWord, typeof line>),
});

/** @throws HaleError 'usage' for what is no sheet, or one in a language or zone that this runtime does not know */
export function parseSheet(given: unknown): FilingSheet {
  const { success, output } = v.safeParse(shape, given);
  if (!success) throw new HaleError('usage', 'this is no sheet of a copy, or too large a one');
  try {
    new Intl.DateTimeFormat(output.language, { timeZone: output.zone });
  } catch {
    throw new HaleError('usage', 'the sheet names a language or a time zone that is not known here');
  }
  return output;
}
