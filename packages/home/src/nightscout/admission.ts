// Who may come in: a secret or token in its several places, only over an encrypted line, and many wrong ones make an address wait.
import type { IncomingMessage } from 'node:http';
import { HOME_LIMITS } from '../limits.ts';
import { type Door, doorFor } from './devices.ts';
import type { WebTokens } from './tokens.ts';

/** `strict`: only the JWT of API v3. */
export type Credentials = 'any' | 'strict';

export type Admitted = { door: Door } | { refusal: Refusal };

export interface Refusal {
  status: 401 | 403 | 429;
  message: string;
}

export interface Given {
  apiSecret?: string | undefined;
  token?: string | undefined;
  bearer?: string | undefined;
}

/** Who spoke to us: the address that is counted, and whether others could listen. */
export interface Line {
  address: string;
  isPrivate: boolean;
}

const isLoopback = (address: string): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);

/**
 * Private is what stays on this machine, and what a proxy on it (or one that was named) says came to it by TLS. What a stranger
 * writes into X-Forwarded-Proto counts for nothing.
 */
export function lineOf(request: IncomingMessage, proxies: readonly string[]): Line {
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isProxy = isLoopback(peer) || proxies.includes(peer);
  const forwardedFor = nearest(request.headers['x-forwarded-for']);
  const forwardedProto = nearest(request.headers['x-forwarded-proto']);
  if (!isProxy) return { address: peer, isPrivate: false };
  if (forwardedFor === null && forwardedProto === null) return { address: peer, isPrivate: isLoopback(peer) };
  return { address: forwardedFor ?? peer, isPrivate: /^(https|wss)$/i.test(forwardedProto ?? '') };
}

/** The entry that the nearest proxy wrote: those before it may be anybody's. */
export function nearest(header: string | string[] | undefined): string | null {
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((entry) => entry.trim());
  return entries[entries.length - 1] || null;
}

export function givenBy(request: IncomingMessage, query: ReadonlyMap<string, string>): Given {
  const header = request.headers['api-secret'];
  return {
    apiSecret: (Array.isArray(header) ? header[0] : header) ?? query.get('secret'),
    token: query.get('token'),
    bearer: /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
  };
}

export class Admission {
  readonly #doors: () => readonly Door[];
  readonly #tokens: WebTokens;
  readonly #now: () => number;
  /** By address: when its window began, and the wrong ones since. */
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(doors: () => readonly Door[], tokens: WebTokens, now: () => number) {
    this.#doors = doors;
    this.#tokens = tokens;
    this.#now = now;
  }

  /**
   * A right secret passes even while its address waits: others behind the same address must not be shut out by one that
   * is wrong. Guessing gains nothing by it, a secret has 130 bits.
   */
  admit(line: Line, given: Given, credentials: Credentials): Admitted {
    const door = this.#find(given, credentials);
    if (!door) {
      if (this.#mustWait(line.address))
        return { refusal: { status: 429, message: 'Too many wrong secrets; try again in a minute' } };
      const isTried = given.apiSecret !== undefined || given.token !== undefined || given.bearer !== undefined;
      if (isTried) this.#failed(line.address);
      return { refusal: { status: 401, message: 'Unauthorized' } };
    }
    if (!line.isPrivate && !door.allowsPlain)
      return {
        refusal: {
          status: 403,
          message: 'This device may come by https only; plain HTTP shows its secret to the network',
        },
      };
    return { door };
  }

  #find(given: Given, credentials: Credentials): Door | null {
    const doors = this.#doors();
    if (given.bearer !== undefined) return this.#tokens.verify(given.bearer, doors, this.#now());
    if (credentials === 'strict') return null;
    if (given.token !== undefined) return doorFor(doors, given.token, { secret: false, token: true });
    return given.apiSecret === undefined ? null : doorFor(doors, given.apiSecret, { secret: true, token: true });
  }

  #mustWait(address: string): boolean {
    const failures = this.#failures.get(address);
    if (!failures) return false;
    if (
      this.#now() - failures.since < HOME_LIMITS.nightscoutFailureWindowSeconds * 1000 &&
      this.#now() >= failures.since
    )
      return failures.count >= HOME_LIMITS.nightscoutFailuresMax;
    this.#failures.delete(address);
    return false;
  }

  #failed(address: string): void {
    const failures = this.#failures.get(address) ?? { since: this.#now(), count: 0 };
    failures.count++;
    this.#failures.delete(address);
    this.#failures.set(address, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > HOME_LIMITS.nightscoutFailingAddressesMax) this.#failures.delete(oldest);
  }
}
