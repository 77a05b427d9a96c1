// Records as they go from one home to another when a person is handed over: entries of the logs as they are, but for what is kept back.
// specs/custody.md §4
import type { BlobRef } from './model.ts';
import { type LedgerEntry, unpackEntry } from './wire.ts';

export type HandedRecords =
  | { what: 'ledger'; entry: LedgerEntry }
  | { what: 'chunk'; n: number; at: number; bytes: Uint8Array }
  /** Entries of the log of a category that belong together. */
  | { what: 'entries'; log: number; values: unknown[] };

/** Versions with the parts that follow them, without those of records that stay. */
export function* runsOf(values: readonly unknown[], stays: (id: string) => boolean): Generator<unknown[]> {
  let run: unknown[] = [];
  for (const value of values) {
    const entry = unpackEntry(value);
    const { id } = 'part' in entry ? entry.part : entry.version;
    if (stays(id)) continue;
    if ('version' in entry && run.length > 0) {
      yield run;
      run = [];
    }
    run.push(value);
  }
  if (run.length > 0) yield run;
}

/** The bytes that imports with one of these names came in. */
export function blobsOf(
  sources: Iterable<{ id: string; blob: BlobRef; files: BlobRef[] }>,
  ids: ReadonlySet<string>,
): Set<number> {
  const numbers = new Set<number>();
  for (const { id, blob, files } of sources) if (ids.has(id)) for (const { n } of [blob, ...files]) numbers.add(n);
  return numbers;
}
