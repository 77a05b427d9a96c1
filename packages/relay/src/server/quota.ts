// How much an author may keep here (specs/tokens.md). A member gets blind tokens, an author spends them: what is kept says how many tokens a
// member took, how much an author may hold, and nothing that leads from the one to the other.
import {
  KINDS,
  parseTokenTag,
  sha256,
  type Token,
  tagValue,
  toHex,
  tokenEpochOf,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import type { Verdict } from './rules.ts';
import type { AuthorRow, RelayStore } from './store.ts';

/** What an operator allows. */
export interface QuotaRules {
  /** Bytes that one token opens for one author. */
  readonly allotmentBytes: number;
  /** Tokens that one member may take in an epoch of 30 days. */
  readonly tokensPerEpoch: number;
}

/** The relay's keys for tokens, held by the host: this room never sees a secret. */
export interface TokenMint {
  /** The signed statement that names the public key of an epoch. The same bytes whenever it is asked. */
  statement(epoch: number): VerifiedEvent;
  /** Public key of an epoch, hex. */
  key(epoch: number): string;
  /** One evaluated point for each, and one proof for all. @throws HaleError 'malformed' for what is no point */
  evaluate(epoch: number, blinded: readonly Uint8Array[]): { evaluated: readonly Uint8Array[]; proof: Uint8Array };
  /** Came this token from that epoch's key? */
  made(token: Token): boolean;
}

/** Kinds whose bytes count for their author; what else she sends is bounded by the hour (publications.ts). */
export const COUNTED_KINDS: readonly number[] = [KINDS.tileBatch, KINDS.access, KINDS.deletion];

export function isCounted(kind: number): boolean {
  return COUNTED_KINDS.includes(kind);
}

/** An access list that soon ends by itself, as those of a code that is good once: its author needs no token, the hour bounds it. */
function isPassing(event: VerifiedEvent, now: number): boolean {
  const ends = Number(tagValue(event, 'expiration') ?? Number.POSITIVE_INFINITY);
  const isShort = ends <= now + RELAY_LIMITS.passingSecondsMax && countedBytes(event) <= RELAY_LIMITS.passingBytesMax;
  return event.kind === KINDS.access && isShort;
}

/** Bytes for which an event counts: a batch's as sealed, a text's units, and what stands around them. */
export function countedBytes({ kind, content, tags }: Pick<VerifiedEvent, 'kind' | 'content' | 'tags'>): number {
  const units = tags.reduce((sum, tag) => sum + tag.reduce((length, item) => length + item.length, 0), 0);
  const bytes = kind === KINDS.tileBatch ? Math.ceil(content.length / 4) * 3 : content.length;
  return RELAY_LIMITS.eventOverheadBytes + bytes + units;
}

const refused = (message: string): Verdict => ({ accepted: false, message, live: false });

export class Quota {
  readonly #store: RelayStore;
  readonly #rules: QuotaRules;
  readonly #mint: TokenMint;
  readonly #now: () => number;
  /** Seconds for which tiles are kept by the policy of now; null = until deleted. */
  readonly #promise: number | null;

  constructor(store: RelayStore, rules: QuotaRules, mint: TokenMint, now: () => number, promise: number | null) {
    this.#store = store;
    this.#rules = rules;
    this.#mint = mint;
    this.#now = now;
    this.#promise = promise;
  }

  /** Is that event bounded by what its author may keep? Whatever is not is bounded by the hour (publications.ts). */
  bounds(event: VerifiedEvent): boolean {
    if (!isCounted(event.kind)) return false;
    if (event.kind === KINDS.deletion) return this.#store.author(event.pubkey) !== null;
    return !isPassing(event, this.#now());
  }

  /**
   * null = there is room. An access list and a deletion find room beyond the allotment, so that nobody who has used hers up is kept from
   * shutting readers out or from deleting; a request to vanish always does.
   */
  refusalOf(event: VerifiedEvent): string | null {
    if (!isCounted(event.kind)) return null;
    const ofStream = event.kind !== KINDS.deletion;
    const row = this.#store.author(event.pubkey) ?? this.#adopt(event.pubkey);
    // A person's deletions of her messages: no stream of hers is here.
    if (row === null && (!ofStream || isPassing(event, this.#now()))) return null;
    const { bytes, allotted } = row ?? { bytes: 0, allotted: 0 };
    const slack = event.kind === KINDS.tileBatch || row === null ? 0 : RELAY_LIMITS.allotmentSlackBytes;
    if (row !== null && bytes + countedBytes(event) <= allotted + slack) return null;
    return `restricted: quota: this author has ${bytes} of ${allotted} bytes; spend a token for it (specs/tokens.md)`;
  }

  /**
   * An author from before this relay had quotas keeps what she has and gets one allotment more, so that a home that knows no tokens yet
   * goes on for a while. null = a new author.
   */
  #adopt(author: string): AuthorRow | null {
    // By her tiles alone: lists that pass and deletions lie here without an allotment too, and must not bring one.
    if (this.#store.find({ authors: [author], kinds: [KINDS.tileBatch], limit: 1 }).length === 0) return null;
    const allotments = Math.ceil(this.#store.countedBytesOf(author) / this.#rules.allotmentBytes) + 1;
    return this.#store.allot(author, allotments * this.#rules.allotmentBytes, this.#promise);
  }

  /** A token becomes an allotment of the author who signed the event. Twice by her: once; by somebody else: never. */
  spend(event: VerifiedEvent): Verdict {
    const token = parseTokenTag(event.tags);
    if (token === null) return refused('invalid: this event holds no token');
    const epoch = tokenEpochOf(this.#now());
    if (token.epoch !== epoch && token.epoch !== epoch - 1) return refused('invalid: token: its epoch is over');
    if (!this.#mint.made(token)) return refused('invalid: token: this relay did not make it');
    const hash = toHex(sha256(utf8Encode(`hale/token/spent/1${token.nonce}`)));
    // Whose it became, only for whoever has the nonce: a repetition after a lost answer is no second spending.
    const mark = toHex(sha256(utf8Encode(`hale/token/mark/1${token.nonce}${event.pubkey}`))).slice(0, 32);
    const outcome = this.#store.spendToken(token.epoch, hash, mark);
    if (outcome === 'other') return refused('invalid: token: it was spent before');
    if (outcome === 'same') return { accepted: true, message: 'duplicate: spent for this author already', live: false };
    if (this.#store.author(event.pubkey) === null) this.#adopt(event.pubkey);
    this.#store.allot(event.pubkey, this.#rules.allotmentBytes, this.#promise);
    return { accepted: true, message: '', live: false };
  }
}
