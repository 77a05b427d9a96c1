// What this browser keeps of a pairing, in its own database: the secret, sealed under a key that scripts can use and cannot read out where the
// browser has such keys (https and this machine), in clear where it has not. Whoever can run scripts on this origin can use either.
import { type Place, within } from '../database.ts';

export interface Pairing {
  /** 32 bytes. */
  secret: Uint8Array;
  /** ws:// or wss:// */
  relay: string;
  /** What the home calls this phone. */
  name: string;
}

interface Row {
  relay: string;
  name: string;
  key?: CryptoKey;
  nonce?: Uint8Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
}

const PLACE: Place = { database: 'hale-phone', store: 'pairing' };
const THE_ONE = 'home';

/** Whether this browser holds a pairing at all; asked by the page before it fetches anything else. */
export async function hasPairing(): Promise<boolean> {
  try {
    return (await within(PLACE, 'readonly', (store) => store.count())) > 0;
  } catch {
    // A browser without a database has none.
    return false;
  }
}

export async function keepPairing({ secret, relay, name }: Pairing): Promise<void> {
  const bytes = Uint8Array.from(secret);
  const row: Row = { relay, name, bytes };
  if (crypto.subtle) {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, bytes);
    Object.assign(row, { key, nonce, bytes: new Uint8Array(sealed) });
  }
  await within(PLACE, 'readwrite', (store) => store.put(row, THE_ONE));
}

export async function keptPairing(): Promise<Pairing | null> {
  const row = (await within(PLACE, 'readonly', (store) => store.get(THE_ONE)).catch(() => undefined)) as
    | Row
    | undefined;
  if (!row) return null;
  const { relay, name, key, nonce, bytes } = row;
  if (!key || !nonce) return { secret: bytes, relay, name };
  const secret = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, bytes);
  return { secret: new Uint8Array(secret), relay, name };
}

export async function forgetPairing(): Promise<void> {
  await within(PLACE, 'readwrite', (store) => store.clear());
}
