// Pairing a phone: a code that is good once and for two minutes, six digits that both screens show, and only then the secret that lasts.
// specs/remote.md §7.
import { randomBytes } from 'node:crypto';
import { encodePairingCode, HaleError, toHex } from '@hale/kernel';
import { pairingSecret } from '@hale/kernel/seal';
import type { PhoneEntry } from '@hale/vault';
import type { Emitted } from '../api.ts';
import { REMOTE_LIMITS } from './limits.ts';
import { OneVisit } from './one-visit.ts';

export interface PairingRooms {
  /** The relay as this home reaches it, and as the phone does: the latter's pages are opened. */
  readonly url: string;
  readonly address: string;
  readonly member: Uint8Array;
  readonly nowMillis: () => number;
  readonly emit: (said: Emitted) => void;
  /** Notes the phone in the catalogue and waits until the relay lets it in. */
  readonly add: (name: string, secret: Uint8Array) => Promise<PhoneEntry>;
}

interface Answer {
  readonly accept: boolean;
  readonly name: string;
}

export class Pairing {
  readonly id = toHex(new Uint8Array(randomBytes(8)));
  readonly #rooms: PairingRooms;
  readonly #code = new Uint8Array(randomBytes(16));
  readonly #visit: OneVisit;
  readonly #done = Promise.withResolvers<PhoneEntry>();
  /** What the owner says to the digits. */
  readonly #answer = Promise.withResolvers<Answer>();
  #digits = '';
  #isAsked = false;
  /** Set once the phone's answer is due: what ends the pairing when the relay has taken it. */
  #answered: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(rooms: PairingRooms) {
    this.#rooms = rooms;
    const { url, member, nowMillis } = rooms;
    this.#visit = new OneVisit({
      url,
      member,
      nowMillis,
      secret: pairingSecret(this.#code),
      seconds: 2 * REMOTE_LIMITS.pairingSeconds,
      run: (operation, parameters) => this.#pair(operation, parameters),
      onOpened: ({ digits }) => {
        this.#digits = digits;
      },
      onTaken: () => this.#answered?.(),
      onEnded: () => this.#fail(new HaleError('unavailable', 'the phone broke off; make a new code')),
    });
    // Whoever waits hears of it; where nobody does yet, it is no fault.
    this.#done.promise.catch(() => {});
    this.#answer.promise.catch(() => {});
  }

  /**
   * Resolves with the phone once it was confirmed and has its secret.
   * @throws HaleError 'expired' nobody came, or nobody confirmed · 'not-permitted' refused · 'unavailable' the relay is away
   */
  async run(signal: AbortSignal): Promise<PhoneEntry> {
    const stop = () => this.#fail(new HaleError('not-permitted', 'the pairing was broken off'));
    signal.addEventListener('abort', stop);
    try {
      await this.#begin();
      return await this.#done.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(this.#timer);
      await this.#visit.close();
    }
  }

  async #begin(): Promise<void> {
    await this.#visit.open();
    const code = encodePairingCode(this.#code);
    this.#wait('nobody used the code in time; make a new one');
    this.#rooms.emit({
      pairing: {
        id: this.id,
        state: 'waiting',
        link: `${this.#rooms.address.replace(/^ws/, 'http')}/#pair=${code}`,
        code,
        untilMicros: (this.#rooms.nowMillis() + REMOTE_LIMITS.pairingSeconds * 1000) * 1000,
      },
    });
  }

  #wait(why: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(new HaleError('expired', why)), REMOTE_LIMITS.pairingSeconds * 1000);
  }

  #fail(error: HaleError): void {
    this.#done.reject(error);
    this.#answer.reject(error);
  }

  /** The one thing that a phone may ask while it is paired: to be. */
  async #pair(operation: string, parameters: object): Promise<object> {
    const { phone } = parameters as { phone?: unknown };
    if (operation !== 'pair' || typeof phone !== 'string' || this.#isAsked)
      throw new HaleError('not-permitted', 'this phone is not paired yet');
    this.#isAsked = true;
    const name = nameOf(phone);
    this.#wait('the digits were not confirmed in time; make a new code');
    this.#rooms.emit({ pairing: { id: this.id, state: 'check', digits: this.#digits, phone: name } });
    const answer = await this.#answer.promise;
    if (!answer.accept) {
      const refused = new HaleError('not-permitted', 'this phone was not confirmed');
      this.#answered = () => this.#done.reject(refused);
      throw refused;
    }
    const secret = new Uint8Array(randomBytes(32));
    const entry = await this.#rooms.add(answer.name || name, secret);
    this.#answered = () => this.#done.resolve(entry);
    return { secret: toHex(secret), name: entry.name };
  }

  /** Takes what the owner says to them. @throws HaleError 'conflict' while no phone has come */
  confirm(answer: Answer): void {
    if (!this.#isAsked) throw new HaleError('conflict', 'no phone has used this code yet');
    this.#answer.resolve(answer);
  }
}

/** A stranger's text until somebody has confirmed it: bounded, and without what could steer a terminal. */
function nameOf(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N} .,·()'’-]/gu, '')
    .trim();
  return clean.slice(0, REMOTE_LIMITS.nameUnitsMax).trim() || 'Phone';
}
