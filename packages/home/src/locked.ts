// While a home is locked, deliveries are sealed to its inbox key and acknowledged; unlocking takes them in.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import { openHandOvers } from './custody/hand-over.ts';
import type { Home } from './home.ts';
import { drainInbox, inboxWaits, LockedInbox } from './inbox.ts';
import { refuseUnreadable, takeKeptDelivery } from './kept-delivery.ts';
import { Keyring } from './keyring.ts';
import { type Door, readNightscoutDevices } from './nightscout/devices.ts';

/** Takes in what came while the home was locked. A delivery leaves the inbox only after its samples are on disk. */
export function foldInbox(home: Home): void {
  if (!inboxWaits(home.dir)) return;
  if (home.vault.retiredBy !== null) {
    // Only the home that writes may take them in; without this the opening would fail, every time.
    home.warn('locked-elsewhere');
    return;
  }
  // They wait sealed until the hand-over is done or taken back: it would refuse them, and the opening would fail.
  if (openHandOvers(home).length > 0) return;
  let unreadable = 0;
  const report = drainInbox(home.dir, home.keys, (batch) => {
    const { hash, type, body } = splitCollected(batch);
    const device = [...home.vault.state.devices.values()].find((entry) => toHex(entry.tokenHash) === hash);
    try {
      if (device) takeKeptDelivery(home, device, body, type);
    } catch (error) {
      // What a device sent wrongly stays wrong; anything else (a full disk) is tried again at the next unlocking.
      if (!(error instanceof HaleError) || !['malformed', 'too-large', 'out-of-range'].includes(error.code))
        throw error;
      unreadable++;
    }
  });
  if (unreadable > 0) home.warn('locked-unreadable', unreadable);
  if (report.damaged > 0) home.warn('locked-damaged', report.damaged);
}

/** Bytes that a collected delivery has beside its body, at most. */
export const COLLECTED_HEAD_BYTES = 33 + 255;

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

/** What a locked home can do with deliveries. */
export interface Collector {
  /** Is it the credential of a device that was not removed? */
  knows: (credential: string | undefined) => boolean;
  /** Seals a delivery to the inbox; when it returns, it is on the disk. @throws HaleError 'full' | 'too-large' | 'malformed' */
  collect: (credential: string, body: Uint8Array, type: string) => void;
  /** The same for a device that is known by the hash of its token, and whose delivery was judged already. */
  collectFor: (tokenHash: Uint8Array, body: Uint8Array, type: string) => void;
  /** The devices that speak Nightscout. */
  doors: () => Door[];
}

/** Takes nothing: the home was never locked. */
export const noCollector: Collector = { knows: () => false, collect: () => {}, collectFor: () => {}, doors: () => [] };

export function collector(dir: string): Collector {
  const inbox = new LockedInbox(dir, Keyring.open(dir).inboxKey);
  const known = existsSync(join(dir, 'devices.json'))
    ? (JSON.parse(readFileSync(join(dir, 'devices.json'), 'utf8')) as string[])
    : [];
  const doors = readNightscoutDevices(dir);
  const hashOf = (credential: string) => sha256(utf8Encode(credential));
  return {
    knows: (credential) => credential !== undefined && known.includes(toHex(hashOf(credential))),
    collect: (credential, body, type) => {
      // What cannot be read is refused now: acknowledged and left out at the unlocking, nobody would send it again.
      refuseUnreadable(body, type);
      inbox.append([joinCollected(hashOf(credential), type, body)]);
    },
    collectFor: (tokenHash, body, type) => inbox.append([joinCollected(tokenHash, type, body)]),
    doors: () => doors,
  };
}
