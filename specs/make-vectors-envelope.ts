/**
 * Makes specs/vectors/envelope.json: `node specs/make-vectors-envelope.ts`. Deterministic: every secret is the
 * SHA-256 of its name, so two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import {
  base64Encode,
  encodeNpub,
  fromHex,
  httpAuthHeader,
  type NostrEvent,
  schnorrPublic,
  serializeEvent,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
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
import { type AuthVector, type EnvelopeVectors, type HttpAuthVector, replay } from '@hale/testkit/vectors/envelope';

const nowSeconds = 1_800_000_000;
const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));

const alice = bytes('alice');
const bob = bytes('bob');

/** NIP-06, section "Test vectors": the words are the specification's own. */
const wordLists = [
  ['NIP-06, first', 'leader monkey parrot ring guide accident before fence cannon height naive bean'],
  [
    'NIP-06, second',
    'what bleak badge arrange retreat wolf trade produce cricket blur garlic valid proud rude strong choose busy staff weather area salt hollow arm fade',
  ],
];

function identityVectors(): EnvelopeVectors['identity'] {
  return wordLists.map(([name, words]) => {
    const secret = identitySecret(seedOf(parseWords(words)));
    const pubkey = schnorrPublic(secret);
    return { name, words, secret: toHex(secret), pubkey: toHex(pubkey), npub: encodeNpub(pubkey) };
  });
}

function eventVectors(): EnvelopeVectors['events'] {
  const templates = [
    {
      name: 'plain',
      kind: 1980,
      created_at: nowSeconds,
      tags: [['-'], ['l', '0011223344556677'], ['u', '46386']],
      content: 'AQ==',
    },
    {
      name: 'every escape',
      kind: 1,
      created_at: 0,
      tags: [['t', 'a"b', '\\']],
      content: '\n"\\\r\t\b\f\u0001\u007f\u2028é😀/',
    },
    { name: 'empty', kind: 65_535, created_at: Number.MAX_SAFE_INTEGER, tags: [], content: '' },
  ];
  const valid = templates.map(({ name, ...template }) => {
    const event = plain(signEvent(template, alice, bytes(`aux ${name}`)));
    return { name, secret: toHex(alice), aux: hex(`aux ${name}`), serialized: serializeEvent(event), event };
  });
  const good = valid[0].event;
  const invalid = [
    { name: 'content changed', event: { ...good, content: 'Ag==' }, error: null },
    {
      name: 'id of the changed content',
      event: { ...good, content: 'Ag==', id: idOf({ ...good, content: 'Ag==' }) },
      error: null,
    },
    { name: 'signature of another', event: { ...good, sig: valid[1].event.sig }, error: null },
    { name: 'id in upper case', event: { ...good, id: good.id.toUpperCase() }, error: 'malformed' },
    { name: 'kind beyond 65535', event: { ...good, kind: 65_536 }, error: 'malformed' },
    { name: 'time as text', event: { ...good, created_at: String(good.created_at) }, error: 'malformed' },
    { name: 'fractional time', event: { ...good, created_at: 1.5 }, error: 'malformed' },
    { name: 'null in a tag', event: { ...good, tags: [['l', null]] }, error: 'malformed' },
    { name: 'empty tag', event: { ...good, tags: [[]] }, error: 'malformed' },
    { name: 'lone surrogate', event: { ...good, content: '\ud800' }, error: 'malformed' },
  ];
  return { valid, invalid };
}

const plain = (event: NostrEvent): NostrEvent => JSON.parse(JSON.stringify(event));
const idOf = (event: NostrEvent) => toHex(sha256(utf8Encode(serializeEvent(event))));

function hybridVectors(): EnvelopeVectors['hybrid'] {
  const kemSeed = toHex(bytes('kem d')) + toHex(bytes('kem z'));
  const identity = {
    secret: toHex(bob),
    pubkey: toHex(schnorrPublic(bob)),
    kemSeed,
    kemPublic: toHex(kemPublicOf(fromHex(kemSeed))),
  };
  const [hybrid, empty, classic] = [
    { name: 'a grant key', payload: hex('payload'), isClassic: false },
    { name: 'empty payload', payload: '', isClassic: false },
    { name: 'classic', payload: hex('payload'), isClassic: true },
  ].map(({ name, payload, isClassic }) => {
    const ephemeralSecret = hex(`ephemeral ${name}`);
    const kemMessage = isClassic ? null : hex(`kem message ${name}`);
    const recipient = { pubkey: fromHex(identity.pubkey), kemPublic: isClassic ? null : fromHex(identity.kemPublic) };
    const random = isClassic ? replay(ephemeralSecret) : replay(ephemeralSecret, hex(`kem message ${name}`));
    const envelope = toHex(wrapHybrid(fromHex(payload), recipient, { random, classic: isClassic }));
    return { name, ephemeralSecret, kemMessage, payload, envelope };
  });
  return {
    ...identity,
    valid: [hybrid, empty, classic],
    invalid: spoiledEnvelopes(hybrid.envelope, classic.envelope, identity),
  };
}

function spoiledEnvelopes(hybrid: string, classic: string, identity: { pubkey: string; kemSeed: string }) {
  const otherKem = kemPublicOf(fromHex(toHex(bytes('other d')) + toHex(bytes('other z'))));
  const forOtherKem = wrapHybrid(
    bytes('payload'),
    { pubkey: fromHex(identity.pubkey), kemPublic: otherKem },
    { random: replay(hex('e'), hex('m')) },
  );
  const forAlice = wrapHybrid(
    bytes('payload'),
    { pubkey: schnorrPublic(alice), kemPublic: otherKem },
    { random: replay(hex('e'), hex('m')) },
  );
  const length = hybrid.length / 2;
  return [
    { name: 'for somebody else', envelope: toHex(forAlice), error: null },
    { name: 'ephemeral key changed', envelope: flip(hybrid, 1), error: null },
    { name: 'hint changed', envelope: flip(hybrid, 33), error: null },
    { name: 'KEM ciphertext changed at its start', envelope: flip(hybrid, 49), error: 'not-authentic' },
    { name: 'KEM ciphertext changed at its end', envelope: flip(hybrid, 49 + 1087), error: 'not-authentic' },
    { name: 'ciphertext changed', envelope: flip(hybrid, 49 + 1088), error: 'not-authentic' },
    { name: 'tag changed', envelope: flip(hybrid, length - 1), error: 'not-authentic' },
    { name: 'last byte missing', envelope: hybrid.slice(0, -2), error: 'not-authentic' },
    { name: 'one byte more', envelope: `${hybrid}00`, error: 'not-authentic' },
    { name: 'made for another ML-KEM key of the same person', envelope: toHex(forOtherKem), error: 'not-authentic' },
    { name: 'hybrid relabelled as classic', envelope: `02${hybrid.slice(2)}`, error: 'not-authentic' },
    { name: 'classic ciphertext changed', envelope: flip(classic, 49), error: 'not-authentic' },
    { name: 'classic relabelled as hybrid', envelope: `01${classic.slice(2)}`, error: 'malformed' },
    { name: 'unknown suite', envelope: `03${hybrid.slice(2)}`, error: 'unknown-suite' },
    { name: 'suite 0', envelope: `00${hybrid.slice(2)}`, error: 'unknown-suite' },
    { name: 'header only', envelope: hybrid.slice(0, (49 + 1088) * 2), error: 'malformed' },
    { name: 'nothing', envelope: '', error: 'malformed' },
  ];
}

/** The hex text with the lowest bit of one byte changed. */
function flip(text: string, at: number): string {
  const spoiled = fromHex(text);
  spoiled[at] ^= 1;
  return toHex(spoiled);
}

function httpAuthVectors(): HttpAuthVector[] {
  const upgrade = { url: 'https://relay.example/', method: 'GET', body: null };
  const join = { url: 'https://relay.example/hale/join', method: 'POST', body: '{"claim":"c0ffee"}' };
  const made = { secret: toHex(alice), salt: hex('salt').slice(0, 32), aux: hex('aux http') };
  const headerOf = ({ url, method, body }: { url: string; method: string; body: string | null }) =>
    httpAuthHeader(
      signHttpAuth({
        url,
        method,
        body: body === null ? null : utf8Encode(body),
        secret: alice,
        nowSeconds,
        random: replay(made.salt, made.aux),
      }),
    );
  const [upgradeHeader, joinHeader] = [headerOf(upgrade), headerOf(join)];
  const refused = (name: string, refusal: string, change: Partial<HttpAuthVector>): HttpAuthVector => ({
    ...{ name, ...join, header: joinHeader, nowSeconds, refusal, made: null },
    ...change,
  });
  return [
    { name: 'WebSocket upgrade', ...upgrade, header: upgradeHeader, nowSeconds, refusal: null, made },
    { name: 'join', ...join, header: joinHeader, nowSeconds, refusal: null, made },
    { ...refused('60 s later', '', { nowSeconds: nowSeconds + 60 }), refusal: null },
    refused('61 s later', 'out-of-time', { nowSeconds: nowSeconds + 61 }),
    refused('61 s early', 'out-of-time', { nowSeconds: nowSeconds - 61 }),
    refused('another URL', 'wrong-url', { url: 'https://relay.example/hale/leave' }),
    refused('another host', 'wrong-url', { url: 'https://evil.example/hale/join' }),
    refused('another method', 'wrong-method', { method: 'PUT' }),
    refused('another body', 'wrong-payload', { body: '{"claim":"other"}' }),
    refused('body removed', 'wrong-payload', { body: null }),
    refused('body added', 'wrong-payload', { ...upgrade, header: upgradeHeader, body: '{}' }),
    refused('signature of another event', 'not-signed', { header: swapSignature(joinHeader, upgradeHeader) }),
  ];
}

function swapSignature(header: string, other: string): string {
  const [event, donor] = [header, other].map((text) => JSON.parse(atob(text.slice('Nostr '.length))));
  return `Nostr ${base64Encode(utf8Encode(JSON.stringify({ ...event, sig: donor.sig })))}`;
}

function authVectors(): AuthVector[] {
  const made = { secret: toHex(alice), aux: hex('aux relay') };
  const facts = { challenge: hex('challenge').slice(0, 32), relayUrl: 'wss://relay.example', nowSeconds };
  const event = plain(signAuth({ ...facts, secret: alice, random: replay(made.aux) }));
  const refused = (name: string, refusal: string | null, change: Partial<AuthVector>): AuthVector => ({
    ...{ name, event, ...facts, refusal, made: null },
    ...change,
  });
  return [
    { name: 'answer', event, ...facts, refusal: null, made },
    refused('address in another spelling', null, { relayUrl: 'WSS://Relay.Example:443/' }),
    refused('another challenge', 'wrong-challenge', { challenge: hex('other challenge').slice(0, 32) }),
    refused('another relay', 'wrong-url', { relayUrl: 'wss://evil.example' }),
    refused('601 s later', 'out-of-time', { nowSeconds: nowSeconds + 601 }),
    refused('content changed', 'not-signed', { event: { ...event, content: 'x' } }),
  ];
}

/** The file's text. */
export function makeEnvelopeVectors(): string {
  const vectors: EnvelopeVectors = {
    identity: identityVectors(),
    events: eventVectors(),
    hybrid: hybridVectors(),
    httpAuth: httpAuthVectors(),
    auth: authVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/envelope.json', import.meta.url), makeEnvelopeVectors());
