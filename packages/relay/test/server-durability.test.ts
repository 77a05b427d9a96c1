// OK means: it is on the disk. What a client hears when the disk fails, fills up, or lies.
import { KINDS } from '@hale/kernel';
import { RELAY_TEST_SECONDS as now, person, tileBatch } from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { TestRelay } from './server-fixture.ts';

const ann = person('ann');
const bob = person('bob');

describe('group commit', () => {
  test('events of several connections in one turn share one commit, and no OK leaves before it', () => {
    const relay = new TestRelay();
    relay.flushing = false;
    const clients = [relay.connect(), relay.connect(), relay.connect()];
    const listener = relay.connect();
    listener.send('REQ', 'live', {});
    const place = listener.inbox.length;
    for (const [n, client] of clients.entries()) {
      expect(client.send('EVENT', ann.sign({ content: `${n}a` }))).toEqual([]);
      expect(client.send('EVENT', ann.sign({ content: `${n}b` }))).toEqual([]);
    }
    expect(relay.store.commits).toBe(0);
    expect(relay.store.count({})).toBe(0);
    expect(listener.inbox).toHaveLength(place);
    relay.flush();
    expect(relay.store.commits).toBe(1);
    for (const client of clients) expect(client.inbox.filter(([verb]) => verb === 'OK')).toHaveLength(2);
    expect(listener.eventsSince(place)).toHaveLength(6);
  });

  test('verdicts follow one another within a commit', () => {
    const relay = new TestRelay();
    relay.flushing = false;
    const client = relay.connect();
    const event = ann.sign({});
    const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', event.id]] });
    for (const sent of [event, event, deletion, event]) client.send('EVENT', sent);
    relay.flush();
    expect(client.inbox.filter(([verb]) => verb === 'OK').map(([, , ok, message]) => [ok, message])).toEqual([
      [true, ''],
      [true, 'duplicate: already here'],
      [true, ''],
      [false, 'blocked: it was deleted by its author'],
    ]);
  });
});

describe('a disk that fails', () => {
  test('full: OK false with our words, nothing is stored, and serving goes on', () => {
    const relay = new TestRelay();
    const client = relay.connect();
    const kept = ann.sign({ content: 'kept' });
    client.publish(kept);
    relay.store.faults.push('full');
    const event = ann.sign({});
    expect(client.publish(event)).toEqual([false, 'error: storage full, nothing was stored']);
    expect(client.ids({})).toEqual([kept.id]);
    expect(client.publish(event)).toEqual([true, '']);
    expect(relay.facts).toEqual([{ fact: 'commit-failed', code: 'full', events: 1 }]);
  });

  test('failed and not stored: every event of the commit hears no, live subscribers hear nothing', () => {
    const relay = new TestRelay();
    relay.flushing = false;
    const listener = relay.connect();
    listener.send('REQ', 'live', {});
    const place = listener.inbox.length;
    const [a, b] = [relay.connect(), relay.connect()];
    a.send('EVENT', ann.sign({}));
    b.send('EVENT', bob.sign({}));
    relay.store.faults.push('failed-not-stored');
    relay.flush();
    for (const client of [a, b])
      expect(client.inbox.at(-1)?.slice(2)).toEqual([false, 'error: storage failed, publish it again']);
    expect(listener.inbox).toHaveLength(place);
    expect(relay.store.count({})).toBe(0);
  });

  test('failed but stored: the second attempt is a duplicate, and only then subscribers hear of it, once', () => {
    const relay = new TestRelay();
    const listener = relay.connect();
    listener.send('REQ', 'live', {});
    const place = listener.inbox.length;
    const client = relay.connect();
    const event = ann.sign({});
    relay.store.faults.push('failed-but-stored');
    expect(client.publish(event)?.[0]).toBe(false);
    expect(listener.eventsSince(place)).toEqual([]);
    expect(client.publish(event)).toEqual([true, 'duplicate: already here']);
    expect(client.publish(event)).toEqual([true, 'duplicate: already here']);
    expect(listener.eventsSince(place)).toEqual([event.id]);
  });

  test('a deletion that failed has deleted nothing', () => {
    const relay = new TestRelay();
    const client = relay.connect(null, ann);
    const batch = tileBatch(ann);
    client.publish(batch);
    relay.store.faults.push('failed-not-stored');
    const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', batch.id]], created_at: now });
    expect(client.publish(deletion)?.[0]).toBe(false);
    expect(client.ids({ ids: [batch.id] })).toEqual([batch.id]);
  });
});

test('what the vault stores by itself is served live once announced, to whom it may concern', () => {
  const relay = new TestRelay();
  const [owner, stranger] = [relay.connect(null, ann), relay.connect()];
  for (const client of [owner, stranger]) client.send('REQ', 'live', {});
  const batch = tileBatch(ann);
  relay.store.put(batch);
  relay.carryOut(relay.engine.announce(batch));
  expect(owner.eventsSince(0)).toEqual([batch.id]);
  expect(stranger.eventsSince(0)).toEqual([]);
});
