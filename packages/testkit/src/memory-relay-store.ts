import {
  type Filter,
  fromHex,
  HaleError,
  KINDS,
  matchFilter,
  newestFirst,
  tagValue,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  addressOf,
  ChangeLog,
  type EventRef,
  type Gate,
  gateOf,
  type LockerRow,
  type ManagedRow,
  parseAccess,
  type ReceiptHead,
  type RelayStore,
  type RowSource,
  type View,
  type Walked,
} from '@hale/relay/server';

/** What the next commit that wrote something shall do: the two ways in which a disk fails, and a full one. */
export type CommitFault = 'failed-not-stored' | 'failed-but-stored' | 'full';

interface Contents {
  events: Map<string, { event: VerifiedEvent; gate: Gate }>;
  members: Map<string, number>;
  claims: Map<string, number>;
  authorizations: Map<string, number>;
  heads: Map<string, ReceiptHead>;
  lockers: Map<string, LockerRow>;
  managed: Map<string, ManagedRow>;
}

/** The port in the fewest words: every query walks over everything. The model beside SQLite, and the disk that fails. */
export class MemoryRelayStore implements RelayStore {
  /** Faults for the commits to come, the first for the next. */
  readonly faults: CommitFault[] = [];
  /** Transactions that came to their commit, failed ones too. */
  commits = 0;
  readonly changes = new ChangeLog();
  #contents: Contents = {
    events: new Map(),
    members: new Map(),
    claims: new Map(),
    authorizations: new Map(),
    heads: new Map(),
    lockers: new Map(),
    managed: new Map(),
  };
  #open = false;
  #wrote = false;
  #doomed = false;

  transact<Result>(work: () => Result): Result {
    if (this.#open) return this.#join(work);
    const before = copyOf(this.#contents);
    this.#open = true;
    this.#wrote = false;
    this.#doomed = false;
    try {
      const result = work();
      if (this.#doomed) throw new HaleError('conflict', 'a part of this transaction failed');
      if (this.#wrote) this.#commit();
      return result;
    } catch (error) {
      if (!(error instanceof StoredAnyway)) this.#contents = before;
      throw error;
    } finally {
      this.#open = false;
    }
  }

  #join<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.#doomed = true;
      throw error;
    }
  }

  #commit(): void {
    this.commits += 1;
    const fault = this.faults.shift();
    if (fault === 'full') throw new HaleError('full', 'no room on the disk');
    if (fault === 'failed-not-stored') throw new HaleError('unavailable', 'the store does not answer');
    if (fault === 'failed-but-stored') throw new StoredAnyway('unavailable', 'the store does not answer');
  }

  #write<Result>(change: (contents: Contents) => Result): Result {
    return this.transact(() => {
      this.#wrote = true;
      return change(this.#contents);
    });
  }

  put(event: VerifiedEvent): boolean {
    if (this.#contents.events.has(event.id)) return false;
    if (event.kind === KINDS.access) parseAccess(event);
    const gate = gateOf(event, (author) => this.#signsStreams(author));
    this.#write(({ events }) => events.set(event.id, { event, gate }));
    this.changes.touch(event.id, event.created_at);
    return true;
  }

  #signsStreams(author: string): boolean {
    return [...this.#contents.events.values()].some(
      ({ event, gate }) => event.pubkey === author && (gate === 'stream' || event.kind === KINDS.access),
    );
  }

  get(id: string): VerifiedEvent | null {
    return this.#contents.events.get(id)?.event ?? null;
  }

  has(id: string): boolean {
    return this.#contents.events.has(id);
  }

  versions(address: string): EventRef[] {
    return this.find({}).filter(({ id }) => addressOf(this.get(id) as VerifiedEvent) === address);
  }

  hasRequests(authors: readonly string[]): boolean {
    return [...this.#contents.events.values()].some(
      ({ event }) => authors.includes(event.pubkey) && (event.kind === KINDS.deletion || event.kind === KINDS.vanish),
    );
  }

  deleteById(id: string): boolean {
    const found = this.get(id);
    if (!found) return false;
    this.changes.touch(id, found.created_at);
    return this.#write(({ events }) => events.delete(id));
  }

  find(filter: Filter, view: View = {}): EventRef[] {
    return [...this.#contents.events.values()]
      .filter(({ gate }) => view.gate === undefined || gate === view.gate)
      .map(({ event }) => event)
      .filter((event) => matchFilter(filter, event) && !isExpired(event, view.now))
      .sort(newestFirst)
      .slice(0, filter.limit)
      .map(({ id, created_at }) => ({ id, created_at }));
  }

  /** All at once, as this store does everything. */
  scan(filter: Filter, view?: View): RowSource {
    const rows = this.find(filter, view).map(({ id, created_at }) => ({ row: rowOf(id), created_at }));
    let at = 0;
    return {
      head: () => rows[at] ?? null,
      take: () => {
        at += 1;
      },
    };
  }

  walk(after: number | null, count: number): Walked[] {
    return [...this.#contents.events.values()]
      .map(({ event, gate }) => ({ event, gate, row: rowOf(event.id) }))
      .filter(({ row }) => row > (after ?? -1))
      .sort((a, b) => a.row - b.row)
      .slice(0, count)
      .map(({ event: { id, kind, created_at, tags }, gate, row }) => {
        const expiration = tagValue({ tags }, 'expiration');
        const expires = expiration !== null && /^[0-9]{1,15}$/.test(expiration) ? Number(expiration) : null;
        return { row, gate, kind, created_at, expires, id: fromHex(id) };
      });
  }

  eventAt(row: number): VerifiedEvent | null {
    for (const { event } of this.#contents.events.values()) if (rowOf(event.id) === row) return event;
    return null;
  }

  jsonAt(row: number, now: number): string | null {
    const event = this.eventAt(row);
    return event && !isExpired(event, now) ? JSON.stringify(event) : null;
  }

  count(filter: Filter, view?: View): number {
    const { limit: _, ...unlimited } = filter;
    return this.find(unlimited, view).length;
  }

  streamsOpenTo(reader: string, now: number): string[] {
    const newest = new Map<string, VerifiedEvent>();
    for (const { event } of this.#contents.events.values()) {
      const known = newest.get(event.pubkey);
      if (event.kind === KINDS.access && (!known || newestFirst(event, known) < 0)) newest.set(event.pubkey, event);
    }
    return [...newest.values()]
      .filter((event) => !isExpired(event, now))
      .filter((event) => parseAccess(event).some(({ key, until }) => key === reader && until > now))
      .map(({ pubkey }) => pubkey);
  }

  isMember(pubkey: string): boolean {
    return this.#contents.members.has(pubkey);
  }

  members(): string[] {
    return [...this.#contents.members].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([key]) => key);
  }

  managed(): ManagedRow[] {
    return [...this.#contents.managed.values()];
  }

  setManaged(row: ManagedRow): void {
    this.#write(({ managed }) => managed.set(`${row.list} ${row.value}`, row));
  }

  removeManaged(list: string, value: string): void {
    this.#write(({ managed }) => managed.delete(`${list} ${value}`));
  }

  addMember(pubkey: string, since: number): void {
    this.#write(({ members }) => members.set(pubkey, since));
  }

  removeMember(pubkey: string): void {
    this.#write(({ members }) => members.delete(pubkey));
  }

  addClaim(claimHash: string, expires: number): void {
    this.#write(({ claims }) => claims.set(claimHash, expires));
  }

  takeClaim(claimHash: string, now: number): boolean {
    const expires = this.#contents.claims.get(claimHash);
    return expires !== undefined && expires > now && this.#write(({ claims }) => claims.delete(claimHash));
  }

  useAuthorization(id: string, expires: number): boolean {
    if (this.#contents.authorizations.has(id)) return false;
    this.#write(({ authorizations }) => authorizations.set(id, expires));
    return true;
  }

  addLocker(row: LockerRow): boolean {
    if (this.#contents.lockers.has(row.id)) return false;
    this.#write(({ lockers }) => lockers.set(row.id, row));
    return true;
  }

  locker(id: string): LockerRow | null {
    return this.#contents.lockers.get(id) ?? null;
  }

  setLockerTries(id: string, wrong: number, triedAt: number): void {
    this.#changeLocker(id, { wrong, triedAt });
  }

  claimLocker(id: string, browser: string, at: number): boolean {
    const claim = this.locker(id)?.claim;
    if (claim?.browser !== '') return false;
    this.#changeLocker(id, { claim: { ...claim, browser, at } });
    return true;
  }

  freeLocker(id: string): void {
    const claim = this.locker(id)?.claim;
    if (claim) this.#changeLocker(id, { claim: { ...claim, browser: '', at: 0 } });
  }

  destroyLocker(id: string): void {
    this.#changeLocker(id, { share: '', verifierHash: '' });
  }

  #changeLocker(id: string, changed: Partial<LockerRow>): void {
    const row = this.locker(id);
    if (row) this.#write(({ lockers }) => lockers.set(id, { ...row, ...changed }));
  }

  receiptHead(author: string): ReceiptHead | null {
    return this.#contents.heads.get(author) ?? null;
  }

  setReceiptHead(author: string, head: ReceiptHead): void {
    this.#write(({ heads }) => heads.set(author, head));
  }

  forgetReceipts(author: string): void {
    this.#write(({ heads }) => heads.delete(author));
  }

  sweep(now: number): number {
    const expired = [...this.#contents.events.values()].filter(({ event }) => isExpired(event, now));
    this.transact(() => {
      for (const { event } of expired) this.deleteById(event.id);
      this.#write(({ claims, authorizations, lockers }) => {
        for (const [id, row] of lockers) if (row.expires <= now) lockers.delete(id);
        for (const table of [claims, authorizations]) {
          for (const [key, expires] of table) if (expires <= now) table.delete(key);
        }
      });
    });
    return expired.length;
  }
}

/** The commit reported a failure after its bytes had reached the disk. */
class StoredAnyway extends HaleError {}

/** 52 bits of the id: in its order, and a safe number. */
const rowOf = (id: string): number => Number.parseInt(id.slice(0, 13), 16);

function isExpired(event: VerifiedEvent, now: number | undefined): boolean {
  const expiration = tagValue(event, 'expiration');
  return now !== undefined && expiration !== null && /^[0-9]{1,15}$/.test(expiration) && Number(expiration) <= now;
}

function copyOf(contents: Contents): Contents {
  return {
    events: new Map(contents.events),
    members: new Map(contents.members),
    claims: new Map(contents.claims),
    authorizations: new Map(contents.authorizations),
    heads: new Map(contents.heads),
    lockers: new Map(contents.lockers),
    managed: new Map(contents.managed),
  };
}
