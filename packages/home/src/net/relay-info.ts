// What a home asks of a relay over plain HTTP: who it is (NIP-11), and to be let in (an invitation's claim).
import { randomBytes } from 'node:crypto';
import { fail, httpAuthHeader, normalizeRelayUrl } from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import { clockOffset } from '@hale/relay/client';
import * as v from 'valibot';
import { type Answer, fetchAnswer } from './answer.ts';

const text = v.optional(v.fallback(v.pipe(v.string(), v.maxLength(2_000)), ''));
const hex = v.optional(v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), null));
const count = v.optional(v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), null));
const flag = v.optional(v.fallback(v.boolean(), false));

const countries = v.optional(
  v.fallback(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))), v.maxLength(50)), []),
);

const limitationShape = v.object({
  max_message_length: count,
  max_subscriptions: count,
  max_limit: count,
  auth_required: flag,
  restricted_writes: flag,
});

const infoShape = v.object({
  name: text,
  description: text,
  pubkey: hex,
  self: hex,
  software: text,
  version: text,
  supported_nips: v.optional(v.fallback(v.pipe(v.array(v.number()), v.maxLength(200)), [])),
  limitation: v.optional(v.fallback(limitationShape, {})),
  relay_countries: countries,
  hale: v.optional(v.fallback(v.object({ pages: flag }), {})),
});

/** NIP-11, reduced to what a home uses. Texts are the operator's: show them, never log them. Fields of a wrong shape count as absent. */
export interface RelayInfo {
  readonly name: string;
  readonly description: string;
  /** The operator, 64 hex. */
  readonly pubkey: string | null;
  /** The relay's own key, 64 hex: what a home pins in its policy. */
  readonly self: string | null;
  readonly software: string;
  readonly version: string;
  readonly supportedNips: readonly number[];
  readonly maxMessageUnits: number | null;
  readonly maxSubscriptions: number | null;
  /** Most events in one answer. */
  readonly maxLimit: number | null;
  readonly authRequired: boolean;
  readonly restrictedWrites: boolean;
  /** Serves the owner's pages, so that a phone can be paired through it. */
  readonly pages: boolean;
  /** ISO 3166-1 alpha-2 codes of the countries whose law holds where its disks stand: the relay's claim. */
  readonly jurisdiction: readonly string[];
}

/**
 * @param url ws:// or wss://
 * @throws HaleError 'malformed' no relay address or no relay document · 'unavailable' · 'too-large'
 */
export async function fetchRelayInfo(url: string): Promise<RelayInfo> {
  const parsed = await fetchRelayDocument(url);
  const result = v.safeParse(infoShape, parsed);
  if (!result.success || Array.isArray(parsed)) fail('malformed', 'the answer is no relay information (NIP-11)');
  const { limitation = {}, ...info } = result.output;
  return {
    name: info.name ?? '',
    description: info.description ?? '',
    pubkey: info.pubkey ?? null,
    self: info.self ?? null,
    software: info.software ?? '',
    version: info.version ?? '',
    supportedNips: info.supported_nips ?? [],
    maxMessageUnits: limitation.max_message_length ?? null,
    maxSubscriptions: limitation.max_subscriptions ?? null,
    maxLimit: limitation.max_limit ?? null,
    authRequired: limitation.auth_required ?? false,
    restrictedWrites: limitation.restricted_writes ?? false,
    pages: info.hale?.pages ?? false,
    jurisdiction: info.relay_countries ?? [],
  };
}

/** NIP-11 as it comes. @throws as `fetchRelayInfo` */
export async function fetchRelayDocument(url: string): Promise<unknown> {
  const answer = await fetchAnswer(httpUrl(url, '/'), { method: 'GET', headers: { accept: 'application/nostr+json' } });
  if (answer.status !== 200)
    fail('unavailable', 'the relay gives no information about itself', { status: answer.status });
  return parseJson(answer.body);
}

/**
 * Hands in an invitation's claim under the member key, once per relay and key.
 * @param url ws:// or wss:// as in the invitation
 * @param nowMillis the wall clock unless a test sets another
 * @throws HaleError 'not-permitted' claim used, unknown or expired, or the key is refused · 'unsupported' the relay knows no invitations ·
 * 'unavailable'
 */
export async function join(url: string, claim: string, memberSecret: Uint8Array, nowMillis = Date.now): Promise<void> {
  await postAs(httpUrl(url, '/hale/join'), { claim }, memberSecret, nowMillis);
}

/** Brings a clinic's vouch, a kind 1983 event, to a relay that lists the clinic. @throws as `join` */
export async function joinByVouch(url: string, vouch: unknown, memberSecret: Uint8Array): Promise<void> {
  await postAs(httpUrl(url, '/hale/join'), { vouch }, memberSecret, Date.now);
}

/**
 * Puts a new member key in the place of the old one, after a theft of keys.
 * @param member the new member's public key, hex
 * @throws as `join`
 */
export async function succeed(url: string, oldSecret: Uint8Array, member: string, nowMillis = Date.now): Promise<void> {
  await postAs(httpUrl(url, '/hale/succeed'), { member }, oldSecret, nowMillis);
}

/**
 * Puts a share into a locker of a relay, as its member.
 * @throws HaleError 'unsupported' the relay has no lockers, or none that belong to one browser · 'not-permitted' · 'unavailable'
 */
export async function fillLocker(
  url: string,
  wish: { id: string; verifier: string; share: string; expires: number; claim?: string },
  memberSecret: Uint8Array,
  nowMillis = Date.now,
): Promise<void> {
  const answer = await postAs(httpUrl(url, '/hale/locker/create'), wish, memberSecret, nowMillis);
  // An older relay passes over what it does not know, and would give the share to everybody.
  if (wish.claim !== undefined && !v.is(v.object({ claim: v.literal(true) }), parseJson(answer.body)))
    fail(
      'unsupported',
      'this relay cannot keep a link to the first browser; bring it up to date, or share without that',
    );
}

const claimShape = v.object({ claimed: v.nullable(v.pipe(v.number(), v.safeInteger())), destroyed: v.boolean() });

/** Whether a browser has claimed a locker. */
export interface LockerClaimed {
  /** Unix seconds; null: nobody has so far. */
  claimed: number | null;
  /** After eight wrong PINs. */
  destroyed: boolean;
}

/**
 * Asks a locker as its owner, or frees it for the next browser.
 * @param ownerSecret the key of which the locker was told when it was filled
 * @throws HaleError 'not-permitted' no such locker (any more) · 'unavailable' · 'malformed' the answer is none
 */
export async function askLockerAsOwner(
  url: string,
  wanted: 'look' | 'free',
  id: string,
  ownerSecret: Uint8Array,
  nowMillis = Date.now,
): Promise<LockerClaimed> {
  const answer = await postAs(httpUrl(url, `/hale/locker/${wanted}`), { id }, ownerSecret, nowMillis);
  const parsed = v.safeParse(claimShape, parseJson(answer.body));
  return parsed.success ? parsed.output : fail('malformed', 'the relay gives no answer about this link');
}

/** A request below a relay's address under a member's key; gives the JSON of its answer. @throws as `join`, detail.status 429 where she has had her share */
export async function askAs(
  url: string,
  path: string,
  fields: object,
  secret: Uint8Array,
  nowMillis = Date.now,
): Promise<unknown> {
  return parseJson((await postAs(httpUrl(url, path), fields, secret, nowMillis)).body);
}

/**
 * One call of NIP-86 by the owner of a relay.
 * @throws HaleError 'not-permitted' the relay does not know this key as its owner · 'unsupported' it has no NIP-86, or no such method · 'unavailable' ·
 *   'malformed' for parameters
 */
export async function manageAs(
  url: string,
  method: string,
  params: readonly unknown[],
  secret: Uint8Array,
): Promise<unknown> {
  const answer = await postAs(httpUrl(url, ''), { method, params }, secret, Date.now, 'application/nostr+json+rpc');
  const parsed = v.safeParse(
    v.object({ result: v.optional(v.unknown()), error: v.optional(v.string()) }),
    parseJson(answer.body),
  );
  if (!parsed.success) fail('malformed', 'the relay gives no answer of NIP-86');
  // Its words are a stranger's.
  if (parsed.output.error) fail('malformed', 'the relay does not take this method with these parameters');
  return parsed.output.result ?? null;
}

async function postAs(
  target: string,
  fields: object,
  secret: Uint8Array,
  nowMillis: () => number,
  type = 'application/json',
): Promise<Answer> {
  const nowSeconds = () => Math.floor(nowMillis() / 1000);
  let answer = await postProved(target, fields, secret, nowSeconds(), type);
  const offset = answer.status === 401 ? clockOffset(answer.dateSeconds, nowMillis()) : null;
  if (offset !== null) answer = await postProved(target, fields, secret, nowSeconds() + offset, type);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { status } = answer;
  if (status === 404 || status === 405) fail('unsupported', 'this relay has nothing of that kind', { status });
  if (status === 429 || status >= 500) fail('unavailable', 'the relay cannot do that now', { status });
  fail('not-permitted', 'the relay does not accept this invitation or key', { status });
}

function postProved(
  target: string,
  fields: object,
  secret: Uint8Array,
  nowSeconds: number,
  type: string,
): Promise<Answer> {
  const body = new Uint8Array(Buffer.from(JSON.stringify(fields)));
  const proof = signHttpAuth({ url: target, method: 'POST', body, secret, nowSeconds, random: randomBytes });
  const headers = { authorization: httpAuthHeader(proof), 'content-type': type };
  return fetchAnswer(target, { method: 'POST', headers, body });
}

/** The HTTP address of a path below a relay's address. */
function httpUrl(relayUrl: string, path: string): string {
  return normalizeRelayUrl(relayUrl).replace(/^ws/, 'http') + path;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    fail('malformed', 'the answer is not JSON');
  }
}
