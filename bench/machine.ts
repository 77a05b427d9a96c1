// What the figures were measured on.

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { remove, temporaryDirectory } from './node.ts';
import { median } from './report.ts';

/** Milliseconds until 4 kB are on the disk. */
function fsyncMillis(): number {
  const dir = temporaryDirectory();
  const file = openSync(join(dir, 'probe'), 'w');
  const block = Buffer.alloc(4096, 1);
  const took: number[] = [];
  for (let i = 0; i < 50; i++) {
    const from = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    took.push(performance.now() - from);
  }
  closeSync(file);
  remove(dir);
  return median(took);
}

function systemName(): string {
  const named = /PRETTY_NAME="([^"]+)"/.exec(readFileSync('/etc/os-release', 'utf8'));
  return named?.[1] ?? process.platform;
}

export function describeMachine(): string {
  const [first] = cpus();
  return [
    `${cpus().length} cores of ${first.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${systemName()}, Node ${process.versions.node}`,
    `4 kB written and fsynced in ${fsyncMillis().toFixed(2)} ms (median); load before the run ${loadavg()[0].toFixed(2)}`,
  ].join('; ');
}
