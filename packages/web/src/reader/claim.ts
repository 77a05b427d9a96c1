// The key by which this browser shows a locker that it is the one which opened the link first (specs/relay.md §9). A key for each link; it lies in this
// browser's storage, no script can read it out, and it is all that the reader keeps.
import { type ClaimFacts, claimMessage, HaleError, toHex } from '@hale/kernel';
import { type Place, within } from '../database.ts';
import { random } from '../relay/ports.ts';

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export interface ClaimProof extends ClaimFacts {
  /** Uncompressed point, hex. */
  readonly key: string;
  readonly signature: string;
}

const PLACE: Place = { database: 'hale-reader', store: 'claims' };
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** Can this browser make such a key and find it again? Not without a secure connection, nor where storage is switched off. */
export async function canKeepKeys(): Promise<boolean> {
  // A name of its own: another tab may be trying as well.
  const probe = `probe ${toHex(random(16))}`;
  try {
    await keepKey(probe);
    await within(PLACE, 'readwrite', (keys) => keys.delete(probe));
    return true;
  } catch {
    return false;
  }
}

/** The key that this browser has for a locker; null: none. @throws HaleError 'unsupported' where it keeps nothing */
export async function keptKey(lockerId: string): Promise<KeyPair | null> {
  const found = await keepable(() => within(PLACE, 'readonly', (keys) => keys.get(lockerId)));
  return (found as KeyPair | undefined) ?? null;
}

/** Makes one, unless another tab was first. What counts is what is found afterwards. @throws HaleError 'unsupported' */
export async function keepKey(lockerId: string): Promise<KeyPair> {
  const made = await keepable(() => crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']));
  await keepable(() =>
    within(PLACE, 'readwrite', (keys) => {
      const look = keys.getKey(lockerId);
      look.onsuccess = () => {
        if (look.result === undefined) keys.add(made, lockerId);
      };
      return look;
    }),
  );
  const kept = await keptKey(lockerId);
  if (kept === null) throw new HaleError('unsupported', 'this browser keeps no key');
  return kept;
}

/** What it signed for is over. */
export async function forgetKey(lockerId: string): Promise<void> {
  await within(PLACE, 'readwrite', (keys) => keys.delete(lockerId));
}

export async function proveClaim({ privateKey, publicKey }: KeyPair, facts: ClaimFacts): Promise<ClaimProof> {
  const message = claimMessage(facts) as Uint8Array<ArrayBuffer>;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message);
  const key = await crypto.subtle.exportKey('raw', publicKey);
  return { ...facts, key: toHex(new Uint8Array(key)), signature: toHex(new Uint8Array(signature)) };
}

async function keepable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new HaleError('unsupported', 'this browser keeps no key');
  }
}
