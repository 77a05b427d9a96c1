// The import: files of devices and exports → series of samples. Pure; bytes come through ByteSource.

import { fail } from '@hale/kernel';
import { checkMapping } from './check-mapping.ts';
import { isCsv, openCsv } from './csv.ts';
import type { ByteSource, Format, ImportOptions, OpenedImport, SourceFolder } from './types.ts';
import { findHeader, isWfdb, openWfdb } from './wfdb.ts';

export { parseSampleJson } from './json-samples.ts';
export { IMPORT_LIMITS } from './limits.ts';
export { isSeriesName, parseSampleLines, type SampleRun } from './lines.ts';
export type { Mapping, TableMapping, TimeForm, TimeMapping, ValueMapping } from './mapping.ts';
export type {
  ByteSource,
  Format,
  ImportChunk,
  ImportItem,
  ImportNote,
  ImportOptions,
  OpenedImport,
  Rejection,
  RejectionReason,
  SeriesDescription,
  SeriesFound,
  SeriesKey,
  SourceFolder,
} from './types.ts';

/** Tells the format of a source; null when it is none that Hale reads. Looks at content, not only at the name. */
export async function detect(source: ByteSource, folder: SourceFolder): Promise<Format | null> {
  if (await isWfdb(source, folder)) return 'wfdb';
  return (await isCsv(source)) ? 'csv' : null;
}

/**
 * Opens a source for import. Any file of a WFDB record (`100.hea`, `100.dat`) means the record.
 * @throws HaleError 'unsupported' for an unknown format, 'malformed' for a broken header or mapping, 'not-found' for a missing sister file, 'usage' where a start time is needed.
 */
export async function open(
  source: ByteSource,
  folder: SourceFolder,
  options: ImportOptions = {},
): Promise<OpenedImport> {
  if (
    options.zoneMinutes !== undefined &&
    !(Number.isInteger(options.zoneMinutes) && Math.abs(options.zoneMinutes) <= 840)
  )
    fail('usage', 'a time zone lies between -14 and +14 hours');
  if (options.mapping) checkMapping(options.mapping);
  const format = options.mapping ? 'csv' : await detect(source, folder);
  if (format === 'wfdb') return openWfdb(source, folder, options);
  if (format === 'csv') return openCsv(source, options);
  return fail('unsupported', 'this is no file format that Hale can read');
}

/** What a name in a folder means: the file itself, or for a bare record name (`100`) its header. */
export function findSource(name: string, folder: SourceFolder): ByteSource | null {
  return folder.find(name) ?? findHeader(name, folder);
}

/** The importable sources of a folder, each WFDB record once. */
export async function sourcesIn(folder: SourceFolder): Promise<{ source: ByteSource; format: Format }[]> {
  const found: { source: ByteSource; format: Format }[] = [];
  const headers = new Set<string>();
  for (const source of folder.list()) {
    const format = await detect(source, folder);
    if (format === null) continue;
    if (format === 'wfdb') {
      const header = findHeader(source.name, folder);
      if (!header || headers.has(header.name)) continue;
      headers.add(header.name);
      found.push({ source: header, format });
    } else found.push({ source, format });
  }
  return found;
}
