import { readFileSync } from 'node:fs';
import {
  eventId,
  fromHex,
  KINDS,
  LIMITS,
  parseEvent,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { type Rumor, unwrapGift } from '@hale/kernel/open';
import { conversationKey, encryptNip44, giftWrap, signEvent } from '@hale/kernel/seal';
import * as nostrTools from 'nostr-tools';
import { describe, expect, test } from 'vitest';

const alice = fromHex('01'.repeat(32));
const bob = fromHex('02'.repeat(32));
const mallory = fromHex('03'.repeat(32));
const wrapSecret = fromHex('04'.repeat(32));
const nowSeconds = 1_800_000_000;

/** Bytes that look random and are the same in each run. */
function seededRandom(seed: string) {
  let counter = 0;
  return (byteLength: number) => {
    const blocks = Array.from({ length: Math.ceil(byteLength / 32) }, () => sha256(utf8Encode(`${seed}/${counter++}`)));
    return Uint8Array.from(blocks.flatMap((block) => [...block])).subarray(0, byteLength);
  };
}

const options = { secret: alice, recipient: schnorrPublic(bob), wrapSecret, nowSeconds, random: seededRandom('wrap') };
const message = {
  kind: 14,
  created_at: nowSeconds,
  tags: [['p', toHex(schnorrPublic(bob))]],
  content: 'Hola, que tal?',
};

test('the worked example of NIP-17 opens, both wraps', () => {
  const example = JSON.parse(readFileSync('test/data/nostr/nip17-example.json', 'utf8'));
  const [sender, receiver] = (example.nsec_sender_and_receiver as string[]).map(
    (nsec) => nostrTools.nip19.decode(nsec).data as Uint8Array,
  );
  const opened: Rumor[] = [];
  for (const value of example.wraps) {
    const wrap = verifyEvent(parseEvent(value)) as VerifiedEvent;
    const results = [unwrapGift(wrap, sender), unwrapGift(wrap, receiver)];
    opened.push(...results.filter((rumor) => rumor !== null));
  }
  expect(opened.map(({ content, kind, pubkey }) => ({ content, kind, pubkey }))).toEqual(
    Array(2).fill({ content: 'Hola, que tal?', kind: 14, pubkey: toHex(schnorrPublic(sender)) }),
  );
});

describe('gift wrap', () => {
  const wrap = giftWrap(message, options);

  test('shows the recipient and nothing of the sender', () => {
    expect(wrap.kind).toBe(KINDS.wrap);
    expect(wrap.tags).toEqual([['p', toHex(schnorrPublic(bob))]]);
    expect(wrap.pubkey).toBe(toHex(schnorrPublic(wrapSecret)));
    expect(JSON.stringify(wrap)).not.toContain(toHex(schnorrPublic(alice)));
  });

  test('opens for the recipient, and is not for others', () => {
    expect(unwrapGift(wrap, bob)).toMatchObject({ ...message, pubkey: toHex(schnorrPublic(alice)) });
    expect(unwrapGift(wrap, mallory)).toBeNull();
    expect(unwrapGift(signEvent(message, alice, new Uint8Array(32)), bob)).toBeNull();
  });

  test('nostr-tools opens ours, and we open theirs', () => {
    const theirs = nostrTools.nip59.wrapEvent(message, alice, toHex(schnorrPublic(bob)));
    expect(nostrTools.nip59.unwrapEvent(wrap as unknown as nostrTools.NostrEvent, bob).content).toBe(message.content);
    expect(unwrapGift(verifyEvent(parseEvent({ ...theirs })) as VerifiedEvent, bob)?.content).toBe(message.content);
  });

  test('dates lie within the two days before, and differ', () => {
    const dates = Array.from({ length: 30 }, () => giftWrap(message, options).created_at);
    for (const date of dates) {
      expect(date).toBeLessThanOrEqual(nowSeconds);
      expect(date).toBeGreaterThan(nowSeconds - 172_801);
    }
    expect(new Set(dates).size).toBeGreaterThan(25);
  });

  test('the largest envelope still fits one event', () => {
    const content = 'x'.repeat(Math.ceil((LIMITS.hybridPayloadBytesMax + 1200) / 3) * 4);
    expect(unwrapGift(giftWrap({ ...message, content }, options), bob)?.content).toBe(content);
  });
});

describe('broken wraps', () => {
  const zero = new Uint8Array(32);
  const encrypt = (value: unknown, from: Uint8Array) =>
    encryptNip44(JSON.stringify(value), conversationKey(from, schnorrPublic(bob)), fromHex('05'.repeat(32)));
  const unsigned = (from: Uint8Array) => {
    const template = { ...message, pubkey: toHex(schnorrPublic(from)) };
    return { ...template, id: eventId(template) };
  };
  const sealOf = (rumor: unknown, by = alice, change: object = {}) =>
    signEvent({ kind: KINDS.seal, created_at: 1, tags: [], content: encrypt(rumor, by), ...change }, by, zero);
  const wrapOf = (seal: unknown) =>
    signEvent(
      { kind: KINDS.wrap, created_at: 1, tags: [['p', toHex(schnorrPublic(bob))]], content: encrypt(seal, wrapSecret) },
      wrapSecret,
      zero,
    );

  test('made by hand as they should be, they open', () => {
    expect(unwrapGift(wrapOf(sealOf(unsigned(alice))), bob)?.content).toBe(message.content);
    const { id: _, ...withoutId } = unsigned(alice);
    expect(unwrapGift(wrapOf(sealOf(withoutId)), bob)?.id).toBe(unsigned(alice).id);
  });

  test.each([
    ['a rumor in the name of another', wrapOf(sealOf(unsigned(alice), mallory)), 'not-authentic'],
    ['a rumor with a wrong id', wrapOf(sealOf({ ...unsigned(alice), id: '0'.repeat(64) })), 'not-authentic'],
    ['a seal whose signature is bad', wrapOf({ ...sealOf(unsigned(alice)), sig: '0'.repeat(128) }), 'not-authentic'],
    ['a seal of another kind', wrapOf(sealOf(unsigned(alice), alice, { kind: 1 })), 'malformed'],
    ['a seal with tags', wrapOf(sealOf(unsigned(alice), alice, { tags: [['p', 'x']] })), 'malformed'],
    ['no seal', wrapOf('x'), 'malformed'],
    ['a rumor without author', wrapOf(sealOf({ ...message })), 'malformed'],
    [
      'a layer for somebody else',
      signEvent(
        {
          kind: KINDS.wrap,
          created_at: 1,
          tags: [['p', toHex(schnorrPublic(bob))]],
          content: encryptNip44('x', conversationKey(wrapSecret, schnorrPublic(mallory)), zero),
        },
        wrapSecret,
        zero,
      ),
      'not-authentic',
    ],
  ])('%s', (_name, wrap, code) => {
    expect(() => unwrapGift(wrap, bob)).toThrow(expect.objectContaining({ code }));
  });
});
