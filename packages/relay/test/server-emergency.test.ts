// Emergency lockers: nothing leaves before who and why are on the disk and the notices queued, whatever the disk does; for some hours to one opener.
import { KINDS, openingMessage, toHex, utf8Encode } from '@hale/kernel';
import { encodeDeskCode, giftWrap, newOpeningKey, signOpening } from '@hale/kernel/seal';
import { EmergencyLockers, RELAY_LIMITS } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { person, seededRandom, tileBatch } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { openPolicy, RELAY_URL } from './server-fixture.ts';

const [author, mother, son, hospital, stranger] = ['author', 'mother', 'son', 'hospital', 'stranger'].map(person);
const random = seededRandom('emergency');
const ID = 'a1'.repeat(32);
const CARD = 'b2'.repeat(32);
const SHARE = 'd4'.repeat(32);
const PIN = 'e5'.repeat(32);
const SEALED =
  'c2VhbGVkIHN0YXRlbWVudCBvZiB3aG8gYW5kIHdoeSwgd2hpY2ggbm9ib2R5IGhlcmUgcmVhZHMgYW5kIHdoaWNoIGlzIGxvbmcgZW5vdWdo';
const HOURS = 2;

let store: MemoryRelayStore;
let now: number;
let lockers: EmergencyLockers;

const newLockers = () => new EmergencyLockers({ store, policy: openPolicy, now: () => now, random });
const body = (fields: object) => utf8Encode(JSON.stringify({ id: ID, ...fields }));
const row = () => store.emergencies.get(ID)!;
const notices = () => store.find({ kinds: [KINDS.wrap] }).length;

function wrapFor(recipient: typeof mother) {
  const options = {
    secret: author.secret,
    recipient: Buffer.from(recipient.pubkey, 'hex'),
    wrapSecret: random(32),
    nowSeconds: now,
    random,
  };
  return giftWrap({ kind: 14, created_at: now, tags: [], content: 'opened' }, options);
}

function arm(changed: object = {}, told = [mother, son]): number {
  const round = row().round + 1;
  const sets = Array.from({ length: RELAY_LIMITS.emergencyOpeningsMax }, () => told.map(wrapFor));
  const text = JSON.stringify({ events: [tileBatch(author)], notices: sets });
  const parts = text.match(/.{1,12000}/gs)!;
  for (const [part, piece] of parts.entries())
    expect(lockers.putPart(row(), body({ round, part, text: piece })).status).toBe(200);
  const arming = {
    round,
    share: SHARE,
    author: author.pubkey,
    hours: HOURS,
    factor: 'none',
    pin: '',
    institutions: [],
  };
  return lockers.arm(row(), body({ ...arming, parts: parts.length, told: told.length, ...changed })).status;
}

/** A browser with a key of its own. */
function opener() {
  const { secret, key } = newOpeningKey(random);
  const ask = (more: object = {}) => lockers.open(body({ verifier: CARD, ...more }));
  const open = (more: { statement?: string; pin?: string; code?: string } = {}) => {
    const asked = ask();
    if (asked.status !== 401) return asked;
    const { challenge } = asked.value;
    const { statement = SEALED, ...factors } = more;
    const signature = signOpening({ relay: RELAY_URL, lockerId: ID, challenge, statement }, secret);
    return ask({ relay: RELAY_URL, challenge, key, signature, statement, ...factors });
  };
  return { open, ask, key, secret };
}

beforeEach(() => {
  store = new MemoryRelayStore();
  now = 1_800_000_000;
  lockers = newLockers();
  const wish = { id: ID, verifier: CARD, owner: mother.pubkey, expires: now + 1_000_000 };
  expect(lockers.create(wish).status).toBe(200);
});

describe('an emergency locker', () => {
  test('that is not armed, or asked with another card, is as one that is not there', () => {
    expect(opener().open().status).toBe(404);
    arm();
    expect(lockers.open(body({ verifier: 'ff'.repeat(32) })).status).toBe(404);
    expect(lockers.open(body({ id: 'ee'.repeat(32), verifier: CARD })).status).toBe(404);
    now += 1_000_000;
    expect(opener().open().status).toBe(404);
  });

  test('gives nothing without a statement, and nothing for one that another signed', () => {
    arm();
    expect(opener().ask()).toMatchObject({ status: 401, value: { factor: 'none', hours: HOURS, told: 2 } });
    expect(opener().open({ statement: '' }).status).toBe(400);
    expect(opener().open({ statement: 'none' }).status).toBe(400);
    const { secret, key, ask } = opener();
    const asked = ask();
    const challenge = asked.status === 401 ? asked.value.challenge : '';
    const signature = signOpening({ relay: RELAY_URL, lockerId: ID, challenge, statement: SEALED }, secret);
    const other = SEALED.replace('c2', 'c3');
    expect(ask({ relay: RELAY_URL, challenge, key, signature, statement: other }).status).toBe(401);
    // One challenge, one answer.
    expect(ask({ relay: RELAY_URL, challenge, key, signature, statement: SEALED }).status).toBe(401);
    expect([store.emergencies.openings(ID), notices()]).toEqual([[], 0]);
  });

  test('keeps what was stated and queues the notices before it gives', () => {
    arm();
    const { open, key } = opener();
    expect(open()).toMatchObject({
      status: 200,
      value: { share: SHARE, round: 1, number: 1, told: 2, at: now, until: now + HOURS * 3600 },
    });
    expect(store.emergencies.openings(ID)).toMatchObject([{ number: 1, statement: SEALED, key, factor: 'none' }]);
    expect(notices()).toBe(2);
    for (const { pubkey } of [mother, son]) expect(store.find({ kinds: [KINDS.wrap], '#p': [pubkey] })).toHaveLength(1);
  });

  test('gives nothing where the disk took neither statement nor notices; where it did and said no, the same opener comes again', () => {
    arm();
    store.faults.push('failed-not-stored');
    expect(opener().open().status).toBe(503);
    expect([store.emergencies.openings(ID).length, notices()]).toEqual([0, 0]);
    store.faults.push('failed-but-stored');
    const { open } = opener();
    expect(open()).toEqual({ status: 503, value: {} });
    expect([store.emergencies.openings(ID).length, notices()]).toEqual([1, 2]);
    expect(open()).toMatchObject({ status: 200, value: { number: 1 } });
    expect(store.emergencies.openings(ID)).toHaveLength(1);
    store.faults.push('full');
    expect(opener().open().status).toBe(503);
    expect(store.emergencies.openings(ID)).toHaveLength(1);
  });

  test('gives to that opener for its hours, to the second, and never again; a process that starts anew knows it', () => {
    arm();
    const { open } = opener();
    open();
    now += HOURS * 3600 - 1;
    lockers = newLockers();
    expect(open().status).toBe(200);
    expect(notices()).toBe(2);
    now += 1;
    expect(open()).toEqual({ status: 409, value: { until: now } });
    arm();
    expect(open().status).toBe(409);
    expect(opener().open()).toMatchObject({ status: 200, value: { round: 2, number: 2 } });
  });

  test('opens as often as notices lie ready; its owner ends one at once', () => {
    arm();
    const first = opener();
    first.open();
    for (let n = 1; n < RELAY_LIMITS.emergencyOpeningsMax; n += 1) expect(opener().open().status).toBe(200);
    expect(opener().open()).toEqual({ status: 410, value: { why: 'exhausted' } });
    expect(first.open().status).toBe(200);
    expect(notices()).toBe(2 * RELAY_LIMITS.emergencyOpeningsMax);
    expect(lockers.end(row(), body({ number: 1 }))).toEqual({ status: 200, value: { until: now } });
    expect(first.open().status).toBe(409);
    expect(lockers.end(row(), body({ number: 9 })).status).toBe(400);
    arm();
    expect(opener().open().status).toBe(200);
  });

  test('closed gives nothing any more and keeps nothing that it gave; who opened it stays for review', () => {
    arm();
    const { open } = opener();
    open();
    lockers.close(row());
    expect(open()).toEqual({ status: 410, value: { why: 'closed' } });
    expect(row()).toMatchObject({ share: '', verifierHash: '', pinHash: '' });
    expect(store.emergencies.text(ID, 1, 1)).toBeNull();
    expect(lockers.look(row())).toMatchObject({ value: { closed: true, openings: [{ number: 1 }] } });
    expect(lockers.create({ id: ID, verifier: CARD, owner: son.pubkey, expires: now + 10 }).status).toBe(403);
    expect([lockers.arm(row(), body({})).status, lockers.putPart(row(), body({})).status]).toEqual([403, 403]);
  });

  test('takes no more requests in a minute than somebody makes who types', () => {
    arm();
    const { ask } = opener();
    for (let n = 0; n < RELAY_LIMITS.emergencyTriesPerMinuteMax; n += 1) expect(ask().status).toBe(401);
    expect(ask()).toEqual({ status: 429, value: { seconds: 60 } });
    now += 60;
    expect(ask().status).toBe(401);
  });
});

describe('a second factor', () => {
  test('a PIN: eight wrong ones shut it, each slower, counted before it is compared; a new round forgives only if its owner says so', () => {
    arm({ factor: 'pin', pin: PIN });
    expect(opener().open()).toEqual({ status: 403, value: {} });
    expect(opener().open({ code: encodeDeskCode(now + 60, hospital.secret, random) })).toEqual({
      status: 403,
      value: {},
    });
    store.faults.push('failed-not-stored');
    expect(opener().open({ pin: PIN }).status).toBe(503);
    for (let wrong = 1; wrong < RELAY_LIMITS.lockerTriesMax; wrong += 1) {
      expect(opener().open({ pin: CARD })).toEqual({
        status: 403,
        value: { left: RELAY_LIMITS.lockerTriesMax - wrong },
      });
      if (wrong === 3) expect(opener().open({ pin: PIN })).toEqual({ status: 429, value: { seconds: 4 } });
      now += 100;
    }
    expect(opener().open({ pin: CARD })).toEqual({ status: 410, value: { why: 'shut' } });
    now += 1_000;
    expect(opener().open({ pin: PIN })).toEqual({ status: 410, value: { why: 'shut' } });
    arm({ factor: 'pin', pin: PIN });
    expect(opener().open({ pin: PIN })).toEqual({ status: 410, value: { why: 'shut' } });
    arm({ factor: 'pin', pin: PIN, forgive: true });
    expect(opener().open({ pin: PIN }).status).toBe(200);
    expect(store.emergencies.openings(ID)).toMatchObject([{ factor: 'pin' }]);
  });

  test('a code of an institution: named by the owner or listed by the relay, in its time, once', () => {
    arm({ factor: 'code', institutions: [hospital.pubkey] });
    const codeOf = (who: typeof hospital, expires: number) => encodeDeskCode(expires, who.secret, random);
    expect(opener().open({ code: codeOf(stranger, now + 60) })).toEqual({ status: 403, value: {} });
    expect(opener().open({ code: codeOf(hospital, now) })).toEqual({ status: 403, value: {} });
    expect(opener().open({ code: codeOf(hospital, now + RELAY_LIMITS.deskCodeSecondsMax + 1) }).status).toBe(403);
    const code = codeOf(hospital, now + 60);
    expect(opener().open({ code: `${code.slice(0, -2)}AA` }).status).toBe(403);
    expect(opener().open({ code }).status).toBe(200);
    expect(opener().open({ code }).status).toBe(403);
    const clinics = [{ key: stranger.pubkey, perEpoch: 1 }] as unknown as typeof openPolicy.clinics;
    lockers = new EmergencyLockers({ store, policy: { ...openPolicy, clinics }, now: () => now, random });
    expect(opener().open({ code: codeOf(stranger, now + 60) }).status).toBe(200);
    expect(store.emergencies.openings(ID).map(({ factor }) => factor)).toEqual([hospital.pubkey, stranger.pubkey]);
  });
});

describe('what its owner puts there', () => {
  test('counts only whole: another author, missing notices, a notice that is none, a round that was', () => {
    expect(arm({ author: stranger.pubkey })).toBe(400);
    expect(arm({ told: 1 })).toBe(400);
    expect(arm({ parts: 99 })).toBe(400);
    expect(arm({ hours: RELAY_LIMITS.emergencyHoursMax + 1 })).toBe(400);
    expect(arm({ factor: 'pin', pin: '' })).toBe(400);
    expect(row().share).toBe('');
    expect(arm()).toBe(200);
    expect(lockers.putPart(row(), body({ round: 1, part: 0, text: 'x' })).status).toBe(400);
    const note = author.sign({ kind: 1, content: 'to all' });
    const text = JSON.stringify({
      events: [],
      notices: Array.from({ length: RELAY_LIMITS.emergencyOpeningsMax }, () => [note]),
    });
    lockers.putPart(row(), body({ round: 7, part: 0, text }));
    const arming = {
      round: 7,
      share: SHARE,
      author: author.pubkey,
      hours: 1,
      factor: 'none',
      pin: '',
      institutions: [],
      parts: 1,
    };
    expect(lockers.arm(row(), body({ ...arming, told: 1 })).status).toBe(400);
    expect(row().round).toBe(1);
  });

  test('is bounded', () => {
    const text = 'x'.repeat(RELAY_LIMITS.emergencyPartUnitsMax);
    const most = Math.floor(RELAY_LIMITS.emergencyUnitsMax / text.length);
    for (let part = 0; part < most; part += 1) lockers.putPart(row(), body({ round: 1, part, text }));
    expect(lockers.putPart(row(), body({ round: 1, part: most, text }))).toMatchObject({ status: 403 });
    expect(lockers.putPart(row(), body({ round: 1, part: 0, text: `${text}x` })).status).toBe(400);
  });
});

test('whatever is sent gets an answer, and nothing is given for it', () => {
  arm();
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('relay', 'challenge', 'key', 'signature', 'statement', 'pin', 'code'),
        fc.jsonValue(),
      ),
      (any, fields) => {
        lockers = newLockers();
        expect([400, 401, 404]).toContain(lockers.open(utf8Encode(JSON.stringify(any))).status);
        expect([400, 401]).toContain(lockers.open(body({ verifier: CARD, ...fields })).status);
      },
    ),
  );
  expect(store.emergencies.openings(ID)).toEqual([]);
});

test('what is signed names relay, locker, challenge and statement', () => {
  const facts = { relay: 'WSS://Relay.example:443/', lockerId: ID, challenge: CARD, statement: 'eA==' };
  const [head, relay, id, challenge, hash, ...more] = new TextDecoder().decode(openingMessage(facts)).split('\n');
  expect([head, relay, id, challenge, more]).toEqual(['hale/1 emergency', 'wss://relay.example', ID, CARD, []]);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(toHex(openingMessage({ ...facts, statement: 'eQ==' }))).not.toBe(toHex(openingMessage(facts)));
});
