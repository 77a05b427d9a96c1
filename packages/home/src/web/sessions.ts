// Who sits at the browser: sessions behind a cookie, opened by the passphrase or by a one-use code that a terminal of this machine shows.
// Nothing of it is on the disk: with the process all sessions end.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import { WEB_LIMITS } from './limits.ts';

interface Session {
  readonly openedMillis: number;
  usedMillis: number;
}

const MINUTE_MILLIS = 60_000;
const nameOf = (secret: string): string => toHex(sha256(utf8Encode(secret)));

export class Sessions {
  /** By the hash of the cookie: who sees this table cannot take a session over. */
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<string, number>();
  readonly #now: () => number;
  #failures: number[] = [];

  constructor(nowMillis: () => number = Date.now) {
    this.#now = nowMillis;
  }

  /** The cookie of a new session, 43 characters of base64url. */
  open(): string {
    this.#forgetEnded();
    if (this.#sessions.size >= WEB_LIMITS.sessionsMax) {
      const idlest = [...this.#sessions].sort(([, a], [, b]) => a.usedMillis - b.usedMillis)[0][0];
      this.#sessions.delete(idlest);
    }
    const cookie = randomBytes(32).toString('base64url');
    this.#sessions.set(nameOf(cookie), { openedMillis: this.#now(), usedMillis: this.#now() });
    return cookie;
  }

  /** @param isUse a request that a person caused; what runs by itself does not keep a session awake */
  isOpen(cookie: string | null, isUse: boolean): boolean {
    if (cookie === null) return false;
    this.#forgetEnded();
    const session = this.#sessions.get(nameOf(cookie));
    if (session && isUse) session.usedMillis = this.#now();
    return session !== undefined;
  }

  end(cookie: string | null): void {
    if (cookie !== null) this.#sessions.delete(nameOf(cookie));
  }

  /** Ends every session but that of one cookie; gives how many there were. */
  endAll(but: string | null = null): number {
    this.#forgetEnded();
    const kept = but === null ? '' : nameOf(but);
    const ended = [...this.#sessions.keys()].filter((name) => name !== kept);
    for (const name of ended) this.#sessions.delete(name);
    this.#codes.clear();
    return ended.length;
  }

  /** A code that opens one session, once, within ten minutes; 22 characters of base64url. */
  code(): string {
    this.#forgetEnded();
    if (this.#codes.size >= WEB_LIMITS.codesMax) this.#codes.delete([...this.#codes.keys()][0]);
    const code = randomBytes(16).toString('base64url');
    this.#codes.set(code, this.#now());
    return code;
  }

  /** Takes a code; false when there is none such (any more). */
  takeCode(given: string): boolean {
    this.#forgetEnded();
    const bytes = Buffer.from(given);
    for (const code of this.#codes.keys()) {
      const known = Buffer.from(code);
      if (known.length === bytes.length && timingSafeEqual(known, bytes)) return this.#codes.delete(code);
    }
    return false;
  }

  /** @throws HaleError 'unavailable' while too many were wrong lately */
  mayTry(): void {
    const since = this.#now() - WEB_LIMITS.failureWindowSeconds * 1000;
    this.#failures = this.#failures.filter((at) => at > since);
    if (this.#failures.length >= WEB_LIMITS.failuresMax)
      throw new HaleError('unavailable', 'too many wrong passphrases; wait a few minutes');
  }

  failed(): void {
    this.#failures.push(this.#now());
  }

  #forgetEnded(): void {
    const now = this.#now();
    for (const [name, { openedMillis, usedMillis }] of this.#sessions) {
      const isIdle = now - usedMillis > WEB_LIMITS.sessionIdleMinutes * MINUTE_MILLIS;
      if (isIdle || now - openedMillis > WEB_LIMITS.sessionHours * 60 * MINUTE_MILLIS) this.#sessions.delete(name);
    }
    for (const [code, at] of this.#codes) if (now - at > WEB_LIMITS.codeSeconds * 1000) this.#codes.delete(code);
  }
}
