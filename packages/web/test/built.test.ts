// The pages in packages/web/dist are what `npm run build` makes of the source, byte for byte; the first screen stays small; every text of one
// language has its like in the others.
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../src/words/en/index.ts';
import { es } from '../src/words/es/index.ts';
import { pl } from '../src/words/pl/index.ts';

const ROOM = join(import.meta.dirname, '..');
const KEPT = join(ROOM, 'dist');
const VITE = join(ROOM, '../../node_modules/.bin/vite');
/** Compressed bytes of JavaScript for the owner's first screen. */
const FIRST_SCREEN_BYTES_MAX = 90_000;

let made: string;
beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), 'hale-built-'));
  const out = ['--outDir', made, '--logLevel', 'error'];
  // As a person runs it, not as a test.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(VITE, ['build', ...out, '--emptyOutDir'], { cwd: ROOM, env });
  execFileSync(VITE, ['build', '--config', 'reader.vite.config.ts', ...out], { cwd: ROOM, env });
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

const namesIn = (dir: string): string[] => globSync('**/*.*', { cwd: dir }).sort();

test('what lies in dist is what the source makes: after a change `npm run build`', () => {
  expect(namesIn(KEPT)).toEqual(namesIn(made));
  const differing = namesIn(made).filter(
    (name) => !readFileSync(join(made, name)).equals(readFileSync(join(KEPT, name))),
  );
  expect(differing).toEqual([]);
});

/** A script and all that it imports at once; what it fetches later is not counted. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = readFileSync(join(KEPT, 'assets', name), 'utf8');
  for (const [, imported] of code.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) withImports(imported, seen);
  return seen;
}

test(`the first screen takes at most ${FIRST_SCREEN_BYTES_MAX / 1000} kB of compressed JavaScript`, () => {
  const page = readFileSync(join(KEPT, 'index.html'), 'utf8');
  const entry = /src="\/assets\/([\w.-]+\.js)"/.exec(page)?.[1] ?? '';
  const bytes = [...withImports(entry)].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(KEPT, 'assets', name))).length,
    0,
  );
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(FIRST_SCREEN_BYTES_MAX);
});

/** Every leaf of a catalogue as `area.name`, a text by its length, a function by how many values it takes. */
function leaves(words: object, at = ''): [string, unknown][] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${at}${name}.`)
      : [[`${at}${name}`, value] as [string, unknown]],
  );
}

test.each([
  ['Polish', pl],
  ['Spanish', es],
])('%s says everything that English says, in words of its own', (_, other) => {
  const [english, theirs] = [new Map(leaves(en)), new Map(leaves(other))];
  expect([...theirs.keys()].sort()).toEqual([...english.keys()].sort());
  const empty = [...theirs]
    .filter(([, value]) => typeof value === 'string' && value.trim() === '')
    .map(([name]) => name);
  expect(empty).toEqual([...english].filter(([, value]) => value === '').map(([name]) => name));
  // A sentence that is the same was forgotten; names, units and single words may be.
  const same = [...theirs].filter(
    ([name, value]) => typeof value === 'string' && value === english.get(name) && value.split(' ').length > 3,
  );
  expect(same.map(([name]) => name)).toEqual([]);
});
