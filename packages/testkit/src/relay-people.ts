// Signed events for relay tests: people with fixed keys, so that a failure can be repeated.
import { type EventTemplate, KINDS, schnorrPublic, sha256, toHex, utf8Encode, type VerifiedEvent } from '@hale/kernel';
import { signAuth, signEvent } from '@hale/kernel/seal';

/** 2026-11-21T00:00:00Z, the second at which relay tests begin. */
export const RELAY_TEST_SECONDS = 1_795_219_200;

/** Bytes that look random and are the same in every run. */
export function seededRandom(seed: string): (byteLength: number) => Uint8Array {
  let count = 0;
  return (byteLength) => {
    const out = new Uint8Array(byteLength);
    for (let at = 0; at < byteLength; at += 32) {
      out.set(sha256(utf8Encode(`${seed}/${count++}`)).subarray(0, byteLength - at), at);
    }
    return out;
  };
}

export interface Person {
  readonly name: string;
  readonly secret: Uint8Array;
  readonly pubkey: string;
  sign(template: Partial<EventTemplate>): VerifiedEvent;
  /** Answers a relay's challenge (NIP-42). */
  prove(challenge: string, relayUrl: string, nowSeconds?: number): VerifiedEvent;
}

export function person(name: string): Person {
  const secret = sha256(utf8Encode(`hale test person ${name}`));
  const random = seededRandom(name);
  const base = { kind: 1, created_at: RELAY_TEST_SECONDS, tags: [], content: '' };
  return {
    name,
    secret,
    pubkey: toHex(schnorrPublic(secret)),
    sign: (template) => signEvent({ ...base, ...template }, secret, random(32)),
    prove: (challenge, relayUrl, nowSeconds = RELAY_TEST_SECONDS) =>
      signAuth({ challenge, relayUrl, secret, nowSeconds, random }),
  };
}

/** A tile batch as far as a relay looks at it. `content`: base64 of bytes that nobody opens here. */
export function tileBatch(author: Person, overrides: Partial<EventTemplate> & { label?: string; day?: number } = {}) {
  const { label = '00112233445566ff', day = 46_000, ...template } = overrides;
  return author.sign({
    kind: KINDS.tileBatch,
    tags: [['-'], ['l', label], ['u', String(day)]],
    content: 'AQIDBAUGBwg=',
    ...template,
  });
}

/** An access event that names these readers until the given Unix seconds. */
export function accessEvent(author: Person, readers: [Person, number][], createdAt = RELAY_TEST_SECONDS) {
  const tags = readers.map(([reader, until]) => ['reader', reader.pubkey, String(until)]);
  return author.sign({ kind: KINDS.access, created_at: createdAt, tags: [['-'], ...tags] });
}

/** Hex of a text's SHA-256: an id that belongs to nothing. */
export function someId(text: string): string {
  return toHex(sha256(utf8Encode(text)));
}
