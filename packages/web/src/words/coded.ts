// One code, one warning out of a catalogue of words; no page and no language in use behind it.
import type { Warning } from '@hale/home';
import { codes as english } from './en/codes.ts';
import type { Words } from './en/index.ts';

/**
 * The word for a reading that is one.
 * @param value the number that stands for the word
 * @param told what the home calls it in English: notes in somebody's own words stay as they are
 */
export function codeIn(codes: Words['codes'], kind: string, value: number | null | undefined, told = ''): string {
  if (!Object.hasOwn(codes.of, kind)) return told === english.unknownNote ? codes.unknownNote : told;
  const known: Record<number, string> = codes.of[kind as keyof typeof codes.of];
  return value === null || value === undefined ? told : (known[value] ?? codes.unknown(String(value)));
}

/** What the node wants to be known; in its own English where the catalogue does not know the code. */
export function warningIn(warnings: Words['warnings'], { code, values, text }: Warning): string {
  if (!Object.hasOwn(warnings, code)) return text;
  const say = warnings[code as keyof typeof warnings] as (...given: Warning['values']) => string;
  return say(...values);
}
