import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schnorrPublic } from '@hale/kernel';
import { kemPublicOf, masterKeys } from '@hale/kernel/seal';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drainInbox, inboxWaits, LockedInbox } from '../src/inbox.ts';

const keys = masterKeys(new Uint8Array(64).fill(5));
const recipient = { pubkey: schnorrPublic(keys.inboxSecret), kemPublic: kemPublicOf(keys.kemSeed) };
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hale-inbox-'));
  path = join(dir, 'inbox.log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(...batches: string[]): void {
  const inbox = new LockedInbox(dir, recipient);
  inbox.append(batches.map(bytes));
  inbox.close();
}

function drain() {
  const got: string[] = [];
  const report = drainInbox(dir, keys, (batch) => void got.push(Buffer.from(batch).toString()));
  return { got, ...report };
}

test('what a locked home took is folded in at unlock, in order, and the file is gone', () => {
  const inbox = new LockedInbox(dir, recipient);
  inbox.append([bytes('glucose 5.6 mmol/L'), bytes('')]);
  inbox.append([bytes('heart rate 61/min')]);
  expect(inboxWaits(dir)).toBe(true);
  expect(readFileSync(path).includes('glucose')).toBe(false);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  inbox.close();
  expect(drain()).toEqual({
    got: ['glucose 5.6 mmol/L', '', 'heart rate 61/min'],
    batches: 3,
    damaged: 0,
    tornBytes: 0,
  });
  expect(readdirSync(dir)).toEqual([]);
  expect(inboxWaits(dir)).toBe(false);
  expect(drain()).toEqual({ got: [], batches: 0, damaged: 0, tornBytes: 0 });
});

test('property: wherever a write tears, everything acknowledged before it comes back, and what is appended later too', () => {
  put('one', 'two');
  const acknowledged = readFileSync(path).length;
  put('three');
  const whole = readFileSync(path);
  fc.assert(
    fc.property(fc.integer({ min: acknowledged, max: whole.length - 1 }), fc.boolean(), (length, appendsLater) => {
      writeFileSync(path, whole.subarray(0, length));
      if (appendsLater) put('four');
      const { got, damaged, tornBytes } = drain();
      expect(got).toEqual(appendsLater ? ['one', 'two', 'four'] : ['one', 'two']);
      expect(damaged).toBe(0);
      expect(tornBytes).toBe(appendsLater ? 0 : length - acknowledged);
    }),
    { numRuns: 40 },
  );
});

test('property: a damaged place costs the batch in it and no other, and the damaged file is kept', () => {
  const batches = ['one', 'two', 'three', 'four'];
  put(...batches);
  const whole = readFileSync(path);
  fc.assert(
    fc.property(fc.nat(Math.floor((whole.length * 3) / 4) - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const spoilt = Buffer.from(whole);
      spoilt[at] ^= change;
      writeFileSync(path, spoilt);
      const { got, damaged } = drain();
      const hit = Math.floor(at / (whole.length / 4));
      expect(got).toEqual(batches.filter((_, n) => n !== hit || got.includes(batches[n])));
      expect(got.length).toBeGreaterThanOrEqual(3);
      expect(damaged).toBe(4 - got.length);
      expect(existsSync(path)).toBe(false);
      expect(readdirSync(dir).some((name) => name.startsWith('inbox.damaged-'))).toBe(damaged > 0);
      for (const name of readdirSync(dir)) rmSync(join(dir, name));
    }),
    { numRuns: 40 },
  );
});

test('a crash while folding in: everything comes again, and what arrived meanwhile after it', () => {
  put('one', 'two');
  expect(() =>
    drainInbox(dir, keys, (batch) => {
      if (Buffer.from(batch).toString() === 'two') throw new Error('power cut');
    }),
  ).toThrow('power cut');
  expect(inboxWaits(dir)).toBe(true);
  put('three');
  expect(drain().got).toEqual(['one', 'two', 'three']);
  expect(readdirSync(dir)).toEqual([]);
});

test('sealed to another key: not thrown away', () => {
  const other = masterKeys(new Uint8Array(64).fill(6));
  const inbox = new LockedInbox(dir, {
    pubkey: schnorrPublic(other.inboxSecret),
    kemPublic: kemPublicOf(other.kemSeed),
  });
  inbox.append([bytes('not mine')]);
  inbox.close();
  expect(drain()).toMatchObject({ got: [], batches: 0, damaged: 1 });
  expect(readdirSync(dir)).toEqual(['inbox.damaged-1']);
});

test('a batch that is too long is refused together with its company, and nothing of them is kept', () => {
  put('one');
  const inbox = new LockedInbox(dir, recipient);
  expect(() => inbox.append([bytes('two'), new Uint8Array(16 * 1024 * 1024 + 1)])).toThrow(/too long/);
  inbox.append([bytes('three')]);
  inbox.close();
  expect(drain().got).toEqual(['one', 'three']);
});
