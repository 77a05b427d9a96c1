// Making a home where none is: from fresh words, from words and a relay, from a backup. What fails leaves no half-made directory behind.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpub, HaleError, normalizeRelayUrl, schnorrPublic } from '@hale/kernel';
import { type MasterKeys, masterKeys, newWords, parseWords, seedOf } from '@hale/kernel/seal';
import { readBackup } from './backup.ts';
import { Home, storePath } from './home.ts';
import { Keyring, keyringExists } from './keyring.ts';
import { lockHome } from './lockfile.ts';
import { NIGHTSCOUT_DEVICES } from './nightscout/devices.ts';
import type { CreatedHome, HomeEntry } from './open-client.ts';
import { addRelay, greet } from './operations/relays.ts';
import { findFilesIn } from './records/find-files.ts';
import { fileSource, RelaySource, restoreFrom } from './restore.ts';
import { type Credentials, unlockingOf } from './unlock.ts';

const DEFAULT_PORT = 7480;

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
  if (keyringExists(dir))
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
export function removeErased(dir: string): void {
  for (const name of ['keyring.key', ...FILES, 'inbox.log', 'inbox.draining', ...findFilesIn(dir)])
    rmSync(join(dir, name), { force: true });
}

function removeHalfMade(dir: string, options: Credentials): void {
  for (const name of FILES) rmSync(join(dir, name), { force: true });
  if (options.passphrase === undefined && options.keyFile === undefined)
    rmSync(join(dir, 'keyring.key'), { force: true });
}

export async function createHome(
  options: Parameters<HomeEntry['createHome']>[0] & { words?: string },
): Promise<CreatedHome> {
  const words = options.words ?? newWords(new Uint8Array(randomBytes(options.words12 ? 16 : 32)));
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

export async function restoreHome(options: Parameters<HomeEntry['restoreHome']>[0]) {
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

export async function restoreBackup(options: Parameters<HomeEntry['restoreBackup']>[0]) {
  const keys = keysOf(options.words);
  return withNewHome(options.dir, keys, options, async (home) => {
    const restored = await restoreFrom(home, fileSource(readBackup(options.file, keys)), () => {});
    home.useRelays();
    await home.network.settle(5000);
    return restored;
  });
}
