import { argon2Sync } from 'node:crypto';
import { PIN_STRETCH, stretchPin } from '@hale/kernel/seal';
import { describe, expect, test } from 'vitest';

const salt = new Uint8Array(32).fill(7);

describe('a PIN', () => {
  test('is stretched by argon2id as Node has it too', () => {
    const { memoryKib: memory, passes, lanes: parallelism } = PIN_STRETCH;
    const theirs = argon2Sync('argon2id', {
      message: '048213',
      nonce: salt,
      memory,
      passes,
      parallelism,
      tagLength: 32,
    });
    expect(Buffer.from(stretchPin('048213', salt)).equals(theirs)).toBe(true);
  });

  test.each(['', '123', '1234567890123', '12 34', '١٢٣٤', 'abcd'])('is no PIN: %j', (pin) => {
    expect(() => stretchPin(pin, salt)).toThrow('a PIN has 4 to 12 digits');
  });
});
