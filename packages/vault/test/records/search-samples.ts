// Records that others wrote, as the index gets them: the Synthea patients, the bulk export, HL7's examples and the patient summaries of test/data/fhir.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { categoryOf, clinicalTime, type RecordEntry, type Resource } from '../../src/records/index.ts';
import { RecordIndex, type Resolve, searchParameters } from '../../src/records/search/index.ts';

const DATA = join(import.meta.dirname, '../../../../test/data/fhir');

/** A resource with the name by which the others of its file refer to it, and the file. */
export interface Sample {
  resource: Resource;
  fullUrl: string;
  source: string;
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function* samplesIn(path: string): Generator<Sample> {
  const folder = basename(join(path, '..'));
  if (path.includes('.ndjson')) {
    for (const line of textOf(path).split('\n').filter(Boolean))
      yield { resource: JSON.parse(line) as Resource, fullUrl: '', source: folder };
    return;
  }
  const whole = JSON.parse(textOf(path)) as Resource;
  const entries = whole.resourceType === 'Bundle' ? whole.entry : undefined;
  if (!Array.isArray(entries)) yield { resource: whole, fullUrl: '', source: folder };
  else
    for (const { resource, fullUrl = '' } of entries as { resource?: Resource; fullUrl?: string }[])
      if (resource) yield { resource, fullUrl, source: basename(path) };
}

export function samples(pattern = '{synthea,bulk-10,hl7-examples,ips}/*.{json,json.gz,ndjson.gz}'): Sample[] {
  const paths = globSync(join(DATA, pattern)).filter((path) => !basename(path).startsWith('log.'));
  return paths.sort().flatMap((path) => [...samplesIn(path)]);
}

/** All examples of HL7 and of its labels, where they lie beside the repository. */
export function moreSamples(): Sample[] {
  const places = [join(import.meta.dirname, '../../../../../shared/data/fhir'), '/work/shared/data/fhir'];
  const place = places.find((path) => existsSync(path));
  const paths = place === undefined ? [] : globSync(join(place, '{hl7-examples,ds4p,validator-cases}/*.json'));
  return paths.sort().flatMap((path) => [...samplesIn(path)]);
}

const ID_DIGITS = 16;
const ADDED = 1_790_000_000_000_000;

export function entriesOf(all: readonly Sample[]): RecordEntry[] {
  return all.map(({ resource, fullUrl, source }, i) => {
    const id = (0xabc000000000 + i).toString(16).padStart(ID_DIGITS, '0');
    const localId = fullUrl || `${resource.resourceType}/${resource.id ?? i}`;
    return {
      ...{ id, type: resource.resourceType, category: categoryOf(resource), revision: 1, revisions: 1 },
      ...{ at: clinicalTime(resource)?.at ?? null, sources: [{ source, localId, at: ADDED }], origin: 'imported' },
      ...{ state: 'current', addedAt: ADDED + i, changedAt: ADDED + i, notes: [], resource },
    };
  });
}

/** What references of the samples mean: within one file, by full address or by type and id. */
export function resolverOf(entries: readonly RecordEntry[]): Resolve {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const names = new Map<string, string>();
  for (const { id, type, resource, sources } of entries)
    for (const name of [sources[0]?.localId ?? '', `${type}/${resource.id}`]) {
      const key = `${sources[0]?.source} ${name}`;
      if (!names.has(key)) names.set(key, id);
    }
  return (from, reference) => {
    const source = byId.get(from)?.sources[0].source;
    const short = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]+)(?:\/_history\/.*)?$/.exec(reference)?.[1];
    return names.get(`${source} ${reference}`) ?? names.get(`${source} ${short}`) ?? null;
  };
}

export async function indexOf(entries: readonly RecordEntry[], resolve = resolverOf(entries)): Promise<RecordIndex> {
  const index = new RecordIndex(await searchParameters());
  for (let at = 0; at < entries.length; at += 200) index.put(entries.slice(at, at + 200));
  for (const _ of index.following(resolve));
  return index;
}
