import type { Filter } from '@hale/kernel';
import { type Gate, permittedParts, type Sight } from './gate.ts';
import { FirstRows, isBefore, ListedRows, merged, type Row, type RowSource, type Work } from './merge.ts';
import { search } from './search.ts';
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
    if (filter.search !== undefined) {
      const found = search(store, filter, sight, now).slice(0, limit);
      // The best first; with other filters beside it they have to come in the order of all.
      return new ListedRows(
        (filters.length > 1 ? found.sort((a, b) => (isBefore(a, b) ? -1 : 1)) : found).map((row) => ({
          ...row,
          gate: 'open' as const,
        })),
      );
    }
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
  const searched = filters.filter((filter) => filter.search !== undefined);
  if (searched.length > 0) {
    // Words are looked for among the newest; what is counted is what a REQ would find.
    const found = searched.flatMap((filter) =>
      search(store, filter, sight, now).flatMap(({ row }) => store.eventAt(row, now)?.id ?? []),
    );
    const others = filters.filter((filter) => filter.search === undefined);
    return new Set([...found, ...(others.length > 0 ? findAll(store, others, sight, now) : [])]).size;
  }
  const parts = filters.flatMap((filter) => permittedParts(withoutLimit(filter), sight));
  // Parts of one filter are disjoint by audience; only several filters can meet in one event.
  if (filters.length === 1) return parts.reduce((sum, { gate, filter }) => sum + store.count(filter, { gate, now }), 0);
  return new Set(findAll(store, filters, sight, now)).size;
}

/** Ids of all that match, whatever their limits. */
function findAll(store: RelayStore, filters: readonly Filter[], sight: Sight, now: number): string[] {
  const parts = filters.flatMap((filter) => permittedParts(withoutLimit(filter), sight));
  return parts.flatMap(({ gate, filter }) => store.find(filter, { gate, now }).map(({ id }) => id));
}

/** Sabotage `countUngated`. */
export function countEverything(store: RelayStore, filters: readonly Filter[], now: number): number {
  return new Set(filters.flatMap((filter) => store.find(withoutLimit(filter), { now }).map(({ id }) => id))).size;
}

function withoutLimit(filter: Filter): Filter {
  const { limit: _, ...unlimited } = filter;
  return unlimited;
}
