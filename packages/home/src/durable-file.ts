// Files that are either the old one or the new one, whatever happens in between.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes beside, syncs, renames, syncs the directory: after it returns the content survives a power cut. Mode 0600. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const aside = `${path}.new-${randomBytes(4).toString('hex')}`;
  try {
    const file = openSync(aside, 'wx', 0o600);
    try {
      writeAll(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** writeSync may write less than it was given. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Makes names (created, renamed, removed) durable; on Windows directories cannot be opened and need not be. */
export function syncDirectory(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
