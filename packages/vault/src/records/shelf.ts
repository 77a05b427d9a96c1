// What is remembered of a subject's records: heads and the names they are found by, folded from the logs, and of what is shown the JSON as it lay in the
// log, deflated, while there is room: opening it again costs five times as much as reading it.
import type { LogEntry } from '../log.ts';
import { CATEGORIES, type RecordHead, type RecordSource } from './model.ts';
import { unpackEntry, type VersionEntry } from './wire.ts';

/** Where an entry lies. */
export interface Place {
  /** Number of the category's log. */
  log: number;
  seq: number;
  generation: number;
}

export interface ShelvedVersion {
  revision: number;
  place: Place;
  parts: number;
  sizeBytes: number;
  made: number;
  from: RecordSource | null;
  isBeside: boolean;
  at: number | null;
  notes: string[];
  /** Its JSON, deflated; null: it is opened when it is asked for. */
  packed: Uint8Array | null;
}

/** Bytes that shelves may still keep open, all together. */
export interface Room {
  bytes: number;
}

export interface Shelved {
  head: RecordHead;
  /** In the order of their revisions; those that only add a source are not among them. */
  versions: ShelvedVersion[];
  /** The one that is shown. */
  shown: ShelvedVersion;
  keys: Set<string>;
}

export class Shelf {
  readonly records = new Map<string, Shelved>();
  readonly #byKey = new Map<string, string | Set<string>>();
  /** Of an amendment, by the record that it amends. */
  readonly overlays = new Map<string, Set<string>>();
  /** Entries that name a record of which nothing is here: their first part was lost. */
  torn = 0;
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Entries of all logs, each in its order. */
  fold(logs: Iterable<{ log: number; entries: readonly LogEntry[] }>): void {
    const later: { version: VersionEntry; place: Place }[] = [];
    for (const { log, entries } of logs)
      entries.forEach(({ value, seq, generation }, i) => {
        const entry = unpackEntry(value);
        if ('part' in entry) return;
        const { version } = entry;
        const place = { log, seq, generation };
        if (version.json === null) later.push({ version, place });
        else if (areParts(version, entries, i)) this.put(version, place);
        else this.torn++;
      });
    // A record that changed its category has its beginning in another log.
    for (const { version, place } of later) this.put(version, place);
  }

  put(version: VersionEntry, place: Place): void {
    const known = this.records.get(version.id);
    if (!known) {
      if (version.json === null) this.torn++;
      else this.#begin(version, place);
      return;
    }
    const from = sourceOf(version);
    const { sources } = known.head;
    if (from && !sources.some((each) => each.source === from.source && each.localId === from.localId)) {
      sources.push(from);
      // As folding would find them: the first that knows a reference says what it means.
      sources.sort(bySource);
    }
    this.#name(known, version.keys);
    if (version.revision === 0) return;
    if (version.json !== null) this.#version(known, version, place);
    if (version.state === 'retracted' && version.revision >= known.shown.revision) known.head.state = 'retracted';
    known.head.changedAt = Math.max(known.head.changedAt, version.made);
  }

  #begin(version: VersionEntry, place: Place): void {
    const { id, type, at, made, origin, of, state, revision, notes } = version;
    const from = sourceOf(version);
    const shown = shelvedVersion(version, place);
    this.#keep(shown, version);
    const head: RecordHead = {
      id,
      type,
      category: CATEGORIES[place.log - 1],
      revision,
      revisions: 1,
      at,
      sources: from ? [from] : [],
      origin,
      ...(of === null ? {} : { overlay: { of } }),
      state,
      addedAt: made,
      changedAt: made,
      notes,
    };
    const shelved: Shelved = { head, versions: [shown], shown, keys: new Set() };
    this.records.set(id, shelved);
    this.#name(shelved, version.keys);
    if (of === null) return;
    const overlays = this.overlays.get(of) ?? new Set();
    this.overlays.set(of, overlays.add(id));
  }

  #version(known: Shelved, version: VersionEntry, place: Place): void {
    const added = shelvedVersion(version, place);
    known.versions.push(added);
    known.versions.sort((a, b) => a.revision - b.revision);
    const { head, shown } = known;
    head.revisions = known.versions.length;
    head.addedAt = Math.min(head.addedAt, version.made);
    // Of two homes that wrote one number the later in the log stands; whatever is beside gives way.
    const isShown = !added.isBeside && (shown.isBeside || added.revision >= shown.revision);
    if (!isShown) return;
    this.#drop(shown);
    this.#keep(added, version);
    known.shown = added;
    head.category = CATEGORIES[place.log - 1];
    head.revision = added.revision;
    head.at = added.at;
    head.notes = added.notes;
    head.state = version.state;
  }

  /** What is cut into parts is long, and few are. */
  #keep(shown: ShelvedVersion, { json, parts }: VersionEntry): void {
    if (json === null || parts > 1 || json.length > this.#room.bytes) return;
    this.#room.bytes -= json.length;
    shown.packed = json;
  }

  #drop(version: ShelvedVersion): void {
    this.#room.bytes += version.packed?.length ?? 0;
    version.packed = null;
  }

  #name(shelved: Shelved, keys: readonly string[]): void {
    for (const key of keys) {
      if (shelved.keys.has(key)) continue;
      shelved.keys.add(key);
      const { id } = shelved.head;
      const known = this.#byKey.get(key);
      if (known === undefined) this.#byKey.set(key, id);
      else if (typeof known !== 'string') known.add(id);
      else if (known !== id) this.#byKey.set(key, new Set([known, id]));
    }
  }

  /** Records in the order in which their shown versions lie in the logs: whatever came first here, it is the same after a restart. */
  inOrder(isWanted: (head: RecordHead) => boolean): Shelved[] {
    const found = [...this.records.values()].filter(({ head }) => isWanted(head));
    return found.sort(({ shown: { place: a } }, { shown: { place: b } }) => {
      return a.log - b.log || a.generation - b.generation || a.seq - b.seq;
    });
  }

  /** Records that have a name. */
  byKey(key: string): Shelved[] {
    const found = this.#byKey.get(key);
    const ids = found === undefined ? [] : typeof found === 'string' ? [found] : [...found];
    return ids.flatMap((id) => this.records.get(id) ?? []);
  }
}

function sourceOf({ from, made }: VersionEntry): RecordSource | null {
  if (from === null) return null;
  const { source, localId, versionId } = from;
  return { source, localId, ...(versionId === null ? {} : { versionId }), at: made };
}

const bySource = (a: RecordSource, b: RecordSource): number =>
  a.at - b.at || (a.source < b.source || (a.source === b.source && a.localId < b.localId) ? -1 : 1);

function shelvedVersion(version: VersionEntry, place: Place): ShelvedVersion {
  const { revision, parts, sizeBytes, made, isBeside, at, notes } = version;
  return { revision, place, parts, sizeBytes, made, from: sourceOf(version), isBeside, at, notes, packed: null };
}

/** Are the parts that a version names all there, right behind it? */
function areParts(version: VersionEntry, entries: readonly LogEntry[], at: number): boolean {
  for (let i = 1; i < version.parts; i++) {
    const next = entries[at + i];
    const entry = next === undefined ? null : unpackEntry(next.value);
    const isNext =
      entry !== null &&
      'part' in entry &&
      next.seq === entries[at].seq + i &&
      next.generation === entries[at].generation &&
      entry.part.id === version.id &&
      entry.part.part === i;
    if (!isNext) return false;
  }
  return true;
}
