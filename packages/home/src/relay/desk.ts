// What an operator does with a relay's folder from the command, whether the relay runs or not: where it runs, the running process does it, so that its
// memory and its sockets know; where it does not, this process does, and holds the folder meanwhile.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, HaleError } from '@hale/kernel';
import { Management, Membership, type RelayPolicy } from '@hale/relay/server';
import * as v from 'valibot';
import { lockHome, runningNode } from '../lockfile.ts';
import { EventStore } from '../store/events.ts';
import { type Compacted, giveBack, pagesOf, rewriteStore } from './compaction.ts';
import { configPath, readConfig } from './config.ts';
import { type RelayHandle, relayStorePath } from './host.ts';
import { lastPolicy } from './last-run.ts';
import { HOST_LIMITS } from './limits.ts';
import type { PullReport } from './pull.ts';
import { loadRelaySecret } from './relay-key.ts';
import { relaySigner } from './signer.ts';
import type { RelayStatus } from './status.ts';
import { EventImport, type ImportCounts } from './transfer.ts';
import { keyOf } from './wishes.ts';

const callShape = v.object({ method: v.string(), params: v.array(v.unknown()) });
const pullShape = v.object({ url: v.string() });
const linesShape = v.object({ lines: v.array(v.object({ number: v.number(), text: v.string() })) });

export interface Desk {
  /** NIP-86. @throws HaleError as `Management.call` */
  manage(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Each call is one commit. */
  take(lines: readonly { number: number; text: string }[]): Promise<ImportCounts>;
  /** Gives free pages back to the disk. */
  compact(): Promise<Compacted>;
  /** How it is doing, and an address that opens its page. @throws HaleError 'not-found' where it does not run */
  status(): Promise<{ status: RelayStatus; address: string }>;
  /** Pulls once from another relay, and says under which key this one asks. @throws HaleError 'not-found' where it does not run, and as `pullFrom` */
  pull(url: string): Promise<PullReport & { key: string }>;
  close(): Promise<void>;
}

/** @throws HaleError 'not-found' no relay has run in that folder · 'conflict' another command works on it */
export function openDesk(dir: string): Desk {
  if (!existsSync(relayStorePath(dir)))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const running = runningNode(dir);
  return running && running.port > 0 ? new RemoteDesk(running.port, running.token) : new FolderDesk(dir);
}

interface DeskOptions {
  readonly dir: string;
  readonly relay: RelayHandle;
  readonly policy: RelayPolicy;
  /** A new one that opens the status page once. */
  readonly address: () => string;
  readonly status: () => Promise<RelayStatus>;
}

/** In the running process. */
export class RunningDesk {
  readonly #options: DeskOptions;
  #import: EventImport | null = null;
  /** Batches of several commands come one after the other. */
  #taking: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  readonly work = {
    manage: (asked: unknown) => {
      const { method, params } = v.parse(callShape, asked);
      return this.#options.relay.manage(method, params);
    },
    take: (asked: unknown) => {
      const { lines } = v.parse(linesShape, asked);
      this.#import ??= new EventImport(this.#options.relay.store, this.#options.policy);
      const importing = this.#import;
      const taken = this.#taking.catch(() => {}).then(() => importing.take(lines));
      this.#taking = taken;
      return taken;
    },
    compact: () => this.#compact(),
    pull: async (asked: unknown) => {
      const { relay } = this.#options;
      return { ...(await relay.pull(v.parse(pullShape, asked).url)), key: relay.relayKey };
    },
    status: async () => ({ status: statusAsJson(await this.#options.status()), address: this.#options.address() }),
  };

  async #compact(): Promise<Compacted> {
    const { store } = this.#options.relay;
    const bytesBefore = pagesOf(store).pages * HOST_LIMITS.pageBytes;
    while (pagesOf(store).free > 0) {
      if (giveBack(store, HOST_LIMITS.compactStepPages) === 0)
        throw new HaleError(
          'conflict',
          'this file was made by an older Hale and has to be written anew: stop the relay, then run this again',
        );
      // Others are served between the steps.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { bytesBefore, bytesAfter: pagesOf(store).pages * HOST_LIMITS.pageBytes };
  }

  close(): void {
    this.#import?.close();
  }
}

/** A Map is no JSON. */
function statusAsJson(status: RelayStatus): object {
  return { ...status, counts: { ...status.counts, turnedAway: Object.fromEntries(status.counts.turnedAway) } };
}

class RemoteDesk implements Desk {
  readonly #url: string;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#url = `http://127.0.0.1:${port}/desk`;
    this.#token = token;
  }

  async #ask<Result>(name: string, parameters: object = {}): Promise<Result> {
    const response = await fetch(`${this.#url}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    }).catch(() => {
      throw new HaleError('unavailable', 'the relay of this folder does not answer; is it still running?');
    });
    const answer = (await response.json().catch(() => ({}))) as {
      result?: Result;
      code?: string;
      title?: string;
      detail?: Record<string, string | number>;
    };
    if (response.ok) return answer.result as Result;
    throw new HaleError(
      (answer.code ?? 'unavailable') as ErrorCode,
      answer.title ?? 'the relay refused',
      answer.detail ?? {},
    );
  }

  manage(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#ask('manage', { method, params });
  }

  take(lines: readonly { number: number; text: string }[]): Promise<ImportCounts> {
    return this.#ask('take', { lines });
  }

  compact(): Promise<Compacted> {
    return this.#ask('compact');
  }

  status(): Promise<{ status: RelayStatus; address: string }> {
    return this.#ask('status');
  }

  pull(url: string): Promise<PullReport & { key: string }> {
    return this.#ask('pull', { url });
  }

  async close(): Promise<void> {}
}

const notRunning = (): HaleError =>
  new HaleError('not-found', 'no relay runs on this folder; start it with `hale relay`');

/** The relay does not run: this process works on its folder. */
class FolderDesk implements Desk {
  readonly #dir: string;
  readonly #lock: ReturnType<typeof lockHome>;
  #store: EventStore | null = null;
  #import: EventImport | null = null;

  constructor(dir: string) {
    this.#dir = dir;
    this.#lock = lockHome(dir);
  }

  get #opened(): EventStore {
    this.#store ??= new EventStore(relayStorePath(this.#dir));
    return this.#store;
  }

  async manage(method: string, params: readonly unknown[]): Promise<unknown> {
    const store = this.#opened;
    const owner = readConfig(configPath(this.#dir))['']?.owner;
    const isNamed = typeof owner === 'string' && owner !== '';
    const policy = { ...lastPolicy(this.#dir), ...(isNamed ? { owner: keyOf(owner) } : {}) };
    const signer = relaySigner(loadRelaySecret(join(this.#dir, 'relay.key')));
    const now = () => Math.floor(Date.now() / 1000);
    const membership = new Membership({ store, policy, signer, now, random: randomBytes });
    return new Management({ store, policy, membership }).call(method, params).result;
  }

  take(lines: readonly { number: number; text: string }[]): Promise<ImportCounts> {
    this.#import ??= new EventImport(this.#opened, lastPolicy(this.#dir));
    return this.#import.take(lines);
  }

  async compact(): Promise<Compacted> {
    return rewriteStore(this.#dir);
  }

  async status(): Promise<never> {
    throw notRunning();
  }

  async pull(): Promise<never> {
    throw notRunning();
  }

  async close(): Promise<void> {
    this.#import?.close();
    this.#store?.close();
    this.#lock.release();
  }
}
