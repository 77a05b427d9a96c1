// Resources of one source on their way into the records: which are new, which are another version of what is there, which are the same thing that
// another hospital told already. Decided for a batch, and written in one transaction. The rules stand in specs/records.md §6.
import { textOf } from '../import/json-records.ts';
import { categoryOf } from './category.ts';
import { clinicalTime, isTimeless, parseFhirTime } from './clinical-time.ts';
import { isSameShape, keyOf, keysIn, type Names, namesOf, systemOf } from './identity.ts';
import { type FoundPatient, patientReference } from './look.ts';
import { type Category, emptyCounts, type RecordCounts, type Resource, type SourceEntry } from './model.ts';
import type { Records, RecordWrite } from './records.ts';
import type { LedgerEntry } from './wire.ts';

export interface IncomingResource {
  resource: Resource;
  place: string;
  fullUrl?: string;
  notes?: string[];
}

/** A record that is there, or that this batch makes. */
interface Candidate {
  id: string;
  type: string;
  category: Category;
  keys: Set<string>;
  /** Ids of the sources that told it. */
  sources: Set<string>;
  /** Systems of those. */
  systems: Set<string>;
  revisions: number;
  /** The version that is shown. */
  shown(): Resource;
}

/** The Patient of the person herself is one record, whatever its hospitals. */
const SELF = keyOf('m Patient|self');

export interface IntakeSource {
  id: string;
  system: string;
  own: readonly FoundPatient[];
  others: readonly FoundPatient[];
  isAnyway?: true;
}

export class Intake {
  readonly counts: RecordCounts = emptyCounts();
  /** Of resources that share an id within the source and are two things. */
  twoOfOneId = 0;
  undated = 0;
  noted = new Map<string, number>();
  readonly #records: Records;
  readonly #subject: string;
  readonly #source: IntakeSource;
  readonly #system: string;
  readonly #ownReferences: ReadonlySet<string>;
  readonly #otherReferences: ReadonlySet<string>;
  readonly #nowMicros: () => number;
  #batch = new Map<string, Candidate>();
  #batchKeys = new Map<string, Candidate[]>();
  #writes: RecordWrite[] = [];

  constructor(records: Records, subject: string, source: IntakeSource, nowMicros: () => number) {
    this.#records = records;
    this.#subject = subject;
    this.#source = source;
    this.#system = source.system || systemByPatient(source.own);
    this.#ownReferences = new Set(source.own.flatMap(({ references }) => references));
    this.#otherReferences = new Set(source.others.flatMap(({ references }) => references));
    this.#nowMicros = nowMicros;
  }

  /** What local ids of the source belong to. */
  get system(): string {
    return this.#system;
  }

  /** Counts what `take` would do, and writes nothing. Batches that follow see what these would have made. */
  rehearse(batch: readonly IncomingResource[]): void {
    for (const incoming of batch) this.#one(incoming);
    this.#writes = [];
  }

  /**
   * Takes in a batch, with entries of the ledger beside it, in one transaction. True: a log began.
   * @param told the entry that says how far the import is, asked for once the batch is counted
   * @throws HaleError 'full' | 'retired', with nothing of it kept
   */
  take(batch: readonly IncomingResource[], ledger: readonly LedgerEntry[], told: () => LedgerEntry): boolean {
    this.#batch = new Map();
    this.#batchKeys = new Map();
    this.#writes = [];
    for (const incoming of batch) this.#one(incoming);
    return this.#records.append(this.#subject, this.#writes, [...ledger, told()]);
  }

  #one(incoming: IncomingResource): void {
    this.counts.read++;
    if (this.#isOthers(incoming)) {
      this.counts.others++;
      return;
    }
    const { resource, fullUrl = '' } = incoming;
    const names = namesOf(resource, systemOf(fullUrl) || this.#system, fullUrl);
    if (!this.#source.isAnyway && this.#isOwnPatient(resource, fullUrl)) names.merge.push(SELF);
    for (const note of incoming.notes ?? []) this.noted.set(note, (this.noted.get(note) ?? 0) + 1);
    const own = this.#find(names.own, resource)[0];
    if (own) this.#known(own, incoming, names);
    else this.#unknown(incoming, names);
  }

  #isOwnPatient({ resourceType, id }: Resource, fullUrl: string): boolean {
    return resourceType === 'Patient' && (this.#ownReferences.has(fullUrl) || this.#ownReferences.has(`Patient/${id}`));
  }

  /** Another person's, in a file of several. */
  #isOthers({ resource, fullUrl = '' }: IncomingResource): boolean {
    if (this.#otherReferences.size === 0) return false;
    if (resource.resourceType === 'Patient') return !this.#isOwnPatient(resource, fullUrl);
    const whose = patientReference(resource);
    return whose !== '' && this.#otherReferences.has(whose);
  }

  /** The very resource came before: unchanged, changed, or (within one file) another thing under its id. */
  #known(candidate: Candidate, incoming: IncomingResource, names: Names): void {
    const { resource } = incoming;
    if (candidate.keys.has(names.content)) {
      this.counts.same++;
      return;
    }
    // Two things of one id were kept apart when they came first: the other one is there as it is.
    const isThere = this.#find([names.content], resource).some(({ systems }) => systems.has(this.#system));
    if (isThere) {
      this.counts.same++;
      return;
    }
    const shown = candidate.shown();
    if (candidate.sources.has(this.#source.id) && !isSameShape(shown, resource)) {
      this.twoOfOneId++;
      this.#add(incoming, { ...names, own: [] });
      return;
    }
    this.counts.revised++;
    this.#revise(candidate, incoming, names, isOlder(resource, shown));
  }

  #unknown(incoming: IncomingResource, names: Names): void {
    const { resource } = incoming;
    // A number or the same content within one file: what a hospital tells as two is two, unless nothing tells them apart.
    const isElsewhere = (candidate: Candidate) => !candidate.sources.has(this.#source.id);
    const isPerson = ['Patient', 'Practitioner', 'Organization', 'Location', 'Person'].includes(resource.resourceType);
    const equal = this.#find([names.content], resource).find((each) => isElsewhere(each) || names.own.length === 0);
    const found =
      equal ??
      this.#find(names.numbers, resource).find((each) => isPerson || isElsewhere(each)) ??
      this.#find(names.merge, resource).find((each) => this.#isOtherHospital(each) || names.merge.includes(SELF));
    if (!found) this.#add(incoming, names);
    else if (found.keys.has(names.content)) this.#told(found, incoming, names);
    else {
      this.counts.merged++;
      this.#revise(found, incoming, names, !isPreferred(resource, found.shown()));
    }
  }

  #isOtherHospital({ sources, systems }: Candidate): boolean {
    return !sources.has(this.#source.id) && (this.#system === '' || !systems.has(this.#system));
  }

  /** Records of the same type under one of the names. */
  #find(keys: readonly string[], { resourceType }: Resource): Candidate[] {
    for (const key of keys) {
      const here = this.#batchKeys.get(key) ?? [];
      const shelved = this.#records.byKey(this.#subject, key).map(({ head }) => head.id);
      const kept = shelved.filter((id) => !here.some((each) => each.id === id)).map((id) => this.#candidate(id));
      const found = [...here, ...kept].filter(({ type }) => type === resourceType);
      if (found.length > 0) return found;
    }
    return [];
  }

  #candidate(id: string): Candidate {
    const known = this.#batch.get(id);
    if (known) return known;
    const { head, keys } = this.#records.shelved(this.#subject, id);
    const sources = new Set(head.sources.map(({ source }) => source));
    const systems = [...sources].map((each) => this.#records.source(this.#subject, each)?.system ?? '');
    return {
      id,
      type: head.type,
      category: head.category,
      keys: new Set(keys),
      sources,
      systems: new Set(systems),
      revisions: head.revisions,
      shown: () => this.#records.read(this.#subject, id).resource,
    };
  }

  #remember(candidate: Candidate): void {
    this.#batch.set(candidate.id, candidate);
    for (const key of candidate.keys) {
      const known = this.#batchKeys.get(key) ?? [];
      if (!known.includes(candidate)) this.#batchKeys.set(key, [...known, candidate]);
    }
  }

  #add(incoming: IncomingResource, names: Names): void {
    this.counts.added++;
    const { resource } = incoming;
    const candidate: Candidate = {
      id: this.#records.newId(),
      type: resource.resourceType,
      category: categoryOf(resource),
      keys: new Set(keysIn(names)),
      sources: new Set([this.#source.id]),
      systems: new Set([this.#system]),
      revisions: 1,
      shown: () => resource,
    };
    this.#write(candidate, incoming, names, { revision: 1, isBeside: false, resource });
    this.#remember(candidate);
  }

  #revise(candidate: Candidate, incoming: IncomingResource, names: Names, isBeside: boolean): void {
    const { resource } = incoming;
    const before = candidate.shown();
    const revision = candidate.revisions + 1;
    const changed: Candidate = {
      ...candidate,
      category: isBeside ? candidate.category : categoryOf(resource),
      revisions: revision,
      shown: () => (isBeside ? before : resource),
    };
    this.#write(changed, incoming, names, { revision, isBeside, resource });
    this.#gather(changed, names);
  }

  /** The same, word for word, from another source. */
  #told(candidate: Candidate, incoming: IncomingResource, names: Names): void {
    if (candidate.sources.has(this.#source.id)) {
      this.counts.same++;
      return;
    }
    this.counts.merged++;
    this.#write(candidate, incoming, names, { revision: 0, isBeside: false, resource: null });
    this.#gather(candidate, names);
  }

  #gather(candidate: Candidate, names: Names): void {
    for (const key of keysIn(names)) candidate.keys.add(key);
    candidate.sources.add(this.#source.id);
    candidate.systems.add(this.#system);
    const before = this.#batch.get(candidate.id);
    if (before && before !== candidate)
      for (const [key, all] of this.#batchKeys)
        this.#batchKeys.set(
          key,
          all.map((each) => (each === before ? candidate : each)),
        );
    this.#remember(candidate);
  }

  #write(
    candidate: Candidate,
    { resource: given, fullUrl, notes = [] }: IncomingResource,
    names: Names,
    { revision, isBeside, resource }: { revision: number; isBeside: boolean; resource: Resource | null },
  ): void {
    const time = clinicalTime(given);
    if (time === null && revision === 1 && !isTimeless(given)) this.undated++;
    const { meta, id, resourceType } = given;
    const versionId = textOf((meta as { versionId?: unknown } | undefined)?.versionId);
    const localId = typeof id === 'string' ? `${resourceType}/${id}` : (fullUrl ?? '');
    this.#writes.push({
      category: candidate.category,
      version: {
        id: candidate.id,
        type: resourceType,
        revision,
        state: 'current',
        origin: 'imported',
        of: null,
        at: time?.at ?? null,
        made: this.#nowMicros(),
        from: { source: this.#source.id, localId, versionId: versionId || null },
        keys: keysIn(names),
        isBeside,
        notes,
      },
      resource,
    });
  }
}

const metaOf = ({ meta }: Resource): Record<string, unknown> =>
  typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>) : {};

/** Difference of what two versions say of when they were made; null where one does not. */
function newness(a: Resource, b: Resource): number | null {
  const [first, second] = [a, b].map((each) => parseFhirTime(textOf(metaOf(each).lastUpdated)));
  if (first && second && first.at !== second.at) return first.at - second.at;
  const [one, other] = [a, b].map((each) => Number(textOf(metaOf(each).versionId) || Number.NaN));
  return Number.isFinite(one) && Number.isFinite(other) ? one - other : null;
}

/** A version that its hospital made before the one that stands. */
const isOlder = (incoming: Resource, shown: Resource): boolean => (newness(incoming, shown) ?? 0) < 0;

/** Of two hospitals' words for one thing the newer is shown; where neither says when, the one that says more. */
function isPreferred(incoming: Resource, shown: Resource): boolean {
  const newer = newness(incoming, shown);
  if (newer !== null && newer !== 0) return newer > 0;
  return JSON.stringify(incoming).length > JSON.stringify(shown).length;
}

/** Files without a server's address: what they call `Observation/1` is meant within the hospital that gave the patient her number. */
function systemByPatient(own: readonly FoundPatient[]): string {
  const [number] = own.flatMap(({ person }) => person.identifiers);
  return number ? `of ${number.system}|${number.value}` : '';
}

/** Entry of the ledger for an import. */
export const sourceEntry = (source: SourceEntry): LedgerEntry => ({ type: 'source', source });
