// nostr-tools' own client against `hale relay`, open and private: Relay, SimplePool, NIP-42, 45, 77 and 98.
import type { NostrEvent } from '@hale/kernel';
import { nip77 } from 'nostr-tools';
import { AbstractRelay } from 'nostr-tools/abstract-relay';
import { getToken } from 'nostr-tools/nip98';
import { SimplePool, useWebSocketImplementation } from 'nostr-tools/pool';
import { finalizeEvent, verifyEvent } from 'nostr-tools/pure';
import { Relay } from 'nostr-tools/relay';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { now, type RelayUnderTest, Signer, startHaleRelay } from './harness.ts';

useWebSocketImplementation(WebSocket);

let open: RelayUnderTest;
let closed: RelayUnderTest;
beforeAll(async () => {
  [open, closed] = await Promise.all([startHaleRelay(), startHaleRelay({ private: true })]);
});
afterAll(async () => {
  await open?.stop();
  await closed?.stop();
});

const signWith = (who: Signer) => async (template: Parameters<typeof finalizeEvent>[0]) =>
  finalizeEvent(template, who.secret);

/** Asks through nostr-tools until EOSE; rejects with the reason where the relay closes it. */
function stored(
  relay: AbstractRelay,
  filter: Parameters<AbstractRelay['subscribe']>[0][number],
): Promise<NostrEvent[]> {
  return new Promise((resolve, reject) => {
    const events: NostrEvent[] = [];
    const subscription = relay.subscribe([filter], {
      onevent: (event) => events.push(event),
      oneose: () => {
        resolve(events);
        subscription.close();
      },
      onclose: (reason) => reject(new Error(reason)),
    });
  });
}

describe('an open relay', () => {
  test('Relay: publishes, asks, hears live, counts', async () => {
    const relay = await Relay.connect(open.url);
    const who = new Signer();
    const heard = new Promise<NostrEvent>((resolve) => {
      relay.subscribe([{ authors: [who.pubkey] }], { onevent: resolve });
    });
    const event = who.sign({ tags: [['t', 'tools']] });
    await relay.publish(event);
    expect((await heard).id).toBe(event.id);
    expect(await stored(relay, { '#t': ['tools'] })).toHaveLength(1);
    expect(await relay.count([{ authors: [who.pubkey] }], {})).toBe(1);
    await expect(relay.publish({ ...event, id: event.id, sig: 'f'.repeat(128) })).rejects.toThrow(/invalid/);
    relay.close();
  });

  test('SimplePool: queries, gets, publishes to several', async () => {
    const pool = new SimplePool();
    const who = new Signer();
    const events = [1, 2, 3].map((age) => who.sign({ created_at: now() - age }));
    for (const event of events) await Promise.all(pool.publish([open.url], event));
    const found = await pool.querySync([open.url], { authors: [who.pubkey] });
    expect(found.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    expect((await pool.get([open.url], { ids: [events[1].id] }))?.id).toBe(events[1].id);
    pool.close([open.url]);
  });

  test('NIP-42: proves its key when it is asked to, and is served its wraps', async () => {
    const relay = await Relay.connect(open.url);
    const who = new Signer();
    const wrap = new Signer().sign({ kind: 1059, tags: [['p', who.pubkey]], content: 'sealed' });
    await relay.publish(wrap);
    await expect(stored(relay, { kinds: [1059] })).rejects.toThrow(/auth-required/);
    await relay.auth(signWith(who));
    expect((await stored(relay, { kinds: [1059] })).map(({ id }) => id)).toEqual([wrap.id]);
    relay.close();
  });

  test('NIP-77: learns what each side lacks', async () => {
    const relay = await Relay.connect(open.url);
    const who = new Signer();
    const all = Array.from({ length: 120 }, (_, at) => who.sign({ created_at: now() - at }));
    const [onlyOurs, common, onlyTheirs] = [all.slice(0, 7), all.slice(7, 100), all.slice(100)];
    for (const event of [...common, ...onlyTheirs]) await relay.publish(event);
    const storage = new nip77.NegentropyStorageVector();
    for (const { created_at, id } of [...onlyOurs, ...common]) storage.insert(created_at, id);
    storage.seal();
    const [have, need] = [new Set<string>(), new Set<string>()];
    await new Promise<void>((resolve, reject) => {
      const sync = new nip77.NegentropySync(
        relay,
        storage,
        { authors: [who.pubkey] },
        {
          onhave: (id) => have.add(id),
          onneed: (id) => need.add(id),
          onclose: (reason) => (reason === undefined ? resolve() : reject(new Error(reason))),
        },
      );
      sync.start();
    });
    expect([...have].sort()).toEqual(onlyOurs.map(({ id }) => id).sort());
    expect([...need].sort()).toEqual(onlyTheirs.map(({ id }) => id).sort());
    relay.close();
  });
});

describe('a private relay', () => {
  const token = (who: Signer, path: string, method: string, payload?: Record<string, unknown>) =>
    getToken(`${closed.http}${path}`, method, (template) => finalizeEvent(template, who.secret), true, payload);

  async function post(who: Signer, path: string, payload?: Record<string, unknown>): Promise<Response> {
    return fetch(`${closed.http}${path}`, {
      method: 'POST',
      headers: { authorization: await token(who, path, 'POST', payload) },
      ...(payload ? { body: JSON.stringify(payload) } : {}),
    });
  }

  /** nostr-tools over a socket that is opened with a proof, as its users would have to do it. */
  async function connect(who: Signer): Promise<AbstractRelay> {
    const authorization = await token(who, '', 'GET');
    class Proven extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { authorization } });
      }
    }
    const websocketImplementation = Proven as unknown as typeof globalThis.WebSocket;
    return AbstractRelay.connect(closed.url, { verifyEvent, websocketImplementation });
  }

  test('NIP-98 opens the door after joining, and nothing opens it before', async () => {
    const [member, stranger] = [new Signer(), new Signer()];
    await expect(Relay.connect(closed.url)).rejects.toBeDefined();
    await expect(connect(stranger)).rejects.toBeDefined();
    expect((await post(member, '/hale/join', { claim: 'f'.repeat(64) })).status).toBe(403);
    expect((await post(member, '/hale/join', { claim: closed.invite })).status).toBe(200);
    expect((await post(stranger, '/hale/join', { claim: closed.invite })).status).toBe(403);
    const relay = await connect(member);
    const event = member.sign({});
    await relay.publish(event);
    expect((await stored(relay, { authors: [member.pubkey] })).map(({ id }) => id)).toEqual([event.id]);
    relay.close();
  });

  test('one proof opens one socket, and a proof for another body or place opens nothing', async () => {
    const who = new Signer();
    const used = await token(who, '/hale/join', 'POST', { claim: 'a'.repeat(64) });
    const ask = (body: object) =>
      fetch(`${closed.http}/hale/join`, {
        method: 'POST',
        headers: { authorization: used },
        body: JSON.stringify(body),
      });
    expect((await ask({ claim: 'b'.repeat(64) })).status).toBe(401);
    expect((await ask({ claim: 'a'.repeat(64) })).status).toBe(403);
    const elsewhere = await token(who, '/hale/ticket', 'POST', { claim: 'a'.repeat(64) });
    const wrong = {
      method: 'POST',
      headers: { authorization: elsewhere },
      body: JSON.stringify({ claim: 'a'.repeat(64) }),
    };
    expect((await fetch(`${closed.http}/hale/join`, wrong)).status).toBe(401);
  });
});
