import { fromHex, hybridKeyTemplate, KINDS, LIMITS, parseHybridKey, schnorrPublic, toHex } from '@hale/kernel';
import { unwrapHybrid } from '@hale/kernel/open';
import { kemPublicOf, signEvent, wrapHybrid } from '@hale/kernel/seal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const random = (byteLength: number) => crypto.getRandomValues(new Uint8Array(byteLength));
const identity = { secret: fromHex('11'.repeat(32)), kemSeed: fromHex('22'.repeat(64)) };
const recipient = { pubkey: schnorrPublic(identity.secret), kemPublic: kemPublicOf(identity.kemSeed) };
const classicRecipient = { pubkey: recipient.pubkey, kemPublic: null };
const payload = fromHex('33'.repeat(32));
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the hybrid envelope', () => {
  test('opens to what went in, for the recipient', () => {
    const identities = fc.record({ secret: bytesOf(32), kemSeed: bytesOf(64) }).filter(({ secret }) => {
      // Only zero and what lies beyond the order of the curve, which fast-check likes to try, are no secrets.
      const value = BigInt(`0x${toHex(secret)}`);
      return value > 0n && value < 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    });
    fc.assert(
      fc.property(identities, fc.uint8Array({ maxLength: 300 }), (person, content) => {
        const to = { pubkey: schnorrPublic(person.secret), kemPublic: kemPublicOf(person.kemSeed) };
        expect(unwrapHybrid(wrapHybrid(content, to, { random }), person)).toEqual({
          payload: content,
          postQuantum: true,
        });
      }),
      { numRuns: 15 },
    );
  });

  test('is not for another key: null', () => {
    const envelope = wrapHybrid(payload, recipient, { random });
    expect(unwrapHybrid(envelope, { ...identity, secret: fromHex('12'.repeat(32)) })).toBeNull();
  });

  test('made for this key and another post-quantum key: throws', () => {
    const envelope = wrapHybrid(payload, recipient, { random });
    expect(() => unwrapHybrid(envelope, { ...identity, kemSeed: fromHex('23'.repeat(64)) })).toThrow(
      code('not-authentic'),
    );
  });

  test('spoiled anywhere: null in the address part, a throw everywhere else, never a payload', () => {
    const envelope = wrapHybrid(payload, recipient, { random });
    const addressEnd = 1 + 32 + 16;
    // Every byte of the address and of the ciphertext, and a part of the 1088 bytes between.
    const places = [...envelope.keys()].filter(
      (at) => at < addressEnd + 20 || at > envelope.length - 60 || at % 40 === 0,
    );
    for (const at of places) {
      const spoiled = Uint8Array.from(envelope);
      spoiled[at] ^= 1 << (at % 8);
      const action = () => unwrapHybrid(spoiled, identity);
      if (at === 0) expect(action).toThrow();
      else if (at < addressEnd) expect(action()).toBeNull();
      else expect(action).toThrow(code('not-authentic'));
    }
  });

  test('cut short: malformed or not authentic', () => {
    const envelope = wrapHybrid(payload, recipient, { random });
    for (const length of [0, 1, 48, 49, 1136, 1137, 1152]) {
      expect(() => unwrapHybrid(envelope.subarray(0, length), identity)).toThrow(code('malformed'));
    }
    expect(() => unwrapHybrid(envelope.subarray(0, -1), identity)).toThrow(code('not-authentic'));
  });

  test('two envelopes of one payload share nothing but the suite', () => {
    const [a, b] = [1, 2].map(() => wrapHybrid(payload, recipient, { random }));
    expect(a[0]).toBe(b[0]);
    const equal = a.filter((byte, at) => at > 0 && byte === b[at]).length;
    expect(equal).toBeLessThan(30);
  });

  test('payloads up to the limit, and no further', () => {
    const full = new Uint8Array(LIMITS.hybridPayloadBytesMax);
    expect(unwrapHybrid(wrapHybrid(full, recipient, { random }), identity)?.payload.length).toBe(full.length);
    expect(() => wrapHybrid(new Uint8Array(full.length + 1), recipient, { random })).toThrow(code('too-large'));
  });
});

describe('no silent downgrade', () => {
  test('without a post-quantum key and without consent: not permitted', () => {
    expect(() => wrapHybrid(payload, classicRecipient, { random })).toThrow(code('not-permitted'));
    expect(() => wrapHybrid(payload, classicRecipient, { random, classic: false })).toThrow(code('not-permitted'));
  });

  test('with consent: classic, and it says so', () => {
    const envelope = wrapHybrid(payload, classicRecipient, { random, classic: true });
    expect(unwrapHybrid(envelope, identity)).toEqual({ payload, postQuantum: false });
  });

  test('consent changes nothing for a recipient who has a key', () => {
    const envelope = wrapHybrid(payload, recipient, { random, classic: true });
    expect(unwrapHybrid(envelope, identity)?.postQuantum).toBe(true);
  });

  test('relabelling a hybrid envelope as classic, or the reverse, opens nothing', () => {
    const hybrid = wrapHybrid(payload, recipient, { random });
    const classic = wrapHybrid(new Uint8Array(1200), classicRecipient, { random, classic: true });
    hybrid[0] = 2;
    classic[0] = 1;
    for (const envelope of [hybrid, classic])
      expect(() => unwrapHybrid(envelope, identity)).toThrow(code('not-authentic'));
  });

  test('an unknown suite is an error', () => {
    expect(() => unwrapHybrid(new Uint8Array(2000).fill(3), identity)).toThrow(code('unknown-suite'));
  });
});

describe('keys', () => {
  test.each([
    ['too short', recipient.kemPublic.subarray(1)],
    ['a coefficient beyond q', Uint8Array.from(recipient.kemPublic).fill(0xff, 0, 3)],
  ])('an ML-KEM key that is none: %s', (_name, kemPublic) => {
    expect(() => wrapHybrid(payload, { ...recipient, kemPublic }, { random })).toThrow(code('malformed'));
  });

  test('a public key off the curve', () => {
    expect(() => wrapHybrid(payload, { ...recipient, pubkey: new Uint8Array(32) }, { random })).toThrow(
      code('malformed'),
    );
  });

  test('the event that publishes them', () => {
    const npubSecret = fromHex('44'.repeat(32));
    const event = signEvent(hybridKeyTemplate(recipient, 5), npubSecret, new Uint8Array(32));
    expect(event.kind).toBe(KINDS.hybridKey);
    expect(parseHybridKey(event)).toEqual(recipient);
    const plain = signEvent({ ...event, tags: [] }, npubSecret, new Uint8Array(32));
    expect(parseHybridKey(plain).pubkey).toEqual(schnorrPublic(npubSecret));
    const broken = signEvent({ ...event, content: 'AAAA' }, npubSecret, new Uint8Array(32));
    expect(() => parseHybridKey(broken)).toThrow(code('malformed'));
  });
});
