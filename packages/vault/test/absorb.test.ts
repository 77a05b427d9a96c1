// Two homes of one person: each takes in what the other wrote, in any order, twice, in part; nothing that either had is lost at either.
import { base64Decode, base64Encode, decodeBatch, encodeBatch, KINDS, toHex, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absorbEvents,
  checkSummaries,
  emptyReport,
  finishAbsorbing,
  inLogOrder,
  nothingUnfinished,
  openLogEvent,
  rawSamples,
} from '../src/index.ts';
import { addStream, type Bench, FOREVER, HOUR, openVault, pairsOf, SECOND, samplesOf, T0 } from './fixture.ts';

const STEP = 61 * SECOND;

/** Everything that the events of a home's queue leave standing. */
function published(bench: Bench): VerifiedEvent[] {
  return bench.store.queue.map(({ event }) => event).filter((event) => bench.store.hasEvent(event.id));
}

/** A second home from the catalogue of the first: it takes the pen, as a restore does. */
function restored(from: Bench): Bench {
  const store = new MemoryVaultStore();
  const bench = openVault(store, { now: from.clock.now });
  // What openVault wrote to begin with goes: this home begins with the first one's catalogue.
  store.forgetLog(bench.vault.catalogueLog.number, null);
  const { stream, number } = bench.vault.catalogueLog;
  for (const event of published(from)) {
    if (event.pubkey !== toHex(stream.author) || event.kind !== KINDS.tileBatch) continue;
    store.putEvent(event);
    for (const { seq, generation } of inLogOrder(openLogEvent(event, stream)))
      store.appendLog(number, seq, generation, event.id);
  }
  bench.vault.reload();
  bench.vault.takePen(from.vault.state.generation + 1);
  bench.me = from.me;
  return bench;
}

function absorb(bench: Bench, events: VerifiedEvent[]) {
  const report = emptyReport();
  const unfinished = nothingUnfinished();
  for (const event of events) absorbEvents(bench.vault, [event], report, unfinished);
  finishAbsorbing(bench.vault, report, unfinished);
  return report;
}

const pulse = (bench: Bench) => bench.vault.stream(bench.me, 'pulse');
const held = (bench: Bench) => pairsOf(rawSamples(bench.vault.rooms, pulse(bench), FOREVER.from, FOREVER.to));

function write(bench: Bench, pairs: [number, number][]): void {
  bench.vault.ingest([{ stream: pulse(bench), samples: samplesOf(pairs.map(([i, value]) => [T0 + i * STEP, value])) }]);
}

function publish(bench: Bench, close: boolean): void {
  if (close) bench.vault.closeDueSlots(true);
  bench.vault.flush(() => true);
  bench.vault.publishAll();
}

function first(): Bench {
  const bench = openVault(undefined, { now: T0 + HOUR / 2 });
  addStream(bench, 'pulse', 10);
  return bench;
}

const anyPairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 9 })), {
  minLength: 1,
  maxLength: 8,
});
const anyWriting = fc.array(fc.record({ pairs: anyPairs, close: fc.boolean(), publishes: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
});

describe('a restored home', () => {
  test('has exactly what was published, whatever the order and however often it comes', () => {
    fc.assert(
      fc.property(anyWriting, fc.infiniteStream(fc.nat(1000)), (writing, dice) => {
        const one = first();
        for (const { pairs, close, publishes } of writing) {
          write(one, pairs);
          if (publishes) publish(one, close);
        }
        publish(one, false);
        const two = restored(one);
        const events = published(one);
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: dice.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        absorb(two, shuffled);
        expect(held(two)).toEqual(held(one));
        two.vault.flush(() => true);
        expect([...checkSummaries(two.vault.rooms, pulse(two))]).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('two homes that write at once', () => {
  test('end with the union at both; of one instant written by both, both show the same', () => {
    fc.assert(
      fc.property(anyWriting, anyWriting, anyWriting, (before, ones, twos) => {
        const one = first();
        for (const { pairs } of before) write(one, pairs);
        publish(one, true);
        const two = restored(one);
        absorb(two, published(one));
        const written = new Set<number>(held(one).map(([time]) => time));
        for (const [bench, writing] of [
          [one, ones],
          [two, twos],
        ] as const)
          for (const { pairs, close, publishes } of writing) {
            write(bench, pairs);
            for (const [i] of pairs) written.add(T0 + i * STEP);
            if (publishes) publish(bench, close);
          }
        // Each hears of the other until neither has anything new to say.
        for (let round = 0; round < 3; round++)
          for (const [to, from] of [
            [two, one],
            [one, two],
          ] as const) {
            publish(from, false);
            absorb(
              to,
              published(from).filter((event) => !to.store.hasEvent(event.id)),
            );
            publish(to, false);
          }
        expect(held(one).map(([time]) => time)).toEqual([...written].sort((a, b) => a - b));
        expect(held(two)).toEqual(held(one));
        for (const bench of [one, two]) {
          bench.vault.flush(() => true);
          expect([...checkSummaries(bench.vault.rooms, pulse(bench))]).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('what only one has stays, when the other publishes the same slot', () => {
    const one = first();
    write(one, [
      [0, 1],
      [1, 1],
    ]);
    publish(one, true);
    const two = restored(one);
    absorb(two, published(one));
    write(one, [[2, 2]]);
    write(two, [
      [3, 3],
      [0, 7],
    ]);
    publish(one, true);
    publish(two, true);
    const report = absorb(two, published(one));
    expect(report.merged).toBe(1);
    expect(held(two).map(([time, value]) => [(time - T0) / STEP, value])).toEqual([
      [0, 7],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

describe('events signed by an own key that make no sense', () => {
  const nonsense = (bench: Bench, content: string, tags = [['-'], ['l', '00'.repeat(8)], ['u', '46000']]) =>
    signEvent(
      { kind: KINDS.tileBatch, created_at: 1_790_000_000, tags, content },
      pulse(bench).authorSecret,
      new Uint8Array(32),
    );

  test('are counted and kept out, and change nothing', () => {
    const one = first();
    write(one, [
      [0, 1],
      [1, 2],
    ]);
    publish(one, true);
    const two = restored(one);
    absorb(two, published(one));
    const [real] = published(one).filter(
      (event) => event.pubkey === toHex(pulse(one).author) && event.kind === KINDS.tileBatch,
    );
    const batch = decodeBatch(pulse(one).author, base64Decode(real.content));
    const otherLabel = base64Encode(
      encodeBatch({
        ...batch,
        label: new Uint8Array(8),
        tiles: batch.tiles.map((tile) => ({ ...tile, label: new Uint8Array(8) })),
      }),
    );
    const bytes = base64Decode(real.content);
    const before = held(two);
    const bad = [
      '',
      'not base64!',
      base64Encode(new Uint8Array(40)),
      base64Encode(bytes.slice(0, bytes.length - 5)),
      otherLabel,
    ].map((content) => nonsense(two, content));
    expect(absorb(two, bad).senseless).toBe(bad.length);
    expect(held(two)).toEqual(before);
  });

  test('a tile with altered bytes, signed all the same, harms nothing that is stored', () => {
    const one = first();
    write(one, [
      [0, 1],
      [1, 2],
    ]);
    publish(one, true);
    const two = restored(one);
    absorb(two, published(one));
    const before = held(two);
    const [real] = published(one).filter(
      (event) => event.pubkey === toHex(pulse(one).author) && event.kind === KINDS.tileBatch,
    );
    const batch = decodeBatch(pulse(one).author, base64Decode(real.content));
    const spoilt = batch.tiles.map((tile) => ({
      ...tile,
      revision: tile.revision + 7,
      ciphertext: tile.ciphertext.map((byte) => byte ^ 1),
    }));
    const report = absorb(two, [nonsense(two, base64Encode(encodeBatch({ ...batch, tiles: spoilt })))]);
    expect(report.senseless).toBe(1);
    expect(held(two)).toEqual(before);
  });
});
