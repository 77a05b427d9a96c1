// Each promise as a function of the faults: it holds with all of them off, and the one that breaks it turns it red.
import { KINDS } from '@hale/kernel';
import { type Faults, NO_FAULTS } from '@hale/relay/server';
import { accessEvent, RELAY_TEST_SECONDS as now, person, tileBatch } from '@hale/testkit/relay-people';
import { describe, expect, test } from 'vitest';
import { RELAY_URL, storedReceipts, TestRelay } from './server-fixture.ts';

type Promised = (faults: Partial<Faults>) => void;

const author = person('author');
const reader = person('reader');
const stranger = person('stranger');
const tiles = { kinds: [KINDS.tileBatch], authors: [author.pubkey] };

const promises: Record<keyof Faults, [string, Promised][]> = {
  okBeforeFsync: [
    [
      'OK true is said only of what survives a failing commit',
      (faults) => {
        const relay = new TestRelay({ faults });
        relay.flushing = false;
        const client = relay.connect();
        const event = author.sign({});
        client.send('EVENT', event);
        relay.store.faults.push('failed-not-stored');
        relay.flush();
        const ok = client.inbox.find(([verb]) => verb === 'OK');
        expect(ok?.[2]).toBe(relay.store.get(event.id) !== null);
      },
    ],
  ],
  countUngated: [
    [
      'COUNT tells a stranger nothing',
      (faults) => {
        const relay = new TestRelay({ faults });
        relay.connect(null, author).publish(tileBatch(author));
        expect(relay.connect(null, stranger).count(tiles)).toBe(0);
      },
    ],
  ],
  receiptDropped: [
    [
      'no tile is served without a receipt',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        owner.publish(accessEvent(author, [[reader, now + 60]]));
        owner.publish(tileBatch(author));
        expect(relay.connect(null, reader).ids(tiles)).toHaveLength(1);
        expect(storedReceipts(relay)).toHaveLength(1);
      },
    ],
    [
      'no tile is served live without a receipt',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        owner.publish(accessEvent(author, [[reader, now + 60]]));
        const client = relay.connect(null, reader);
        client.send('REQ', 'live', tiles);
        owner.publish(tileBatch(author));
        client.leave();
        expect(client.eventsSince(0)).toHaveLength(1);
        expect(storedReceipts(relay)).toHaveLength(1);
      },
    ],
  ],
  accessByArrival: [
    [
      'an old access event that comes late does not bring a revoked reader back',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        owner.publish(tileBatch(author));
        const before = accessEvent(author, [[reader, now + 1000]], now);
        owner.publish(accessEvent(author, [], now + 1));
        expect(owner.publish(before)?.[0]).toBe(false);
        expect(relay.connect(null, reader).ids(tiles)).toEqual([]);
      },
    ],
  ],
  tombstoneForgotten: [
    [
      'what was deleted does not come back',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        const batch = tileBatch(author);
        owner.publish(batch);
        owner.publish(
          author.sign({
            kind: KINDS.deletion,
            tags: [
              ['e', batch.id],
              ['k', '1980'],
            ],
          }),
        );
        expect(owner.publish(batch)?.[0]).toBe(false);
        expect(owner.ids(tiles)).toEqual([]);
      },
    ],
    [
      'what has vanished does not come back',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        const batch = tileBatch(author);
        owner.publish(batch);
        owner.publish(author.sign({ kind: KINDS.vanish, tags: [['relay', RELAY_URL]] }));
        expect(owner.publish(batch)?.[0]).toBe(false);
        expect(owner.ids(tiles)).toEqual([]);
      },
    ],
  ],
  oldRevisionServed: [
    [
      'a replaced event is not served any more',
      (faults) => {
        const relay = new TestRelay({ faults });
        const owner = relay.connect(null, author);
        owner.publish(accessEvent(author, [[reader, now + 60]], now));
        const newest = accessEvent(author, [], now + 1);
        owner.publish(newest);
        expect(owner.ids({ kinds: [KINDS.access] })).toEqual([newest.id]);
      },
    ],
  ],
};

for (const [fault, held] of Object.entries(promises)) {
  describe(fault, () => {
    test.each(held)('%s', (_, promise) => {
      promise({});
      promise(NO_FAULTS);
      expect(() => promise({ [fault]: true })).toThrow();
    });
  });
}

test('every fault has a promise that it breaks', () => {
  expect(Object.keys(promises).sort()).toEqual(Object.keys(NO_FAULTS).sort());
});
