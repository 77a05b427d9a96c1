import { KINDS, type VerifiedEvent } from '@hale/kernel';
import { MemoryOutboxStore, outboxStoreContract } from '@hale/testkit/contracts/outbox-store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backOffMillis,
  CLIENT_LIMITS,
  Outbox,
  type OutboxStep,
  PagedQuery,
  type PublishResult,
} from '../src/client/index.ts';
import { eventBy, pubkeyOf } from './client-fixture.ts';

const ok: PublishResult = { outcome: 'ok' };
const lost: PublishResult = { outcome: 'lost', why: 'closed' };
const refused = (reason: 'blocked' | 'error' | 'duplicate' | 'invalid'): PublishResult => ({
  outcome: 'refused',
  reason,
});

const tile = (author: string, n: number) => eventBy(author, { kind: KINDS.tileBatch, content: `${n}` });
const access = (created_at: number, content = '') => eventBy('author', { kind: KINDS.access, created_at, content });
const complete = (...events: VerifiedEvent[]) => ({ outcome: 'complete' as const, events, foreign: 0 });

function bench(relays = ['a', 'b']) {
  const store = new MemoryOutboxStore(relays);
  const clock = { nowMillis: () => bench.now, random: (length: number) => new Uint8Array(length).fill(255) };
  bench.now = 1_000_000;
  const outbox = new Outbox(store, clock);
  const seqs = (steps: OutboxStep[]) => steps.map(({ step, entry }) => `${step} ${entry.seq}`);
  return { store, outbox, seqs, clock };
}
bench.now = 0;

describe('order', () => {
  test('batches of one author go together; whatever follows waits for all of them', () => {
    const { store, outbox, seqs } = bench();
    const [t1, t2] = [store.enqueue(tile('x', 1)), store.enqueue(tile('x', 2))];
    const other = store.enqueue(tile('y', 3));
    const deletion = store.enqueue(eventBy('y', { kind: KINDS.deletion }));
    expect(seqs(outbox.steps('a'))).toEqual(['publish 1', 'publish 2']);
    expect(outbox.steps('a')).toEqual([]);
    outbox.published('a', t2, ok);
    expect(outbox.steps('a')).toEqual([]);
    outbox.published('a', t1, ok);
    expect(seqs(outbox.steps('a'))).toEqual(['publish 3']);
    outbox.published('a', other, ok);
    expect(seqs(outbox.steps('a'))).toEqual(['publish 4']);
    expect(outbox.published('a', deletion, ok)).toEqual([
      { fact: 'delivered', relay: 'a', seq: 4, kind: KINDS.deletion },
    ]);
    expect(seqs(outbox.steps('b'))).toEqual(['publish 1', 'publish 2']);
  });

  test('property: at no relay does an event pass one of another author or kind that was made before it', () => {
    const made = fc.array(fc.record({ author: fc.constantFrom('x', 'y'), kind: fc.constantFrom(1980, 1980, 5) }), {
      maxLength: 12,
    });
    const answers = fc.infiniteStream(fc.constantFrom(ok, ok, lost, refused('error'), refused('blocked')));
    fc.assert(
      fc.property(made, answers, fc.infiniteStream(fc.nat()), (entries, results, choices) => {
        const { store, outbox } = bench(['a']);
        const all = entries.map(({ author, kind }, n) => store.enqueue(eventBy(author, { kind, content: `${n}` })));
        const open: OutboxStep[] = [];
        for (let turn = 0; turn < 500 && store.pendingFor('a', 1).length > 0; turn += 1) {
          for (const step of outbox.steps('a')) {
            const earlier = all.filter(
              ({ seq, event }) =>
                seq < step.entry.seq &&
                store.state('a', seq) === 'pending' &&
                (event.pubkey !== step.entry.event.pubkey || event.kind !== 1980),
            );
            expect(earlier).toEqual([]);
            open.push(step);
          }
          const next = open.splice(choices.next().value % Math.max(1, open.length), 1)[0];
          if (next !== undefined) outbox.published('a', next.entry, turn > 400 ? ok : results.next().value);
          bench.now += CLIENT_LIMITS.backOffMaxMillis;
        }
        expect(store.pendingFor('a', 1)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a restart forgets what was under way, not what was answered', () => {
    const { store, outbox, seqs, clock } = bench();
    const first = store.enqueue(tile('x', 1));
    store.enqueue(tile('x', 2));
    outbox.steps('a');
    outbox.published('a', first, ok);
    expect(seqs(new Outbox(store, clock).steps('a'))).toEqual(['publish 2']);
  });
});

describe('what an answer means', () => {
  test('refused for good goes out of the queue, a duplicate is accepted, a passing refusal and a loss are tried again', () => {
    const { store, outbox, seqs } = bench();
    const entries = [1, 2, 3, 4].map((n) => store.enqueue(tile('x', n)));
    outbox.steps('a');
    expect(outbox.published('a', entries[0], refused('blocked'))).toMatchObject([
      { fact: 'delivery-refused', reason: 'blocked' },
    ]);
    expect(outbox.published('a', entries[1], refused('duplicate'))).toMatchObject([{ fact: 'delivered' }]);
    expect(outbox.published('a', entries[2], refused('error'))).toMatchObject([
      { fact: 'delivery-postponed', reason: 'error' },
    ]);
    expect(outbox.published('a', entries[3], lost)).toEqual([]);
    expect(outbox.steps('a')).toEqual([]);
    bench.now = outbox.notBeforeMillis('a');
    expect(seqs(outbox.steps('a'))).toEqual(['publish 3', 'publish 4']);
  });

  test('pauses grow from one second to five minutes, are said once, and begin anew after a success', () => {
    const { store, outbox } = bench();
    const entry = store.enqueue(tile('x', 1));
    const pauses: number[] = [];
    const facts = Array.from({ length: 12 }, () => {
      const said = outbox.unreachable('a');
      pauses.push(outbox.notBeforeMillis('a') - bench.now);
      bench.now = outbox.notBeforeMillis('a');
      return said;
    });
    expect(facts.flat().map(({ fact }) => fact)).toEqual(['relay-unreachable']);
    expect([pauses[0], pauses[1], pauses.at(-1)]).toEqual(
      [1_000, 2_000, 300_000].map((millis) => Math.round(millis * (0.5 + 65_535 / 131_072))),
    );
    outbox.steps('a');
    outbox.published('a', entry, ok);
    outbox.unreachable('a');
    expect(outbox.notBeforeMillis('a') - bench.now).toBe(pauses[0]);
    expect(outbox.notBeforeMillis('b')).toBe(0);
  });

  test('property: a pause lies between half and the whole of its step', () => {
    const bytes = fc.tuple(fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), bytes, (failures, [high, low]) => {
        const pause = backOffMillis(failures, () => Uint8Array.of(high, low));
        const whole = Math.min(300_000, 1_000 * 2 ** (failures - 1));
        expect(pause).toBeGreaterThanOrEqual(whole / 2);
        expect(pause).toBeLessThanOrEqual(whole);
      }),
    );
  });
});

describe('revocation', () => {
  test('stopped only after it was read back as the newest, per relay', () => {
    const { store, outbox, seqs } = bench();
    const before = store.enqueue(access(100));
    const revoking = store.enqueue(access(101));
    const state = () => outbox.revocation(pubkeyOf('author'), revoking.seq);
    for (const relay of ['a', 'b']) {
      for (const entry of [before, revoking]) {
        outbox.steps(relay);
        outbox.published(relay, entry, ok);
      }
    }
    expect(state()).toEqual([
      { relay: 'a', state: 'pending' },
      { relay: 'b', state: 'pending' },
    ]);
    expect(seqs(outbox.steps('a'))).toEqual(['read-back 2']);
    // What stood there before the revocation is newer than the first entry, and the newest is neither.
    expect(outbox.readBack('a', before, complete(revoking.event))).toMatchObject([{ reason: 'superseded' }]);
    expect(outbox.readBack('a', revoking, complete(before.event, revoking.event))).toEqual([
      { fact: 'access-stopped', relay: 'a', seq: 2 },
    ]);
    expect(state()).toEqual([
      { relay: 'a', state: 'stopped' },
      { relay: 'b', state: 'pending' },
    ]);
    expect(outbox.steps('a')).toEqual([]);
  });

  test('a relay that says OK and serves the old list, nothing, a refusal or silence stays pending and is asked again', () => {
    const ends = [
      complete(access(99)),
      complete(),
      { outcome: 'refused' as const, reason: 'error' as const },
      { outcome: 'lost' as const, why: 'timeout' as const, events: [], foreign: 0 },
    ];
    for (const end of ends) {
      const { store, outbox, seqs } = bench(['a']);
      const revoking = store.enqueue(access(101));
      outbox.steps('a');
      outbox.published('a', revoking, ok);
      outbox.steps('a');
      expect(outbox.readBack('a', revoking, end).at(-1)).toEqual({ fact: 'access-pending', relay: 'a', seq: 1 });
      expect(outbox.steps('a')).toEqual([]);
      bench.now = outbox.notBeforeMillis('a');
      expect(seqs(outbox.steps('a'))).toEqual(['read-back 1']);
    }
  });

  test('called invalid because a newer one stands there, it is not offered again', () => {
    const { store, outbox, seqs } = bench(['a']);
    const entry = store.enqueue(access(101));
    store.enqueue(tile('author', 1));
    expect(seqs(outbox.steps('a'))).toEqual(['publish 1']);
    // An older one, or none: the refusal has another reason.
    expect(outbox.overtaken('a', entry, complete(access(100)))).toBeNull();
    expect(outbox.overtaken('a', entry, complete())).toBeNull();
    expect(outbox.overtaken('a', entry, { outcome: 'refused', reason: 'error' })).toBeNull();
    const standing = access(102);
    expect(outbox.overtaken('a', entry, complete(standing))).toEqual([
      { fact: 'delivery-refused', relay: 'a', seq: 1, kind: KINDS.access, reason: 'superseded', standing },
    ]);
    expect(seqs(outbox.steps('a'))).toEqual(['publish 2']);
    expect(outbox.revocation(pubkeyOf('author'), 1)).toEqual([{ relay: 'a', state: 'pending' }]);
  });

  test('of two from one second the lowest id is the newest: the other is superseded and has to be signed anew', () => {
    const [low, high] = [access(100, '1'), access(100, '2')].sort((a, b) => (a.id < b.id ? -1 : 1));
    const { store, outbox } = bench(['a']);
    const entry = store.enqueue(high);
    outbox.steps('a');
    outbox.published('a', entry, ok);
    expect(outbox.readBack('a', entry, complete(low))).toMatchObject([
      { fact: 'delivery-refused', reason: 'superseded' },
    ]);
    expect(outbox.revocation(pubkeyOf('author'), entry.seq)).toEqual([{ relay: 'a', state: 'pending' }]);
  });

  test('a later access event that stands confirmed stops for the earlier one too', () => {
    const { store, outbox } = bench(['a']);
    const [revoking, renewal] = [store.enqueue(access(100)), store.enqueue(access(200))];
    for (const entry of [revoking, renewal]) {
      outbox.steps('a');
      outbox.published('a', entry, ok);
    }
    outbox.readBack('a', revoking, complete(renewal.event));
    expect(outbox.revocation(pubkeyOf('author'), revoking.seq)).toEqual([{ relay: 'a', state: 'pending' }]);
    outbox.readBack('a', renewal, complete(renewal.event));
    expect(outbox.revocation(pubkeyOf('author'), revoking.seq)).toEqual([{ relay: 'a', state: 'stopped' }]);
  });
});

describe('store contract: memory', () => {
  outboxStoreContract(() => {
    const store = new MemoryOutboxStore(['a', 'b']);
    return { store, enqueue: (event) => void store.enqueue(event), reopen: () => store };
  });
});

describe('paging', () => {
  const stored = Array.from({ length: 60 }, (_, n) => eventBy('x', { created_at: 1_000 + (n % 30), content: `${n}` }));

  /** A relay that clips at `most`. */
  function walk(events: VerifiedEvent[], most: number, told?: number) {
    const paged = new PagedQuery({ kinds: [1] }, told);
    let pages = 0;
    for (; paged.next !== null; pages += 1) {
      const { until = Number.POSITIVE_INFINITY, limit = 0 } = paged.next;
      const matching = events
        .filter((event) => event.created_at <= until)
        .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1));
      paged.take(matching.slice(0, Math.min(most, limit)));
    }
    return { count: paged.events.length, complete: paged.complete, pages };
  }

  test('everything comes, whether the relay tells its limit or not', () => {
    expect(walk(stored, 7, 7)).toMatchObject({ count: 60, complete: true });
    expect(walk(stored, 25)).toMatchObject({ count: 60, complete: true });
    expect(walk(stored, 500)).toEqual({ count: 60, complete: true, pages: 2 });
    expect(walk(stored, 500, 500)).toEqual({ count: 60, complete: true, pages: 1 });
    expect(walk([], 500)).toEqual({ count: 0, complete: true, pages: 1 });
    expect(walk(stored.slice(0, 1), 500)).toMatchObject({ count: 1, complete: true });
  });

  test('a second with more than a page is said to be incomplete, and what is older still comes', () => {
    const crowd = Array.from({ length: 12 }, (_, n) => eventBy('x', { created_at: 2_000, content: `crowd ${n}` }));
    expect(walk([...crowd, ...stored], 10, 10)).toMatchObject({ count: 70, complete: false });
  });
});
