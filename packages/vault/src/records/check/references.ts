// References: written so that they can be followed, to something that is there, of a type that may stand there.
import type { Definitions, TypeUse } from '../definitions/tables.ts';
import { RESTFUL } from './bundle-index.ts';
import type { Findings } from './finding.ts';
import { has, type Json, text } from './json.ts';
import { isAbsolute, isUuid } from './primitives.ts';
import type { Scope } from './scope.ts';

/** What a reference leads to: its type where that can be told, else null; and whether it is there or only its address was read. */
interface Target {
  readonly type: string | null;
  readonly found: boolean;
}

const UNKNOWN: Target = { type: null, found: false };

export function checkReference(
  value: Json,
  use: TypeUse,
  scope: Scope,
  definitions: Definitions,
  findings: Findings,
): void {
  const reference = text(value, 'reference');
  const named = text(value, 'type');
  if (
    reference === undefined &&
    !has(value, 'identifier') &&
    !has(value, 'display') &&
    !has(value, 'extension') &&
    !has(value, 'reference')
  )
    findings.warn(
      'reference-empty',
      'This reference leads nowhere: it has no address, no identifier and no name. Add one of them.',
    );
  const target = reference === undefined ? UNKNOWN : follow(reference, scope, definitions, findings);
  if (named !== undefined && target.type !== null && named !== target.type)
    findings.error(
      'reference-type',
      'This reference says one type and leads to another. Correct its type or its address.',
      named,
    );
  const type = target.type ?? (named !== undefined && definitions.isResource(named) ? named : null);
  if (type !== null && use.targets.length > 0 && !use.targets.includes(type))
    findings.add(
      // An address alone is a good sign of the type, and no proof: HL7's own examples have such.
      target.found ? 'error' : 'warning',
      'reference-target',
      `This reference must lead to ${listed(use.targets)}. Point it at one of these.`,
      reference,
    );
}

function follow(reference: string, scope: Scope, definitions: Definitions, findings: Findings): Target {
  if (reference.startsWith('#')) return followLocal(reference, scope, findings);
  const found = scope.bundle?.find(reference, scope.root.entry) ?? -1;
  if (scope.bundle !== null && found >= 0) {
    scope.bundle.links.push([scope.root.entry, found]);
    return { type: scope.bundle.entries[found].type || null, found: true };
  }
  const parts = RESTFUL.exec(reference.replace(/#.*$/, ''));
  if (parts && definitions.isResource(parts[2])) {
    if (parts[1] === undefined) tellMissing(reference, parts[2], scope, findings);
    return { type: parts[2], found: false };
  }
  if (/\s/.test(reference))
    findings.error('reference-form', 'A reference must hold no white space. Remove it.', reference);
  else if (isAbsolute(reference)) followAbsolute(reference, scope, findings);
  else if (/^[A-Z][A-Za-z]+\?/.test(reference)) followQuestion(reference, scope, findings);
  else
    findings.error(
      'reference-form',
      'A reference without an address is written as Type/id, with a type of FHIR R4. Correct it.',
      reference,
    );
  return UNKNOWN;
}

function followLocal(reference: string, scope: Scope, findings: Findings): Target {
  if (reference === '#') return { type: scope.root.type, found: true };
  const type = scope.root.contained.get(reference.slice(1));
  if (type !== undefined) return { type: type || null, found: true };
  findings.error(
    'ref-1',
    'This reference leads to a contained resource that is not there. Add it under contained, or correct the id.',
    reference,
  );
  return UNKNOWN;
}

/** What is not here may be on a server; where it looks as if it should be here, that is said. */
function tellMissing(reference: string, type: string, scope: Scope, findings: Findings): void {
  if (scope.bundle !== null && scope.bundle.findByName(reference) >= 0)
    findings.warn(
      'bundle-reference',
      'The bundle has a resource of this type and id, but under another address (fullUrl). Refer to it by its fullUrl.',
      reference,
    );
  const carried = scope.root.carried?.get(type);
  if (carried && !carried.has(reference.replace(/^.*?\//, '').replace(/\/_history\/.*$/, '')))
    findings.error(
      'parameters-reference',
      `These parameters carry a ${type}, but not the one that is referred to here. Add it, or refer to the one that is there.`,
      reference,
    );
}

function followAbsolute(reference: string, scope: Scope, findings: Findings): void {
  if (!reference.startsWith('urn:')) return;
  if (reference.startsWith('urn:uuid:') && !isUuid(reference))
    findings.warn('uuid', 'A UUID is written as urn:uuid: and 32 hex digits in lower case, with hyphens.', reference);
  else if (scope.bundle !== null)
    findings.warn(
      'bundle-reference',
      'What this reference leads to is not in the bundle, and a urn: is found nowhere else. Add it.',
      reference,
    );
}

function followQuestion(reference: string, scope: Scope, findings: Findings): void {
  if (!/^(transaction|batch)$/.test(scope.bundle?.type ?? ''))
    findings.add(
      'information',
      'reference-form',
      'A reference that is a search (Type?…) works in a transaction only. Write it as Type/id.',
      reference,
    );
}

export function listed(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 12), 'others'] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
