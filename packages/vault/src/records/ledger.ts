// What the log of sources says: imports, blobs, and who the person is.
import type { LogEntry } from '../log.ts';
import type { BlobRef, KnownPerson, SourceEntry } from './model.ts';
import { withPerson } from './person.ts';
import { asLedgerEntry, type LedgerEntry } from './wire.ts';

export class Ledger {
  readonly sources = new Map<string, SourceEntry>();
  readonly blobs = new Map<number, BlobRef>();
  person: KnownPerson = { identifiers: [], names: [], birthDates: [] };

  constructor(entries: readonly LogEntry[]) {
    for (const { value } of entries) {
      const entry = asLedgerEntry(value);
      if (entry) this.put(entry);
    }
  }

  put(entry: LedgerEntry): void {
    if (entry.type === 'blob') this.blobs.set(entry.blob.n, entry.blob);
    else if (entry.type === 'source') this.sources.set(entry.source.id, entry.source);
    else this.person = withPerson(this.person, entry.person);
  }

  blobOf(sha256: string): BlobRef | undefined {
    for (const blob of this.blobs.values()) if (blob.sha256 === sha256) return blob;
    return undefined;
  }

  /** The import of exactly these bytes. */
  sourceOf(sha256: string): SourceEntry | undefined {
    for (const source of this.sources.values()) if (source.sha256 === sha256) return source;
    return undefined;
  }
}
