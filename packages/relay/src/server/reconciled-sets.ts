// The sets that reconciliations compare (NIP-77): read from the store in slices, shared by all who see the same, kept for the next one and
// brought up to date by what has changed since.
import { type Filter, fromHex } from '@hale/kernel';
import { type Item, ItemBuilder, type ItemVector } from '../negentropy/index.ts';
import type { GatedFilter } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { EventRef, RelayStore, Walked } from './store.ts';

/** A set on its way or there. */
export class ReconciledSet {
  readonly #parts: readonly GatedFilter[];
  readonly #store: RelayStore;
  /** What it was read from; later changes are applied to it. */
  #revision: number;
  #part = 0;
  /** Where the part goes on: until that second, without the ids of that second that were taken. */
  #until: number | undefined;
  #taken = new Set<string>();
  #page: number = RELAY_LIMITS.reconciledPerTurnMax;
  /** Where a walk over all events goes on. */
  #walk: { after: number | null } | null = null;
  #wasWalked = false;
  #builder: ItemBuilder | null = new ItemBuilder(RELAY_LIMITS.reconciledPerTurnMax);
  #items: ItemVector | null = null;
  /** Sessions that use it. */
  users = 0;
  /** Unix seconds. */
  usedAt: number;
  isTooLarge = false;

  constructor(store: RelayStore, parts: readonly GatedFilter[], now: number) {
    this.#store = store;
    this.#parts = parts;
    this.#revision = store.changes.mark();
    this.usedAt = now;
  }

  /** null while it is being read. */
  get items(): ItemVector | null {
    return this.#items;
  }

  /** Items held in memory. */
  get held(): number {
    return this.#items?.size ?? this.#builder?.size ?? 0;
  }

  /** Reads the next slice. @param now Unix seconds: what has expired by then is left out */
  step(now: number): void {
    if (!this.#builder || this.isTooLarge) return;
    const part = this.#parts[this.#part];
    if (this.#walk) this.#readWalk(this.#builder, this.#walk, now);
    else if (!part) this.#finish(this.#builder, now);
    else if (this.#wasWalked && isBroad(part.filter)) this.#nextPart();
    else this.#read(this.#builder, part, now);
    if (this.held <= RELAY_LIMITS.reconciledMax) return;
    this.isTooLarge = true;
    this.#builder = null;
    this.#items = null;
  }

  /** All that broad filters ask for, in one walk over everything: each event once, in the order in which they lie on the disk. */
  #readWalk(builder: ItemBuilder, walk: { after: number | null }, now: number): void {
    const broad = this.#parts.filter(({ filter }) => isBroad(filter));
    const walked = this.#store.walk(walk.after, RELAY_LIMITS.reconciledPerTurnMax);
    for (const event of walked) {
      const isThere = event.expires === null || event.expires > now;
      if (isThere && broad.some((part) => isAskedFor(part, event))) builder.add(event.created_at, event.id);
    }
    if (walked.length < RELAY_LIMITS.reconciledPerTurnMax) this.#walk = null;
    else walk.after = walked[walked.length - 1].row;
  }

  #read(builder: ItemBuilder, { gate, filter }: GatedFilter, now: number): void {
    if (builder.size > RELAY_LIMITS.reconciledByIndexMax && isBroad(filter)) {
      this.#beginWalk();
      return;
    }
    const limit = Math.min(this.#page, filter.limit ?? Number.POSITIVE_INFINITY);
    const until = this.#until === undefined ? {} : { until: this.#until };
    const page = this.#store.find({ ...filter, ...until, limit }, { gate, now });
    const fresh = page.filter(({ id }) => !this.#taken.has(id));
    for (const { id, created_at } of fresh) builder.add(created_at, id);
    if (filter.limit !== undefined || page.length < limit) this.#nextPart();
    else this.#goOn(page, fresh);
  }

  /** Of so many events each looked up by itself would cost more than all of them read in one go: it begins anew. */
  #beginWalk(): void {
    this.#builder = new ItemBuilder(RELAY_LIMITS.reconciledByIndexMax * 4);
    this.#walk = { after: null };
    this.#wasWalked = true;
    this.#part = -1;
    this.#nextPart();
  }

  #nextPart(): void {
    this.#part += 1;
    this.#until = undefined;
    this.#taken.clear();
    this.#page = RELAY_LIMITS.reconciledPerTurnMax;
  }

  /** Seconds may hold more events than a page; then the page grows. */
  #goOn(page: readonly EventRef[], fresh: readonly EventRef[]): void {
    const until = page[page.length - 1].created_at;
    if (until !== this.#until) this.#taken.clear();
    for (const { id, created_at } of page) if (created_at === until) this.#taken.add(id);
    this.#until = until;
    this.#page =
      fresh.length === 0 || page[0].created_at === until ? this.#page * 2 : RELAY_LIMITS.reconciledPerTurnMax;
  }

  #finish(builder: ItemBuilder, now: number): void {
    this.#builder = null;
    this.#items = builder.build();
    this.refresh(now);
  }

  /** Applies what has changed. @returns false = it has to be read anew */
  refresh(now: number): boolean {
    if (!this.#items || this.isTooLarge) return !this.isTooLarge;
    const revision = this.#store.changes.revision;
    if (revision === this.#revision) return true;
    if (this.#parts.some(({ filter }) => filter.limit !== undefined)) return false;
    const touched = this.#store.changes.since(this.#revision);
    if (!touched) return false;
    const [added, removed]: [Item[], Item[]] = [[], []];
    for (const [id, time] of touched) (this.#holds(id, now) ? added : removed).push({ time, id: fromHex(id) });
    this.#items = this.#items.changed(added, removed);
    this.#revision = revision;
    return true;
  }

  #holds(id: string, now: number): boolean {
    return this.#parts.some(({ gate, filter }) => {
      if (filter.ids && !filter.ids.includes(id)) return false;
      return this.#store.find({ ...filter, ids: [id], limit: 1 } as Filter, { gate, now }).length > 0;
    });
  }
}

/** Narrowed by kinds and times at most. */
function isBroad(filter: Filter): boolean {
  return Object.keys(filter).every((field) => field === 'kinds' || field === 'since' || field === 'until');
}

function isAskedFor({ gate, filter }: GatedFilter, event: Walked): boolean {
  if (event.gate !== gate || !(filter.kinds?.includes(event.kind) ?? true)) return false;
  return event.created_at >= (filter.since ?? 0) && event.created_at <= (filter.until ?? Number.POSITIVE_INFINITY);
}

/** All that are held, bounded together. */
export class ReconciledSets {
  readonly #store: RelayStore;
  readonly #sets = new Map<string, ReconciledSet>();

  constructor(store: RelayStore) {
    this.#store = store;
  }

  /** The set of these parts, shared and as it is now, or one that has to be read first. */
  take(key: string, parts: readonly GatedFilter[], now: number): ReconciledSet {
    const known = this.#sets.get(key);
    // What others are comparing stays as it is for them: `refresh` makes a new vector.
    const set = known?.refresh(now) ? known : new ReconciledSet(this.#store, parts, now);
    this.#sets.delete(key);
    this.#sets.set(key, set);
    set.users += 1;
    set.usedAt = now;
    return set;
  }

  /**
   * Drops what nobody uses, the oldest first, until there is room. @returns whether there is
   * @param compared vectors that sessions go on comparing, also those that are no set's newest any more
   */
  makeRoom(compared: Iterable<ItemVector>): boolean {
    const vectors = new Set(compared);
    for (const { items } of this.#sets.values()) if (items) vectors.delete(items);
    let held = [...vectors].reduce((sum, { size }) => sum + size, 0);
    for (const set of this.#sets.values()) held += set.held;
    for (const [key, set] of this.#sets) {
      if (held <= RELAY_LIMITS.reconciledOfAllMax) return true;
      if (set.users > 0) continue;
      held -= set.held;
      this.#sets.delete(key);
    }
    return held <= RELAY_LIMITS.reconciledOfAllMax;
  }

  /** Drops what nobody has used for a while. */
  sweep(now: number): void {
    for (const [key, { users, usedAt, isTooLarge }] of this.#sets) {
      if (users === 0 && (isTooLarge || now - usedAt > RELAY_LIMITS.reconciliationSecondsMax)) this.#sets.delete(key);
    }
  }
}
