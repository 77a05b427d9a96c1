// Grants on the owner's side: issuing, the tokens and clips that go out just before tiles do, renewing, heads, ending.
// What to do is planned by the consent room; here it is applied, each time in one transaction and in the order that the relays will see.
import {
  type AccessEntry,
  accessDate,
  accessList,
  type ChangedDay,
  clipNeeds,
  entryValue,
  expiredGrants,
  type GrantEntry,
  grantedSlots,
  isActive,
  LIMITS,
  type MoreEntry,
  ownerGrant,
  parseEntry,
  parseScope,
  planGrant,
  planHeads,
  planLeases,
  planRevocation,
  type RevocationStep,
  type Scope,
  type StreamPreview,
  type StreamView,
  slotsDue,
  withEntries,
} from '@hale/consent';
import {
  dayStart,
  type EventTemplate,
  HaleError,
  KINDS,
  type Level,
  schnorrPublic,
  slotOf,
  slotStart,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { copiesAuthor, copiesSecret, grantAuthor, grantSecret, signEvent } from '@hale/kernel/seal';
import type { GrantEndEntry, GrantEntryRecord } from './catalogue.ts';
import { clipsFor, firstClip, foreignClips } from './clips.ts';
import type { GrantFaults, GrantWish, IssuedGrant, NewGrant, PlannedGrant } from './grant-wish.ts';
import { changedDay, unstatedDays } from './heads.ts';
import { HEAD_DAYS_PER_STEP } from './limits.ts';
import { LogWriter } from './log.ts';
import { deleteLogEvents, eventsOf, vanishLog } from './log-deletion.ts';
import type { TileRow } from './ports.ts';
import { consentFor } from './records/copies/consent.ts';
import { LEVELS, levelNumber, type OpenStream } from './streams.ts';
import type { Vault } from './vault.ts';

/** All copies of a grant lie in its first round: pages are written anew one by one. */
const COPIES_ROUND = 0;

export class Grants {
  readonly #vault: Vault;
  readonly #faults: GrantFaults;
  readonly #grants = new Map<string, IssuedGrant>();
  /** Readers whom another custodian of the same subject let in; null: there is none. Every list that goes out names them as well. */
  besides: (author: string, now: number) => AccessEntry[] | null = () => null;
  /** Told of a stream into which tiles of another home came. */
  beforeCutting: (stream: OpenStream) => void = () => {};
  #isEnding = false;
  /** Writes the records of a grant that was just made, in its transaction. */
  afterWriting: (grant: IssuedGrant) => void = () => {};
  /** Days of old data whose head a grant still owes its reader. Of days that change, the head is stated when they are recorded (heads.ts). */
  readonly #owedHeads = new Map<string, { stream: OpenStream; level: Level; day: number }[]>();

  constructor(vault: Vault, faults: GrantFaults = {}) {
    this.#vault = vault;
    this.#faults = faults;
    this.reload();
    vault.beforeSealing = () => this.endExpired();
    vault.beforePublishing = (stream, rows) => this.#beforePublishing(stream, rows);
    vault.afterFailure = () => this.reload();
    vault.afterAbsorbing = (streams) => vault.change(() => this.#cutAgain(streams));
  }

  reload(): void {
    this.#grants.clear();
    this.#owedHeads.clear();
    for (const record of this.#vault.state.grants.values()) this.#grants.set(record.id, this.#load(record));
  }

  #load(record: GrantEntryRecord): IssuedGrant {
    const { log, identity } = this.#open(record.id, record.key);
    const entries = log.entries().flatMap(({ value }) => parseEntry(value) ?? []);
    const owner = ownerGrant(identity, parseScope(record.scope), entries);
    const end = this.#vault.state.ends.get(record.id);
    const copies = this.#copiesLog(record);
    const grant = { record, log, copies, owner: end && owner.ended === null ? { ...owner, ended: end.at } : owner };
    if (isActive(grant.owner, this.#vault.clock.nowMicros())) this.#oweUnstated(grant, entries);
    return grant;
  }

  #open(grantId: string, grantKey: Uint8Array) {
    const authorSecret = grantAuthor(this.#vault.keys.catalogueSecret, grantId);
    const log = this.#logOf(authorSecret, grantSecret(grantKey));
    return { log, identity: { grantId, grantKey, grantAuthor: toHex(log.stream.author) } };
  }

  #logOf(authorSecret: Uint8Array, secret: Uint8Array): LogWriter {
    const { store, clock, random } = this.#vault;
    const rooms = { store, clock, random, generation: () => this.#vault.state.generation };
    return new LogWriter(rooms, { author: schnorrPublic(authorSecret), secret }, authorSecret);
  }

  #copiesLog({ id, key, records }: GrantEntryRecord): LogWriter | null {
    if (records === undefined) return null;
    const authorSecret = copiesAuthor(this.#vault.keys.catalogueSecret, id, COPIES_ROUND);
    return this.#logOf(authorSecret, copiesSecret(key, COPIES_ROUND));
  }

  /** All logs that grants write: their own, and those of copies. */
  logs(): LogWriter[] {
    return this.all().flatMap(({ log, copies }) => (copies ? [log, copies] : [log]));
  }

  all(): IssuedGrant[] {
    return [...this.#grants.values()];
  }

  get(id: string): IssuedGrant {
    const found = this.#grants.get(id) ?? this.all().find(({ record }) => id.length >= 4 && record.id.startsWith(id));
    if (!found) throw new HaleError('not-found', 'no such grant; `hale grants --all` shows them');
    return found;
  }

  active(): IssuedGrant[] {
    const now = this.#vault.clock.nowMicros();
    return this.all().filter(({ owner }) => isActive(owner, now));
  }

  /** What the consent room needs to know of a stream. */
  view(stream: OpenStream): StreamView {
    const { key, kind, title, ucum, factor, origin, loinc, nominalPeriodMicros, edges } = stream.entry;
    const epochs = this.#vault.store.epochsOf(stream.number);
    return {
      streamKey: key,
      author: toHex(stream.author),
      secret: stream.secret,
      grid: stream.grid,
      epoch: stream.epoch,
      epochs,
      kind,
      title,
      ucum,
      factor,
      origin,
      loinc,
      nominalPeriodMicros,
      edges,
    };
  }

  #views(subject: string, scope: Scope): StreamView[] {
    return scope.streams.map(({ streamKey }) => this.view(this.#vault.stream(subject, streamKey)));
  }

  /** What a grant would open, without making it. */
  preview(wish: GrantWish): StreamPreview[] {
    const { identity } = this.#open('preview', new Uint8Array(32));
    return planGrant({
      ...identity,
      scope: wish.scope,
      streams: this.#views(wish.subject, wish.scope),
      names: wish.names,
      now: this.#vault.clock.nowMicros(),
    }).preview;
  }

  /** Makes a grant. Its catalogue entry, its stream and the access events are queued in this order. */
  issue(wish: GrantWish): NewGrant {
    const { random, clock } = this.#vault;
    const id = toHex(random.bytes(8));
    const key = wish.key ?? random.bytes(32);
    const now = clock.nowMicros();
    const { sentence = '' } = wish;
    return this.#vault.change(() => {
      const record: GrantEntryRecord = {
        type: 'grant',
        id,
        key,
        how: wish.how,
        to: wish.to,
        recipient: wish.recipient,
        recipientText: wish.recipientText,
        classic: wish.classic,
        subject: wish.subject,
        scope: wish.scope,
        streams: wish.scope.streams.map(({ streamKey, level }) => ({ key: streamKey, level })),
        at: now,
        wrapKeyNumber: this.#vault.state.grants.size,
        ...(wish.locker ? { locker: wish.locker } : {}),
        ...(wish.idleMonths === undefined ? {} : { idleMonths: wish.idleMonths, as: wish.names.subject }),
        ...(wish.records
          ? { records: wish.records, consent: consentFor(wish.records, { ...wish, sentence, grantId: id, now }) }
          : sentence === ''
            ? {}
            : { sentence }),
      };
      this.#vault.record([record]);
      return this.#writeOut(record, wish.scope, wish.names, wish.sentenceGiven);
    });
  }

  /** Everything that a grant's own stream begins with, and the lists that let its reader in. */
  #writeOut(record: GrantEntryRecord, scope: Scope, names: GrantWish['names'], sentence = ''): NewGrant {
    const { log, identity } = this.#open(record.id, record.key);
    const streams = this.#views(record.subject, scope);
    const plan = planGrant({ ...identity, scope, streams, names, sentence, now: this.#vault.clock.nowMicros() });
    const copies = this.#copiesLog(record);
    const grant = { record, log, copies, owner: plan.grant };
    this.#grants.set(record.id, grant);
    log.append([
      ...plan.entries.map(entryValue),
      ...plan.clips.flatMap((need) => firstClip(this.#vault, record.subject, need)),
    ]);
    this.append(grant, this.tokensAhead(grant));
    if (record.idleMonths !== undefined) this.append(grant, [{ type: 'idle', months: record.idleMonths }]);
    if (copies) this.append(grant, [{ type: 'copies', round: COPIES_ROUND, author: toHex(copies.stream.author) }]);
    if (copies) this.afterWriting(grant);
    this.#oweUnstated(grant, []);
    this.#renewAccess(grant);
    return { grant, preview: plan.preview };
  }

  /**
   * What another home of these words had begun and cannot finish, because it is lost or has retired: grants that stand in the catalogue
   * and of whose own stream nothing came are written out here, grants that it ended are ended here too.
   * @param knownEnds ids of grants whose end this home had seen before
   */
  takeOver(knownEnds: ReadonlySet<string>): void {
    for (const [id, { reason, deleted }] of [...this.#vault.state.ends])
      if (!knownEnds.has(id) && this.#grants.has(id)) this.end(id, reason, deleted);
    for (const { record, owner } of this.active()) {
      if (
        owner.authors.length > 0 ||
        owner.copiesAuthor !== null ||
        record.streams.some(({ key }) => !this.#vault.findStream(record.subject, key))
      )
        continue;
      const name = this.#vault.state.subjects.get(record.subject)?.name ?? '';
      this.#vault.change(() => this.#writeOut(record, owner.scope, { subject: name, owner: name }));
    }
  }

  /**
   * Tokens for what is there beyond the running lease of an open-ended grant: a device or this home had a clock that ran ahead or
   * behind. Later tiles get theirs just before they go out.
   */
  tokensAhead({ record, owner }: PlannedGrant): GrantEntry[] {
    const now = this.#vault.clock.nowMicros();
    if (owner.scope.to !== null) return [];
    return record.streams.flatMap(({ key }) => {
      const stream = this.#vault.stream(record.subject, key);
      const view = this.view(stream);
      const ahead = grantedSlots(owner, view).flatMap(({ level, inner }) => {
        const lease = slotsDue(owner, view, { level, inner }, now, LIMITS.leaseDays);
        const rows = this.#vault.store.tiles(stream.number, levelNumber(level), lease.end, inner.end);
        return rows.map(({ slot, epoch }) => ({ streamKey: key, level, slot, epoch }));
      });
      return planLeases(owner, [view], ahead, now);
    });
  }

  // --- while data flows

  /** Active grants that open a stream. */
  concerned(stream: OpenStream): IssuedGrant[] {
    return this.active().filter(
      ({ record }) =>
        record.subject === stream.entry.subject && record.streams.some(({ key }) => key === stream.entry.key),
    );
  }

  /** Streams that some active grant opens. */
  streamsWithReaders(): OpenStream[] {
    const streams = new Set<OpenStream>();
    for (const { record } of this.active())
      for (const { key } of record.streams) {
        const stream = this.#vault.findStream(record.subject, key);
        if (stream) streams.add(stream);
      }
    return [...streams];
  }

  /** Is somebody waiting for this tile now? Then it goes out at once. */
  isAwaited(stream: OpenStream, level: Level, slot: number): boolean {
    return this.concerned(stream).some(({ owner }) => {
      const granted = grantedSlots(owner, { streamKey: stream.entry.key, grid: stream.grid }).find(
        (candidate) => candidate.level === level,
      );
      if (!granted) return false;
      if (slot >= granted.inner.first && slot < granted.inner.end) return true;
      return clipNeeds(owner, { streamKey: stream.entry.key, grid: stream.grid }).some(
        (need) => need.level === level && need.slot === slot,
      );
    });
  }

  /**
   * Is somebody waiting for this summary, or for one above that is computed from it? Of a grant of hours the minutes below must be
   * written too, or the hours would stand still until a slot of minutes is over.
   * @param isDue which of the levels that are waited for are to be written now
   */
  isSummaryAwaited(stream: OpenStream, level: Level, slot: number, isDue: (level: Level) => boolean): boolean {
    const start = slotStart(stream.grid, level, slot);
    return stream.grid.levels
      .slice(stream.grid.levels.indexOf(level))
      .some((above) => isDue(above) && this.isAwaited(stream, above, slotOf(stream.grid, above, start)));
  }

  /** Tokens and clips that must stand in the queue before these tiles. */
  #beforePublishing(stream: OpenStream, rows: TileRow[]): void {
    const grants = this.concerned(stream);
    if (grants.length === 0) return;
    const view = this.view(stream);
    const upcoming = rows.map((row) => ({
      streamKey: view.streamKey,
      level: LEVELS[row.level],
      slot: row.slot,
      epoch: row.epoch,
    }));
    for (const grant of grants) {
      const tokens = planLeases(grant.owner, [view], upcoming, this.#vault.clock.nowMicros());
      const clips = clipsFor(this.#vault, grant.owner, stream, rows);
      this.append(grant, [...tokens, ...clips]);
    }
  }

  #cutAgain(streams: readonly OpenStream[]): void {
    for (const stream of streams) {
      this.beforeCutting(stream);
      for (const grant of this.concerned(stream)) this.append(grant, foreignClips(this.#vault, grant.owner, stream));
    }
  }

  /** Tells the reader of a grant something more, in the caller's transaction. */
  append(grant: IssuedGrant, entries: GrantEntry[]): void {
    if (entries.length === 0) return;
    grant.log.append(entries.map(entryValue));
    grant.owner = withEntries(grant.owner, entries);
  }

  /** Tells the reader of one grant of another that was made for her. */
  pointTo(id: string, entry: MoreEntry): void {
    this.#vault.change(() => this.append(this.get(id), [entry]));
  }

  // --- heads

  #oweUnstated(grant: IssuedGrant, entries: readonly GrantEntry[]): void {
    const owed = unstatedDays(this.#vault, grant, entries);
    if (owed.length > 0) this.#owedHeads.set(grant.record.id, owed);
  }

  /** Days whose set of tiles changed: every grant that shows one says how it stands now. Part of the change that records them. */
  stateHeads(days: readonly { stream: OpenStream; changed: ChangedDay }[]): void {
    const now = this.#vault.clock.nowMicros();
    for (const grant of this.active()) {
      const concerned = days.filter(
        ({ stream }) =>
          grant.record.subject === stream.entry.subject &&
          grant.record.streams.some(({ key }) => key === stream.entry.key),
      );
      if (concerned.length > 0) this.#stateDays(grant, concerned, now);
    }
  }

  #stateDays(grant: IssuedGrant, days: readonly { stream: OpenStream; changed: ChangedDay }[], now: number): void {
    const views = [...new Set(days.map(({ stream }) => stream))].map((stream) => this.view(stream));
    this.append(
      grant,
      planHeads(
        grant.owner,
        views,
        days.map(({ changed }) => changed),
        now,
      ),
    );
  }

  /** Writes some of the heads that are owed. True when more are left. */
  writeHeads(): boolean {
    const now = this.#vault.clock.nowMicros();
    for (const [id, owed] of [...this.#owedHeads]) {
      const grant = this.#grants.get(id);
      const step = owed.slice(0, HEAD_DAYS_PER_STEP);
      if (grant && isActive(grant.owner, now))
        this.#vault.change(() => {
          const days = step.flatMap(({ stream, level, day }) =>
            this.#vault.streamByNumber(stream.number)
              ? [{ stream, changed: changedDay(this.#vault, stream, level, day) }]
              : [],
          );
          this.#stateDays(grant, days, now);
        });
      owed.splice(0, step.length);
      if (owed.length === 0) this.#owedHeads.delete(id);
    }
    this.#vault.change(() => this.#stateFirstHeads(now));
    return this.#owedHeads.size > 0;
  }

  /** A grant of cut-outs only has no day to state; an empty head says so, and that the log up to it is whole. */
  #stateFirstHeads(now: number): void {
    for (const grant of this.active())
      if (grant.owner.headNumber === 0 && !this.#owedHeads.has(grant.record.id))
        this.append(grant, [{ type: 'head', n: 1, time: now, days: [] }]);
  }

  // --- access

  #sign(secret: Uint8Array, template: EventTemplate): VerifiedEvent {
    return signEvent(template, secret, this.#vault.random.bytes(32));
  }

  /** Publishes who may fetch the tiles of an author. @param after unix seconds that the list is dated later than */
  putAccess(author: string, list: AccessEntry[], secret = this.#authorSecret(author), after?: number): void {
    if (!secret) throw new HaleError('not-found', 'no key for this author in the vault');
    const { store, clock } = this.#vault;
    const previous = store.accessEvent(author);
    const dates = [previous?.created_at, after].filter((date) => date !== undefined);
    const now = clock.nowMicros() / 1e6;
    const besides = this.besides(author, clock.nowMicros());
    const all = [...list, ...(besides ?? [])].sort((a, b) => (a.reader < b.reader ? -1 : 1));
    const tags = [['-'], ...all.map(({ reader, until }) => ['reader', reader, String(until)])];
    // Two homes write such a list: the later has to win, whatever either knows of the other's.
    const exactFrom = besides === null ? this.#vault.state.penAt / 1e6 : now;
    const event = this.#sign(secret, {
      kind: KINDS.access,
      // Also where the list before lies ahead: this clock may have been set back, and relays hold that list (C3). Dates that no relay takes
      // are put right on their refusal (redate).
      created_at: accessDate(dates.length === 0 ? null : Math.max(...dates), now, exactFrom),
      tags,
      content: '',
    });
    if (previous) store.deleteEvent(previous.id);
    store.putEvent(event);
    store.enqueue({ event, target: 'store' });
  }

  /**
   * A relay holds a list that another home, a custodian's or one of the same words, dated as late as ours or later, so that ours, which may shut
   * somebody out, does not stand: it is said again, later than that one. Whom that one lets in and ours does not yet is named again once their log tells of it.
   */
  restateAfter({ id, pubkey: author, created_at }: VerifiedEvent): void {
    const { store, clock } = this.#vault;
    const now = clock.nowMicros();
    const own = store.accessEvent(author);
    if (this.#vault.retiredBy !== null || own === null || own.id === id || own.created_at > created_at) return;
    const secret = this.#authorSecret(author);
    // Of a phone, or of custodians: not by grants is anybody let in there.
    if (!secret) return;
    const owners = this.all().map((grant) => grant.owner);
    this.#vault.change(() => this.putAccess(author, accessList(author, owners, now), secret, created_at));
  }

  /** Of a series, or of a log that grants write. */
  #authorSecret(author: string): Uint8Array | undefined {
    const stream = this.#vault.streams().find((each) => toHex(each.author) === author);
    return (stream ?? this.logs().find((log) => toHex(log.stream.author) === author))?.authorSecret;
  }

  #renewAccess({ record, owner }: IssuedGrant): void {
    const now = this.#vault.clock.nowMicros();
    const owners = this.all().map((grant) => grant.owner);
    const authors = record.streams.flatMap(({ key }) => {
      const stream = this.#vault.findStream(record.subject, key);
      return stream ? [toHex(stream.author)] : [];
    });
    if (owner.copiesAuthor !== null) authors.push(owner.copiesAuthor);
    for (const author of [...new Set(authors), owner.grantAuthor])
      this.putAccess(author, accessList(author, owners, now));
  }

  /**
   * States anew who may read what. After a restore: other relays than the source may hold an older list, and until a list of
   * this home was read back there nobody can say that they stopped serving.
   */
  restateAccess(): void {
    this.#vault.change(() => {
      const now = this.#vault.clock.nowMicros();
      const owners = this.all().map((grant) => grant.owner);
      const authors = new Set<string>();
      for (const { record, owner } of this.all()) {
        for (const { key } of record.streams) {
          const stream = this.#vault.findStream(record.subject, key);
          if (stream) authors.add(toHex(stream.author));
        }
        if (!this.#vault.state.ends.get(record.id)?.deleted) authors.add(owner.grantAuthor);
        if (owner.copiesAuthor !== null) authors.add(owner.copiesAuthor);
      }
      for (const author of authors) this.putAccess(author, accessList(author, owners, now));
    });
  }

  /** Ends what has run out: its streams go on in their next epochs, so that nothing sealed from now on opens for it. */
  endExpired(): void {
    if (this.#vault.retiredBy !== null || this.#isEnding) return;
    const owners = this.all().map((grant) => grant.owner);
    const expired = expiredGrants(owners, this.#vault.clock.nowMicros());
    if (expired.length === 0) return;
    this.#isEnding = true;
    try {
      for (const { grantId } of expired) this.end(grantId, 'expired', false);
    } finally {
      this.#isEnding = false;
    }
  }

  /** Daily: lists run out by themselves unless renewed, so that a relay out of reach stops serving. Ends what has expired. */
  renew(): void {
    const { clock, store } = this.#vault;
    const now = clock.nowMicros();
    this.endExpired();
    // Lists are dated by their day: those of a day before are due.
    const due = dayStart(now / 1e6);
    for (const grant of this.active())
      if ((store.accessEvent(grant.owner.grantAuthor)?.created_at ?? 0) < due)
        this.#vault.change(() => this.#renewAccess(grant));
  }

  // --- ending

  /** Ends a grant: next epochs, relays' lists without the reader, the notice. One transaction; nothing sealed afterwards opens for it. */
  end(id: string, reason: 'revoked' | 'expired' | 'rotated' | 'erased', vanish: boolean): IssuedGrant {
    return this.#end(this.get(id), { reason, deleted: vanish });
  }

  /** Ends a grant that nobody looked at for as long as its owner said: like one that ran out, and the catalogue says why. */
  lapse(id: string): IssuedGrant {
    const grant = this.get(id);
    const { idleMonths } = grant.record;
    return this.#end(grant, { reason: 'expired', deleted: false, ...(idleMonths === undefined ? {} : { idleMonths }) });
  }

  #end(grant: IssuedGrant, how: Pick<GrantEndEntry, 'reason' | 'deleted' | 'idleMonths'>): IssuedGrant {
    const { reason, deleted: vanish } = how;
    const now = this.#vault.clock.nowMicros();
    this.#vault.change(() => {
      const streams = grant.record.streams.flatMap(
        ({ key }) => this.#vault.findStream(grant.record.subject, key) ?? [],
      );
      const others = this.all().filter((other) => other !== grant && other.record.subject === grant.record.subject);
      const plan = planRevocation({
        grant: grant.owner,
        streams: streams.map((stream) => this.view(stream)),
        others: others.map(({ owner }) => owner),
        reason,
        vanish,
        now,
        faults: this.#faults,
      });
      for (const step of plan.steps) this.#apply(grant, step);
      grant.owner = plan.grant;
      this.#vault.record([{ type: 'grant-end', id: grant.record.id, at: now, ...how }]);
    });
    return grant;
  }

  #apply(grant: IssuedGrant, step: RevocationStep): void {
    switch (step.step) {
      case 'advance-epoch':
        for (const { grantId, entries } of step.tokens) this.append(this.get(grantId), entries);
        this.#vault.advanceEpoch(this.#vault.stream(grant.record.subject, step.streamKey));
        break;
      case 'access':
        this.putAccess(step.author, step.list);
        break;
      case 'end':
        grant.log.append([entryValue(step.entry)]);
        break;
      case 'retract':
        this.#retract(grant);
        break;
      case 'withdraw':
        if (grant.copies) deleteLogEvents(this.#vault, grant.copies, eventsOf(this.#vault, grant.copies));
        break;
      case 'vanish':
        vanishLog(this.#vault, grant.log);
        break;
    }
  }

  #retract({ log }: IssuedGrant): void {
    const last = this.#vault.store.logEvents(log.number).at(-1)?.eventId;
    deleteLogEvents(
      this.#vault,
      log,
      eventsOf(this.#vault, log).filter((id) => id !== last),
    );
  }
}
