// How long each class of events is kept (specs/relay.md §7): what the operator says, what NIP-11 tells of it, and what the sweep does. A stream
// is never kept shorter than the relay promised when its author was admitted or spent a token last.
import { fail, KINDS } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import type { RelayStore } from './store.ts';

/** Seconds by class; null = until its author, or the addressee, deletes it. */
export interface Keep {
  /** Tile batches. */
  readonly tiles: number | null;
  /** Access lists: never shorter than the tiles that they open. */
  readonly access: number | null;
  /** Gift wraps. */
  readonly wraps: number | null;
  /** Where people take messages, and their keys for these. */
  readonly people: number | null;
  /** Whatever else members publish. */
  readonly other: number | null;
}

export type KeepClass = keyof Keep;

export const KEEP_ALL: Keep = { tiles: null, access: null, wraps: null, people: null, other: null };

const KINDS_OF: Readonly<Record<Exclude<KeepClass, 'other'>, readonly number[]>> = {
  tiles: [KINDS.tileBatch],
  access: [KINDS.access],
  wraps: [KINDS.wrap],
  people: [KINDS.dmRelays, KINDS.hybridKey],
};

/** Requests to delete and to vanish are the memory of what must not come back: no rule removes them. Receipts bring their own end. */
const NEVER_RETIRED: readonly number[] = [KINDS.deletion, KINDS.vanish, KINDS.receipt];

/** @throws HaleError 'usage' for rules that break a promise */
export function checkKeep(keep: Keep): Keep {
  for (const [name, seconds] of Object.entries(keep) as [KeepClass, number | null][]) {
    if (seconds !== null && (!Number.isSafeInteger(seconds) || seconds < RELAY_LIMITS.keepSecondsMin))
      fail('usage', `${name} must be kept for a day at least`, { class: name });
  }
  const { tiles, access } = keep;
  if (access !== null && (tiles === null || access < tiles))
    fail('usage', 'access lists must be kept as long as the tiles that they open');
  return keep;
}

/** The shape that NIP-11 had until 2026-02. A range of kinds stands as [from, to]. */
export interface Retention {
  readonly kinds?: readonly (number | readonly [number, number])[];
  /** Seconds; null = until deleted; 0 = not kept. */
  readonly time: number | null;
}

export function retentionOf(keep: Keep): Retention[] {
  const classes = Object.entries(KINDS_OF) as [Exclude<KeepClass, 'other'>, readonly number[]][];
  return [
    ...classes.map(([name, kinds]) => ({ kinds, time: keep[name] })),
    { kinds: [KINDS.receipt], time: RELAY_LIMITS.receiptSecondsMax },
    { kinds: [KINDS.deletion, KINDS.vanish], time: null },
    { kinds: [[20_000, 29_999]], time: 0 },
    { time: keep.other },
  ];
}

function classOf(kind: number): KeepClass | null {
  if (NEVER_RETIRED.includes(kind)) return null;
  const found = Object.entries(KINDS_OF).find(([, kinds]) => kinds.includes(kind));
  return (found?.[0] as KeepClass | undefined) ?? 'other';
}

/** An event that would be swept at once is refused: who hears OK finds it here tomorrow. */
export function isOlderThanKept(
  keep: Keep,
  { kind, created_at }: { kind: number; created_at: number },
  now: number,
): boolean {
  const name = classOf(kind);
  const seconds = name === null ? null : keep[name];
  return seconds !== null && created_at <= now - seconds;
}

/** One step of the sweep, as the store runs it. */
export interface RetireRule {
  /** Of these kinds; with `except`, of all others that everybody admitted may see. */
  readonly kinds: readonly number[];
  readonly except: boolean;
  /** Unix seconds: what was dated before it goes. */
  readonly before: number;
  /** Only of admitted authors, and not before the time that was promised to each is over. */
  readonly promised: boolean;
  readonly now: number;
}

export function retireRules(keep: Keep, now: number): RetireRule[] {
  const rules = (Object.entries(KINDS_OF) as [Exclude<KeepClass, 'other'>, readonly number[]][]).flatMap(
    ([name, kinds]): RetireRule[] => {
      const seconds = keep[name];
      if (seconds === null) return [];
      return [{ kinds, except: false, before: now - seconds, promised: name === 'tiles' || name === 'access', now }];
    },
  );
  if (keep.other === null) return rules;
  const named = [...Object.values(KINDS_OF).flat(), ...NEVER_RETIRED];
  return [...rules, { kinds: named, except: true, before: now - keep.other, promised: false, now }];
}

/** The sweep by age: every hour, and at once again while there is more than one step takes. */
export class Retirement {
  readonly #store: RelayStore;
  readonly #keep: Keep;
  #dueAt = 0;

  constructor(store: RelayStore, keep: Keep) {
    this.#store = store;
    this.#keep = keep;
  }

  work(now: number): void {
    if (now < this.#dueAt) return;
    const counts = retireRules(this.#keep, now).map((rule) => this.#store.retire(rule, RELAY_LIMITS.retireStepMax));
    const isDone = counts.every((count) => count < RELAY_LIMITS.retireStepMax);
    this.#dueAt = isDone ? now + RELAY_LIMITS.retireSeconds : 0;
  }
}
