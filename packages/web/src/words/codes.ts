// Readings that are words (sleep stages, rhythms, beats), and what the node wants to be known, in the language in use.
import type { Columns, Warning } from '@hale/home';
import { codeIn, warningIn } from './coded.ts';
import { words } from './index.ts';

export const codeWord = (kind: string, value: number | null | undefined, told?: string): string =>
  codeIn(words.value.codes, kind, value, told);

/** The word of each reading; undefined where the readings are no words. */
export const codeWords = (kind: string, { mean, code }: Columns): string[] | undefined =>
  code?.map((told, i) => codeWord(kind, mean[i], told));

export const warningText = (warned: Warning): string => warningIn(words.value.warnings, warned);
