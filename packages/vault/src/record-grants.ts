// Grants of records on the owner's side: their copies are written when a grant is made, and kept as the owner's rule says while records, labels and
// the rule change. What must be taken away goes at once, what is new on a fixed tick, and what nobody gets writes nothing. specs/copies.md
import {
  CopiesLog,
  type CopiesLogEntry,
  type CopiesState,
  copiedResources,
  copiesEntryValue,
  type IndexEntry,
  isActive,
  pageEntries,
  type Told,
} from '@hale/consent';
import { encodeCbor, sha256, toHex, utf8Encode } from '@hale/kernel';
import { copiesNames } from '@hale/kernel/seal';
import type { IssuedGrant } from './grant-wish.ts';
import type { Grants } from './grants.ts';
import type { LogWriter } from './log.ts';
import { deleteLogEvents, eventsOf } from './log-deletion.ts';
import { type Copy, pagesOf, pageText } from './records/copies/pages.ts';
import { isWithheld, type Kept, type RecordPolicy } from './records/copies/policy.ts';
import {
  Copier,
  type CopyRoom,
  copiesOf,
  copyName,
  type LabelsPort,
  type Selection,
  select,
  toldOf,
} from './records/copies/selection.ts';
import type { RecordTools } from './records/format.ts';
import type { RecordHead, Resource } from './records/model.ts';
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
  given: RecordHead[];
  /** What would be given, were it not kept back; in no order. */
  withheld: RecordHead[];
  /** Why each of the others is not given. */
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

interface Out {
  pages: Page[];
  /** Null: nothing was written so far. */
  index: IndexEntry | null;
}

export class RecordGrants {
  readonly #vault: Vault;
  readonly #grants: Grants;
  readonly #records: Records;
  readonly #tools: Tools;
  readonly #labels: LabelsPort;
  /** Subjects of which something changed since what is new was last written. */
  readonly #changed = new Set<string>();
  /** By subject the records that changed since what is no more permitted was last taken away; null: anything. */
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
    this.#changed.add(subject);
    const known = this.#unchecked.get(subject);
    this.#unchecked.set(subject, ids === null || known === null ? null : new Set([...(known ?? []), ...ids]));
    this.whenUrgent();
  }

  #active(): IssuedGrant[] {
    const now = this.#vault.clock.nowMicros();
    return this.#grants.all().filter(({ copies, owner }) => copies !== null && isActive(owner, now));
  }

  preview(wish: RecordWish): RecordPreview {
    const room = this.#roomBefore(wish);
    const { subject, policy } = wish;
    const selection = this.#selected(room);
    const { kept } = selection;
    const heads = [...this.#records.heads(subject)];
    const given = heads.filter(({ id }) => selection.given.has(id));
    const withheld = heads.filter(({ id }) => kept.has(id) && isWithheld(kept.get(id)!));
    const leftOut: RecordPreview['leftOut'] = [];
    // Nothing else can lack something, and nothing else is worth a copy yet.
    const isCut = ({ id }: RecordHead) => selection.given.has(id) && this.#labels.worth(subject, id).hasPlaces;
    const copier = new Copier(room, selection.given, (id, why) => leftOut.push({ id, why }));
    if (policy.documents) for (const entry of this.#records.all(subject, isCut)) copier.copy(entry);
    return { given, withheld, kept, told: toldOf(this.#records, subject, policy, selection), leftOut };
  }

  /** The copies of such a grant, before it is made, and what its recipient would be told. */
  rehearse(wish: RecordWish): { copies: Resource[]; told: Told } {
    const room = this.#roomBefore(wish);
    const selection = this.#selected(room);
    const told = toldOf(this.#records, room.subject, room.policy, selection);
    return { copies: [...copiesOf(room, selection.given)], told };
  }

  /** The names of copies are made up anew with every grant: here they only have to differ. */
  #roomBefore({ subject, policy, subjectName }: RecordWish): CopyRoom {
    return this.#room(subject, policy, this.#vault.random.bytes(32), subjectName);
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
    const subjects = new Set(this.#changed);
    this.#changed.clear();
    for (const grant of this.#active())
      if (subjects.has(grant.record.subject)) this.#vault.change(() => this.#writeAll(grant));
  }

  #writeAll(grant: IssuedGrant): void {
    const room = this.#roomOf(grant);
    const selection = this.#selected(room);
    const copies = Array.from(copiesOf(room, selection.given), (copy) => ({
      id: copy.id!,
      json: JSON.stringify(copy),
    }));
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
    const out = this.#out(grant);
    if (out.index === null) return;
    const before = this.#copiesOn(out.pages);
    const names = new Set(before.map(({ id }) => String(id)));
    if (changed !== null && room.policy.told === 'none' && !this.#concerns(room, changed, names)) return;
    const selection = this.#selected(room);
    const told = toldOf(this.#records, room.subject, room.policy, selection);
    const left = new Map<string, string>();
    for (const id of selection.given) {
      const name = copyName(room.names, id);
      if (names.has(name)) left.set(name, id);
    }
    const gone = [...names].filter((name) => !left.has(name));
    if (gone.length === 0 && isSame(told, out.index.told)) return;
    const copier = new Copier(room, new Set(left.values()));
    const copies = before.flatMap((resource): Copy[] => {
      const id = String(resource.id);
      const record = left.get(id);
      if (record === undefined) return [];
      const json = JSON.stringify(resource);
      if (!gone.some((name) => json.includes(name))) return [{ id, json }];
      return [{ id, json: JSON.stringify(copier.copy(this.#records.read(room.subject, record))) }];
    });
    this.#write(grant, copies, told, out);
  }

  /** Is any of these records, or an amendment of one, among the copies that are out? */
  #concerns({ names, subject }: CopyRoom, changed: ReadonlySet<string>, isOut: ReadonlySet<string>): boolean {
    for (const id of changed) {
      const ids = [id, ...this.#records.overlays(subject, id).map((head) => head.id)];
      if (ids.some((each) => isOut.has(copyName(names, each)))) return true;
    }
    return false;
  }

  /** What its recipient reads of a grant now, from the entries that she reads; null: it gives no records, or gives no more. */
  opened({ copies, owner }: IssuedGrant): CopiesState | null {
    return copies === null || !isActive(owner, this.#vault.clock.nowMicros()) ? null : foldedLog(copies).state(null);
  }

  /** Grants that give a copy of this record now. */
  readersOf(subject: string, id: string): IssuedGrant[] {
    return this.#active().filter((grant) => {
      if (grant.record.subject !== subject) return false;
      const name = copyName(this.#roomOf(grant).names, id);
      return this.#isAmong(this.#out(grant).pages, name);
    });
  }

  /** Pages, and copies on them, lie in the order of their names (specs/copies.md §4): the one that would hold it is found by halves. */
  #isAmong(pages: readonly Page[], name: string): boolean {
    let [from, to] = [0, pages.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const names = this.#copiesOn([pages[middle]]).map(({ id }) => String(id));
      if (names.includes(name)) return true;
      if (name < names[0]) to = middle;
      else from = middle + 1;
    }
    return false;
  }

  /** What is out, as the log says. */
  #out({ copies }: IssuedGrant): Out {
    const log = foldedLog(copies!);
    const pages = (log.index?.pages ?? []).flatMap((first): Page[] => {
      const packed = log.page(first);
      return packed ? [{ first, parts: pageEntries(packed).length, packed }] : [];
    });
    return { pages, index: log.index };
  }

  #copiesOn(pages: readonly Page[]) {
    return copiedResources(
      pages.map(({ packed }) => packed),
      this.#tools.inflate,
    );
  }

  /** Writes the pages that are not out already, then the index, then takes back the events of what does not count any more. */
  #write(grant: IssuedGrant, copies: readonly Copy[], told: Told, out = this.#out(grant)): void {
    const log = grant.copies!;
    const { store, clock } = this.#vault;
    const known = new Map(out.pages.map((page) => [toHex(sha256(page.packed)), page]));
    const pages = pagesOf(copies).map((page) => {
      const packed = this.#tools.deflate(utf8Encode(pageText(page)));
      return known.get(toHex(sha256(packed))) ?? this.#newPage(grant, packed);
    });
    const firsts = pages.map(({ first }) => first);
    const isUnchanged = out.index !== null && isSame(firsts, out.index.pages) && isSame(told, out.index.told);
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

function foldedLog(copies: LogWriter): CopiesLog {
  const log = new CopiesLog();
  for (const { seq, generation, value } of copies.entries()) log.apply(seq, generation, value);
  return log;
}
