// Lockers: a share of a key for whoever knows a verifier, eight wrong tries in its lifetime (specs/relay.md §9). The count is on the disk before
// anything is compared, so no crash and no race gives a try away. A locker knows no grant, no member and no reader.
import { HaleError, sha256, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import type { DoorAnswer } from './door.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { RelayStore } from './store.ts';

export interface LockerWish {
  id: string;
  verifier: string;
  share: string;
  /** Unix seconds. */
  expires: number;
}

type Opened =
  | { readonly status: 200; readonly value: { share: string } }
  | { readonly status: 403; readonly value: { left: number } }
  | { readonly status: 429; readonly value: { seconds: number } }
  | { readonly status: 400 | 404 | 410 | 503; readonly value: object };

const HEX = /^[0-9a-f]{64}$/;

export class Lockers {
  readonly #store: RelayStore;
  readonly #now: () => number;

  constructor(store: RelayStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Makes one, for a member that the door has proven. One that is there already stays as it is. */
  create({ id, verifier, share, expires }: LockerWish): DoorAnswer<{ id: string }> {
    const latest = this.#now() + RELAY_LIMITS.lockerSecondsMax;
    const row = { id, verifierHash: hashOf(verifier), share, wrong: 0, triedAt: 0, expires: Math.min(expires, latest) };
    try {
      if (!this.#store.transact(() => this.#store.addLocker(row)))
        return { status: 403, reason: 'it is there already' };
      return { status: 200, value: { id } };
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, reason: error.code };
      throw error;
    }
  }

  /** One try. Nobody proves a key here: who knows the id has the link. */
  open(body: Uint8Array | null): Opened {
    const asked = readTry(body);
    if (asked === null) return { status: 400, value: {} };
    try {
      return this.#try(asked.id, hashOf(asked.verifier));
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, value: {} };
      throw error;
    }
  }

  #try(id: string, verifierHash: string): Opened {
    const now = this.#now();
    const row = this.#store.locker(id);
    if (row === null || row.expires <= now) return { status: 404, value: {} };
    if (row.share === '') return { status: 410, value: {} };
    if (row.wrong >= RELAY_LIMITS.lockerTriesMax) {
      // The process ended between counting the last try and destroying.
      this.#store.transact(() => this.#store.destroyLocker(id));
      return { status: 410, value: {} };
    }
    const wait = row.wrong === 0 ? 0 : row.triedAt + 2 ** (row.wrong - 1) - now;
    if (wait > 0) return { status: 429, value: { seconds: wait } };
    const wrong = row.wrong + 1;
    const isLast = wrong >= RELAY_LIMITS.lockerTriesMax;
    // On the disk first; only then is it compared.
    this.#store.transact(() => this.#store.setLockerTries(id, wrong, now));
    if (row.verifierHash === verifierHash) {
      this.#store.transact(() => this.#store.setLockerTries(id, row.wrong, row.triedAt));
      return { status: 200, value: { share: row.share } };
    }
    if (isLast) this.#store.transact(() => this.#store.destroyLocker(id));
    return isLast ? { status: 410, value: {} } : { status: 403, value: { left: RELAY_LIMITS.lockerTriesMax - wrong } };
  }
}

/** Compared by their hashes: how long it takes tells nothing of what is kept. */
const hashOf = (verifier: string): string => toHex(sha256(utf8Encode(verifier)));

/** The body of POST /hale/locker/create; null = it is none. */
export function parseLockerWish(body: Uint8Array | null): LockerWish | null {
  const { id, verifier, share, expires } = parseFields(body);
  const isWish = [id, verifier, share].every((each) => typeof each === 'string' && HEX.test(each));
  if (!isWish || !Number.isSafeInteger(expires)) return null;
  return { id, verifier, share, expires } as unknown as LockerWish;
}

function readTry(body: Uint8Array | null): { id: string; verifier: string } | null {
  const { id, verifier } = parseFields(body);
  if (typeof id !== 'string' || typeof verifier !== 'string') return null;
  return HEX.test(id) && HEX.test(verifier) ? { id, verifier } : null;
}

function parseFields(body: Uint8Array | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
