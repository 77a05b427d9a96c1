// The decision about records: consents as their giver wrote them, compiled once, asked many times. Pure; no consent means no. The truth table is
// packages/consent/test/policy/truth-table.test.ts. `decide` (../decide.ts) answers for a grant's keys, this for what may go into one.
import { fail } from '@hale/kernel';
import type { ObligationCode, RefrainCode } from '../labels/index.ts';
import { LIMITS } from '../limits.ts';
import { addMonths } from './fhir-time.ts';
import { type Tests, testsOf } from './matching.ts';
import type { Conditions, ConsentPolicy, Rule } from './model.ts';
import { BREAK_GLASS, isEmergency, isLocalPurpose, isOpenPurpose, isPurpose } from './purposes.ts';
import type { AccessQuestion } from './question.ts';

/** What the owner's home knows of a consent beside its text. */
export interface Terms {
  /** When somebody last made use of it, microseconds. */
  lastUsed?: number;
  /** Months without use after which it lapses; missing: it does not. */
  idleMonths?: number;
  /** From then on it has to be given anew, microseconds. */
  renewBy?: number;
}

export interface GivenConsent extends Terms {
  consent: ConsentPolicy;
}

export interface PolicyOptions {
  /**
   * True where the law lets nobody override a patient's restriction, not even in an emergency (EHDS, Regulation (EU) 2025/327, recital 18, leaves
   * that to each member state). Missing: nowhere.
   */
  isOverrideForbidden?: (jurisdiction: string) => boolean;
}

/** From the farthest miss to the nearest. */
export const ACCESS_DENIALS = [
  'no-consent',
  'not-in-force', // not active, or in a form that permits nothing
  'not-yet', // before it was given, or before its period
  'lapsed', // after its period
  'idle', // not used for so long that it ended by itself
  'renewal-due', // has to be given anew
  'not-permitted', // no rule permits it
  'not-named', // only a permit that names this purpose would, and none does
  'denied', // a rule denies it
  'unknown-purpose', // nobody knows what it is for
  'no-reason', // a glass broken without saying why
  'override-forbidden', // the law of the place allows no emergency override
  'never', // its owner shut it against emergencies
] as const;
export type AccessDenial = (typeof ACCESS_DENIALS)[number];

/** REDACT: leave out what bears one of `codes`; `except`: leave out all that bears none of them; neither: see the rule. */
export interface Obligation {
  code: ObligationCode | RefrainCode | 'NOTICE';
  codes?: readonly string[];
  except?: readonly string[];
  /** NOTICE: whom to tell what. */
  notice?: 'owner-of-break-glass' | 'recipient-of-part-2';
  rule?: string;
}

export interface AccessVerdict {
  verdict: 'permit' | 'deny';
  reason: AccessDenial | 'permitted' | 'break-glass';
  /** `Consent/id provision.provision[2]`; empty where no rule was behind it. */
  rule: string;
  obligations: readonly Obligation[];
}

export interface Compiled extends Tests {
  rule: Rule;
  exceptions: readonly Compiled[];
}

interface CompiledConsent extends GivenConsent {
  root: Compiled;
}

/** Opaque: consents made ready for decisions. */
export interface Policy {
  readonly consents: readonly CompiledConsent[];
  readonly options: PolicyOptions;
}

/** @throws HaleError 'too-large' */
export function compile(consents: readonly GivenConsent[], options: PolicyOptions = {}): Policy {
  if (consents.length > LIMITS.consentsMax)
    fail('too-large', 'too many consents for one decision', { max: LIMITS.consentsMax });
  return { consents: consents.map((given) => ({ ...given, root: compileRule(given.consent.root) })), options };
}

function compileRule(rule: Rule): Compiled {
  return { rule, ...testsOf(rule.conditions, rule.effect), exceptions: rule.exceptions.map(compileRule) };
}

/**
 * Every consent that is in force is asked; one denial outweighs all permits. Within a consent an exception outweighs its rule, and among exceptions
 * of one rule a denial outweighs a permit, in whatever order they stand.
 */
export function decideAccess(policy: Policy, question: AccessQuestion): AccessVerdict {
  const shut = shutBy(policy, question);
  if (shut !== null) return deny(shut, '');
  let nearest: AccessDenial = 'no-consent';
  let permit: Permit | null = null;
  for (const given of policy.consents) {
    const standing = standingOf(given, question.at);
    if (standing.denials) {
      const by = evaluate(given.root, question);
      if (by?.rule.effect === 'deny') return deny('denied', nameOf(given, by.rule));
      if (by !== null && standing.reason === null) permit ??= { given, by };
    }
    const reason = standing.reason ?? (isOpenPurpose(question.purpose) ? 'not-permitted' : 'not-named');
    if (ACCESS_DENIALS.indexOf(reason) > ACCESS_DENIALS.indexOf(nearest)) nearest = reason;
  }
  if (permit === null) return deny(nearest, '');
  const reason = question.purpose === BREAK_GLASS ? 'break-glass' : 'permitted';
  const rule = nameOf(permit.given, permit.by.rule);
  return { verdict: 'permit', reason, rule, obligations: obligationsOf(policy, permit, question) };
}

const deny = (reason: AccessDenial, rule: string): AccessVerdict => ({
  verdict: 'deny',
  reason,
  rule,
  obligations: [],
});

const nameOf = ({ consent }: GivenConsent, { path }: Rule): string => `${consent.id} ${path}`.trim();

/** What no consent can open. */
function shutBy(
  { options }: Policy,
  { purpose, jurisdiction, emergency, record }: AccessQuestion,
): AccessDenial | null {
  if (!isPurpose(purpose) && !isLocalPurpose(purpose)) return 'unknown-purpose';
  if (isEmergency(purpose) && record?.never) return 'never';
  if (purpose !== BREAK_GLASS) return null;
  if (emergency === null || emergency.reason.trim() === '') return 'no-reason';
  return options.isOverrideForbidden?.(jurisdiction) ? 'override-forbidden' : null;
}

/** When a consent that was last used then lapses by itself. A share lapses by the same count. */
export const lapsesAt = (lastUsed: number, idleMonths: number): number => addMonths(lastUsed, idleMonths);

/** Whether a consent's denials count now, and why its permits do not. */
export function standingOf(given: GivenConsent, at: number): { denials: boolean; reason: AccessDenial | null } {
  const { consent, lastUsed, idleMonths, renewBy } = given;
  if (consent.force === 'none') return { denials: false, reason: 'not-in-force' };
  const { period } = consent;
  if (period === null || !Number.isFinite(at)) return { denials: true, reason: 'not-in-force' };
  if (at < period.from) return { denials: false, reason: 'not-yet' };
  if (at >= period.to) return { denials: false, reason: 'lapsed' };
  if (consent.force === 'denials') return { denials: true, reason: 'not-in-force' };
  if (consent.given !== null && at < consent.given) return { denials: true, reason: 'not-yet' };
  if (idleMonths !== undefined) {
    const since = lastUsed ?? consent.given;
    if (since === null || at >= lapsesAt(since, idleMonths)) return { denials: true, reason: 'idle' };
  }
  if (renewBy !== undefined && at >= renewBy) return { denials: true, reason: 'renewal-due' };
  return { denials: true, reason: null };
}

/** The rule that decides, or null where the consent says nothing about the question. */
function evaluate(compiled: Compiled, question: AccessQuestion): Compiled | null {
  const { rule, exceptions } = compiled;
  const applies = appliesTo(compiled, question);
  // An exception to a denial permits within it; a permit below a permit adds to it (IHE PCF: "normal data; restricted for one").
  if (!applies && rule.effect === 'deny') return null;
  // Asked in general, a denial of some records is no denial of all, and what excepts from it permits some.
  const isPartial = question.record === null && rule.effect === 'deny' && boundsRecords(rule.conditions);
  let found: Compiled | null = applies && !isPartial ? compiled : null;
  for (const exception of exceptions) {
    const by = evaluate(exception, question);
    if (by === null) continue;
    if (by.rule.effect === 'permit') found = found?.rule.effect === 'permit' ? found : by;
    else if (!isPartial) return by;
  }
  return found;
}

function appliesTo({ ask, record }: Compiled, question: AccessQuestion): boolean {
  for (const test of ask) if (!test(question)) return false;
  if (question.record === null) return true;
  for (const test of record) if (!test(question.record)) return false;
  return true;
}

const RECORD_CONDITIONS = [
  'custodians',
  'authors',
  'labels',
  'classes',
  'documentTypes',
  'codes',
  'parts',
  'data',
  'dataPeriod',
] as const satisfies readonly (keyof Conditions)[];

export const boundsRecords = (conditions: Conditions): boolean =>
  RECORD_CONDITIONS.some((name) => conditions[name] !== undefined);

interface Permit {
  given: CompiledConsent;
  by: Compiled;
}

function obligationsOf(policy: Policy, { given, by }: Permit, question: AccessQuestion): Obligation[] {
  const { record, purpose } = question;
  const obligations: Obligation[] = record === null ? redactions(policy, { given, by }, question) : [];
  if (record?.labels?.length) obligations.push({ code: 'PERSISTLABEL' });
  if (record?.bases?.includes('42CFRPart2'))
    obligations.push({ code: 'NORDSCLCD' }, { code: 'NOTICE', notice: 'recipient-of-part-2' });
  if (purpose === BREAK_GLASS) obligations.push({ code: 'AUDTR' }, { code: 'NOTICE', notice: 'owner-of-break-glass' });
  const ends = given.consent.period !== null && given.consent.period.to < Infinity;
  if (ends || purpose === BREAK_GLASS) obligations.push({ code: 'DELAU' });
  return obligations;
}

/** What is left out of what was permitted in general: the permit's own bounds, and each denial of some records in any consent. */
function redactions({ consents }: Policy, { given, by }: Permit, question: AccessQuestion): Obligation[] {
  const found: Obligation[] = [];
  const redact = (of: CompiledConsent, rule: Rule, field: 'codes' | 'except') => {
    const labels = labelsIn(rule);
    found.push({ code: 'REDACT', ...(labels.length > 0 && { [field]: labels }), rule: nameOf(of, rule) });
  };
  if (boundsRecords(by.rule.conditions)) redact(given, by.rule, 'except');
  const visit = (of: CompiledConsent, { rule, ask, exceptions }: Compiled) => {
    if (rule.effect === 'deny' && boundsRecords(rule.conditions) && ask.every((test) => test(question)))
      redact(of, rule, 'codes');
    for (const exception of exceptions) visit(of, exception);
  };
  for (const each of consents) if (standingOf(each, question.at).denials) visit(each, each.root);
  return found;
}

const labelsIn = ({ conditions: { labels } }: Rule): string[] => [...(labels?.any ?? []), ...(labels?.levels ?? [])];
