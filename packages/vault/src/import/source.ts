// Reading a ByteSource: sources may answer short, so this asks again until it has what it wants or the source ends.

import { IMPORT_LIMITS } from './limits.ts';
import type { ByteSource } from './types.ts';

/** Exactly `length` bytes from `offset`, fewer only where the source ends. */
export async function readFully(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const first = await source.read(offset, Math.min(length, IMPORT_LIMITS.readBytes));
  if (first.length === length || first.length === 0) return first;
  const all = new Uint8Array(length);
  all.set(first.subarray(0, length));
  let filled = Math.min(first.length, length);
  while (filled < length) {
    const part = await source.read(offset + filled, Math.min(length - filled, IMPORT_LIMITS.readBytes));
    if (part.length === 0) break;
    const taken = part.subarray(0, length - filled);
    all.set(taken, filled);
    filled += taken.length;
  }
  return all.subarray(0, filled);
}
