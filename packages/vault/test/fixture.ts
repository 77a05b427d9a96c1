// A vault over the store that is nothing but lists, with a clock and a randomness that repeat.
import { sha256, utf8Encode } from '@hale/kernel';
import { masterKeys } from '@hale/kernel/seal';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import { seededRandom } from '@hale/testkit/relay-people';
import { Grants, type NewStream, type OpenStream, type Samples, Vault } from '../src/index.ts';

export const T0 = Date.UTC(2026, 9, 1) * 1000;
export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;
export const FOREVER = { from: T0 - 400 * DAY, to: T0 + 400 * DAY };

export interface Bench {
  store: MemoryVaultStore;
  vault: Vault;
  grants: Grants;
  clock: { now: number };
  me: string;
  /** As after a crash: a new process over the same store. */
  restart(): void;
}

/** Keys of the person who is always the same in these tests. */
export const KEYS = masterKeys(new Uint8Array(64).map((_, i) => sha256(utf8Encode('hale vault test'))[i % 32] ^ i));

export function openVault(store = new MemoryVaultStore(), clock = { now: T0 + 100 * DAY }): Bench {
  const bytes = seededRandom(`vault ${store.events.length}`);
  const make = () => new Vault({ store, clock: { nowMicros: () => clock.now }, random: { bytes } }, KEYS);
  const vault = make();
  if (vault.state.subjects.size === 0) {
    vault.takePen(0);
    vault.addSubject('me');
  }
  const bench: Bench = {
    store,
    vault,
    grants: new Grants(vault),
    clock,
    me: vault.subject().id,
    restart: () => {
      bench.vault = make();
      bench.grants = new Grants(bench.vault);
    },
  };
  return bench;
}

export function addStream(
  { vault, me }: Bench,
  key: string,
  nominalPeriodSeconds: number,
  over: Partial<NewStream> = {},
): OpenStream {
  return vault.addStream({
    subject: me,
    key,
    kind: key,
    title: key,
    ucum: '1',
    factor: 1,
    origin: 0,
    loinc: null,
    nominalPeriodSeconds,
    dayOffsetMinutes: 0,
    edges: [-5, 0, 40],
    device: null,
    source: key,
    ...over,
  });
}

export function samplesOf(pairs: Iterable<readonly [number, number]>): Samples {
  const all = [...pairs];
  return { times: Float64Array.from(all, ([time]) => time), values: Int32Array.from(all, ([, value]) => value) };
}

export const pairsOf = ({ times, values }: Samples): [number, number][] =>
  Array.from(times, (time, i) => [time, values[i]]);
export const sorted = (model: ReadonlyMap<number, number>): [number, number][] => [...model].sort(([a], [b]) => a - b);
