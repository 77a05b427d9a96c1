// FHIR Consent, R4 or R5, to a ConsentPolicy. Lenient in what it reads and strict in what it permits: what is missing, unknown or contradictory costs
// permits and never a denial, and a finding says so. https://hl7.org/fhir/R4/consent.html, https://hl7.org/fhir/R5/consent.html, IHE PCF.
import { fail } from '@hale/kernel';
import { LIMITS } from '../limits.ts';
import { type Fields, isFields } from '../shape.ts';
import { periodOf, spanOf } from './fhir-time.ts';
import { Findings } from './findings.ts';
import type { Conditions, ConsentPolicy, Effect } from './model.ts';
import { CONSENT_SCOPE, ConditionReader, codingsOf, itemsOf, namesOf, textOf } from './read-conditions.ts';
import { type Node, rootOf } from './root.ts';

/** FHIR consent-state-codes, R4 and R5, that have no force. */
const WITHOUT_FORCE = ['draft', 'proposed', 'rejected', 'inactive', 'entered-in-error', 'not-done', 'unknown'];

/**
 * @param resource a FHIR Consent as JSON gave it
 * @throws HaleError 'malformed' where it is no Consent at all; everything else is a finding
 */
export function parseConsent(resource: unknown): ConsentPolicy {
  if (!isFields(resource) || resource.resourceType !== 'Consent')
    fail('malformed', 'not a FHIR Consent: resourceType is another or missing');
  const findings = new Findings();
  const isR5 = 'decision' in resource || 'subject' in resource || Array.isArray(resource.provision);
  const node = new TreeReader(findings).read(resource, isR5);
  const policies = basisOf(resource);
  const root = rootOf(node, policies, rulesOf(resource), findings);
  const period = periodOfConsent(resource, isR5, findings);
  const given = givenOf(resource, isR5, findings);
  if (period !== null && typeof given === 'number' && period.to <= given)
    findings.add('never-in-force', 'provision.period');
  const restricted = resource.modifierExtension !== undefined || resource.implicitRules !== undefined;
  if (restricted) findings.add('unreadable', 'Consent');
  const force = forceOf(resource, isR5, findings);
  return {
    id: textOf(resource.id) === '' ? '' : `Consent/${textOf(resource.id)}`,
    subject: namesOf(isR5 ? resource.subject : resource.patient)[0] ?? '',
    policies,
    force: force === 'all' && (restricted || given === 'unreadable') ? 'denials' : force,
    period,
    given: given === 'unreadable' ? null : given,
    root,
    findings: findings.all,
  };
}

function forceOf(resource: Fields, isR5: boolean, findings: Findings): ConsentPolicy['force'] {
  const { status, scope } = resource;
  if (WITHOUT_FORCE.some((each) => each === status)) {
    findings.add('not-active', 'status');
    return 'none';
  }
  let force: ConsentPolicy['force'] = 'all';
  if (status !== 'active') {
    findings.add('unknown-status', 'status');
    force = 'denials';
  }
  // R5 has no scope; R4 requires it.
  const isPrivacy = codingsOf(scope).some(([system, code]) => system === CONSENT_SCOPE && code === 'patient-privacy');
  if (!isR5 && !isPrivacy) {
    findings.add('other-scope', 'scope');
    force = 'denials';
  }
  return force;
}

/** R4 puts it into the root provision, R5 beside it. */
function periodOfConsent(resource: Fields, isR5: boolean, findings: Findings): ConsentPolicy['period'] {
  const { provision } = resource;
  const holder: unknown = isR5 ? resource : provision;
  const given = isFields(holder) ? holder.period : undefined;
  if (given === undefined) return { from: -Infinity, to: Infinity };
  const period = periodOf(given);
  if (period === null) findings.add('bad-period', isR5 ? 'period' : 'provision.period');
  return period;
}

function givenOf(resource: Fields, isR5: boolean, findings: Findings): number | null | 'unreadable' {
  const value = isR5 ? resource.date : resource.dateTime;
  if (value === undefined) return null;
  const span = spanOf(value);
  if (span !== null) return span.from;
  findings.add('bad-period', isR5 ? 'date' : 'dateTime');
  return 'unreadable';
}

/** Addresses of the policies: R4 policy.uri, R5 policyBasis. */
function basisOf({ policy, policyBasis }: Fields): string[] {
  const items = [...(itemsOf(policy) ?? []), ...(itemsOf(policyBasis) ?? [])].filter(isFields);
  return items.flatMap((item) => [textOf(item.uri), textOf(item.url)]).filter((uri) => uri !== '');
}

/** Codes of the base rule: R4 policyRule, R5 regulatoryBasis. */
function rulesOf({ policyRule, regulatoryBasis }: Fields): string[] {
  return [policyRule, ...(itemsOf(regulatoryBasis) ?? [])].flatMap((item) => codingsOf(item).map(([, code]) => code));
}

/** Reads the provisions of both versions into one tree in which each says its effect. */
class TreeReader {
  readonly #findings: Findings;
  readonly #conditions: ConditionReader;
  #provisions = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#conditions = new ConditionReader(findings);
  }

  read(resource: Fields, isR5: boolean): Node {
    return isR5 ? this.#rootR5(resource) : this.#rootR4(resource);
  }

  #rootR4({ provision }: Fields): Node {
    if (!isFields(provision)) {
      if (provision !== undefined) this.#findings.add('unreadable', 'provision');
      const own: Conditions = provision === undefined ? {} : { unreadable: true };
      return { path: 'provision', type: null, own, children: [] };
    }
    // The root's period is that of the whole consent.
    const { period: _, ...bounds } = provision;
    const own = this.#conditions.read(bounds, 'provision');
    const type = effectOf(provision.type);
    if (provision.type !== undefined && type === null) this.#findings.add('unreadable', 'provision.type');
    const children = this.#children(provision.provision, 'provision', 1, (child, path) => {
      const stated = effectOf(child.type);
      if (stated === null) this.#findings.add('no-type', path);
      return stated ?? 'deny';
    });
    return { path: 'provision', type, own, children };
  }

  /** R5 says the decision once; each level of exceptions turns it round. */
  #rootR5({ decision, provision }: Fields): Node {
    const type = effectOf(decision);
    const children = this.#children(provision, '', 1, (_child, _path, depth) => {
      if (type === null) return 'deny';
      return (depth % 2 === 1) === (type === 'permit') ? 'deny' : 'permit';
    });
    return { path: 'decision', type, own: {}, children };
  }

  #children(
    value: unknown,
    above: string,
    depth: number,
    effect: (child: Fields, path: string, depth: number) => Effect,
  ): Node[] {
    const items = itemsOf(value) ?? [];
    return items.map((item, i): Node => {
      const path = `${above === '' ? '' : `${above}.`}provision[${i}]`;
      const isTooMany = ++this.#provisions > LIMITS.consentProvisionsMax;
      if (isTooMany) this.#findings.add('too-many', 'provision');
      if (isTooMany || !isFields(item)) {
        if (!isTooMany) this.#findings.add('unreadable', path);
        return { path, type: 'deny', own: { unreadable: true }, children: [] };
      }
      const own = this.#conditions.read(item, path);
      if (depth >= LIMITS.consentDepthMax && itemsOf(item.provision) !== null) {
        this.#findings.add('too-deep', path);
        return { path, type: 'deny', own, children: [] };
      }
      const children = this.#children(item.provision, path, depth + 1, effect);
      return { path, type: effect(item, path, depth), own, children };
    });
  }
}

const effectOf = (value: unknown): Effect | null => (value === 'permit' || value === 'deny' ? value : null);
