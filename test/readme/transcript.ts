// Transcripts in a document: reads them, and compares them with what really happened. What differs at every run (keys, links, durations, today)
// is compared by its form; `…` alone on a line stands for any lines, inside a key for its rest.

export interface Step {
  /** What follows the `$`. */
  readonly command: string;
  readonly expected: readonly string[];
}

/** The ```console blocks of a Markdown text, as one list of steps. */
export function parseTranscripts(markdown: string): Step[] {
  const steps: { command: string; expected: string[] }[] = [];
  for (const [, block] of markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)) {
    for (const line of block.replace(/\n$/, '').split('\n')) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
      else if (steps.length === 0) throw new Error('a transcript begins with a command');
      else steps.at(-1)!.expected.push(line);
    }
  }
  return steps;
}

/** Forms of what is new in every run. The first that fits counts. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/[\w.:]+\/g\/[^\s']+/g, '‹link›'],
  [/\bnpub1[a-z0-9]+…?/g, '‹npub›'],
  [/\b[0-9a-f]{16,}\b|\b[0-9a-f]{6,}…(?:[0-9a-f]{4,})?/g, '‹hex›'],
];

const MEASURES: readonly (readonly [RegExp, string])[] = [
  [/; [\d.,]+ m?s(, [\d,]+ readings a second)?$/, '; ‹duration›'],
  [/[\d.,]+ [kM]?B\b/g, '‹size›'],
];

export interface Days {
  /** How the document spells the day on which it was written, and how today is spelt. */
  readonly written: string;
  readonly today: readonly string[];
}

function comparable(line: string, days: Days): string {
  let text = line.trimEnd();
  for (const day of [days.written, ...days.today]) text = text.replaceAll(day, '‹today›');
  text = text.replace(/‹today› \d\d:\d\d/g, '‹now›');
  for (const [form, name] of [...SECRETS, ...MEASURES]) text = text.replace(form, name);
  return text;
}

function secretsOf(line: string): string[] {
  const found: string[] = [];
  let text = line;
  for (const [form] of SECRETS) text = text.replace(form, (secret) => `\0${found.push(secret) - 1}\0`);
  return found;
}

/**
 * Compares a step's output with what the document says.
 * @param known gets what each key or link of the document is in this run
 * @returns null when they agree, else the first line of the document that found none
 */
export function mismatch(
  expected: readonly string[],
  actual: readonly string[],
  days: Days,
  known: Map<string, string>,
): string | null {
  const want = trimBlank(expected);
  const got = trimBlank(actual);
  const same = (i: number, j: number) => comparable(want[i], days) === comparable(got[j], days);
  let furthest = 0;
  const dead = new Set<string>();
  const pairs: [number, number][] = [];
  const match = (i: number, j: number): boolean => {
    furthest = Math.max(furthest, i);
    if (i === want.length) return j === got.length;
    if (dead.has(`${i}/${j}`)) return false;
    if (want[i] === '…') {
      for (let next = j; next <= got.length; next++) if (match(i + 1, next)) return true;
    } else if (j < got.length && same(i, j)) {
      pairs.push([i, j]);
      if (match(i + 1, j + 1)) return true;
      pairs.pop();
    }
    dead.add(`${i}/${j}`);
    return false;
  };
  if (!match(0, 0)) return want[furthest] ?? 'there is more than the document shows';
  for (const [i, j] of pairs) {
    const values = secretsOf(got[j]);
    for (const [at, name] of secretsOf(want[i]).entries()) known.set(name, values[at]);
  }
  return null;
}

function trimBlank(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .replace(/^\n+|\s+$/g, '')
    .split('\n')
    .filter((line, _, all) => all.length > 1 || line !== '');
}
