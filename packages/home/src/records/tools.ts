// What the pure rooms of records lack, by Node.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import type { RecordTools } from '@hale/vault/records';

/** Zlib allows no less, and takes no more by itself. */
const CHUNK_BYTES_MIN = 64;
const CHUNK_BYTES_MAX = 16_384;

export const recordTools: Omit<RecordTools, 'import'> = {
  deflate: (bytes) => new Uint8Array(deflateRawSync(bytes)),
  inflate: (bytes, bytesMax) => {
    try {
      // In a room of its size: the usual one of 16 kB costs more than what most records take to inflate.
      const chunkSize = Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, bytesMax + 1));
      return new Uint8Array(inflateRawSync(bytes, { chunkSize, maxOutputLength: Math.max(1, bytesMax) }));
    } catch {
      throw new HaleError('malformed', 'packed bytes are damaged');
    }
  },
  hasher: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
};
