import type { Filter } from '@hale/kernel';
import type { StoredRef } from './connection.ts';
import { permittedParts, type Sight } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { EventRef, RelayStore } from './store.ts';

/** NIP-01: newest first, the lowest id first among equals. */
function inOrder(a: EventRef, b: EventRef): number {
  return b.created_at - a.created_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What a REQ gets: each filter's limit counts permitted events only, then the filters are united. */
export function findPermitted(store: RelayStore, filters: readonly Filter[], sight: Sight, now: number): StoredRef[] {
  const union = new Map<string, StoredRef>();
  for (const filter of filters) {
    const limit = Math.min(filter.limit ?? RELAY_LIMITS.eventsPerRequestMax, RELAY_LIMITS.eventsPerRequestMax);
    const parts = permittedParts({ ...filter, limit }, sight);
    const found = parts.flatMap(({ gate, filter: part }) =>
      store.find(part, { gate, now }).map((ref): StoredRef => ({ ...ref, gate })),
    );
    const first = parts.length > 1 ? found.sort(inOrder).slice(0, limit) : found;
    for (const ref of first) union.set(ref.id, ref);
  }
  const all = [...union.values()];
  return filters.length > 1 ? all.sort(inOrder) : all;
}

/** NIP-45 over the permitted set: exact, and the same for what is hidden as for what is not there. */
export function countPermitted(store: RelayStore, filters: readonly Filter[], sight: Sight, now: number): number {
  const parts = filters.flatMap((filter) => permittedParts(withoutLimit(filter), sight));
  // Parts of one filter are disjoint by audience; only several filters can meet in one event.
  if (filters.length === 1) return parts.reduce((sum, { gate, filter }) => sum + store.count(filter, { gate, now }), 0);
  return new Set(parts.flatMap(({ gate, filter }) => store.find(filter, { gate, now }).map(({ id }) => id))).size;
}

/** Sabotage `countUngated`. */
export function countEverything(store: RelayStore, filters: readonly Filter[], now: number): number {
  return new Set(filters.flatMap((filter) => store.find(withoutLimit(filter), { now }).map(({ id }) => id))).size;
}

function withoutLimit(filter: Filter): Filter {
  const { limit: _, ...unlimited } = filter;
  return unlimited;
}
