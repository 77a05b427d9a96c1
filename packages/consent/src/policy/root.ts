// What the first provision means: a consent may say it by itself (IHE PCF), by the policy that it builds upon, or hardly at all (base R4, where
// its own type is "not permitted in root rule"). The table of cases stands in specs/consent.md.
import type { Findings } from './findings.ts';
import type { Conditions, Effect, Rule } from './model.ts';
import { BREAK_GLASS } from './purposes.ts';

/** A provision as it stands: its own conditions only. The root's type is null where it says none. */
export interface Node {
  path: string;
  type: Effect | null;
  own: Conditions;
  children: readonly Node[];
}

type Base = 'basic' | 'all' | 'break-glass' | 'deny' | 'opt-in' | 'opt-out';

/** IHE PCF, Volume 1, 53.2.1. */
const PCF = 'https://profiles.ihe.net/ITI/PCF/';
const BY_URI: Readonly<Record<string, Base>> = {
  [`${PCF}Policy-basic-normal`]: 'basic',
  [`${PCF}Policy-all-normal`]: 'all',
  [`${PCF}Policy-break-glass-only`]: 'break-glass',
  [`${PCF}Policy-deny`]: 'deny',
};
/** HL7 v3 ActConsentDirective. */
const BY_RULE: Readonly<Record<string, Base>> = {
  OPTIN: 'opt-in',
  OPTINR: 'opt-in',
  OPTOUT: 'opt-out',
  OPTOUTE: 'opt-out',
};
const PERMITTING: readonly Base[] = ['basic', 'all', 'opt-in'];
const STRICTEST_FIRST: readonly Base[] = ['deny', 'break-glass', 'opt-out', ...PERMITTING];

/** The policy that the consent builds upon; null = none that is known here. Where two disagree, none permits. */
function baseOf(uris: readonly string[], rules: readonly string[], findings: Findings): Base | null {
  const known = [
    ...uris.filter((uri) => Object.hasOwn(BY_URI, uri)).map((uri) => BY_URI[uri]),
    ...rules.filter((rule) => Object.hasOwn(BY_RULE, rule)).map((rule) => BY_RULE[rule]),
  ];
  if (known.length < uris.length + rules.length) findings.add('unknown-policy', 'policy');
  if (new Set(known.map((each) => PERMITTING.includes(each))).size > 1) {
    findings.add('contradiction', 'policy');
    return 'deny';
  }
  return STRICTEST_FIRST.find((each) => known.includes(each)) ?? null;
}

/**
 * The rule that decides, with everything that excepts from it.
 * @param uris addresses of policies
 * @param rules codes of the base rule
 */
export function rootOf(node: Node, uris: readonly string[], rules: readonly string[], findings: Findings): Rule {
  const base = baseOf(uris, rules, findings);
  if (node.type === 'permit') return permitRoot(node, base, findings);
  if (node.type === 'deny') return denyRoot(node, base, uris, findings);
  if (base === 'opt-in') return undecidedOptIn(node, findings);
  if (base === 'opt-out') return undecidedOptOut(node, findings);
  if (base !== null) {
    findings.add('implied', node.path);
    return permitRoot(node, base, findings);
  }
  findings.add('no-root-decision', node.path);
  return permitting(node, { unreadable: true }, findings);
}

/** `permit` says: I agree to the policy, within these bounds. */
function permitRoot(node: Node, base: Base | null, findings: Findings): Rule {
  if (base === 'deny') {
    if (node.type === 'permit') findings.add('contradiction', node.path);
    return denyAll(node, findings);
  }
  if (base === 'break-glass') {
    const rest = denyAll(node, findings);
    // Who agrees to the policy for other purposes does not agree to what it permits.
    if (node.own.purposes && !node.own.purposes.any.includes(BREAK_GLASS)) return rest;
    const conditions = { ...node.own, purposes: { any: [BREAK_GLASS], unknown: false } };
    const glass: Rule = { path: 'policy', effect: 'permit', conditions, exceptions: [] };
    return { ...rest, exceptions: [...rest.exceptions, glass] };
  }
  if (base === 'opt-out') return exceptFromDenial(node, findings);
  const implied: Conditions = {};
  if (base === 'basic') implied.purposes = { any: ['TREAT'], unknown: false };
  if (base === 'basic' || base === 'all') implied.labels = { any: [], levels: ['N'], unknown: false };
  return permitting(node, { ...implied, ...node.own }, findings);
}

/** `deny` says: I reject the policy; beside a base rule of R4 and without a policy it excepts from that rule. */
function denyRoot(node: Node, base: Base | null, uris: readonly string[], findings: Findings): Rule {
  if (base === 'opt-in' && uris.length === 0 && Object.keys(node.own).length > 0) {
    const exception = denying(node, node.own, findings);
    return { path: 'policy', effect: 'permit', conditions: {}, exceptions: [exception] };
  }
  if (base === null || base === 'opt-in') return denying(node, node.own, findings);
  return base === 'basic' || base === 'all' ? denying(node, node.own, findings) : denyAll(node, findings);
}

/**
 * OPTIN with a provision that does not say what it does. HL7's own examples use its conditions as bounds of the permit and as an exception to it.
 * What both readings permit: everything, where there are no conditions; else only what a nested provision permits inside them.
 */
function undecidedOptIn(node: Node, findings: Findings): Rule {
  const hasConditions = Object.keys(node.own).length > 0;
  if (!hasConditions && node.children.every(({ type }) => type === 'deny')) {
    findings.add('implied', node.path);
    return permitting(node, {}, findings);
  }
  findings.add('root-undecided', node.path);
  return denying(node, node.own, findings);
}

/** OPTOUT with a provision that does not say what it does: an exception to the denial, if it says to whom or for what. */
function undecidedOptOut(node: Node, findings: Findings): Rule {
  findings.add('implied', node.path);
  const { recipients, purposes } = node.own;
  if (recipients === undefined && purposes === undefined) return denyAll(node, findings);
  return exceptFromDenial(node, findings);
}

function exceptFromDenial(node: Node, findings: Findings): Rule {
  const exception = permitting(node, node.own, findings);
  return { path: 'policy', effect: 'deny', conditions: {}, exceptions: [exception] };
}

/** Everything is denied but what nested provisions permit within the root's bounds. */
const denyAll = (node: Node, findings: Findings): Rule => ({ ...denying(node, node.own, findings), conditions: {} });

const permitting = (node: Node, conditions: Conditions, findings: Findings): Rule =>
  ruleOf({ ...node, type: 'permit' }, conditions, findings);

const denying = (node: Node, conditions: Conditions, findings: Findings): Rule =>
  ruleOf({ ...node, type: 'deny' }, conditions, findings);

/** A nested provision takes over the conditions above it that it does not name itself: it is an exception to that rule, and to no other. */
function ruleOf(node: Node, conditions: Conditions, findings: Findings): Rule {
  const effect = node.type ?? 'deny';
  const kept = node.children.filter((child) => {
    if (effect !== 'permit' || !isAllElse(child, conditions)) return true;
    findings.add('all-else', child.path);
    return false;
  });
  const exceptions = kept.map((child) => ruleOf(child, inherited(conditions, effect, child), findings));
  return { path: node.path, effect, conditions, exceptions };
}

/** `unreadable` stays: a bound that could not be read bounds what is below it as well. */
function inherited(above: Conditions, effect: Effect, child: Node): Conditions {
  if (effect !== 'permit') return { ...above, ...child.own };
  if (child.type === 'permit')
    return { ...(namesRecords(child.own) ? withoutKindAndTime(above) : above), ...child.own };
  // A label bounds a permit from above and a denial from below: "up to R" must not become "from R on".
  const { labels: _, ...others } = above;
  return { ...others, ...child.own };
}

const namesRecords = ({ data }: Conditions): boolean =>
  data?.any.every(({ meaning }) => meaning === 'instance') ?? false;

/** What a permit below a permit names one by one, it adds, whatever its kind and time. */
function withoutKindAndTime(above: Conditions): Conditions {
  const { classes: _c, documentTypes: _d, codes: _o, parts: _p, dataPeriod: _t, ...others } = above;
  return others;
}

/**
 * A denial of somebody whose conditions all stand in the permit above it, word for word, while that permit has more: "permit emergency treatment at this
 * hospital; deny this hospital". Read as an exception it would leave nothing of the permit; it means all else, which is not permitted anyway.
 */
function isAllElse({ type, own, children }: Node, above: Conditions): boolean {
  const names = Object.keys(own) as (keyof Conditions)[];
  if (type !== 'deny' || children.length > 0 || names.length === 0) return false;
  if (names.some((name) => name !== 'recipients' && name !== 'custodians')) return false;
  if (names.length >= Object.keys(above).length) return false;
  return names.every((name) => JSON.stringify(own[name]) === JSON.stringify(above[name]));
}
