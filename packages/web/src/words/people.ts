// Who somebody is, in words: the name that was given, else the key in short, and said to be a key.
import { words } from './index.ts';
import { isKey } from './keys.ts';

export { isKey };

/** npub1abc…uvwxyz */
export const shortAddress = (npub: string): string =>
  npub.length > 24 ? `${npub.slice(0, 10)}…${npub.slice(-6)}` : npub;

/** 'Dr Ada Lee (key npub1abc…uvwxyz)', 'Somebody without a name here (key …)'; of an address such as lee@clinic.example the address. */
export function personOfKey(name: string, address: string): string {
  const { facts } = words.value;
  const called = name === '' || isKey(name) ? facts.nameless : name;
  if (isKey(address)) return facts.withKey(called, shortAddress(address));
  return called === facts.nameless ? address : `${called} (${address})`;
}

/** What a vault calls its owner until she gives a name. */
export const NAMELESS_SUBJECT = 'me';

/** A name that a person gave herself; '' for none. */
export const givenName = (name: string | undefined): string => (name === NAMELESS_SUBJECT ? '' : (name ?? ''));
