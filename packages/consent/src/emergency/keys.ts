// The parts of an emergency key: F on the card, S in the locker, the number of the round. No two of the three places open anything, and the next
// round's key is another, though the card stays the same (specs/emergency.md §2).
import { concatBytes, fail, sha256, toHex, utf8Encode } from '@hale/kernel';
import { deriveKey, stretchPin } from '@hale/kernel/seal';

/** By which a locker is known, 64 hex. @param secret F, 32 bytes */
export const emergencyLockerId = (secret: Uint8Array): string =>
  toHex(sha256(concatBytes(utf8Encode('hale/1 emergency'), secret)));

/** What shows the locker that the card is there, 64 hex. */
export const emergencyVerifier = (secret: Uint8Array): string => toHex(deriveKey(secret, 'emergency-verify'));

/** What shows the locker that the card's PIN is known, 64 hex; takes a second. @throws HaleError 'malformed' for what is no PIN */
export const emergencyPin = (secret: Uint8Array, pin: string): string =>
  toHex(deriveKey(stretchPin(pin, secret), 'emergency-pin'));

/** The key of one round's facts: KDF(F ‖ S, "emergency-grant", n). @param share S, 32 bytes @param round u32 */
export function emergencyGrantKey(secret: Uint8Array, share: Uint8Array, round: number): Uint8Array {
  if (secret.length !== 32 || share.length !== 32) fail('malformed', 'the parts of an emergency key have 32 bytes');
  return deriveKey(concatBytes(secret, share), 'emergency-grant', round);
}

/** Seals statements to whoever has the card: to its owner, for nobody else is given them. */
export const statementKey = (secret: Uint8Array): Uint8Array => deriveKey(secret, 'emergency-statement');
