// The keys of an issuer (SMART Health Cards, "Determining keys associated with an issuer"; RFC 7517, 7518 §6.2, 7638).
import { base64Decode, HaleError } from '@hale/kernel';
import { calculateJwkThumbprint } from 'jose';
import { type Fields, isFields, listOf, textOf } from '../../import/json-records.ts';
import { type CardFinding, finding } from './findings.ts';
import { CERTIFICATES_MAX, ISSUER_KEYS_MAX } from './limits.ts';
import type { CardTools } from './ports.ts';

export interface IssuerKey {
  kid: string;
  x: string;
  y: string;
  /** The state of its list of revoked cards; null: the issuer keeps none. */
  crlVersion: number | null;
  /** Kept here: its issuer may have revoked more since. */
  isPinned?: boolean;
  findings: CardFinding[];
}

/** 32 bytes. */
const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Every key of a set, with what is wrong with it. @param iss what certificates must name; null: unknown, then they are not asked
 * @param signedAt Unix seconds at which certificates have to be valid
 */
export async function readKeySet(
  value: unknown,
  iss: string | null,
  tools: CardTools,
  signedAt: number | null = null,
): Promise<{ keys: IssuerKey[]; findings: CardFinding[] }> {
  const keys = isFields(value) ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > ISSUER_KEYS_MAX)
    return { keys: [], findings: [finding('key-set')] };
  const read: IssuerKey[] = [];
  for (const [at, key] of keys.entries())
    read.push(await readKey(isFields(key) ? key : {}, { iss, tools, signedAt, place: `key ${at + 1}` }));
  return { keys: read, findings: read.flatMap((key) => key.findings) };
}

interface Expected {
  iss: string | null;
  tools: CardTools;
  signedAt: number | null;
  place: string;
}

async function readKey(jwk: Fields, expected: Expected): Promise<IssuerKey> {
  const { place } = expected;
  const [x, y, kid] = [textOf(jwk.x), textOf(jwk.y), textOf(jwk.kid)];
  const findings: CardFinding[] = [];
  const isEc = jwk.kty === 'EC';
  if (!isEc) findings.push(finding('key-type', place));
  else if (jwk.crv !== 'P-256' || !COORDINATE.test(x) || !COORDINATE.test(y))
    findings.push(finding('key-curve', place));
  if (jwk.alg !== 'ES256') findings.push(finding('key-alg', place));
  if (jwk.use !== 'sig') findings.push(finding('key-use', place));
  if (jwk.d !== undefined) findings.push(finding('key-private', place));
  // The thumbprint of a key of another type is over other fields: what is wrong with it has been said.
  if (isEc && (await thumbprintOf(textOf(jwk.crv), x, y)) !== kid) findings.push(finding('key-id', place));
  if (jwk.x5c !== undefined) findings.push(...readCertificates(jwk.x5c, x, y, expected));
  const crlVersion = Number.isSafeInteger(jwk.crlVersion) ? (jwk.crlVersion as number) : null;
  return { kid, x, y, crlVersion, findings };
}

/** RFC 7638. null where the coordinates are none. */
async function thumbprintOf(crv: string, x: string, y: string): Promise<string | null> {
  return crv === '' || x === '' || y === '' ? null : await calculateJwkThumbprint({ kty: 'EC', crv, x, y });
}

function readCertificates(
  x5c: unknown,
  x: string,
  y: string,
  { iss, tools, signedAt, place }: Expected,
): CardFinding[] {
  const ders = listOf(x5c).map(derOf);
  if (ders.length === 0 || ders.length > CERTIFICATES_MAX || ders.includes(null))
    return [finding('certificate-form', place)];
  const chain = tools.readChain(ders as Uint8Array[]);
  if (chain === null) return [finding('certificate-form', place)];
  const findings: CardFinding[] = [];
  if (chain.key?.x !== x || chain.key.y !== y) findings.push(finding('certificate-key', place));
  if (iss !== null && !chain.addresses.includes(iss)) findings.push(finding('certificate-address', place));
  if (!chain.isChained) findings.push(finding('certificate-chain', place));
  if (signedAt !== null && (signedAt < chain.validFrom || signedAt > chain.validTo))
    findings.push(finding('certificate-old', place));
  return findings;
}

function derOf(text: unknown): Uint8Array | null {
  try {
    return base64Decode(textOf(text));
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}
