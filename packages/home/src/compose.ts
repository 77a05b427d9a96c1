// Where the rooms meet: making, restoring, opening and running a home, and reaching one that runs. What only a server needs is loaded with it: a command
// that asks and ends does not wait for it.
import { HaleError, installPrimitives } from '@hale/kernel';
import type { HomeClient } from './api.ts';
import { logger } from './events.ts';
import { Home } from './home.ts';
import { keyringExists } from './keyring.ts';
import { HOME_LIMITS } from './limits.ts';
import { foldInbox } from './locked.ts';
import { lockHome, type NodeLock, runningNode } from './lockfile.ts';
import { createHome, removeErased, restoreBackup, restoreHome } from './making.ts';
import { keepHeapSmall } from './memory.ts';
import type { HomeEntry } from './open-client.ts';
import type { Context, Operation } from './operations/context.ts';
import { OPERATIONS } from './operations/index.ts';
import { openGrant } from './operations/open.ts';
import { nativePrimitives } from './relay/native.ts';
import { remoteClient } from './remote-client.ts';
import { passMembership } from './rotation.ts';
import { HomeHolder, openUnlocked } from './unlock.ts';

installPrimitives(nativePrimitives());

/** How long a command waits for its relays before it goes on without them. */
const GREETING_MILLIS = 1500;

const homeExists = (dir: string): boolean => keyringExists(dir);

async function connectHome(options: Parameters<HomeEntry['connectHome']>[0]): Promise<HomeClient> {
  if (!homeExists(options.dir))
    throw new HaleError('not-found', `there is no home in ${options.dir}; make one with \`hale init\``);
  const running = runningNode(options.dir);
  if (running && running.port > 0) return remoteClient(running.port, running.token, options.passphrase);
  const lock = lockHome(options.dir);
  try {
    const { keys, unprotected } = await openUnlocked(options);
    keepHeapSmall();
    return localClient(new HomeHolder(options, new Home({ dir: options.dir, keys }), unprotected), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens links without any vault; keeps nothing. */
async function connectReader(): Promise<HomeClient> {
  return {
    async call(name, parameters, options = {}) {
      if (name !== 'open') throw new HaleError('usage', 'this needs a home of your own; make one with `hale init`');
      const signal = options.signal ?? new AbortController().signal;
      return (await openGrant(null, parameters as never, options.emit ?? (() => {}), signal)) as never;
    },
    async close() {},
  };
}

/** A command without a node: the same operations in this process, and what is due is sent before it ends. */
function localClient(holder: HomeHolder, lock: NodeLock): HomeClient {
  foldInbox(holder.home);
  void passMembership(holder.home).catch(() => {});
  let greeted = false;
  return {
    async call(name, parameters, options = {}) {
      // A home that is asked only now and then first learns whether another one writes by now.
      if (!greeted) await holder.home.network.greetAll(GREETING_MILLIS);
      greeted = true;
      const context: Context = {
        home: holder.home,
        emit: options.emit ?? (() => {}),
        signal: options.signal ?? new AbortController().signal,
      };
      const operation = OPERATIONS[name] as Operation<typeof name>;
      const result = await operation(context, parameters);
      await holder.home.network.settle(3000);
      return result;
    },
    async close() {
      await holder.home.close();
      if (holder.home.erased) removeErased(holder.home.dir);
      lock.release();
    },
  };
}

async function startRelayAlone(
  options: Parameters<HomeEntry['startRelayAlone']>[0],
): Promise<Awaited<ReturnType<HomeEntry['startRelayAlone']>>> {
  const { RunningRelay } = await import('./relay/alone.ts');
  const log = logger('quiet');
  const relay = await RunningRelay.start(options, (what, code) => log({ what: `${what}-failed`, code }));
  return {
    url: relay.url.replace(/^ws/, 'http'),
    relayUrl: relay.url,
    private: relay.isPrivate,
    halted: relay.halted,
    invite: () => relay.invite(),
    close: () => relay.close(),
  };
}

export const home: HomeEntry = {
  relay: async () => (await import('./relay/operation.ts')).relayOperation,
  createHome,
  restoreHome,
  restoreBackup,
  startNode: async (options) => (await import('./running-node.ts')).startNode(options),
  startRelayAlone,
  connectHome,
  connectReader,
  homeExists,
  passphraseCharactersMin: HOME_LIMITS.passphraseCharactersMin,
};
