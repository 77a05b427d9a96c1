import { readFileSync } from 'node:fs';
import {
  assertVerified,
  eventId,
  fromHex,
  HaleError,
  isVerified,
  KINDS,
  kindClass,
  LIMITS,
  type NostrEvent,
  parseEvent,
  schnorrPublic,
  serializeEvent,
  toHex,
  trustVerifiedUnsafe,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import fc from 'fast-check';
import * as nostrTools from 'nostr-tools';
import { describe, expect, test } from 'vitest';

const secret = fromHex('07'.repeat(32));
const aux = new Uint8Array(32);
const sign = (content = 'hello', tags: string[][] = [['e', 'x']]) =>
  signEvent({ kind: 1, created_at: 1_700_000_000, tags, content }, secret, aux);
const wire = (event: NostrEvent): NostrEvent => JSON.parse(JSON.stringify(event));

// Text that puts every escape of NIP-01, and what JSON.stringify escapes and NIP-01 does not, side by side.
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '"', '\\', '\r', '\t', '\b', '\f', '\u0001', '\u001f', '\u007f', '\u2028', '/', '😀'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  ),
  maxLength: 40,
});
const template = fc.record({
  kind: fc.integer({ min: 0, max: 65_535 }),
  created_at: fc.nat(),
  tags: fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
  content: text,
});

describe('serialize and id', () => {
  test('escape the seven characters of NIP-01 and no other', () => {
    const content = '\n"\\\r\t\b\f\u0001\u007f\u2028é😀/';
    expect(serializeEvent({ pubkey: 'aa', created_at: 1, kind: 2, tags: [['t', '"']], content })).toBe(
      '[0,"aa",1,2,[["t","\\""]],"\\n\\"\\\\\\r\\t\\b\\f\u0001\u007f\u2028é😀/"]',
    );
  });

  test('equal nostr-tools wherever JSON.stringify follows NIP-01', () => {
    // nostr-tools uses JSON.stringify, which differs for the other control characters.
    const plain = fc.string({ unit: 'grapheme', maxLength: 40 });
    const pubkey = toHex(schnorrPublic(secret));
    fc.assert(
      fc.property(
        fc.record({ kind: fc.nat(65_535), created_at: fc.nat(), tags: fc.array(fc.array(plain)), content: plain }),
        (t) => {
          expect(serializeEvent({ ...t, pubkey })).toBe(nostrTools.serializeEvent({ ...t, pubkey }));
          expect(eventId({ ...t, pubkey })).toBe(nostrTools.getEventHash({ ...t, pubkey }));
        },
      ),
    );
  });
});

describe('sign and verify', () => {
  test('what we sign survives JSON, and nostr-tools accepts it', () => {
    fc.assert(
      fc.property(template, (t) => {
        const event = signEvent(t, secret, aux);
        const received = parseEvent(wire(event));
        expect(received).toEqual({ ...event });
        expect(verifyEvent(received)).not.toBeNull();
        // JSON.stringify writes \u00XX where NIP-01 has the character itself, so nostr-tools computes another id there.
        const followsNip01 = !JSON.stringify([t.tags, t.content]).includes('\\u00');
        if (followsNip01) expect(nostrTools.verifyEvent(wire(event) as nostrTools.Event)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('what nostr-tools signs, we accept', () => {
    const event = nostrTools.finalizeEvent({ kind: 7, created_at: 5, tags: [['p', 'x']], content: '+' }, secret);
    expect(verifyEvent(parseEvent(wire(event)))).not.toBeNull();
  });

  test.each([
    ['content', { content: 'other' }],
    ['tags', { tags: [['e', 'y']] }],
    ['kind', { kind: 2 }],
    ['created_at', { created_at: 1 }],
    ['pubkey', { pubkey: toHex(schnorrPublic(fromHex('08'.repeat(32)))) }],
    ['id', { id: '0'.repeat(64) }],
    ['sig', { sig: '0'.repeat(128) }],
  ])('another %s does not verify', (_field, change) => {
    expect(verifyEvent({ ...sign(), ...change })).toBeNull();
  });

  test('a changed event with a matching id does not verify', () => {
    const changed = { ...sign(), content: 'other' };
    expect(verifyEvent({ ...changed, id: eventId(changed) })).toBeNull();
  });

  test('the kind-82 examples of others verify', () => {
    const examples = JSON.parse(readFileSync('test/data/nostr/kind82-examples.json', 'utf8'));
    expect(examples.length).toBe(2);
    for (const { event } of examples) expect(verifyEvent(parseEvent(event))).not.toBeNull();
  });
});

describe('a verified event cannot be forged', () => {
  const needsVerified = (event: VerifiedEvent): string => event.content;

  test('by spreading: neither the compiler nor the run time takes it', () => {
    const forged = { ...sign(), content: 'x' };
    // @ts-expect-error the private field does not travel with a spread
    needsVerified(forged);
    expect(isVerified(forged)).toBe(false);
    expect(() => assertVerified(forged)).toThrow(HaleError);
    expect(verifyEvent(forged)).toBeNull();
    // For comparison, the hole that this closes.
    const theirs = nostrTools.finalizeEvent({ kind: 1, created_at: 1, tags: [], content: '' }, secret);
    expect(nostrTools.verifyEvent({ ...theirs, content: 'x' })).toBe(true);
  });

  test('by an object of the same shape, of its prototype, or by its constructor', () => {
    const event = sign();
    // @ts-expect-error a plain event is not a verified one
    needsVerified(wire(event));
    expect(isVerified(Object.assign(Object.create(Object.getPrototypeOf(event)), wire(event)))).toBe(false);
    expect(isVerified(structuredClone(event))).toBe(false);
    const Constructor = event.constructor as new (key: symbol, from: NostrEvent) => VerifiedEvent;
    expect(() => new Constructor(Symbol('guess'), { ...event, content: 'x' })).toThrow(HaleError);
    expect(isVerified(new Proxy(event, {}))).toBe(false);
  });

  test('by changing it afterwards', () => {
    const source = wire(sign());
    const event = verifyEvent(source) as VerifiedEvent;
    (source.tags as string[][])[0][1] = 'changed';
    expect(event.tags).toEqual([['e', 'x']]);
    for (const part of [event, event.tags, event.tags[0]]) expect(Object.isFrozen(part)).toBe(true);
    expect(() => Object.assign(event, { content: 'x' })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(event, {})).toThrow(TypeError);
  });

  test('what a store wrote after verifying is trusted by name only', () => {
    expect(isVerified(trustVerifiedUnsafe(wire(sign())))).toBe(true);
  });
});

describe('parseEvent', () => {
  const good = wire(sign());

  test.each([
    ['null', null],
    ['a list', [good]],
    ['upper-case id', { ...good, id: good.id.toUpperCase() }],
    ['short pubkey', { ...good, pubkey: good.pubkey.slice(2) }],
    ['long sig', { ...good, sig: `${good.sig}00` }],
    ['a kind beyond u16', { ...good, kind: 65_536 }],
    ['a fractional kind', { ...good, kind: 1.5 }],
    ['a negative time', { ...good, created_at: -1 }],
    ['a time as text', { ...good, created_at: '1' }],
    ['time 1e300', { ...good, created_at: 1e300 }],
    ['time −0', { ...good, created_at: -0 }],
    ['tags that are no list', { ...good, tags: {} }],
    ['a tag that is no list', { ...good, tags: ['e'] }],
    ['an empty tag', { ...good, tags: [[]] }],
    ['a tag with a number', { ...good, tags: [['e', 1]] }],
    ['no content', { ...good, content: undefined }],
    ['a lone surrogate', { ...good, content: '\ud800' }],
    ['a lone surrogate in a tag', { ...good, tags: [['e', '\udc00']] }],
  ])('refuses %s', (_name, value) => {
    expect(() => parseEvent(value)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test.each([
    ['content', { ...good, content: 'x'.repeat(LIMITS.contentCharactersMax + 1) }],
    ['tags', { ...good, tags: Array(LIMITS.tagsMax + 1).fill(['t']) }],
    ['a tag', { ...good, tags: [Array(LIMITS.tagItemsMax + 1).fill('t')] }],
    ['a tag item', { ...good, tags: [['t', 'x'.repeat(LIMITS.tagItemUnitsMax + 1)]] }],
  ])('refuses too much %s', (_name, value) => {
    expect(() => parseEvent(value)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('leaves unknown fields behind', () => {
    expect(Object.keys(parseEvent({ ...good, more: 1 })).sort()).toEqual(Object.keys(good).sort());
  });

  test('errors hold nothing of the event', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: 'grapheme-ascii' }), (secretText) => {
        for (const value of [
          { ...good, id: secretText },
          { ...good, created_at: secretText },
          { ...good, tags: [[secretText, 1]] },
        ]) {
          try {
            parseEvent(value);
          } catch (error) {
            expect((error as HaleError).message).not.toContain(secretText);
            expect(JSON.stringify((error as HaleError).detail)).not.toContain(secretText);
          }
        }
      }),
    );
  });
});

test('every kind is kept as its number says', () => {
  expect(Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, kindClass(kind)]))).toEqual({
    deletion: 'regular',
    seal: 'regular',
    vanish: 'regular',
    wrap: 'regular',
    tileBatch: 'regular',
    receipt: 'regular',
    dmRelays: 'replaceable',
    access: 'replaceable',
    hybridKey: 'replaceable',
    memberAdded: 'regular',
    memberRemoved: 'regular',
    memberList: 'replaceable',
    memberRoles: 'addressable',
    statement: 'regular',
    vouch: 'regular',
    token: 'ephemeral',
    invite: 'ephemeral',
    leave: 'ephemeral',
    auth: 'ephemeral',
    httpAuth: 'ephemeral',
    ephemeralWrap: 'ephemeral',
    remote: 'ephemeral',
    join: 'ephemeral',
  });
});
