// Where the rooms meet: making, restoring, opening and running a home, and reaching one that runs.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpub, HaleError, installPrimitives, normalizeRelayUrl, schnorrPublic } from '@hale/kernel';
import { type MasterKeys, masterKeys, newWords, parseWords, seedOf } from '@hale/kernel/seal';
import type { HomeClient } from './api.ts';
import { readBackup } from './backup.ts';
import { Home, storePath } from './home.ts';
import { Keyring, keyringExists } from './keyring.ts';
import { HOME_LIMITS } from './limits.ts';
import { foldInbox } from './locked.ts';
import { lockHome, type NodeLock, runningNode } from './lockfile.ts';
import { keepHeapSmall } from './memory.ts';
import { NIGHTSCOUT_DEVICES } from './nightscout/devices.ts';
import type { CreatedHome, HomeEntry, NodeHandle } from './open-client.ts';
import type { Context, Operation } from './operations/context.ts';
import { OPERATIONS } from './operations/index.ts';
import { openGrant } from './operations/open.ts';
import { addRelay, greet } from './operations/relays.ts';
import { createInvite, relayStorePath, startRelay } from './relay/host.ts';
import { nativePrimitives } from './relay/native.ts';
import { remoteClient } from './remote-client.ts';
import { fileSource, RelaySource, restoreFrom } from './restore.ts';
import { passMembership } from './rotation.ts';
import { startNode } from './running-node.ts';
import { EventStore } from './store/events.ts';
import { type Credentials, HomeHolder, openUnlocked, unlockingOf } from './unlock.ts';

installPrimitives(nativePrimitives());

const DEFAULT_PORT = 7480;
/** How long a command waits for its relays before it goes on without them. */
const GREETING_MILLIS = 1500;

const homeExists = (dir: string): boolean => keyringExists(dir);

function keysOf(words: string): MasterKeys {
  return masterKeys(seedOf(parseWords(words)));
}

/** Opens a fresh, empty home; whatever fails afterwards leaves no half-made directory behind. */
async function withNewHome<T>(
  dir: string,
  keys: MasterKeys,
  options: Credentials,
  work: (home: Home, keyring: Keyring) => Promise<T>,
): Promise<T> {
  if (homeExists(dir))
    throw new HaleError('conflict', 'there is a home in this directory already; nothing was changed');
  // Whatever it is, clearing away a half-made home would take it along.
  if (existsSync(storePath(dir)))
    throw new HaleError(
      'conflict',
      'there is a store.db without its keyring in this directory; put keyring.sealed back, or choose another directory',
    );
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = lockHome(dir);
  let home: Home | null = null;
  let isDone = false;
  try {
    const keyring = await Keyring.create(dir, keys, unlockingOf(options));
    home = new Home({ dir, keys, online: false });
    const result = await work(home, keyring);
    isDone = true;
    return result;
  } finally {
    await home?.close();
    if (!isDone) removeHalfMade(dir, options);
    lock.release();
  }
}

/** The keyring first: without it the rest opens for nobody. */
const FILES = ['keyring.sealed', 'store.db', 'store.db-wal', 'store.db-shm', 'devices.json', NIGHTSCOUT_DEVICES];

/** An erased home leaves the folder as it was before there was one; what somebody else put there stays. */
function removeErased(dir: string): void {
  for (const name of ['keyring.key', ...FILES, 'inbox.log', 'inbox.draining']) rmSync(join(dir, name), { force: true });
}

function removeHalfMade(dir: string, options: Credentials): void {
  for (const name of FILES) rmSync(join(dir, name), { force: true });
  if (options.passphrase === undefined && options.keyFile === undefined)
    rmSync(join(dir, 'keyring.key'), { force: true });
}

async function createHome(options: Parameters<HomeEntry['createHome']>[0]): Promise<CreatedHome> {
  const words = newWords(new Uint8Array(randomBytes(options.words12 ? 16 : 32)));
  const keys = keysOf(words);
  return withNewHome(options.dir, keys, options, async (home, keyring) => {
    home.vault.takePen(0);
    home.vault.addSubject('me');
    const relay = options.relay === undefined ? null : normalizeRelayUrl(options.relay);
    if (relay) {
      await addRelay(home, relay, options.invite, ['store', 'post']);
      await greet(home, relay);
    }
    return {
      dir: options.dir,
      words,
      relayUrls: relay ? [relay] : [`ws://localhost:${DEFAULT_PORT}`],
      npub: encodeNpub(schnorrPublic(keys.identity)),
      diskUnprotected: keyring.diskUnprotected(options.keyFile ?? null),
    };
  });
}

async function restoreHome(options: Parameters<HomeEntry['restoreHome']>[0]) {
  const keys = keysOf(options.words);
  const url = normalizeRelayUrl(options.relay);
  return withNewHome(options.dir, keys, options, async (home) => {
    const source = new RelaySource(url, keys.member);
    try {
      await source.open();
      const restored = await restoreFrom(home, source, options.emit ?? (() => {}));
      if (!home.vault.state.relays.has(url) || home.vault.state.relays.get(url)?.removed)
        home.vault.record([{ type: 'relay', url, uses: ['store', 'post'], removed: false }]);
      home.useRelays();
      await home.network.settle(10_000);
      return restored;
    } finally {
      await source.close();
    }
  });
}

async function restoreBackup(options: Parameters<HomeEntry['restoreBackup']>[0]) {
  const keys = keysOf(options.words);
  return withNewHome(options.dir, keys, options, async (home) => {
    const restored = await restoreFrom(home, fileSource(readBackup(options.file, keys)), () => {});
    home.useRelays();
    await home.network.settle(5000);
    return restored;
  });
}

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
): Promise<NodeHandle & { invite(): string }> {
  const relay = await startRelay({
    dir: options.dir,
    port: options.port,
    private: options.privateMode,
    ...(options.host ? { host: options.host } : {}),
    ...(options.addresses ? { urls: options.addresses } : {}),
  });
  return {
    url: relay.url.replace(/^ws/, 'http'),
    relayUrl: relay.url,
    invite: () => relay.invite(),
    close: () => relay.close(),
  };
}

function inviteToRelay(dir: string): string {
  const path = relayStorePath(dir);
  if (!existsSync(path))
    throw new HaleError(
      'not-found',
      'no relay has run in this folder yet; start it with `hale relay --private --dir FOLDER`',
    );
  const store = new EventStore(path);
  try {
    return createInvite(store);
  } finally {
    store.close();
  }
}

export const home: HomeEntry = {
  inviteToRelay,
  createHome,
  restoreHome,
  restoreBackup,
  startNode,
  startRelayAlone,
  connectHome,
  connectReader,
  homeExists,
  passphraseCharactersMin: HOME_LIMITS.passphraseCharactersMin,
};
