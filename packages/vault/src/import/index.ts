// The import: files of devices and exports → series of samples. Pure; bytes come through ByteSource.

import { fail } from '@hale/kernel';
import { checkMapping } from './check-mapping.ts';
import { checkCorrections } from './corrections.ts';
import { CSV } from './csv.ts';
import type { ImportFormat } from './format.ts';
import { FORMATS } from './formats.ts';
import { JSON_TABLE } from './json-table.ts';
import type { ByteSource, Format, ImportOptions, OpenedImport, SourceFolder } from './types.ts';
import { findHeader } from './wfdb.ts';

export {
  type ColumnCorrection,
  type ColumnReading,
  type Corrections,
  checkCorrections,
  columnCorrection,
} from './corrections.ts';
export { slug } from './describe.ts';
export { openFhirSeries } from './fhir.ts';
export { isAboutExport } from './fhir-group.ts';
export type { ImportFormat } from './format.ts';
export { parseSampleJson } from './json-samples.ts';
export { IMPORT_LIMITS } from './limits.ts';
export { isSeriesName, parseSampleLines, type SampleRun } from './lines.ts';
export {
  type Mapping,
  type TableMapping,
  TIME_FORMS,
  type TimeForm,
  type TimeMapping,
  type ValueMapping,
} from './mapping.ts';
export type {
  ByteSource,
  ForeignDatabase,
  Format,
  ImportChunk,
  ImportItem,
  ImportNote,
  ImportOptions,
  ImportTools,
  OpenedImport,
  Rejection,
  RejectionReason,
  SeriesDescription,
  SeriesFound,
  SeriesKey,
  SourceFolder,
} from './types.ts';
export { archivesIn, isZip, zipFolder } from './zip.ts';

/** Tells the format of a source; null when it is none that Hale reads. Looks at content, not only at the name. */
export async function detect(source: ByteSource, folder: SourceFolder): Promise<Format | null> {
  return (await formatOf(source, folder))?.name ?? null;
}

async function formatOf(source: ByteSource, folder: SourceFolder): Promise<ImportFormat | null> {
  for (const format of FORMATS) if (await format.detect(source, folder)) return format;
  return null;
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
  if (options.corrections) checkCorrections(options.corrections);
  const spoken = options.corrections !== undefined || options.remembered !== undefined;
  const mapped = options.mapping?.fields === undefined ? CSV : JSON_TABLE;
  // A table whose time only a person recognises is still a table: what she says, or said, may open it.
  const format = options.mapping ? mapped : ((await formatOf(source, folder)) ?? (spoken ? CSV : null));
  if (!format) return fail('unsupported', 'this is no file format that Hale can read');
  return format.open(source, folder, options);
}

/** What a name in a folder means: the file itself, or for a bare record name (`100`) its header. */
export function findSource(name: string, folder: SourceFolder): ByteSource | null {
  return folder.find(name) ?? findHeader(name, folder);
}

const rethrow = (_: ByteSource, error: unknown): void => {
  throw error;
};

/** The importable sources of a folder or archive, each recording or export of several files once. `failed` is told of those that cannot even be looked at. */
export async function sourcesIn(
  folder: SourceFolder,
  failed: (source: ByteSource, error: unknown) => void = rethrow,
): Promise<{ source: ByteSource; format: Format }[]> {
  const found: { source: ByteSource; format: Format }[] = [];
  const taken = new Set<string>();
  for (const source of folder.list()) {
    try {
      const format = await formatOf(source, folder);
      const head = format?.head ? await format.head(source, folder) : source;
      const name = `${format?.name} ${head?.path ?? head?.name}`;
      if (!format || !head || taken.has(name)) continue;
      taken.add(name);
      found.push({ source: head, format: format.name });
    } catch (error) {
      failed(source, error);
    }
  }
  return found;
}
