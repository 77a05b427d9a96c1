// What readers of a grant see, at every moment of every order of events: relays are taken to hold exactly what the queue has told them so far.
import { GrantReader, parseScope } from '@hale/consent';
import {
  base64Decode,
  decodeBatch,
  fromHex,
  KINDS,
  type Level,
  type Tile,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GrantWish, type IssuedGrant, LEVELS, recordHeads } from '../src/index.ts';
import { addStream, type Bench, DAY, HOUR, openVault, pairsOf, SECOND, samplesOf, sorted, T0 } from './fixture.ts';

/** What a relay holds that got the queue up to some place. */
class RelayAt {
  readonly events = new Map<string, VerifiedEvent>();

  take(event: VerifiedEvent): void {
    if (event.kind === KINDS.deletion)
      for (const [name, id] of event.tags)
        if (name === 'e' && this.events.get(id)?.pubkey === event.pubkey) this.events.delete(id);
    if (event.kind === KINDS.vanish)
      for (const [id, other] of this.events) if (other.pubkey === event.pubkey) this.events.delete(id);
    if (event.kind === KINDS.tileBatch) this.events.set(event.id, event);
  }

  tiles(): Tile[] {
    return [...this.events.values()].flatMap(
      (event) => decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles,
    );
  }
}

function wish(bench: Bench, key: string, level: Level, from: number, to: number | null): GrantWish {
  const scope = parseScope({
    streams: [{ streamKey: key, level }],
    from,
    to,
    until: null,
    purpose: { code: 'TREAT', text: '' },
    recipient: { kind: 'link' },
  });
  return {
    subject: bench.me,
    scope,
    how: 'link',
    to: 'whoever',
    recipient: null,
    recipientText: null,
    classic: false,
    names: { subject: 'me', owner: 'me' },
  };
}

const readerOf = ({ record, owner }: IssuedGrant, tiles: readonly Tile[]): GrantReader => {
  const reader = new GrantReader({ grantKey: record.key, grantAuthor: owner.grantAuthor });
  for (const tile of tiles) reader.receive(tile);
  return reader;
};

const FAR = T0 + 300 * DAY;
const seen = (grant: IssuedGrant, tiles: readonly Tile[]): [number, number][] => {
  const reader = readerOf(grant, tiles);
  if (!reader.state.streams.has(0)) return [];
  return pairsOf(reader.series({ stream: 0, level: 'raw', from: T0 - 10 * DAY, to: FAR }, tiles).samples!);
};

interface Life {
  bench: Bench;
  model: Map<number, number>;
  grants: { id: string; from: number; to: number | null; endedAt: number | null }[];
}

type Step = (life: Life) => void;
const INSTANTS = 120;
const STEP = 31 * SECOND;

const ingest = ({ bench, model }: Life, pairs: [number, number][]): void => {
  bench.vault.ingest([{ stream: bench.vault.stream(bench.me, 'pulse'), samples: samplesOf(pairs) }]);
  for (const [time, value] of pairs) model.set(time, value);
};

const publish = ({ bench }: Life): void => {
  bench.vault.flush(() => true);
  bench.vault.publishAll();
  for (let more = true; more; ) more = recordHeads(bench.vault, bench.grants);
  for (let more = true; more; ) more = bench.grants.writeHeads();
};

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.integer({ min: 0, max: INSTANTS }), fc.integer({ min: 0, max: 9 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map(
        (pairs): Step =>
          (life) =>
            ingest(
              life,
              pairs.map(([i, value]) => [T0 + i * STEP, value]),
            ),
      ),
  },
  { weight: 3, arbitrary: fc.constant<Step>(publish) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.integer({ min: 61, max: INSTANTS }), { nil: null }))
      .map(
        ([first, last]): Step =>
          (life) => {
            if (life.grants.length >= 3) return;
            const from = T0 + first * STEP - 7 * SECOND;
            const to = last === null ? null : T0 + last * STEP + 3 * SECOND;
            const { grant } = life.bench.grants.issue(wish(life.bench, 'pulse', 'raw', from, to));
            life.grants.push({ id: grant.record.id, from, to, endedAt: null });
          },
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(2), fc.boolean()).map(
      ([which, vanish]): Step =>
        (life) => {
          const grant = life.grants[which];
          if (!grant || grant.endedAt !== null) return;
          grant.endedAt = life.bench.store.queue.length;
          life.bench.grants.end(grant.id, 'revoked', vanish);
        },
    ),
  },
  fc.boolean().map(
    (all): Step =>
      ({ bench }) =>
        void bench.vault.closeDueSlots(all),
  ),
  fc.constantFrom(60 * SECOND, HOUR).map(
    (by): Step =>
      ({ bench }) => {
        bench.clock.now += by;
      },
  ),
  fc.constant<Step>((life) => life.bench.restart()),
);

function newLife(): Life {
  const bench = openVault(undefined, { now: T0 + HOUR / 2 });
  addStream(bench, 'pulse', 10);
  return { bench, model: new Map(), grants: [] };
}

/** Walks along the queue as relays get it, and holds at each place what must hold there. */
function walk(life: Life): void {
  const relay = new RelayAt();
  const openedWhileActive = new Map<string, Set<string>>();
  let before: Map<string, Set<number>> = new Map();
  life.bench.store.queue.forEach(({ event }, place) => {
    relay.take(event);
    const tiles = relay.tiles();
    const now = new Map<string, Set<number>>();
    for (const grant of life.grants) {
      const issued = life.bench.grants.get(grant.id);
      const pairs = seen(issued, tiles);
      // Nothing outside of what was agreed.
      for (const [time] of pairs) expect(time >= grant.from && (grant.to === null || time < grant.to)).toBe(true);
      if (grant.endedAt !== null && place >= grant.endedAt) continue;
      now.set(grant.id, new Set(pairs.map(([time]) => time)));
      // What was seen once stays seen: survivors come before deletions.
      for (const time of before.get(grant.id) ?? []) expect(now.get(grant.id)?.has(time)).toBe(true);
      const reader = readerOf(issued, tiles);
      const mine = tiles.filter((tile) => reader.open(tile) !== null).map((tile) => toHex(tile.commitment));
      openedWhileActive.set(grant.id, new Set([...(openedWhileActive.get(grant.id) ?? []), ...mine]));
    }
    before = now;
  });
  expectNothingNewAfterTheEnd(life, openedWhileActive);
}

/** With every entry ever written, a reader opens nothing that was sealed after the end. */
function expectNothingNewAfterTheEnd({ bench, grants }: Life, opened: Map<string, Set<string>>): void {
  const everything = bench.store.queue
    .filter(({ event }) => event.kind === KINDS.tileBatch)
    .flatMap(({ event }) => decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles);
  for (const grant of grants) {
    if (grant.endedAt === null) continue;
    const reader = readerOf(bench.grants.get(grant.id), everything);
    const later = bench.store.queue
      .slice(grant.endedAt)
      .flatMap(({ event }) =>
        event.kind === KINDS.tileBatch ? decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles : [],
      );
    for (const tile of later)
      if (reader.open(tile) !== null) expect(opened.get(grant.id)?.has(toHex(tile.commitment))).toBe(true);
  }
}

describe('a reader of a grant', () => {
  test('sees what was agreed and only that, at every place of the queue, and nothing new after the end', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 4, maxLength: 18 }), (steps) => {
        const life = newLife();
        for (const step of steps) step(life);
        publish(life);
        walk(life);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  test('sees exactly the values that stand, corrections included, once everything is published', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 4, maxLength: 18 }), (steps) => {
        const life = newLife();
        for (const step of steps) step(life);
        publish(life);
        const relay = new RelayAt();
        for (const { event } of life.bench.store.queue) relay.take(event);
        const tiles = relay.tiles();
        // One who listened all the time still holds what relays have deleted since.
        const held = life.bench.store.queue
          .filter(({ event }) => event.kind === KINDS.tileBatch)
          .flatMap(({ event }) => decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles);
        for (const grant of life.grants) {
          if (grant.endedAt !== null) continue;
          const expected = sorted(life.model).filter(
            ([time]) => time >= grant.from && (grant.to === null || time < grant.to),
          );
          expect(seen(life.bench.grants.get(grant.id), tiles)).toEqual(expected);
          expect(seen(life.bench.grants.get(grant.id), held)).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('a reader who kept everything', () => {
  test('sees the correction that closed a slot, not the part that it replaced', () => {
    const life = newLife();
    const { grant } = life.bench.grants.issue(wish(life.bench, 'pulse', 'raw', T0 - SECOND, null));
    const inTheSlot = [3, 4, 5].map((i) => T0 + i * SECOND);
    ingest(life, [
      [inTheSlot[0], 1],
      [inTheSlot[1], 1],
    ]);
    publish(life);
    // Data goes on in the next slot: this one closes with a correction that was never a part.
    ingest(life, [
      [inTheSlot[0], 7],
      [inTheSlot[2], 1],
      [T0 + 1000 * SECOND, 1],
    ]);
    publish(life);
    expect(
      life.bench.store
        .tiles(life.bench.vault.stream(life.bench.me, 'pulse').number, 0, 0, 0x1_0000_0000)
        .map(({ part }) => part),
    ).toContain(0);
    const held = life.bench.store.queue
      .filter(({ event }) => event.kind === KINDS.tileBatch)
      .flatMap(({ event }) => decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles);
    expect(seen(grant, held)).toEqual(sorted(life.model));
  });
});

describe('a reader of summaries of a slot that still fills', () => {
  test.each(['15m', '1h'] as const)('of %s: counts what came in, though the levels below are not his', (level) => {
    const life = newLife();
    const { bench } = life;
    const from = T0 + 60 * SECOND;
    bench.clock.now = from + 700 * SECOND;
    const { grant } = bench.grants.issue(wish(bench, 'pulse', level, T0, null));
    for (const start of [0, 300]) {
      ingest(
        life,
        Array.from({ length: 200 }, (_, i): [number, number] => [from + (start + i) * SECOND, 70]),
      );
      bench.vault.flush((stream, below, slot) => bench.grants.isSummaryAwaited(stream, below, slot, () => true));
      for (const stream of bench.grants.streamsWithReaders())
        bench.vault.publish((_, row) => bench.grants.isAwaited(stream, LEVELS[row.level], row.slot), stream);
      const relay = new RelayAt();
      for (const { event } of bench.store.queue) relay.take(event);
      const tiles = relay.tiles();
      const { bins } = readerOf(grant, tiles).series({ stream: 0, level, from: T0, to: T0 + DAY }, tiles);
      expect(bins?.reduce((sum, { count }) => sum + count, 0)).toBe(life.model.size);
    }
  });
});

describe('a disk that fails', () => {
  const faults = ['full', 'failed-not-stored', 'failed-but-stored'] as const;

  /** What this process believes, beside what a new one reads from the disk. */
  const belief = ({ bench }: Life) => ({
    epochs: bench.vault.streams().map((stream) => stream.epoch),
    grants: bench.grants
      .all()
      .map(({ record, owner }) => [record.id, owner.ended !== null, owner.headNumber, [...owner.issued]]),
    next: bench.vault.catalogueLog.entries().length,
  });

  function prepared(): Life {
    const life = newLife();
    ingest(life, [
      [T0, 1],
      [T0 + STEP, 2],
      [T0 + 40 * STEP, 3],
    ]);
    publish(life);
    const { grant } = life.bench.grants.issue(wish(life.bench, 'pulse', 'raw', T0 - SECOND, null));
    life.grants.push({ id: grant.record.id, from: T0 - SECOND, to: null, endedAt: null });
    return life;
  }

  test.each(faults)(
    '%s while a grant ends: memory believes what the disk holds, and the second try ends it',
    (fault) => {
      const life = prepared();
      const [{ id }] = life.grants;
      life.grants[0].endedAt = life.bench.store.queue.length;
      life.bench.store.faults.push(fault);
      expect(() => life.bench.grants.end(id, 'revoked', false)).toThrow();
      const believed = belief(life);
      life.bench.restart();
      expect(believed).toEqual(belief(life));
      if (fault !== 'failed-but-stored') expect(life.bench.grants.get(id).owner.ended).toBeNull();
      life.bench.grants.end(id, 'revoked', false);
      ingest(life, [
        [T0, 9],
        [T0 + 2 * STEP, 9],
      ]);
      publish(life);
      walk(life);
      expect(life.bench.grants.get(id).owner.ended).not.toBeNull();
    },
  );

  test.each(faults)('%s while a grant is made: all of it is there, or nothing', (fault) => {
    const life = prepared();
    life.bench.store.faults.push(fault);
    expect(() => life.bench.grants.issue(wish(life.bench, 'pulse', 'raw', T0, null))).toThrow();
    const believed = belief(life);
    life.bench.restart();
    expect(believed).toEqual(belief(life));
    expect(life.bench.grants.all()).toHaveLength(fault === 'failed-but-stored' ? 2 : 1);
  });

  test.each(faults)('%s while tiles are published: the reader sees all of them in the end', (fault) => {
    const life = prepared();
    ingest(life, [
      [T0 + 3 * STEP, 4],
      [T0, 5],
    ]);
    life.bench.store.faults.push(fault);
    expect(() => life.bench.vault.publishAll()).toThrow();
    publish(life);
    const relay = new RelayAt();
    for (const { event } of life.bench.store.queue) relay.take(event);
    expect(seen(life.bench.grants.get(life.grants[0].id), relay.tiles())).toEqual(sorted(life.model));
  });
});
