import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync } from 'node:crypto';
import { type Primitives, referencePrimitives } from '@hale/kernel';
import { signSchnorr, xOnlyPointFromScalar } from 'tiny-secp256k1';
import { createVerifier } from './verify.ts';

const TAG_BYTES = 16;

/** Buffers stay inside: callers get plain Uint8Arrays, as from @noble. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The kernel's primitives by node:crypto, libsecp256k1 and WASM: the same bytes as @noble, several times faster. */
export function nativePrimitives(): Primitives {
  const verifier = createVerifier();
  return {
    sha256: (bytes) => plain(hash('sha256', bytes, 'buffer')),
    hmacSha256: (key, bytes) => plain(createHmac('sha256', key).update(bytes).digest()),
    hmacSha512: (key, bytes) => plain(createHmac('sha512', key).update(bytes).digest()),
    hkdfSha256: (inputKey, salt, info, byteLength) =>
      new Uint8Array(hkdfSync('sha256', inputKey, salt, info, byteLength)),
    chachaSeal,
    chachaOpen,
    schnorrSign: (message, secret, aux32) =>
      // tiny-secp256k1 knows 32-byte messages only.
      message.length === 32
        ? signSchnorr(message, secret, aux32)
        : referencePrimitives.schnorrSign(message, secret, aux32),
    schnorrVerify: verifier.schnorrVerify,
    schnorrPublic: (secret) => xOnlyPointFromScalar(secret),
  };
}

function chachaSeal(key: Uint8Array, nonce12: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce12, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const body = cipher.update(plaintext);
  cipher.final();
  const out = new Uint8Array(body.length + TAG_BYTES);
  out.set(body);
  out.set(cipher.getAuthTag(), body.length);
  return out;
}

function chachaOpen(key: Uint8Array, nonce12: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  if (ciphertext.length < TAG_BYTES) return null;
  const bodyBytes = ciphertext.length - TAG_BYTES;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce12, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad, { plaintextLength: bodyBytes });
  decipher.setAuthTag(ciphertext.subarray(bodyBytes));
  const body = decipher.update(ciphertext.subarray(0, bodyBytes));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain(body);
}
