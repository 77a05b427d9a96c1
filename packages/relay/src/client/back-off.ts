// How long to wait before trying an unreachable relay again: doubling, bounded, and spread so that a power cut in a town
// does not bring all its homes back in the same second.
import { CLIENT_LIMITS } from './limits.ts';

/**
 * Milliseconds to wait after `failures` failures in a row (≥ 1): between half and the whole of 1 s · 2^(failures − 1), at most 5 min.
 * @param random cryptographic or not, `byteLength` bytes
 */
export function backOffMillis(failures: number, random: (byteLength: number) => Uint8Array): number {
  const whole = Math.min(
    CLIENT_LIMITS.backOffMaxMillis,
    CLIENT_LIMITS.backOffMinMillis * 2 ** Math.min(failures - 1, 30),
  );
  const [high, low] = random(2);
  return Math.round(whole * (0.5 + (high * 256 + low) / 131_072));
}
