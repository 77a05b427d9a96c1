// The index of one subject's records: what every search parameter finds in each of them, and the words for the box. It is held in memory only;
// what goes to the disk is a sealed snapshot of it. Who searches reads columns (match.ts, box.ts); who writes gives whole records.

import type { RecordEntry } from '../model.ts';
import { BOX_FIELDS, boxTexts } from './box-texts.ts';
import { Column, type ColumnKind, Dictionary, Growing } from './columns.ts';
import { fold, wordsIn } from './fold.ts';
import { idsKey, referenceKey, referenceParts, tokenKey, unitKey } from './keys.ts';
import { VALUES_MAX } from './limits.ts';
import type { Parameter, Parameters } from './parameters.ts';
import { addressOf, type Value } from './values.ts';

/** Record that a reference of another record means; null where it is not here. */
export type Resolve = (from: string, reference: string) => string | null;

type Stamped = Pick<RecordEntry, 'revision' | 'state' | 'changedAt' | 'sources'>;

/** Changes whenever what is shown of a record does. Micros times four stay exact until 2041. */
const stampOf = ({ revision, state, changedAt, sources }: Stamped): number =>
  (changedAt * 4 + ((revision + sources.length) % 4)) * (state === 'retracted' ? -1 : 1);

/** Rows between two chances for others to have their turn. */
const FOLLOWED_AT_ONCE = 20_000;

/** What is known of each record, by its number. */
export class RecordTable {
  readonly ids: string[] = [];
  /** Ids that its sources and it itself give it. */
  readonly localIds: string[] = [];
  readonly type = new Growing(new Uint32Array(0));
  readonly category = new Growing(new Uint32Array(0));
  /** Clinical time, micros; NaN is undated. */
  readonly at = new Growing(new Float64Array(0));
  readonly stamp = new Growing(new Float64Array(0));
  /** 1: current, and no amendment. */
  readonly shown = new Growing(new Uint8Array(0));
  /** Of an amendment: one more than the number of what it amends. */
  readonly amends = new Growing(new Uint32Array(0));
  /** Records of the same sources have the same number here. */
  readonly sources = new Growing(new Uint32Array(0));
  readonly numbers = new Map<string, number>();

  columns(): Growing<Uint32Array | Float64Array | Uint8Array>[] {
    return [this.type, this.category, this.at, this.stamp, this.shown, this.amends, this.sources];
  }

  /** Number of an id, which it gets when it is new. */
  number(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const made = this.ids.push(id) - 1;
    this.numbers.set(id, made);
    this.localIds.push('');
    for (const column of this.columns()) column.push(0);
    return made;
  }
}

export class RecordIndex {
  readonly parameters: Parameters;
  readonly records = new RecordTable();
  readonly tokens = new Dictionary();
  readonly texts = new Dictionary();
  readonly references = new Dictionary();
  readonly units = new Dictionary();
  /** Types, categories and sets of sources. */
  readonly names = new Dictionary();
  readonly columns = new Map<string, Column>();
  /** Of each composite: the record of each of its groups. */
  readonly groups = new Map<string, Growing<Uint32Array>>();
  readonly box = new Column('words');
  /** Number of the field in `BOX_FIELDS`, by row of the box. */
  readonly boxFields = new Growing(new Uint8Array(0));
  readonly #folded: string[] = [];
  readonly words = new Dictionary();
  readonly #textWords: number[][] = [];
  isFollowed = true;

  constructor(parameters: Parameters) {
    this.parameters = parameters;
  }

  get size(): number {
    return this.records.ids.length;
  }

  /** Is the record here as it is now? */
  holds(head: Stamped & { id: string }): boolean {
    const number = this.records.numbers.get(head.id);
    return number !== undefined && this.records.stamp.all[number] === stampOf(head);
  }

  // --- writing

  /** Records that are new or changed. Many at once cost little more than one. */
  put(entries: readonly RecordEntry[]): void {
    const changed = new Set(entries.flatMap(({ id }) => this.records.numbers.get(id) ?? []));
    if (changed.size > 0) this.#drop(changed);
    for (const entry of entries) this.#add(entry);
    if (entries.length > 0) this.isFollowed = false;
  }

  #drop(changed: ReadonlySet<number>): void {
    const types = new Set([...changed].map((number) => this.names.texts[this.records.type.all[number]]));
    const isDropped = (record: number) => changed.has(record);
    for (const [name, column] of this.columns) {
      if (!types.has(name.slice(0, name.indexOf('.')))) continue;
      const owners = this.groups.get(name.slice(0, name.indexOf('~')))?.all;
      column.drop(owners ? (group) => isDropped(owners[group]) : isDropped);
    }
    let kept = 0;
    for (let i = 0; i < this.box.rows; i++)
      if (!isDropped(this.box.records[i])) this.boxFields.all[kept++] = this.boxFields.all[i];
    this.boxFields.length = kept;
    this.box.drop(isDropped);
  }

  #add(entry: RecordEntry): void {
    const { id, resource, sources } = entry;
    const { records } = this;
    const number = records.number(id);
    records.type.all[number] = this.names.number(entry.type);
    records.category.all[number] = this.names.number(entry.category);
    records.at.all[number] = entry.at ?? Number.NaN;
    records.stamp.all[number] = stampOf(entry);
    records.shown.all[number] = entry.state === 'current' && entry.origin !== 'overlay' ? 1 : 0;
    records.amends.all[number] = entry.overlay === undefined ? 0 : records.number(entry.overlay.of) + 1;
    records.sources.all[number] = this.names.number(`sources ${sources.map(({ source }) => source).sort()}`);
    const own = typeof resource.id === 'string' ? [resource.id] : [];
    records.localIds[number] = idsKey([...own, ...sources.map(({ localId }) => addressOf(localId)?.id ?? localId)]);
    if (entry.state === 'retracted') return;
    for (const { field, text } of boxTexts(resource)) {
      this.boxFields.push(BOX_FIELDS.indexOf(entry.origin === 'overlay' ? 'amendment' : field));
      this.box.add(this.texts.number(text), number);
    }
    if (entry.origin === 'overlay') return;
    for (const parameter of this.parameters.of(entry.type).values())
      if (parameter.code === '_lastUpdated') this.#updated(entry, number, parameter);
      else if (parameter.code !== '_id') this.#index(entry, number, parameter);
  }

  /** What its source does not say: when it changed here. */
  #updated(entry: RecordEntry, number: number, parameter: Parameter): void {
    const name = `${entry.type}._lastUpdated`;
    const told = parameter.read(entry.resource);
    for (const value of told) this.#value(name, value, number);
    if (told.length === 0) this.column(name, 'ranges').addRange(entry.changedAt, entry.changedAt + 1, 0, number);
  }

  #index({ type, resource }: RecordEntry, number: number, parameter: Parameter): void {
    const name = `${type}.${parameter.code}`;
    if (parameter.type !== 'composite') {
      for (const value of parameter.read(resource).slice(0, VALUES_MAX)) this.#value(name, value, number);
      return;
    }
    for (const base of parameter.find(resource).slice(0, VALUES_MAX)) {
      const owners = this.group(name);
      owners.push(number);
      const group = owners.length - 1;
      parameter.parts.forEach((part, i) => {
        for (const value of part.read(base, resource)) this.#value(`${name}~${i}`, value, group);
      });
    }
  }

  /** Records of a composite's groups. */
  group(name: string): Growing<Uint32Array> {
    const owners = this.groups.get(name) ?? new Growing(new Uint32Array(0));
    this.groups.set(name, owners);
    return owners;
  }

  #value(name: string, value: Value, record: number): void {
    if (value.type === 'range') {
      const unit = this.units.number(unitKey(value.system, value.code, value.unit));
      this.column(name, 'ranges').addRange(value.lo, value.hi, unit, record);
    } else if (value.type === 'reference') {
      const key = referenceKey(value.only, value.told, value.text);
      this.column(name, 'references').add(this.references.number(key), record);
    } else if (value.type === 'token' || value.type === 'identifier') {
      const column = this.column(value.type === 'token' ? name : `${name}:identifier`, 'words');
      column.add(this.tokens.number(tokenKey(value.system, value.code)), record);
    } else {
      const column = this.column(value.type === 'text' ? `${name}:text` : name, 'words');
      column.add(this.texts.number(value.text), record);
    }
  }

  column(name: string, kind: ColumnKind): Column {
    const known = this.columns.get(name);
    if (known) return known;
    const made = new Column(kind);
    this.columns.set(name, made);
    return made;
  }

  // --- references

  /** Finds which records the references lead to. Gives others their turn now and then. */
  *following(resolve: Resolve): Generator<void> {
    if (this.isFollowed) return;
    const known = new Map<string, number>();
    for (const { to, rows, keys, records } of this.columns.values()) {
      if (to === null) continue;
      for (let i = 0; i < rows; i++) {
        if (to[i] === 0) to[i] = this.#leadsTo(keys[i], records[i], resolve, known);
        if (i % FOLLOWED_AT_ONCE === FOLLOWED_AT_ONCE - 1) yield;
      }
    }
    this.isFollowed = true;
  }

  #leadsTo(reference: number, record: number, resolve: Resolve, known: Map<string, number>): number {
    // What a reference means depends on where its record came from: asked once for each set of sources.
    const key = `${this.records.sources.all[record]} ${reference}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const { text } = referenceParts(this.references.texts[reference]);
    // What she wrote herself names records by our ids.
    const own = this.records.numbers.get(addressOf(text)?.id ?? '');
    const id = own === undefined ? resolve(this.records.ids[record], text) : this.records.ids[own];
    const target = id === null ? 0 : (this.records.numbers.get(id) ?? -1) + 1;
    known.set(key, target);
    return target;
  }

  // --- reading

  /** Texts as they are compared, by number. */
  folded(): readonly string[] {
    for (let i = this.#folded.length; i < this.texts.size; i++) this.#folded.push(fold(this.texts.texts[i]));
    return this.#folded;
  }

  /** Numbers of the words of each text. */
  textWords(): readonly (readonly number[])[] {
    const folded = this.folded();
    for (let i = this.#textWords.length; i < folded.length; i++)
      this.#textWords.push([...new Set(wordsIn(folded[i]))].map((word) => this.words.number(word)));
    return this.#textWords;
  }

  typeName(record: number): string {
    return this.names.texts[this.records.type.all[record]];
  }

  /** 1 for each record that may be found: shown, and visible to whoever asks. */
  members(isVisible?: (id: string) => boolean): Uint8Array {
    const members = this.records.shown.all.slice(0, this.size);
    if (isVisible) for (let i = 0; i < members.length; i++) if (!isVisible(this.records.ids[i])) members[i] = 0;
    return members;
  }
}
