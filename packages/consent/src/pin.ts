// A link with a PIN: the link alone opens nothing, nor does the PIN. A locker keeps the third part and gives it out for the right PIN, eight tries in
// its lifetime (specs/grant.md §11). The locker never sees the link's secret, the PIN or the grant key.
import { concatBytes, fail, fromHex, sha256, toHex, utf8Encode } from '@hale/kernel';
import { deriveKey, stretchPin } from '@hale/kernel/seal';

export interface PinKeys {
  /** By which the locker knows it, 64 hex: H(F). */
  lockerId: string;
  /** What shows the locker that the PIN is right, 64 hex: KDF(A, "verify"). */
  verifier: string;
  /** The grant key, once the locker has given its share (32 bytes): KDF(F ‖ A ‖ S, "pin-grant"). */
  grantKey(share: Uint8Array): Uint8Array;
}

/** SHA-256("hale/1 locker" ‖ F). */
export const lockerIdOf = (secret: Uint8Array): string =>
  toHex(sha256(concatBytes(utf8Encode('hale/1 locker'), secret)));

/** Takes a second: A = argon2id(PIN, salt F). @param secret F, 32 bytes, in the link @throws HaleError 'malformed' for what is no PIN */
export function pinKeys(secret: Uint8Array, pin: string): PinKeys {
  const stretched = stretchPin(pin, secret);
  return {
    lockerId: lockerIdOf(secret),
    verifier: toHex(deriveKey(stretched, 'verify')),
    grantKey: (share) => {
      if (share.length !== 32) fail('malformed', 'the share of a locker has 32 bytes');
      return deriveKey(concatBytes(secret, stretched, share), 'pin-grant');
    },
  };
}

/** What a locker answers: its share, or how many tries are left and how long to wait before the next one counts. */
export type LockerAnswer =
  | { is: 'open'; share: Uint8Array }
  | { is: 'wrong'; left: number }
  | { is: 'early'; seconds: number }
  | { is: 'destroyed' }
  /** No such locker here: expired, or never made. */
  | { is: 'unknown' };

/** Reads the answer to `POST /hale/locker/open`; null = it is none. */
export function parseLockerAnswer(status: number, body: unknown): LockerAnswer | null {
  const { share, left, seconds } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (status === 200 && typeof share === 'string' && /^[0-9a-f]{64}$/.test(share))
    return { is: 'open', share: fromHex(share, 32) };
  if (status === 403 && typeof left === 'number') return { is: 'wrong', left };
  if (status === 429 && typeof seconds === 'number') return { is: 'early', seconds };
  if (status === 410) return { is: 'destroyed' };
  return status === 404 ? { is: 'unknown' } : null;
}
