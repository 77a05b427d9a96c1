// The devices that speak Nightscout: made with a secret and a token, known by their hashes; also to a locked home, which has only a file.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, sha256, toHex, utf8Encode } from '@hale/kernel';
import type { DeviceEntry, NightscoutDoor } from '@hale/vault';
import { replaceFile } from '../durable-file.ts';

/** Hashes and scopes beside the keyring, no names. */
export const NIGHTSCOUT_DEVICES = 'nightscout-devices.json';

/** Whoever speaks, and what it may. */
export interface Door extends NightscoutDoor {
  /** The device's id. */
  device: string;
  tokenHash: Uint8Array;
}

export interface NewSecrets {
  secret: string;
  token: string;
}

/** 26 letters and digits, 130 bits: no character that an address would have to escape (`https://SECRET@host/api/v1/`). */
export function newSecrets(deviceName: string): NewSecrets {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  const secret = Array.from(randomBytes(26), (byte) => alphabet[byte & 31]).join('');
  const slug =
    deviceName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '')
      .slice(0, 10) || 'device';
  return { secret, token: `${slug}-${randomBytes(16).toString('hex')}` };
}

export function secretHashes(secret: string): Uint8Array[] {
  return ['sha1', 'sha512'].map((name) => hashOf(createHash(name).update(secret).digest('hex')));
}

export const hashOf = (text: string): Uint8Array => sha256(utf8Encode(text.toWellFormed()));

export function doorsOf(devices: Iterable<DeviceEntry>): Door[] {
  return [...devices].flatMap(({ id, tokenHash, removed, nightscout }) =>
    nightscout && !removed ? [{ ...nightscout, device: id, tokenHash }] : [],
  );
}

/** The door that this text opens: a secret in one of its forms, or a token. Every comparison is made, each in constant time. */
export function doorFor(doors: readonly Door[], text: string, kinds: { secret: boolean; token: boolean }): Door | null {
  const hash = hashOf(text);
  const lower = hashOf(text.toLowerCase());
  let found: Door | null = null;
  for (const door of doors) {
    const isToken = timingSafeEqual(door.tokenHash, hash);
    const isSecret = door.secretHashes.map((each) => timingSafeEqual(each, lower)).includes(true);
    if ((isToken && kinds.token) || (isSecret && kinds.secret)) found = door;
  }
  return found;
}

export function writeNightscoutDevices(dir: string, devices: Iterable<DeviceEntry>): void {
  const doors = doorsOf(devices).map((door) => ({
    ...door,
    tokenHash: toHex(door.tokenHash),
    secretHashes: door.secretHashes.map(toHex),
  }));
  const path = join(dir, NIGHTSCOUT_DEVICES);
  if (doors.length > 0 || existsSync(path)) replaceFile(path, utf8Encode(JSON.stringify(doors)));
}

/** What a locked home knows. */
export function readNightscoutDevices(dir: string): Door[] {
  const path = join(dir, NIGHTSCOUT_DEVICES);
  if (!existsSync(path)) return [];
  const doors = JSON.parse(readFileSync(path, 'utf8')) as (Omit<Door, 'tokenHash' | 'secretHashes'> & {
    tokenHash: string;
    secretHashes: string[];
  })[];
  return doors.map((door) => ({
    ...door,
    tokenHash: fromHex(door.tokenHash, 32),
    secretHashes: door.secretHashes.map((hash) => fromHex(hash, 32)),
  }));
}
