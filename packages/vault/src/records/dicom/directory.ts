// The directory of a CD (DICOMDIR, PS3.3 F): patients, their studies, their series, their images, as a tree. Its entries point at each other by
// their place in the file; what points in a circle or nowhere is left.
import type { Header } from './header.ts';
import { DICOM_DIRECTORY_RECORDS_MAX } from './limits.ts';

export interface DirectoryEntry {
  /** `PATIENT`, `STUDY`, `SERIES`, `IMAGE` and others. */
  kind: string;
  /** Path of its file, with `/`; empty where it names none. */
  path: string;
  /** Instance, series or study UID, by its kind. */
  uid: string;
  title: string;
  below: DirectoryEntry[];
}

export const DIRECTORY_CLASS = '1.2.840.10008.1.3.10';

const FIRST = 'x00041200';
const NEXT = 'x00041400';
const LOWER = 'x00041420';
const KIND = 'x00041430';
const FILE = 'x00041500';

const TITLES: Readonly<Record<string, string>> = { PATIENT: 'x00100010', STUDY: 'x00081030', SERIES: 'x0008103e' };
const UIDS: Readonly<Record<string, string>> = { STUDY: 'x0020000d', SERIES: 'x0020000e' };

export function readDirectory(header: Header): DirectoryEntry[] {
  const all = new Map(header.items('x00041220').map(({ header: entry, offset }) => [offset, entry]));
  const seen = new Set<number>();
  const follow = (first: number, depth: number): DirectoryEntry[] => {
    const level: DirectoryEntry[] = [];
    for (let at = first; at !== 0; ) {
      const entry = all.get(at);
      if (entry === undefined || seen.has(at) || seen.size >= DICOM_DIRECTORY_RECORDS_MAX || depth > 8) break;
      seen.add(at);
      level.push(entryOf(entry, follow(entry.long(LOWER) ?? 0, depth + 1)));
      at = entry.long(NEXT) ?? 0;
    }
    return level;
  };
  return follow(header.long(FIRST) ?? 0, 0);
}

function entryOf(entry: Header, below: DirectoryEntry[]): DirectoryEntry {
  const kind = entry.text(KIND);
  const uid = entry.text(Object.hasOwn(UIDS, kind) ? UIDS[kind] : 'x00041511');
  const title = Object.hasOwn(TITLES, kind) ? entry.text(TITLES[kind]) : '';
  // Names of a CD: eight letters, digits or strokes; what leads out of it is no name.
  const parts = entry.texts(FILE).filter((part) => part !== '' && part !== '.' && part !== '..');
  return { kind, uid, title, path: parts.join('/'), below };
}

/** All files that it names. */
export const filesIn = (entries: readonly DirectoryEntry[]): string[] =>
  entries.flatMap(({ path, below }) => [...(path === '' ? [] : [path]), ...filesIn(below)]);
