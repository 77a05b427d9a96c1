// The files of test/data/records/shc-shl, each read by the whole path that a person's file takes. Bundles and payloads that came without a
// signature get one here, so that they go the same way.
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  type CardContext,
  type CardFinding,
  type CardVerdict,
  checkCard,
  openLinkFile,
  readCardText,
  readHealthLink,
  readIssuerList,
  readKeySet,
  readLinkPayload,
  readManifest,
  readRevocations,
} from '@hale/vault/records/cards';
import { calculateJwkThumbprint } from 'jose';
import { cardTools } from '../../src/records/card-tools.ts';

export const CARDS = join(import.meta.dirname, '../../../../test/data/records/shc-shl');
export const ISSUER = 'https://spec.smarthealth.cards/examples/issuer';
/** 1 June 2024. */
export const NOW = 1_717_200_000;

export const textOfFile = (file: string): string => readFileSync(join(CARDS, file), 'utf8');
export const jsonOfFile = (file: string): unknown => JSON.parse(textOfFile(file));

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = pair.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
const kid = await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x, y });
const ownKey = { kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256', x, y, kid };

/** A card over these very bytes, white space and all. */
export function signPayload(payload: string): string {
  const head = Buffer.from(JSON.stringify({ zip: 'DEF', alg: 'ES256', kid })).toString('base64url');
  const body = `${head}.${deflateRawSync(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(body), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
}

const around = (bundle: string): string =>
  `{"iss":"${ISSUER}","nbf":1715107763,"vc":{"type":["https://smarthealth.cards#health-card"],` +
  `"credentialSubject":{"fhirVersion":"4.0.1","fhirBundle":${bundle}}}}`;

/** The official issuer with our key beside its own, and those of `badcrl`, as their servers would answer. */
export const context: CardContext = {
  tools: cardTools,
  known: [{ iss: ISSUER, name: 'Example issuer' }],
  now: NOW,
  issuers: {
    keys: async (iss) => {
      if (iss === ISSUER) return { keys: [...(jsonOfFile('issuer.jwks.json') as { keys: unknown[] }).keys, ownKey] };
      return publishedBy(iss, 'jwks.json');
    },
    revocations: async (iss, of) => {
      if (iss === ISSUER) return of === kid ? null : jsonOfFile('issuer.crl.json');
      return publishedBy(iss, `crl/${of}.json`);
    },
  },
};

function publishedBy(iss: string, name: string): unknown {
  const path = `negative/badcrl/${iss.split('/badcrl/')[1]}/.well-known/${name}`;
  return iss.includes('/badcrl/') && existsSync(join(CARDS, path)) ? jsonOfFile(path) : null;
}

/** How a file is given: several files of one card are named together. */
export type How =
  | 'card'
  | 'bundle'
  | 'payload'
  | 'keys'
  | 'link'
  | 'link-payload'
  | 'manifest'
  | 'sealed'
  | 'revocations'
  | 'issuers';

export interface Reading {
  /** Refusals first (`!`), then flaws; each once. */
  codes: string[];
  verdicts: CardVerdict[];
}

/** Certificates name this address in the dev tools' data. */
const CERTIFIED = 'https://smarthealth.cards/examples/issuer';

/** The key of `badcrl`, whose keys say that its lists are in their first state. */
const revokedUnder = { kid: 'hrvC0uzB16UXK83BnPo7Glg685b1D6iYOyJd5hpRaAA', x: '', y: '', crlVersion: 1, findings: [] };

export async function readCase(how: How, files: readonly string[]): Promise<Reading> {
  const text = files.map(textOfFile).join('\n');
  if (how === 'keys') return told((await readKeySet(JSON.parse(text), CERTIFIED, cardTools)).findings);
  if (how === 'link') return told(readHealthLink(text).findings);
  if (how === 'link-payload') return told(readLinkPayload(JSON.parse(text)).findings);
  if (how === 'manifest') return told(readManifest(JSON.parse(text)).findings);
  if (how === 'issuers') return told(readIssuerList(JSON.parse(text)).findings);
  if (how === 'revocations') return told(readRevocations(JSON.parse(text), revokedUnder).findings);
  if (how === 'sealed') return await readSealed(JSON.parse(text) as Stored);
  const given = how === 'card' ? text : signPayload(how === 'bundle' ? around(text) : text);
  const read = readCardText(given, how === 'card' && /-file/.test(files[0]) ? files[0] : undefined);
  const verdicts = await Promise.all(read.jws.map((jws) => checkCard(jws, context)));
  return { ...told([...read.findings, ...verdicts.flatMap(({ findings }) => findings)]), verdicts };
}

/** What the dev tools' server keeps of a link: its text, and the encrypted files. */
interface Stored {
  link: string;
  payload: { key: string };
  jweFiles: string[];
}

async function readSealed({ link, payload, jweFiles }: Stored): Promise<Reading> {
  const opened = await Promise.all(jweFiles.map((jwe) => openLinkFile(jwe, Buffer.from(payload.key, 'base64url'), '')));
  const cards = opened.flatMap(({ file }) => (file === null ? [] : readCardText(file.text).jws));
  const verdicts = await Promise.all(cards.map((jws) => checkCard(jws, context)));
  const files = opened.flatMap(({ finding }) => (finding === null ? [] : [finding]));
  return {
    ...told([...readHealthLink(link).findings, ...files, ...verdicts.flatMap(({ findings }) => findings)]),
    verdicts,
  };
}

const told = (findings: readonly CardFinding[]): Reading => ({
  codes: [...new Set(findings.map(({ code, severity }) => (severity === 'refusal' ? `!${code}` : code)))].sort(),
  verdicts: [],
});
