// Who sits at the browser: sessions behind a cookie and a key of the page, opened by the passphrase or by a one-use code that a terminal of
// that machine shows. Nothing of it is on the disk: with the process all sessions end.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import type { SessionInfo } from '../api.ts';
import { WEB_LIMITS } from './limits.ts';

/**
 * The two halves that a browser shows. It sends a cookie to every port of this machine, so any program that listens on another one may see it;
 * the key lies in the storage of the pages, which is of this port alone, and is sent by their own code.
 */
export interface Shown {
  cookie: string | null;
  key: string | null;
}

/** A session as what is done for it sees it: nothing of that outlasts it. */
export interface LiveSession {
  isOpen(): boolean;
  /** Calls back once when it ends, at once where it has ended; gives how to stop that. */
  whenEnded(ended: () => void): () => void;
}

interface Session {
  readonly id: string;
  readonly keyHash: Buffer;
  readonly browser: string;
  readonly openedMillis: number;
  usedMillis: number;
  /** Told when it ends: what still streams to that browser stops. */
  readonly whenEnded: Set<() => void>;
}

const MINUTE_MILLIS = 60_000;
const nameOf = (secret: string): string => toHex(sha256(utf8Encode(secret)));
const hashOf = (secret: string): Buffer => Buffer.from(sha256(utf8Encode(secret)));

export class Sessions {
  /** By the hash of the cookie: who sees this table cannot take a session over. */
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<string, number>();
  readonly #now: () => number;
  /** Tries that have not succeeded: when each began, and from where. */
  #failures: { atMillis: number; address: string }[] = [];

  constructor(nowMillis: () => number = Date.now) {
    this.#now = nowMillis;
  }

  /** The two halves of a new session, 43 characters of base64url each. @param userAgent as the browser sends it */
  open(userAgent = ''): { cookie: string; key: string } {
    this.#forgetEnded();
    if (this.#sessions.size >= WEB_LIMITS.sessionsMax) {
      const idlest = [...this.#sessions].sort(([, a], [, b]) => a.usedMillis - b.usedMillis)[0][0];
      this.#end(idlest);
    }
    const cookie = randomBytes(32).toString('base64url');
    const key = randomBytes(32).toString('base64url');
    this.#sessions.set(nameOf(cookie), {
      id: randomBytes(6).toString('hex'),
      keyHash: hashOf(key),
      browser: browserOf(userAgent),
      openedMillis: this.#now(),
      usedMillis: this.#now(),
      whenEnded: new Set(),
    });
    return { cookie, key };
  }

  /** @param isUse a request that a person caused; what runs by itself does not keep a session awake */
  isOpen(shown: Shown, isUse: boolean): boolean {
    const session = this.#of(shown);
    if (session && isUse) session.usedMillis = this.#now();
    return session !== null;
  }

  #of({ cookie, key }: Shown): Session | null {
    if (cookie === null || key === null) return null;
    this.#forgetEnded();
    const session = this.#sessions.get(nameOf(cookie));
    return session && timingSafeEqual(session.keyHash, hashOf(key)) ? session : null;
  }

  /** Which of the listed ones this is, and for how many seconds it lasts without use. */
  describe(shown: Shown): { id: string; leftSeconds: number } | null {
    const session = this.#of(shown);
    if (!session) return null;
    const now = this.#now();
    const idleLeft = session.usedMillis + WEB_LIMITS.sessionIdleMinutes * MINUTE_MILLIS - now;
    const left = session.openedMillis + WEB_LIMITS.sessionHours * 60 * MINUTE_MILLIS - now;
    return { id: session.id, leftSeconds: Math.max(0, Math.ceil(Math.min(idleLeft, left) / 1000)) };
  }

  /** The session of these halves, as it is from now on; one that is none has ended. */
  live(shown: Shown): LiveSession {
    const session = this.#of(shown);
    const name = shown.cookie === null ? '' : nameOf(shown.cookie);
    const isOpen = () => {
      this.#forgetEnded();
      return session !== null && this.#sessions.get(name) === session;
    };
    return {
      isOpen,
      whenEnded: (ended) => {
        if (session === null || !isOpen()) {
          ended();
          return () => {};
        }
        session.whenEnded.add(ended);
        return () => session.whenEnded.delete(ended);
      },
    };
  }

  /** Ends the session of these halves; false when there is none. The cookie alone, which other ports see too, ends nothing. */
  end(shown: Shown): boolean {
    if (shown.cookie === null || !this.#of(shown)) return false;
    this.#end(nameOf(shown.cookie));
    return true;
  }

  /** Ends one of the listed ones; false when there is none of that id. */
  endOne(id: string): boolean {
    const found = [...this.#sessions].find(([, session]) => session.id === id);
    if (found) this.#end(found[0]);
    return found !== undefined;
  }

  /** Ends every session but this one. */
  endOthers({ cookie }: Shown): void {
    const own = cookie === null ? '' : nameOf(cookie);
    for (const name of [...this.#sessions.keys()]) if (name !== own) this.#end(name);
    this.#codes.clear();
  }

  /** Ends every session but the one of that id; gives how many there were. */
  endAllBut(id: string): number {
    this.#forgetEnded();
    const others = [...this.#sessions].filter(([, session]) => session.id !== id);
    for (const [name] of others) this.#end(name);
    this.#codes.clear();
    return others.length;
  }

  /** Ends every session; gives how many there were. */
  endAll(): number {
    this.#forgetEnded();
    const ended = this.#sessions.size;
    for (const name of [...this.#sessions.keys()]) this.#end(name);
    this.#codes.clear();
    return ended;
  }

  #end(name: string): void {
    const session = this.#sessions.get(name);
    this.#sessions.delete(name);
    for (const ended of session?.whenEnded ?? []) ended();
  }

  list(): SessionInfo[] {
    this.#forgetEnded();
    return [...this.#sessions.values()].map(({ id, browser, openedMillis, usedMillis }) => ({
      id,
      browser,
      openedMicros: openedMillis * 1000,
      usedMicros: usedMillis * 1000,
    }));
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

  /**
   * Runs a try at the passphrase. It counts as a failure from its beginning, so that a thousand at once are not a thousand free ones.
   * @throws HaleError 'unavailable' while too many were wrong lately · what `work` throws
   */
  async trying<T>(address: string, work: () => Promise<T> | T): Promise<T> {
    const since = this.#now() - WEB_LIMITS.failureWindowSeconds * 1000;
    this.#failures = this.#failures.filter(({ atMillis }) => atMillis > since);
    const own = this.#failures.filter((failure) => failure.address === address).length;
    if (own >= WEB_LIMITS.failuresPerAddressMax || this.#failures.length >= WEB_LIMITS.failuresMax)
      throw new HaleError('unavailable', 'too many wrong passphrases; wait a few minutes');
    const failure = { atMillis: this.#now(), address };
    this.#failures.push(failure);
    const result = await work();
    this.#failures = this.#failures.filter((each) => each !== failure);
    return result;
  }

  #forgetEnded(): void {
    const now = this.#now();
    for (const [name, { openedMillis, usedMillis }] of [...this.#sessions]) {
      const isIdle = now - usedMillis > WEB_LIMITS.sessionIdleMinutes * MINUTE_MILLIS;
      if (isIdle || now - openedMillis > WEB_LIMITS.sessionHours * 60 * MINUTE_MILLIS) this.#end(name);
    }
    for (const [code, at] of this.#codes) if (now - at > WEB_LIMITS.codeSeconds * 1000) this.#codes.delete(code);
  }
}

const FAMILIES: readonly [RegExp, string][] = [
  [/\b(Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Only names of our own lists: what a stranger writes into that header is not shown to anybody. */
function browserOf(userAgent: string): string {
  const named = (list: readonly [RegExp, string][]) => list.find(([form]) => form.test(userAgent))?.[1];
  return [named(FAMILIES), named(SYSTEMS)].filter(Boolean).join(', ');
}
