// Records over the vault of fixture.ts, and sources made of text.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { utf8Encode } from '@hale/kernel';
import type { ByteSource, SourceFolder } from '../src/import/index.ts';
import {
  FHIR_RECORDS,
  type IncomingResource,
  Intake,
  lookInto,
  nobody,
  type OpenedRecords,
  type RecordItem,
  Records,
  type RecordTools,
  type Resource,
  type SourceEntry,
} from '../src/records/index.ts';
import type { Bench } from './fixture.ts';

export const TOOLS: RecordTools = {
  deflate: (bytes) => new Uint8Array(deflateRawSync(bytes)),
  inflate: (bytes, bytesMax) => new Uint8Array(inflateRawSync(bytes, { maxOutputLength: bytesMax })),
  hasher: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
  import: {
    inflateRaw: () => {
      throw new Error('no archive here');
    },
    openDatabase: () => Promise.reject(new Error('no database here')),
  },
};

/** Reads at most `piece` bytes at a time. */
export function sourceOf(
  content: string | Uint8Array,
  name = 'bundle.json',
  piece = Number.POSITIVE_INFINITY,
): ByteSource {
  const bytes = typeof content === 'string' ? utf8Encode(content) : content;
  return {
    name,
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.slice(offset, offset + Math.min(length, piece)),
  };
}

export const alone = (source: ByteSource): SourceFolder => ({ list: () => [source], find: () => source });

export const opened = (content: string, name?: string): Promise<OpenedRecords> => {
  const source = sourceOf(content, name);
  return FHIR_RECORDS.open(source, alone(source), TOOLS);
};

export async function itemsOf(content: string, name?: string): Promise<RecordItem[]> {
  const items: RecordItem[] = [];
  for await (const item of (await opened(content, name)).items([7])) items.push(item);
  return items;
}

export const noTurn = async (): Promise<void> => {};

export function openRecords(bench: Bench): Records {
  const records = new Records(bench.vault, TOOLS);
  bench.vault.afterFailure = () => records.reload();
  return records;
}

let sources = 0;

/** Takes resources in as one source; with `system` they come from that server. */
export function takeIn(
  bench: Bench,
  records: Records,
  resources: (Resource | IncomingResource)[],
  system = '',
  patients: Resource[] = [],
): Intake {
  const id = (++sources).toString(16).padStart(16, '0');
  const own = patients.map((patient) => ({
    called: '',
    person: nobody(),
    references: [`Patient/${patient.id}`],
  }));
  const intake = new Intake(records, bench.me, { id, system, own, others: [] }, () => bench.clock.now++);
  const batch = resources.map((each) =>
    'resource' in each ? (each as IncomingResource) : { resource: each as Resource, place: 'entry' },
  );
  const blob = { n: 1, sha256: '', sizeBytes: 0, chunks: 0, mediaType: '', name: '' };
  const entry: SourceEntry = {
    ...{ id, name: system, kind: 'fhir', system: intake.system, importedAt: bench.clock.now, sha256: id },
    ...{ blob, files: [], counts: intake.counts, state: 'done' },
  };
  intake.take(batch, [], () => ({ type: 'source', source: entry }));
  return intake;
}

export const lookAt = async (content: string) => lookInto(await opened(content), noTurn);
