/**
 * NIP-98: an HTTP request carries an event that signs its URL, method and body. Hale also lets it open the
 * WebSocket upgrade, which is a GET. An event can be replayed inside its window: whoever
 * checks one must remember `event.id` until `forgetAfterSeconds`.
 */

import type { AuthRefusal } from './auth.ts';
import { base64Decode, base64Encode, toHex, utf8Decode, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { type NostrEvent, parseEvent, signEvent, type Tags, type VerifiedEvent, verifyEvent } from './event.ts';
import { KINDS } from './kinds.ts';
import { LIMITS } from './limits.ts';
import { type Random, sha256 } from './primitives.ts';

export interface HttpRequestFacts {
  /** Absolute, with query, exactly as sent. */
  readonly url: string;
  /** Upper case, as HTTP has it. */
  readonly method: string;
  /** The body as it crosses the wire; null where the request has none. */
  readonly body: Uint8Array | null;
}

export interface SignHttpAuthOptions extends HttpRequestFacts {
  readonly secret: Uint8Array;
  readonly nowSeconds: number;
  readonly random: Random;
}

export type HttpAuthVerdict =
  | {
      readonly ok: true;
      readonly pubkey: string;
      readonly event: VerifiedEvent;
      /** Unix seconds: until then the id must be refused a second time. */
      readonly forgetAfterSeconds: number;
    }
  | { readonly ok: false; readonly reason: AuthRefusal };

/** @returns the event; `httpAuthHeader` makes the header of it. */
export function signHttpAuth(options: SignHttpAuthOptions): VerifiedEvent {
  const { url, method, body, random } = options;
  const tags: string[][] = [
    ['u', url],
    ['method', method],
    // Two equal requests in one second would else have one id, and the second be taken for a replay.
    ['salt', toHex(random(16))],
  ];
  if (body !== null) tags.push(['payload', toHex(sha256(body))]);
  const template = { kind: KINDS.httpAuth, created_at: options.nowSeconds, tags, content: '' };
  return signEvent(template, options.secret, random(32));
}

/** The value of the Authorization header. */
export function httpAuthHeader(event: VerifiedEvent): string {
  return `Nostr ${base64Encode(utf8Encode(JSON.stringify(event)))}`;
}

/** @throws HaleError 'malformed' | 'too-large' */
export function parseHttpAuthHeader(header: string): NostrEvent {
  if (header.length > LIMITS.httpAuthHeaderUnitsMax) {
    fail('too-large', 'authorization header is too long', { max: LIMITS.httpAuthHeaderUnitsMax });
  }
  // RFC 9110 §11.1: the scheme is case-insensitive.
  const match = /^nostr +(\S+)$/i.exec(header);
  if (match === null) fail('malformed', 'authorization is not of the scheme Nostr');
  const text = utf8Decode(base64Decode(match[1]));
  try {
    return parseEvent(JSON.parse(text));
  } catch {
    fail('malformed', 'authorization holds no event');
  }
}

/** Checks all that needs no memory; the caller holds `event.id` against the ids it has seen. */
export function checkHttpAuth(
  event: NostrEvent,
  expected: HttpRequestFacts & { readonly nowSeconds: number },
): HttpAuthVerdict {
  if (event.kind !== KINDS.httpAuth) return { ok: false, reason: 'wrong-kind' };
  if (Math.abs(event.created_at - expected.nowSeconds) > LIMITS.httpAuthSkewSecondsMax) {
    return { ok: false, reason: 'out-of-time' };
  }
  const url = onlyValue(event.tags, 'u');
  const method = onlyValue(event.tags, 'method');
  const payload = onlyValue(event.tags, 'payload');
  if (url === ambiguous || method === ambiguous || payload === ambiguous) return { ok: false, reason: 'malformed' };
  if (url !== expected.url) return { ok: false, reason: 'wrong-url' };
  if (method !== expected.method) return { ok: false, reason: 'wrong-method' };
  // A body without its hash is a body that anybody could have put there.
  const wanted = expected.body === null ? null : toHex(sha256(expected.body));
  if (payload !== wanted) return { ok: false, reason: 'wrong-payload' };
  // Last, because it costs most.
  const verified = verifyEvent(event);
  if (verified === null) return { ok: false, reason: 'not-signed' };
  const forgetAfterSeconds = event.created_at + LIMITS.httpAuthSkewSecondsMax + 1;
  return { ok: true, pubkey: verified.pubkey, event: verified, forgetAfterSeconds };
}

const ambiguous = Symbol('more than one tag of that name');

function onlyValue(tags: Tags, name: string): string | null | typeof ambiguous {
  const found = tags.filter((tag) => tag[0] === name);
  if (found.length > 1) return ambiguous;
  return found[0]?.[1] ?? null;
}
