// Blobs: bytes of any length beside the records, as chunks in a log of their own, sealed like everything. A blob that was broken off goes on
// where it stopped: its chunks are numbered, and the ledger names it before its first chunk is written. specs/records.md §5
import { HaleError, toHex } from '@hale/kernel';
import type { ByteSource } from '../import/types.ts';
import { type LogWriter, openLogEvent } from '../log.ts';
import type { Vault } from '../vault.ts';
import type { RecordTools } from './format.ts';
import { BLOB_BYTES_MAX, BLOB_CHUNK_BYTES, BLOB_COMMIT_CHUNKS } from './limits.ts';
import type { BlobRef } from './model.ts';

/** [number of the chunk, whether it is deflated, its bytes] */
type ChunkEntry = [number, boolean, Uint8Array];

/** Told after each commit; an answer that waits lets other work of the node have its turn. */
export type BlobProgress = (doneBytes: number, totalBytes: number) => Promise<void>;

export interface NewBlob {
  source: ByteSource;
  name: string;
  mediaType: string;
}

type Tools = Pick<RecordTools, 'deflate' | 'inflate' | 'hasher'>;

export class BlobLog {
  readonly #vault: Vault;
  readonly #log: LogWriter;
  readonly #tools: Tools;

  constructor(vault: Vault, log: LogWriter, tools: Tools) {
    this.#vault = vault;
    this.#log = log;
    this.#tools = tools;
  }

  /** Seals chunks as the next entries, in the caller's transaction. */
  append(first: number, chunks: readonly Uint8Array[]): void {
    const entries = chunks.map((chunk, i): ChunkEntry => {
      const packed = this.#tools.deflate(chunk);
      return packed.length < chunk.length ? [first + i, true, packed] : [first + i, false, chunk];
    });
    this.#log.append(entries);
  }

  /** Chunks that are there, counted from the first without a hole. */
  get length(): number {
    const numbers = new Set(this.#vault.store.logEvents(this.#log.number).map(({ seq }) => seq));
    let length = 0;
    while (numbers.has(length)) length++;
    return length;
  }

  /** @throws HaleError 'not-found' for a chunk that is not here, 'malformed' for one that is damaged */
  chunk(number: number): Uint8Array {
    const { store } = this.#vault;
    // Entries of a blob have the numbers of their chunks; another home that went on with it wrote the same ones.
    for (const { eventId } of store.logEntry(this.#log.number, number)) {
      const event = store.event(eventId);
      const found = event && openLogEvent(event, this.#log.stream).find(({ seq }) => seq === number);
      if (!found) continue;
      const [at, isDeflated, bytes] = found.value as ChunkEntry;
      if (at === number) return isDeflated ? this.#tools.inflate(bytes, BLOB_CHUNK_BYTES) : bytes;
    }
    throw new HaleError('not-found', 'a part of these bytes is not here yet; it comes from a relay', { chunk: number });
  }
}

export const chunksOf = (sizeBytes: number): number => Math.ceil(sizeBytes / BLOB_CHUNK_BYTES);

/** A blob as a source of bytes. */
export function blobSource(log: BlobLog, blob: BlobRef): ByteSource {
  let held: { number: number; bytes: Uint8Array } | null = null;
  const chunk = (number: number): Uint8Array => {
    if (held?.number !== number) held = { number, bytes: log.chunk(number) };
    return held.bytes;
  };
  return {
    name: blob.name,
    sizeBytes: blob.sizeBytes,
    read: async (offset, length) => {
      const end = Math.min(offset + length, blob.sizeBytes);
      const out = new Uint8Array(Math.max(0, end - offset));
      for (let at = offset; at < end; ) {
        const number = Math.floor(at / BLOB_CHUNK_BYTES);
        const within = at - number * BLOB_CHUNK_BYTES;
        const piece = chunk(number).subarray(within, within + end - at);
        if (piece.length === 0) throw new HaleError('corrupt', 'a chunk of these bytes is too short');
        out.set(piece, at - offset);
        at += piece.length;
      }
      return out;
    },
  };
}

/** SHA-256 of a source, hex. @throws HaleError 'too-large' */
export async function hashOf(source: ByteSource, tools: Tools, turn: () => Promise<void>): Promise<string> {
  checkSize(source.sizeBytes);
  const hasher = tools.hasher();
  for await (const piece of piecesOf(source, 0)) {
    hasher.update(piece);
    await turn();
  }
  return toHex(hasher.digest());
}

export function checkSize(sizeBytes: number): void {
  if (sizeBytes > BLOB_BYTES_MAX)
    throw new HaleError('too-large', 'this is larger than a record can keep beside it: 2 GB', { max: BLOB_BYTES_MAX });
}

/** Commits of a source's bytes from a chunk on, each a whole number of chunks but the last. */
export async function* piecesOf(source: ByteSource, fromChunk: number): AsyncGenerator<Uint8Array, void, void> {
  const commit = BLOB_CHUNK_BYTES * BLOB_COMMIT_CHUNKS;
  for (let at = fromChunk * BLOB_CHUNK_BYTES; at < source.sizeBytes; at += commit) {
    const bytes = new Uint8Array(Math.min(commit, source.sizeBytes - at));
    for (let filled = 0; filled < bytes.length; ) {
      const part = await source.read(at + filled, Math.min(1024 * 1024, bytes.length - filled));
      if (part.length === 0) throw new HaleError('malformed', 'the file ended early: it changed while it was read');
      bytes.set(part.subarray(0, bytes.length - filled), filled);
      filled += part.length;
    }
    yield bytes;
  }
}

export function cut(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: chunksOf(bytes.length) }, (_, i) =>
    bytes.subarray(i * BLOB_CHUNK_BYTES, (i + 1) * BLOB_CHUNK_BYTES),
  );
}
