// Grants of records on the owner's side: their copies are written when a grant is made, and kept as the owner's rule says while records, labels and
// the rule change. What must be taken away goes at once, what is new on a fixed tick, and what nobody gets writes nothing. specs/grant.md §15
import {
  CopiesLog,
  type CopiesLogEntry,
  copiedResources,
  copiesEntryValue,
  type IndexEntry,
  isActive,
  pageEntries,
  type Told,
} from '@hale/consent';
import { encodeCbor, sha256, toHex, utf8Encode } from '@hale/kernel';
import { copiesNames } from '@hale/kernel/seal';
import type { Grants, IssuedGrant } from './grants.ts';
import { deleteLogEvents, eventsOf } from './log-deletion.ts';
import { type Copy, pagesOf, pageText } from './records/copies/pages.ts';
import type { Kept, RecordPolicy } from './records/copies/policy.ts';
import {
  type CopyRoom,
  copied,
  copiesOf,
  copyName,
  type LabelsPort,
  type LeftOut,
  type Selection,
  select,
  toldOf,
} from './records/copies/selection.ts';
import type { RecordTools } from './records/format.ts';
import type { RecordEntry } from './records/model.ts';
import type { Records } from './records/records.ts';
import type { Vault } from './vault.ts';

export interface RecordWish {
  subject: string;
  policy: RecordPolicy;
  /** How the recipient is told whose records they are; '' = no name. */
  subjectName: string;
}

/** What a grant would give, before it is made; for its owner alone. */
export interface RecordPreview {
  /** In no order. */
  given: { entry: RecordEntry; copy: Copy }[];
  kept: ReadonlyMap<string, Kept>;
  told: Told;
  /** Records whose attachments are not given whole. */
  leftOut: { id: string; why: 'too-large' | 'not-here' }[];
}

type Tools = Pick<RecordTools, 'deflate' | 'inflate'>;

/** A page that is out: where it begins, and what it holds. */
interface Page {
  first: number;
  parts: number;
  packed: Uint8Array;
}

export class RecordGrants {
  readonly #vault: Vault;
  readonly #grants: Grants;
  readonly #records: Records;
  readonly #tools: Tools;
  readonly #labels: LabelsPort;
  /** By subject what changed since what is new was last written; null: anything. */
  readonly #changed = new Map<string, Set<string> | null>();
  /** The same since what is no more permitted was last taken away. */
  readonly #unchecked = new Map<string, Set<string> | null>();
  /** Told that something has to be taken away, once the transaction is over. */
  whenUrgent: () => void = () => {};

  constructor(vault: Vault, grants: Grants, records: Records, tools: Tools, labels: LabelsPort) {
    this.#vault = vault;
    this.#grants = grants;
    this.#records = records;
    this.#tools = tools;
    this.#labels = labels;
    labels.watch((subject, ids) => this.changed(subject, ids));
    grants.afterWriting = (grant) => this.#writeAll(grant);
    // What was to be taken away when the process before this one ended.
    for (const { record } of grants.all()) if (record.records) this.changed(record.subject, null);
  }

  /** Records of a subject, their labels or what may be given of them changed. @param ids null: anything may have */
  changed(subject: string, ids: readonly string[] | null): void {
    if (!this.#active().some(({ record }) => record.subject === subject)) return;
    for (const changes of [this.#changed, this.#unchecked]) {
      const known = changes.get(subject);
      changes.set(subject, ids === null || known === null ? null : new Set([...(known ?? []), ...ids]));
    }
    this.whenUrgent();
  }

  #active(): IssuedGrant[] {
    const now = this.#vault.clock.nowMicros();
    return this.#grants.all().filter(({ copies, owner }) => copies !== null && isActive(owner, now));
  }

  preview({ subject, policy, subjectName }: RecordWish): RecordPreview {
    // The names of copies are made up anew with every grant: here they only have to differ.
    const names = this.#vault.random.bytes(32);
    const room = this.#room(subject, policy, names, subjectName);
    const selection = select(this.#records, subject, policy, this.#labels);
    const leftOut: RecordPreview['leftOut'] = [];
    const note: LeftOut = (id, why) => leftOut.push({ id, why });
    const given = [...copiesOf(room, selection.given, note)];
    return { given, kept: selection.kept, told: toldOf(this.#records, subject, policy, selection), leftOut };
  }

  #room(subject: string, policy: RecordPolicy, names: Uint8Array, subjectName: string): CopyRoom {
    return { records: this.#records, labels: this.#labels, subject, policy, names, subjectName };
  }

  #roomOf({ record, owner }: IssuedGrant): CopyRoom {
    const names = copiesNames(this.#vault.keys.catalogueSecret, record.id);
    return this.#room(record.subject, record.records!, names, owner.subjectName);
  }

  #selected({ subject, policy }: CopyRoom): Selection {
    return select(this.#records, subject, policy, this.#labels);
  }

  // --- writing

  /** On a fixed tick: everything as the rule says by now. */
  tick(): void {
    if (this.#vault.retiredBy !== null || this.#changed.size === 0) return;
    this.takeAway();
    const subjects = new Set(this.#changed.keys());
    this.#changed.clear();
    for (const grant of this.#active())
      if (subjects.has(grant.record.subject)) this.#vault.change(() => this.#writeAll(grant));
  }

  #writeAll(grant: IssuedGrant): void {
    const room = this.#roomOf(grant);
    const selection = this.#selected(room);
    const copies = [...copiesOf(room, selection.given)].map(({ copy }) => copy);
    this.#write(grant, copies, toldOf(this.#records, room.subject, room.policy, selection));
  }

  /** Takes back what may be given no more, and what led to it. Nothing new goes out with it. */
  takeAway(): void {
    if (this.#vault.retiredBy !== null) return;
    const changed = new Map(this.#unchecked);
    this.#unchecked.clear();
    for (const grant of this.#active()) {
      const ids = changed.get(grant.record.subject);
      if (ids !== undefined) this.#vault.change(() => this.#reduce(grant, ids));
    }
  }

  #reduce(grant: IssuedGrant, changed: ReadonlySet<string> | null): void {
    const room = this.#roomOf(grant);
    const { pages, index } = this.#out(grant);
    if (index === null) return;
    const isOut = new Set(index.names);
    if (changed !== null && room.policy.told === 'none' && !this.#concerns(room, changed, isOut)) return;
    const selection = this.#selected(room);
    const given = new Set([...selection.given].filter((id) => isOut.has(copyName(room.names, id))));
    const left = new Map([...given].map((id) => [copyName(room.names, id), id]));
    const told = toldOf(this.#records, room.subject, room.policy, selection);
    const gone = index.names.filter((name) => !left.has(name));
    if (gone.length === 0) {
      if (!isSame(told, index.entry.told)) this.#write(grant, this.#copiesOn(pages), told);
      return;
    }
    const copies = this.#copiesOn(pages).flatMap(({ id, json }): Copy[] => {
      const record = left.get(id);
      if (record === undefined) return [];
      if (!gone.some((name) => json.includes(name))) return [{ id, json }];
      return [{ id, json: JSON.stringify(copied(room, this.#records.read(room.subject, record), given)) }];
    });
    this.#write(grant, copies, told);
  }

  /** Is any of these records, or an amendment of one, among the copies that are out? */
  #concerns({ names, subject }: CopyRoom, changed: ReadonlySet<string>, isOut: ReadonlySet<string>): boolean {
    for (const id of changed) {
      const ids = [id, ...this.#records.overlays(subject, id).map((head) => head.id)];
      if (ids.some((each) => isOut.has(copyName(names, each)))) return true;
    }
    return false;
  }

  /** What is out, as the log says. */
  #out({ copies }: IssuedGrant): { pages: Page[]; index: { entry: IndexEntry; names: string[] } | null } {
    const log = new CopiesLog();
    for (const { seq, generation, value } of copies!.entries()) log.apply(seq, generation, value);
    const entry = log.index;
    if (entry === null) return { pages: [], index: null };
    const pages = entry.pages.flatMap((first): Page[] => {
      const packed = log.page(first);
      return packed ? [{ first, parts: pageEntries(packed).length, packed }] : [];
    });
    return { pages, index: { entry, names: this.#copiesOn(pages).map(({ id }) => id) } };
  }

  #copiesOn(pages: readonly Page[]): Copy[] {
    const resources = copiedResources(
      pages.map(({ packed }) => packed),
      this.#tools.inflate,
    );
    return resources.map((resource) => ({ id: String(resource.id), json: JSON.stringify(resource) }));
  }

  /** Writes the pages that are not out already, then the index, then takes back the events of what does not count any more. */
  #write(grant: IssuedGrant, copies: readonly Copy[], told: Told): void {
    const log = grant.copies!;
    const { store, clock } = this.#vault;
    const { pages: out, index: before } = this.#out(grant);
    const known = new Map(out.map((page) => [toHex(sha256(page.packed)), page]));
    const pages = pagesOf(copies).map((page) => {
      const packed = this.#tools.deflate(utf8Encode(pageText(page)));
      return known.get(toHex(sha256(packed))) ?? this.#newPage(grant, packed);
    });
    const firsts = pages.map(({ first }) => first);
    const isUnchanged = before !== null && isSame(firsts, before.entry.pages) && isSame(told, before.entry.told);
    if (isUnchanged) return;
    const entry: IndexEntry = { type: 'index', pages: firsts, count: copies.length, told, time: clock.nowMicros() };
    const indexAt = store.nextLogSeq(log.number);
    this.#append(grant, [entry]);
    const counts = new Set([indexAt]);
    for (const { first, parts } of pages) for (let part = 0; part < parts; part++) counts.add(first + part);
    const { generation } = this.#vault.state;
    const needed = new Set(
      store
        .logEvents(log.number)
        .filter((row) => counts.has(row.seq) && (row.seq !== indexAt || row.generation === generation))
        .map(({ eventId }) => eventId),
    );
    const spent = eventsOf(this.#vault, log).filter((id) => !needed.has(id));
    if (spent.length > 0) deleteLogEvents(this.#vault, log, spent);
  }

  /** In events of its own, so that it can be taken back alone. */
  #newPage(grant: IssuedGrant, packed: Uint8Array): Page {
    const first = this.#vault.store.nextLogSeq(grant.copies!.number);
    const entries = pageEntries(packed);
    this.#append(grant, entries);
    return { first, parts: entries.length, packed };
  }

  #append(grant: IssuedGrant, entries: readonly CopiesLogEntry[]): void {
    grant.copies!.append(entries.map(copiesEntryValue));
  }
}

const isSame = (one: unknown, other: unknown): boolean => toHex(encodeCbor(one)) === toHex(encodeCbor(other));
