import { fromHex, KINDS, type VerifiedEvent } from '@hale/kernel';
import { conversationKey, decryptNip44 } from '@hale/kernel/open';
import { RELAY_LIMITS, type ReceiptContent } from '@hale/relay/server';
import { accessEvent, RELAY_TEST_SECONDS as now, person, tileBatch } from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { relayPerson, storedReceipts, TestRelay } from './server-fixture.ts';

const author = person('author');
const reader = person('reader');
const tiles = [46_000, 46_001, 46_002].map((day) => tileBatch(author, { day, created_at: now - 100 + (day % 10) }));
const filter = { kinds: [KINDS.tileBatch], authors: [author.pubkey] };

function withTiles(): TestRelay {
  const relay = new TestRelay();
  relay.store.put(accessEvent(author, [[reader, now + 86_400]]));
  for (const batch of tiles) relay.store.put(batch);
  return relay;
}

function opened(receipt: VerifiedEvent): ReceiptContent {
  return JSON.parse(decryptNip44(receipt.content, conversationKey(author.secret, fromHex(receipt.pubkey))));
}

describe('receipts', () => {
  test('one for what a reader was served, signed by the relay, sealed to the author, on disk before EOSE', () => {
    const relay = withTiles();
    const client = relay.connect(null, reader);
    relay.flushing = false;
    const answer = client.send('REQ', 'q', filter);
    expect(answer.map(([verb]) => verb)).toEqual(['EVENT', 'EVENT', 'EVENT']);
    expect(storedReceipts(relay)).toEqual([]);
    relay.flush();
    expect(client.inbox.at(-1)).toEqual(['EOSE', 'q']);
    const [receipt, ...others] = storedReceipts(relay);
    expect(others).toEqual([]);
    expect(receipt.pubkey).toBe(relayPerson.pubkey);
    expect(receipt.tags).toEqual([
      ['-'],
      ['p', author.pubkey],
      ['expiration', String(now + RELAY_LIMITS.receiptSecondsMax)],
    ]);
    const content = opened(receipt);
    expect(content).toEqual({
      number: 0,
      previous: '',
      reader: reader.pubkey,
      auth: expect.stringMatching(/^[0-9a-f]{64}$/),
      hour: now - (now % 3600),
      events: 3,
      bytes: 3 * tiles[0].content.length,
      ranges: { '00112233445566ff': [46_000, 46_002] },
      ids: tiles.map(({ id }) => id).toReversed(),
    });
    expect(JSON.stringify(receipt)).not.toContain(reader.pubkey);
  });

  test('`auth` is the id of the event with which the reader proved its key', () => {
    const relay = withTiles();
    const client = relay.connect();
    const proof = reader.prove(client.inbox[0][1] as string, relay.policy.urls[0]);
    client.send('AUTH', proof);
    client.ids(filter);
    expect(opened(storedReceipts(relay)[0]).auth).toBe(proof.id);
  });

  test('none for the author, none for other kinds, none for an empty answer', () => {
    const relay = withTiles();
    relay.connect(null, author).ids({});
    relay.connect(null, author, reader).ids({});
    relay.connect(null, reader).ids({ ...filter, since: now + 1 });
    relay.connect(null, reader).count(filter);
    expect(storedReceipts(relay)).toEqual([]);
  });

  test('they are chained per author, and the chain goes on after they were fetched and deleted', () => {
    const relay = withTiles();
    const owner = relay.connect(null, author);
    relay.connect(null, reader).ids(filter);
    relay.connect(null, reader).ids(filter);
    const [first, second] = storedReceipts(relay).sort((a, b) => opened(a).number - opened(b).number);
    expect(opened(second)).toMatchObject({ number: 1, previous: first.id });
    expect((owner.ids({ kinds: [KINDS.receipt] }) as string[]).sort()).toEqual([first.id, second.id].sort());
    owner.publish(
      author.sign({
        kind: KINDS.deletion,
        tags: [
          ['e', first.id],
          ['e', second.id],
          ['k', '1981'],
        ],
      }),
    );
    expect(storedReceipts(relay)).toEqual([]);
    relay.connect(null, reader).ids(filter);
    expect(opened(storedReceipts(relay)[0])).toMatchObject({ number: 2, previous: second.id });
  });

  test('live tiles gather and are receipted when the reader leaves or a quarter of an hour is over', () => {
    const relay = withTiles();
    const client = relay.connect(null, reader);
    client.send('REQ', 'live', { ...filter, limit: 0 });
    const owner = relay.connect(null, author);
    for (let n = 0; n < 5; n++) owner.publish(tileBatch(author, { created_at: now + n, day: 46_010 }));
    expect(storedReceipts(relay)).toEqual([]);
    relay.now += RELAY_LIMITS.receiptGatherSeconds;
    relay.carryOut(relay.engine.tick());
    expect(opened(storedReceipts(relay)[0]).events).toBe(5);
    owner.publish(tileBatch(author, { created_at: now + 10 }));
    client.leave();
    expect(
      storedReceipts(relay)
        .map((receipt) => opened(receipt).events)
        .sort(),
    ).toEqual([1, 5]);
  });

  test('many short questions of one connection share a receipt', () => {
    const relay = withTiles();
    const client = relay.connect(null, reader);
    for (let n = 0; n < 50; n++) client.ids({ ...filter, limit: 1 });
    expect(storedReceipts(relay)).toHaveLength(1);
    client.leave();
    expect(storedReceipts(relay).reduce((sum, receipt) => sum + opened(receipt).events, 0)).toBe(50);
  });

  test('beyond a number of events it names ranges only', () => {
    const relay = withTiles();
    for (let n = 0; n < RELAY_LIMITS.receiptIdsMax; n++)
      relay.store.put(tileBatch(author, { created_at: now - n, day: 46_100 + n }));
    relay.connect(null, reader).ids(filter);
    const content = opened(storedReceipts(relay)[0]);
    expect(content.ids).toBeUndefined();
    expect(content.events).toBe(RELAY_LIMITS.receiptIdsMax + 3);
    expect(content.ranges['00112233445566ff']).toEqual([46_000, 46_100 + RELAY_LIMITS.receiptIdsMax - 1]);
  });

  test('a receipt that is not fetched expires after 30 days', () => {
    const relay = withTiles();
    relay.connect(null, reader).ids(filter);
    relay.now += RELAY_LIMITS.receiptSecondsMax;
    relay.carryOut(relay.engine.tick());
    expect(storedReceipts(relay)).toEqual([]);
  });

  test('while the disk is full tiles are served, and the receipt is written when there is room again', () => {
    const relay = withTiles();
    const client = relay.connect(null, reader);
    relay.store.faults.push('full');
    const answer = client.send('REQ', 'q', filter);
    expect(answer.map(([verb]) => verb)).toEqual(['EVENT', 'EVENT', 'EVENT', 'EOSE']);
    expect(relay.facts).toEqual([{ fact: 'commit-failed', code: 'full', events: 0 }]);
    relay.carryOut(relay.engine.tick());
    expect(storedReceipts(relay)).toHaveLength(1);
  });
});
