import { checkAuth, KINDS, type NostrEvent, type VerifiedEvent, verifyEvent } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLIENT_LIMITS, type CountResult, type PublishResult, type QueryResult } from '../src/client/index.ts';
import { collector, eventBy, pubkeyOf, Script, secretOf } from './client-fixture.ts';

const alice = pubkeyOf('alice');

describe('publishing', () => {
  test('OK true, OK false and a lost connection are three different ends', () => {
    const script = new Script();
    const ends = collector<PublishResult>();
    const [a, b, c] = [1, 2, 3].map((n) => eventBy('alice', { content: `${n}` }));
    script.session.opened();
    for (const event of [a, b, c]) script.session.publish(event, ends.take);
    expect(script.sent()).toEqual([a, b, c].map((event) => ['EVENT', JSON.parse(JSON.stringify(event))]));
    script.says('OK', b.id, false, 'blocked: you, alice@example.org, are not welcome');
    script.says('OK', a.id, true, '');
    script.session.closed();
    expect(ends.values).toEqual([
      { outcome: 'refused', reason: 'blocked' },
      { outcome: 'ok' },
      { outcome: 'lost', why: 'closed' },
    ]);
  });

  test('a second OK for the same event changes nothing', () => {
    const script = new Script();
    const ends = collector<PublishResult>();
    const event = eventBy('alice');
    script.session.opened();
    script.session.publish(event, ends.take);
    script.session.publish(event, ends.take);
    expect(script.verbs()).toEqual(['EVENT']);
    script.says('OK', event.id, true, '');
    script.says('OK', event.id, false, 'error: changed my mind');
    expect(ends.values).toEqual([{ outcome: 'ok' }, { outcome: 'ok' }]);
  });

  test('without answer it is lost after its time', () => {
    const script = new Script();
    const ends = collector<PublishResult>();
    script.session.opened();
    script.session.publish(eventBy('alice'), ends.take);
    script.passes(CLIENT_LIMITS.publishTimeoutMillis - 1);
    expect(ends.values).toEqual([]);
    script.passes(1);
    expect(ends.values).toEqual([{ outcome: 'lost', why: 'timeout' }]);
    expect(script.session.busy).toBe(false);
  });

  test('a closed session loses at once, a full one refuses the caller', () => {
    const script = new Script();
    const ends = collector<PublishResult>();
    script.session.publish(eventBy('alice'), ends.take);
    expect(ends.values).toEqual([{ outcome: 'lost', why: 'closed' }]);
    script.session.opened();
    const event = (n: number): NostrEvent => ({ ...eventBy('alice'), id: n.toString(16).padStart(64, '0') });
    for (let n = 0; n < CLIENT_LIMITS.publicationsMax; n += 1) script.session.publish(event(n), ends.take);
    expect(() => script.session.publish(event(1_000_000), ends.take)).toThrow(/too many requests/);
    expect(script.sent()).toHaveLength(CLIENT_LIMITS.publicationsInFlightMax);
  });
});

describe('proving keys (NIP-42)', () => {
  test('requests wait until every key is proved', () => {
    const script = new Script(['alice', 'bob']);
    script.session.opened();
    script.session.query([{ authors: [alice] }], () => {});
    expect(script.sent()).toEqual([]);
    script.says('AUTH', 'a challenge');
    const frames = script.sent();
    expect(frames.map(([verb]) => verb)).toEqual(['AUTH', 'AUTH']);
    const event = verifyEvent(frames[0][1] as NostrEvent) as VerifiedEvent;
    const expected = { challenge: 'a challenge', relayUrl: 'wss://relay.example/', nowSeconds: 1_700_000_000 };
    expect(checkAuth(event, expected)).toMatchObject({ ok: true, pubkey: alice });
    script.says('OK', event.id, true, '');
    expect(script.sent()).toEqual([]);
    script.says('OK', (frames[1][1] as NostrEvent).id, false, 'restricted: go away');
    expect(script.verbs()).toEqual(['REQ']);
    expect(script.facts).toEqual([{ fact: 'authenticated' }, { fact: 'authentication-refused', reason: 'restricted' }]);
  });

  test('a relay that challenges only when asked gets the request once more', () => {
    const script = new Script(['alice']);
    const ends = collector<PublishResult>();
    const event = eventBy('alice');
    script.session.opened();
    script.session.publish(event, ends.take);
    script.passes(CLIENT_LIMITS.challengeGraceMillis);
    expect(script.verbs()).toEqual(['EVENT']);
    script.says('OK', event.id, false, 'auth-required: who are you?');
    expect(script.verbs()).toEqual([]);
    script.says('AUTH', 'late challenge');
    script.acceptsProofs();
    expect(script.verbs()).toEqual(['EVENT']);
    script.says('OK', event.id, false, 'auth-required: still?');
    expect(ends.values).toEqual([{ outcome: 'refused', reason: 'auth-required' }]);
  });

  test('auth-required without a key, or with all keys proved, is a refusal at once', () => {
    const nobody = new Script();
    const ends = collector<QueryResult>();
    nobody.session.opened();
    nobody.session.query([{ kinds: [1] }], ends.take);
    nobody.says('CLOSED', 'q1', 'auth-required: no');
    const proved = new Script(['alice']);
    proved.session.opened();
    proved.says('AUTH', 'challenge');
    proved.acceptsProofs();
    proved.session.query([{ kinds: [1] }], ends.take);
    proved.says('CLOSED', 'q1', 'auth-required: not for you');
    expect(ends.values).toEqual([
      { outcome: 'refused', reason: 'auth-required' },
      { outcome: 'refused', reason: 'auth-required' },
    ]);
  });

  test('auth-required and never a challenge: refused after a while', () => {
    const script = new Script(['alice']);
    const ends = collector<QueryResult>();
    script.session.opened();
    script.passes(CLIENT_LIMITS.challengeGraceMillis);
    script.session.query([{ kinds: [1] }], ends.take);
    script.says('CLOSED', 'q1', 'auth-required: no');
    script.passes(CLIENT_LIMITS.challengeWaitMillis - 1);
    expect(ends.values).toEqual([]);
    script.passes(1);
    expect(ends.values).toEqual([{ outcome: 'refused', reason: 'auth-required' }]);
  });

  test('a key added later is proved with the challenge of this connection; unanswered proofs hold nothing up for ever', () => {
    const script = new Script(['alice']);
    script.session.opened();
    script.says('AUTH', 'challenge');
    expect(script.acceptsProofs()).toEqual([alice]);
    script.session.addKey(secretOf('bob'));
    script.session.query([{ kinds: [1] }], () => {});
    expect(script.verbs()).toEqual(['AUTH']);
    script.passes(CLIENT_LIMITS.authTimeoutMillis);
    expect(script.verbs()).toEqual(['REQ']);
  });

  test('a relay that challenges without end gets no signature per challenge', () => {
    const script = new Script(['alice']);
    script.session.opened();
    for (let n = 0; n < 500; n += 1) script.says('AUTH', `challenge ${n}`);
    expect(script.sent()).toHaveLength(CLIENT_LIMITS.challengesMax);
  });
});

describe('querying', () => {
  test('what matches and is signed comes back, newest first, once; the rest is counted', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    const old = eventBy('alice', { created_at: 10 });
    const young = eventBy('alice', { created_at: 20 });
    const foreign = eventBy('mallory', { created_at: 30 });
    script.session.opened();
    script.session.query([{ authors: [alice], kinds: [1] }], ends.take);
    for (const event of [old, foreign, young, old]) script.says('EVENT', 'q1', event);
    script.says('EVENT', 'q1', { ...young, content: 'x', id: old.id.replace(/^./, 'f') });
    script.says('EVENT', 'q1', { ...old, created_at: 11 });
    script.says('EVENT', 'q1', { hello: 'world' });
    script.says('EVENT', 'q99', young);
    script.says('EOSE', 'q1');
    expect(ends.values).toEqual([{ outcome: 'complete', events: [young, old], foreign: 2 }]);
    expect(script.verbs()).toEqual(['REQ', 'CLOSE']);
    expect(script.facts).toEqual([
      { fact: 'foreign-events', why: 'unmatched', count: 1 },
      { fact: 'foreign-events', why: 'bad-signature', count: 1 },
      { fact: 'hostile-frames', why: 'malformed', count: 1 },
      { fact: 'hostile-frames', why: 'unasked', count: 1 },
    ]);
  });

  test('a forged copy that comes first does not hide the true event', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    const event = eventBy('alice');
    script.session.opened();
    script.session.query([{ ids: [event.id] }], ends.take);
    script.says('EVENT', 'q1', { ...event, sig: '0'.repeat(128) });
    script.says('EVENT', 'q1', event);
    script.says('EOSE', 'q1');
    expect(ends.values).toEqual([{ outcome: 'complete', events: [event], foreign: 1 }]);
  });

  test('a withheld EOSE is no complete answer', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    const event = eventBy('alice');
    script.session.opened();
    script.session.query([{ kinds: [1] }], ends.take, 5_000);
    script.says('EVENT', 'q1', event);
    script.passes(5_000);
    expect(ends.values).toEqual([{ outcome: 'lost', why: 'timeout', events: [event], foreign: 0 }]);
    expect(script.verbs()).toEqual(['REQ', 'CLOSE']);
    script.says('EVENT', 'q1', event);
    script.says('EOSE', 'q1');
    script.session.closed();
    expect(script.sent()).toEqual([]);
    expect(ends.values).toHaveLength(1);
    expect(script.facts).toEqual([]);
  });

  test('an answer to a query of the last connection fits none of this one', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    script.session.opened();
    script.session.query([{ kinds: [1] }], ends.take);
    script.session.closed();
    script.session.opened();
    script.session.query([{ kinds: [1] }], ends.take);
    script.says('EOSE', 'q1');
    expect(ends.values.map(({ outcome }) => outcome)).toEqual(['lost']);
    script.says('EOSE', 'q2');
    expect(ends.values.map(({ outcome }) => outcome)).toEqual(['lost', 'complete']);
  });

  test('more than the limit asked for is the relay’s misbehaviour', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    script.session.opened();
    script.session.query([{ kinds: [1], limit: 1 }], ends.take);
    script.says('EVENT', 'q1', eventBy('alice', { created_at: 1 }));
    script.says('EVENT', 'q1', eventBy('alice', { created_at: 2 }));
    script.says('EOSE', 'q1');
    expect(ends.values).toMatchObject([{ outcome: 'complete', foreign: 1, events: [{ created_at: 1 }] }]);
  });

  test('only so many run at a time', () => {
    const script = new Script();
    script.session.opened();
    for (let n = 0; n < 20; n += 1) script.session.query([{ kinds: [n] }], () => {});
    expect(script.verbs()).toHaveLength(CLIENT_LIMITS.queriesInFlightMax);
    script.says('EOSE', 'q3');
    expect(script.verbs()).toEqual(['CLOSE', 'REQ']);
  });

  test('COUNT', () => {
    const script = new Script();
    const ends = collector<CountResult>();
    script.session.opened();
    script.session.count([{ kinds: [1] }], ends.take);
    script.says('COUNT', 'c1', { count: -1 });
    script.says('COUNT', 'c1', { count: 7, approximate: true });
    script.session.count([{ kinds: [1] }], ends.take);
    script.says('CLOSED', 'c2', 'unsupported: no NIP-45 here');
    expect(ends.values).toEqual([
      { outcome: 'counted', count: 7, approximate: true },
      { outcome: 'refused', reason: 'unsupported' },
    ]);
  });
});

describe('subscribing', () => {
  test('after a reconnect it asks again with an overlap and hands over nothing twice', () => {
    const script = new Script();
    const events = collector<VerifiedEvent>();
    const first = eventBy('alice', { created_at: 1_600_000_000 });
    const future = eventBy('alice', { created_at: 1_900_000_000 });
    const filters = [{ authors: [alice] }, { kinds: [1059], since: 1_699_999_999 }];
    script.session.opened();
    script.session.subscribe(filters, { onEvent: events.take });
    expect(script.sent()).toEqual([['REQ', 's1', ...filters]]);
    script.says('EVENT', 's1', first);
    script.says('EVENT', 's1', future);
    script.session.closed();
    script.session.opened();
    const since = 1_700_000_000 - CLIENT_LIMITS.overlapSeconds;
    expect(script.sent()).toEqual([['REQ', 's1', { authors: [alice], since }, filters[1]]]);
    script.says('EVENT', 's1', first);
    script.says('EVENT', 's1', eventBy('mallory'));
    expect(events.values).toEqual([first, future]);
  });

  test('closing sends CLOSE; what still comes is ignored and no misbehaviour', () => {
    const script = new Script();
    const events = collector<VerifiedEvent>();
    script.session.opened();
    const subscription = script.session.subscribe([{ kinds: [1] }], { onEvent: events.take });
    subscription.close();
    script.says('EVENT', 's1', eventBy('alice'));
    expect(script.verbs()).toEqual(['REQ', 'CLOSE']);
    script.session.closed();
    script.session.opened();
    expect(script.sent()).toEqual([]);
    expect(events.values).toEqual([]);
    expect(script.facts).toEqual([]);
  });

  test('auth-required: asked once more after the proof, then refused until another key is proved', () => {
    const script = new Script(['alice']);
    const refusals = collector<string>();
    script.session.opened();
    script.session.subscribe([{ kinds: [1] }], { onEvent: () => {}, onRefused: refusals.take });
    script.passes(CLIENT_LIMITS.challengeGraceMillis);
    script.says('CLOSED', 's1', 'auth-required: please');
    script.says('AUTH', 'challenge');
    expect(script.verbs()).toEqual(['REQ', 'AUTH']);
    script.session.closed();
    script.session.opened();
    script.says('AUTH', 'challenge 2');
    script.acceptsProofs();
    expect(script.verbs()).toEqual(['REQ']);
    script.says('CLOSED', 's1', 'auth-required: another key');
    expect(refusals.values).toEqual(['auth-required']);
    script.session.addKey(secretOf('bob'));
    script.acceptsProofs();
    expect(script.verbs()).toEqual(['REQ']);
  });

  test('a passing refusal is tried again after a minute', () => {
    const script = new Script();
    script.session.opened();
    script.session.subscribe([{ kinds: [1] }], { onEvent: () => {} });
    script.says('CLOSED', 's1', 'rate-limited: slow down');
    expect(script.verbs()).toEqual(['REQ']);
    script.passes(CLIENT_LIMITS.resubscribeMillis - 1);
    expect(script.verbs()).toEqual([]);
    script.passes(1);
    expect(script.verbs()).toEqual(['REQ']);
  });
});

describe('against a hostile relay', () => {
  test('it hangs up after a thousand frames that no honest relay sends', () => {
    const script = new Script();
    script.session.opened();
    for (let n = 0; n < CLIENT_LIMITS.misbehaviourMax; n += 1) {
      expect(script.hungUp).toBe(false);
      script.session.receive('[');
      script.sent();
    }
    expect(script.hungUp).toBe(true);
    expect(script.facts.at(-1)).toEqual({ fact: 'hung-up' });
  });

  test('a frame beyond the size limit is not parsed', () => {
    const script = new Script();
    const ends = collector<QueryResult>();
    script.session.opened();
    script.session.query([{ kinds: [1] }], ends.take);
    script.session.receive(`["EOSE","q1"${' '.repeat(CLIENT_LIMITS.frameUnitsMax)}]`);
    expect(ends.values).toEqual([]);
  });

  test('property: no frame makes it throw, settle twice, or say what the relay wrote', () => {
    const words = fc.constantFrom(
      'EVENT',
      'OK',
      'EOSE',
      'CLOSED',
      'COUNT',
      'AUTH',
      'NOTICE',
      'q1',
      's2',
      'c3',
      'secret text',
    );
    const event = eventBy('alice');
    const part = fc.oneof(
      words,
      fc.boolean(),
      fc.constant(event),
      fc.constant(event.id),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const frame = fc.oneof(
      fc.array(part, { maxLength: 5 }).map((f) => JSON.stringify(f)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const script = new Script(['alice']);
        const ends = collector<unknown>();
        script.session.opened();
        script.session.query([{ kinds: [1] }], ends.take);
        script.session.subscribe([{ kinds: [1] }], { onEvent: () => {} });
        script.session.count([{ kinds: [1] }], ends.take);
        script.session.publish(event, ends.take);
        script.passes(CLIENT_LIMITS.challengeGraceMillis);
        for (const text of frames) script.session.receive(text);
        script.sent();
        script.session.closed();
        script.sent();
        expect(ends.values).toHaveLength(3);
        expect(JSON.stringify(script.facts)).not.toContain('secret text');
      }),
      { numRuns: 300 },
    );
  });

  test('property: order and repetition of events do not change what a query gives', () => {
    const events = Array.from({ length: 8 }, (_, n) => eventBy('alice', { created_at: n >> 1, content: `${n}` }));
    const foreign = eventBy('mallory');
    const answer = (order: readonly VerifiedEvent[]): QueryResult => {
      const script = new Script();
      const ends = collector<QueryResult>();
      script.session.opened();
      script.session.query([{ authors: [alice] }], ends.take);
      for (const event of order) script.says('EVENT', 'q1', event);
      script.says('EOSE', 'q1');
      return { ...ends.values[0], foreign: 0 } as QueryResult;
    };
    const straight = answer(events);
    const shuffled = fc.shuffledSubarray([...events, ...events, foreign], { minLength: 17 });
    fc.assert(
      fc.property(shuffled, (order) => {
        expect(answer(order)).toEqual(straight);
      }),
      { numRuns: 15 },
    );
  });
});

test('the AUTH kind is never published by mistake as an EVENT', () => {
  const script = new Script(['alice']);
  script.session.opened();
  script.says('AUTH', 'c');
  const [[verb, event]] = script.sent();
  expect([verb, (event as NostrEvent).kind]).toEqual(['AUTH', KINDS.auth]);
});
