// Opening the keyring, and holding the home of a process: a rotation puts another in its place.
import { HaleError } from '@hale/kernel';
import type { MasterKeys } from '@hale/kernel/seal';
import type { Home } from './home.ts';
import { Keyring, type Unlocking } from './keyring.ts';
import { finishRotation, rekey } from './rotation.ts';

export interface Credentials {
  passphrase?: string;
  keyFile?: string;
}

export function unlockingOf(options: Credentials): Unlocking {
  return options.passphrase !== undefined ? { passphrase: options.passphrase } : { keyFile: options.keyFile ?? null };
}

/** @throws HaleError 'locked' without the right passphrase */
export async function openUnlocked(
  options: Credentials & { dir: string },
): Promise<{ keys: MasterKeys; unprotected: boolean }> {
  finishRotation(options.dir);
  const keyring = Keyring.open(options.dir);
  if (keyring.protection === 'passphrase' && options.passphrase === undefined)
    throw new HaleError('locked', 'this home is locked; give the passphrase');
  const keys = await keyring.unlock(
    keyring.protection === 'passphrase'
      ? { passphrase: options.passphrase ?? '' }
      : { keyFile: options.keyFile ?? null },
  );
  return { keys, unprotected: keyring.diskUnprotected(options.keyFile ?? null) };
}

export class HomeHolder {
  home: Home;

  /** @param onReplaced called when a rotation has put another home in this one's place */
  constructor(options: Credentials, home: Home, unprotected: boolean, onReplaced: (next: Home) => void = () => {}) {
    this.home = home;
    this.#prepare(options, home, unprotected, onReplaced);
  }

  #prepare(options: Credentials, home: Home, unprotected: boolean, onReplaced: (next: Home) => void): void {
    home.diskUnprotected = unprotected;
    home.rekey = (old) =>
      rekey(old, unlockingOf(options), (next) => {
        this.#prepare(options, next, unprotected, onReplaced);
        this.home = next;
        onReplaced(next);
      });
  }
}
