// What is printed on an emergency card: an address and a secret. It names no stream: which one opens changes with each round (specs/emergency.md §2).
import { fail } from '@hale/kernel';
import { LIMITS } from '../limits.ts';
import { checkOrigin, keyBytes, keyText, linkText, parseRelays } from '../link.ts';

export interface EmergencyLink {
  /** `https://host[:port]` (or http): where the page is. */
  origin: string;
  /** Relays with the locker, `wss://…` or `ws://…`; empty = the one at the origin. */
  relays: string[];
  /** F, 32 bytes. */
  secret: Uint8Array;
}

const TEXT = /^(https?:\/\/[^/?#]+)\/e(?:\?([^#]*))?#([A-Za-z0-9_-]{43})$/;

/** `http(s)://host[:port]/e[?relay=…&relay=…]#<F, base64url>`: short, for a code that a scratched card still shows. @throws HaleError 'malformed' | 'too-large' */
export const encodeEmergencyLink = ({ origin, relays, secret }: EmergencyLink): string =>
  linkText({ origin, relays }, '/e', keyText(secret));

/** Accepts exactly what encodeEmergencyLink writes. Errors never quote the text. @throws HaleError 'malformed' | 'too-large' */
export function parseEmergencyLink(text: string): EmergencyLink {
  if (text.length > LIMITS.linkUnitsMax) fail('too-large', 'link is too long', { max: LIMITS.linkUnitsMax });
  const match = TEXT.exec(text);
  if (match === null) fail('malformed', 'not the link of an emergency card');
  const [, origin, query, key] = match;
  checkOrigin(origin);
  return { origin, relays: parseRelays(query), secret: keyBytes(key) };
}
