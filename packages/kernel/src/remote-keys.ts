// Keys of a phone that is away from home: who signs, who may read, and the keys of one visit. specs/remote.md §3 and §5.
import { concatBytes, equalBytes, utf8Encode } from './bytes.ts';
import { sharedX } from './ecdh.ts';
import { fail } from './errors.ts';
import { deriveKey, readerKey, validScalar } from './keys.ts';
import { hkdfSha256, schnorrPublic, sha256 } from './primitives.ts';

const SALT = utf8Encode('hale/1');
const PAIRING_BYTES = 16;
const DIGITS = 1_000_000;

/** All that follows from the secret that a phone and its home share; 32 bytes each. */
export interface RemoteKeys {
  /** Signs what the home says. Secp256k1 secret. */
  readonly home: Uint8Array;
  /** Signs what the phone says. Secp256k1 secret. */
  readonly phone: Uint8Array;
  /** Opens the relay's door to the phone: the reader of the home's author. Secp256k1 secret. */
  readonly reader: Uint8Array;
  /** Goes into the keys of every visit. Symmetric. */
  readonly visits: Uint8Array;
}

/** @param secret 32 bytes: of a paired phone, or of a pairing (`pairingSecret`) */
export function remoteKeys(secret: Uint8Array): RemoteKeys {
  const home = validScalar(deriveKey(secret, 'remote-home'));
  return {
    home,
    phone: validScalar(deriveKey(secret, 'remote-phone')),
    reader: readerKey(secret, schnorrPublic(home)),
    visits: deriveKey(secret, 'remote-visits'),
  };
}

/** The secret of a pairing, from the 16 random bytes that the code holds. */
export function pairingSecret(code: Uint8Array): Uint8Array {
  if (code.length !== PAIRING_BYTES) fail('malformed', 'a pairing code has 16 bytes');
  return hkdfSha256(code, SALT, utf8Encode('remote-pairing'), 32);
}

/** Binds the phone to its one-time key before it has seen the home's: nobody in between can choose keys that give the same digits. */
export function remoteCommitment(visit: Uint8Array, phoneKey: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8Encode('hale/1 remote'), visit, phoneKey));
}

export interface VisitFacts {
  readonly visits: Uint8Array;
  readonly visit: Uint8Array;
  /** Public keys of this visit, x only. */
  readonly homeKey: Uint8Array;
  readonly phoneKey: Uint8Array;
  /** The secret of this side's one. */
  readonly ownSecret: Uint8Array;
  readonly side: 'home' | 'phone';
}

export interface VisitKeys {
  readonly toHome: Uint8Array;
  readonly toPhone: Uint8Array;
  /** Six digits that both sides show while a phone is paired. */
  readonly digits: string;
  /** 32 bytes that both sides have alike; three words of them are shown where a person shows her data at a desk (room.ts). */
  readonly check: Uint8Array;
}

/** @throws HaleError 'malformed' where the other side's key is no point on the curve */
export function visitKeys({ visits, visit, homeKey, phoneKey, ownSecret, side }: VisitFacts): VisitKeys {
  const shared = sharedX(ownSecret, side === 'home' ? phoneKey : homeKey);
  const info = concatBytes(utf8Encode('remote-visit'), visit, phoneKey, homeKey);
  const root = hkdfSha256(concatBytes(shared, visits), SALT, info, 32);
  const shown = deriveKey(root, 'remote-digits');
  const number = shown.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0) % DIGITS;
  return {
    toHome: deriveKey(root, 'remote-to-home'),
    toPhone: deriveKey(root, 'remote-to-phone'),
    digits: String(number).padStart(6, '0'),
    check: deriveKey(root, 'room-words'),
  };
}

/** Whether a revealed key is the one that was promised. */
export function sameCommitment(commitment: Uint8Array, visit: Uint8Array, phoneKey: Uint8Array): boolean {
  return equalBytes(commitment, remoteCommitment(visit, phoneKey));
}
