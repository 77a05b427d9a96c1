// The portable form of a policy for one asker: the claim `ihe_pcf` of an access token, whose `residual` says what of the permitted scope is forbidden.
// Made so that whoever enforces it shows no more than the consent permits: what the form cannot say is left out, and `narrowed` tells so.
// IHE PCF, "Updates to ITI-71", 3.71.4.2.2.1.4.
import { fail } from '@hale/kernel';
import { instant } from '../fhir.ts';
import {
  ACT_CODE,
  CONFIDENTIALITIES,
  CONFIDENTIALITY,
  type Confidentiality,
  compareConfidentiality,
  covers,
  highest,
  NEVER_BY_DEFAULT,
  SENSITIVITY_CODES,
} from '../labels/index.ts';
import { LIMITS } from '../limits.ts';
import { fields, isFields, list, oneOf, text } from '../shape.ts';
import { boundsRecords, type Compiled, decideAccess, type Policy, standingOf } from './decide-access.ts';
import { Findings } from './findings.ts';
import { testsOf } from './matching.ts';
import type { Conditions, TimeSpan } from './model.ts';
import type { AccessQuestion, RecordFacts } from './question.ts';
import { ConditionReader, type ResidualFields } from './read-conditions.ts';

export interface ResidualRule extends ResidualFields {
  type: 'forbid' | 'permit';
}

/** One value is written as text and several as a list; PCF's examples do the former. */
export interface PcfClaim {
  patient_id: string;
  doc_id: string | string[];
  acp?: string | string[];
  residual?: ResidualRule[];
}

export interface Portable {
  claim: PcfClaim;
  /** FHIR types that the token's scope names; null = all. What a type bounds has no place in a residual. */
  types: string[] | null;
  /** The form could not say all that is permitted, so that it says less. */
  narrowed: boolean;
}

interface Gathered {
  permits: Conditions[];
  denials: Conditions[];
  /** It denies all that it does not permit. */
  closes: boolean;
  narrowed: boolean;
}

/** What one asker may see for one purpose, in the portable form; null = nothing. Records that are shut against emergencies are not in it. */
export function residualOf(policy: Policy, asked: Omit<AccessQuestion, 'record'>): Portable | null {
  const question: AccessQuestion = { ...asked, record: null };
  if (decideAccess(policy, question).verdict === 'deny') return null;
  const inForce = policy.consents.filter((given) => standingOf(given, asked.at).denials);
  const gathered = together(inForce.map((given) => gatheredOf(given, question)));
  const { types, residual, narrowed } = compose(gathered);
  const acp = [...new Set(inForce.flatMap(({ consent }) => consent.policies))];
  const claim: PcfClaim = {
    patient_id: inForce[0].consent.subject,
    doc_id: oneOrList(inForce.map(({ consent }) => consent.id)),
    ...(acp.length > 0 && { acp: oneOrList(acp) }),
    ...(residual.length > 0 && { residual }),
  };
  return { claim, types, narrowed };
}

const oneOrList = (values: string[]): string | string[] => (values.length === 1 ? values[0] : values);

function gatheredOf(given: Policy['consents'][number], question: AccessQuestion): Gathered {
  const gathered = gather(given.root, question);
  return standingOf(given, question.at).reason === null ? gathered : { ...gathered, permits: [] };
}

/** What holds beside each other: if one closes, only what it permits is open; what two permit that close, no residual can say. */
function together(all: readonly Gathered[]): Gathered {
  const denials = all.flatMap((each) => each.denials);
  const narrowed = all.some((each) => each.narrowed);
  const closing = all.filter((each) => each.closes);
  if (closing.length > 1) return { permits: [], denials, closes: true, narrowed: true };
  const permits = (closing.length === 1 ? closing : all).flatMap((each) => each.permits);
  return { permits, denials, closes: closing.length === 1, narrowed };
}

const NOTHING: Gathered = { permits: [], denials: [], closes: false, narrowed: false };

/** The rules that hold for this asker, by what they say of records. */
function gather({ rule, ask, exceptions }: Compiled, question: AccessQuestion): Gathered {
  const holds = ask.every((test) => test(question));
  const below = () => exceptions.map((exception) => gather(exception, question));
  if (rule.effect === 'permit') return together([{ ...NOTHING, permits: holds ? [rule.conditions] : [] }, ...below()]);
  if (!holds) return NOTHING;
  if (!boundsRecords(rule.conditions)) return { ...together(below()), closes: true };
  // Permitted again within a denial of some records: no residual can say that, for its permits outweigh every denial.
  return { ...NOTHING, denials: [rule.conditions], narrowed: exceptions.length > 0 };
}

interface Composed {
  types: string[] | null;
  residual: ResidualRule[];
  narrowed: boolean;
}

/**
 * In a residual a permit outweighs every forbid, in a consent a denial outweighs every permit. So either there are denials, and the permit's bounds are
 * turned into denials of what lies outside them; or there are none, and all is forbidden but what the permits name.
 */
function compose({ permits, denials, narrowed }: Omit<Gathered, 'closes'>): Composed {
  const sayable = permits.filter(isSayable);
  const { classes, ...untyped } = permits[0] ?? {};
  if (permits.length === 1 && classes && isSayable(untyped) && !classes.any.some((each) => each.includes('|')))
    return { ...compose({ permits: [untyped], denials, narrowed }), types: [...classes.any] };
  const forbids = denials.map((conditions) => ruleOf('forbid', conditions));
  const isLess = narrowed || sayable.length < permits.length || denials.some((conditions) => !isSayable(conditions));
  const open = sayable.filter(isTurnable);
  if (denials.length === 0 && open.every((conditions) => boundsRecords(conditions))) {
    const named = sayable.map((conditions) => ruleOf('permit', conditions));
    return { types: null, residual: [{ type: 'forbid' }, ...named], narrowed: isLess };
  }
  // One permit without bounds takes in all others.
  const turned = open.find((conditions) => !boundsRecords(conditions)) ?? open[0];
  if (turned === undefined) return { types: null, residual: [{ type: 'forbid' }], narrowed: true };
  const bounds = outside(turned);
  return {
    types: null,
    residual: [...bounds, ...forbids],
    narrowed: isLess || sayable.length > 1 || forbidsNotes(bounds),
  };
}

const UNSAYABLE = ['custodians', 'authors', 'classes', 'documentTypes', 'codes', 'parts'] as const;
const isSayable = (conditions: Conditions): boolean => UNSAYABLE.every((name) => conditions[name] === undefined);

/** What lies outside such a permit can be named. */
const isTurnable = ({ data, labels }: Conditions): boolean => data === undefined && (labels?.any.length ?? 0) === 0;

/** Forbids for everything that a permit does not cover. Psychotherapy notes are very restricted: they need a forbid of their own only where that is permitted. */
function outside({ labels, dataPeriod }: Conditions): ResidualRule[] {
  if (labels !== undefined && labels.levels.length === 0) return [{ type: 'forbid' }];
  const ceiling = labels === undefined ? 'R' : highest(labels.levels);
  const above = CONFIDENTIALITIES.filter((level) => compareConfidentiality(level, ceiling) > 0);
  const securityLabel =
    above.length > 0 ? above.map(levelCoding) : NEVER_BY_DEFAULT.map((code) => ({ system: ACT_CODE, code }));
  const rules: ResidualRule[] = [{ type: 'forbid', securityLabel }];
  if (dataPeriod && dataPeriod.from > -Infinity)
    rules.push({ type: 'forbid', dataPeriod: periodFields({ from: -Infinity, to: dataPeriod.from }) });
  if (dataPeriod && dataPeriod.to < Infinity)
    rules.push({ type: 'forbid', dataPeriod: periodFields({ from: dataPeriod.to, to: Infinity }) });
  return rules;
}

const isNotes = (code: string): boolean => NEVER_BY_DEFAULT.some((each) => each === code);
/** A forbid of the notes takes "specially protected" with it, which may mean them. */
const forbidsNotes = (rules: readonly ResidualRule[]): boolean =>
  rules.some(({ securityLabel }) => securityLabel?.some(({ code }) => isNotes(code)));

const levelCoding = (code: Confidentiality) => ({ system: CONFIDENTIALITY, code });

/**
 * Codes and levels are written out with all that they cover, for an enforcer who compares marks and knows no hierarchy. A mark that is so general
 * that it may mean a forbidden one (SPI for PSY) is left to the enforcer: written down it would forbid all below it.
 */
function ruleOf(type: ResidualRule['type'], conditions: Conditions): ResidualRule {
  const permits = type === 'permit';
  const rule: ResidualRule = { type };
  const { labels, dataPeriod, data } = conditions;
  if (labels && !(labels.unknown && !permits)) {
    const isSpared = (code: string) => permits && isNotes(code);
    const codes = SENSITIVITY_CODES.filter((code) =>
      labels.any.some((named) => named === code || (covers(named, code) && !isSpared(code))),
    );
    const levels = permits
      ? labels.levels
      : CONFIDENTIALITIES.filter((level) => labels.levels.some((each) => compareConfidentiality(level, each) >= 0));
    rule.securityLabel = [...levels.map(levelCoding), ...codes.map((code) => ({ system: ACT_CODE, code }))];
  } else if (permits) rule.securityLabel = (['N', 'R'] as const).map(levelCoding);
  if (dataPeriod) rule.dataPeriod = periodFields(dataPeriod);
  if (data && !(data.unknown && !permits))
    rule.data = data.any.map(({ meaning, reference }) => ({ meaning, reference: { reference } }));
  return rule;
}

/** A FHIR Period holds both its ends, a span not its last: the end is the microsecond before. */
function periodFields({ from, to }: TimeSpan): { start?: string; end?: string } {
  return { ...(from > -Infinity && { start: instant(from) }), ...(to < Infinity && { end: instant(to - 1) }) };
}

/**
 * Reads a claim as JSON gave it.
 * @throws HaleError 'malformed' | 'too-large', naming the field
 */
export function parseClaim(value: unknown): PcfClaim {
  const map = fields(value, 'ihe_pcf', ['patient_id', 'doc_id'], ['acp', 'residual']);
  const claim: PcfClaim = {
    patient_id: text(map.patient_id, 'ihe_pcf.patient_id', LIMITS.consentTextUnitsMax),
    doc_id: texts(map.doc_id, 'ihe_pcf.doc_id'),
  };
  if (map.acp !== undefined) claim.acp = texts(map.acp, 'ihe_pcf.acp');
  if (map.residual !== undefined) {
    claim.residual = list(map.residual, 'ihe_pcf.residual', LIMITS.residualMax).map((item) => {
      if (!isFields(item)) fail('malformed', 'ihe_pcf.residual item is not a map');
      oneOf(item.type, 'ihe_pcf.residual type', ['forbid', 'permit']);
      return item as unknown as ResidualRule;
    });
  }
  return claim;
}

function texts(value: unknown, what: string): string | string[] {
  if (!Array.isArray(value)) return text(value, what, LIMITS.consentTextUnitsMax);
  return list(value, what, LIMITS.consentsMax).map((item) => text(item, what, LIMITS.consentTextUnitsMax));
}

const RULE_FIELDS = ['type', 'securityLabel', 'dataPeriod', 'data'];

/**
 * The enforcer's half: whether a record within the token's scope is shown. Forbid outweighs the scope, permit outweighs forbid, and what forbids nothing
 * is shown; order does not matter.
 */
export function enforcerOf({ residual }: PcfClaim): (record: RecordFacts) => boolean {
  const reader = new ConditionReader(new Findings());
  const rules = (residual ?? []).map((rule) => {
    const conditions = reader.read({ ...rule }, 'residual');
    // A bound that is not known here must not be dropped from a permit.
    const isUnknown = Object.keys(rule).some((field) => !RULE_FIELDS.includes(field));
    const effect = rule.type === 'permit' ? 'permit' : 'deny';
    const { record } = testsOf(conditions, effect);
    const never = effect === 'permit' && (isUnknown || conditions.unreadable === true);
    return { effect, applies: (of: RecordFacts) => !never && record.every((test) => test(of)) };
  });
  const any = (effect: string, record: RecordFacts) =>
    rules.some((rule) => rule.effect === effect && rule.applies(record));
  return (record) => !any('deny', record) || any('permit', record);
}
