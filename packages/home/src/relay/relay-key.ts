import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fail, fromHex, schnorrPublic, toHex } from '@hale/kernel';

/**
 * The relay's own secret key, 32 bytes as hex in a file that only its user can read; made at the first start.
 * It signs receipts and opens nothing.
 * @throws HaleError 'corrupt' for a file that holds something else
 */
export function loadRelaySecret(path: string): Uint8Array {
  try {
    const secret = fromHex(readFileSync(path, 'utf8').trim(), 32);
    schnorrPublic(secret);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fail('corrupt', 'the relay key file is not a key');
  }
  const secret = newSecret();
  // 'wx': two processes that start together must not end with two keys.
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${toHex(secret)}\n`);
  fsyncSync(file);
  closeSync(file);
  return secret;
}

function newSecret(): Uint8Array {
  for (;;) {
    const secret = new Uint8Array(randomBytes(32));
    try {
      schnorrPublic(secret);
      return secret;
    } catch {
      // Not a valid scalar: once in 2¹²⁸.
    }
  }
}
