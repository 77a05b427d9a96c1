// Documents against a naive model: whatever is written, moved, deleted, flushed, forgotten and read again, and wherever the disk fills up.
import { HaleError } from '@hale/kernel';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DiskSeal, Documents, type StoredDocument, Vault } from '../src/index.ts';
import { KEYS, openVault } from './fixture.ts';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 15);

/** Sealing is the home's; here values are only held. */
function heldSeal(): DiskSeal {
  const values: string[] = [];
  return {
    seal: (_name, value) => {
      values.push(JSON.stringify(value));
      return new TextEncoder().encode(String(values.length - 1));
    },
    open: (_name, bytes) => JSON.parse(values[Number(new TextDecoder().decode(bytes))]),
  };
}

function document(name: number, day: number, over: Partial<StoredDocument> = {}): StoredDocument {
  const collection = name % 3 === 0 ? 'treatments' : 'entries';
  return {
    id: name.toString(16).padStart(24, '0'),
    collection,
    identifier: name % 2 === 0 ? `name ${name}` : null,
    key: `key ${name}`,
    millis: T0 + day * DAY + name,
    device: 'device',
    createdMillis: 1,
    modifiedMillis: 1,
    isValid: true,
    isUndated: name % 7 === 0,
    json: JSON.stringify({ name, day }),
    ...over,
  };
}

type Step = { put: [name: number, day: number][] } | { remove: number } | 'flush' | 'reload' | 'restart';

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ put: fc.array(fc.tuple(fc.nat(12), fc.nat(90)), { minLength: 1, maxLength: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(12) }) },
    fc.constantFrom<Step>('flush', 'reload', 'restart'),
  ),
  { maxLength: 25 },
);

function play(all: Step[], store = new MemoryVaultStore()) {
  const bench = openVault(store);
  const disk = heldSeal();
  let documents = new Documents(bench.vault, disk);
  const model = new Map<string, StoredDocument>();
  let now = 1;
  const change = (after: StoredDocument) => {
    const name = `${after.collection} ${after.id}`;
    const before = model.get(name) ?? null;
    documents.put(bench.me, [{ before, after: { ...after, modifiedMillis: ++now } }]);
    model.set(name, { ...after, modifiedMillis: now });
  };
  for (const step of all) {
    if (step === 'flush') documents.flush();
    else if (step === 'reload') documents.logsChanged();
    else if (step === 'restart') {
      bench.restart();
      documents = new Documents(bench.vault, disk);
    } else if ('put' in step) for (const [name, day] of step.put) change(document(name, day));
    else {
      const known = [...model.values()].find(({ id }) => Number.parseInt(id, 16) === step.remove);
      if (known) change({ ...known, isValid: false });
    }
  }
  return { documents, model, me: bench.me };
}

const byDate = (a: StoredDocument, b: StoredDocument) => a.millis - b.millis || (a.id < b.id ? -1 : 1);

test('property: what is read is what was written last, by date, id, name, key and change, after any flush, reload or restart', () => {
  fc.assert(
    fc.property(steps, fc.nat(90), fc.nat(90), (all, from, length) => {
      const { documents, model, me } = play(all);
      for (const collection of ['entries', 'treatments']) {
        const mine = [...model.values()].filter((each) => each.collection === collection);
        const range = [T0 + from * DAY, T0 + (from + length) * DAY] as const;
        const inRange = mine.filter(({ millis }) => millis >= range[0] && millis <= range[1]).sort(byDate);
        const read = [...documents.between(me, collection, ...range, 'ascending')];
        expect(read.sort(byDate)).toEqual(inRange);
        expect([...documents.between(me, collection, ...range, 'descending')].sort(byDate)).toEqual(inRange);
        const changed = mine
          .filter(({ modifiedMillis }) => modifiedMillis > 5)
          .sort((a, b) => a.modifiedMillis - b.modifiedMillis);
        expect(documents.changedAfter(me, collection, 5)).toEqual(changed);
        expect(documents.lastChange(me, collection)).toBe(
          mine.length === 0 ? null : Math.max(...mine.map((each) => each.modifiedMillis)),
        );
        for (const each of mine) {
          expect(documents.byId(me, collection, each.id)).toEqual(each);
          expect(documents.byId(me, collection, each.id, each.millis)).toEqual(each);
          expect(documents.byKey(me, collection, each.key as string, each.millis)).toEqual(each);
          if (each.identifier !== null) expect(documents.byIdentifier(me, collection, each.identifier)).toEqual(each);
        }
      }
    }),
  );
});

test('wherever the disk fills up, the documents before stand, and memory and disk agree', () => {
  for (let room = 0; room < 12; room++) {
    const store = new MemoryVaultStore();
    const bench = openVault(store);
    const disk = heldSeal();
    let writes = Number.POSITIVE_INFINITY;
    const full = new Proxy(store, {
      get(target, name) {
        const method = Reflect.get(target, name, target) as (...given: unknown[]) => unknown;
        return (...given: unknown[]) => {
          if (['putEvent', 'appendLog', 'setState', 'enqueue'].includes(String(name)) && writes-- <= 0)
            throw new HaleError('full', 'no room on the disk');
          return method.apply(target, given);
        };
      },
    });
    const ports = { store: full, clock: { nowMicros: () => T0 * 1000 }, random: bench.vault.random };
    const vault = new Vault(ports, KEYS);
    const documents = new Documents(vault, disk);
    documents.put(bench.me, [{ before: null, after: document(1, 1) }]);
    writes = room;
    const large = Array.from({ length: 40 }, (_, i) =>
      document(20 + i, 40, { json: JSON.stringify('x'.repeat(3000)) }),
    );
    let isKept = true;
    try {
      documents.put(
        bench.me,
        large.map((after) => ({ before: null, after })),
      );
    } catch (error) {
      expect((error as HaleError).code).toBe('full');
      isKept = false;
    }
    writes = Number.POSITIVE_INFINITY;
    const read = (of: Documents) =>
      ['entries', 'treatments'].flatMap((each) =>
        [...of.between(bench.me, each, 0, Infinity, 'ascending')].map(({ id }) => id),
      );
    const there = read(documents);
    expect(there).toContain(document(1, 1).id);
    expect(there).toHaveLength(isKept ? 41 : 1);
    const again = read(new Documents(new Vault(ports, KEYS), disk));
    expect(again).toEqual(there);
  }
});
