// NIP-42 for several keys on one connection: a household's home proves each stream author whose tiles it writes.
import { fail, type NostrEvent, schnorrPublic, toHex } from '@hale/kernel';
import { signAuth } from '@hale/kernel/seal';
import { eventFrame, type ReasonPrefix } from './frames.ts';
import { CLIENT_LIMITS } from './limits.ts';

type KeyState = 'idle' | 'waiting' | 'accepted' | 'refused';

interface HeldKey {
  readonly pubkey: string;
  readonly secret: Uint8Array;
  state: KeyState;
  eventId: string;
  deadlineMillis: number;
}

export interface AuthenticationClock {
  nowMillis(): number;
  /** Added to the clock for authentication only, never for what is published. */
  authOffsetSeconds(): number;
  random(byteLength: number): Uint8Array;
}

export type AuthAnswer = { pubkey: string; accepted: boolean; reason: ReasonPrefix };

/** The keys that a connection may prove, and how far each has come since the connection opened. */
export class Authentication {
  readonly #url: string;
  readonly #clock: AuthenticationClock;
  readonly #keys = new Map<string, HeldKey>();
  #challenge: string | null = null;
  #challenges = 0;
  #graceUntilMillis = 0;
  #proofs = 0;

  constructor(url: string, clock: AuthenticationClock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** Keys proved since the connection opened: grows with each acceptance, so that a request can tell whether trying again makes sense. */
  get proofs(): number {
    return this.#proofs;
  }

  /** False when the key was there already. @throws HaleError 'full' */
  addKey(secret: Uint8Array): boolean {
    const pubkey = toHex(schnorrPublic(secret));
    if (this.#keys.has(pubkey)) return false;
    if (this.#keys.size >= CLIENT_LIMITS.keysMax) fail('full', 'too many keys on one relay connection');
    this.#keys.set(pubkey, { pubkey, secret, state: 'idle', eventId: '', deadlineMillis: 0 });
    return true;
  }

  opened(): void {
    this.#challenge = null;
    this.#challenges = 0;
    this.#proofs = 0;
    this.#graceUntilMillis = this.#clock.nowMillis() + CLIENT_LIMITS.challengeGraceMillis;
    for (const key of this.#keys.values()) key.state = 'idle';
  }

  /** Takes a new challenge; false when the relay has sent too many to be honest. What is proved stays proved. */
  challenged(challenge: string): boolean {
    this.#challenges += 1;
    if (this.#challenges > CLIENT_LIMITS.challengesMax) return false;
    this.#challenge = challenge;
    for (const key of this.#keys.values()) if (key.state !== 'accepted') key.state = 'idle';
    return true;
  }

  /** AUTH frames for every key that has not tried the present challenge. */
  frames(): string[] {
    const challenge = this.#challenge;
    if (challenge === null) return [];
    const idle = [...this.#keys.values()].filter((key) => key.state === 'idle');
    return idle.map((key) => eventFrame('AUTH', this.#sign(key, challenge)));
  }

  #sign(key: HeldKey, challenge: string): NostrEvent {
    const now = this.#clock.nowMillis();
    const seconds = Math.floor(now / 1000) + this.#clock.authOffsetSeconds();
    const { secret } = key;
    const { random } = this.#clock;
    const event = signAuth({ challenge, relayUrl: this.#url, secret, nowSeconds: seconds, random });
    key.state = 'waiting';
    key.eventId = event.id;
    key.deadlineMillis = now + CLIENT_LIMITS.authTimeoutMillis;
    return event;
  }

  /** null = this OK does not answer one of our AUTH events. */
  answered(eventId: string, accepted: boolean, reason: ReasonPrefix): AuthAnswer | null {
    for (const key of this.#keys.values()) {
      if (key.state !== 'waiting' || key.eventId !== eventId) continue;
      key.state = accepted ? 'accepted' : 'refused';
      if (accepted) this.#proofs += 1;
      return { pubkey: key.pubkey, accepted, reason };
    }
    return null;
  }

  /** Keys whose AUTH stayed without answer are given up for this challenge. */
  tick(): void {
    const now = this.#clock.nowMillis();
    for (const key of this.#keys.values()) {
      if (key.state === 'waiting' && now >= key.deadlineMillis) key.state = 'refused';
    }
  }

  /**
   * True when requests may go out. They wait for keys under way, because a relay that hides what it holds answers an unproved
   * reader with an empty list, which must not be taken for the truth.
   */
  get settled(): boolean {
    if (this.#keys.size === 0) return true;
    if (this.#challenge === null) return this.#clock.nowMillis() >= this.#graceUntilMillis;
    return !this.#some('waiting') && !this.#some('idle');
  }

  /** True while a request told 'auth-required' can still hope: there is a key, and either no challenge yet or a key under way. */
  get hopeful(): boolean {
    if (this.#keys.size === 0) return false;
    return this.#challenge === null || this.#some('waiting') || this.#some('idle');
  }

  #some(state: KeyState): boolean {
    for (const key of this.#keys.values()) if (key.state === state) return true;
    return false;
  }
}
