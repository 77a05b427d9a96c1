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
  /** What opens the keyring: another after a passphrase was set. */
  #credentials: Credentials;

  /** @param onReplaced called when a rotation has put another home in this one's place */
  constructor(options: Credentials, home: Home, unprotected: boolean, onReplaced: (next: Home) => void = () => {}) {
    this.home = home;
    this.#credentials = options;
    this.#prepare(home, unprotected, onReplaced);
  }

  #prepare(home: Home, unprotected: boolean, onReplaced: (next: Home) => void): void {
    home.diskUnprotected = unprotected;
    home.setPassphrase = async (passphrase) => {
      await Keyring.open(home.dir).setPassphrase(this.#credentials.keyFile ?? null, passphrase);
      this.#credentials = { passphrase };
      home.diskUnprotected = false;
    };
    home.rekey = (old) =>
      rekey(old, unlockingOf(this.#credentials), (next) => {
        this.#prepare(next, old.diskUnprotected, onReplaced);
        this.home = next;
        onReplaced(next);
      });
  }
}
