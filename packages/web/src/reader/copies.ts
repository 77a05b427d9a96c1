// The health records of a grant in the worker: the packed pages unpacked by the browser's own means, and listed as every recipient lists them.
import { type CopiesState, copiedResources, LIMITS } from '@hale/consent';
import type { OpenedRecords } from '@hale/home';
import { HaleError } from '@hale/kernel';
import { listedCopies } from '@hale/vault/records/listed';

/** @throws HaleError 'malformed' for pages that are damaged */
export async function openedCopies(
  { state, count, told, packed }: CopiesState,
  nowMicros: number,
): Promise<OpenedRecords> {
  const unpacked = new Map<Uint8Array, Uint8Array>();
  for (const page of packed) unpacked.set(page, await inflated(page, LIMITS.pageTextBytesMax));
  const resources = copiedResources(packed, (page) => unpacked.get(page) as Uint8Array);
  return { state, count, told, listed: listedCopies(resources, nowMicros / 1000), resources };
}

/** Raw DEFLATE (RFC 1951). @throws HaleError 'malformed' where it is damaged or comes to more than `bytesMax` */
async function inflated(packed: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > bytesMax) throw new HaleError('malformed', 'a page of records is larger than one may be');
      pieces.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => {});
    if (error instanceof HaleError) throw error;
    throw new HaleError('malformed', 'packed bytes are damaged');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
