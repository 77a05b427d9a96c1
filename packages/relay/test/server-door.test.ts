import { httpAuthHeader, KINDS, utf8Encode } from '@hale/kernel';
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
