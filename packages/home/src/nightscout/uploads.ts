// What an upload changes, as a value: documents to keep, numbers for the streams, and the answer. Live and folded in after an unlocking it
// is the same plan; a locked home makes it without knowing what is there, and its answer is what Nightscout would say of new documents.
import { HaleError } from '@hale/kernel';
import type { DocumentChange, StoredDocument } from '@hale/vault';
import type { SampleRun } from '@hale/vault/lines';
import {
  type Collection,
  type Condition,
  checkDocument,
  type Fields,
  NIGHTSCOUT_LIMITS,
  type ReadDocument,
  readDocument,
  readDocumentV3,
  readingsAfter,
  readingsOf,
  runsOf,
  UNDATED,
} from '@hale/vault/nightscout';
import { type Answer, answerProblem, message } from './answer.ts';

export interface Call {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  version: 1 | 3;
  collection: Collection;
  /** `_id` or identifier in the path. */
  name: string | null;
  /** What a DELETE of API v1 asks for instead. */
  conditions: Condition[];
  body: unknown;
  nowMillis: number;
  /** Random: tells documents without a date of their own apart. */
  salt: string;
}

/** What is there. Of one subject. */
export interface Shelf {
  byId: (collection: string, id: string, millis?: number) => StoredDocument | null;
  byIdentifier: (collection: string, identifier: string, millis?: number) => StoredDocument | null;
  byKey: (collection: string, key: string, millis: number) => StoredDocument | null;
  matching: (collection: Collection, conditions: Condition[]) => StoredDocument[];
}

/** A locked home sees nothing. */
export const EMPTY_SHELF: Shelf = { byId: () => null, byIdentifier: () => null, byKey: () => null, matching: () => [] };

export interface Plan {
  answer: Answer;
  changes: DocumentChange[];
  runs: SampleRun[];
}

const OBJECT_ID = /^[0-9a-f]{24}$/i;
const FOREIGN = 'Another device wrote this document; each changes only its own';

/** @param device whose id the documents carry: it changes only its own. @throws HaleError 'malformed' | 'too-large' | 'not-found' | 'not-permitted' */
export function planCall(call: Call, device: string, shelf: Shelf, isLocked: boolean): Plan {
  const planner = new Planner(call, device, shelf);
  const answer = call.version === 1 ? planV1(planner, call, isLocked) : planV3(planner, call, isLocked);
  return { answer, changes: planner.changes, runs: planner.runs() };
}

class Planner {
  readonly changes: DocumentChange[] = [];
  readonly #call: Call;
  readonly #device: string;
  readonly #shelf: Shelf;
  /** What this very upload has written, by id, identifier and key. */
  readonly #written = new Map<string, StoredDocument>();

  constructor(call: Call, device: string, shelf: Shelf) {
    this.#call = call;
    this.#device = device;
    this.#shelf = shelf;
  }

  isOwn(document: StoredDocument): boolean {
    return document.device === this.#device || !document.isValid;
  }

  /** The document that this one is, if it is there already. */
  known(read: ReadDocument, everywhere: boolean): StoredDocument | null {
    const { collection, id, identifier, key } = read;
    const millis = everywhere || UNDATED.has(collection) ? undefined : read.millis;
    const names = [
      `id ${id}`,
      ...(identifier === null ? [] : [`identifier ${identifier}`]),
      ...(key === null ? [] : [`key ${key}`]),
    ];
    for (const name of names) {
      const written = this.#written.get(name);
      if (written && (!name.startsWith('key ') || isSameByKey(written, identifier))) return written;
    }
    const named =
      this.#shelf.byId(collection, id, millis) ??
      (identifier === null ? null : this.#shelf.byIdentifier(collection, identifier, millis));
    if (named || key === null) return named;
    const twin = this.#shelf.byKey(collection, key, read.millis);
    return twin && isSameByKey(twin, identifier) ? twin : null;
  }

  named(): StoredDocument | null {
    const { collection, name } = this.#call;
    if (name === null) return null;
    const byId = OBJECT_ID.test(name) ? this.#shelf.byId(collection, name.toLowerCase()) : null;
    return byId ?? this.#shelf.byIdentifier(collection, name);
  }

  matching(): StoredDocument[] {
    return this.#shelf.matching(this.#call.collection, this.#call.conditions);
  }

  /** Keeps what was read in place of what is known. Gives what stands now; a repetition changes nothing. */
  write(read: ReadDocument, before: StoredDocument | null): StoredDocument {
    const { nowMillis } = this.#call;
    const identifier = read.identifier ?? before?.identifier ?? null;
    const after: StoredDocument = {
      id: before?.id ?? read.id,
      collection: read.collection,
      identifier,
      key: read.key,
      millis: read.millis,
      device: this.#device,
      createdMillis: before?.createdMillis ?? nowMillis,
      modifiedMillis: nowMillis,
      isValid: read.fields.isValid !== false,
      isUndated: UNDATED.has(read.collection),
      json: JSON.stringify(read.fields),
    };
    const isSame = before !== null && before.json === after.json && before.isValid === after.isValid;
    const standing = isSame ? before : after;
    // Again even where nothing changed: the numbers of an upload that broke off half-way are still due.
    this.changes.push({ before: isSame ? { ...before } : before, after: standing });
    for (const name of [`id ${standing.id}`, `identifier ${identifier}`, `key ${standing.key}`])
      this.#written.set(name, standing);
    return standing;
  }

  remove(document: StoredDocument): void {
    this.changes.push({
      before: document,
      after: { ...document, isValid: false, modifiedMillis: this.#call.nowMillis },
    });
  }

  runs(): SampleRun[] {
    return runsOf(
      this.changes.flatMap(({ before, after }) => {
        const old = before?.isValid ? readingsOf(this.#call.collection, JSON.parse(before.json), before.millis) : [];
        return readingsAfter(
          old,
          after.isValid ? readingsOf(this.#call.collection, JSON.parse(after.json), after.millis) : null,
        );
      }),
    );
  }
}

/** A key joins documents only where one of them has no name of its own. */
const isSameByKey = (twin: StoredDocument, identifier: string | null): boolean =>
  identifier === null || twin.identifier === null || twin.identifier === identifier;

// --- API v1

function planV1(planner: Planner, call: Call, isLocked: boolean): Answer {
  if (call.method === 'DELETE') return deleteV1(planner, call, isLocked);
  const isList = Array.isArray(call.body);
  const documents: unknown[] = isList ? (call.body as unknown[]) : [call.body];
  if (documents.length > NIGHTSCOUT_LIMITS.documentsPerUploadMax)
    throw new HaleError('too-large', 'too many documents at once', { max: NIGHTSCOUT_LIMITS.documentsPerUploadMax });
  let refused = 0;
  const echoes = documents.map((document, index) => {
    try {
      return writeV1(planner, call, document, `${call.salt} ${index}`);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      refused++;
      return { ...(answerProblem(error).body as object), index };
    }
  });
  const status = refused > 0 && refused === documents.length ? 400 : 200;
  return { status, body: call.method === 'PUT' && !isList ? echoes[0] : echoes };
}

function writeV1(planner: Planner, call: Call, document: unknown, salt: string): Fields {
  const read = readDocument(call.collection, document, call.nowMillis, salt);
  const known = planner.known(read, call.method === 'PUT');
  if (known && !planner.isOwn(known)) {
    // Two uploaders of one sensor: the reading is there, the first document stays.
    if (call.method === 'PUT') throw new HaleError('not-permitted', FOREIGN);
    return { ...read.fields, _id: known.id };
  }
  return { ...read.fields, _id: planner.write(read, known).id };
}

function deleteV1(planner: Planner, call: Call, isLocked: boolean): Answer {
  if (call.name === null && call.conditions.length === 0)
    return message(400, 'Say which documents: by id, or with find');
  const named = planner.named();
  const found = call.name !== null ? (named ? [named] : []) : planner.matching();
  const own = found.filter((document) => document.isValid && planner.isOwn(document));
  for (const document of own) planner.remove(document);
  const n = isLocked ? 1 : own.length;
  return { status: 200, body: { n, ok: 1, deletedCount: n } };
}

// --- API v3

/** What a client may not change of a document that stands. */
const IMMUTABLE = [
  'identifier',
  'date',
  'utcOffset',
  'eventType',
  'device',
  'app',
  'srvCreated',
  'subject',
  'srvModified',
  'modifiedBy',
];

function planV3(planner: Planner, call: Call, isLocked: boolean): Answer {
  if (call.method === 'POST') return createV3(planner, call);
  const known = planner.named();
  if (call.method === 'PUT') return replaceV3(planner, call, known);
  if (call.method === 'PATCH') checkDocument(call.body);
  if (isLocked) return { status: 200, body: { status: 200 } };
  if (!known) return message(404, 'Not found');
  if (!known.isValid) return message(410, 'Gone');
  if (!planner.isOwn(known)) return message(403, FOREIGN);
  if (call.method === 'PATCH') return patchV3(planner, call, known);
  planner.remove(known);
  return { status: 200, body: { status: 200 } };
}

function createV3(planner: Planner, call: Call): Answer {
  const read = readDocumentV3(call.collection, call.body, call.salt);
  const known = planner.known(read, false);
  if (!known) return created(planner.write(read, null));
  if (planner.isOwn(known)) {
    checkImmutable(known, read.fields, ['identifier']);
    planner.write(read, known);
  }
  const identifier = planner.isOwn(known) ? (read.identifier ?? known.identifier) : (known.identifier ?? known.id);
  const replaced =
    known.identifier !== null && known.identifier !== identifier ? { deduplicatedIdentifier: known.identifier } : {};
  const body = { status: 200, identifier, isDeduplication: true, ...replaced, lastModified: call.nowMillis };
  return { status: 200, body };
}

function replaceV3(planner: Planner, call: Call, known: StoredDocument | null): Answer {
  const body = checkDocument(call.body);
  const old = known ? (JSON.parse(known.json) as Fields) : {};
  const date = body.date ?? body.created_at ?? old.date ?? known?.millis;
  const named = { ...body, date, identifier: known?.identifier ?? call.name };
  const read = readDocumentV3(call.collection, named, call.salt);
  if (!known) return created(planner.write(read, null));
  if (!known.isValid) return message(410, 'Gone');
  if (!planner.isOwn(known)) return message(403, FOREIGN);
  checkImmutable(known, body, []);
  return updated(planner.write(read, known));
}

function patchV3(planner: Planner, call: Call, known: StoredDocument): Answer {
  const patch = call.body as Fields;
  checkImmutable(known, patch, []);
  const { _id: _, ...change } = patch;
  const fields = { ...(JSON.parse(known.json) as Fields), ...change };
  checkDocument(fields);
  const { id, collection, identifier, key, millis } = known;
  return updated(planner.write({ id, collection: collection as Collection, identifier, key, millis, fields }, known));
}

function checkImmutable(known: StoredDocument, fields: Fields, except: readonly string[]): void {
  const stands: Fields = {
    date: known.millis,
    ...(JSON.parse(known.json) as Fields),
    identifier: known.identifier ?? known.id,
  };
  if (stands.isReadOnly === true) throw new HaleError('malformed', 'Trying to modify read-only document');
  if (!known.isValid) return;
  for (const field of IMMUTABLE)
    if (
      fields[field] !== undefined &&
      stands[field] !== undefined &&
      fields[field] !== stands[field] &&
      !except.includes(field)
    )
      throw new HaleError('malformed', `Field ${field} cannot be modified by the client`);
}

function created(document: StoredDocument): Answer {
  const { identifier, collection, modifiedMillis } = document;
  return {
    status: 201,
    body: { status: 201, identifier, lastModified: modifiedMillis },
    headers: {
      location: `/api/v3/${collection}/${encodeURIComponent(identifier ?? document.id)}`,
      'last-modified': new Date(modifiedMillis).toUTCString(),
    },
  };
}

const updated = ({ identifier, modifiedMillis }: StoredDocument): Answer => ({
  status: 200,
  body: { status: 200, identifier, lastModified: modifiedMillis },
});
