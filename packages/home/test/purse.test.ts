import type { NostrEvent } from '@hale/kernel';
import { installPrimitives, toHex } from '@hale/kernel';
import type { PublishResult } from '@hale/relay/client';
import { expect, test } from 'vitest';
import { TokenPurse } from '../src/net/purse.ts';
import { nativePrimitives } from '../src/relay/native.ts';

installPrimitives(nativePrimitives());

const URL = 'wss://relay.example/';
const secretOf = (n: number) => new Uint8Array(32).fill(n);
const nonceOf = (n: number) => toHex(new Uint8Array(32).fill(n));

function purse() {
  const tokens = [1, 2, 3, 4].map((n) => ({ epoch: 7, nonce: nonceOf(n), output: nonceOf(n + 100) }));
  const record = { self: nonceOf(9), epoch: 7, key: nonceOf(8), tokens, exhausted: 7 };
  return new TokenPurse({
    load: () => new Map([[URL, record]]),
    save: () => {},
    memberSecret: secretOf(1),
    warn: () => {},
    nowMillis: () => 1_800_000_000_000,
  });
}

/** A relay that answers when it is told to, and what it saw. */
function relay() {
  const seen: { pubkey: string; tag: string }[] = [];
  const waiting: ((result: PublishResult) => void)[] = [];
  const publish = ({ pubkey, tags }: NostrEvent) => {
    seen.push({ pubkey, tag: JSON.stringify(tags.at(-1)) });
    return new Promise<PublishResult>((resolve) => waiting.push(resolve));
  };
  const answer = async (result: PublishResult) => {
    waiting.shift()?.(result);
    await new Promise((turn) => setImmediate(turn));
  };
  return { seen, publish, answer };
}

test('two authors at the same moment spend two tokens: one of both would tell the relay that they are one person', async () => {
  const { seen, publish, answer } = relay();
  const tokens = purse();
  const both = [5, 6].map((n) => tokens.allot(URL, `${n}`, secretOf(n), 0, publish));
  await new Promise((turn) => setImmediate(turn));
  await answer({ outcome: 'ok' });
  await answer({ outcome: 'ok' });
  expect(await Promise.all(both)).toEqual([true, true]);
  expect(new Set(seen.map(({ pubkey }) => pubkey)).size).toBe(2);
  expect(new Set(seen.map(({ tag }) => tag)).size).toBe(2);
  expect(tokens.countAt(URL)).toBe(2);
});

test.each<PublishResult>([
  { outcome: 'lost', why: 'closed' },
  { outcome: 'refused', reason: 'rate-limited' },
])('a token whose end is unknown goes to the same author again, and to no other: $outcome', async (end) => {
  const { seen, publish, answer } = relay();
  const tokens = purse();
  const first = tokens.allot(URL, 'a', secretOf(5), 0, publish);
  await answer(end);
  expect(await first).toBe(false);
  const others = [tokens.allot(URL, 'b', secretOf(6), 0, publish), tokens.allot(URL, 'a', secretOf(5), 0, publish)];
  await answer({ outcome: 'ok' });
  await answer({ outcome: 'ok' });
  expect(await Promise.all(others)).toEqual([true, true]);
  const [lost, other, again] = seen.map(({ tag }) => tag);
  expect(again).toBe(lost);
  expect(other).not.toBe(lost);
});
