// The first run in a browser: words are shown, two of them asked for, and only then is a vault made. What is shown belongs to the session that
// asked for it; a restore goes on when its page is left, and whoever comes back finds how far it is.
import { randomBytes } from 'node:crypto';
import { HaleError, normalizeRelayUrl } from '@hale/kernel';
import { newWords } from '@hale/kernel/seal';
import { createHome, restoreHome } from '../making.ts';
import { fetchRelayInfo } from '../net/relay-info.ts';
import { problemOf } from '../problem.ts';
import type { Warning } from '../warnings.ts';
import { WEB_LIMITS } from './limits.ts';

/** Places that have to be given back; more would be a test of patience. */
const PLACES_ASKED = 2;

/** How far the making of a vault is. Counts of series; 0 of 0 while the vault is looked for. */
export interface Making {
  what: 'create' | 'restore';
  done: number;
  total: number;
}

/** Why the last one ended without a vault: code and words as every problem has them. */
export interface Unmade {
  code: string;
  title: string;
}

export interface CreateWish {
  passphrase: string;
  /** Words by their place, 1-based: the person has written them down. */
  asked: Record<string, string>;
  relay?: string;
  invite?: string;
}

export interface RestoreWish {
  passphrase: string;
  words: string;
  relay: string;
}

export class SetUp {
  readonly #dir: string;
  /** By session: shown to that browser and kept nowhere else; gone once a vault is made. */
  readonly #words = new Map<string, string>();
  making: Making | null = null;
  unmade: Unmade | null = null;

  constructor(dir: string) {
    this.#dir = dir;
  }

  newWords(session: string): string {
    if (this.#words.size >= WEB_LIMITS.setUpsMax) this.#words.delete([...this.#words.keys()][0]);
    const words = newWords(new Uint8Array(randomBytes(32)));
    this.#words.set(session, words);
    return words;
  }

  /** Is there a relay? @throws HaleError 'malformed' · 'unavailable' */
  async checkRelay(relay: string): Promise<string> {
    const url = normalizeRelayUrl(relay);
    await fetchRelayInfo(url);
    return url;
  }

  /** @throws HaleError 'usage' when the words that are asked for are not those that were shown · 'conflict' · 'unavailable' */
  async create(session: string, { asked, passphrase, relay, invite }: CreateWish): Promise<void> {
    const words = this.#words.get(session);
    if (words === undefined) throw new HaleError('usage', 'no words were shown yet; begin again');
    const places = Object.entries(asked).map(([place, word]) => ({ place: Number(place), word }));
    const isRight = places.every(({ place, word }) => words.split(' ')[place - 1] === word.trim().toLowerCase());
    if (new Set(places.map(({ place }) => place)).size < PLACES_ASKED || !isRight)
      throw new HaleError('usage', 'these are not the words on your sheet; look again');
    await this.#while({ what: 'create', done: 0, total: 0 }, () =>
      createHome({ dir: this.#dir, words, passphrase, ...(relay ? { relay } : {}), ...(invite ? { invite } : {}) }),
    );
    this.#words.clear();
  }

  /** @throws HaleError 'malformed' for what are no words · 'not-found' · 'unavailable' · 'conflict' */
  async restore({ passphrase, words, relay }: RestoreWish): Promise<{ notices: Warning[] }> {
    const url = normalizeRelayUrl(relay);
    const making: Making = { what: 'restore', done: 0, total: 0 };
    const restored = await this.#while(making, () =>
      restoreHome({
        dir: this.#dir,
        passphrase,
        words,
        relay: url,
        emit: (_, progress) => Object.assign(making, progress ?? {}),
      }),
    );
    this.#words.clear();
    return restored;
  }

  async #while<T>(making: Making, work: () => Promise<T>): Promise<T> {
    if (this.making) throw new HaleError('conflict', 'a vault is being made here already; wait until that has ended');
    this.making = making;
    this.unmade = null;
    try {
      return await work();
    } catch (error) {
      const { code, title } = problemOf(error);
      this.unmade = { code, title };
      throw error;
    } finally {
      this.making = null;
    }
  }
}
