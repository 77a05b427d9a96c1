/** NIP-42: a key proves itself to a relay by signing the relay's challenge. */
import { fail } from './errors.ts';
import { signEvent, tagValue, type VerifiedEvent } from './event.ts';
import { KINDS } from './kinds.ts';
import { LIMITS } from './limits.ts';
import type { Random } from './primitives.ts';

/** An expected "no" is a value with its reason, made of our own words. */
export type AuthVerdict =
  | { readonly ok: true; readonly pubkey: string; readonly event: VerifiedEvent }
  | { readonly ok: false; readonly reason: AuthRefusal };

export type AuthRefusal =
  | 'wrong-kind'
  | 'wrong-url'
  | 'wrong-method'
  | 'wrong-payload'
  | 'wrong-challenge'
  | 'out-of-time'
  | 'not-signed'
  | 'malformed';

export interface SignAuthOptions {
  /** As the relay sent it. */
  readonly challenge: string;
  /** The address that the client dialled. */
  readonly relayUrl: string;
  readonly secret: Uint8Array;
  readonly nowSeconds: number;
  readonly random: Random;
}

export function signAuth(options: SignAuthOptions): VerifiedEvent {
  const tags = [
    ['relay', options.relayUrl],
    ['challenge', options.challenge],
  ];
  const template = { kind: KINDS.auth, created_at: options.nowSeconds, tags, content: '' };
  return signEvent(template, options.secret, options.random(32));
}

/** The relay's side. Challenges are the relay's to make: random, one for each connection. */
export function checkAuth(
  event: VerifiedEvent,
  expected: { readonly challenge: string; readonly relayUrl: string; readonly nowSeconds: number },
): AuthVerdict {
  if (event.kind !== KINDS.auth) return { ok: false, reason: 'wrong-kind' };
  if (Math.abs(event.created_at - expected.nowSeconds) > LIMITS.authSkewSecondsMax) {
    return { ok: false, reason: 'out-of-time' };
  }
  if (tagValue(event, 'challenge') !== expected.challenge) return { ok: false, reason: 'wrong-challenge' };
  if (!isSameRelay(tagValue(event, 'relay'), expected.relayUrl)) return { ok: false, reason: 'wrong-url' };
  return { ok: true, pubkey: event.pubkey, event };
}

/**
 * One spelling for one relay: scheme and host in lower case, no default port, no slash at the end.
 * @throws HaleError 'malformed' for anything but ws:// and wss:// without user, query and fragment
 */
export function normalizeRelayUrl(text: string): string {
  const parts = /^(wss?):\/\/([^/?#@\s]+)(\/[^?#\s]*)?$/i.exec(text);
  if (parts === null) fail('malformed', 'not a relay address');
  const scheme = parts[1].toLowerCase();
  const host = parts[2].toLowerCase().replace(scheme === 'wss' ? /:443$/ : /:80$/, '');
  const path = (parts[3] ?? '').replace(/\/+$/, '');
  return `${scheme}://${host}${path}`;
}

function isSameRelay(claimed: string | null, expected: string): boolean {
  try {
    return claimed !== null && normalizeRelayUrl(claimed) === normalizeRelayUrl(expected);
  } catch {
    return false;
  }
}
