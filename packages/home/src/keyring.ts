// The keys that a node keeps: never the words, never their seed. Sealed under a passphrase, or under a key file. A small part is in clear,
// so that a locked home can go on collecting: it seals to the inbox key and cannot open what it sealed.
import { argon2, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  chachaOpen,
  chachaSeal,
  decodeCbor,
  encodeCbor,
  equalBytes,
  fail,
  fromHex,
  HaleError,
  hkdfSha256,
  schnorrPublic,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { kemPublicOf, type MasterKeys } from '@hale/kernel/seal';
import { replaceFile } from './durable-file.ts';
import {
  corruptKeyring,
  decodeKeyringFile,
  encodeHead,
  encodeKeyringFile,
  type KeyringPublic,
  type Protection,
} from './keyring-file.ts';
import { HOME_LIMITS } from './limits.ts';

/** What opens the keyring. `keyFile` is a path; without one, keyring.key in the home directory. */
export type Unlocking = { passphrase: string } | { keyFile: string | null };

/** The public half of the inbox: what `wrapHybrid` takes as recipient. */
export interface InboxKey {
  readonly pubkey: Uint8Array;
  readonly kemPublic: Uint8Array;
}

const fileName = 'keyring.sealed';
const keyFileName = 'keyring.key';
/** RFC 9106 §4, second recommended option, with its memory; 0.2–0.5 s here, about 2 s on a Raspberry Pi 4. */
const argon = { memoryKib: 64 * 1024, passes: 3, lanes: 4 };

const names = [
  'identity',
  'member',
  'catalogueAuthor',
  'catalogueSecret',
  'wrapSecret',
  'inboxSecret',
  'kemSeed',
  'handoffSecret',
  'storageKey',
] as const satisfies readonly (keyof MasterKeys)[];

const argon2Async = promisify(argon2);

export function keyringExists(dir: string): boolean {
  // Unlike existsSync this says when the folder may not be looked into: that is not the same as no home.
  return statSync(join(dir, fileName), { throwIfNoEntry: false }) !== undefined;
}

/** The keyring of one home directory: locked until `unlock`, and again after `lock`. */
export class Keyring {
  readonly #dir: string;
  #publicPart: KeyringPublic;
  #keys: MasterKeys | null = null;

  private constructor(dir: string, publicPart: KeyringPublic) {
    this.#dir = dir;
    this.#publicPart = publicPart;
  }

  /**
   * Writes a new keyring; it is open afterwards. A key file is made where none is at that path.
   * @throws HaleError 'conflict' when there is one · 'usage' for a passphrase that is too short
   */
  static async create(dir: string, keys: MasterKeys, unlocking: Unlocking): Promise<Keyring> {
    if (keyringExists(dir)) fail('conflict', 'this home directory has a keyring already');
    if ('keyFile' in unlocking) makeKeyFile(keyFilePath(dir, unlocking.keyFile));
    const keyring = new Keyring(dir, await writeKeyring(dir, keys, unlocking));
    keyring.#keys = copyKeys(keys);
    return keyring;
  }

  /** Reads the public part; the keyring is locked. @throws HaleError 'not-found' · 'corrupt' · 'unknown-suite' */
  static open(dir: string): Keyring {
    return new Keyring(dir, decodeKeyringFile(readKeyring(dir)).publicPart);
  }

  get isLocked(): boolean {
    return this.#keys === null;
  }

  /** 'passphrase' = `unlock` needs one. */
  get protection(): Protection['kind'] {
    return this.#publicPart.protection.kind;
  }

  /** Readable while locked. Checked against the secrets at unlock: until then it is as trustworthy as the disk. */
  get inboxKey(): InboxKey {
    return this.#publicPart.inbox;
  }

  /**
   * True when the key lies on the same device as the data, so that whoever takes the disk has both. To be said to the person.
   * @param keyFile as given to `create`
   */
  diskUnprotected(keyFile: string | null = null): boolean {
    if (this.protection === 'passphrase') return false;
    const key = statSync(keyFilePath(this.#dir, keyFile), { throwIfNoEntry: false });
    return key === undefined || key.dev === statSync(this.#dir).dev;
  }

  /**
   * Opens it; the file is read anew. The keys stay in memory until `lock`, which wipes them.
   * @throws HaleError 'locked' wrong passphrase or key file · 'corrupt' · 'usage' the other kind of protection
   */
  async unlock(unlocking: Unlocking): Promise<MasterKeys> {
    const { publicPart, keys } = await readSealed(this.#dir, unlocking);
    this.#publicPart = publicPart;
    // Open already: whoever works with the keys given before must not find zeros.
    if (this.#keys !== null) wipe(keys);
    else this.#keys = keys;
    return this.#keys;
  }

  /** @throws HaleError 'locked' */
  keys(): MasterKeys {
    if (this.#keys === null) fail('locked', 'this home is locked; unlock it with the passphrase');
    return this.#keys;
  }

  /** Wipes the keys from memory: those given by `keys` and `unlock` are zeros afterwards. */
  lock(): void {
    if (this.#keys !== null) wipe(this.#keys);
    this.#keys = null;
  }

  /**
   * Seals the same keys anew, also from passphrase to key file and back. The old file is replaced in one step; whoever copied it before
   * can still open the copy with the old passphrase.
   * @throws as `unlock` for `old`, as `create` for `next`
   */
  async changeProtection(old: Unlocking, next: Unlocking): Promise<void> {
    const { keys } = await readSealed(this.#dir, old);
    if ('keyFile' in next) makeKeyFile(keyFilePath(this.#dir, next.keyFile));
    this.#publicPart = await writeKeyring(this.#dir, keys, next);
    wipe(keys);
  }

  /**
   * A passphrase in place of the key file. A key file that lies beside the data goes: it opens nothing any more but copies of the old keyring.
   * @throws HaleError 'conflict' where there is a passphrase · 'usage' too short · 'locked' no such key file
   */
  async setPassphrase(keyFile: string | null, passphrase: string): Promise<void> {
    if (this.protection === 'passphrase') fail('conflict', 'this vault has a passphrase already');
    await this.changeProtection({ keyFile }, { passphrase });
    rmSync(join(this.#dir, keyFileName), { force: true });
  }

  /** @throws HaleError 'locked' wrong old passphrase · 'usage' new one too short */
  changePassphrase(old: string, next: string): Promise<void> {
    return this.changeProtection({ passphrase: old }, { passphrase: next });
  }
}

async function writeKeyring(dir: string, keys: MasterKeys, unlocking: Unlocking): Promise<KeyringPublic> {
  const protection = newProtection(unlocking);
  const { key, check } = await stretch(dir, protection, unlocking);
  const publicPart: KeyringPublic = {
    suite: 1,
    protection,
    check,
    nonce: randomBytes(12),
    inbox: { pubkey: schnorrPublic(keys.inboxSecret), kemPublic: kemPublicOf(keys.kemSeed) },
  };
  const head = encodeHead(publicPart);
  const plain = encodeCbor(Object.fromEntries(names.map((name) => [name, keys[name]])));
  const sealed = chachaSeal(key, publicPart.nonce, head, plain);
  plain.fill(0);
  key.fill(0);
  replaceFile(join(dir, fileName), encodeKeyringFile(head, sealed));
  return publicPart;
}

async function readSealed(dir: string, unlocking: Unlocking): Promise<{ publicPart: KeyringPublic; keys: MasterKeys }> {
  const { publicPart, associated, sealed } = decodeKeyringFile(readKeyring(dir));
  const { key, check } = await stretch(dir, publicPart.protection, unlocking);
  if (!equalBytes(check, publicPart.check)) {
    const what = publicPart.protection.kind === 'passphrase' ? 'passphrase' : 'key file';
    fail('locked', `this ${what} does not open the keyring`);
  }
  const plain = chachaOpen(key, publicPart.nonce, associated, sealed);
  key.fill(0);
  if (plain === null) throw corruptKeyring();
  const keys = parseKeys(plain);
  plain.fill(0);
  const { inbox } = publicPart;
  const isOwn =
    equalBytes(inbox.pubkey, schnorrPublic(keys.inboxSecret)) && equalBytes(inbox.kemPublic, kemPublicOf(keys.kemSeed));
  if (!isOwn) throw corruptKeyring();
  return { publicPart, keys };
}

function newProtection(unlocking: Unlocking): Protection {
  const salt = new Uint8Array(randomBytes(16));
  if (!('passphrase' in unlocking)) return { kind: 'key-file', salt };
  if ([...unlocking.passphrase].length < HOME_LIMITS.passphraseCharactersMin) {
    fail('usage', 'a passphrase has at least 8 characters', { min: HOME_LIMITS.passphraseCharactersMin });
  }
  return { kind: 'passphrase', ...argon, salt };
}

/** 64 bytes from the passphrase or the key file: half seals, half is the check value. */
async function stretch(
  dir: string,
  protection: Protection,
  unlocking: Unlocking,
): Promise<{ key: Uint8Array; check: Uint8Array }> {
  const stretched = await (protection.kind === 'passphrase'
    ? stretchPassphrase(protection, unlocking)
    : stretchKeyFile(dir, protection, unlocking));
  return { key: stretched.slice(0, 32), check: stretched.slice(32) };
}

async function stretchPassphrase(
  protection: Extract<Protection, { kind: 'passphrase' }>,
  unlocking: Unlocking,
): Promise<Uint8Array> {
  if (!('passphrase' in unlocking)) fail('locked', 'this home is locked; unlock it with the passphrase');
  const { memoryKib: memory, passes, lanes: parallelism, salt: nonce } = protection;
  // One spelling of é, whichever keyboard it came from.
  const message = Buffer.from(unlocking.passphrase.normalize('NFKC'), 'utf8');
  return argon2Async('argon2id', { message, nonce, memory, passes, parallelism, tagLength: 64 });
}

function stretchKeyFile(dir: string, protection: Protection, unlocking: Unlocking): Uint8Array {
  if (!('keyFile' in unlocking)) fail('usage', 'this keyring opens with a key file, not with a passphrase');
  const secret = readKeyFile(keyFilePath(dir, unlocking.keyFile));
  return hkdfSha256(secret, protection.salt, utf8Encode('hale/keyring'), 64);
}

function keyFilePath(dir: string, keyFile: string | null): string {
  return keyFile ?? join(dir, keyFileName);
}

/** 64 hex characters and a line end, so that a person can copy it by hand. A file that is there is used as it is. */
function makeKeyFile(path: string): void {
  if (existsSync(path)) {
    readKeyFile(path);
    return;
  }
  if (!existsSync(dirname(path))) fail('not-found', 'the directory for the key file does not exist');
  replaceFile(path, utf8Encode(`${toHex(randomBytes(32))}\n`));
}

function readKeyFile(path: string): Uint8Array {
  const text = readIfThere(path);
  if (text === null) fail('locked', 'the key file is not there; is its disk plugged in?');
  try {
    return fromHex(Buffer.from(text).toString('latin1').trim(), 32);
  } catch {
    fail('corrupt', 'the key file is not 64 hex characters; put back a copy of it');
  }
}

function readKeyring(dir: string): Uint8Array {
  return (
    readIfThere(join(dir, fileName)) ??
    fail('not-found', 'this directory has no keyring; run `hale init` or `hale restore`')
  );
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new HaleError('unavailable', 'a key file of this home cannot be read', {
      reason: (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN',
    });
  }
}

function parseKeys(plain: Uint8Array): MasterKeys {
  const read = decodeCbor(plain) as Record<string, unknown>;
  const whole = names.every(
    (name) => read[name] instanceof Uint8Array && read[name].length === (name === 'kemSeed' ? 64 : 32),
  );
  if (!whole) throw corruptKeyring();
  return copyKeys(read as unknown as MasterKeys);
}

function wipe(keys: MasterKeys): void {
  for (const name of names) keys[name].fill(0);
}

/** Own copies: decoded ones may be views of one buffer, and wiping ours must not wipe the caller's. */
function copyKeys(keys: MasterKeys): MasterKeys {
  return Object.fromEntries(names.map((name) => [name, keys[name].slice()])) as unknown as MasterKeys;
}
