// Pairing by code: a device without a credential shows a code of eight digits that its owner got from this node, once, within minutes, and is
// enrolled. Codes lie in the memory of the node and nowhere else.
import { randomInt, timingSafeEqual } from 'node:crypto';
import { HaleError } from '@hale/kernel';
import type { NightscoutWish } from './api.ts';
import { HOME_LIMITS } from './limits.ts';

/** What the owner said about the device that will come. */
export interface PairingWish {
  /** How she calls it; null: it names itself. */
  name: string | null;
  /** Id of the subject. */
  subject: string;
  nightscout: NightscoutWish | null;
}

interface Waiting {
  digits: Buffer;
  endsMillis: number;
  wish: PairingWish;
}

const CODES = 10 ** HOME_LIMITS.pairingDigits;

export class Pairings {
  #waiting: Waiting[] = [];
  /** Wrong codes since codes began to wait. */
  #wrong = 0;
  readonly #nowMillis: () => number;
  readonly #whenGuessed: () => void;

  /**
   * @param whenGuessed told when all codes were withdrawn because wrong ones came
   * @param nowMillis a clock that nobody sets
   */
  constructor(whenGuessed: () => void = () => {}, nowMillis: () => number = () => performance.now()) {
    this.#whenGuessed = whenGuessed;
    this.#nowMillis = nowMillis;
  }

  /** A code for one device, eight digits. @throws HaleError 'unavailable' where as many wait as may */
  begin(wish: PairingWish): string {
    this.#forgetExpired();
    if (this.#waiting.length >= HOME_LIMITS.pairingCodesMax)
      throw new HaleError('unavailable', 'too many pairing codes are waiting; they end by themselves within minutes', {
        max: HOME_LIMITS.pairingCodesMax,
      });
    if (this.#waiting.length === 0) this.#wrong = 0;
    const taken = this.#waiting.map(({ digits }) => digits.toString());
    let code: string;
    do code = String(randomInt(CODES)).padStart(HOME_LIMITS.pairingDigits, '0');
    while (taken.includes(code));
    const lifeMillis = HOME_LIMITS.pairingSeconds * 1000;
    this.#waiting.push({ digits: Buffer.from(code), endsMillis: this.#nowMillis() + lifeMillis, wish });
    // Gone from the memory also where nobody asks again.
    setTimeout(() => this.#forgetExpired(), lifeMillis + 1).unref();
    return code;
  }

  /**
   * Enrols the device that shows a code, which is used up by it; where `enrol` throws, it stays good. Wrong, used and expired ones hear the
   * same, after the same work.
   * @param code eight digits, with or without a hyphen or spaces between
   * @throws HaleError 'malformed' for what is no code, 'not-permitted' for one that is not good; what `enrol` throws
   */
  redeem<T>(code: unknown, enrol: (wish: PairingWish) => T): T {
    const digits = digitsOf(code);
    this.#forgetExpired();
    let found: Waiting | null = null;
    for (const waiting of this.#waiting) if (timingSafeEqual(waiting.digits, digits)) found = waiting;
    if (!found) {
      this.#countWrong();
      throw new HaleError(
        'not-permitted',
        'this pairing code is wrong, was used, or has expired; `hale device add NAME --pair` makes another',
      );
    }
    const enrolled = enrol(found.wish);
    this.#forget((waiting) => waiting === found);
    return enrolled;
  }

  #countWrong(): void {
    this.#wrong++;
    if (this.#wrong < HOME_LIMITS.pairingTriesMax || this.#waiting.length === 0) return;
    this.#forget(() => true);
    this.#whenGuessed();
  }

  #forgetExpired(): void {
    const now = this.#nowMillis();
    this.#forget(({ endsMillis }) => endsMillis <= now);
  }

  #forget(isOver: (waiting: Waiting) => boolean): void {
    const over = this.#waiting.filter(isOver);
    this.#waiting = this.#waiting.filter((waiting) => !over.includes(waiting));
    for (const { digits } of over) digits.fill(0);
  }
}

function digitsOf(code: unknown): Buffer {
  const plain =
    typeof code === 'string' && code.length <= 2 * HOME_LIMITS.pairingDigits ? code.replace(/[-\s]/g, '') : '';
  if (plain.length !== HOME_LIMITS.pairingDigits || !/^\d+$/.test(plain))
    throw new HaleError('malformed', 'a pairing code has eight digits', { digits: HOME_LIMITS.pairingDigits });
  return Buffer.from(plain);
}
