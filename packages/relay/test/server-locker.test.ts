// Lockers: eight wrong tries in a lifetime, each slower than the one before, counted on the disk before anything is compared.
import { utf8Encode } from '@hale/kernel';
import { Lockers, RELAY_LIMITS } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { beforeEach, describe, expect, test } from 'vitest';

const ID = 'a1'.repeat(32);
const RIGHT = 'b2'.repeat(32);
const WRONG = 'c3'.repeat(32);
const SHARE = 'd4'.repeat(32);

let store: MemoryRelayStore;
let now: number;
let lockers: Lockers;
const attempt = (verifier: string, id = ID) => lockers.open(utf8Encode(JSON.stringify({ id, verifier })));

beforeEach(() => {
  store = new MemoryRelayStore();
  now = 1_800_000_000;
  lockers = new Lockers(store, () => now);
  expect(lockers.create({ id: ID, verifier: RIGHT, share: SHARE, expires: now + 10_000 }).status).toBe(200);
});

describe('a locker', () => {
  test('opens for the right verifier as often as it is asked', () => {
    for (let n = 0; n < 20; n += 1) expect(attempt(RIGHT)).toEqual({ status: 200, value: { share: SHARE } });
    expect(store.locker(ID)?.wrong).toBe(0);
  });

  test('counts every wrong try, makes the next one wait twice as long, and is destroyed at the eighth', () => {
    for (let wrong = 1; wrong < RELAY_LIMITS.lockerTriesMax; wrong += 1) {
      expect(attempt(WRONG)).toEqual({ status: 403, value: { left: RELAY_LIMITS.lockerTriesMax - wrong } });
      const wait = 2 ** (wrong - 1);
      // Too early, right or wrong: neither opened nor counted.
      expect(attempt(RIGHT)).toEqual({ status: 429, value: { seconds: wait } });
      now += wait;
    }
    expect(attempt(WRONG).status).toBe(410);
    now += 1_000;
    expect(attempt(RIGHT).status).toBe(410);
    expect(store.locker(ID)).toMatchObject({ share: '', verifierHash: '' });
  });

  test('a right try between wrong ones gives none of them back', () => {
    attempt(WRONG);
    now += 1;
    expect(attempt(RIGHT).status).toBe(200);
    expect(attempt(WRONG)).toEqual({ status: 403, value: { left: RELAY_LIMITS.lockerTriesMax - 2 } });
  });

  test('where the count cannot be written nothing is compared', () => {
    store.faults.push('failed-not-stored');
    expect(attempt(RIGHT).status).toBe(503);
    store.faults.push('failed-but-stored');
    expect(attempt(RIGHT).status).toBe(503);
    // The try that reached the disk counts, though its answer was lost.
    expect(store.locker(ID)?.wrong).toBe(1);
  });

  test('a crash between counting the eighth try and destroying gives no ninth', () => {
    store.setLockerTries(ID, RELAY_LIMITS.lockerTriesMax, now);
    now += 1_000;
    expect(attempt(RIGHT).status).toBe(410);
    expect(store.locker(ID)?.share).toBe('');
  });

  test('is unknown after its end and under another name; nothing is made over one that is there', () => {
    expect(lockers.create({ id: ID, verifier: WRONG, share: WRONG, expires: now + 10 }).status).toBe(403);
    expect(attempt(RIGHT, 'ee'.repeat(32)).status).toBe(404);
    now += 10_000;
    expect(attempt(RIGHT).status).toBe(404);
    expect(lockers.open(utf8Encode('{"id":"x"}')).status).toBe(400);
    expect(lockers.open(null).status).toBe(400);
  });
});
