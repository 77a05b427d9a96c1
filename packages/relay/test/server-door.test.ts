import { httpAuthHeader, KINDS, TOKEN_EPOCH_SECONDS, toHex, tokenEpochOf, utf8Encode } from '@hale/kernel';
import { blindTokens } from '@hale/kernel/blind';
import { signHttpAuth } from '@hale/kernel/seal';
import { type HttpRequest, RELAY_LIMITS, RelayDoor, type RelayPolicy } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { accessEvent, type Person, person, RELAY_TEST_SECONDS, seededRandom } from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { openPolicy, RELAY_URL, testMint } from './server-fixture.ts';

const member = person('member');
const reader = person('reader');
const author = person('author');
const newcomer = person('newcomer');
const random = seededRandom('door clients');

class Entrance {
  readonly store = new MemoryRelayStore();
  now = RELAY_TEST_SECONDS + 100;
  door: RelayDoor;

  constructor(policy: Partial<RelayPolicy> = {}) {
    this.store.addMember(member.pubkey, 0);
    this.door = this.restarted(RELAY_TEST_SECONDS, policy);
  }

  restarted(startedAt: number, policy: Partial<RelayPolicy> = {}): RelayDoor {
    return new RelayDoor({
      store: this.store,
      policy: { ...openPolicy, private: true, ...policy },
      mint: testMint,
      now: () => this.now,
      random: seededRandom('door'),
      startedAt,
    });
  }

  request(
    who: Person,
    options: Partial<{ path: string; url: string; method: string; body: string; age: number }> = {},
  ): HttpRequest {
    const { path = '', method = 'GET', age = 0 } = options;
    const body = options.body === undefined ? null : utf8Encode(options.body);
    const url = options.url ?? `${RELAY_URL}${path}`;
    const event = signHttpAuth({ url, method, body, secret: who.secret, nowSeconds: this.now - age, random });
    return { method, path, authorization: httpAuthHeader(event), body };
  }

  join(who: Person, claim: string): number {
    const body = JSON.stringify({ claim });
    return this.door.join(this.request(who, { path: '/hale/join', method: 'POST', body })).status;
  }
}

describe('upgrade', () => {
  test('opens for members, listed readers and addressees, and for nobody else', () => {
    const at = new Entrance();
    const wrap = author.sign({ kind: KINDS.wrap, tags: [['p', newcomer.pubkey]] });
    expect(at.door.upgrade(at.request(member), [])).toMatchObject({ status: 200, value: { key: member.pubkey } });
    expect(at.door.upgrade(at.request(reader), []).status).toBe(403);
    at.store.put(accessEvent(author, [[reader, at.now + 10]]));
    expect(at.door.upgrade(at.request(reader), []).status).toBe(200);
    at.now += 10;
    expect(at.door.upgrade(at.request(reader), []).status).toBe(403);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(403);
    at.store.put(wrap);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(200);
  });

  test('401 without a proof that holds', () => {
    const at = new Entrance();
    const good = at.request(member);
    const headers = [undefined, '', 'Basic abc', 'Nostr', 'Nostr !!!', 'Nostr e30=', `${good.authorization}x`];
    for (const authorization of headers) {
      expect(at.door.upgrade({ ...good, authorization }, []).status).toBe(401);
    }
    expect(at.door.upgrade(at.request(member, { url: 'wss://elsewhere.example' }), []).status).toBe(401);
    expect(at.door.upgrade({ ...at.request(member, { method: 'POST' }), method: 'GET' }, []).status).toBe(401);
    expect(at.door.upgrade(at.request(member, { age: 61 }), []).status).toBe(401);
    expect(at.door.upgrade(at.request(member, { age: -61 }), []).status).toBe(401);
    expect(at.door.upgrade(at.request(member, { url: 'https://RELAY.example:443/' }), []).status).toBe(200);
  });

  test('a proof opens once, after a restart too, and one from before the start never', () => {
    const at = new Entrance();
    const request = at.request(member);
    expect(at.door.upgrade(request, []).status).toBe(200);
    expect(at.door.upgrade(request, []).status).toBe(401);
    expect(at.restarted(at.now).upgrade(request, []).status).toBe(401);
    const unused = at.request(member);
    expect(at.restarted(at.now + 1).upgrade(unused, []).status).toBe(401);
    at.now += 61;
    at.store.sweep(at.now);
    expect(at.door.upgrade(request, []).status).toBe(401);
  });

  test('what is refused leaves nothing in the store, and a used proof stays used', () => {
    const at = new Entrance();
    const used: string[] = [];
    const useAuthorization = at.store.useAuthorization.bind(at.store);
    at.store.useAuthorization = (id, expires) => {
      used.push(id);
      return useAuthorization(id, expires);
    };
    const strange = at.request(newcomer);
    expect(at.door.upgrade(strange, []).status).toBe(403);
    expect(at.join(newcomer, 'ab'.repeat(32))).toBe(403);
    for (const id of used) expect(useAuthorization(id, at.now + 60)).toBe(true);
    at.store.addMember(newcomer.pubkey, 0);
    const welcome = at.request(newcomer);
    expect([0, 1].map(() => at.door.upgrade(welcome, []).status)).toEqual([200, 401]);
  });

  test('a store that fails opens nothing', () => {
    const at = new Entrance();
    at.store.faults.push('full');
    expect(at.door.upgrade(at.request(member), [])).toEqual({ status: 503, reason: 'full' });
  });

  test('an open relay asks nothing, and takes a proof where one comes', () => {
    const at = new Entrance({ private: false });
    const request: HttpRequest = { method: 'GET', path: '', authorization: undefined, body: null };
    expect(at.door.upgrade(request, [])).toEqual({ status: 200, value: null });
    expect(at.door.upgrade(at.request(newcomer), [])).toMatchObject({ status: 200, value: { key: newcomer.pubkey } });
    expect(at.door.upgrade({ ...request, authorization: 'Nostr x' }, []).status).toBe(401);
  });
});

describe('tickets', () => {
  const issue = (at: Entrance, who = member) =>
    at.door.ticket(at.request(who, { path: '/hale/ticket', method: 'POST' }));
  const none: HttpRequest = { method: 'GET', path: '', authorization: undefined, body: null };
  const use = (at: Entrance, ticket: string) => at.door.upgrade(none, ['hale.1', `ticket.${ticket}`]);

  test('32 random bytes that open once within 30 seconds', () => {
    const at = new Entrance();
    const first = issue(at);
    if (first.status !== 200) return expect.unreachable();
    expect(first.value.ticket).toMatch(/^[0-9a-f]{64}$/);
    at.now += 29;
    expect(use(at, first.value.ticket)).toMatchObject({ status: 200, value: { key: member.pubkey } });
    expect(use(at, first.value.ticket).status).toBe(401);
    const second = issue(at);
    if (second.status !== 200) return expect.unreachable();
    at.now += RELAY_LIMITS.ticketSecondsMax;
    expect(use(at, second.value.ticket).status).toBe(401);
  });

  test('none for strangers, none invented, and none outlives the right to enter', () => {
    const at = new Entrance();
    expect(issue(at, newcomer).status).toBe(403);
    expect(use(at, '00'.repeat(32)).status).toBe(401);
    expect(use(at, '').status).toBe(401);
    expect(use(at, 'x').status).toBe(401);
    const issued = issue(at);
    at.store.removeMember(member.pubkey);
    if (issued.status !== 200) return expect.unreachable();
    expect(use(at, issued.value.ticket).status).toBe(403);
  });

  test('the number outstanding is limited', () => {
    const at = new Entrance();
    const people = Array.from({ length: RELAY_LIMITS.ticketsMax / RELAY_LIMITS.ticketsOfKeyMax }, (_, n) =>
      person(`${n}`),
    );
    for (const one of people) {
      at.store.addMember(one.pubkey, 0);
      for (let n = 0; n < RELAY_LIMITS.ticketsOfKeyMax; n++) expect(issue(at, one).status).toBe(200);
      expect(issue(at, one).status).toBe(429);
    }
    expect(issue(at).status).toBe(503);
    at.now += RELAY_LIMITS.ticketSecondsMax;
    expect(issue(at).status).toBe(200);
  });
});

describe('joining', () => {
  test('a claim makes one member, once; asking again after a lost answer is no second use', () => {
    const at = new Entrance();
    const claim = at.door.createInvite();
    expect(at.join(newcomer, claim)).toBe(200);
    expect(at.store.isMember(newcomer.pubkey)).toBe(true);
    expect(at.join(newcomer, claim)).toBe(200);
    expect(at.join(reader, claim)).toBe(403);
    expect(at.store.isMember(reader.pubkey)).toBe(false);
  });

  test('a claim ends with its time; one that was never given is refused', () => {
    const at = new Entrance();
    const claim = at.door.createInvite(60);
    expect(at.join(newcomer, '11'.repeat(32))).toBe(403);
    expect(at.join(newcomer, 'guess')).toBe(400);
    at.now += 60;
    expect(at.join(newcomer, claim)).toBe(403);
  });

  test('the body is signed: another claim in its place is refused', () => {
    const at = new Entrance();
    const claim = at.door.createInvite();
    const request = at.request(newcomer, { path: '/hale/join', method: 'POST', body: JSON.stringify({ claim }) });
    const swapped = { ...request, body: utf8Encode(JSON.stringify({ claim: '22'.repeat(32) })) };
    expect(at.door.join(swapped).status).toBe(401);
    expect(at.door.join({ ...request, body: null }).status).toBe(400);
  });

  test('a claim is not spent when the member could not be stored', () => {
    const at = new Entrance();
    const claim = at.door.createInvite();
    const body = JSON.stringify({ claim });
    const request = at.request(newcomer, { path: '/hale/join', method: 'POST', body });
    at.store.faults.push('full');
    expect(at.door.join(request).status).toBe(503);
    expect(at.join(newcomer, claim)).toBe(200);
  });
});

describe('succession', () => {
  const succeed = (at: Entrance, who: Person, member: string) => {
    const body = JSON.stringify({ member });
    return at.door.succeed(at.request(who, { path: '/hale/succeed', method: 'POST', body })).status;
  };

  test('a member names the key that takes its place, and is a member no more', () => {
    const at = new Entrance();
    expect(succeed(at, member, newcomer.pubkey)).toBe(200);
    expect(at.store.isMember(newcomer.pubkey)).toBe(true);
    expect(at.store.isMember(member.pubkey)).toBe(false);
    expect(succeed(at, member, reader.pubkey)).toBe(403);
  });

  test('nobody else can, what is no key is refused, and a key that names itself stays', () => {
    const at = new Entrance();
    expect(succeed(at, reader, reader.pubkey)).toBe(403);
    expect(succeed(at, member, 'nobody')).toBe(400);
    expect(succeed(at, member, member.pubkey)).toBe(200);
    expect(at.store.isMember(member.pubkey)).toBe(true);
  });
});

describe('questions over HTTP', () => {
  test('one key asks so often in a minute, another is not held up, and the next minute begins anew', () => {
    const at = new Entrance();
    at.store.put(accessEvent(author, [[reader, at.now + 600]]));
    const body = JSON.stringify({ filters: [{ kinds: [KINDS.tileBatch] }] });
    const ask = (who: Person) =>
      at.door.question(at.request(who, { path: '/hale/query', method: 'POST', body })).status;
    for (let n = 0; n < RELAY_LIMITS.questionsPerMinuteMax; n += 1) expect(ask(reader)).toBe(200);
    expect(ask(reader)).toBe(429);
    expect(ask(member)).toBe(200);
    expect(ask(newcomer)).toBe(403);
    at.now += 60;
    expect(ask(reader)).toBe(200);
  });
});

describe('wishes for lockers', () => {
  const wish = (at: Entrance, who: Person, expires: number) => {
    const [id, verifier, share] = ['a1', 'b2', 'c3'].map((hex) => hex.repeat(32));
    const body = JSON.stringify({ id, verifier, share, expires });
    return at.door.lockerWish(at.request(who, { path: '/hale/locker/create', method: 'POST', body })).status;
  };

  test('members only, so many in an hour, and none whose time is over', () => {
    const at = new Entrance();
    expect(wish(at, newcomer, at.now + 60)).toBe(403);
    for (const expires of [-5, 0, at.now]) expect(wish(at, member, expires)).toBe(400);
    for (let n = 0; n < RELAY_LIMITS.lockersPerHourMax; n += 1) expect(wish(at, member, at.now + 60)).toBe(200);
    expect(wish(at, member, at.now + 60)).toBe(429);
    at.now += 3_600;
    expect(wish(at, member, at.now + 60)).toBe(200);
  });
});

describe('the owner of a locker', () => {
  const id = 'a1'.repeat(32);
  const ask = (at: Entrance, who: Person, body: object = { id }) =>
    at.door.lockerOfOwner(at.request(who, { path: '/hale/locker/look', method: 'POST', body: JSON.stringify(body) }));
  const put = (at: Entrance, owner: string | null) =>
    at.store.addLocker({
      ...{ id, verifierHash: 'b2'.repeat(32), share: 'c3'.repeat(32), wrong: 0, triedAt: 0, expires: at.now + 60 },
      claim: owner === null ? null : { owner, browser: '', at: 0 },
    });

  test('is who proves its key, member or not; everybody else learns not even whether it is there', () => {
    const at = new Entrance();
    const nowhere = ask(at, newcomer);
    put(at, newcomer.pubkey);
    expect(ask(at, newcomer)).toEqual({ status: 200, value: id });
    expect(ask(at, member)).toEqual(nowhere);
    expect(ask(at, newcomer, { id: 'x' }).status).toBe(400);
    at.now += 60;
    expect(ask(at, newcomer)).toEqual(nowhere);
  });

  test('is nobody where the locker cannot be claimed', () => {
    const at = new Entrance();
    put(at, null);
    expect(ask(at, member).status).toBe(403);
  });

  test('a wish names the key of its owner or none', () => {
    const at = new Entrance();
    const [verifier, share] = ['b2', 'c3'].map((hex) => hex.repeat(32));
    const wish = (claim: unknown) => {
      const body = JSON.stringify({ id, verifier, share, expires: at.now + 60, claim });
      return at.door.lockerWish(at.request(member, { path: '/hale/locker/create', method: 'POST', body }));
    };
    expect(wish(undefined)).toEqual({ status: 200, value: { id, verifier, share, expires: at.now + 60 } });
    expect(wish(newcomer.pubkey)).toMatchObject({ status: 200, value: { claim: newcomer.pubkey } });
    for (const claim of [null, true, '', 'ab', newcomer.pubkey.toUpperCase()]) expect(wish(claim).status).toBe(400);
  });
});

describe('tokens for members', () => {
  const post = (at: Entrance, who: Person, path: string, body: object) =>
    at.request(who, { path, method: 'POST', body: JSON.stringify(body) });
  const blinded = (count: number) => blindTokens(count, random).map((each) => toHex(each.blinded));
  const ask = (at: Entrance, who: Person, body: object) => at.door.tokens(post(at, who, '/hale/tokens', body));
  const epoch = () => tokenEpochOf(RELAY_TEST_SECONDS + 100);
  const quota = { allotmentBytes: 1_000, tokensPerEpoch: 2 * RELAY_LIMITS.tokensPerBatch };

  test('come in batches of one size, until she has had her share of the epoch', () => {
    const at = new Entrance({ quota });
    const body = () => ({ epoch: epoch(), blinded: blinded(RELAY_LIMITS.tokensPerBatch) });
    expect(ask(at, member, body())).toMatchObject({
      status: 200,
      value: { epoch: epoch(), left: RELAY_LIMITS.tokensPerBatch },
    });
    expect(ask(at, newcomer, body()).status).toBe(403);
    for (const count of [0, 1, RELAY_LIMITS.tokensPerBatch - 1, RELAY_LIMITS.tokensPerBatch + 1])
      expect(ask(at, member, { epoch: epoch(), blinded: blinded(count) }).status).toBe(400);
    expect(ask(at, member, { ...body(), epoch: epoch() - 1 }).status).toBe(400);
    const noPoint = [...blinded(RELAY_LIMITS.tokensPerBatch - 1), '00'.repeat(32)];
    expect(ask(at, member, { epoch: epoch(), blinded: noPoint }).status).toBe(400);
    // What was refused was not counted.
    expect(ask(at, member, body())).toMatchObject({ status: 200, value: { left: 0 } });
    expect(ask(at, member, body()).status).toBe(429);
    at.now += TOKEN_EPOCH_SECONDS;
    expect(ask(at, member, { ...body(), epoch: epoch() + 1 }).status).toBe(200);
  });

  test('are no more for a key that took the place of another, and none at a relay without quotas', () => {
    const at = new Entrance({ quota });
    const body = { epoch: epoch(), blinded: blinded(RELAY_LIMITS.tokensPerBatch) };
    for (let batch = 0; batch < 2; batch++) expect(ask(at, member, body).status).toBe(200);
    expect(at.door.succeed(post(at, member, '/hale/succeed', { member: newcomer.pubkey })).status).toBe(200);
    expect(ask(at, newcomer, body).status).toBe(429);
    expect(ask(new Entrance({ quota: null }), member, body).status).toBe(404);
  });
});

describe('the owner', () => {
  const owner = person('owner');
  const manage = (at: Entrance, who: Person, body: object) =>
    at.door.manage(at.request(who, { path: '/hale/members', method: 'POST', body: JSON.stringify(body) }));

  test('is a member by her key, and lets others in and out; nobody else does', () => {
    const at = new Entrance({ owner: owner.pubkey });
    expect(at.door.upgrade(at.request(owner), []).status).toBe(200);
    expect(manage(at, member, { add: newcomer.pubkey }).status).toBe(403);
    expect(manage(at, owner, { add: newcomer.pubkey })).toEqual({ status: 200, value: { member: newcomer.pubkey } });
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(200);
    expect(manage(at, owner, { remove: newcomer.pubkey }).status).toBe(200);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(403);
    for (const body of [{}, { add: 'x' }, { list: true }]) expect(manage(at, owner, body).status).toBe(400);
    const answer = manage(at, owner, { invite: true });
    expect(answer.status).toBe(200);
    expect(at.join(newcomer, answer.status === 200 && 'claim' in answer.value ? answer.value.claim : '')).toBe(200);
  });

  test('where none is named nobody manages over the network', () => {
    expect(manage(new Entrance(), member, { add: newcomer.pubkey }).status).toBe(403);
  });
});

describe('a clinic that vouches', () => {
  const clinic = person('clinic');
  const clinics = [{ key: clinic.pubkey, perEpoch: 2 }];
  const days = 86_400;
  const vouch = (at: Entrance, who: Person, options: { by?: Person; relay?: string; days?: number } = {}) => {
    const tags = [
      ['-'],
      ['p', who.pubkey],
      ['relay', options.relay ?? RELAY_URL],
      ['expiration', String(at.now + (options.days ?? 30) * days)],
    ];
    return (options.by ?? clinic).sign({ kind: KINDS.vouch, created_at: at.now, tags, content: '' });
  };
  const bring = (at: Entrance, who: Person, event: unknown) =>
    at.door.join(at.request(who, { path: '/hale/join', method: 'POST', body: JSON.stringify({ vouch: event }) }))
      .status;

  test('lets a patient in until its day, and the relay keeps of nobody who vouched', () => {
    const at = new Entrance({ clinics });
    const event = vouch(at, newcomer);
    expect(bring(at, newcomer, event)).toBe(200);
    expect(bring(at, newcomer, event)).toBe(200);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(200);
    at.now += 30 * days - 1;
    at.store.sweep(at.now);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(200);
    at.now += 1;
    at.store.sweep(at.now);
    expect(at.door.upgrade(at.request(newcomer), []).status).toBe(403);
    expect(bring(at, newcomer, event)).toBe(403);
  });

  test('is held to the key, the relay, the day, the list of clinics and its number', () => {
    const at = new Entrance({ clinics });
    const wrong = [
      vouch(at, reader),
      vouch(at, newcomer, { relay: 'wss://elsewhere.example' }),
      vouch(at, newcomer, { days: 0 }),
      vouch(at, newcomer, { by: author }),
      { ...vouch(at, newcomer), sig: '0'.repeat(128) },
      null,
      'vouch',
    ];
    for (const event of wrong) expect(bring(at, newcomer, event)).toBe(403);
    expect(bring(at, newcomer, vouch(at, newcomer))).toBe(200);
    expect(bring(at, author, vouch(at, author))).toBe(200);
    expect(bring(at, reader, vouch(at, reader))).toBe(429);
    at.now += TOKEN_EPOCH_SECONDS;
    at.store.sweep(at.now);
    expect(bring(at, reader, vouch(at, reader))).toBe(200);
  });

  test('whom the owner put out does not come back with the same paper; a later one prolongs; who was invited stays', () => {
    const at = new Entrance({ clinics });
    const event = vouch(at, newcomer);
    expect(bring(at, newcomer, event)).toBe(200);
    at.store.removeMember(newcomer.pubkey);
    expect(bring(at, newcomer, event)).toBe(403);
    expect(bring(at, newcomer, vouch(at, newcomer, { days: 60 }))).toBe(200);
    expect(at.store.memberUntil(newcomer.pubkey)).toBe(at.now + 60 * days);
    expect(bring(at, member, vouch(at, member))).toBe(200);
    expect(at.store.memberUntil(member.pubkey)).toBeNull();
  });

  test('admits no longer than thirteen months, and a successor no longer than the one before', () => {
    const at = new Entrance({ clinics });
    expect(bring(at, newcomer, vouch(at, newcomer, { days: 4_000 }))).toBe(200);
    const until = at.now + RELAY_LIMITS.vouchSecondsMax;
    expect(at.store.memberUntil(newcomer.pubkey)).toBe(until);
    const body = JSON.stringify({ member: author.pubkey });
    at.door.succeed(at.request(newcomer, { path: '/hale/succeed', method: 'POST', body }));
    expect(at.store.memberUntil(author.pubkey)).toBe(until);
    expect(at.store.isMember(newcomer.pubkey)).toBe(false);
  });
});
