// The text of a link: whoever holds it holds the grant. The fragment is the grant key itself (DESIGN §5) and never reaches a server.
import { base64Decode, base64Encode, fail, fromHex } from '@hale/kernel';
import { LIMITS } from './limits.ts';

/** What a link says in clear: its part before `#`, which servers see. */
export interface LinkAddress {
  /** `https://host[:port]` (or http), lower case, without a path: where the reader page is. */
  origin: string;
  /** The grant stream's author, lower-case hex. */
  author: string;
  /** Relays that hold the streams, `wss://…` or `ws://…`; empty = the relay at the origin. */
  relays: string[];
}

type Where = Pick<LinkAddress, 'origin' | 'relays'>;

export interface Link extends LinkAddress {
  /** 32 bytes. */
  grantKey: Uint8Array;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]{2,45}\\])`;
const ORIGIN = new RegExp(`^https?://${HOST}(?::([1-9][0-9]{0,4}))?$`);
const RELAY = new RegExp(`^wss?://${HOST}(?::([1-9][0-9]{0,4}))?(?:/[A-Za-z0-9._~/-]*)?$`);
const ADDRESS = /^(https?:\/\/[^/?#]+)\/g\/([0-9a-f]{64})(?:\?([^#]*))?$/;
const KEY = /^[A-Za-z0-9_-]{43}$/;

/** A link whose key lies in part in a locker (locker.ts). */
export interface LockerLink extends LinkAddress {
  /** F, 32 bytes. */
  secret: Uint8Array;
  /** It opens together with a PIN. */
  pin: boolean;
  /** It opens in the first browser only. What counts is the locker; the link tells the page what to say before it asks. */
  claim: boolean;
}

/** `http(s)://host[:port]/g/<author>[?relay=…&relay=…]#<grant key, base64url without padding>`. @throws HaleError 'malformed' | 'too-large' */
export function encodeLink(link: Link): string {
  return withFragment(link, keyText(link.grantKey));
}

/**
 * As `encodeLink`, with `p` before the secret where a PIN is asked for, `c` where the first browser claims it, `pc` for both. The locker is at
 * the first of its relays. @throws HaleError 'malformed' | 'too-large'; 'usage' for a link that needs no locker
 */
export function encodeLockerLink(link: LockerLink): string {
  if (!link.pin && !link.claim) fail('usage', 'a link with a locker asks for a PIN, or belongs to one browser');
  return withFragment(link, `${link.pin ? 'p' : ''}${link.claim ? 'c' : ''}${keyText(link.secret)}`);
}

export function keyText(key: Uint8Array): string {
  if (key.length !== 32) fail('malformed', 'the secret of a link is not 32 bytes');
  return base64Encode(key).slice(0, 43).replaceAll('+', '-').replaceAll('/', '_');
}

function withFragment({ origin, author, relays }: LinkAddress, fragment: string): string {
  fromHex(author, 32);
  return linkText({ origin, relays }, `/g/${author}`, fragment);
}

/** @throws HaleError 'malformed' | 'too-large' */
export function linkText({ origin, relays }: Where, path: string, fragment: string): string {
  checkOrigin(origin);
  checkRelays(relays);
  const query = relays.map((relay) => `relay=${encodeURIComponent(relay)}`).join('&');
  const text = `${origin}${path}${query === '' ? '' : `?${query}`}#${fragment}`;
  if (text.length > LIMITS.linkUnitsMax) fail('too-large', 'link is too long', { max: LIMITS.linkUnitsMax });
  return text;
}

/**
 * Accepts exactly what encodeLink writes: one link, one text. White space around it is the
 * caller's to remove. Errors never quote the text, which is a secret.
 * @throws HaleError 'malformed' | 'too-large'
 */
export function parseLink(text: string): Link {
  if (typeof text !== 'string') fail('malformed', 'link is not text');
  if (text.length > LIMITS.linkUnitsMax) fail('too-large', 'link is too long', { max: LIMITS.linkUnitsMax });
  const at = text.indexOf('#');
  const key = text.slice(at + 1);
  if (at < 0 || !KEY.test(key)) fail('malformed', 'not a link to a grant');
  return { ...parseLinkAddress(text.slice(0, at)), grantKey: keyBytes(key) };
}

const LOCKER_FRAGMENT = /#(p?)(c?)([A-Za-z0-9_-]{43})$/;

/** Does this link need its locker? Says nothing of whether it is a link otherwise. */
export const isLockerLink = (text: string): boolean => /#(?:p|c|pc)[A-Za-z0-9_-]{43}$/.test(text);

/** Accepts exactly what encodeLockerLink writes. @throws HaleError 'malformed' | 'too-large' */
export function parseLockerLink(text: string): LockerLink {
  const match = isLockerLink(text) ? LOCKER_FRAGMENT.exec(text) : null;
  if (match === null) fail('malformed', 'not a link with a locker');
  const [, pin, claim, key] = match;
  const address = parseLinkAddress(text.slice(0, match.index));
  return { ...address, secret: keyBytes(key), pin: pin !== '', claim: claim !== '' };
}

export const keyBytes = (key: string): Uint8Array => base64Decode(`${key.replaceAll('-', '+').replaceAll('_', '/')}=`);

/** As `parseLink`, of the part before `#`. @throws HaleError 'malformed' | 'too-large' */
export function parseLinkAddress(text: string): LinkAddress {
  if (text.length > LIMITS.linkUnitsMax) fail('too-large', 'link is too long', { max: LIMITS.linkUnitsMax });
  const match = ADDRESS.exec(text);
  if (match === null) fail('malformed', 'not a link to a grant');
  const [, origin, author, query] = match;
  checkOrigin(origin);
  return { origin, author, relays: parseRelays(query) };
}

/** The relays that the query of a link names. @throws HaleError 'malformed' | 'too-large' */
export function parseRelays(query: string | undefined): string[] {
  const relays = query === undefined ? [] : query.split('&').map(parseRelayParameter);
  if (query !== undefined) checkRelays(relays);
  return relays;
}

/** The relays to ask: those that are named, or the one at the link's origin. */
export function relaysOfLink({ origin, relays }: Where): string[] {
  return relays.length > 0 ? relays : [origin.replace(/^http/, 'ws')];
}

function parseRelayParameter(parameter: string): string {
  if (!parameter.startsWith('relay=')) fail('malformed', 'link has a parameter that is not known');
  const encoded = parameter.slice('relay='.length);
  const relay = decodePercent(encoded);
  if (encodeURIComponent(relay) !== encoded) fail('malformed', 'relay in the link is not encoded as it should be');
  return relay;
}

function decodePercent(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    fail('malformed', 'relay in the link is not encoded as it should be');
  }
}

export function checkOrigin(origin: string): void {
  const match = ORIGIN.exec(origin);
  if (match === null || Number(match[1] ?? 1) > 65_535) fail('malformed', 'link does not begin with a web address');
}

export function checkRelays(relays: readonly string[]): void {
  if (relays.length > LIMITS.linkRelaysMax)
    fail('too-large', 'link names too many relays', { max: LIMITS.linkRelaysMax });
  for (const relay of relays) {
    const match = RELAY.exec(relay);
    if (match === null || Number(match[1] ?? 1) > 65_535) fail('malformed', 'relay in the link is not a relay address');
  }
  if (new Set(relays).size !== relays.length) fail('malformed', 'link names a relay twice');
}
