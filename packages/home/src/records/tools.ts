// What the pure rooms of records lack, by Node.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import type { RecordTools } from '@hale/vault/records';

export const recordTools: Omit<RecordTools, 'import'> = {
  deflate: (bytes) => new Uint8Array(deflateRawSync(bytes)),
  inflate: (bytes, bytesMax) => {
    try {
      return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: Math.max(1, bytesMax) }));
    } catch {
      throw new HaleError('malformed', 'packed bytes are damaged');
    }
  },
  hasher: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
};
