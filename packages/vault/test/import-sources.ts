// Sources for import tests: bytes in memory and the recorded files of test/data.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ByteSource,
  ImportItem,
  ImportOptions,
  OpenedImport,
  Rejection,
  SourceFolder,
} from '../src/import/index.ts';
import { open } from '../src/import/index.ts';

const DATA = join(import.meta.dirname, '../../../test/data/telemetry');

/** A source over bytes. `partBytes` makes it answer short, as pipes and networks do. */
export function source(name: string, content: Uint8Array | string, partBytes = Number.POSITIVE_INFINITY): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    sizeBytes: bytes.length,
    async read(offset, length) {
      if (length > 1024 * 1024) throw new Error('asked for more than 1 MiB');
      return bytes.subarray(offset, Math.min(offset + Math.min(length, partBytes), bytes.length));
    },
  };
}

export function folder(...sources: ByteSource[]): SourceFolder {
  return { list: () => sources, find: (name) => sources.find((one) => one.name === name) ?? null };
}

export function recorded(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(DATA, path)));
}

export function recordedFolder(path: string): SourceFolder {
  return folder(...readdirSync(join(DATA, path)).map((name) => source(name, recorded(`${path}/${name}`))));
}

export function openText(
  content: string | Uint8Array,
  options: ImportOptions = {},
  name = 'table.csv',
): Promise<OpenedImport> {
  const one = source(name, content);
  return open(one, folder(one), options);
}

/** All that an import gave, samples of a series joined. */
export interface Collected {
  series: Map<string, { times: number[]; values: number[] }>;
  rejections: Rejection[];
  notes: string[];
  found: string[];
  positions: number[];
  /** Of notes. */
  texts: Set<string>;
}

export async function collect(items: AsyncIterable<ImportItem>): Promise<Collected> {
  const collected: Collected = {
    series: new Map(),
    rejections: [],
    notes: [],
    found: [],
    positions: [],
    texts: new Set(),
  };
  for await (const item of items) {
    if (item.type === 'rejection') collected.rejections.push(item);
    else if (item.type === 'note') collected.notes.push(item.text);
    else if (item.type === 'series') collected.found.push(item.series.key);
    else {
      const joined = collected.series.get(item.series) ?? { times: [], values: [] };
      for (let i = 0; i < item.times.length; i++) {
        joined.times.push(item.times[i]);
        joined.values.push(item.values[i]);
      }
      for (const text of item.texts ?? []) collected.texts.add(text);
      collected.series.set(item.series, joined);
      collected.positions.push(item.position);
    }
  }
  return collected;
}

/** Samples as a set: series, time and value of each. */
export function sampleSet(...all: Collected[]): Set<string> {
  const set = new Set<string>();
  for (const { series } of all)
    for (const [key, { times, values }] of series)
      for (let i = 0; i < times.length; i++) set.add(`${key} ${times[i]} ${values[i]}`);
  return set;
}

export const micros = (iso: string): number => Date.parse(iso) * 1000;
