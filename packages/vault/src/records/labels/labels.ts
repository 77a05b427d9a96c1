// Labels of a subject's records as they count: what each record tells of itself, what the records tell that it refers to, and the owner's word over both.
// Remembered until a record, or her word, changes; with them what else has to be known of every record before it is worth opening again.
import { areasOf, type Label, type RecordLabels, recordConfidentiality } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import { fieldsOf, listOf, textOf } from '../../import/json-records.ts';
import type { Vault } from '../../vault.ts';
import { attachmentsOf } from '../brief.ts';
import { isDocument } from '../copies/policy.ts';
import { hasPlaces, type RecordHead, type Resource } from '../model.ts';
import type { Records, RecordsListener } from '../records.ts';
import { resolve } from '../references.ts';
import { maySayAgents } from '../templates/agents.ts';
import { type ResourceLabels, resourceLabels } from './label.ts';
import { judged, type LabelName, type OwnerLabels, ownerLabelEntry, ownerLabels, withWord } from './owner.ts';

/** Told of records whose labels may have changed; null: all of the subject's may have. */
export type LabelsListener = RecordsListener;

/** Is a record here? */
type Counts = (id: string) => boolean;

/** Which records are worth opening again, for whoever goes through all of them. */
export interface Worth {
  /** It names a medicine or an illness that may bear on other records. */
  bears: boolean;
  /** Bytes of it lie in the files that came in. */
  hasPlaces: boolean;
  /** Nothing but bytes, or with attachments. */
  isDocument: boolean;
}

/** What is remembered of a record. */
interface Own extends ResourceLabels {
  worth: Worth;
  /** References by which it says what it is about. */
  about: readonly string[];
  /** References to where it was made: only the law follows them. */
  at: readonly string[];
  overlay: string | null;
}

class Shelf {
  readonly own = new Map<string, Own>();
  readonly whole = new Map<string, RecordLabels>();
  /** Records that take labels of the one named. */
  readonly takers = new Map<string, Set<string>>();
  /** Records with a reference to what is not here, or not yet. */
  readonly waiting = new Set<string>();
  /** What references mean, by the sources of who refers: all findings of a visit name the same visit. */
  readonly meant = new Map<string, string>();

  /** Forgets records and those that take labels of them; gives all of these. */
  forget(ids: readonly string[]): string[] {
    const gone = new Set([...ids, ...this.waiting]);
    for (const id of ids) for (const taker of this.takers.get(id) ?? []) gone.add(taker);
    for (const id of ids) this.own.delete(id);
    for (const id of gone) this.whole.delete(id);
    this.waiting.clear();
    this.meant.clear();
    return [...gone];
  }
}

export class Labels {
  readonly #vault: Vault;
  readonly #records: Records;
  readonly #shelves = new Map<string, Shelf>();
  readonly #watchers = new Set<LabelsListener>();

  constructor(vault: Vault, records: Records) {
    this.#vault = vault;
    this.#records = records;
    records.watch((subject, ids) => this.#changed(subject, ids));
  }

  /** Told when records come, change or go, and when the owner raises or lowers one; called within the transaction. */
  watch(listener: LabelsListener): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Lets go of all that is remembered. */
  forget(): void {
    this.#shelves.clear();
  }

  #changed(subject: string, ids: readonly string[] | null): void {
    const shelf = this.#shelves.get(subject);
    if (ids === null) this.#shelves.delete(subject);
    const all = ids === null ? null : shelf ? shelf.forget(ids) : ids;
    for (const watcher of this.#watchers) watcher(subject, all);
  }

  #shelf(subject: string): Shelf {
    const known = this.#shelves.get(subject) ?? new Shelf();
    this.#shelves.set(subject, known);
    return known;
  }

  /** @throws HaleError 'not-found' */
  of(subject: string, id: string): RecordLabels {
    return this.#whole(subject, id, this.#shelf(subject));
  }

  /** Of every record, in one pass over the logs. */
  all(subject: string): ReadonlyMap<string, RecordLabels> {
    const shelf = this.#shelf(subject);
    const count = this.#records.count(subject);
    if (shelf.own.size < count)
      for (const entry of this.#records.all(subject))
        if (!shelf.own.has(entry.id)) shelf.own.set(entry.id, ownOf(entry));
    for (const { id } of this.#records.heads(subject)) this.#whole(subject, id, shelf);
    return shelf.whole;
  }

  /** @throws HaleError 'not-found' */
  worth(subject: string, id: string): Worth {
    return this.#own(subject, id, this.#shelf(subject)).worth;
  }

  #own(subject: string, id: string, shelf: Shelf): Own {
    const known = shelf.own.get(id);
    if (known) return known;
    const own = ownOf(this.#records.read(subject, id));
    shelf.own.set(id, own);
    return own;
  }

  #whole(subject: string, id: string, shelf: Shelf): RecordLabels {
    const known = shelf.whole.get(id);
    if (known) return known;
    const whole = this.#reckoned(subject, id, shelf, null);
    shelf.whole.set(id, whole);
    return whole;
  }

  /**
   * Labels as they would be if no records but some were here: what travels with a copy must not tell of others.
   * @throws HaleError 'not-found'
   */
  among(subject: string, id: string, counts: (id: string) => boolean): RecordLabels {
    const whole = this.of(subject, id);
    return whole.labels.length === 0 ? whole : this.#reckoned(subject, id, this.#shelf(subject), counts);
  }

  #reckoned(subject: string, id: string, shelf: Shelf, counts: Counts | null): RecordLabels {
    const own = this.#own(subject, id, shelf);
    const found = withTaken(own.labels, this.#taken(subject, id, shelf, counts));
    const { labels, dropped } = judged(found, this.said(subject, id));
    return {
      labels,
      confidentiality: recordConfidentiality(labels, own.marked),
      areas: areasOf(labels).filter((area) => !dropped.has(area)),
      opaque: own.opaque,
    };
  }

  /** Labels of the records that this one refers to, one step far, with the owner's word on those. */
  #taken(subject: string, id: string, shelf: Shelf, counts: Counts | null): Label[] {
    const own = this.#own(subject, id, shelf);
    const taken: Label[] = [];
    const take = (from: string, only: (label: Label) => boolean): void => {
      if (from === id) return;
      shelf.takers.set(from, (shelf.takers.get(from) ?? new Set()).add(id));
      const { labels } = judged(this.#own(subject, from, shelf).labels, this.said(subject, from));
      for (const label of labels.filter(only)) taken.push({ ...label, of: from });
    };
    const follow = (references: readonly string[], only: (label: Label) => boolean): void => {
      for (const reference of references) {
        const from = counts
          ? resolve(this.#records, subject, id, reference, counts)
          : this.#meant(subject, id, reference, shelf);
        if (from === null) shelf.waiting.add(id);
        else take(from, only);
      }
    };
    follow(own.about, () => true);
    follow(own.at, ({ basis }) => basis !== undefined);
    const amended = own.overlay !== null && (counts === null || counts(own.overlay)) ? own.overlay : null;
    if (amended !== null && this.#records.head(subject, amended)) take(amended, () => true);
    return taken;
  }

  #meant(subject: string, id: string, reference: string, shelf: Shelf): string | null {
    const sources = this.#records.shelved(subject, id).head.sources.map(({ source }) => source);
    const key = `${sources.join()} ${reference}`;
    const known = shelf.meant.get(key);
    if (known !== undefined) return known;
    const found = resolve(this.#records, subject, id, reference);
    if (found !== null) shelf.meant.set(key, found);
    return found;
  }

  /** What the owner said of a record; null: nothing. */
  said(subject: string, id: string): OwnerLabels | null {
    return ownerLabels(this.#vault.state, subject, id);
  }

  /**
   * The owner raises a record into areas and lowers it out of others; null takes back all that she said.
   * @param by id of the phone that says it; empty: this home
   * @throws HaleError 'not-found' | 'retired' | 'usage' for an area both in `add` and `drop`
   */
  say(
    subject: string,
    id: string,
    word: { add: readonly LabelName[]; drop: readonly LabelName[] } | null,
    by = '',
  ): void {
    if (this.#vault.retiredBy !== null)
      throw new HaleError('retired', 'another home has taken over; this one only reads');
    this.#records.shelved(subject, id);
    if (word?.add.some((name) => word.drop.includes(name)))
      throw new HaleError('usage', 'one area cannot be added and dropped at once');
    const at = this.#vault.clock.nowMicros();
    const said = word && withWord(this.said(subject, id), word, { at, by });
    this.#vault.change(() => {
      this.#vault.record([ownerLabelEntry(subject, id, said)]);
      const shelf = this.#shelf(subject);
      const ids = [id, ...(shelf.takers.get(id) ?? [])];
      for (const each of ids) shelf.whole.delete(each);
      for (const watcher of this.#watchers) watcher(subject, ids);
    });
  }
}

function ownOf({ resource, overlay }: Pick<RecordHead, 'overlay'> & { resource: Resource }): Own {
  const worth: Worth = {
    bears: maySayAgents(resource),
    hasPlaces: hasPlaces(resource),
    isDocument: isDocument(resource.resourceType) || attachmentsOf(resource).length > 0,
  };
  return { ...resourceLabels(resource), ...referencesOf(resource), overlay: overlay?.of ?? null, worth };
}

/** One label for each sensitivity and area: the record's own before those it takes; the law is taken in any case. */
function withTaken(own: readonly Label[], taken: readonly Label[]): Label[] {
  const isSame = (a: Label, b: Label) => a.code === b.code && a.area === b.area;
  const all = own.map((label): Label => {
    const basis = label.basis ?? taken.find((each) => isSame(each, label))?.basis;
    return basis === undefined ? label : { ...label, basis };
  });
  for (const label of taken) if (!all.some((each) => isSame(each, label))) all.push(label);
  return all;
}

const referenceIn = (value: unknown): string[] => {
  const reference = textOf(fieldsOf(value).reference);
  return reference === '' || reference.startsWith('#') ? [] : [reference];
};

/** What a record is about by reference: its medicine, its reason, its diagnosis. Where it was made says nothing of what it is, but the law follows it. */
function referencesOf(resource: Resource): Pick<Own, 'about' | 'at'> {
  const { medicationReference, reasonReference, addresses, diagnosis, encounter, context } = resource;
  return {
    about: [
      ...referenceIn(medicationReference),
      ...[...listOf(reasonReference), ...listOf(addresses)].flatMap(referenceIn),
      ...listOf(diagnosis)
        .map(fieldsOf)
        .flatMap(({ condition, diagnosisReference }) => [
          ...referenceIn(condition),
          ...referenceIn(diagnosisReference),
        ]),
    ],
    at: [
      ...referenceIn(encounter),
      ...referenceIn(context),
      ...listOf(fieldsOf(context).encounter).flatMap(referenceIn),
    ],
  };
}
