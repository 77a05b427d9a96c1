// Finds the expressions of words.ts in a text: three letters at the beginning of each word say which of them are tried there, mostly none.
import { foldWhole } from '../search/fold.ts';
import { TARGETS, type Target } from './targets.ts';
import { EXPRESSIONS } from './words.ts';

export interface WordFound {
  target: Target;
  /** The whole word or words, as written. */
  words: string;
}

interface Expression {
  target: Target;
  /** Sticky: tried at one place. */
  regexp: RegExp;
}

const SIGNS = 36;
const KEY_SIGNS = 3;
const NONE: readonly Expression[] = [];

/** 0–9 and a–z as 0–35; −1 for everything else. */
function signOf(unit: number): number {
  if (unit >= 97 && unit <= 122) return unit - 87;
  return unit >= 48 && unit <= 57 ? unit - 48 : -1;
}

const keyOf = (a: number, b: number, c: number): number => (a * SIGNS + b) * SIGNS + c;

/** The beginnings of an expression: of each alternative where it begins with a group. A lookbehind says nothing of what begins. */
export function beginnings(expression: string): string[] {
  const from = expression.replace(/^\(\?<![^)]*\)/, '');
  if (!from.startsWith('(')) return [from.slice(0, KEY_SIGNS)];
  let depth = 0;
  const found: string[] = [];
  for (let i = 0, start = 1; i < from.length; i++) {
    if (from[i] === '(') depth++;
    const isEnd = from[i] === ')' && depth === 1;
    if (depth === 1 && (from[i] === '|' || isEnd)) {
      found.push(from.slice(start, start + KEY_SIGNS));
      start = i + 1;
    }
    if (isEnd) break;
    if (from[i] === ')') depth--;
  }
  return found;
}

/** Made when somebody first asks. */
let table: readonly (readonly Expression[])[] | null = null;

function madeTable(): readonly (readonly Expression[])[] {
  const made: Expression[][] = Array.from({ length: SIGNS ** KEY_SIGNS });
  for (const [name, source] of EXPRESSIONS) {
    const expression = { target: TARGETS[name], regexp: new RegExp(source, 'y') };
    for (const beginning of beginnings(source)) {
      const [a, b, c] = [...beginning].map((sign) => signOf(sign.charCodeAt(0)));
      made[keyOf(a, b, c)] ??= [];
      made[keyOf(a, b, c)].push(expression);
    }
  }
  return made.map((each) => each ?? NONE);
}

/** Every target that a text speaks of, with the first words that do. */
export function wordsFound(text: string): WordFound[] {
  table ??= madeTable();
  const folded = foldWhole(text);
  const found = new Map<Target, WordFound>();
  let before = -1;
  for (let i = 0; i < folded.length - KEY_SIGNS + 1; i++) {
    const sign = signOf(folded.charCodeAt(i));
    const isBeginning = sign >= 0 && before < 0;
    before = sign;
    if (!isBeginning) continue;
    const [b, c] = [signOf(folded.charCodeAt(i + 1)), signOf(folded.charCodeAt(i + 2))];
    if (b < 0 || c < 0) continue;
    for (const { target, regexp } of table[keyOf(sign, b, c)] ?? NONE) {
      regexp.lastIndex = i;
      if (found.has(target) || !regexp.test(folded)) continue;
      // Folding keeps the length but of few letters; where it did not, the folded words are shown.
      const written = folded.length === text.length ? text : folded;
      found.set(target, { target, words: wholeWords(written, i, regexp.lastIndex) });
    }
  }
  // "AIDS" and the hearing aids: the capitals tell them apart.
  if (/\bAIDS\b/.test(text) && !found.has(TARGETS.HIV)) found.set(TARGETS.HIV, { target: TARGETS.HIV, words: 'AIDS' });
  return [...found.values()];
}

const WORD_REST = /[\p{L}\p{N}]*/uy;

function wholeWords(text: string, begin: number, end: number): string {
  WORD_REST.lastIndex = end;
  const rest = WORD_REST.exec(text)?.[0] ?? '';
  return text.slice(begin, end + rest.length);
}
