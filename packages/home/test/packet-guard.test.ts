// The guard before the MQTT parser: it judges a packet by what its header says, however the bytes arrive.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketGuard } from '../src/mqtt/packet-guard.ts';

const MAX = 1000;

function packet(length: number): number[] {
  const bytes = [0x30];
  let rest = length;
  do {
    bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return [...bytes, ...new Array<number>(length).fill(0xff)];
}

function feed(bytes: number[], cuts: number[], held = { bytes: 0 }, heldMax = 1e9): boolean {
  const guard = new PacketGuard(MAX, held, heldMax);
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    const chunk = Uint8Array.from(bytes.slice(at, at + cut));
    at += cut;
    if (!guard.allows(chunk)) return false;
  }
  return true;
}

test('property: packets up to the limit pass and longer ones do not, cut anywhere', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: MAX }), { maxLength: 5 }), cuts, (lengths, at) => {
      const whole = lengths.flatMap(packet);
      expect(feed(whole, at)).toBe(true);
      expect(feed([...whole, ...packet(MAX + 1).slice(0, 3)], at)).toBe(false);
      expect(feed([...whole, 0x30, 0xff, 0xff, 0xff, 0xff, 0x01], at)).toBe(false);
    }),
  );
});

test('property: what is held is what has come of unfinished packets, and nothing once they are whole or the connection has ended', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: MAX }), fc.integer({ min: 1, max: MAX - 1 }), (length, part) => {
      const held = { bytes: 0 };
      const guard = new PacketGuard(MAX, held, 1e9);
      const bytes = Uint8Array.from(packet(length));
      const head = bytes.length - length;
      const some = Math.min(part, length - 1);
      guard.allows(bytes.subarray(0, head + some));
      expect(held.bytes).toBe(some);
      guard.allows(bytes.subarray(head + some));
      expect(held.bytes).toBe(0);
      guard.allows(bytes.subarray(0, head + some));
      guard.release();
      expect(held.bytes).toBe(0);
    }),
  );
});

test('all connections together hold no more than their limit', () => {
  const held = { bytes: 0 };
  expect(feed(packet(900).slice(0, 800), [], held, 1000)).toBe(true);
  expect(feed(packet(900).slice(0, 800), [], held, 1000)).toBe(false);
});
