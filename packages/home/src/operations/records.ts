// Health records: looked through, looked at one by one, amended in her own words, written out again.
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AREA_NAMES, isArea } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import type { OpenStream } from '@hale/vault';
import { rawSamples } from '@hale/vault';
import {
  attachmentsOf,
  briefOf,
  CATEGORIES,
  categoryOf,
  clinicalTime,
  isResourceType,
  keysIn,
  namesOf,
  type RecordEntry,
  type RecordHead,
  type RecordWrite,
  type Resource,
  referencesIn,
  resolve,
  statusOf,
  titleOf,
  valueOfRecord,
} from '@hale/vault/records';
import type { Parameters } from '../api.ts';
import type { RecordInfo, RecordReading, RecordShown, RecordsAsked } from '../api-records.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { originalResource } from '../records/attachments.ts';
import type { Operation } from './context.ts';
import { labelsShown } from './labels.ts';
import { microsOf } from './times.ts';

const SHOWN_USUALLY = 100;

/** Newest first; undated ones by when they came, behind the dated. */
export const byTime = (a: RecordHead, b: RecordHead): number =>
  (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY) ||
  b.changedAt - a.changedAt ||
  (a.id < b.id ? -1 : 1);

export function infoOf(home: Home, subject: string, { resource, ...head }: RecordEntry): RecordInfo {
  return {
    ...head,
    title: titleOf(resource) || titleElsewhere(home, subject, head.id, resource),
    brief: briefOf(resource, home.nowMicros() / 1000),
    status: statusOf(resource),
    value: valueOfRecord(resource),
    written: clinicalTime(resource)?.written ?? '',
    amended: home.records.overlays(subject, head.id).filter(({ state }) => state === 'current').length,
  };
}

/** A medicine may be named by reference alone. */
function titleElsewhere(home: Home, subject: string, id: string, resource: Resource): string {
  const { medicationReference } = resource as { medicationReference?: { reference?: unknown } };
  const reference = medicationReference?.reference;
  const meant = typeof reference === 'string' ? resolve(home.records, subject, id, reference) : null;
  return meant === null ? '' : titleOf(home.records.read(subject, meant).resource);
}

/** An amendment is shown with what it amends. */
export const isListed = ({ origin, state }: RecordHead): boolean => origin !== 'overlay' && state !== 'retracted';

export const records: Operation<'records'> = ({ home }, given) => {
  const asked = withTimes(given);
  const { id: subject } = home.vault.subject(asked.subject);
  if (asked.category !== undefined && !CATEGORIES.includes(asked.category))
    throw new HaleError('usage', `a category is one of ${CATEGORIES.join(', ')}`);
  if (asked.area !== undefined && !isArea(asked.area))
    throw new HaleError('usage', `an area is one of ${AREA_NAMES.join(', ')}`);
  const labels = asked.area === undefined ? null : home.labels.all(subject);
  const counts = new Map<string, number>();
  const found: RecordHead[] = [];
  let lastMicros: number | null = null;
  for (const head of home.records.heads(subject)) {
    if (!isListed(head)) continue;
    counts.set(head.category, (counts.get(head.category) ?? 0) + 1);
    lastMicros = Math.max(lastMicros ?? 0, head.changedAt);
    const isOfArea = asked.area === undefined || labels?.get(head.id)?.areas.includes(asked.area);
    if (isOfArea && isAsked(head, asked)) found.push(head);
  }
  found.sort(byTime);
  const begin = asked.after === undefined ? (asked.skip ?? 0) : found.findIndex(({ id }) => id === asked.after) + 1;
  const limit = Math.min(asked.limit ?? SHOWN_USUALLY, HOME_LIMITS.recordsListedMax);
  const shown = found.slice(begin, begin + limit);
  return {
    records: shown.map(({ id }) => infoOf(home, subject, home.records.read(subject, id))),
    total: found.length,
    categories: CATEGORIES.flatMap((category) => {
      const count = counts.get(category) ?? 0;
      return count > 0 ? [{ category, count }] : [];
    }),
    lastMicros,
  };
};

/** Times in words as micros. @throws HaleError 'usage' */
function withTimes({ from, to, since, ...asked }: Parameters<'records'>): RecordsAsked {
  const [fromMicros, toMicros, changedSince] = [
    microsOf(from, 'from') ?? asked.fromMicros,
    microsOf(to, 'to') ?? asked.toMicros,
    microsOf(since, 'since') ?? asked.changedSince,
  ];
  return {
    ...asked,
    ...(fromMicros === undefined ? {} : { fromMicros }),
    ...(toMicros === undefined ? {} : { toMicros }),
    ...(changedSince === undefined ? {} : { changedSince }),
  };
}

export function isAsked(head: RecordHead, asked: RecordsAsked): boolean {
  const { fromMicros, toMicros, category, type, source, changedSince } = asked;
  if (category !== undefined && head.category !== category) return false;
  if (type !== undefined && head.type !== type) return false;
  if (source !== undefined && !head.sources.some((each) => each.source.startsWith(source))) return false;
  if (changedSince !== undefined && head.changedAt <= changedSince) return false;
  if (fromMicros === undefined && toMicros === undefined) return true;
  return head.at !== null && head.at >= (fromMicros ?? head.at) && head.at <= (toMicros ?? head.at);
}

/** A record by its id, or by a beginning of it that fits only one. */
export function recordId(home: Home, subject: string, asked: string): string {
  if (!/^[0-9a-f]{1,16}$/.test(asked)) throw new HaleError('not-found', 'no such record; `hale records` shows them');
  if (asked.length === 16) return asked;
  const found = [...home.records.heads(subject)].filter(({ id }) => id.startsWith(asked));
  if (found.length > 1) throw new HaleError('usage', 'several records begin like that; give more of the id');
  if (found.length === 0) throw new HaleError('not-found', 'no such record; `hale records` shows them');
  return found[0].id;
}

export const record: Operation<'record'> = async ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  const id = recordId(home, subject, asked);
  const entry = home.records.read(subject, id);
  const shown: RecordShown = {
    ...infoOf(home, subject, entry),
    resource: entry.resource,
    labels: labelsShown(home, subject, id),
    origins: entry.sources.map((each) => {
      const source = home.records.source(subject, each.source);
      return { ...each, name: source?.name ?? '', kind: source?.kind ?? 'fhir' };
    }),
    history: home.records.versions(subject, id).map(({ revision, at, from, isBeside, resource }) => ({
      revision,
      at,
      isBeside,
      resource,
      source: from?.source ?? null,
    })),
    overlays: home.records.overlays(subject, id).map((head) => ({
      id: head.id,
      at: head.addedAt,
      state: head.state,
      resource: home.records.read(subject, head.id).resource,
    })),
    references: referencesOf(home, subject, entry),
    readings: await readingsOf(home, subject, entry.resource),
  };
  return shown;
};

function referencesOf(home: Home, subject: string, { id, resource }: RecordEntry): RecordShown['references'] {
  const found: RecordShown['references'] = {};
  for (const reference of [...referencesIn(resource), ...attachmentAddresses(resource)]) {
    const meant = resolve(home.records, subject, id, reference);
    if (meant !== null) found[reference] = { id: meant, title: titleOf(home.records.read(subject, meant).resource) };
  }
  return found;
}

/** An attachment may lie in a Binary, which it names by address. */
const attachmentAddresses = (resource: Resource): string[] =>
  attachmentsOf(resource).flatMap(({ url }) => (typeof url === 'string' && /Binary\/|^urn:/.test(url) ? [url] : []));

/** Where the numbers of an observation stand as readings of series. */
async function readingsOf(home: Home, subject: string, resource: Resource): Promise<RecordReading[]> {
  if (resource.resourceType !== 'Observation') return [];
  const { readResource } = await import('../records/readings.ts');
  return (await readResource(resource)).flatMap((reading) => {
    const stream = home.vault
      .streams(subject)
      .find((each) => each.entry.kind === reading.kind && holds(home, each, reading));
    return stream ? [{ ...reading, stream: stream.entry.key }] : [];
  });
}

function holds(home: Home, stream: OpenStream, { atMicros, value, unit }: Omit<RecordReading, 'stream'>): boolean {
  const { factor, origin, ucum } = stream.entry;
  if (ucum !== unit) return false;
  const { values } = rawSamples(home.vault.rooms, stream, atMicros, atMicros + 1);
  return values.some((each) => Math.abs(origin + factor * each - value) <= factor / 2);
}

/** @throws HaleError 'usage' */
function checkWords(text: string): string {
  const words = String(text).trim();
  if (words === '') throw new HaleError('usage', 'an amendment needs words');
  if (words.length > HOME_LIMITS.amendmentCharactersMax)
    throw new HaleError('too-large', 'the amendment is too long', { most: HOME_LIMITS.amendmentCharactersMax });
  return words;
}

/** Labels that say who made a statement (v3-ObservationValue): asserted by the patient. */
const BY_PATIENT = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'PATAST',
  display: 'patient asserted',
};

export const recordAmend: Operation<'record.amend'> = ({ home }, { subject: name, record: asked, text, resource }) => {
  const { id: subject } = home.vault.subject(name);
  const of = recordId(home, subject, asked);
  const head = home.records.head(subject, of);
  if (!head) throw new HaleError('not-found', 'no such record; `hale records` shows them');
  if (head.origin === 'overlay') throw new HaleError('usage', 'this is an amendment itself: amend the record');
  const words = checkWords(text);
  const id = home.records.newId();
  const own = resource === undefined ? remark(home, head, words, of) : amended(resource, head, words);
  const write: RecordWrite = {
    category: resource === undefined ? head.category : categoryOf(own),
    version: {
      id,
      type: own.resourceType,
      revision: 1,
      state: 'current',
      origin: 'overlay',
      of,
      from: null,
      at: head.at,
      made: home.nowMicros(),
      keys: keysIn(namesOf(own, '')),
      isBeside: false,
      notes: [],
    },
    resource: own,
  };
  if (home.records.append(subject, [write])) home.network.listenAgain();
  return { id };
};

/** Words alone are a communication about the record. */
function remark(home: Home, head: RecordHead, text: string, of: string): Resource {
  return {
    resourceType: 'Communication',
    meta: { security: [BY_PATIENT] },
    status: 'completed',
    about: [{ reference: `${head.type}/${of}` }],
    sent: new Date(home.nowMicros() / 1000).toISOString(),
    payload: [{ contentString: text }],
  };
}

/** A corrected form of it, in her words: as the record says it, but for what she changed. */
function amended(resource: Resource, head: RecordHead, text: string): Resource {
  if (!isResourceType(resource.resourceType) || resource.resourceType !== head.type)
    throw new HaleError('usage', 'an amended form is a resource of the same type as the record');
  const note = Array.isArray(resource.note) ? resource.note : [];
  return { ...resource, meta: { security: [BY_PATIENT] }, note: [...note, { text }] };
}

export const recordRetract: Operation<'record.retract'> = ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  const id = recordId(home, subject, asked);
  const { head } = home.records.shelved(subject, id);
  if (head.origin === 'imported')
    throw new HaleError(
      'usage',
      'this was made by others and stays; say what is wrong with it in an amendment, or ask them to correct it',
    );
  if (head.state === 'retracted') return {};
  const write: RecordWrite = {
    category: head.category,
    version: {
      id,
      type: head.type,
      revision: head.revisions + 1,
      state: 'retracted',
      origin: head.origin,
      of: head.overlay?.of ?? null,
      at: head.at,
      made: home.nowMicros(),
      from: null,
      keys: [],
      isBeside: false,
      notes: [],
    },
    resource: null,
  };
  home.records.append(subject, [write]);
  return {};
};

export const recordsSources: Operation<'records.sources'> = ({ home }, { subject: name }) => {
  const { id: subject } = home.vault.subject(name);
  const sources = home.records.sources(subject).sort((a, b) => b.importedAt - a.importedAt);
  return sources.map(({ id, name: called, kind, system, importedAt, counts, state, files }) => ({
    id,
    name: called,
    kind,
    system,
    importedAt,
    counts,
    state,
    files: files.map((blob) => ({
      n: blob.n,
      name: blob.name,
      mediaType: blob.mediaType,
      sizeBytes: blob.sizeBytes,
      sha256: blob.sha256,
      isWhole: home.records.isWhole(subject, blob),
    })),
  }));
};

/** Bytes of a blob into a file of this machine. */
async function writeBlob(home: Home, subject: string, n: number, path: string): Promise<void> {
  const { blob, source } = home.records.blob(subject, n);
  const handle = openSync(path, 'w', 0o600);
  try {
    for (let at = 0; at < blob.sizeBytes; ) {
      const bytes = await source.read(at, 1024 * 1024);
      writeSync(handle, bytes);
      at += bytes.length;
      await new Promise((turn) => setImmediate(turn));
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export const recordsOriginal: Operation<'records.original'> = async ({ home }, { subject: name, n, to }) => {
  const { id: subject } = home.vault.subject(name);
  const { blob, source } = home.records.blob(subject, n);
  await writeBlob(home, subject, n, to);
  const sha256 = await home.records.hash(source, async () => {});
  if (sha256 !== blob.sha256) throw new HaleError('corrupt', 'these bytes are not what was imported');
  return { file: to, sizeBytes: blob.sizeBytes, sha256 };
};

/** Nothing that leads out of the folder. */
const safeName = (name: string): string => basename(name).replace(/[^\p{L}\p{N} ._-]/gu, '-') || 'file';

export const recordFrame: Operation<'record.frame'> = async ({ home }, asked) => {
  const { id: subject } = home.vault.subject(asked.subject);
  const { resource } = home.records.read(subject, recordId(home, subject, asked.record));
  const { shownFrame } = await import('../records/frames.ts');
  return shownFrame(home, subject, resource, asked);
};

export const recordsExport: Operation<'records.export'> = async ({ home, emit }, { subject: name, dir }) => {
  const { id: subject } = home.vault.subject(name);
  const originals = join(dir, 'originals');
  mkdirSync(originals, { recursive: true, mode: 0o700 });
  const handles = new Map<string, number>();
  let count = 0;
  try {
    for (const { origin, state, resource } of home.records.all(subject)) {
      if (state === 'retracted') continue;
      const type = origin === 'overlay' ? `${resource.resourceType}-amendments` : resource.resourceType;
      const handle = handles.get(type) ?? openSync(join(dir, `${type}.ndjson`), 'w', 0o600);
      handles.set(type, handle);
      for await (const piece of originalResource(home, subject, resource)) writeSync(handle, piece);
      writeSync(handle, '\n');
      count++;
      if (count % 500 === 0)
        emit({ progress: { what: 'records', done: count, total: home.records.count(subject), unit: 'records' } });
    }
    for (const handle of handles.values()) fsyncSync(handle);
  } finally {
    for (const handle of handles.values()) closeSync(handle);
  }
  const files = [...handles.keys()].map((type) => join(dir, `${type}.ndjson`));
  const blobs = home.records.blobs(subject).filter((blob) => home.records.isWhole(subject, blob));
  for (const { n, name: called, sha256 } of blobs) {
    // Two hospitals' files may have one name.
    const path = join(originals, `${sha256.slice(0, 8)}-${safeName(called)}`);
    await writeBlob(home, subject, n, path);
    files.push(path);
  }
  return { files, records: count, originals: blobs.length };
};
