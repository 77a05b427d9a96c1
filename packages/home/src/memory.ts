// How much memory the process takes for what lives a moment only.
import { setFlagsFromString } from 'node:v8';

/**
 * V8 doubles the room for young objects in every burst, up to 64 MB, and never gives it back. An import is one burst after the other; with the room
 * that there is at the start it takes the same processor time and some 40 MB less (bench/apple-health.ts), which a Raspberry Pi has a use for.
 *
 * What an import holds for a second grows old meanwhile, and V8 lets the heap become up to four times what lives before it looks through it. With
 * half as much on top an Apple Health export of a gigabyte takes 100 MB less and the same time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
