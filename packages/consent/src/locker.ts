// A link with a locker: the link alone opens nothing. The locker keeps a part of the key, and gives it out for the right PIN (eight tries in its
// lifetime), to the first browser only, or both (specs/grant.md §11). It never sees the link's secret, the PIN or the grant key.
import { concatBytes, fail, fromHex, sha256, toHex, utf8Encode } from '@hale/kernel';
import { deriveKey, stretchPin } from '@hale/kernel/seal';

export interface LockerKeys {
  /** By which the locker knows it, 64 hex: H(F). */
  lockerId: string;
  /** What shows the locker that the PIN is right, or without a PIN that the link is there; 64 hex. */
  verifier: string;
  /** The grant key, once the locker has given its share (32 bytes). */
  grantKey(share: Uint8Array): Uint8Array;
}

/** SHA-256("hale/1 locker" ‖ F). */
export const lockerIdOf = (secret: Uint8Array): string =>
  toHex(sha256(concatBytes(utf8Encode('hale/1 locker'), secret)));

/** With a PIN; takes a second. A = argon2id(PIN, salt F), verifier KDF(A, "verify"), grant key KDF(F ‖ A ‖ S, "pin-grant"). @param secret F, 32 bytes, in the link @throws HaleError 'malformed' for what is no PIN */
export function pinKeys(secret: Uint8Array, pin: string): LockerKeys {
  const stretched = stretchPin(pin, secret);
  return {
    lockerId: lockerIdOf(secret),
    verifier: toHex(deriveKey(stretched, 'verify')),
    grantKey: (share) => deriveKey(concatBytes(secret, stretched, shareOf(share)), 'pin-grant'),
  };
}

/**
 * Without a PIN, of a link that belongs to one browser: verifier KDF(F, "claim-verify"), grant key KDF(F ‖ S, "claim-grant").
 * @param secret F, 32 bytes, in the link
 */
export const claimKeys = (secret: Uint8Array): LockerKeys => ({
  lockerId: lockerIdOf(secret),
  verifier: toHex(deriveKey(secret, 'claim-verify')),
  grantKey: (share) => deriveKey(concatBytes(secret, shareOf(share)), 'claim-grant'),
});

function shareOf(share: Uint8Array): Uint8Array {
  if (share.length !== 32) fail('malformed', 'the share of a locker has 32 bytes');
  return share;
}

/** What a locker answers. Times are Unix seconds. */
export type LockerAnswer =
  /** `claimed`: when the first browser, this one, came; null where any may open it. */
  | { is: 'open'; share: Uint8Array; claimed: number | null }
  /** It belongs to one browser, or will: sign the challenge. `claimed`: when the first came, null until then. */
  | { is: 'prove'; challenge: string; claimed: number | null }
  /** It belongs to another browser. */
  | { is: 'taken'; claimed: number }
  | { is: 'wrong'; left: number }
  /** So long to wait before the next PIN counts. */
  | { is: 'early'; seconds: number }
  | { is: 'destroyed' }
  /** No such locker here: expired, or never made. */
  | { is: 'unknown' };

const isHex = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** Reads the answer to `POST /hale/locker/open`; null = it is none. */
export function parseLockerAnswer(status: number, body: unknown): LockerAnswer | null {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { share, challenge, left, seconds } = fields;
  const claimed = typeof fields.claimed === 'number' ? fields.claimed : null;
  if (status === 200 && isHex(share)) return { is: 'open', share: fromHex(share, 32), claimed };
  if (status === 401 && isHex(challenge)) return { is: 'prove', challenge, claimed };
  if (status === 409 && claimed !== null) return { is: 'taken', claimed };
  if (status === 403 && typeof left === 'number') return { is: 'wrong', left };
  if (status === 429 && typeof seconds === 'number') return { is: 'early', seconds };
  if (status === 410) return { is: 'destroyed' };
  return status === 404 ? { is: 'unknown' } : null;
}
