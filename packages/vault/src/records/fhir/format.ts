// FHIR as a format of records: a Bundle of any type, a resource by itself, a list of them, NDJSON, a bulk export, Apple's clinical records.
import { fail } from '@hale/kernel';
import { aboutExport, fhirGroup, groupKind } from '../../import/fhir-group.ts';
import { type Fields, fieldsOf, firstRecords, isFields, jsonHead, listOf, textOf } from '../../import/json-records.ts';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import { clinicalTime } from '../clinical-time.ts';
import type { OpenedRecords, RecordFormat, RecordItem } from '../format.ts';
import type { Resource, SourceKind } from '../model.ts';
import { toR4 } from './r5.ts';
import { scanJson } from './scan.ts';
import { isSeriesOnly } from './series-only.ts';
import { isResourceType, R5_TYPES } from './types.ts';

const MEDIA_TYPE = 'application/fhir+json';
const NDJSON_TYPE = 'application/fhir+ndjson';
const HEAD_BYTES = 4_096;
/** Entries without a resource that wait for the end of their top value: of a List they are what it lists. */
const HELD_ENTRIES_MAX = 10_000;
/** Bundles may lie in bundles. */
const NESTED_MAX = 4;
/** Bytes of a manifest or log of an export that are looked at. */
const ABOUT_BYTES_MAX = 256 * 1024;

/** Answers of a server about a request, and what it is set up with: nobody's health. */
const NO_RECORD: ReadonlySet<string> = new Set([
  ...['OperationOutcome', 'CapabilityStatement', 'StructureDefinition', 'SearchParameter', 'CodeSystem', 'ValueSet'],
  ...[
    'ConceptMap',
    'NamingSystem',
    'ImplementationGuide',
    'CompartmentDefinition',
    'OperationDefinition',
    'Subscription',
  ],
]);

const TYPE_TOLD = /"resourceType"\s*:\s*"([A-Za-z]+)"/;

const isFhirXml = (head: string): boolean =>
  /^\s*(?:\u00ef\u00bb\u00bf)?\s*</.test(head) && head.includes('"http://hl7.org/fhir"');

async function headText(source: ByteSource): Promise<string> {
  const bytes = await readFully(source, 0, Math.min(HEAD_BYTES, source.sizeBytes));
  return String.fromCharCode(...bytes);
}

async function isFhir(source: ByteSource): Promise<boolean> {
  const head = await headText(source);
  if (isFhirXml(head)) return true;
  // In UTF-16, or of a type that there is not: plainly meant to be FHIR, and `open` or the report says what is wrong.
  if (/^[^{[]{0,8}[{[]/.test(head) && TYPE_TOLD.test(head.replaceAll('\0', ''))) return true;
  if ((await jsonHead(source)) === null) return false;
  const first = (await firstRecords(source, ['entry'])) ?? [];
  return first.some((value) => isResourceType(fieldsOf(value).resourceType) || isFields(fieldsOf(value).resource));
}

async function belongings(source: ByteSource, files: ByteSource[]): Promise<{ kind: SourceKind; what: string }> {
  const kind = groupKind(source);
  const count = files.length === 1 ? 'one file' : `${files.length} files`;
  if (kind === 'bulk') return { kind: 'ndjson', what: `FHIR resources line by line (NDJSON), ${count}` };
  if (kind === 'apple' && files.length > 1)
    return { kind: 'apple', what: `Clinical records of Apple Health, ${count}` };
  const type = TYPE_TOLD.exec(await headText(source))?.[1];
  return {
    kind: 'fhir',
    what: type === 'Bundle' || type === undefined ? 'A FHIR bundle' : `A FHIR resource (${type})`,
  };
}

/** The server of a bulk export, from its log or manifest. */
async function exportedFrom(files: readonly ByteSource[]): Promise<string> {
  for (const file of files) {
    const bytes = await readFully(file, 0, Math.min(file.sizeBytes, ABOUT_BYTES_MAX));
    const text = String.fromCharCode(...bytes);
    const told = /"(?:exportUrl|request)"\s*:\s*"(https?:\/\/[^"\s]+)"/.exec(text)?.[1];
    const base = told && /^(https?:\/\/[^?\s]+?)\/(?:(?:Group|Patient)\/(?:[^/?]+\/)?)?\$export/.exec(told)?.[1];
    if (base) return base;
  }
  return '';
}

export const FHIR_RECORDS: RecordFormat = {
  name: 'fhir',
  detect: isFhir,
  head: (source, folder) => fhirGroup(source, folder)[0],
  open: async (source, folder): Promise<OpenedRecords> => {
    if (isFhirXml(await headText(source)))
      fail('unsupported', 'this is FHIR written as XML, which is not read yet: ask for it as JSON');
    const group = fhirGroup(source, folder);
    const files = group.length === 1 ? group : await onlyFhir(group);
    const about = aboutExport(source, folder);
    const mediaType = groupKind(source) === 'bulk' ? NDJSON_TYPE : MEDIA_TYPE;
    return {
      ...(await belongings(source, files)),
      system: await exportedFrom(about),
      originals: [...files, ...about].map((file) => ({ source: file, mediaType })),
      items: (blobs) => itemsOf(files, blobs),
    };
  },
};

/** Beside resources, a folder may hold other NDJSON. */
async function onlyFhir(group: readonly ByteSource[]): Promise<ByteSource[]> {
  const files: ByteSource[] = [];
  for (const file of group) if (await isFhir(file)) files.push(file);
  return files;
}

async function* itemsOf(
  files: readonly ByteSource[],
  blobs: readonly number[] | undefined,
): AsyncGenerator<RecordItem, void, void> {
  for (const [i, file] of files.entries()) {
    const told = files.length > 1 ? `${file.name}, ` : '';
    const held: Fields[] = [];
    for await (const { kind, number, line, value } of scanJson(file, blobs?.[i] ?? 0)) {
      const place = kind === 'entry' ? `${told}entry ${number}` : `${told}line ${line}`;
      if (typeof value === 'string') yield { type: 'unusable', place, reason: value };
      else if (kind === 'entry') {
        if (isFields(value.resource) || value.resourceType !== undefined) yield* resourcesIn(value, place, 0);
        else if (held.length < HELD_ENTRIES_MAX) held.push(value);
      } else {
        const entries = held.splice(0);
        // The entries of a Bundle went before it; those of a List are part of it.
        const isBundle = value.resourceType === 'Bundle' || value.resourceType === undefined;
        if (!isBundle) yield* resourcesIn(entries.length > 0 ? { ...value, entry: entries } : value, place, 0);
        else if (value.resourceType === undefined) yield { type: 'unusable', place, reason: 'resource type missing' };
      }
    }
  }
}

/** A resource, what an entry holds, or what lies in a Bundle within. */
function* resourcesIn(value: Fields, place: string, depth: number): Generator<RecordItem> {
  const fullUrl = textOf(value.fullUrl);
  const resource = isFields(value.resource) ? value.resource : value;
  const { resourceType } = resource;
  if (resourceType === 'Bundle') {
    if (depth >= NESTED_MAX) yield { type: 'unusable', place, reason: 'nested too deeply' };
    else
      for (const [i, entry] of listOf(resource.entry).entries())
        if (isFields(entry) && isFields(entry.resource)) yield* resourcesIn(entry, `${place}.${i + 1}`, depth + 1);
    return;
  }
  if (resourceType === undefined) yield { type: 'unusable', place, reason: 'resource type missing' };
  else if (!isResourceType(resourceType)) yield { type: 'unusable', place, reason: 'not FHIR' };
  else if (!NO_RECORD.has(resourceType) && !isSeriesOnly(resource as unknown as Resource))
    yield readResource(resource as unknown as Resource, place, fullUrl);
}

function readResource(given: Resource, place: string, fullUrl: string): RecordItem {
  const { resource, note } = R5_TYPES.has(given.resourceType)
    ? { resource: given, note: 'r5-kept' as const }
    : toR4(given);
  const notes: string[] = note === null ? [] : [note];
  if (clinicalTime(resource)?.lacksZone) notes.push('no-zone');
  return {
    type: 'resource',
    resource,
    place,
    ...(fullUrl === '' ? {} : { fullUrl }),
    ...(notes.length > 0 ? { notes } : {}),
  };
}
