// Reading a ByteSource: sources may answer short, so this asks again until it has what it wants or the source ends.

import { IMPORT_LIMITS } from './limits.ts';
import type { ByteSource } from './types.ts';

/** Exactly `length` bytes from `offset`, fewer only where the source ends. */
export async function readFully(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const first = await source.read(offset, Math.min(length, IMPORT_LIMITS.readBytes));
  if (first.length >= length || first.length === 0) return first.subarray(0, length);
  const after = (filled: number) => source.read(offset + filled, Math.min(length - filled, IMPORT_LIMITS.readBytes));
  let part = await after(first.length);
  // Most files are smaller than what is asked for: no room is made for what does not come.
  if (part.length === 0) return first;
  const all = new Uint8Array(length);
  all.set(first);
  let filled = first.length;
  while (part.length > 0) {
    const taken = part.subarray(0, length - filled);
    all.set(taken, filled);
    filled += taken.length;
    if (filled === length) break;
    part = await after(filled);
  }
  return all.subarray(0, filled);
}
