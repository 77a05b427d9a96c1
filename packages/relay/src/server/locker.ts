// Lockers: a share of a key for whoever knows a verifier, eight wrong tries in its lifetime (specs/relay.md §9). The count is on the disk before
// anything is compared, so no crash and no race gives a try away. One that can be claimed gives its share to the first browser only, and later to
// whoever signs with that browser's key. A locker knows no grant, no member and no reader.
import { HaleError, type Random, sha256, toHex, utf8Decode, utf8Encode, verifyClaim } from '@hale/kernel';
import { Challenges } from './challenges.ts';
import type { DoorAnswer } from './door.ts';
import { RELAY_LIMITS } from './limits.ts';
import { isOwnUrl, type RelayPolicy } from './policy.ts';
import type { LockerClaim, LockerRow, RelayStore } from './store.ts';

export interface LockerWish {
  id: string;
  verifier: string;
  share: string;
  /** Unix seconds. */
  expires: number;
  /** The owner's key for this locker, 64 hex: it then belongs to the first browser. */
  claim?: string;
}

/** What a browser shows to have the share of a locker that belongs to one browser. */
interface ClaimProof {
  readonly relay: string;
  readonly challenge: string;
  readonly key: string;
  readonly signature: string;
}

interface Try {
  readonly id: string;
  readonly verifier: string;
  readonly proof: ClaimProof | null;
}

/** `claimed`: Unix seconds at which the first browser came, null until then. */
interface Claimed {
  claimed: number | null;
}

type Opened =
  | { readonly status: 200; readonly value: { share: string; claimed?: number } }
  | { readonly status: 401; readonly value: { challenge: string } & Claimed }
  | { readonly status: 409; readonly value: Claimed }
  | { readonly status: 403; readonly value: { left: number } }
  | { readonly status: 429; readonly value: { seconds: number } }
  | { readonly status: 400 | 404 | 410 | 503; readonly value: object };

const HEX = /^[0-9a-f]{64}$/;

export interface LockerOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
}

export class Lockers {
  readonly #store: RelayStore;
  readonly #policy: RelayPolicy;
  readonly #now: () => number;
  readonly #challenges: Challenges;

  constructor({ store, policy, now, random }: LockerOptions) {
    this.#store = store;
    this.#policy = policy;
    this.#now = now;
    this.#challenges = new Challenges(now, random);
  }

  /** Makes one, for a member that the door has proven. One that is there already stays as it is. */
  create({
    id,
    verifier,
    share,
    expires: wished,
    claim: owner,
  }: LockerWish): DoorAnswer<{ id: string; claim: boolean }> {
    const expires = Math.min(wished, this.#now() + RELAY_LIMITS.lockerSecondsMax);
    const claim = owner === undefined ? null : { owner, browser: '', at: 0 };
    const row = { id, verifierHash: hashOf(verifier), share, wrong: 0, triedAt: 0, expires, claim };
    return guarded(() =>
      this.#store.transact(() => this.#store.addLocker(row))
        ? { status: 200, value: { id, claim: claim !== null } }
        : { status: 403, reason: 'it is there already' },
    );
  }

  /** Has a browser claimed it, and when? For its owner, whom the door has proven. */
  look(id: string): DoorAnswer<Claimed & { destroyed: boolean }> {
    const row = this.#store.locker(id);
    return row?.claim
      ? { status: 200, value: { claimed: claimedAt(row.claim), destroyed: row.share === '' } }
      : { status: 403, reason: 'not its owner' };
  }

  /** The next browser that opens it has it from then on. For its owner. */
  free(id: string): DoorAnswer<Claimed & { destroyed: boolean }> {
    return guarded(() => {
      this.#store.transact(() => this.#store.freeLocker(id));
      return this.look(id);
    });
  }

  /** One try. Nobody proves a key here: who knows the id has the link. */
  open(body: Uint8Array | null): Opened {
    const asked = readTry(body);
    if (asked === null) return { status: 400, value: {} };
    try {
      return this.#try(asked);
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, value: {} };
      throw error;
    }
  }

  #try({ id, verifier, proof }: Try): Opened {
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
    if (row.verifierHash === hashOf(verifier)) {
      this.#store.transact(() => this.#store.setLockerTries(id, row.wrong, row.triedAt));
      return row.claim ? this.#give(row, proof) : { status: 200, value: { share: row.share } };
    }
    if (isLast) this.#store.transact(() => this.#store.destroyLocker(id));
    return isLast ? { status: 410, value: {} } : { status: 403, value: { left: RELAY_LIMITS.lockerTriesMax - wrong } };
  }

  /**
   * To the browser whose it is. Which one that is stands on the disk before the share leaves: where the answer is lost, the same browser asks
   * again with the same key; of two that come at once the store takes one.
   */
  #give({ id, share, claim: before }: LockerRow, proof: ClaimProof | null): Opened {
    if (proof === null || !this.#isProven(id, proof))
      return { status: 401, value: { challenge: this.#challenges.give(id), claimed: claimedAt(before) } };
    const browser = hashOf(proof.key);
    if (before?.browser === '') this.#store.transact(() => this.#store.claimLocker(id, browser, this.#now()));
    const claim = this.#store.locker(id)?.claim;
    return claim?.browser === browser
      ? { status: 200, value: { share, claimed: claim.at } }
      : { status: 409, value: { claimed: claimedAt(claim) } };
  }

  #isProven(id: string, { relay, challenge, key, signature }: ClaimProof): boolean {
    if (!this.#challenges.take(id, challenge) || !isOwnUrl(this.#policy, relay)) return false;
    return verifyClaim({ relay, lockerId: id, challenge }, key, signature);
  }
}

const claimedAt = (claim: LockerClaim | null | undefined): number | null => (claim && claim.at > 0 ? claim.at : null);

function guarded<Value>(work: () => DoorAnswer<Value>): DoorAnswer<Value> {
  try {
    return work();
  } catch (error) {
    if (error instanceof HaleError) return { status: 503, reason: error.code };
    throw error;
  }
}

/** Compared by their hashes: how long it takes tells nothing of what is kept. */
const hashOf = (verifier: string): string => toHex(sha256(utf8Encode(verifier)));

/** The body of POST /hale/locker/create; null = it is none. */
export function parseLockerWish(body: Uint8Array | null): LockerWish | null {
  const { id, verifier, share, expires, claim } = parseFields(body);
  const isWish = [id, verifier, share, claim === undefined ? id : claim].every(isHex);
  if (!isWish || !Number.isSafeInteger(expires)) return null;
  return { id, verifier, share, expires, ...(claim === undefined ? {} : { claim }) } as unknown as LockerWish;
}

/** The body of POST /hale/locker/look and /free: the locker's id; null = it is none. */
export function parseLockerId(body: Uint8Array | null): string | null {
  const { id } = parseFields(body);
  return isHex(id) ? id : null;
}

function readTry(body: Uint8Array | null): Try | null {
  const { id, verifier, relay, challenge, key, signature } = parseFields(body);
  if (!isHex(id) || !isHex(verifier)) return null;
  const proof = [relay, challenge, key, signature];
  if (proof.every((each) => each === undefined)) return { id, verifier, proof: null };
  if (!proof.every((each) => typeof each === 'string')) return null;
  return { id, verifier, proof: { relay, challenge, key, signature } as ClaimProof };
}

const isHex = (value: unknown): value is string => typeof value === 'string' && HEX.test(value);

function parseFields(body: Uint8Array | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
