// The first run in a browser: words are shown, two of them asked for, and only then is a vault made.
import { randomBytes } from 'node:crypto';
import { HaleError, normalizeRelayUrl } from '@hale/kernel';
import { newWords } from '@hale/kernel/seal';
import { createHome, restoreHome } from '../making.ts';

/** Places that have to be given back; more would be a test of patience. */
const PLACES_ASKED = 2;

export class SetUp {
  readonly #dir: string;
  /** Shown to the browser and kept nowhere else; gone once a vault is made of them. */
  #words: string | null = null;

  constructor(dir: string) {
    this.#dir = dir;
  }

  newWords(): string {
    this.#words = newWords(new Uint8Array(randomBytes(32)));
    return this.#words;
  }

  /** @throws HaleError 'usage' when the words that are asked for are not those that were shown · 'conflict' · 'unavailable' */
  async create(options: {
    passphrase: string;
    asked: Record<string, string>;
    relay?: string;
    invite?: string;
  }): Promise<void> {
    const words = this.#words;
    if (words === null) throw new HaleError('usage', 'no words were shown yet; begin again');
    const places = Object.entries(options.asked);
    const isRight = ([place, word]: [string, string]) =>
      words.split(' ')[Number(place) - 1] === word.trim().toLowerCase();
    if (places.length < PLACES_ASKED || !places.every(isRight))
      throw new HaleError('usage', 'these are not the words on your sheet; look again');
    const { passphrase, relay, invite } = options;
    await createHome({ dir: this.#dir, words, passphrase, ...(relay ? { relay } : {}), ...(invite ? { invite } : {}) });
    this.#words = null;
  }

  async restore(options: { passphrase: string; words: string; relay: string }): Promise<object> {
    return restoreHome({ dir: this.#dir, ...options, relay: normalizeRelayUrl(options.relay) });
  }
}
