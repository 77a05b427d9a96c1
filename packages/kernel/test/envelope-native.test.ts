// A second implementation of the hybrid envelope, written from specs/envelope.md §3 with node:crypto alone and none
// of our code: what it opens, any other language can open.
import * as native from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { hybrid } = JSON.parse(readFileSync('specs/vectors/envelope.json', 'utf8'));
const fromHex = (text: string) => Buffer.from(text, 'hex');

function hkdf(inputKey: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(native.hkdfSync('sha256', inputKey, 'hale/1', info, length));
}

function ecdh(secret: Buffer, xOnly: Buffer): Buffer {
  const party = native.createECDH('secp256k1');
  party.setPrivateKey(secret);
  return party.computeSecret(Buffer.concat([Buffer.of(2), xOnly]));
}

/** PKCS#8 with the seed form of ML-KEM-768 (RFC 9935 §6). */
function kemPrivateKey(seed: Buffer): native.KeyObject {
  const prefix = fromHex('3054020100300b06096086480165030404020442' + '8040');
  return native.createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}

function kemPublicBytes(key: native.KeyObject): Buffer {
  return native.createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-1184);
}

function open(envelope: Buffer, secret: Buffer, pubkey: Buffer, kemSeed: Buffer): Buffer {
  const suite = envelope[0];
  const ephemeral = envelope.subarray(1, 33);
  const kemEnd = suite === 1 ? 49 + 1088 : 49;
  const shared = ecdh(secret, ephemeral);
  const hint = hkdf(shared, Buffer.concat([Buffer.from('hale/hybrid/hint/1'), pubkey, ephemeral]), 16);
  expect(hint.equals(envelope.subarray(33, 49))).toBe(true);
  const kemCiphertext = envelope.subarray(49, kemEnd);
  const kem = kemPrivateKey(kemSeed);
  const [kemPublic, kemSecret] =
    suite === 1 ? [kemPublicBytes(kem), native.decapsulate(kem, kemCiphertext)] : [Buffer.of(), Buffer.of()];
  const transcript = Buffer.concat([Buffer.of(suite), pubkey, kemPublic, ephemeral, kemCiphertext]);
  const info = Buffer.concat([Buffer.from('hale/hybrid/1'), native.hash('sha256', transcript, 'buffer')]);
  const key = hkdf(Buffer.concat([shared, kemSecret]), info, 32);
  const cipher = native.createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
  cipher.setAAD(envelope.subarray(0, kemEnd), { plaintextLength: envelope.length - kemEnd - 16 });
  cipher.setAuthTag(envelope.subarray(-16));
  return Buffer.concat([cipher.update(envelope.subarray(kemEnd, -16)), cipher.final()]);
}

test.each(hybrid.valid as Record<string, string>[])('opens with node:crypto: $name', ({ payload, envelope }) => {
  const opened = open(fromHex(envelope), fromHex(hybrid.secret), fromHex(hybrid.pubkey), fromHex(hybrid.kemSeed));
  expect(opened.toString('hex')).toBe(payload);
});

test('node:crypto makes the same ML-KEM key of the seed', () => {
  expect(kemPublicBytes(kemPrivateKey(fromHex(hybrid.kemSeed))).toString('hex')).toBe(hybrid.kemPublic);
});
