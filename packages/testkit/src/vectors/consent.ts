/** Checks specs/vectors/consent.json. The types are the file's format, as specs/consent.md §9 tells it. */
import {
  type AccessQuestion,
  type AccessVerdict,
  type ConsentInput,
  compile,
  decideAccess,
  enforcerOf,
  ownersConsent,
  type Policy,
  type Portable,
  parseClaim,
  parseConsent,
  type RecordFacts,
  recipientsConsent,
  residualOf,
  type Terms,
} from '@hale/consent';
import type { Tally } from './tally.ts';

export interface ConsentVectors {
  /** What reading finds, without its sentences. */
  readonly readings: readonly { name: string; consent: unknown; findings: readonly { code: string; path: string }[] }[];
  readonly decisions: readonly {
    name: string;
    consents: readonly VectorConsent[];
    question: AccessQuestion;
    verdict: AccessVerdict;
  }[];
  readonly portables: readonly {
    name: string;
    consents: readonly VectorConsent[];
    question: Omit<AccessQuestion, 'record'>;
    portable: Portable | null;
  }[];
  readonly enforced: readonly { name: string; claim: unknown; record: RecordFacts; shown: boolean }[];
  readonly invalid: readonly { name: string; claim: unknown }[];
  readonly shares: readonly { name: string; input: ConsentInput; owner: unknown; recipient: unknown }[];
}

export interface VectorConsent extends Terms {
  readonly resource: unknown;
}

export const policyOf = (consents: readonly VectorConsent[]): Policy =>
  compile(consents.map(({ resource, ...terms }) => ({ consent: parseConsent(resource), ...terms })));

export function checkConsentVectors(json: unknown, tally: Tally): void {
  const { readings, decisions, portables, enforced, invalid, shares } = json as ConsentVectors;
  for (const { name, consent, findings } of readings) {
    const found = () => parseConsent(consent).findings.map(({ code, path }) => ({ code, path }));
    tally.equal(`reading: ${name}`, found, findings);
  }
  for (const { name, consents, question, verdict } of decisions)
    tally.equal(`decision: ${name}`, () => decideAccess(policyOf(consents), question), verdict);
  for (const { name, consents, question, portable } of portables)
    tally.equal(`portable: ${name}`, () => residualOf(policyOf(consents), question), portable);
  for (const { name, claim, record, shown } of enforced)
    tally.equal(`enforced: ${name}`, () => enforcerOf(parseClaim(claim))(record), shown);
  for (const { name, claim } of invalid) tally.refuses(`claim: ${name}`, () => parseClaim(claim), 'malformed');
  for (const { name, input, owner, recipient } of shares) {
    tally.equal(`share, the owner's: ${name}`, () => JSON.parse(ownersConsent(input)), owner);
    tally.equal(`share, the recipient's: ${name}`, () => JSON.parse(recipientsConsent(input)), recipient);
  }
}
