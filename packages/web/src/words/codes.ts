// Readings that are words (sleep stages, rhythms, beats) in the language in use.
import type { Columns } from '@hale/home';
import { en } from './en/index.ts';
import { words } from './index.ts';

/**
 * @param value the number that stands for the word
 * @param told what the home calls it in English: notes in somebody's own words stay as they are
 */
export function codeWord(kind: string, value: number | null | undefined, told = ''): string {
  const { codes } = words.value;
  if (!Object.hasOwn(codes.of, kind)) return told === en.codes.unknownNote ? codes.unknownNote : told;
  const known: Record<number, string> = codes.of[kind as keyof typeof codes.of];
  return value === null || value === undefined ? told : (known[value] ?? codes.unknown(String(value)));
}

/** The word of each reading; undefined where the readings are no words. */
export const codeWords = (kind: string, { mean, code }: Columns): string[] | undefined =>
  code?.map((told, i) => codeWord(kind, mean[i], told));
