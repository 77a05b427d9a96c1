// What a person types is stretched before it opens anything: argon2id (RFC 9106), in JavaScript, so that every browser can.
import { argon2id } from '@noble/hashes/argon2.js';
import { fail } from './errors.ts';

/** KiB, passes, lanes. A phone takes about two seconds; a longer wait would gain little, for a locker counts the tries. */
export const PIN_STRETCH = { memoryKib: 19_456, passes: 2, lanes: 1 } as const;

/** 32 bytes. @param pin digits as typed · @param salt 32 bytes: the secret of the link @throws HaleError 'malformed' */
export function stretchPin(pin: string, salt: Uint8Array): Uint8Array {
  if (!/^[0-9]{4,12}$/.test(pin)) fail('malformed', 'a PIN has 4 to 12 digits');
  if (salt.length !== 32) fail('malformed', 'the secret of a link has 32 bytes');
  const { memoryKib, passes, lanes } = PIN_STRETCH;
  return argon2id(pin, salt, { m: memoryKib, t: passes, p: lanes, dkLen: 32 });
}
