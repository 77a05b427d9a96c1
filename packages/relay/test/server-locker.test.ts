// Lockers: eight wrong tries in a lifetime, each slower than the one before, counted on the disk before anything is compared.
import { type ClaimFacts, claimMessage, toHex, utf8Encode } from '@hale/kernel';
import { Lockers, RELAY_LIMITS } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { seededRandom } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { openPolicy, RELAY_URL } from './server-fixture.ts';

const newLockers = () => new Lockers({ store, policy: openPolicy, now: () => now, random: seededRandom('lockers') });

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
  lockers = newLockers();
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

interface KeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** A browser with the key that it made for this locker. */
class Browser {
  readonly #pair: KeyPair;
  readonly key: string;

  private constructor(pair: KeyPair, key: string) {
    this.#pair = pair;
    this.key = key;
  }

  static async make(): Promise<Browser> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    return new Browser(pair, toHex(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))));
  }

  async sign(facts: ClaimFacts): Promise<string> {
    const message = new Uint8Array(claimMessage(facts));
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    return toHex(new Uint8Array(await crypto.subtle.sign(algorithm, this.#pair.privateKey, message)));
  }

  /** What it sends: all is right but what is said to be another. */
  async proof(challenge: string, other: Partial<ClaimFacts & { key: string; verifier: string }> = {}) {
    const facts = { relay: RELAY_URL, lockerId: ID, challenge, ...other };
    const signature = await this.sign(facts);
    return { id: ID, verifier: RIGHT, relay: RELAY_URL, challenge, key: this.key, signature, ...other };
  }
}

type Fields = Record<string, unknown>;
const send = (fields: Fields) => lockers.open(utf8Encode(JSON.stringify(fields)));
function challenge(): string {
  const answer = send({ id: ID, verifier: RIGHT });
  if (answer.status !== 401) throw new Error(`no challenge: ${answer.status}`);
  return answer.value.challenge;
}
const open = async (browser: Browser) => send(await browser.proof(challenge()));

describe('a locker for one browser', () => {
  const OWNER = 'e5'.repeat(32);
  let first: Browser;
  let second: Browser;

  beforeEach(async () => {
    store = new MemoryRelayStore();
    lockers = newLockers();
    const wish = { id: ID, verifier: RIGHT, share: SHARE, expires: now + 10_000, claim: OWNER };
    expect(lockers.create(wish)).toEqual({ status: 200, value: { id: ID, claim: true } });
    first = await Browser.make();
    second = await Browser.make();
  });

  test('gives its share to the first browser, again and again, and to no other', async () => {
    expect(send({ id: ID, verifier: RIGHT })).toMatchObject({ status: 401, value: { claimed: null } });
    const given = { status: 200, value: { share: SHARE, claimed: now } };
    expect(await open(first)).toEqual(given);
    const came = now;
    now += 500;
    expect(await open(second)).toEqual({ status: 409, value: { claimed: came } });
    for (let n = 0; n < 5; n += 1) expect(await open(first)).toEqual(given);
    expect(send({ id: ID, verifier: RIGHT })).toMatchObject({ status: 401, value: { claimed: came } });
    // Of the browser the hash of its key, and nothing else.
    expect(JSON.stringify(store.locker(ID))).not.toContain(first.key);
  });

  test('a wrong PIN is counted before anything is said of the browser', async () => {
    const proof = await first.proof(challenge());
    expect(send({ ...proof, verifier: WRONG })).toMatchObject({ status: 403 });
    expect(store.locker(ID)?.claim?.browser).toBe('');
    for (let wrong = 1; wrong < RELAY_LIMITS.lockerTriesMax; wrong += 1) {
      now += 2 ** (wrong - 1);
      expect([403, 410]).toContain(attempt(WRONG).status);
    }
    now += 1_000;
    expect(send(proof).status).toBe(410);
  });

  test('nothing is opened by an answer said twice, late, to another locker, for another relay, or by another key', async () => {
    const proof = await first.proof(challenge());
    expect(send(proof).status).toBe(200);
    expect(send(proof).status).toBe(401);
    const late = await first.proof(challenge());
    now += RELAY_LIMITS.claimSecondsMax;
    expect(send(late).status).toBe(401);
    const wrong: Fields[] = [
      await first.proof(challenge(), { relay: 'wss://evil.example' }),
      { ...(await first.proof(challenge(), { relay: 'wss://evil.example' })), relay: RELAY_URL },
      await first.proof(challenge(), { lockerId: 'ee'.repeat(32) }),
      { ...(await first.proof(challenge())), key: second.key },
      await first.proof('00'.repeat(32)),
      { ...(await first.proof(challenge())), signature: '00'.repeat(64) },
      { ...(await first.proof(challenge())), key: '04' },
      { ...(await first.proof(challenge())), relay: 'no address' },
    ];
    for (const fields of wrong) expect(send(fields).status).toBe(401);
    expect(send({ ...proof, signature: 7 }).status).toBe(400);
    expect(store.locker(ID)?.claim).toMatchObject({ at: now - RELAY_LIMITS.claimSecondsMax });
  });

  test('a challenge of one locker is none for another', async () => {
    const other = { id: 'ab'.repeat(32), verifier: RIGHT, share: SHARE, expires: now + 10, claim: OWNER };
    lockers.create(other);
    expect(send({ ...(await first.proof(challenge(), { lockerId: other.id })), id: other.id }).status).toBe(401);
  });

  test('whoever asks for many challenges takes none from other lockers, and the oldest of its own go', async () => {
    const other = { id: 'ab'.repeat(32), verifier: RIGHT, share: SHARE, expires: now + 10_000, claim: OWNER };
    lockers.create(other);
    const mine = challenge();
    for (let n = 0; n < RELAY_LIMITS.claimsMax; n += 1) send({ id: other.id, verifier: RIGHT });
    expect(send(await first.proof(mine)).status).toBe(200);
    const oldest = challenge();
    for (let n = 0; n < RELAY_LIMITS.claimsOfLockerMax; n += 1) challenge();
    expect(send(await first.proof(oldest)).status).toBe(401);
  });

  test('where the disk fails nothing is given; the same browser tries again and has it', async () => {
    // The first two commits of an opening are those of the count.
    for (const fault of ['failed-not-stored', 'failed-but-stored'] as const) {
      const proof = await first.proof(challenge());
      store.claimLocker = (...given) => {
        store.faults.push(fault);
        return MemoryRelayStore.prototype.claimLocker.apply(store, given);
      };
      expect(send(proof).status).toBe(503);
      Reflect.deleteProperty(store, 'claimLocker');
    }
    // Stored, and its answer lost: it is the first browser's.
    expect((await open(second)).status).toBe(409);
    expect((await open(first)).status).toBe(200);
  });

  test('a relay that starts anew knows whose it is, and gives new challenges', async () => {
    const before = await first.proof(challenge());
    lockers = newLockers();
    expect((await open(first)).status).toBe(200);
    lockers = new Lockers({ store, policy: openPolicy, now: () => now, random: seededRandom('another start') });
    expect(send(before).status).toBe(401);
    expect((await open(second)).status).toBe(409);
    expect((await open(first)).status).toBe(200);
  });

  test('its owner sees when it was claimed, and frees it for the next browser', async () => {
    expect(lockers.look(ID)).toEqual({ status: 200, value: { claimed: null, destroyed: false } });
    await open(first);
    expect(lockers.look(ID)).toEqual({ status: 200, value: { claimed: now, destroyed: false } });
    expect(lockers.free(ID)).toEqual({ status: 200, value: { claimed: null, destroyed: false } });
    expect((await open(second)).status).toBe(200);
    expect((await open(first)).status).toBe(409);
    expect(lockers.look('ee'.repeat(32)).status).toBe(403);
  });

  test('property: of browsers that come at once, in any order, one has it and keeps it', async () => {
    const browsers = [first, second, await Browser.make()];
    const id = fc.integer({ min: 0, max: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(id, { minLength: 1, maxLength: 4 }),
        fc.array(id, { maxLength: 6 }),
        async (at, later) => {
          store = new MemoryRelayStore();
          lockers = newLockers();
          lockers.create({ id: ID, verifier: RIGHT, share: SHARE, expires: now + 10_000, claim: OWNER });
          // All have their challenges before the first answers.
          const proofs = await Promise.all(at.map((n) => browsers[n].proof(challenge())));
          const answers = proofs.map((proof) => send(proof).status);
          expect(answers).toEqual(at.map((n) => (n === at[0] ? 200 : 409)));
          for (const n of later) expect((await open(browsers[n])).status).toBe(n === at[0] ? 200 : 409);
        },
      ),
      { numRuns: 25 },
    );
  });
});
