/** Checks specs/vectors/envelope.json. The types are the file's format, as specs/envelope.md §8 tells it. */
import {
  checkAuth,
  checkHttpAuth,
  encodeNpub,
  eventId,
  fromHex,
  httpAuthHeader,
  type NostrEvent,
  parseEvent,
  parseHttpAuthHeader,
  schnorrPublic,
  serializeEvent,
  toHex,
  utf8Encode,
  verifyEvent,
} from '@hale/kernel';
import { unwrapHybrid } from '@hale/kernel/open';
import {
  identitySecret,
  kemPublicOf,
  parseWords,
  seedOf,
  signAuth,
  signEvent,
  signHttpAuth,
  wrapHybrid,
} from '@hale/kernel/seal';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex, times Unix seconds. */
export interface EnvelopeVectors {
  readonly identity: readonly { name: string; words: string; secret: string; pubkey: string; npub: string }[];
  readonly events: {
    readonly valid: readonly { name: string; secret: string; aux: string; serialized: string; event: NostrEvent }[];
    readonly invalid: readonly { name: string; event: unknown; error: string | null }[];
  };
  readonly hybrid: {
    readonly secret: string;
    readonly pubkey: string;
    readonly kemSeed: string;
    readonly kemPublic: string;
    readonly valid: readonly {
      name: string;
      ephemeralSecret: string;
      kemMessage: string | null;
      payload: string;
      envelope: string;
    }[];
    /** `error` null: the envelope is for somebody else. */
    readonly invalid: readonly { name: string; envelope: string; error: string | null }[];
  };
  readonly httpAuth: readonly HttpAuthVector[];
  readonly auth: readonly AuthVector[];
}

export interface HttpAuthVector {
  readonly name: string;
  readonly header: string;
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
  readonly nowSeconds: number;
  /** null: accepted. */
  readonly refusal: string | null;
  /** How the header was made, where we made it by the rules. */
  readonly made: { secret: string; salt: string; aux: string } | null;
}

export interface AuthVector {
  readonly name: string;
  readonly event: NostrEvent;
  readonly challenge: string;
  readonly relayUrl: string;
  readonly nowSeconds: number;
  readonly refusal: string | null;
  readonly made: { secret: string; aux: string } | null;
}

/** A source of randomness that gives the bytes of a vector, in their order, and nothing else. */
export function replay(...hex: readonly string[]): (byteLength: number) => Uint8Array {
  const left = [...hex];
  return (byteLength) => fromHex(left.shift() ?? '', byteLength);
}

export function checkEnvelopeVectors(vectors: EnvelopeVectors, tally: Tally): void {
  checkIdentity(vectors, tally);
  checkEvents(vectors, tally);
  checkHybrid(vectors, tally);
  for (const vector of vectors.httpAuth) checkHttpAuthVector(vector, tally);
  for (const vector of vectors.auth) checkAuthVector(vector, tally);
}

function checkIdentity({ identity }: EnvelopeVectors, tally: Tally): void {
  for (const { name, words, ...expected } of identity) {
    const found = () => {
      const secret = identitySecret(seedOf(parseWords(words)));
      const pubkey = schnorrPublic(secret);
      return { secret: toHex(secret), pubkey: toHex(pubkey), npub: encodeNpub(pubkey) };
    };
    tally.equal(`identity: ${name}`, found, expected);
  }
}

function checkEvents({ events }: EnvelopeVectors, tally: Tally): void {
  for (const { name, secret, aux, serialized, event } of events.valid) {
    const { kind, created_at, tags, content } = event;
    tally.equal(`event: ${name}, serialized`, () => serializeEvent(event), serialized);
    tally.equal(`event: ${name}, id`, () => eventId(event), event.id);
    const template = { kind, created_at, tags, content };
    tally.equal(
      `event: ${name}, signed`,
      () => fields(signEvent(template, fromHex(secret), fromHex(aux))),
      fields(event),
    );
    tally.equal(`event: ${name}, verified`, () => verifyEvent(parseEvent(event)) !== null, true);
  }
  for (const { name, event, error } of events.invalid) {
    if (error === null) tally.equal(`event: ${name}`, () => verifyEvent(parseEvent(event)), null);
    else tally.refuses(`event: ${name}`, () => parseEvent(event), error);
  }
}

const fields = ({ id, pubkey, created_at, kind, tags, content, sig }: NostrEvent) =>
  [id, pubkey, created_at, kind, tags, content, sig] as const;

function checkHybrid({ hybrid }: EnvelopeVectors, tally: Tally): void {
  const identity = { secret: fromHex(hybrid.secret), kemSeed: fromHex(hybrid.kemSeed) };
  const open = (envelope: string) => {
    const opened = unwrapHybrid(fromHex(envelope), identity);
    return opened && { payload: toHex(opened.payload), postQuantum: opened.postQuantum };
  };
  tally.equal('hybrid: public key', () => toHex(schnorrPublic(identity.secret)), hybrid.pubkey);
  tally.equal('hybrid: ML-KEM key', () => toHex(kemPublicOf(identity.kemSeed)), hybrid.kemPublic);
  for (const { name, ephemeralSecret, kemMessage, payload, envelope } of hybrid.valid) {
    const isClassic = kemMessage === null;
    const recipient = { pubkey: fromHex(hybrid.pubkey), kemPublic: isClassic ? null : fromHex(hybrid.kemPublic) };
    const random = isClassic ? replay(ephemeralSecret) : replay(ephemeralSecret, kemMessage);
    const wrap = () => toHex(wrapHybrid(fromHex(payload), recipient, { random, classic: isClassic }));
    tally.equal(`hybrid: ${name}, wrapped`, wrap, envelope);
    tally.equal(`hybrid: ${name}, unwrapped`, () => open(envelope), { payload, postQuantum: !isClassic });
  }
  for (const { name, envelope, error } of hybrid.invalid) {
    if (error === null) tally.equal(`hybrid: ${name}`, () => open(envelope), null);
    else tally.refuses(`hybrid: ${name}`, () => open(envelope), error);
  }
}

function checkHttpAuthVector(vector: HttpAuthVector, tally: Tally): void {
  const { name, header, url, method, nowSeconds, refusal, made } = vector;
  const body = vector.body === null ? null : utf8Encode(vector.body);
  const refusalFound = () => {
    const verdict = checkHttpAuth(parseHttpAuthHeader(header), { url, method, body, nowSeconds });
    return verdict.ok ? null : verdict.reason;
  };
  tally.equal(`HTTP: ${name}`, refusalFound, refusal);
  if (made === null) return;
  const random = replay(made.salt, made.aux);
  const sign = () =>
    httpAuthHeader(signHttpAuth({ url, method, body, secret: fromHex(made.secret), nowSeconds, random }));
  tally.equal(`HTTP: ${name}, signed`, sign, header);
}

function checkAuthVector(vector: AuthVector, tally: Tally): void {
  const { name, event, challenge, relayUrl, nowSeconds, refusal, made } = vector;
  const refusalFound = () => {
    const verified = verifyEvent(parseEvent(event));
    if (verified === null) return 'not-signed';
    const verdict = checkAuth(verified, { challenge, relayUrl, nowSeconds });
    return verdict.ok ? null : verdict.reason;
  };
  tally.equal(`relay: ${name}`, refusalFound, refusal);
  if (made === null) return;
  const sign = () =>
    signAuth({ challenge, relayUrl, secret: fromHex(made.secret), nowSeconds, random: replay(made.aux) });
  tally.equal(`relay: ${name}, signed`, () => fields(sign()), fields(event));
}
