// Nostr events (NIP-01): parsed strictly, serialized to the letter, and after verification of a type that nobody can forge.
import { fromHex, toHex, utf8Encode } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { schnorrPublic, schnorrSign, schnorrVerify, sha256 } from './primitives.ts';

export type Tags = readonly (readonly string[])[];

/** What an author decides; NIP-01 names. */
export interface EventTemplate {
  readonly kind: number;
  /** Unix seconds. */
  readonly created_at: number;
  readonly tags: Tags;
  readonly content: string;
}

/** The right shape, nothing more: the id and the signature may be wrong. */
export interface NostrEvent extends EventTemplate {
  /** 64 lower-case hex characters, as are pubkey (64) and sig (128). */
  readonly id: string;
  readonly pubkey: string;
  readonly sig: string;
}

const mint = Symbol('only this module makes verified events');

/**
 * A class with a private field, because that is what cannot be copied: `{...verified, content: 'x'}`
 * lacks `#verified` both for the compiler and at run time. In nostr-tools the flag is an ordinary
 * property and travels with the spread.
 */
class Verified implements NostrEvent {
  readonly #verified = true;
  readonly id: string;
  readonly pubkey: string;
  readonly created_at: number;
  readonly kind: number;
  readonly tags: Tags;
  readonly content: string;
  readonly sig: string;

  constructor(key: symbol, event: NostrEvent) {
    // `verified.constructor` is within everyone's reach; the key is not.
    if (key !== mint) fail('usage', 'verified events come from verifyEvent');
    this.id = event.id;
    this.pubkey = event.pubkey;
    this.created_at = event.created_at;
    this.kind = event.kind;
    this.tags = Object.freeze(event.tags.map((tag) => Object.freeze([...tag])));
    this.content = event.content;
    this.sig = event.sig;
    Object.freeze(this);
  }

  static holds(value: unknown): value is Verified {
    return typeof value === 'object' && value !== null && #verified in value && value.#verified;
  }
}

/** An event whose id and signature were checked, frozen to its depth. Only verifyEvent and signEvent make one. */
export type VerifiedEvent = Verified;

/** The run-time side of the type: true only for objects made by this module. */
export function isVerified(value: unknown): value is VerifiedEvent {
  return Verified.holds(value);
}

/** For doors that JavaScript callers can reach. @throws HaleError 'usage' */
export function assertVerified(value: unknown): asserts value is VerifiedEvent {
  if (!isVerified(value)) fail('usage', 'a verified event is required');
}

const shortEscapes: Record<string, string> = {
  '\n': '\\n',
  '"': '\\"',
  '\\': '\\\\',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** NIP-01: these seven are escaped, everything else stands verbatim, other control characters too. */
function quote(text: string): string {
  return `"${text.replace(/[\n"\\\r\t\b\f]/g, (character) => shortEscapes[character])}"`;
}

/**
 * The text whose hash is the id: `[0,pubkey,created_at,kind,tags,content]` without white space.
 * JSON.stringify writes the same, ten times as fast, except where it writes \u: for control characters beyond the seven, such as U+0001, and for
 * lone surrogates.
 */
export function serializeEvent(event: EventTemplate & { readonly pubkey: string }): string {
  const json = JSON.stringify([0, event.pubkey, event.created_at, event.kind, event.tags, event.content]);
  return json.includes('\\u') ? serializeByLetter(event) : json;
}

function serializeByLetter(event: EventTemplate & { readonly pubkey: string }): string {
  const tags = event.tags.map((tag) => `[${tag.map(quote).join(',')}]`).join(',');
  return `[0,${quote(event.pubkey)},${event.created_at},${event.kind},[${tags}],${quote(event.content)}]`;
}

/** SHA-256 of the serialized event, lower-case hex. @throws HaleError 'malformed' for lone surrogates */
export function eventId(event: EventTemplate & { readonly pubkey: string }): string {
  return toHex(sha256(utf8Encode(serializeEvent(event))));
}

/**
 * Takes a value that came out of JSON.parse and gives its seven fields back, or throws. Fields that
 * NIP-01 does not know are left behind.
 * @throws HaleError 'malformed' | 'too-large'
 */
export function parseEvent(value: unknown): NostrEvent {
  const source = asRecord(value);
  return {
    id: hexField(source.id, 64, 'id'),
    pubkey: hexField(source.pubkey, 64, 'pubkey'),
    created_at: integerField(source.created_at, Number.MAX_SAFE_INTEGER, 'created_at'),
    kind: integerField(source.kind, 65_535, 'kind'),
    tags: parseTags(source.tags),
    content: textField(source.content, LIMITS.contentCharactersMax, 'content'),
    sig: hexField(source.sig, 128, 'sig'),
  };
}

/** The same for what is not signed yet: kind, created_at, tags, content. */
export function parseTemplate(value: unknown): EventTemplate {
  const source = asRecord(value);
  return {
    kind: integerField(source.kind, 65_535, 'kind'),
    created_at: integerField(source.created_at, Number.MAX_SAFE_INTEGER, 'created_at'),
    tags: parseTags(source.tags),
    content: textField(source.content, LIMITS.contentCharactersMax, 'content'),
  };
}

/** Checks id and signature. null = the bytes are not what the pubkey signed. */
export function verifyEvent(event: NostrEvent): VerifiedEvent | null {
  if (Verified.holds(event)) return event;
  // Frozen first, then checked: nobody can change the tags in between.
  const candidate = new Verified(mint, event);
  if (!candidate.content.isWellFormed()) return null;
  if (eventId(candidate) !== candidate.id) return null;
  const holds = schnorrVerify(fromHex(candidate.sig, 64), fromHex(candidate.id, 32), fromHex(candidate.pubkey, 32));
  return holds ? candidate : null;
}

/**
 * For a store that reads back what it verified before it wrote. Unsafe: nothing is checked, and an
 * event from anywhere else would count as signed.
 */
export function trustVerifiedUnsafe(event: NostrEvent): VerifiedEvent {
  return new Verified(mint, event);
}

/** Public keys by the array that holds their secret: each costs a third of a signature, and an author signs many events. */
const publics = new WeakMap<Uint8Array, string>();

function publicOf(secret: Uint8Array): string {
  const pubkey = publics.get(secret) ?? toHex(schnorrPublic(secret));
  publics.set(secret, pubkey);
  return pubkey;
}

/**
 * Signs with BIP-340.
 * @param secret an array that keeps its content as long as it is in use
 * @param aux32 32 fresh random bytes.
 * @throws HaleError 'malformed' | 'too-large' when no relay could parse the result
 */
export function signEvent(template: EventTemplate, secret: Uint8Array, aux32: Uint8Array): VerifiedEvent {
  const unsigned = { ...parseTemplate(template), pubkey: publicOf(secret) };
  const id = eventId(unsigned);
  const sig = toHex(schnorrSign(fromHex(id), secret, aux32));
  return new Verified(mint, { ...unsigned, id, sig });
}

/** The value of the first tag of that name, or null. */
export function tagValue(event: { readonly tags: Tags }, name: string): string | null {
  return event.tags.find((tag) => tag[0] === name)?.[1] ?? null;
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('malformed', 'event is not an object');
  return value as Record<string, unknown>;
}

function hexField(value: unknown, length: number, field: string): string {
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-f]+$/.test(value)) {
    fail('malformed', `event ${field} is not ${length} lower-case hex characters`);
  }
  return value;
}

function integerField(value: unknown, max: number, field: string): number {
  // Object.is: a created_at of −0 would print as 0 here and as -0 nowhere else.
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > max || Object.is(value, -0)) {
    fail('malformed', `event ${field} is not an integer in range`);
  }
  return value as number;
}

function textField(value: unknown, charactersMax: number, field: string): string {
  if (typeof value !== 'string') fail('malformed', `event ${field} is not text`);
  if (value.length > charactersMax && countCharacters(value) > charactersMax)
    fail('too-large', `event ${field} is too long`, { max: charactersMax });
  if (!value.isWellFormed()) fail('malformed', `event ${field} holds a lone surrogate`);
  return value;
}

/** As NIP-11 counts them: an emoji is one, though UTF-16 has two units for it. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function parseTags(value: unknown): string[][] {
  if (!Array.isArray(value)) fail('malformed', 'event tags are not a list');
  if (value.length > LIMITS.tagsMax) fail('too-large', 'event has too many tags', { max: LIMITS.tagsMax });
  return value.map(parseTag);
}

function parseTag(value: unknown): string[] {
  // NIP-01 speaks of non-null strings; an empty tag has no name and is refused.
  if (!Array.isArray(value) || value.length === 0) fail('malformed', 'event tag is not a list of text');
  if (value.length > LIMITS.tagItemsMax) fail('too-large', 'event tag is too long', { max: LIMITS.tagItemsMax });
  return value.map((item) => textField(item, LIMITS.tagItemUnitsMax, 'tag'));
}
