// Texts as they are compared: small letters without accents, so that `Żółć` is found by `zolc`.
import { TEXT_UNITS_MAX } from './limits.ts';

/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
};

export const fold = (text: string): string =>
  foldWhole(text.length > TEXT_UNITS_MAX ? text.slice(0, TEXT_UNITS_MAX) : text);

/** However long it is. */
export function foldWhole(text: string): string {
  const small = text.toLowerCase();
  // Most texts of records are plain ASCII.
  if (isAscii(small)) return small;
  return small
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[łøđðþßæœıħ]/g, (letter) => LETTERS[letter]);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** Words of a folded text: letters and digits; a number keeps its point, a code its hyphen. */
export function wordsIn(folded: string): string[] {
  return folded.match(/[\p{L}\p{N}]+(?:[.\-/'][\p{L}\p{N}]+)*/gu) ?? [];
}
