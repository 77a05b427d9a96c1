// What this vault does of several custodians' care for one subject: it tells the others what it writes, takes up what they write, and sees to it
// that a stop of anybody's counts. specs/custody.md §5
import { type AccessEntry, accessList, LIMITS, planEpochAdvance, readerOf } from '@hale/consent';
import { dayStart, toHex } from '@hale/kernel';
import type { CatalogueEntry, GrantEntryRecord, StreamEntry } from '../catalogue.ts';
import type { Grants } from '../grants.ts';
import { LogWriter } from '../log.ts';
import type { OpenStream } from '../streams.ts';
import type { Vault } from '../vault.ts';
import {
  activeGrants,
  type Household,
  type HouseholdFact,
  householdKeys,
  householdOf,
  isSameValue,
  isSubjectSetting,
  laneGeneration,
  laneOf,
  type SharedGrant,
} from './household.ts';

/** The setting that says that a subject has several custodians. */
export const sharedName = (subject: string): string => `custody/${subject}`;

export class Custody {
  readonly #vault: Vault;
  readonly #grants: Grants;
  readonly #own: string;
  readonly #logs = new Map<string, LogWriter>();
  readonly #folded = new Map<string, { length: number; household: Household }>();
  #isTaking = false;

  /** @param own this person's npub, hex */
  constructor(vault: Vault, grants: Grants, own: string) {
    this.#vault = vault;
    this.#grants = grants;
    this.#own = own;
    vault.afterRecording = (entries) => this.#mirror(entries);
    grants.beforeCutting = (stream) => this.#followForeign(stream);
    grants.besides = (author, now) => this.#readersBesides(author, now);
  }

  isShared(subject: string): boolean {
    return this.#vault.state.settings.get(sharedName(subject)) === true;
  }

  /** Subjects with several custodians. */
  shared(): string[] {
    return [...this.#vault.state.subjects.values()]
      .filter(({ id, removed }) => !removed && this.isShared(id))
      .map(({ id }) => id);
  }

  log(subject: string): LogWriter {
    const known = this.#logs.get(subject);
    if (known) return known;
    const { secret } = this.#vault.subject(subject);
    const { authorSecret, stream } = householdKeys(secret);
    const { store, clock, random } = this.#vault;
    const generation = () => laneGeneration(this.#vault.laneOf(subject), this.#vault.state.generation);
    const log = new LogWriter({ store, clock, random, generation }, stream, authorSecret);
    this.#logs.set(subject, log);
    return log;
  }

  logOf(author: string): { subject: string; log: LogWriter } | undefined {
    for (const subject of this.shared()) {
      const log = this.log(subject);
      if (toHex(log.stream.author) === author) return { subject, log };
    }
    return undefined;
  }

  household(subject: string): Household {
    const log = this.log(subject);
    const { length } = this.#vault.store.logEvents(log.number);
    const known = this.#folded.get(subject);
    if (known?.length === length) return known.household;
    const household = householdOf(log.entries());
    this.#folded.set(subject, { length, household });
    return household;
  }

  /** Says something to all custodians, in the caller's transaction. */
  say(subject: string, facts: readonly HouseholdFact[]): void {
    if (facts.length === 0) return;
    const at = this.#vault.clock.nowMicros();
    const lane = this.#vault.laneOf(subject);
    this.log(subject).append(facts.map((fact) => ({ ...fact, lane, at })));
  }

  /** From now on there may be others: everything of the subject that a catalogue holds is told, in the caller's transaction. */
  begin(subject: string): void {
    if (this.isShared(subject)) return;
    this.#vault.record([{ type: 'setting', name: sharedName(subject), value: true }]);
    const { state } = this.#vault;
    const entries: CatalogueEntry[] = [
      ...state.streams.values(),
      ...state.origins.values(),
      ...[...state.settings].map(([name, value]) => ({ type: 'setting' as const, name, value })),
      ...this.#vault
        .streams(subject)
        .map(({ entry: { n }, epoch }) => ({ type: 'epoch' as const, subject, n, epoch, at: 0 })),
      ...[...state.grants.values()].filter(({ id }) => !state.ends.has(id)),
    ];
    this.say(
      subject,
      entries.flatMap((entry) => this.#factOf(subject, entry) ?? []),
    );
  }

  /** Before a subject is taken up: what an earlier time with it left in the catalogue, in the caller's transaction. */
  clear(subject: string): void {
    const left = [...this.#vault.state.settings].filter(
      ([name, value]) => value !== null && isSubjectSetting(subject, name),
    );
    if (left.length > 0) this.#vault.record(left.map(([name]) => ({ type: 'setting', name, value: null })));
    this.forget();
  }

  /** What the catalogue says of shared subjects goes to their logs too. */
  #mirror(entries: readonly CatalogueEntry[]): void {
    if (this.#isTaking) return;
    for (const subject of this.shared())
      this.say(
        subject,
        entries.flatMap((entry) => this.#factOf(subject, entry) ?? []),
      );
  }

  #factOf(subject: string, entry: CatalogueEntry): HouseholdFact | null {
    switch (entry.type) {
      case 'stream':
        return entry.subject === subject && this.#isOwn(subject, entry.n) ? { type: 'stream', entry } : null;
      case 'origin':
        return entry.subject === subject && this.#isOwn(subject, entry.n) ? { type: 'origin', entry } : null;
      case 'epoch':
        return entry.subject === subject ? { type: 'epoch', n: entry.n, epoch: entry.epoch } : null;
      case 'setting':
        return isSubjectSetting(subject, entry.name) ? entry : null;
      case 'grant':
        return entry.subject === subject ? this.#sharedGrant(entry) : null;
      case 'grant-end':
        return this.#vault.state.grants.get(entry.id)?.subject === subject ? { type: 'grant-end', id: entry.id } : null;
      default:
        return null;
    }
  }

  #isOwn(subject: string, n: number): boolean {
    return laneOf(n) === this.#vault.laneOf(subject);
  }

  #sharedGrant({ id, key, to, recipient, subject, scope, streams }: GrantEntryRecord): SharedGrant {
    const open = streams.flatMap(({ key: name }) => this.#vault.findStream(subject, name) ?? []);
    const { from, until, purpose } = scope as { from: number; until: number | null; purpose: { text: string } };
    return {
      ...{ type: 'grant', id, by: this.#own, to, recipient, purpose: purpose.text, from, until },
      streams: open.map(({ entry }) => entry.n),
      readers: open.map(({ author }) => [toHex(author), readerOf(key, toHex(author))]),
    };
  }

  /** Readers of an author whom another custodian let in. */
  #readersBesides(author: string, now: number): AccessEntry[] | null {
    const shared = this.shared();
    const all = shared.flatMap((subject) => this.#vault.streams(subject));
    const stream = all.find((each) => toHex(each.author) === author);
    if (!stream) return null;
    const most = dayStart(now / 1e6) + LIMITS.accessSecondsMax;
    return activeGrants(this.household(stream.entry.subject), now)
      .filter(({ by }) => by !== this.#own)
      .flatMap(({ readers, until }) =>
        readers
          .filter(([of]) => of === author)
          .map(([, reader]) => ({ reader, until: until === null ? most : Math.min(most, Math.floor(until / 1e6)) })),
      );
  }

  /**
   * Brings the catalogue up to what the log says: series, epochs, settings of the others, and stops of own grants. Changes nothing where all is
   * as it should be, so that it may be called at any time. True: there are authors that were not known before.
   */
  reconcile(subject: string): boolean {
    const household = this.household(subject);
    const before = this.#vault.streams(subject).length + this.#vault.state.settings.size;
    this.#isTaking = true;
    try {
      this.#vault.change(() => {
        for (const entry of household.streams.values())
          if (!this.#isOwn(subject, entry.n)) this.#takeStream(subject, entry);
        for (const [n, epoch] of household.epochs) this.#followEpoch(subject, n, epoch);
        const { settings, origins } = this.#vault.state;
        const changed = [...household.settings].filter(
          ([name, value]) =>
            isSubjectSetting(subject, name) && settings.get(name) !== value && !isSameValue(settings.get(name), value),
        );
        if (changed.length > 0) this.#vault.record(changed.map(([name, value]) => ({ type: 'setting', name, value })));
        const fresh = household.origins.filter((entry) => {
          const known = origins.get(`${subject}/${entry.n}/${entry.source}`);
          return entry.subject === subject && !this.#isOwn(subject, entry.n) && known?.at !== entry.at;
        });
        if (fresh.length > 0) this.#vault.record(fresh);
      });
    } finally {
      this.#isTaking = false;
    }
    this.#obeyStops(subject, household);
    return this.#vault.streams(subject).length + this.#vault.state.settings.size !== before;
  }

  /** Another home's series: its name tells it apart from one that this home may have of the same name. */
  #takeStream(subject: string, told: StreamEntry): void {
    const entry: StreamEntry = { ...told, subject, key: `${told.key}~${laneOf(told.n)}`, device: null };
    const known = this.#vault.state.streams.get(`${subject}/${told.n}`);
    if (known && (isSameValue(known, entry) || (known.removed && told.removed))) return;
    const open = this.#vault.streams(subject).find((stream) => stream.entry.n === told.n);
    if (told.removed && open) this.#vault.eraseStreams([open]);
    else this.#vault.takeStream(entry);
  }

  #followEpoch(subject: string, n: number, epoch: number): void {
    const stream = this.#vault.streams(subject).find((each) => each.entry.n === n);
    if (stream && epoch > stream.epoch) this.#beginEpoch(stream, epoch);
  }

  /** An epoch that any custodian began: from here on for this home and its readers too. */
  #beginEpoch(stream: OpenStream, epoch: number): void {
    const now = this.#vault.clock.nowMicros();
    const remaining = this.#grants.concerned(stream).map(({ owner }) => owner);
    const { tokens } = planEpochAdvance({ ...this.#grants.view(stream), epoch: epoch - 1 }, remaining, now);
    this.#vault.change(() => {
      for (const { grantId, entries } of tokens) this.#grants.append(this.#grants.get(grantId), entries);
      this.#vault.advanceEpoch(stream, epoch);
    });
  }

  /** Tiles came that another custodian's home published: nobody here gave the tokens for them on the way. */
  #followForeign(stream: OpenStream): void {
    if (!this.#vault.isForeign(stream)) return;
    const sealed = Math.max(0, ...this.#vault.store.epochsOf(stream.number));
    if (sealed > stream.epoch) this.#beginEpoch(stream, sealed);
    for (const grant of this.#grants.concerned(stream)) this.#grants.append(grant, this.#grants.tokensAhead(grant));
  }

  /** Lists of a subject's series that say something else by now: another custodian let somebody in or shut him out, or her time is over. */
  restate(subject: string): void {
    const { store, clock } = this.#vault;
    const now = clock.nowMicros();
    const owners = this.#grants.all().map((grant) => grant.owner);
    for (const stream of this.#vault.streams(subject)) {
      const author = toHex(stream.author);
      const list = accessList(author, owners, now);
      const wanted = [...list, ...(this.#readersBesides(author, now) ?? [])].map(({ reader }) => reader);
      const tags = store.accessEvent(author)?.tags ?? [];
      const stated = tags.flatMap(([name, reader]) => (name === 'reader' ? [reader] : []));
      if (wanted.sort().join() !== stated.sort().join()) this.#vault.change(() => this.#grants.putAccess(author, list));
    }
  }

  /** Deny wins: what anybody stopped ends here too, and lists go out without who was shut out. */
  #obeyStops(subject: string, { grants }: Household): void {
    for (const { id, by, stoppedBy } of grants)
      if (by === this.#own && stoppedBy !== null && !this.#vault.state.ends.has(id) && this.#vault.state.grants.has(id))
        this.#grants.end(id, 'revoked', false);
    this.restate(subject);
  }

  /**
   * Stops a grant of whichever custodian, from here: the next epochs, lists without its reader, and the word to the one who gave it.
   * False: no such grant.
   */
  stop(subject: string, id: string): boolean {
    const grant = this.household(subject).grants.find((each) => each.id === id);
    if (!grant) return false;
    if (grant.by === this.#own && !this.#vault.state.ends.has(id)) this.#grants.end(id, 'revoked', false);
    this.#vault.change(() => {
      this.say(subject, [{ type: 'stop', id, by: this.#own }]);
      for (const n of grant.by === this.#own ? [] : grant.streams) {
        const stream = this.#vault.streams(subject).find((each) => each.entry.n === n);
        if (stream) this.#beginEpoch(stream, stream.epoch + 1);
      }
    });
    this.restate(subject);
    return true;
  }

  forget(): void {
    this.#logs.clear();
    this.#folded.clear();
  }
}
