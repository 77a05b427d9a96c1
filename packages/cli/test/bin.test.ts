// The door of the command as a real process: under the pinned Node, and under an older one where this machine has it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const door = fileURLToPath(new URL('../bin/hale.mjs', import.meta.url));

function hale(node: string, args: string[], script = door) {
  const { HALE_HANDED_OVER: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(node, [script, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const olderNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find(
    (node) =>
      existsSync(node) && Number(spawnSync(node, ['-p', 'process.versions.node']).stdout.toString().split('.')[0]) < 26,
  );

describe('bin/hale.mjs', () => {
  it('runs quietly under the pinned Node', () => {
    expect(hale(process.execPath, ['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
    expect(hale(process.execPath, ['shwo']).status).toBe(2);
  });

  it.skipIf(!olderNode)('hands over from an older Node, with exit code and quietly', () => {
    expect(hale(olderNode!, ['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
    expect(hale(olderNode!, ['shwo']).status).toBe(2);
  });

  it.skipIf(!olderNode)('says what to do where the pinned Node is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hale-door-'));
    cpSync(door, join(folder, 'hale.mjs'));
    const { status, stderr } = hale(olderNode!, ['--version'], join(folder, 'hale.mjs'));
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toContain('run `npm install`');
  });
});
