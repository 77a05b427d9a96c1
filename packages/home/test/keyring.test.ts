import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpub, fromHex, schnorrPublic, sha256, toHex } from '@hale/kernel';
import { unwrapHybrid } from '@hale/kernel/open';
import { type MasterKeys, masterKeys, wrapHybrid } from '@hale/kernel/seal';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Keyring, keyringExists } from '../src/keyring.ts';
import { decodeKeyringFile, encodeKeyringFile } from '../src/keyring-file.ts';

const seed = new Uint8Array(64).map((_, n) => n);
const passphrase = 'Zwölf Boxkämpfer';
let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-keyring-'));
  path = join(dir, 'keyring.sealed');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const same = (a: MasterKeys, b: MasterKeys) => expect(JSON.stringify(a)).toBe(JSON.stringify(b));
const codeOf = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'fine',
      (error) => error.code ?? String(error),
    );

describe('under a passphrase', () => {
  test('create, open, unlock, lock', async () => {
    const keys = masterKeys(seed);
    expect(keyringExists(dir)).toBe(false);
    const created = await Keyring.create(dir, keys, { passphrase });
    same(created.keys(), keys);
    expect(created.diskUnprotected()).toBe(false);
    const keyring = Keyring.open(dir);
    expect([keyring.isLocked, keyring.protection]).toEqual([true, 'passphrase']);
    expect(() => keyring.keys()).toThrow(/locked/);
    const given = await keyring.unlock({ passphrase });
    same(given, keys);
    // Typed on a keyboard that composes ö from two characters.
    expect(await keyring.unlock({ passphrase: passphrase.normalize('NFD') })).toBe(given);
    keyring.lock();
    expect(keyring.isLocked).toBe(true);
    expect(given.identity).toEqual(new Uint8Array(32));
    same(created.keys(), masterKeys(seed));
    expect(await codeOf(() => Keyring.create(dir, keys, { passphrase }))).toBe('conflict');
  });

  test('a wrong passphrase and a missing one are "locked", a short new one is refused', async () => {
    const keyring = await Keyring.create(dir, masterKeys(seed), { passphrase });
    keyring.lock();
    await expect(keyring.unlock({ passphrase: 'Zwölf Boxkampfer' })).rejects.toMatchObject({
      code: 'locked',
      message: 'this passphrase does not open the keyring',
    });
    expect(await codeOf(() => keyring.unlock({ keyFile: null }))).toBe('locked');
    expect(await codeOf(() => keyring.changePassphrase(passphrase, 'short'))).toBe('usage');
    await keyring.unlock({ passphrase });
  });

  test('the passphrase can be changed; what was open stays open', async () => {
    const keyring = await Keyring.create(dir, masterKeys(seed), { passphrase });
    expect(await codeOf(() => keyring.changePassphrase('wrong passphrase', 'another passphrase'))).toBe('locked');
    await keyring.changePassphrase(passphrase, 'another passphrase');
    same(keyring.keys(), masterKeys(seed));
    expect(await codeOf(() => Keyring.open(dir).unlock({ passphrase }))).toBe('locked');
    same(await Keyring.open(dir).unlock({ passphrase: 'another passphrase' }), masterKeys(seed));
    expect(readdirSync(dir)).toEqual(['keyring.sealed']);
  });

  test('a passphrase in place of a key file: nothing else opens it, and the key file is gone', async () => {
    const keyring = await Keyring.create(dir, masterKeys(seed), { keyFile: null });
    expect(keyring.diskUnprotected()).toBe(true);
    expect(await codeOf(() => keyring.setPassphrase(null, 'short'))).toBe('usage');
    expect(readdirSync(dir).sort()).toEqual(['keyring.key', 'keyring.sealed']);
    await keyring.setPassphrase(null, passphrase);
    expect([keyring.protection, keyring.diskUnprotected()]).toEqual(['passphrase', false]);
    same(keyring.keys(), masterKeys(seed));
    expect(readdirSync(dir)).toEqual(['keyring.sealed']);
    same(await Keyring.open(dir).unlock({ passphrase }), masterKeys(seed));
    expect(await codeOf(() => Keyring.open(dir).unlock({ keyFile: null }))).toBe('locked');
    expect(await codeOf(() => keyring.setPassphrase(null, 'another passphrase'))).toBe('conflict');
  });

  test('the inbox key is readable while locked, fits the secrets, and nothing else tells whose it is', async () => {
    const keys = masterKeys(seed);
    await Keyring.create(dir, keys, { passphrase });
    const { inboxKey } = Keyring.open(dir);
    const envelope = wrapHybrid(Uint8Array.of(1, 2, 3), inboxKey, {
      random: (length) => new Uint8Array(length).fill(9),
    });
    expect(unwrapHybrid(envelope, { secret: keys.inboxSecret, kemSeed: keys.kemSeed })?.payload).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    const file = readFileSync(path);
    const npub = schnorrPublic(keys.identity);
    for (const trace of [...Object.values(keys), npub, seed]) expect(file.includes(trace)).toBe(false);
    for (const text of [toHex(npub), encodeNpub(npub)]) expect(file.includes(text)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('under a key file', () => {
  test('by default it lies beside the data, and that is said', async () => {
    const keyring = await Keyring.create(dir, masterKeys(seed), { keyFile: null });
    expect(keyring.protection).toBe('key-file');
    expect(keyring.diskUnprotected()).toBe(true);
    expect(readFileSync(join(dir, 'keyring.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(join(dir, 'keyring.key')).mode & 0o777).toBe(0o600);
    same(await Keyring.open(dir).unlock({ keyFile: null }), masterKeys(seed));
    expect(await codeOf(() => Keyring.open(dir).unlock({ passphrase }))).toBe('usage');
  });

  test('a key file elsewhere: used as it is, missed when it is gone, told when it is another', async () => {
    const other = mkdtempSync(join(tmpdir(), 'hale-stick-'));
    const keyFile = join(other, 'hale.key');
    try {
      await Keyring.create(dir, masterKeys(seed), { keyFile });
      const key = readFileSync(keyFile, 'utf8');
      same(await Keyring.open(dir).unlock({ keyFile }), masterKeys(seed));
      rmSync(keyFile);
      await expect(Keyring.open(dir).unlock({ keyFile })).rejects.toMatchObject({
        code: 'locked',
        message: /plugged in/,
      });
      writeFileSync(keyFile, 'f'.repeat(64));
      await expect(Keyring.open(dir).unlock({ keyFile })).rejects.toMatchObject({
        code: 'locked',
        message: /key file/,
      });
      writeFileSync(keyFile, 'hello');
      expect(await codeOf(() => Keyring.open(dir).unlock({ keyFile }))).toBe('corrupt');
      writeFileSync(keyFile, key.trim());
      await Keyring.open(dir).changeProtection({ keyFile }, { passphrase });
      same(await Keyring.open(dir).unlock({ passphrase }), masterKeys(seed));
      expect(
        await codeOf(() => Keyring.open(dir).changeProtection({ passphrase }, { keyFile: '/nowhere/at/all.key' })),
      ).toBe('not-found');
      // A second device only where the machine of the test has one.
      const keyring = Keyring.open(dir);
      expect(keyring.diskUnprotected(keyFile)).toBe(false);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});

describe('a damaged file', () => {
  test('property: every cut and every changed byte is "corrupt", with what to do', async () => {
    await Keyring.create(dir, masterKeys(seed), { keyFile: null });
    const whole = readFileSync(path);
    const damage = fc.oneof(
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= change;
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        writeFileSync(path, bytes);
        const error = await Promise.resolve()
          .then(() => Keyring.open(dir))
          .catch((thrown) => thrown);
        expect(error).toMatchObject({ code: 'corrupt' });
        expect(error.message).toMatch(/backup.*hale restore/);
      }),
      { numRuns: 200 },
    );
  });

  test('an inbox key put in by somebody else is found at unlock, even with the checksum made to fit', async () => {
    await Keyring.create(dir, masterKeys(seed), { keyFile: null });
    const { associated, sealed, publicPart } = decodeKeyringFile(readFileSync(path));
    const at = Buffer.from(associated).indexOf(publicPart.inbox.pubkey);
    const swapped = Buffer.from(associated);
    swapped.set(schnorrPublic(sha256(Uint8Array.of(1))), at);
    writeFileSync(path, encodeKeyringFile(swapped, sealed));
    expect(await codeOf(() => Keyring.open(dir).unlock({ keyFile: null }))).toBe('corrupt');
  });

  test('a KDF that would eat the machine is refused before it starts; a later version says so', async () => {
    await Keyring.create(dir, masterKeys(seed), { passphrase });
    const { associated, sealed } = decodeKeyringFile(readFileSync(path));
    const hungry = Buffer.from(associated);
    // CBOR of 65,536 (KiB) is 1a 00 01 00 00; this asks for 4 TiB.
    const at = hungry.indexOf(fromHex('1a00010000'));
    expect(at).toBeGreaterThan(0);
    hungry.set(fromHex('1affffffff'), at);
    writeFileSync(path, encodeKeyringFile(hungry, sealed));
    expect(await codeOf(() => Keyring.open(dir))).toBe('corrupt');
    const later = Buffer.from(associated);
    later[8] = 2;
    writeFileSync(path, encodeKeyringFile(later, sealed));
    expect(await codeOf(() => Keyring.open(dir))).toBe('unknown-suite');
  });

  test('none there', async () => {
    expect(await codeOf(() => Keyring.open(dir))).toBe('not-found');
    writeFileSync(path, '');
    expect(await codeOf(() => Keyring.open(dir))).toBe('corrupt');
    chmodSync(path, 0o600);
  });
});
