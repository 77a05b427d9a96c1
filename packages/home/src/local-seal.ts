import { randomBytes } from 'node:crypto';
import {
  chachaOpen,
  chachaSeal,
  concatBytes,
  decodeCbor,
  encodeCbor,
  fail,
  hmacSha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { deriveKey, type MasterKeys } from '@hale/kernel/seal';

/** Seals a small value for the disk: nonce ‖ ChaCha20-Poly1305, bound to its name. */
export class LocalSeal {
  readonly #key: Uint8Array;

  constructor(keys: MasterKeys) {
    this.#key = deriveKey(keys.storageKey, 'local');
  }

  seal(name: string, value: unknown): Uint8Array {
    const nonce = new Uint8Array(randomBytes(12));
    const sealed = chachaSeal(this.#key, nonce, utf8Encode(name), encodeCbor(value));
    return concatBytes(nonce, sealed);
  }

  open(name: string, bytes: Uint8Array): unknown {
    const plain = chachaOpen(this.#key, bytes.slice(0, 12), utf8Encode(name), bytes.slice(12));
    return plain === null ? fail('corrupt', 'a sealed value of this home was altered') : decodeCbor(plain);
  }

  /** A name that tells nothing to who has only the disk. */
  name(text: string): string {
    return toHex(hmacSha256(this.#key, utf8Encode(text))).slice(0, 32);
  }
}
