import { readFileSync } from 'node:fs';
import { fromHex, referencePrimitives, schnorrPublic, schnorrSign, schnorrVerify, toHex } from '@hale/kernel';
import { describe, expect, test } from 'vitest';

const [, ...lines] = readFileSync('test/data/nostr/bip340-test-vectors.csv', 'utf8').trim().split('\n');
const rows = lines.map((line) => {
  const [index, secret, pubkey, aux, message, signature, result, comment] = line.trim().toLowerCase().split(',');
  return { index, secret, pubkey, aux, message, signature, isValid: result === 'true', comment };
});

describe('BIP-340 test vectors', () => {
  test('all 19 are here', () => expect(rows.length).toBe(19));

  test.each(rows)('$index $comment', ({ secret, pubkey, aux, message, signature, isValid }) => {
    expect(schnorrVerify(fromHex(signature), fromHex(message), fromHex(pubkey))).toBe(isValid);
    if (secret === '') return;
    expect(toHex(schnorrPublic(fromHex(secret)))).toBe(pubkey);
    expect(toHex(schnorrSign(fromHex(message), fromHex(secret), fromHex(aux)))).toBe(signature);
  });

  test('lengths that cannot be are false, not a throw', () => {
    const { pubkey, message, signature } = rows[0];
    expect(schnorrVerify(fromHex(signature.slice(2)), fromHex(message), fromHex(pubkey))).toBe(false);
    expect(schnorrVerify(fromHex(signature), fromHex(message), fromHex(pubkey.slice(2)))).toBe(false);
    expect(referencePrimitives.schnorrVerify(new Uint8Array(0), new Uint8Array(0), new Uint8Array(0))).toBe(false);
  });
});
