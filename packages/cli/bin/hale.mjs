#!/usr/bin/env node
// The door of `hale`. Plain JavaScript, so that an older Node can read it and hand over to the Node that Hale pins.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 26;
const here = dirname(fileURLToPath(import.meta.url));

/** The Node that `npm install` brought, looked for upward from this file; null when there is none. */
function pinnedNode() {
  const names = process.platform === 'win32' ? ['node/bin/node.exe'] : ['.bin/node', 'node/bin/node'];
  for (let directory = here; ; directory = dirname(directory)) {
    for (const name of names) {
      const candidate = join(directory, 'node_modules', name);
      if (existsSync(candidate)) return candidate;
    }
    if (dirname(directory) === directory) return null;
  }
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, HALE_HANDED_OVER: '1' },
  });
  // Ctrl-C may reach the child from the terminal as well: the second one changes nothing there.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', () => refuse('the Node beside Hale could not be started'));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

function refuse(why) {
  process.stderr.write(
    `hale: ${why}.\n  Hale needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}.\n` +
      '  What to do: run `npm install` in the folder of Hale, which brings the right Node.\n',
  );
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  const node = process.env.HALE_HANDED_OVER ? null : pinnedNode();
  if (node) handOver(node);
  else refuse('the Node that Hale brings along was not found');
} else {
  // Warnings about experimental parts of Node are for the authors of Hale, not for the person at the terminal.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  // What is compiled once is taken from the person's own cache the next time: a quarter of a start, and 25 MB of a node's memory. Not from
  // the shared folder that Node would take, where somebody else could lay code down.
  nodeModule.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hale'));
  const { runProcess } = await import('../src/main.ts');
  await runProcess();
}
