// Where the rooms meet: making, restoring, opening and running a home, and reaching one that runs.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import {
  encodeNpub,
  HaleError,
  installPrimitives,
  normalizeRelayUrl,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { deriveKey, type MasterKeys, masterKeys, newWords, parseWords, seedOf } from '@hale/kernel/seal';
import type { HomeClient } from './api.ts';
import { readBackup } from './backup.ts';
import { logger } from './events.ts';
import { Home } from './home.ts';
import { serveApi } from './http-api.ts';
import { drainInbox, inboxWaits, LockedInbox } from './inbox.ts';
import { Keyring, keyringExists, type Unlocking } from './keyring.ts';
import { takeDelivery } from './live.ts';
import { lockHome, type NodeLock, runningNode } from './lockfile.ts';
import type { CreatedHome, HomeEntry, NodeHandle } from './open-client.ts';
import type { Context, Operation } from './operations/context.ts';
import { OPERATIONS } from './operations/index.ts';
import { openGrant } from './operations/open.ts';
import { addRelay } from './operations/relays.ts';
import { createInvite, type MountedRelay, mountRelay, relayStorePath, startRelay } from './relay/host.ts';
import { nativePrimitives } from './relay/native.ts';
import { remoteClient } from './remote-client.ts';
import { fileSource, RelaySource, restoreFrom } from './restore.ts';
import { EventStore } from './store/events.ts';

installPrimitives(nativePrimitives());

const DEFAULT_PORT = 7480;
/** How long a command waits for its relays before it goes on without them. */
const GREETING_MILLIS = 1500;

function unlockingOf(options: { passphrase?: string; keyFile?: string }): Unlocking {
  return options.passphrase !== undefined ? { passphrase: options.passphrase } : { keyFile: options.keyFile ?? null };
}

const homeExists = (dir: string): boolean => keyringExists(dir);

function keysOf(words: string): MasterKeys {
  return masterKeys(seedOf(parseWords(words)));
}

/** Opens a fresh, empty home; whatever fails afterwards leaves no half-made directory behind. */
async function withNewHome<T>(
  dir: string,
  keys: MasterKeys,
  options: { passphrase?: string; keyFile?: string },
  work: (home: Home, keyring: Keyring) => Promise<T>,
): Promise<T> {
  if (homeExists(dir))
    throw new HaleError('conflict', 'there is a home in this directory already; nothing was changed');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = lockHome(dir);
  const keyring = await Keyring.create(dir, keys, unlockingOf(options));
  const home = new Home({ dir, keys, online: false });
  try {
    return await work(home, keyring);
  } catch (error) {
    for (const name of ['keyring.sealed', 'store.db', 'store.db-wal', 'store.db-shm', 'devices.json'])
      rmSync(join(dir, name), { force: true });
    if (options.passphrase === undefined && options.keyFile === undefined)
      rmSync(join(dir, 'keyring.key'), { force: true });
    throw error;
  } finally {
    await home.close();
    lock.release();
  }
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
      await home.network.settle(5000);
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

/** Moves a home to new words: everything is copied into a new store under new keys, which then takes the place of the old one. */
function rekeyer(
  options: { passphrase?: string; keyFile?: string },
  replaced: (next: Home) => void,
): NonNullable<Home['rekey']> {
  return async (old) => {
    const words = newWords(new Uint8Array(randomBytes(32)));
    const keys = keysOf(words);
    const aside = join(old.dir, 'rotating');
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { mode: 0o700 });
    const unlocking = unlockingOf(options);
    await Keyring.create(aside, keys, unlocking);
    const copy = new Home({ dir: aside, keys, online: false });
    const pending = await copyVault(old, copy);
    await copy.close();
    await old.close();
    for (const name of ['store.db-wal', 'store.db-shm']) rmSync(join(old.dir, name), { force: true });
    for (const name of ['keyring.sealed', 'keyring.key', 'store.db', 'store.db-wal', 'store.db-shm', 'devices.json'])
      if (existsSync(join(aside, name))) renameSync(join(aside, name), join(old.dir, name));
    rmSync(aside, { recursive: true, force: true });
    const next = new Home({ dir: old.dir, keys });
    next.rekey = rekeyer(options, replaced);
    replaced(next);
    return { words, next, pending };
  };
}

async function copyVault(old: Home, copy: Home): Promise<string[]> {
  const { copyInto } = await import('./rotation.ts');
  return copyInto(old, copy);
}

async function openUnlocked(options: {
  dir: string;
  passphrase?: string;
  keyFile?: string;
}): Promise<{ keys: MasterKeys; unprotected: boolean }> {
  const keyring = Keyring.open(options.dir);
  if (keyring.protection === 'passphrase' && options.passphrase === undefined)
    throw new HaleError('locked', 'this home is locked; give the passphrase');
  const keys = await keyring.unlock(
    keyring.protection === 'passphrase'
      ? { passphrase: options.passphrase ?? '' }
      : { keyFile: options.keyFile ?? null },
  );
  return { keys, unprotected: keyring.diskUnprotected(options.keyFile ?? null) };
}

async function connectHome(options: Parameters<HomeEntry['connectHome']>[0]): Promise<HomeClient> {
  if (!homeExists(options.dir))
    throw new HaleError('not-found', `there is no home in ${options.dir}; make one with \`hale init\``);
  const running = runningNode(options.dir);
  if (running && running.port > 0) return remoteClient(running.port, running.token, options.passphrase);
  const lock = lockHome(options.dir);
  try {
    const { keys, unprotected } = await openUnlocked(options);
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

/** The home of a process; a rotation puts another in its place. */
class HomeHolder {
  home: Home;

  constructor(options: { passphrase?: string; keyFile?: string }, home: Home, unprotected: boolean) {
    this.home = home;
    this.home.diskUnprotected = unprotected;
    this.home.rekey = rekeyer(options, (next) => {
      next.embedded = this.home.embedded;
      next.diskUnprotected = unprotected;
      this.home = next;
    });
  }
}

/** A command without a node: the same operations in this process, and what is due is sent before it ends. */
function localClient(holder: HomeHolder, lock: NodeLock): HomeClient {
  foldInbox(holder.home);
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
      lock.release();
    },
  };
}

/** What came while the home was locked goes in now. */
function foldInbox(home: Home): void {
  if (!inboxWaits(home.dir)) return;
  const waiting: Promise<unknown>[] = [];
  const report = drainInbox(home.dir, home.keys, (batch) => {
    const { hash, type, body } = splitCollected(batch);
    const device = [...home.vault.state.devices.values()].find((entry) => toHex(entry.tokenHash) === hash);
    if (device)
      waiting.push(
        takeDelivery(home, device, body, type).catch(() =>
          home.warn('A delivery that came while locked could not be read; it was left out.'),
        ),
      );
  });
  void Promise.all(waiting);
  if (report.damaged > 0)
    home.warn(`${report.damaged} deliveries that came while locked are damaged; their file was kept aside.`);
}

/** Collected while locked: 32 bytes of the credential's hash ‖ type length u8 ‖ content type ‖ body. */
function joinCollected(hash: Uint8Array, type: string, body: Uint8Array): Uint8Array {
  const name = utf8Encode(type).slice(0, 255);
  const joined = new Uint8Array(33 + name.length + body.length);
  joined.set(hash);
  joined[32] = name.length;
  joined.set(name, 33);
  joined.set(body, 33 + name.length);
  return joined;
}

function splitCollected(batch: Uint8Array): { hash: string; type: string; body: Uint8Array } {
  const length = batch[32];
  return {
    hash: toHex(batch.slice(0, 32)),
    type: new TextDecoder().decode(batch.slice(33, 33 + length)),
    body: batch.slice(33 + length),
  };
}

function collector(dir: string): (credential: string | undefined, body: Uint8Array, type: string) => boolean {
  const inbox = new LockedInbox(dir, Keyring.open(dir).inboxKey);
  const known = existsSync(join(dir, 'devices.json'))
    ? (JSON.parse(readFileSync(join(dir, 'devices.json'), 'utf8')) as string[])
    : [];
  return (credential, body, type) => {
    const hash = sha256(utf8Encode(credential ?? ''));
    if (!known.includes(toHex(hash))) return false;
    inbox.append([joinCollected(hash, type, body)]);
    return true;
  };
}

async function startNode(options: Parameters<HomeEntry['startNode']>[0]): Promise<NodeHandle & { unlocked: boolean }> {
  if (!homeExists(options.dir))
    throw new HaleError('not-found', `there is no home in ${options.dir}; make one with \`hale init\``);
  const lock = lockHome(options.dir);
  const server = createServer({ keepAliveTimeout: 30_000 });
  const host = options.host ?? '127.0.0.1';
  try {
    await listen(server, options.port, host);
  } catch {
    lock.release();
    throw new HaleError('conflict', `port ${options.port} is in use; choose another with --port`, {
      port: options.port,
    });
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const node = new RunningNode(options, server, lock, host, port);
  try {
    await node.start();
  } catch (error) {
    await node.close();
    throw error;
  }
  return {
    url: `http://${host}:${port}`,
    relayUrl: `ws://${host}:${port}`,
    unlocked: node.unlocked,
    close: () => node.close(),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A node: the server, and behind it the home once it is unlocked. */
class RunningNode {
  readonly #options: Parameters<HomeEntry['startNode']>[0];
  readonly #server: Server;
  readonly #lock: NodeLock;
  readonly #host: string;
  readonly #port: number;
  readonly #log: ReturnType<typeof logger>;
  #holder: HomeHolder | null = null;
  #relay: MountedRelay | null = null;

  constructor(
    options: Parameters<HomeEntry['startNode']>[0],
    server: Server,
    lock: NodeLock,
    host: string,
    port: number,
  ) {
    this.#options = options;
    this.#server = server;
    this.#lock = lock;
    this.#host = host;
    this.#port = port;
    this.#log = logger(options.log ?? 'quiet');
  }

  get unlocked(): boolean {
    return this.#holder !== null;
  }

  async start(): Promise<void> {
    const lacksPassphrase =
      Keyring.open(this.#options.dir).protection === 'passphrase' && this.#options.passphrase === undefined;
    const needsPassphrase = lacksPassphrase && this.#options.mayStayLocked === true;
    if (!needsPassphrase) await this.#unlock(this.#options.passphrase);
    const collect = needsPassphrase ? collector(this.#options.dir) : () => false;
    serveApi(
      this.#server,
      {
        home: () => this.#holder?.home ?? null,
        token: this.#lock.info.token,
        collectLocked: collect,
        unlock: (passphrase) => this.#unlock(passphrase),
      },
      (request, response) => this.#relay?.handle(request, response) ?? false,
    );
    this.#lock.announce(this.#port);
  }

  async #unlock(passphrase: string | undefined): Promise<void> {
    if (this.#holder) return;
    const options = { ...this.#options, ...(passphrase === undefined ? {} : { passphrase }) };
    const { keys, unprotected } = await openUnlocked(options);
    const home = new Home({ dir: options.dir, keys, onFact: this.#log });
    this.#holder = new HomeHolder(options, home, unprotected);
    this.#relay = mountRelay({
      server: this.#server,
      store: home.events,
      secret: deriveKey(keys.storageKey, 'relay-key'),
      urls: this.#urls(),
      private: true,
    });
    this.#relay.addMember(toHex(schnorrPublic(keys.member)));
    const relay = this.#relay;
    home.embedded = {
      url: this.#urls()[0],
      announce: (event) => relay.announce(event),
      invite: () => relay.invite(),
      addMember: (pubkey) => relay.addMember(pubkey),
    };
    foldInbox(home);
  }

  #urls(): string[] {
    const named = this.#host === '0.0.0.0' || this.#host === '::' ? [] : [`ws://${this.#host}:${this.#port}`];
    return [...named, `ws://127.0.0.1:${this.#port}`, `ws://localhost:${this.#port}`];
  }

  async close(): Promise<void> {
    this.#relay?.close();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    await this.#holder?.home.close();
    this.#lock.release();
  }
}

async function startRelayAlone(
  options: Parameters<HomeEntry['startRelayAlone']>[0],
): Promise<NodeHandle & { invite(): string }> {
  const relay = await startRelay({
    dir: options.dir,
    port: options.port,
    private: options.privateMode,
    ...(options.host ? { host: options.host } : {}),
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
};
