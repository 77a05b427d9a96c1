/** Checks specs/vectors/records.json. The types are the file's format, as specs/records.md tells it. */
import { decodeCbor, encodeCbor, fromHex, toHex } from '@hale/kernel';
import {
  blobKeys,
  blobPlace,
  categoryOf,
  comparePersons,
  namesOf,
  packVersion,
  parseBlobPlace,
  parseFhirTime,
  personOf,
  type Resource,
  recordKeys,
  unpackEntry,
} from '@hale/vault/records';
import { Tally, type VectorResult } from './tally.ts';

/** Byte strings are lower-case hex, entries their CBOR. */
export interface RecordsVectors {
  readonly keys: readonly LogKeysVector[];
  /** One version, and the entries that hold it. */
  readonly versions: readonly { name: string; cbor: readonly string[] }[];
  readonly invalid: readonly { name: string; cbor: string; error: string }[];
  readonly names: readonly { name: string; resource: Resource; system: string; fullUrl: string; names: NamesJson }[];
  readonly categories: readonly { resource: Resource; category: string }[];
  readonly times: readonly { written: string; micros: number | null }[];
  readonly persons: readonly { known: Resource; found: Resource; are: string }[];
  readonly places: readonly { text: string; place: { n: number; offset: number; length: number } | null }[];
}

interface LogKeysVector {
  readonly kind: 'records' | 'blob';
  readonly subjectSecret: string;
  readonly series: number;
  readonly n: number;
  readonly author: string;
  readonly secret: string;
}

interface NamesJson {
  readonly own: readonly string[];
  readonly numbers: readonly string[];
  readonly content: string;
  readonly merge: readonly string[];
}

export function checkRecordsVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as RecordsVectors;
  for (const vector of vectors.keys) {
    const { kind, subjectSecret, series, n } = vector;
    tally.equal(`keys ${kind}/${series}/${n}`, () => keysOf(kind, subjectSecret, series, n), vector);
  }
  for (const { name, cbor } of vectors.versions) tally.equal(`version: ${name}`, () => repacked(cbor), cbor);
  for (const { name, cbor, error } of vectors.invalid)
    tally.refuses(`entry: ${name}`, () => unpackEntry(decodeCbor(fromHex(cbor))), error);
  for (const { name, resource, system, fullUrl, names } of vectors.names)
    tally.equal(`names: ${name}`, () => namesOf(resource, system, fullUrl), names);
  for (const { resource, category } of vectors.categories)
    tally.equal(`category: ${resource.resourceType}`, () => categoryOf(resource), category);
  for (const { written, micros } of vectors.times)
    tally.equal(`time: ${written}`, () => parseFhirTime(written)?.at ?? null, micros);
  for (const [i, { known, found, are }] of vectors.persons.entries())
    tally.equal(`persons ${i}`, () => comparePersons(personOf(known), personOf(found)), are);
  for (const { text, place } of vectors.places) {
    tally.equal(`place: ${text}`, () => parseBlobPlace(text), place);
    if (place) tally.equal(`place written: ${text}`, () => blobPlace(place), text);
  }
  return tally.result();
}

export function keysOf(kind: 'records' | 'blob', subjectSecret: string, series: number, n: number): LogKeysVector {
  const { stream } = (kind === 'records' ? recordKeys : blobKeys)(fromHex(subjectSecret), series, n);
  return { kind, subjectSecret, series, n, author: toHex(stream.author), secret: toHex(stream.secret) };
}

/** A version read out of its entries and written into entries again. */
function repacked(cbor: readonly string[]): string[] {
  const entries = cbor.map((each) => unpackEntry(decodeCbor(fromHex(each))));
  const [head] = entries;
  if (!('version' in head)) throw new Error('the first entry of a version is its head');
  const rest = entries.slice(1).flatMap((each) => ('part' in each ? [...each.part.json] : []));
  const { json } = head.version;
  const whole = json === null ? null : new Uint8Array([...json, ...rest]);
  return packVersion({ ...head.version, json: whole }).map((each) => toHex(encodeCbor(each)));
}
