// Files of FHIR that are one export: the *.ndjson of a bulk export with what tells of it, and the clinical records of an Apple Health export. A
// patient stands in one of them, what concerns her in the others, so they are opened as one.
import type { ByteSource, SourceFolder } from './types.ts';

/** `Observation-5B1F….json`: one resource a file, as Apple Health names them. */
const APPLE_RECORD = /^[A-Z][A-Za-z]+-[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\.json$/;
/** As they lie in the export. */
const APPLE_FOLDER = /(^|\/)clinical-records\/[^/]+\.json$/;
const NDJSON = /\.(ndjson|jsonl)$/i;
/** Of a bulk export: its log and its manifest. No resources stand there. */
const ABOUT = /^(log\.ndjson|manifest\.json)$/i;

export type FhirGroupKind = 'bulk' | 'apple';

const placeOf = ({ name, path = name }: ByteSource): string => path.slice(0, path.length - name.length);

export function groupKind({ name, path = name }: ByteSource): FhirGroupKind | null {
  if (ABOUT.test(name)) return null;
  return NDJSON.test(name) ? 'bulk' : APPLE_RECORD.test(name) || APPLE_FOLDER.test(path) ? 'apple' : null;
}

export const isAboutExport = ({ name }: ByteSource): boolean => ABOUT.test(name);

/** The file and those beside it that are of the same export, by name; itself alone where it is of none. Patients come first. */
export function fhirGroup(source: ByteSource, folder: SourceFolder): ByteSource[] {
  const kind = groupKind(source);
  if (kind === null) return [source];
  const place = placeOf(source);
  const all = folder.list().filter((each) => placeOf(each) === place && groupKind(each) === kind);
  if (!all.some(({ name }) => name === source.name)) return [source];
  const isPatients = ({ name }: ByteSource) => name.startsWith('Patient');
  return [...all.filter(isPatients), ...all.filter((each) => !isPatients(each))];
}

/** What tells of an export, beside its files. */
export function aboutExport(source: ByteSource, folder: SourceFolder): ByteSource[] {
  if (groupKind(source) !== 'bulk') return [];
  const place = placeOf(source);
  return folder.list().filter((each) => placeOf(each) === place && isAboutExport(each));
}
