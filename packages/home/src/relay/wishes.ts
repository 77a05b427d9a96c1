// An operator's wishes as he types them, made into a policy.
import { decodeNpub, HaleError, toHex } from '@hale/kernel';
import { KEEP_ALL, type Keep, providerRetention, RELAY_LIMITS, type RelayPolicy } from '@hale/relay/server';
import type { RelayWishes } from '../open-client.ts';

const YEAR_SECONDS = 365 * 86_400;

/** @throws HaleError 'usage' for a wish that cannot be met, 'malformed' for a key that is none */
export function policyWishes(wishes: RelayWishes): Partial<RelayPolicy> {
  const { owner, clinics, jurisdiction, keep, contact, privacy } = wishes;
  return {
    ...(owner === undefined ? {} : { owner: keyOf(owner) }),
    ...(clinics === undefined
      ? {}
      : {
          clinics: clinics.map(({ key, perEpoch = RELAY_LIMITS.vouchesPerEpochDefault }) => ({
            key: keyOf(key),
            perEpoch,
          })),
        }),
    ...(jurisdiction === undefined ? {} : { jurisdiction }),
    ...(contact === undefined ? {} : { contact }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(keep === undefined ? {} : { keep: keepOf(keep, jurisdiction ?? []) }),
  };
}

export const keyOf = (text: string): string => (text.startsWith('npub1') ? toHex(decodeNpub(text)) : text);

function keepOf({ provider, ...named }: NonNullable<RelayWishes['keep']>, countries: readonly string[]): Keep {
  const keep = provider ? { tiles: providerSeconds(countries), ...named } : named;
  // Whoever bounds the tiles and says nothing of the lists that open them bounds these alike.
  const access = keep.access ?? keep.tiles ?? null;
  return { ...KEEP_ALL, ...keep, access };
}

/** The longest time for which a provider of these countries keeps records. */
function providerSeconds(countries: readonly string[]): number {
  if (countries.length === 0)
    throw new HaleError(
      'usage',
      'to keep things as long as a provider must, say where the disks stand, like --jurisdiction DE',
    );
  const years = countries.map((country) => {
    const known = providerRetention(country)?.years ?? null;
    if (known !== null) return known;
    throw new HaleError(
      'usage',
      `no time is known for a provider in ${country}, so the operator decides: --keep tiles=20y, for instance (docs/compliance.md)`,
    );
  });
  return Math.max(...years) * YEAR_SECONDS;
}
