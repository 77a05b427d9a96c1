// What an operator may say of a relay on the command line: who manages it, which clinics vouch, under what law it stands, how long it keeps what.
// Only the form is looked at here; what it means, the home knows.
import type { RelayWishes } from '@hale/home';
import { decodeNpub, toHex } from '@hale/kernel';
import { InvalidArgumentError } from 'commander';

/** `npub1…` or 64 hex characters. */
export function parseKey(text: string): string {
  if (/^([0-9a-f]{64}|npub1[02-9ac-hj-np-z]{58})$/.test(text)) return text;
  throw new InvalidArgumentError('Keys are written npub1… or as 64 hex characters.');
}

/** The same as hex. */
export function parseKeyHex(text: string): string {
  try {
    return toHex(decodeNpub(parseKey(text)));
  } catch {
    if (/^[0-9a-f]{64}$/.test(text)) return text;
    throw new InvalidArgumentError('Keys are written npub1… or as 64 hex characters.');
  }
}

type Clinics = NonNullable<RelayWishes['clinics']>;

/** `npub1…` or `npub1…=50`: how many vouches it may give in 30 days. */
export function parseClinic(text: string, before: Clinics = []): Clinics {
  const [key, count] = text.split('=');
  if (count === undefined) return [...before, { key: parseKey(key) }];
  if (!/^[1-9]\d{0,5}$/.test(count))
    throw new InvalidArgumentError('After = comes how many people it may vouch for in 30 days, like npub1…=50.');
  return [...before, { key: parseKey(key), perEpoch: Number(count) }];
}

export function parseCountry(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[A-Z]{2}$/.test(text)) throw new InvalidArgumentError('Countries are two capital letters, like DE.');
  return [...before, text];
}

type Keep = NonNullable<RelayWishes['keep']>;
const CLASSES: readonly string[] = ['tiles', 'access', 'wraps', 'people', 'other'];
const DAYS: Readonly<Record<string, number>> = { d: 1, m: 30, y: 365 };

/** `tiles=20y`, `wraps=90d`, or `provider`: as long as a provider of the relay's countries must keep records. */
export function parseKeep(text: string, before: Keep = {}): Keep {
  if (text === 'provider') return { ...before, provider: true };
  const [, name, count, unit] = /^([a-z]+)=([1-9]\d{0,3})([dmy])$/.exec(text) ?? [];
  if (!CLASSES.includes(name))
    throw new InvalidArgumentError(
      `Write a class and a time, like tiles=20y or wraps=90d. Classes: ${CLASSES.join(', ')}.`,
    );
  return { ...before, [name]: Number(count) * DAYS[unit] * 86_400 };
}
