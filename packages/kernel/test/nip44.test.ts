import { readFileSync } from 'node:fs';
import {
  base64Encode,
  concatBytes,
  fromHex,
  hmacSha256,
  LIMITS,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { decryptNip44 } from '@hale/kernel/open';
import { conversationKey, encryptNip44, messageKeys, paddedLength } from '@hale/kernel/seal';
import { chacha20 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { nip44 } from 'nostr-tools';
import { describe, expect, test } from 'vitest';

const file = readFileSync('test/data/nostr/nip44.vectors.json');
const { valid, invalid } = JSON.parse(file.toString()).v2;
const extended = JSON.parse(readFileSync('test/data/nostr/nip44.extended.json', 'utf8'));
const hashText = (text: string) => toHex(sha256(utf8Encode(text)));

type Hex = Record<string, string>;

/** A payload with padding of our choice under keys that fit, which encryptNip44 would never make. */
function sealByHand(padded: Uint8Array, key: Uint8Array, nonce: Uint8Array): string {
  const { chachaKey, chachaNonce, hmacKey } = messageKeys(key, nonce);
  const ciphertext = chacha20(chachaKey, chachaNonce, padded);
  const mac = hmacSha256(hmacKey, concatBytes(nonce, ciphertext));
  return base64Encode(concatBytes(Uint8Array.of(2), nonce, ciphertext, mac));
}

test('the file is the one whose checksum NIP-44 prints', () => {
  expect(toHex(sha256(file))).toBe('269ed0f69e4c192512cc779e78c555090cebc7c785b609e338a62afc3ce25040');
});

describe('published vectors, valid', () => {
  test.each(valid.get_conversation_key as Hex[])(
    'conversation key $conversation_key',
    ({ sec1, pub2, conversation_key }) => {
      expect(toHex(conversationKey(fromHex(sec1), fromHex(pub2)))).toBe(conversation_key);
    },
  );

  test.each(valid.get_message_keys.keys as Hex[])(
    'message keys of $nonce',
    ({ nonce, chacha_key, chacha_nonce, hmac_key }) => {
      const keys = messageKeys(fromHex(valid.get_message_keys.conversation_key), fromHex(nonce));
      expect(toHex(keys.chachaKey)).toBe(chacha_key);
      expect(toHex(keys.chachaNonce)).toBe(chacha_nonce);
      expect(toHex(keys.hmacKey)).toBe(hmac_key);
    },
  );

  test.each(valid.calc_padded_len as [number, number][])('%i bytes are padded to %i', (length, padded) => {
    expect(paddedLength(length)).toBe(padded);
  });

  test.each(valid.encrypt_decrypt as Hex[])('conversation $payload', (vector) => {
    const [sec1, sec2] = [fromHex(vector.sec1), fromHex(vector.sec2)];
    const key = conversationKey(sec1, schnorrPublic(sec2));
    expect(toHex(key)).toBe(vector.conversation_key);
    expect(encryptNip44(vector.plaintext, key, fromHex(vector.nonce))).toBe(vector.payload);
    expect(decryptNip44(vector.payload, conversationKey(sec2, schnorrPublic(sec1)))).toBe(vector.plaintext);
  });

  test.each(valid.encrypt_decrypt_long_msg as (Hex & { repeat: number })[])('$repeat × $pattern', (vector) => {
    const key = fromHex(vector.conversation_key);
    const plaintext = vector.pattern.repeat(vector.repeat);
    expect(hashText(plaintext)).toBe(vector.plaintext_sha256);
    const payload = encryptNip44(plaintext, key, fromHex(vector.nonce));
    expect(hashText(payload)).toBe(vector.payload_sha256);
    expect(decryptNip44(payload, key)).toBe(plaintext);
  });

  test.each(extended.cases as (Hex & { length: number; padded: number })[])(
    'extended length: $length bytes',
    (vector) => {
      const key = fromHex(extended.conversation_key);
      const plaintext = 'a'.repeat(vector.length);
      expect(paddedLength(vector.length)).toBe(vector.padded);
      expect(hashText(plaintext)).toBe(vector.plaintext_sha256);
      const payload = encryptNip44(plaintext, key, fromHex(extended.nonce));
      expect(hashText(payload)).toBe(vector.payload_sha256);
      expect(decryptNip44(payload, key)).toBe(plaintext);
    },
  );
});

describe('published vectors, invalid', () => {
  const key = fromHex(extended.conversation_key);
  const nonce = fromHex(extended.nonce);
  // SOURCES.md: since nips@733a0471 these lengths are valid; ten million exceeds our own limit.
  const superseded = [65_536, 100_000];

  test.each(invalid.encrypt_msg_lengths as number[])('encrypting %i bytes', (length) => {
    const action = () => encryptNip44('a'.repeat(length), key, nonce);
    if (superseded.includes(length)) expect(decryptNip44(action(), key).length).toBe(length);
    else expect(action).toThrow(expect.objectContaining({ code: length === 0 ? 'usage' : 'too-large' }));
  });

  test.each(invalid.get_conversation_key as Hex[])('conversation key: $note', ({ sec1, pub2 }) => {
    expect(() => conversationKey(fromHex(sec1), fromHex(pub2))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  const codes: Record<string, string> = {
    'unknown encryption version': 'unknown-suite',
    'invalid MAC': 'not-authentic',
  };
  codes['unknown encryption version 0'] = 'unknown-suite';

  test.each(invalid.decrypt as Hex[])('decrypt: $note', ({ conversation_key, payload, note }) => {
    const code = codes[note] ?? 'malformed';
    expect(() => decryptNip44(payload, fromHex(conversation_key))).toThrow(expect.objectContaining({ code }));
  });

  test('a short text under the long prefix', () => {
    // Made by hand: the payload authenticates, only its prefix is the wrong one of the two.
    const padded = new Uint8Array(6 + 32);
    padded.set([0, 0, 0, 0, 0, 1, 0x61]);
    const payload = sealByHand(padded, key, nonce);
    expect(() => decryptNip44(payload, key)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => nip44.v2.decrypt(payload, key)).toThrow();
  });

  test('text that is not UTF-8 is refused, where nostr-tools would replace it', () => {
    const padded = new Uint8Array(2 + 32);
    padded.set([0, 1, 0xff]);
    const payload = sealByHand(padded, key, nonce);
    expect(nip44.v2.decrypt(payload, key)).toBe('\ufffd');
    expect(() => decryptNip44(payload, key)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

test('agrees with nostr-tools in both directions', () => {
  const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const plaintext = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 700 });
  fc.assert(
    fc.property(key32, key32, plaintext, (key, nonce, text) => {
      const ours = encryptNip44(text, key, nonce);
      expect(ours).toBe(nip44.v2.encrypt(text, key, nonce));
      expect(decryptNip44(ours, key)).toBe(text);
    }),
  );
});

test('every changed character is noticed', () => {
  const key = fromHex('11'.repeat(32));
  const payload = encryptNip44('attack at dawn', key, fromHex('22'.repeat(32)));
  for (let at = 0; at < payload.length; at++) {
    const other = payload[at] === 'A' ? 'B' : 'A';
    expect(() => decryptNip44(payload.slice(0, at) + other + payload.slice(at + 1), key)).toThrow();
  }
  expect(() => decryptNip44(payload, fromHex('12'.repeat(32)))).toThrow(
    expect.objectContaining({ code: 'not-authentic' }),
  );
});

test('the limit of one payload holds before anything is decoded', () => {
  const tooLong = 'A'.repeat(Math.ceil(LIMITS.nip44PlainBytesMax * 1.4));
  expect(() => decryptNip44(tooLong, fromHex('11'.repeat(32)))).toThrow(expect.objectContaining({ code: 'too-large' }));
});
