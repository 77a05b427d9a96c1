// Challenges that wait for their one answer, in memory: after a restart whoever answers asks for another.
import { type Random, toHex } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';

export class Challenges {
  readonly #now: () => number;
  readonly #random: Random;
  /** Oldest first. */
  readonly #waiting = new Map<string, { readonly id: string; readonly expires: number }>();

  /** @param now Unix seconds */
  constructor(now: () => number, random: Random) {
    this.#now = now;
    this.#random = random;
  }

  /** 64 hex, for the locker of that id. Of one locker and of all together so many are outstanding at most; the oldest goes first. */
  give(id: string): string {
    const ofLocker: string[] = [];
    for (const [challenge, each] of this.#waiting) {
      if (each.expires <= this.#now()) this.#waiting.delete(challenge);
      else if (each.id === id) ofLocker.push(challenge);
    }
    if (ofLocker.length >= RELAY_LIMITS.claimsOfLockerMax) this.#waiting.delete(ofLocker[0]);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= RELAY_LIMITS.claimsMax) this.#waiting.delete(oldest);
    const challenge = toHex(this.#random(32));
    this.#waiting.set(challenge, { id, expires: this.#now() + RELAY_LIMITS.claimSecondsMax });
    return challenge;
  }

  /** One challenge, one answer, right or wrong. */
  take(id: string, challenge: string): boolean {
    const found = this.#waiting.get(challenge);
    this.#waiting.delete(challenge);
    return found?.id === id && found.expires > this.#now();
  }
}
