// One process per home directory: node.json says which, and where it answers. It lies there only while a node runs.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import * as v from 'valibot';
import { HOME_LIMITS } from './limits.ts';

const fileName = 'node.json';

const infoShape = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** TCP port of the local HTTP API; 0 until it listens. */
  port: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65_535)),
  /** 64 hex: what the `hale` command shows to the node. */
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Unix milliseconds. */
  startedAt: v.pipe(v.number(), v.safeInteger()),
  /** What tells this process from a later one of the same pid; null where the system does not say. */
  process: v.nullable(v.string()),
});

/** What stands in node.json. The token is a secret of this machine's user (mode 0600). */
export type NodeInfo = v.InferOutput<typeof infoShape>;

/** The held lock. */
export interface NodeLock {
  readonly info: NodeInfo;
  /** Says where the API listens, once it does. */
  announce(port: number): void;
  /** Removes node.json, if it is still ours. Safe to call twice. */
  release(): void;
}

/**
 * Takes the home directory for this process.
 * @throws HaleError 'conflict' when another live process holds it (detail: pid, port)
 */
export function lockHome(dir: string): NodeLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let info: NodeInfo = {
    pid: process.pid,
    port: 0,
    token: randomBytes(32).toString('hex'),
    startedAt: Date.now(),
    process: processMark(process.pid),
  };
  if (!createExclusive(dir, info)) takeOver(dir, info);
  const isOurs = () => parseInfo(read(dir))?.token === info.token;
  return {
    get info() {
      return info;
    },
    announce(port) {
      if (!isOurs()) throw new HaleError('conflict', 'another process has taken this home directory');
      info = { ...info, port };
      renameSync(writeAside(dir, info), join(dir, fileName));
    },
    release() {
      if (isOurs()) rmSync(join(dir, fileName), { force: true });
    },
  };
}

/** The node that runs on this directory, or null: no file, or its process is gone. */
export function runningNode(dir: string): NodeInfo | null {
  const info = parseInfo(read(dir));
  return info !== null && isAlive(info) ? info : null;
}

/**
 * True when the file is now ours. It appears whole and at once: written beside and hard-linked, which fails where one is. File systems
 * without links (a USB stick) get an exclusive open instead, where a power cut may leave a torn file.
 */
function createExclusive(dir: string, info: NodeInfo): boolean {
  const path = join(dir, fileName);
  const aside = writeAside(dir, info);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    return openExclusive(path, info);
  } finally {
    rmSync(aside, { force: true });
  }
}

function openExclusive(path: string, info: NodeInfo): boolean {
  try {
    writeFileSync(path, JSON.stringify(info), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function writeAside(dir: string, info: NodeInfo): string {
  const aside = join(dir, `${fileName}.${process.pid}.${randomBytes(4).toString('hex')}`);
  try {
    writeFileSync(aside, JSON.stringify(info), { flag: 'wx', mode: 0o600 });
    return aside;
  } catch (error) {
    // On a full disk an empty file would stay behind each time.
    rmSync(aside, { force: true });
    throw error;
  }
}

/**
 * Replaces what a dead process left by ours. Only one process at a time does so: of two that found the same file stale, the slower one
 * would remove the lock of the faster one.
 * @throws HaleError 'conflict' when a process lives
 */
function takeOver(dir: string, info: NodeInfo): void {
  const guard = join(dir, `${fileName}.takeover`);
  while (!enter(guard)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HOME_LIMITS.takeOverPollMillis);
  try {
    const path = join(dir, fileName);
    const left = parseInfo(read(dir));
    if (left === null ? isFresh(path) : isAlive(left)) throw held(left);
    rmSync(path, { force: true });
    if (!createExclusive(dir, info)) throw held(null);
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** True when the guard is ours. One that outlived any taking over belongs to a process that died in it. */
function enter(guard: string): boolean {
  try {
    mkdirSync(guard);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (!isFresh(guard)) rmSync(guard, { recursive: true, force: true });
    return false;
  }
}

function held(info: NodeInfo | null): HaleError {
  const detail = { pid: info?.pid ?? 0, port: info?.port ?? 0 };
  if (detail.port > 0) return new HaleError('conflict', 'a node already runs on this home directory', detail);
  return new HaleError(
    'conflict',
    'another command already runs on this home directory; wait till it has ended',
    detail,
  );
}

function isFresh(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < HOME_LIMITS.nodeInfoTornMillis;
}

/** A pid alone lies after a power cut: the next boot gives it to another program. */
function isAlive(info: NodeInfo): boolean {
  try {
    process.kill(info.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const mark = processMark(info.pid);
  return mark === null || info.process === null || mark === info.process;
}

/** Boot and start tick of a process where /proc tells them (Linux), else null. */
function processMark(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold blanks; start time is the 22nd (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function read(dir: string): string | null {
  try {
    return readFileSync(join(dir, fileName), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function parseInfo(text: string | null): NodeInfo | null {
  if (text === null || text.length > HOME_LIMITS.nodeInfoUnitsMax) return null;
  try {
    const result = v.safeParse(infoShape, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
