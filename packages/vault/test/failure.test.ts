// A disk that is full in the middle of anything, a crash, a clock that was set back: what the vault remembers is what the disk holds. Each
// of these was first seen in the simulated network.
import { GrantReader, parseScope } from '@hale/consent';
import { base64Decode, decodeBatch, fromHex, HaleError, KINDS, toHex } from '@hale/kernel';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import { expect, test } from 'vitest';
import {
  absorbEvents,
  emptyReport,
  finishAbsorbing,
  Grants,
  type GrantWish,
  nothingUnfinished,
  openLogEvent,
  recordHeads,
  Vault,
  type VaultStore,
} from '../src/index.ts';
import { addStream, type Bench, DAY, HOUR, KEYS, openVault, SECOND, samplesOf, T0 } from './fixture.ts';

const WRITES = [
  'addTile',
  'removeTile',
  'settleBatch',
  'putEvent',
  'appendLog',
  'deleteEvent',
  'markDirty',
  'setState',
  'enqueue',
];

/** The store, with no room left after so many writes. */
function filling(store: MemoryVaultStore, room: { writes: number }): VaultStore {
  return new Proxy<VaultStore>(store, {
    get(target, name) {
      const method = Reflect.get(target, name, target) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        if (WRITES.includes(String(name)) && room.writes-- <= 0) throw new HaleError('full', 'no room on the disk');
        return method.apply(target, given);
      };
    },
  });
}

function wish(me: string, from: number, to: number | null): GrantWish {
  const scope = parseScope({
    streams: [{ streamKey: 'pulse', level: 'raw' }],
    from,
    to,
    until: null,
    purpose: { code: 'TREAT', text: '' },
    recipient: { kind: 'link' },
  });
  const names = { subject: 'me', owner: 'me' };
  return {
    subject: me,
    scope,
    how: 'link',
    to: 'whoever',
    recipient: null,
    recipientText: null,
    classic: false,
    names,
  };
}

function openWith(room: { writes: number }): Bench {
  const bench = openVault();
  addStream(bench, 'pulse', 1);
  const ports = { clock: bench.vault.clock, random: bench.vault.random };
  const store = filling(bench.store, room);
  bench.vault = new Vault({ store, ...ports }, KEYS);
  bench.grants = new Grants(bench.vault);
  const now = bench.clock.now;
  const minute = Array.from({ length: 60 }, (_, i): [number, number] => [now - HOUR + i * SECOND, i]);
  bench.vault.ingest([{ stream: bench.vault.stream(bench.me, 'pulse'), samples: samplesOf(minute) }]);
  return bench;
}

/** What a process knows by heart, to be compared with a fresh one over the same disk. */
function memoryOf({ vault, grants }: Pick<Bench, 'vault' | 'grants'>): unknown {
  return {
    epochs: vault.streams().map(({ epoch }) => epoch),
    grants: grants
      .all()
      .map(({ record, owner }) => [
        record.id,
        owner.ended,
        owner.ended === null && [...owner.issued],
        owner.headNumber,
      ]),
    ends: [...vault.state.ends.keys()],
  };
}

function fresh(bench: Bench): Bench {
  const again = { ...bench, restart: bench.restart };
  const { clock, random } = bench.vault;
  again.vault = new Vault({ store: bench.store, clock, random }, KEYS);
  again.grants = new Grants(again.vault);
  return again;
}

const operations: Record<string, (bench: Bench) => void> = {
  share: ({ grants, me, clock }) => void grants.issue(wish(me, clock.now - 2 * HOUR, null)),
  publish: ({ vault }) => void vault.publishAll(),
  revoke: ({ grants }) => void grants.end(grants.active()[0].record.id, 'revoked', false),
};

test.each(Object.keys(operations))(
  'a full disk in the middle of %s leaves nothing in memory that the disk does not hold',
  (name) => {
    for (let writes = 0; ; writes++) {
      const room = { writes: Number.POSITIVE_INFINITY };
      const bench = openWith(room);
      if (name !== 'share') operations.share(bench);
      room.writes = writes;
      let failed = false;
      try {
        operations[name](bench);
      } catch (error) {
        if (!(error instanceof HaleError)) throw error;
        failed = true;
      }
      room.writes = Number.POSITIVE_INFINITY;
      expect(memoryOf(bench)).toEqual(memoryOf(fresh(bench)));
      for (const { log } of bench.grants.active())
        expect(log.entries().map(({ seq }) => seq)).toEqual(log.entries().map((_, i) => i));
      if (!failed) return;
    }
  },
  60_000,
);

function readerSees({ grants, store }: Bench): GrantReader {
  const { record, owner } = grants.all()[0];
  const reader = new GrantReader({ grantKey: record.key, grantAuthor: owner.grantAuthor });
  for (const event of store.events)
    if (event.kind === KINDS.tileBatch && event.pubkey === owner.grantAuthor)
      for (const tile of decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles)
        reader.receive(tile);
  return reader;
}

test('after a crash a grant still states the days it owes its reader', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  bench.vault.publishAll();
  while (recordHeads(bench.vault, bench.grants));
  operations.share(bench);
  bench.restart();
  while (bench.grants.writeHeads());
  const stream = bench.vault.stream(bench.me, 'pulse');
  const tiles = bench.store.events
    .filter((event) => event.kind === KINDS.tileBatch && event.pubkey === toHex(stream.author))
    .flatMap((event) => decodeBatch(stream.author, base64Decode(event.content)).tiles)
    .map((tile) => ({ tile, publishedAt: T0 / 1e6 }));
  expect(readerSees(bench).check(tiles).verdict).toBe('complete');
});

test('parts stay on the relays until the tile that replaces them was published', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  bench.vault.publishAll();
  bench.clock.now += DAY;
  bench.vault.closeDueSlots(true);
  const none = bench.vault.publish(() => false);
  expect(none.filter((event) => event.kind === KINDS.deletion)).toEqual([]);
  const all = bench.vault.publishAll();
  expect(all.map((event) => event.kind)).toEqual([KINDS.tileBatch, KINDS.deletion]);
});

test('a clock that was set back does not date a revocation before the list it replaces', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  operations.share(bench);
  const author = toHex(bench.vault.stream(bench.me, 'pulse').author);
  const before = bench.vault.store.accessEvent(author);
  bench.clock.now -= 40 * DAY;
  operations.revoke(bench);
  expect(bench.vault.store.accessEvent(author)?.created_at).toBe((before?.created_at ?? 0) + 1);
});

test('what lies beyond the running lease when a grant is made opens with it', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  const stream = bench.vault.stream(bench.me, 'pulse');
  bench.vault.ingest([{ stream, samples: samplesOf([[bench.clock.now + 60 * DAY, 1]]) }]);
  bench.vault.publishAll();
  operations.share(bench);
  const rows = bench.vault.store.tiles(stream.number, 0, 0, 2 ** 32);
  const reader = readerSees(bench);
  expect(reader.canOpen(0, 'raw', rows[rows.length - 1].slot, rows[rows.length - 1].epoch)).toBe(true);
});

test('a grant that another home made and ended is finished by the one that took over', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  operations.share(bench);
  const [{ record, log }] = bench.grants.all();
  bench.store.forgetLog(log.number, null);
  bench.restart();
  expect(bench.grants.all()[0].owner.authors).toEqual([]);
  bench.grants.takeOver(new Set());
  expect(readerSees(bench).state.consent?.grantId).toBe(record.id);
});

test('after another home took the pen, new samples in an edge slot reach the reader although the old revisions were higher', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  const edge = bench.clock.now - HOUR + 5 * SECOND;
  const stream = bench.vault.stream(bench.me, 'pulse');
  const give = (time: number, value: number) => {
    bench.vault.ingest([{ stream, samples: samplesOf([[time, value]]) }]);
    bench.vault.closeDueSlots(true);
    bench.vault.publishAll();
  };
  for (let value = 0; value < 5; value++) give(edge, value);
  bench.vault.takePen(1);
  bench.grants.issue(wish(bench.me, edge, edge + 10 * SECOND));
  bench.vault.ingest([{ stream, samples: samplesOf([[edge + 100, 7]]) }]);
  bench.vault.publishAll();
  const series = readerSees(bench).series({ stream: 0, level: 'raw', from: edge, to: edge + 10 * SECOND }, []);
  expect([...(series.samples?.times ?? [])]).toContain(edge + 100);
});

test('a home that takes over seals in epochs that the one before cannot have given to anybody, and readers get their tokens', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  operations.share(bench);
  const stream = bench.vault.stream(bench.me, 'pulse');
  const before = stream.epoch;
  bench.vault.takePen(1);
  expect(stream.epoch).toBeGreaterThan(before + 1000);
  bench.restart();
  const again = bench.vault.stream(bench.me, 'pulse');
  expect(again.epoch).toBe(stream.epoch);
  bench.vault.ingest([{ stream: again, samples: samplesOf([[bench.clock.now, 1]]) }]);
  bench.vault.publishAll();
  const slot = bench.vault.store.firstAndLastSlot(again.number, 0)?.last ?? 0;
  expect(readerSees(bench).canOpen(0, 'raw', slot, again.epoch)).toBe(true);
});

test('what another home wrote into an edge slot is cut out for the readers of this one', () => {
  const bench = openWith({ writes: Number.POSITIVE_INFINITY });
  const edge = bench.clock.now - 3 * HOUR + 5 * SECOND;
  bench.vault.publishAll();
  const other = openVault(new MemoryVaultStore(), bench.clock);
  const catalogue = bench.vault.catalogueLog;
  const events = bench.store.events.filter((event) => event.pubkey === toHex(catalogue.stream.author));
  for (const event of events) {
    other.store.putEvent(event);
    for (const { seq, generation } of openLogEvent(event, catalogue.stream))
      other.store.appendLog(other.vault.catalogueLog.number, seq, generation, event.id);
  }
  other.vault.reload();
  bench.vault.takePen(1);
  bench.grants.issue(wish(bench.me, edge, edge + 10 * SECOND));
  other.vault.ingest([{ stream: other.vault.stream(bench.me, 'pulse'), samples: samplesOf([[edge + 100, 7]]) }]);
  const report = emptyReport();
  const unfinished = nothingUnfinished();
  absorbEvents(bench.vault, other.vault.publishAll(), report, unfinished);
  finishAbsorbing(bench.vault, report, unfinished);
  expect(report.tiles).toBeGreaterThan(0);
  const series = readerSees(bench).series({ stream: 0, level: 'raw', from: edge, to: edge + 10 * SECOND }, []);
  expect([...(series.samples?.times ?? [])]).toContain(edge + 100);
});
