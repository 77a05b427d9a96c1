// What a browser signs to show a locker that it is the one which opened the link first (specs/relay.md §9). P-256, because every browser makes such
// keys so that no script can read them out.
import { p256 } from '@noble/curves/nist.js';
import { normalizeRelayUrl } from './auth.ts';
import { fromHex, utf8Encode } from './bytes.ts';

export interface ClaimFacts {
  /** The relay's address, ws:// or wss://, as the browser asked it: a signature for one relay is none for another. */
  readonly relay: string;
  /** 64 hex. */
  readonly lockerId: string;
  /** 64 hex, from that relay, for one use. */
  readonly challenge: string;
}

/** The bytes that are signed: four lines. @throws HaleError 'malformed' for what is no relay address */
export const claimMessage = ({ relay, lockerId, challenge }: ClaimFacts): Uint8Array =>
  utf8Encode(`hale/1 claim\n${normalizeRelayUrl(relay)}\n${lockerId}\n${challenge}`);

/**
 * ECDSA with SHA-256 over P-256 (FIPS 186-5 §6.4.2). Web Cryptography does not make `s` the lower of the two that hold, so both are taken: of one
 * challenge there is one use, whatever the signature.
 * @param key uncompressed point, 65 bytes, hex
 * @param signature r ‖ s, 64 bytes, hex
 * @returns false, never a throw, for keys and signatures that are none
 */
export const verifyClaim = (facts: ClaimFacts, key: string, signature: string): boolean =>
  isSignedP256(() => claimMessage(facts), key, signature);

/** @param message may throw: that is no signature either */
export function isSignedP256(message: () => Uint8Array, key: string, signature: string): boolean {
  if (!/^04[0-9a-f]{128}$/.test(key) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    return p256.verify(fromHex(signature, 64), message(), fromHex(key, 65), { lowS: false });
  } catch {
    return false;
  }
}
