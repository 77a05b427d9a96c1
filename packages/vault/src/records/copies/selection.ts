// Which records of a subject a rule gives, and their copies. The keeping up is record-grants.ts.
import { type RecordLabels, securityOf, type Told } from '@hale/consent';
import { base64Encode, HaleError, hmacSha256, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import type { Worth } from '../labels/labels.ts';
import { ATTACHED_BYTES_MAX } from '../limits.ts';
import { CATEGORIES, type RecordEntry, type RecordHead, type Resource } from '../model.ts';
import type { Records } from '../records.ts';
import { resolve } from '../references.ts';
import { type Attached, copyOf, type Leads } from './extract.ts';
import { patientCopy } from './patient.ts';
import { isWithheld, type Kept, keptBy, type RecordPolicy } from './policy.ts';

/** Labels.ts, as far as copies need it. */
export interface LabelsPort {
  of(subject: string, id: string): RecordLabels;
  /** As if no records but those that count were here. */
  among(subject: string, id: string, counts: (id: string) => boolean): RecordLabels;
  /** Of every record, in one pass. */
  all(subject: string): ReadonlyMap<string, RecordLabels>;
  worth(subject: string, id: string): Worth;
  /** Told when a record, its labels or those that it takes of others may have changed; null: of all. */
  watch(listener: (subject: string, ids: readonly string[] | null) => void): void;
}

/** What the rule says of each record: those that are given, and why not the others. */
export interface Selection {
  given: ReadonlySet<string>;
  kept: ReadonlyMap<string, Kept>;
}

export function select(records: Records, subject: string, policy: RecordPolicy, labels: LabelsPort): Selection {
  const given = new Set<string>();
  const kept = new Map<string, Kept>();
  const amendments: RecordHead[] = [];
  const known = records.hasAny(subject) ? labels.all(subject) : new Map<string, RecordLabels>();
  for (const head of records.heads(subject)) {
    const reason = keptBy(policy, { head, labels: known.get(head.id) ?? labels.of(subject, head.id) });
    if (reason !== null) kept.set(head.id, reason);
    else given.add(head.id);
    if (head.overlay) amendments.push(head);
  }
  // An amendment goes with what it amends: alone it would tell that there is such a record.
  for (const { id, overlay } of amendments) {
    const reason = overlay && kept.get(overlay.of);
    if (!reason || !given.delete(id)) continue;
    kept.set(id, reason);
  }
  return { given, kept };
}

/** What the recipient is told of what is kept back. Counted are records, without the amendments that go with them. */
export function toldOf(records: Records, subject: string, policy: RecordPolicy, { kept }: Selection): Told {
  if (policy.told === 'none') return null;
  const heads = [...kept].flatMap(([id, reason]) => (isWithheld(reason) ? (records.head(subject, id) ?? []) : []));
  const withheld = heads.filter(({ overlay }) => overlay === undefined);
  if (withheld.length === 0) return null;
  if (policy.told === 'exists') return { exists: true };
  if (policy.told === 'count') return { count: withheld.length };
  return { categories: CATEGORIES.filter((category) => withheld.some((head) => head.category === category)) };
}

export interface CopyRoom {
  records: Records;
  labels: LabelsPort;
  subject: string;
  policy: RecordPolicy;
  /** Names the copies of this grant (kernel `copiesNames`). */
  names: Uint8Array;
  /** How the owner calls the person to the recipient. */
  subjectName: string;
}

/** The name of a record's copy: the same for ever within one grant, and nothing to do with its name in another. */
export const copyName = (names: Uint8Array, id: string): string =>
  toHex(hmacSha256(names, utf8Encode(id)).slice(0, 16));

/** What was left out of a copy because it is too much, or not here. */
export type LeftOut = (id: string, why: 'too-large' | 'not-here') => void;

/** Makes copies of records among which references lead. What it found out once it remembers: thousands of records refer to one person. */
export class Copier {
  readonly #room: CopyRoom;
  readonly #given: ReadonlySet<string>;
  readonly #leftOut: LeftOut;
  readonly #names = new Map<string, string>();
  /** By the sources of the record that refers, and the reference. */
  readonly #led = new Map<string, { type: string; id: string } | null>();

  /** @param given those whose copies references may lead to */
  constructor(room: CopyRoom, given: ReadonlySet<string>, leftOut: LeftOut = () => {}) {
    this.#room = room;
    this.#given = given;
    this.#leftOut = leftOut;
  }

  copy({ resource, ...head }: RecordEntry): Resource {
    const { records, labels, subject, policy, subjectName } = this.#room;
    const id = this.#nameOf(head.id);
    const security = securityOf(labels.among(subject, head.id, (each) => this.#given.has(each)));
    if (resource.resourceType === 'Patient')
      return patientCopy(resource, { id, name: subjectName, isTold: policy.categories.includes('people'), security });
    const attached = attachedTo(records, subject, (why) => this.#leftOut(head.id, why));
    return copyOf(resource, { id, leads: this.#leadsOf(head), attached, documents: policy.documents, security });
  }

  #nameOf(id: string): string {
    const name = this.#names.get(id) ?? copyName(this.#room.names, id);
    this.#names.set(id, name);
    return name;
  }

  #leadsOf({ id, overlay, sources }: RecordHead): Leads {
    const from = sources.map(({ source }) => source).join(' ');
    return (reference) => {
      // An amendment names its record by the id that it has here.
      if (overlay !== undefined && reference.endsWith(`/${overlay.of}`)) return this.#copyOf(overlay.of);
      const name = `${from}\n${reference}`;
      const known = this.#led.get(name);
      if (known !== undefined) return known;
      const to = resolve(this.#room.records, this.#room.subject, id, reference, (each) => this.#given.has(each));
      const found = to === null ? null : this.#copyOf(to);
      this.#led.set(name, found);
      return found;
    };
  }

  #copyOf(id: string): { type: string; id: string } | null {
    const type = this.#given.has(id) ? this.#room.records.head(this.#room.subject, id)?.type : undefined;
    return type === undefined ? null : { type, id: this.#nameOf(id) };
  }
}

function attachedTo(records: Records, subject: string, leftOut: (why: 'too-large' | 'not-here') => void): Attached {
  let left = ATTACHED_BYTES_MAX;
  return (place, isFile) => {
    left -= place.length;
    if (left < 0) {
      leftOut('too-large');
      return null;
    }
    try {
      return base64Of(records.blobPart(subject, place), isFile);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      leftOut('not-here');
      return null;
    }
  };
}

/** Of a text that was cut out of JSON or XML: its base64 without escapes and line breaks. */
function base64Of(bytes: Uint8Array, isFile: boolean): string {
  if (isFile) return base64Encode(bytes);
  const plain = utf8Decode(bytes).replace(/\\(.)/g, (_, letter) => (letter === '/' ? '/' : ''));
  return plain.replace(/[^A-Za-z0-9+/=]/g, '');
}

/** Copies of all that is given, in no order. */
export function* copiesOf(room: CopyRoom, given: ReadonlySet<string>): Generator<Resource> {
  const copier = new Copier(room, given);
  for (const entry of room.records.all(room.subject, ({ id }) => given.has(id))) yield copier.copy(entry);
}
