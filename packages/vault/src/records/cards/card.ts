// One card: who signed it, whether the signature holds, and what it says (SMART Health Cards, "Health Cards are encoded as Compact
// Serialization JSON Web Signatures"; RFC 7515). Everything that is wrong is told; nothing is taken of a card that has a refusal.
import { HaleError, utf8Decode } from '@hale/kernel';
import { base64url, compactVerify, errors } from 'jose';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { type CardEntry, readContent } from './content.ts';
import { type CardFinding, finding, isRefused } from './findings.ts';
import { type IssuerKey, readKeySet } from './keys.ts';
import { CARD_PAYLOAD_BYTES_MAX, CARD_UNITS_MAX, EPOCH_SECONDS_MAX, QR_CARD_UNITS_MAX } from './limits.ts';
import type { CardTools, IssuerSource, KnownIssuer } from './ports.ts';
import { checkRid, isRevoked, readRevocations } from './revocation.ts';
import { parsed } from './text.ts';

export const HEALTH_CARD_TYPE = 'https://smarthealth.cards#health-card';

export interface CardFacts {
  iss: string;
  kid: string;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number | null;
  types: string[];
  fhirVersion: string;
  rid: string | null;
}

export interface CardVerdict {
  jws: string;
  findings: CardFinding[];
  /** No refusal. */
  isTaken: boolean;
  /** The signature was checked and holds, whatever else is wrong. */
  isSigned: boolean;
  facts: CardFacts | null;
  /** The name under which the owner knows the issuer; null: not known. */
  knownAs: string | null;
  /** Also of a card that was refused: for telling what it would be. */
  entries: CardEntry[];
}

export interface CardContext {
  tools: CardTools;
  issuers: IssuerSource;
  known: readonly KnownIssuer[];
  /** Unix seconds. */
  now: number;
}

interface Parts {
  header: Fields;
  /** null: cannot be read. */
  payload: Fields | null;
  findings: CardFinding[];
}

export async function checkCard(jws: string, context: CardContext): Promise<CardVerdict> {
  if (jws.length > CARD_UNITS_MAX) return verdictOf(jws, [finding('too-long')]);
  const { header, payload, findings } = readParts(jws, context.tools);
  if (payload === null) return verdictOf(jws, findings);
  findings.push(...checkPayload(payload, context.now));
  const content = readContent(fieldsOf(fieldsOf(payload.vc).credentialSubject).fhirBundle);
  const facts = factsOf(header, payload);
  const known = context.known.find(({ iss }) => iss === facts.iss) ?? null;
  // What is wrong with the form of a signature is said already; it verifies nothing.
  const isUnsigned = findings.some(({ concern, severity }) => concern === 'signature' && severity === 'refusal');
  const signer = isUnsigned ? { isSigned: false, findings: [] } : await checkSigner(jws, facts, known, context);
  return {
    ...verdictOf(jws, [...findings, ...signer.findings, ...content.findings]),
    isSigned: signer.isSigned,
    facts,
    knownAs: known?.name ?? null,
    entries: content.entries,
  };
}

const verdictOf = (jws: string, findings: CardFinding[]): CardVerdict => ({
  jws,
  findings,
  isTaken: !isRefused(findings),
  isSigned: false,
  facts: null,
  knownAs: null,
  entries: [],
});

function readParts(jws: string, tools: CardTools): Parts {
  const parts = jws.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part)))
    return { header: {}, payload: null, findings: [finding('jws-form')] };
  const findings: CardFinding[] = [];
  if (jws.length > QR_CARD_UNITS_MAX) findings.push(finding('card-long'));
  const header = jsonOf(base64url.decode(parts[0]));
  if (header === null) return { header: {}, payload: null, findings: [finding('header-json')] };
  if (header.alg !== 'ES256') findings.push(finding('header-alg'));
  if (textOf(header.kid) === '') findings.push(finding('header-kid'));
  if (header.zip !== 'DEF') findings.push(finding('header-zip'));
  if (base64url.decode(parts[2]).length !== 64) findings.push(finding('signature-form'));
  const packed = base64url.decode(parts[1]);
  try {
    const bytes = tools.inflateRaw(packed, CARD_PAYLOAD_BYTES_MAX);
    const payload = jsonOf(bytes);
    if (payload === null) findings.push(finding('payload-json'));
    else if (bytes.some(isSpace) || bytes.at(-1) === SPACE) findings.push(finding('white-space', 'payload'));
    return { header, payload, findings };
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return {
      header,
      payload: null,
      findings: [...findings, finding(error.code === 'too-large' ? 'payload-long' : 'inflate')],
    };
  }
}

const SPACE = 0x20;
/** Of white space that no text in JSON holds unescaped. */
const isSpace = (byte: number): boolean => byte < SPACE;

function jsonOf(bytes: Uint8Array): Fields | null {
  try {
    const value = parsed(utf8Decode(bytes));
    return isFields(value) ? value : null;
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

function factsOf(header: Fields, payload: Fields): CardFacts {
  const vc = fieldsOf(payload.vc);
  return {
    iss: textOf(payload.iss),
    kid: textOf(header.kid),
    issuedAt: Number(payload.nbf),
    expiresAt: typeof payload.exp === 'number' ? payload.exp : null,
    types: listOf(vc.type).filter((type) => typeof type === 'string'),
    fhirVersion: textOf(fieldsOf(vc.credentialSubject).fhirVersion),
    rid: typeof vc.rid === 'string' ? vc.rid : null,
  };
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < EPOCH_SECONDS_MAX;

function checkPayload({ iss, nbf, exp, vc }: Fields, now: number): CardFinding[] {
  const findings: CardFinding[] = [];
  if (!/^https:\/\/[^\s/?#]+(\/[^\s?#]*[^\s/?#])?$/.test(textOf(iss))) findings.push(finding('issuer-form', 'iss'));
  if (typeof nbf !== 'number') findings.push(finding('valid-from', 'nbf'));
  else if (!isSeconds(nbf)) findings.push(finding('time-unit', 'nbf'));
  else if (nbf > now) findings.push(finding('not-yet', 'nbf'));
  if (exp !== undefined && !isSeconds(exp)) findings.push(finding('time-unit', 'exp'));
  else if (isSeconds(exp) && isSeconds(nbf) && exp <= nbf) findings.push(finding('time-order', 'exp'));
  else if (isSeconds(exp) && exp <= now) findings.push(finding('expired', 'exp'));
  const { type, credentialSubject, rid } = fieldsOf(vc);
  // Other types are not heeded, and none of them has to be there (specification 1.4).
  if (!listOf(type).includes(HEALTH_CARD_TYPE)) findings.push(finding('type', 'vc.type'));
  if (!/^4\.\d+\.\d+$/.test(textOf(fieldsOf(credentialSubject).fhirVersion)))
    findings.push(finding('fhir-version', 'vc.credentialSubject.fhirVersion'));
  return [...findings, ...checkRid(rid)];
}

interface Signer {
  isSigned: boolean;
  findings: CardFinding[];
}

async function checkSigner(
  jws: string,
  facts: CardFacts,
  known: KnownIssuer | null,
  { tools, issuers }: CardContext,
): Promise<Signer> {
  const refused = (code: 'issuer-keys' | 'key-unknown'): Signer => ({ isSigned: false, findings: [finding(code)] });
  // Without a key's name or a proper address nobody is asked for anything.
  if (facts.kid === '' || !facts.iss.startsWith('https://') || facts.iss.endsWith('/'))
    return { isSigned: false, findings: [] };
  const pinned = known?.keys ? await readKeySet({ keys: known.keys }, facts.iss, tools, facts.issuedAt) : null;
  let named = (pinned?.keys ?? []).filter(({ kid }) => kid === facts.kid).map((key) => ({ ...key, isPinned: true }));
  if (named.length === 0) {
    const set = await issuers.keys(facts.iss);
    if (set === null || set === undefined) return refused('issuer-keys');
    const { keys, findings } = await readKeySet(set, facts.iss, tools, facts.issuedAt);
    if (keys.length === 0) return { isSigned: false, findings };
    named = keys.filter(({ kid }) => kid === facts.kid).map((key) => ({ ...key, isPinned: false }));
  }
  if (named.length === 0) return refused('key-unknown');
  // One key may stand there once for each of its certificates: any of them does.
  const key = named.find((each) => !isRefused(each.findings)) ?? named[0];
  if (isRefused(key.findings)) return { isSigned: false, findings: key.findings };
  const isSigned = await verifies(jws, key);
  if (!isSigned) return { isSigned, findings: [...key.findings, finding('signature')] };
  return { isSigned, findings: [...key.findings, ...(await checkRevoked(facts, key, issuers))] };
}

async function verifies(jws: string, { x, y }: IssuerKey): Promise<boolean> {
  try {
    await compactVerify(jws, { kty: 'EC', crv: 'P-256', alg: 'ES256', x, y }, { algorithms: ['ES256'] });
    return true;
  } catch (error) {
    // A point that is not on the curve is told as a DataError by some runtimes; it verifies nothing either.
    if (error instanceof errors.JOSEError || (error instanceof Error && /DataError|TypeError/.test(error.name)))
      return false;
    throw error;
  }
}

async function checkRevoked(facts: CardFacts, key: IssuerKey, issuers: IssuerSource): Promise<CardFinding[]> {
  if (key.crlVersion === null) return [];
  const list = await issuers.revocations(facts.iss, key.kid);
  if (list === null || list === undefined) return [finding('crl-unavailable')];
  const { revoked, findings } = readRevocations(list, key);
  const isOut = facts.rid !== null && isRevoked(revoked, facts.rid, facts.issuedAt);
  return isOut ? [...findings, finding('revoked')] : findings;
}
