import {
  type Filter,
  fromHex,
  HaleError,
  KINDS,
  matchFilter,
  newestFirst,
  tagValue,
  tokenEpochOf,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  type AuthorRow,
  addressOf,
  ChangeLog,
  countedBytes,
  type DeletionReason,
  type EmergencyOpening,
  type EmergencyRow,
  type EmergencyStore,
  type EventRef,
  type Gate,
  gateOf,
  type HealthLinkRow,
  type HealthLinkStore,
  isCounted,
  type LockerRow,
  type ManagedRow,
  parseAccess,
  type ReceiptHead,
  type RelayStore,
  type RetireRule,
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
  healthLinks: Map<string, HealthLinkRow>;
  /** By `id version file part`. */
  healthParts: Map<string, string>;
  emergencies: Map<string, EmergencyRow>;
  /** By `id round part`. */
  emergencyParts: Map<string, string>;
  /** By `id number`. */
  openings: Map<string, EmergencyOpening>;
  ends: Map<string, number>;
  /** By `key epoch`: tokens taken by members, vouches given by clinics. */
  taken: Map<string, number>;
  vouched: Map<string, number>;
  spent: Map<string, { epoch: number; mark: string }>;
  authors: Map<string, Omit<AuthorRow, 'bytes'>>;
  deleted: Map<DeletionReason, number>;
  managed: Map<string, ManagedRow>;
}

const empty = (): Contents => ({
  events: new Map(),
  members: new Map(),
  claims: new Map(),
  authorizations: new Map(),
  heads: new Map(),
  lockers: new Map(),
  healthLinks: new Map(),
  healthParts: new Map(),
  emergencies: new Map(),
  emergencyParts: new Map(),
  openings: new Map(),
  ends: new Map(),
  taken: new Map(),
  vouched: new Map(),
  spent: new Map(),
  authors: new Map(),
  deleted: new Map(),
  managed: new Map(),
});

/** The port in the fewest words: every query walks over everything. The model beside SQLite, and the disk that fails. */
export class MemoryRelayStore implements RelayStore {
  /** Faults for the commits to come, the first for the next. */
  readonly faults: CommitFault[] = [];
  /** Transactions that came to their commit, failed ones too. */
  commits = 0;
  readonly changes = new ChangeLog();
  #contents: Contents = empty();
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

  deleteById(id: string, reason?: DeletionReason): boolean {
    const found = this.get(id);
    if (!found) return false;
    this.changes.touch(id, found.created_at);
    return this.#write(({ events, deleted }) => {
      if (reason !== undefined) deleted.set(reason, (deleted.get(reason) ?? 0) + 1);
      return events.delete(id);
    });
  }

  /** How many events went for that reason. */
  deletedFor(reason: DeletionReason): number {
    return this.#contents.deleted.get(reason) ?? 0;
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

  eventAt(row: number, now: number): VerifiedEvent | null {
    for (const { event } of this.#contents.events.values())
      if (rowOf(event.id) === row) return isExpired(event, now) ? null : event;
    return null;
  }

  jsonAt(row: number, now: number): string | null {
    const event = this.eventAt(row, now);
    return event && JSON.stringify(event);
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

  addMember(pubkey: string, since: number, until?: number): void {
    this.#write(({ members, ends }) => {
      const before = ends.get(pubkey);
      if (until === undefined) ends.delete(pubkey);
      else if (!members.has(pubkey) || before !== undefined) ends.set(pubkey, Math.max(before ?? 0, until));
      members.set(pubkey, members.get(pubkey) ?? since);
    });
  }

  removeMember(pubkey: string): void {
    this.#write(({ members, ends }) => {
      members.delete(pubkey);
      ends.delete(pubkey);
    });
  }

  memberUntil(pubkey: string): number | null {
    return this.#contents.ends.get(pubkey) ?? null;
  }

  takeVouch(clinic: string, epoch: number, max: number): boolean {
    return this.#count('vouched', `${clinic} ${epoch}`, 1, max) !== null;
  }

  countTokens(member: string, epoch: number, count: number, max: number): number | null {
    return this.#count('taken', `${member} ${epoch}`, count, max);
  }

  #count(table: 'taken' | 'vouched', key: string, add: number, max: number): number | null {
    const count = (this.#contents[table].get(key) ?? 0) + add;
    if (count > max) return null;
    this.#write((contents) => contents[table].set(key, count));
    return max - count;
  }

  passTokens(from: string, to: string): void {
    if (from === to) return;
    this.#write(({ taken }) => {
      for (const [key, count] of [...taken]) {
        const [member, epoch] = key.split(' ');
        if (member !== from) continue;
        taken.delete(key);
        taken.set(`${to} ${epoch}`, (taken.get(`${to} ${epoch}`) ?? 0) + count);
      }
    });
  }

  spendToken(epoch: number, hash: string, mark: string): 'new' | 'same' | 'other' {
    const before = this.#contents.spent.get(hash);
    if (before) return before.mark === mark ? 'same' : 'other';
    this.#write(({ spent }) => spent.set(hash, { epoch, mark }));
    return 'new';
  }

  author(pubkey: string): AuthorRow | null {
    const row = this.#contents.authors.get(pubkey);
    return row ? { ...row, bytes: this.countedBytesOf(pubkey) } : null;
  }

  countedBytesOf(author: string): number {
    const own = [...this.#contents.events.values()].filter(({ event }) => event.pubkey === author);
    return own.reduce((sum, { event }) => (isCounted(event.kind) ? sum + countedBytes(event) : sum), 0);
  }

  allot(author: string, bytes: number, promised: number | null): AuthorRow {
    const before = this.#contents.authors.get(author) ?? { allotted: 0, promised: 0 };
    const longer = before.promised === null || promised === null ? null : Math.max(before.promised, promised);
    const row = { allotted: before.allotted + bytes, promised: longer };
    this.#write(({ authors }) => authors.set(author, row));
    return { ...row, bytes: this.countedBytesOf(author) };
  }

  forgetAuthor(author: string): void {
    this.#write(({ authors }) => authors.delete(author));
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

  readonly healthLinks: HealthLinkStore = {
    add: (row) => {
      if (this.#contents.healthLinks.has(row.id)) return false;
      this.#write(({ healthLinks }) => healthLinks.set(row.id, row));
      return true;
    },
    get: (id) => this.#contents.healthLinks.get(id) ?? null,
    change: (id, changed) => {
      const row = this.#contents.healthLinks.get(id);
      if (row) this.#write(({ healthLinks }) => healthLinks.set(id, { ...row, ...changed }));
    },
    units: (id, version) =>
      [...this.#contents.healthParts]
        .filter(([key]) => key.startsWith(`${id} ${version} `))
        .reduce((sum, [, text]) => sum + text.length, 0),
    putPart: (id, version, file, part, text) => {
      this.#write(({ healthParts }) => healthParts.set([id, version, file, part].join(' '), text));
    },
    file: (id, version, file, parts) => {
      const texts = Array.from({ length: parts }, (_, part) =>
        this.#contents.healthParts.get([id, version, file, part].join(' ')),
      );
      return texts.includes(undefined) ? null : texts.join('');
    },
    keepParts: (id, version) => {
      this.#write(({ healthParts }) => {
        for (const key of healthParts.keys())
          if (key.startsWith(`${id} `) && key.split(' ')[1] !== String(version)) healthParts.delete(key);
      });
    },
    sweep: (now) => {
      this.#write(({ healthLinks, healthParts }) => {
        for (const { id, expires } of healthLinks.values()) {
          if (expires > now) continue;
          healthLinks.delete(id);
          for (const key of healthParts.keys()) if (key.startsWith(`${id} `)) healthParts.delete(key);
        }
      });
    },
  };

  readonly emergencies: EmergencyStore = {
    add: (row) => {
      if (this.#contents.emergencies.has(row.id)) return false;
      this.#write(({ emergencies }) => emergencies.set(row.id, row));
      return true;
    },
    get: (id) => this.#contents.emergencies.get(id) ?? null,
    change: (id, changed) => {
      const row = this.#contents.emergencies.get(id);
      if (row) this.#write(({ emergencies }) => emergencies.set(id, { ...row, ...changed }));
    },
    putPart: (id, round, part, text) => {
      this.#write(({ emergencyParts }) => emergencyParts.set([id, round, part].join(' '), text));
    },
    units: (id, round) =>
      [...this.#contents.emergencyParts]
        .filter(([key]) => key.startsWith(`${id} ${round} `))
        .reduce((sum, [, text]) => sum + text.length, 0),
    text: (id, round, parts) => {
      const texts = Array.from({ length: parts }, (_, part) =>
        this.#contents.emergencyParts.get([id, round, part].join(' ')),
      );
      return texts.includes(undefined) ? null : texts.join('');
    },
    keepParts: (id, round) => {
      this.#write(({ emergencyParts }) => {
        for (const key of emergencyParts.keys())
          if (key.startsWith(`${id} `) && key.split(' ')[1] !== String(round)) emergencyParts.delete(key);
      });
    },
    addOpening: (id, opening) => {
      this.#write(({ openings }) => openings.set(`${id} ${opening.number}`, opening));
    },
    openings: (id) =>
      [...this.#contents.openings]
        .flatMap(([key, opening]) => (key.startsWith(`${id} `) ? [opening] : []))
        .sort((a, b) => a.number - b.number),
    endOpening: (id, number, until) => {
      const key = `${id} ${number}`;
      const opening = this.#contents.openings.get(key);
      if (opening) this.#write(({ openings }) => openings.set(key, { ...opening, until }));
    },
    sweep: (now) => {
      this.#write(({ emergencies, emergencyParts, openings }) => {
        for (const { id, expires } of emergencies.values()) {
          if (expires > now) continue;
          emergencies.delete(id);
          for (const table of [emergencyParts, openings])
            for (const key of table.keys()) if (key.startsWith(`${id} `)) table.delete(key);
        }
      });
    },
  };

  receiptHead(author: string): ReceiptHead | null {
    return this.#contents.heads.get(author) ?? null;
  }

  setReceiptHead(author: string, head: ReceiptHead): void {
    this.#write(({ heads }) => heads.set(author, head));
  }

  forgetReceipts(author: string): void {
    this.#write(({ heads }) => heads.delete(author));
  }

  retire({ kinds, except, before, promised, now }: RetireRule, max: number): number {
    const old = [...this.#contents.events.values()].filter(({ event, gate }) => {
      const isNamed = kinds.includes(event.kind);
      if (event.created_at >= before || (except ? isNamed || gate !== 'open' : !isNamed)) return false;
      if (!promised) return true;
      const promise = this.#contents.authors.get(event.pubkey)?.promised ?? null;
      return promise !== null && event.created_at < now - promise;
    });
    const going = old.slice(0, max);
    this.transact(() => {
      for (const { event } of going) this.deleteById(event.id, 'retention');
    });
    return going.length;
  }

  sweep(now: number): number {
    const expired = [...this.#contents.events.values()].filter(({ event }) => isExpired(event, now));
    const epoch = tokenEpochOf(now);
    this.transact(() => {
      for (const { event } of expired) this.deleteById(event.id, 'expired');
      this.healthLinks.sweep(now);
      this.emergencies.sweep(now);
      this.#write(({ claims, authorizations, lockers, members, ends, taken, vouched, spent }) => {
        for (const [key, until] of ends) {
          if (until > now) continue;
          ends.delete(key);
          members.delete(key);
        }
        for (const table of [taken, vouched]) {
          for (const key of table.keys()) if (Number(key.split(' ')[1]) < epoch) table.delete(key);
        }
        for (const [hash, token] of spent) if (token.epoch < epoch - 1) spent.delete(hash);
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
  const copies = Object.entries(contents).map(([name, table]) => [name, new Map(table as Map<string, unknown>)]);
  return Object.fromEntries(copies) as Contents;
}
