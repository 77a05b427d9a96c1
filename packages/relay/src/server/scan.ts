import type { Filter } from '@hale/kernel';
import { type Gate, permittedParts, type Sight } from './gate.ts';
import { FirstRows, merged, type Row, type RowSource, type Work } from './merge.ts';
import type { RelayStore } from './store.ts';

/** A stored event that a REQ asks for, and to whom it may be shown. */
export interface GatedRow extends Row {
  readonly gate: Gate;
}

/**
 * What a REQ gets: each filter's limit, `eventsMax` at most, counts permitted events only, then the filters are united. Newest first, read as far
 * as it is taken.
 */
export function findPermitted(
  store: RelayStore,
  filters: readonly Filter[],
  sight: Sight,
  now: number,
  eventsMax: number,
): RowSource<GatedRow> {
  const ofFilters = filters.map((filter) => {
    const limit = Math.min(filter.limit ?? eventsMax, eventsMax);
    const parts = permittedParts({ ...filter, limit }, sight);
    const scans = parts.map(({ gate, filter: part }) => new GatedRows(store.scan(part, { gate, now }), gate));
    return new FirstRows(merged(scans), limit);
  });
  return merged(ofFilters);
}

class GatedRows implements RowSource<GatedRow> {
  readonly #rows: RowSource;
  readonly #gate: Gate;

  constructor(rows: RowSource, gate: Gate) {
    this.#rows = rows;
    this.#gate = gate;
  }

  head(work: Work): GatedRow | null | 'later' {
    const head = this.#rows.head(work);
    return head === null || head === 'later' ? head : { row: head.row, created_at: head.created_at, gate: this.#gate };
  }

  take(): void {
    this.#rows.take();
  }
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
