// The tokens that this home holds at its relays: fetched ahead in batches of one size, at times that have nothing to do with what they are
// spent for, and spent by itself where a relay says that an author needs one. On the disk they are sealed.
import { randomBytes } from 'node:crypto';
import { HaleError, KINDS, type NostrEvent, type Token, tokenTag } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { PublishResult } from '@hale/relay/client';
import { NET_LIMITS } from './limits.ts';
import { askForTokens, fetchTokenOffer, type TokenOffer } from './tokens.ts';

/** What is kept of one relay. */
export interface PurseRecord {
  /** The relay's own key and its key of the epoch: they must not change within it. */
  self: string;
  epoch: number;
  key: string;
  tokens: Token[];
  /** The epoch in which this member may take no more; −1: none. */
  exhausted: number;
}

export interface PurseRooms {
  /** By relay address. */
  load: () => Map<string, PurseRecord>;
  /** On the disk when it returns. */
  save: (records: ReadonlyMap<string, PurseRecord>) => void;
  memberSecret: Uint8Array;
  warn: (code: 'relay-no-room' | 'relay-two-keys') => void;
  nowMillis: () => number;
}

type Publish = (event: NostrEvent) => Promise<PublishResult>;

export class TokenPurse {
  readonly #rooms: PurseRooms;
  #records: Map<string, PurseRecord> | null = null;
  /** `relay author` → how many tokens were spent since the start. */
  readonly #spent = new Map<string, number>();
  readonly #spending = new Map<string, Promise<boolean>>();
  /** Nonces of tokens under way, or lost on the way, with whom they are for: a relay that saw one token of two authors would know they are one. */
  readonly #promised = new Map<string, string>();
  readonly #filling = new Map<string, Promise<void>>();
  /** When a relay is asked for the next batch, milliseconds. */
  readonly #dueAt = new Map<string, number>();

  constructor(rooms: PurseRooms) {
    this.#rooms = rooms;
  }

  get #all(): Map<string, PurseRecord> {
    this.#records ??= this.#rooms.load();
    return this.#records;
  }

  /** Tokens that lie ready for a relay. */
  countAt(url: string): number {
    return this.#all.get(url)?.tokens.length ?? 0;
  }

  /** A place in time, for `allot`: what was published before it and refused meanwhile may have its token already. */
  markOf(url: string, author: string): number {
    return this.#spent.get(`${url} ${author}`) ?? 0;
  }

  /**
   * A token for an author that a relay refused for want of one; once for all of her events that were under way together.
   * @returns whether it is worth publishing again
   */
  async allot(url: string, author: string, secret: Uint8Array, mark: number, publish: Publish): Promise<boolean> {
    const name = `${url} ${author}`;
    if (this.markOf(url, author) > mark) return true;
    const underWay = this.#spending.get(name);
    if (underWay) return underWay;
    const spending = this.#spend(url, author, secret, publish)
      .then((isSpent) => {
        if (isSpent) this.#spent.set(name, this.markOf(url, author) + 1);
        return isSpent;
      })
      .finally(() => this.#spending.delete(name));
    this.#spending.set(name, spending);
    return spending;
  }

  /** A token for this author and no other. */
  #tokenFor(url: string, author: string): Token | undefined {
    const isFree = ({ nonce }: Token) => (this.#promised.get(nonce) ?? author) === author;
    return this.#all.get(url)?.tokens.find(isFree);
  }

  async #spend(url: string, author: string, secret: Uint8Array, publish: Publish): Promise<boolean> {
    for (let tries = 0; tries < NET_LIMITS.tokenTriesMax; tries++) {
      if (!this.#tokenFor(url, author)) await this.fill(url);
      const token = this.#tokenFor(url, author);
      if (token === undefined) return false;
      this.#promised.set(token.nonce, author);
      const created_at = Math.floor(this.#rooms.nowMillis() / 1000);
      const template = { kind: KINDS.token, created_at, tags: [['-'], tokenTag(token)], content: '' };
      const result = await publish(signEvent(template, secret, new Uint8Array(randomBytes(32))));
      // Lost: it may be spent. The same author tries the same token again, and the relay counts it once.
      if (result.outcome === 'lost') return false;
      const isSpent = result.outcome === 'ok' || result.reason === 'duplicate';
      if (isSpent || result.reason === 'invalid') this.#drop(url, token);
      if (isSpent) return true;
      if (result.reason !== 'invalid') return false;
      // Perhaps its epoch is over: then the others of that epoch go as well.
      await this.fill(url);
    }
    return false;
  }

  #drop(url: string, token: Token): void {
    const record = this.#all.get(url);
    if (!record) return;
    record.tokens = record.tokens.filter(({ nonce }) => nonce !== token.nonce);
    this.#promised.delete(token.nonce);
    this.#rooms.save(this.#all);
    if (record.tokens.length < NET_LIMITS.tokensLow) this.#later(url);
  }

  /** Some time within hours: a request that follows a spending at once would tell whose it was. */
  #later(url: string): void {
    if (this.#dueAt.has(url)) return;
    const [high, low] = randomBytes(2);
    const share = (high * 256 + low) / 65_536;
    this.#dueAt.set(url, this.#rooms.nowMillis() + share * NET_LIMITS.tokenDelayMillisMax);
  }

  /** Looks whether a relay's next batch is due; cheap when not. */
  wake(url: string): void {
    const due = this.#dueAt.get(url);
    if (due === undefined || due > this.#rooms.nowMillis()) return;
    this.#dueAt.delete(url);
    void this.fill(url);
  }

  /** At a new connection: what is low is filled some time, an epoch that ended takes its tokens with it. */
  look(url: string): void {
    const record = this.#all.get(url);
    if (record && record.tokens.length < NET_LIMITS.tokensLow) this.#later(url);
  }

  /** One batch more, unless the relay needs none or has none left. Never rejects: without tokens the home waits and says so. */
  fill(url: string): Promise<void> {
    const underWay = this.#filling.get(url);
    if (underWay) return underWay;
    const filling = this.#fill(url)
      .catch((error: unknown) => {
        if (!(error instanceof HaleError)) throw error;
        if (error.code === 'not-authentic') this.#rooms.warn('relay-two-keys');
      })
      .finally(() => this.#filling.delete(url));
    this.#filling.set(url, filling);
    return filling;
  }

  async #fill(url: string): Promise<void> {
    const offer = await fetchTokenOffer(url);
    if (offer === null) return;
    const record = this.#recordFor(url, offer);
    if (record.exhausted === offer.epoch) return;
    try {
      record.tokens.push(...(await askForTokens(url, offer, this.#rooms.memberSecret)));
    } catch (error) {
      if (!(error instanceof HaleError) || error.detail.status !== 429) throw error;
      record.exhausted = offer.epoch;
      this.#rooms.warn('relay-no-room');
    }
    this.#rooms.save(this.#all);
  }

  /** @throws HaleError 'not-authentic' where the relay names two keys in one epoch: so it could mark whom it gave which */
  #recordFor(url: string, { self, epoch, key }: TokenOffer): PurseRecord {
    const known = this.#all.get(url);
    if (known && known.self === self && known.epoch === epoch && known.key !== key)
      throw new HaleError('not-authentic', 'two keys in one epoch');
    const isSame = known !== undefined && known.self === self;
    // Tokens of the epoch before are still taken; of a relay with another key, none are.
    const tokens = isSame ? known.tokens.filter((token) => token.epoch >= epoch - 1) : [];
    const record = { self, epoch, key, tokens, exhausted: isSame ? known.exhausted : -1 };
    this.#all.set(url, record);
    return record;
  }
}
