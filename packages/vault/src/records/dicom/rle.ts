// DICOM's run-length coding (PS3.5 annex G): each byte of a pixel by itself, packed as PackBits.
import { fail } from '@hale/kernel';

const HEADER_BYTES = 64;
const SEGMENTS_MAX = 15;

interface Shape {
  rows: number;
  columns: number;
  samples: number;
  bitsAllocated: number;
}

const damaged = (): never =>
  fail('malformed', 'this image is damaged: its run lengths do not come to its rows and columns');

/** The frame as it would lie plain: of colours plane after plane, of 16 bits the low byte first. @throws HaleError 'malformed' */
export function unpackRle(
  bytes: Uint8Array,
  { rows, columns, samples, bitsAllocated }: Shape,
  size: number,
): Uint8Array {
  if (bytes.length < HEADER_BYTES) return damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = view.getUint32(0, true);
  const perSample = bitsAllocated / 8;
  if (segments !== samples * perSample || segments > SEGMENTS_MAX) return damaged();
  const pixels = rows * columns;
  const out = new Uint8Array(size);
  for (let s = 0; s < segments; s++) {
    const begin = view.getUint32(4 + 4 * s, true);
    const end = s + 1 < segments ? view.getUint32(8 + 4 * s, true) : bytes.length;
    if (begin < HEADER_BYTES || end > bytes.length || begin > end) return damaged();
    const sample = Math.floor(s / perSample);
    // The high byte comes first.
    const byte = perSample - 1 - (s % perSample);
    unpackSegment(bytes.subarray(begin, end), out, {
      from: sample * pixels * perSample + byte,
      step: perSample,
      count: pixels,
    });
  }
  return out;
}

function unpackSegment(
  packed: Uint8Array,
  out: Uint8Array,
  { from, step, count }: { from: number; step: number; count: number },
): void {
  let done = 0;
  for (let i = 0; i < packed.length && done < count; ) {
    const control = packed[i++];
    if (control === 128) continue;
    const isRun = control > 128;
    const length = isRun ? 257 - control : control + 1;
    if (i + (isRun ? 1 : length) > packed.length || done + length > count) damaged();
    for (let k = 0; k < length; k++) out[from + step * done++] = packed[isRun ? i : i + k];
    i += isRun ? 1 : length;
  }
  if (done < count) damaged();
}
