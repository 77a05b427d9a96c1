// What leaves the relay is as long as its bucket, not as its text: whoever listens on the wire sees records of TLS, and their length told an
// "OK" from a refusal and a locker's share from a wrong PIN. JSON allows white space after a text, so any client reads it as before.
import { RELAY_LIMITS } from './limits.ts';

/**
 * Lengths that are used: multiples of 256 up to 2,048, then eight steps to each doubling. So padding adds an eighth at most, beyond
 * the smallest bucket.
 */
export function paddedBytes(bytes: number): number {
  const least = RELAY_LIMITS.paddingBytes;
  if (bytes <= 8 * least) return Math.max(1, Math.ceil(bytes / least)) * least;
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 3);
  return Math.ceil(bytes / step) * step;
}

/** @param text JSON @param bytes its length in UTF-8 */
export function padJson(text: string, bytes: number): string {
  return text + ' '.repeat(paddedBytes(bytes) - bytes);
}
