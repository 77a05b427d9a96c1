// How much memory the process takes for what lives a moment only.
import { setFlagsFromString } from 'node:v8';

/**
 * V8 doubles the room for young objects in every burst, up to 64 MB, and never gives it back. An import is one burst after the other; with the room
 * that there is at the start it takes the same processor time and some 40 MB less (bench/apple-health.ts), which a Raspberry Pi has a use for.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
