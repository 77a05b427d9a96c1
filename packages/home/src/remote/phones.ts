// The phones that may ask this home through a relay: their entry in the catalogue, their keys, and the access lists that let them in there.
import { randomBytes } from 'node:crypto';
import { accessDate } from '@hale/consent';
import { dayStart, HaleError, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { type RemoteKeys, remoteKeys, signEvent } from '@hale/kernel/seal';
import { checkName, type PhoneEntry } from '@hale/vault';
import type { Home } from '../home.ts';
import { vanish } from '../vanish.ts';
import { REMOTE_LIMITS } from './limits.ts';

export interface PhoneKeys extends RemoteKeys {
  /** Public keys, hex: who signs what the home says, and what the phone says. */
  readonly homeAuthor: string;
  readonly phoneAuthor: string;
}

const derived = new WeakMap<PhoneEntry, PhoneKeys>();

export function phoneKeys(secret: Uint8Array): PhoneKeys {
  const keys = remoteKeys(secret);
  return {
    ...keys,
    homeAuthor: toHex(schnorrPublic(keys.home)),
    phoneAuthor: toHex(schnorrPublic(keys.phone)),
  };
}

export function keysOf(phone: PhoneEntry): PhoneKeys {
  const keys = derived.get(phone) ?? phoneKeys(phone.secret);
  derived.set(phone, keys);
  return keys;
}

export function phonesOf(home: Home): PhoneEntry[] {
  return [...home.vault.state.phones.values()].filter((phone) => !phone.removed);
}

/** The secret of an author through which a phone and this home speak; undefined for any other. */
export function phoneSecretOf(home: Home, author: string): Uint8Array | undefined {
  for (const phone of phonesOf(home)) {
    const keys = keysOf(phone);
    if (keys.homeAuthor === author) return keys.home;
    if (keys.phoneAuthor === author) return keys.phone;
  }
  return undefined;
}

/** @throws HaleError 'full' · 'usage' for a name that is none */
export function addPhone(home: Home, wanted: { name: string; relay: string; secret: Uint8Array }): PhoneEntry {
  if (phonesOf(home).length >= REMOTE_LIMITS.phonesMax)
    throw new HaleError('full', 'this home has as many phones as it takes; remove one first');
  const phone: PhoneEntry = {
    type: 'phone',
    id: toHex(new Uint8Array(randomBytes(4))),
    name: checkName(wanted.name, 'phone'),
    secret: wanted.secret,
    relay: wanted.relay,
    at: home.nowMicros(),
    removed: false,
  };
  home.vault.change(() => {
    home.vault.record([phone]);
    writeLists(home, phone);
  });
  home.network.wake();
  return phone;
}

/** The lists of every phone, where there is none (after a restore) or half of its time is over. */
export function renewLists(home: Home): void {
  const wanted = home.nowMicros() / 1e6 + REMOTE_LIMITS.accessSeconds / 2;
  const isDue = (phone: PhoneEntry) => {
    const list = home.vault.store.accessEvent(keysOf(phone).homeAuthor);
    return list === null || Number(list.tags.find(([name]) => name === 'reader')?.[2] ?? 0) < wanted;
  };
  const due = phonesOf(home).filter(isDue);
  if (due.length === 0) return;
  home.vault.change(() => {
    for (const phone of due) writeLists(home, phone);
  });
  home.network.wake();
}

/** The phone may read what the home says to it, until in a month; what the phone says is for who can prove its author: the home. */
function writeLists(home: Home, phone: PhoneEntry): void {
  const keys = keysOf(phone);
  const until = dayStart(home.nowMicros() / 1e6) + REMOTE_LIMITS.accessSeconds;
  putList(home, keys.home, keys.homeAuthor, [['reader', toHex(schnorrPublic(keys.reader)), String(until)]]);
  putList(home, keys.phone, keys.phoneAuthor, []);
}

function putList(home: Home, secret: Uint8Array, author: string, readers: string[][]): void {
  const { store, state } = home.vault;
  const previous = store.accessEvent(author);
  const created_at = accessDate(previous?.created_at ?? null, home.nowMicros() / 1e6, state.penAt / 1e6);
  const template = { kind: KINDS.access, created_at, tags: [['-'], ...readers], content: '' };
  const event = signEvent(template, secret, new Uint8Array(randomBytes(32)));
  if (previous) store.deleteEvent(previous.id);
  store.putEvent(event);
  store.enqueue({ event, target: 'store' });
}

/** Both authors vanish from every relay, and nothing is left by which the phone could be answered; the caller announces it. @throws HaleError 'not-found' */
export function removePhone(home: Home, wanted: string): PhoneEntry {
  const phone = phonesOf(home).find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!phone) throw new HaleError('not-found', 'no such phone; `hale phones list` shows them');
  const keys = keysOf(phone);
  home.vault.change(() => {
    home.vault.record([{ ...phone, secret: new Uint8Array(32), removed: true }]);
    vanish(home, keys.home, keys.homeAuthor);
    vanish(home, keys.phone, keys.phoneAuthor);
  });
  return phone;
}

/**
 * The lists of a code that is good once: they end by themselves, and nothing of them stands in this home.
 * @param seconds for which they let in whoever holds the code
 * @param isOver the later ones, which let nobody in any more
 */
export function codeLists(keys: PhoneKeys, nowSeconds: number, seconds: number, isOver = false) {
  const until = nowSeconds + seconds + REMOTE_LIMITS.codeSlackSeconds;
  const list = (secret: Uint8Array, readers: string[][]) =>
    signEvent(
      {
        kind: KINDS.access,
        created_at: nowSeconds,
        tags: [['-'], ['expiration', String(until)], ...readers],
        content: '',
      },
      secret,
      new Uint8Array(randomBytes(32)),
    );
  const reader = ['reader', toHex(schnorrPublic(keys.reader)), String(until)];
  return [list(keys.home, isOver ? [] : [reader]), list(keys.phone, [])];
}
