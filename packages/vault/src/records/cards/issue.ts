// Cards of her own: chosen records, made small as cards want them, signed by her own issuer key. Whoever scans one sees her address as the
// issuer; no scanner knows it, and without an address none can even ask for its key.
import { fail, utf8Encode } from '@hale/kernel';
import { base64url, CompactSign, calculateJwkThumbprint } from 'jose';
import { type Fields, isFields } from '../../import/json-records.ts';
import { HEALTH_CARD_TYPE } from './card.ts';
import type { CardEntry } from './content.ts';
import { CARD_UNITS_MAX } from './limits.ts';
import { writeNumeric } from './numeric.ts';
import type { CardTools } from './ports.ts';

/** A P-256 key, each 32 bytes: `cardIssuerKey()` of the kernel makes it. */
export interface CardSigningKey {
  d: Uint8Array;
  x: Uint8Array;
  y: Uint8Array;
}

export interface CardWish {
  /** The patient first. */
  records: readonly { resource: Fields & { resourceType: string }; fullUrl?: string }[];
  /** An https address of hers under which her keys are published; null: none, then no scanner can check the signature. */
  iss: string | null;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt?: number;
}

export interface IssuedCard {
  jws: string;
  /** Texts of the pictures, for QR codes in numeric mode. */
  pictures: string[];
  /** Content of a `.smart-health-card` file. */
  file: string;
}

/** Stands where she has given no address: reserved for what leads nowhere (RFC 6761 §6.4). */
export const NO_ISSUER = 'https://hale.invalid';

/** @throws HaleError 'usage' (no patient, an address that no card may carry) | 'too-large' */
export async function issueCard(wish: CardWish, key: CardSigningKey, tools: CardTools): Promise<IssuedCard> {
  const iss = wish.iss ?? NO_ISSUER;
  if (!/^https:\/\/[^\s/?#]+(\/[^\s?#]*[^\s/?#])?$/.test(iss))
    fail('usage', 'the address of the issuer of a card begins with https:// and does not end with a slash');
  const entries = minified(wish.records);
  if (entries.filter(({ resource }) => resource.resourceType === 'Patient').length !== 1)
    fail('usage', 'a card needs one patient: give the record of the person with it');
  const payload = {
    iss,
    nbf: Math.floor(wish.issuedAt),
    ...(wish.expiresAt === undefined ? {} : { exp: Math.floor(wish.expiresAt) }),
    vc: {
      type: [HEALTH_CARD_TYPE],
      credentialSubject: {
        fhirVersion: '4.0.1',
        fhirBundle: { resourceType: 'Bundle', type: 'collection', entry: entries },
      },
    },
  };
  const jwk = publicJwk(key);
  const jws = await new CompactSign(tools.deflateRaw(utf8Encode(JSON.stringify(payload))))
    .setProtectedHeader({ zip: 'DEF', alg: 'ES256', kid: await calculateJwkThumbprint(jwk) })
    .sign({ ...jwk, alg: 'ES256', d: base64url.encode(key.d) });
  if (jws.length > CARD_UNITS_MAX) fail('too-large', 'too much for one card: choose fewer records, or share a link');
  return { jws, pictures: writeNumeric(jws), file: JSON.stringify({ verifiableCredential: [jws] }) };
}

const publicJwk = ({ x, y }: CardSigningKey) => ({
  kty: 'EC',
  crv: 'P-256',
  x: base64url.encode(x),
  y: base64url.encode(y),
});

/** What stands at her address + `/.well-known/jwks.json`. */
export async function issuerKeySet(key: CardSigningKey): Promise<{ keys: Fields[] }> {
  const jwk = publicJwk(key);
  return { keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'ES256' }] };
}

/** Without ids, texts and metadata but labels, addresses counted up ("Payload content minified for QR codes"). */
function minified(records: CardWish['records']): CardEntry[] {
  const addresses = new Map<string, string>();
  for (const [at, { resource, fullUrl }] of records.entries()) {
    if (fullUrl) addresses.set(fullUrl, `resource:${at}`);
    if (typeof resource.id === 'string') addresses.set(`${resource.resourceType}/${resource.id}`, `resource:${at}`);
  }
  const patient = records.findIndex(({ resource }) => resource.resourceType === 'Patient');
  return records.map(({ resource }, at) => {
    const { id: _id, text: _text, meta, ...rest } = resource;
    const labels = isFields(meta) && Array.isArray(meta.security) ? { meta: { security: meta.security } } : {};
    const small = slimmed(rest, '', addresses, patient) as Fields;
    return { fullUrl: `resource:${at}`, resource: { ...small, ...labels, resourceType: resource.resourceType } };
  });
}

/** Fields that name whose record it is: all records of a card are the patient's. */
const OF_PATIENT = ['patient', 'subject'];

function slimmed(value: unknown, name: string, addresses: ReadonlyMap<string, string>, patient: number): unknown {
  if (Array.isArray(value)) {
    const list = value.map((each) => slimmed(each, name, addresses, patient)).filter((each) => each !== undefined);
    return list.length === 0 ? undefined : list;
  }
  if (!isFields(value)) return value;
  if (typeof value.reference === 'string') return slimReference(value, name, addresses, patient);
  const isCoded = Array.isArray(value.coding) && value.coding.length > 0;
  const isCoding = typeof value.code === 'string' && typeof value.system === 'string' && value.unit === undefined;
  const kept = Object.entries(value)
    .filter(([field]) => !(isCoded && field === 'text') && !(isCoding && field === 'display'))
    .map(([field, each]) => [field, slimmed(each, field, addresses, patient)] as const)
    .filter(([, each]) => each !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** A reference to what is not in the card keeps its words and loses its address: it would tell of other records. */
function slimReference(
  { reference, display }: Fields,
  name: string,
  addresses: ReadonlyMap<string, string>,
  patient: number,
): Fields | undefined {
  if (OF_PATIENT.includes(name) && patient >= 0) return { reference: `resource:${patient}` };
  const inside = addresses.get(reference as string);
  if (inside !== undefined) return { reference: inside };
  return typeof display === 'string' && display !== '' ? { display } : undefined;
}
