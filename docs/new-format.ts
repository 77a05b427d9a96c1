// npm run new:format NAME makes what a file format needs: an importer, its test, a sample with expected values, its line in formats.ts. What it
// makes works at once, for a toy format; change it piece by piece to the real one, with the test green in between.
//   node docs/new-format.ts NAME [ROOT]     ROOT: another working tree than this one
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The toy: four letters, then records of seconds since 1970 (u32) and heart rate (u16), 0xFFFF for "not measured". */
const RECORDS: readonly (readonly [number, number])[] = Array.from({ length: 12 }, (_, i) => [
  1_780_000_000 + 60 * i,
  i === 5 ? 0xffff : 60 + i,
]);

export interface MadeFile {
  path: string;
  content: string | Uint8Array;
}

/** The files of a new format, by their paths in the tree. */
export function filesOf(name: string): MadeFile[] {
  if (!NAME.test(name)) throw new Error('a format is named in small letters, digits and hyphens, like polar-flow');
  const data = `test/data/telemetry/${name}`;
  return [
    { path: `packages/vault/src/import/${name}.ts`, content: filled('importer.txt', name) },
    { path: `packages/vault/test/import-${name}.test.ts`, content: filled('test.txt', name) },
    { path: `${data}/example.${name}`, content: sample(name) },
    { path: `${data}/example.${name}.expected.json`, content: expected() },
  ];
}

const constant = (name: string): string => name.replaceAll('-', '_').toUpperCase();
const magic = (name: string): string => name.replaceAll('-', '').padEnd(4, '-').slice(0, 4);

/** A template of docs/new-format with the name in its spellings. */
function filled(template: string, name: string): string {
  const spellings: Record<string, string> = {
    name,
    Name: pascal(name),
    NAME: constant(name),
    magic: magic(name),
  };
  const text = readFileSync(join(import.meta.dirname, 'new-format', template), 'utf8');
  return text.replace(/\{\{(\w+)\}\}/g, (_, word: string) => spellings[word]);
}

function pascal(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

function sample(name: string): Uint8Array {
  const start = new TextEncoder().encode(magic(name));
  const bytes = new Uint8Array(start.length + 6 * RECORDS.length);
  const view = new DataView(bytes.buffer);
  bytes.set(start);
  RECORDS.forEach(([seconds, value], i) => {
    view.setUint32(start.length + 6 * i, seconds, true);
    view.setUint16(start.length + 6 * i + 4, value, true);
  });
  return bytes;
}

function expected(): string {
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const kept = RECORDS.filter(([, value]) => value !== 0xffff);
  const series = {
    samples: kept.length,
    first: iso(kept[0][0]),
    last: iso(kept[kept.length - 1][0]),
    values: kept.slice(0, 10).map(([seconds, value]) => [iso(seconds), value]),
  };
  const how = 'TODO: how these were read without our code: another library, a script of your own, a hex dump by eye';
  return `${JSON.stringify({ how, series: { 'heart-rate': series } }, null, 2)}\n`;
}

/** The list of formats with one more, before the tables of text that come last. */
export function withFormat(formats: string, name: string): string {
  const added = formats
    .replace(
      "import { CSV } from './csv.ts';",
      `import { CSV } from './csv.ts';\nimport { ${constant(name)} } from './${name}.ts';`,
    )
    .replace(/, CSV\];|\[CSV\];|( +)CSV,\n\];/, (end, indent?: string) =>
      indent === undefined ? end.replace('CSV', `${constant(name)}, CSV`) : `${indent}${constant(name)},\n${end}`,
    );
  if (!added.includes(`${constant(name)}, CSV`) && !added.includes(`${constant(name)},\n`))
    throw new Error('formats.ts does not end with CSV: add the format by hand');
  return sortedImports(added);
}

/** Imports by the path that they come from, as Biome wants them. */
function sortedImports(text: string): string {
  const lines = text.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const path = (line: string): string => line.slice(line.indexOf(" from '"));
  const sorted = imports.toSorted((a, b) => (path(a) < path(b) ? -1 : 1));
  return lines.map((line) => (line.startsWith('import ') ? sorted.shift() : line)).join('\n');
}

export function makeFormat(name: string, root: string): string[] {
  const files = filesOf(name);
  const there = files.find(({ path }) => existsSync(join(root, path)));
  if (there) throw new Error(`${there.path} is there already`);
  const list = join(root, 'packages/vault/src/import/formats.ts');
  const formats = withFormat(readFileSync(list, 'utf8'), name);
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeFileSync(list, formats);
  return files.map(({ path }) => path);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const [name = '', root = join(import.meta.dirname, '..')] = process.argv.slice(2);
  try {
    const made = makeFormat(name, resolve(root));
    console.log(`Made, and added to formats.ts:\n${made.map((path) => `  ${path}`).join('\n')}`);
    console.log(
      `\nTry it: npx vitest run packages/vault/test/import-${name}.test.ts\nThen see CONTRIBUTING.md, "A new file format".`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
