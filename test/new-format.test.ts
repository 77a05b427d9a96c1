// What `npm run new:format` makes must stand at once: it is made in a copy of the tree, type-checked, and its own test is run there.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filesOf, makeFormat, withFormat } from '../docs/new-format.ts';

const here = join(import.meta.dirname, '..');
const root = mkdtempSync(join(tmpdir(), 'hale-format-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = (name: string, ...args: string[]): string =>
  execFileSync(join(here, 'node_modules/.bin', name), args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });

describe('a new format', () => {
  test('works before anything was changed in it', () => {
    for (const path of ['packages/vault/src', 'packages/vault/package.json', 'biome.json', 'tsconfig.base.json'])
      cpSync(join(here, path), join(root, path), { recursive: true });
    for (const path of ['package.json', 'tsconfig.json', 'tsconfig.pure.json', 'vitest.config.ts', 'test/setup.ts'])
      cpSync(join(here, path), join(root, path));
    for (const name of ['import-sources.ts', 'import-trials.ts'])
      cpSync(join(here, 'packages/vault/test', name), join(root, 'packages/vault/test', name));
    mkdirSync(join(root, 'test/data/telemetry'), { recursive: true });
    symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));

    const made = makeFormat('polar-flow', root);
    expect(made).toEqual(filesOf('polar-flow').map(({ path }) => path));
    program('tsc', '-p', 'tsconfig.pure.json');
    program('tsc', '-p', 'tsconfig.json');
    program('biome', 'check', ...made.filter((path) => path.endsWith('.ts')));
    program('biome', 'lint', 'packages/vault/src/import/formats.ts');
    expect(program('vitest', 'run', 'packages/vault/test/import-polar-flow.test.ts')).toMatch(/5 passed/);
    expect(() => makeFormat('polar-flow', root)).toThrow(/is there already/);
  });

  test('has a name that is one', () => {
    for (const name of ['', 'Fit', '../x', 'a b', '-a']) expect(() => filesOf(name)).toThrow(/named in small letters/);
  });

  test('stands before the tables in the list, however that is laid out', () => {
    const list = readFileSync(join(here, 'packages/vault/src/import/formats.ts'), 'utf8');
    expect(withFormat(list, 'x-y').replace(/\s+/g, ' ')).toMatch(/import \{ X_Y \} from '.\/x-y.ts'.* X_Y, CSV,? ?\];/);
    const imports = "import { CSV } from './csv.ts';\n";
    expect(withFormat(`${imports}const F = [\n  FIT,\n  CSV,\n];\n`, 'x')).toContain('  FIT,\n  X,\n  CSV,\n];');
    expect(withFormat(`${imports}const F = [CSV];\n`, 'x')).toContain('[X, CSV];');
    expect(() => withFormat('const F = [];', 'x')).toThrow(/by hand/);
  });
});
