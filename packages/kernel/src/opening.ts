// What somebody signs who opens an emergency locker, and the one-time code by which an institution stands for her (specs/emergency.md §4).
import { p256 } from '@noble/curves/nist.js';
import { normalizeRelayUrl } from './auth.ts';
import { ByteReader, ByteWriter, base64Decode, base64Encode, concatBytes, toHex, utf8Encode } from './bytes.ts';
import { isSignedP256 } from './claim.ts';
import { type Random, schnorrPublic, schnorrSign, schnorrVerify, sha256 } from './primitives.ts';

export interface OpeningFacts {
  /** The relay's address, ws:// or wss://, as it was asked: a signature for one relay is none for another. */
  readonly relay: string;
  /** 64 hex. */
  readonly lockerId: string;
  /** 64 hex, from that relay, for one use. */
  readonly challenge: string;
  /** The sealed statement as it is sent, base64; '' where an opening goes on that was stated before. */
  readonly statement: string;
}

/** The bytes that are signed: five lines, the last the SHA-256 of the statement. @throws HaleError 'malformed' for what is no relay address */
export const openingMessage = ({ relay, lockerId, challenge, statement }: OpeningFacts): Uint8Array =>
  utf8Encode(
    `hale/1 emergency\n${normalizeRelayUrl(relay)}\n${lockerId}\n${challenge}\n${toHex(sha256(utf8Encode(statement)))}`,
  );

/**
 * ECDSA with SHA-256 over P-256 (FIPS 186-5 §6.4.2), both values of `s`, as `verifyClaim`.
 * @param key uncompressed point, 65 bytes, hex
 * @param signature r ‖ s, 64 bytes, hex
 * @returns false, never a throw, for keys and signatures that are none
 */
export const verifyOpening = (facts: OpeningFacts, key: string, signature: string): boolean =>
  isSignedP256(() => openingMessage(facts), key, signature);

/** Where no browser keeps the key: made for one opening. */
export function newOpeningKey(random: Random): { secret: Uint8Array; key: string } {
  for (;;) {
    const secret = random(32);
    // Misses once in 2³².
    if (p256.utils.isValidSecretKey(secret)) return { secret, key: toHex(p256.getPublicKey(secret, false)) };
  }
}

/** r ‖ s, hex. */
export const signOpening = (facts: OpeningFacts, secret: Uint8Array): string =>
  toHex(p256.sign(openingMessage(facts), secret));

/** An institution's word that whoever shows it works there; good once at a relay. */
export interface DeskCode {
  /** Its x-only public key, 64 hex. */
  readonly institution: string;
  /** Unix seconds. */
  readonly expires: number;
  /** 16 random bytes, hex. */
  readonly nonce: string;
}

const CODE_BYTES = 32 + 4 + 16 + 64;
const CODE = /^[A-Za-z0-9_-]{155}$/;

const codeMessage = (head: Uint8Array): Uint8Array => sha256(concatBytes(utf8Encode('hale/1 desk-code'), head));

/** 155 characters of base64url: key ‖ expires u32 ‖ nonce ‖ BIP-340 signature over SHA-256("hale/1 desk-code" ‖ what stands before). */
export function encodeDeskCode(expires: number, secret: Uint8Array, random: Random): string {
  const head = new ByteWriter().bytes(schnorrPublic(secret)).u32(expires).bytes(random(16)).finish();
  const bytes = concatBytes(head, schnorrSign(codeMessage(head), secret, random(32)));
  return base64Encode(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** White space in it is passed over. @returns null for what is none, or not signed by the key it names */
export function readDeskCode(text: string): DeskCode | null {
  const code = text.replaceAll(/\s/g, '');
  if (!CODE.test(code)) return null;
  const bytes = decoded(`${code.replaceAll('-', '+').replaceAll('_', '/')}=`);
  if (bytes === null) return null;
  const head = bytes.subarray(0, 52);
  if (!schnorrVerify(bytes.subarray(52), codeMessage(head), bytes.subarray(0, 32))) return null;
  const reader = new ByteReader(head);
  return { institution: toHex(reader.bytes(32)), expires: reader.u32(), nonce: toHex(reader.bytes(16)) };
}

function decoded(text: string): Uint8Array | null {
  try {
    const bytes = base64Decode(text);
    return bytes.length === CODE_BYTES ? bytes : null;
  } catch {
    return null;
  }
}
