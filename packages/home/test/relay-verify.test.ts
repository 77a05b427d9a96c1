// Native verification held against the published vectors, against WASM on many cases, and against @noble on the edges.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Primitives, referencePrimitives, schnorrPublic, sha256 } from '@hale/kernel';
import { judgeSignatures } from '@hale/testkit/spoilt-signatures';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativePrimitives } from '../src/relay/native.ts';
import { createVerifier, type Verifier } from '../src/relay/verify.ts';

const native = createVerifier();
const wasm = createVerifier({ native: false });
const primitives = nativePrimitives();

/** BIP-340's own table: index, secret key, public key, aux, message, signature, result, comment. */
const published = readFileSync(join(import.meta.dirname, '../../../test/data/nostr/bip340-test-vectors.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test('says which code does the work', () => {
  expect(native.which()).toBe(process.platform === 'linux' && process.arch === 'x64' ? 'native' : native.which());
  expect(wasm.which()).toBe('wasm');
});

describe.each<[string, Verifier]>([
  ['with the addon', native],
  ['with the addon off', wasm],
])('BIP-340 vectors %s', (_, verifier) => {
  test.each(published)('%s', (_index, _secret, pubkey, _aux, message, signature, result) => {
    expect(verifier.schnorrVerify(bytes(signature), bytes(message), bytes(pubkey))).toBe(result === 'TRUE');
  });

  test('a wrong length is a no', () => {
    const [, , pubkey, , message, signature] = published[0].map(bytes);
    expect(verifier.schnorrVerify(signature.subarray(1), message, pubkey)).toBe(false);
    expect(verifier.schnorrVerify(signature, message, pubkey.subarray(1))).toBe(false);
    expect(verifier.schnorrVerify(new Uint8Array(65), message, pubkey)).toBe(false);
    expect(verifier.schnorrVerify(new Uint8Array(0), message, pubkey)).toBe(false);
  });
});

test('BIP-340 vectors: signing gives their signatures', () => {
  for (const [, secret, , aux, message, signature] of published.filter(([, secret]) => secret !== '')) {
    expect(primitives.schnorrSign(bytes(message), bytes(secret), bytes(aux))).toEqual(bytes(signature));
  }
});

test('good and spoilt signatures: the same verdict as tiny-secp256k1 (a million: `npm run long signatures`)', () => {
  const { good, problem } = judgeSignatures('spoilt', 4_000, primitives, native.schnorrVerify, wasm.schnorrVerify);
  expect(problem).toBeNull();
  expect(good).toBeGreaterThan(800);
});

describe('numbers at the edges', () => {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const field = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
  const toBytes = (value: bigint) => bytes(value.toString(16).padStart(64, '0'));
  const edges = [0n, 1n, 2n, order - 1n, order, order + 1n, field - 1n, field, field + 1n, 2n ** 256n - 1n].map(
    toBytes,
  );
  const [, , pubkey, , message, signature] = published[1].map(bytes);

  test('every combination of r, s and public key is judged as @noble does', () => {
    const keys = [...edges, pubkey, toBytes(5n)];
    for (const r of [...edges, signature.slice(0, 32)]) {
      for (const s of [...edges, signature.slice(32)]) {
        for (const key of keys) {
          const candidate = new Uint8Array([...r, ...s]);
          const expected = referencePrimitives.schnorrVerify(candidate, message, key);
          expect(native.schnorrVerify(candidate, message, key)).toBe(expected);
          expect(wasm.schnorrVerify(candidate, message, key)).toBe(expected);
        }
      }
    }
  });

  test('a public key above the order is a field element like any other', () => {
    // Between n and p lie 2¹²⁸ field elements, half of them on the curve; nobody knows a secret for one.
    const above = Array.from({ length: 40 }, (_, n) => toBytes(order + BigInt(n)));
    for (const key of above) expect(native.schnorrVerify(signature, message, key)).toBe(false);
  });
});

describe('native primitives give the bytes of @noble', () => {
  const any = (max = 300) => fc.uint8Array({ maxLength: max });
  const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const check = (property: fc.IProperty<unknown>) => fc.assert(property, { seed: 340, numRuns: 200 });
  const noble: Primitives = referencePrimitives;

  test('hashes, HMAC, HKDF', () => {
    check(
      fc.property(any(), any(200), any(100), fc.integer({ min: 1, max: 255 }), (data, key, info, length) => {
        expect(primitives.sha256(data)).toEqual(noble.sha256(data));
        expect(primitives.hmacSha256(key, data)).toEqual(noble.hmacSha256(key, data));
        expect(primitives.hmacSha512(key, data)).toEqual(noble.hmacSha512(key, data));
        expect(primitives.hkdfSha256(key, data, info, length)).toEqual(noble.hkdfSha256(key, data, info, length));
      }),
    );
  });

  test('ChaCha20-Poly1305, and what was touched does not open', () => {
    check(
      fc.property(exactly(32), exactly(12), any(80), any(2_000), fc.nat(), (key, nonce, aad, plaintext, at) => {
        const sealed = noble.chachaSeal(key, nonce, aad, plaintext);
        expect(primitives.chachaSeal(key, nonce, aad, plaintext)).toEqual(sealed);
        expect(primitives.chachaOpen(key, nonce, aad, sealed)).toEqual(plaintext);
        sealed[at % sealed.length] ^= 1;
        expect(primitives.chachaOpen(key, nonce, aad, sealed)).toBeNull();
        expect(primitives.chachaOpen(key, nonce, aad, sealed.subarray(0, at % 16))).toBeNull();
      }),
    );
  });

  test('Schnorr keys and signatures, for messages of other lengths too', () => {
    fc.assert(
      fc.property(exactly(32), fc.oneof(exactly(32), any(100)), exactly(32), (seed, message, aux) => {
        const secret = sha256(seed);
        const signature = noble.schnorrSign(message, secret, aux);
        expect(primitives.schnorrSign(message, secret, aux)).toEqual(signature);
        expect(primitives.schnorrPublic(secret)).toEqual(schnorrPublic(secret));
        expect(primitives.schnorrVerify(signature, message, schnorrPublic(secret))).toBe(true);
      }),
      { seed: 340, numRuns: 60 },
    );
  });

  test('a secret that is no scalar is refused', () => {
    for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(255)]) {
      expect(() => primitives.schnorrPublic(secret)).toThrow();
      expect(() => primitives.schnorrSign(new Uint8Array(32), secret, new Uint8Array(32))).toThrow();
    }
  });

  test('results are plain arrays of their own', () => {
    for (const result of [
      primitives.sha256(new Uint8Array(1)),
      primitives.hmacSha256(new Uint8Array(1), new Uint8Array(1)),
    ]) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(result.buffer.byteLength).toBe(32);
    }
  });
});
