// Codes: from the list that FHIR requires at that place, in a system that is named as one.
import type { Definitions, ElementDefinition } from '../definitions/tables.ts';
import type { Findings } from './finding.ts';
import { has, isObject, type Json, text } from './json.ts';
import { isAbsolute } from './primitives.ts';
import { listed } from './references.ts';

/** With its parameters; a statement of what a server can do may say `json` for short. */
const MEDIA_TYPE = /^([^\s/;]+\/[^\s/;]+(\s*;[^\n]*)?|json|xml|ttl)$/;

/** A code as plain text, or the codings of a concept: one of them must be of the list. */
export function checkBinding(element: ElementDefinition, value: unknown, definitions: Definitions, findings: Findings) {
  const { valueSet } = element;
  if (valueSet === null) return;
  if (valueSet === '*mime') {
    if (typeof value === 'string' && !MEDIA_TYPE.test(value))
      findings.error('binding', 'This must be a media type such as application/pdf.', value);
    return;
  }
  const codes = definitions.codes(valueSet);
  const isOf = (coding: unknown) => {
    const systems = codes.get(text(coding, 'code') ?? '');
    return systems?.includes(text(coding, 'system') ?? '') === true;
  };
  const known = typeof value === 'string' ? codes.has(value) : Array.isArray(value) && value.some(isOf);
  if (known) return;
  // What is wrong in its form was told already; what is not known at all is said by an extension.
  if (
    typeof value !== 'string' &&
    (!Array.isArray(value) || value.some((each) => !isObject(each) || has(each, 'extension')))
  ) {
    if (value === undefined) tellMissing(codes, findings);
    return;
  }
  const shown = typeof value === 'string' ? value : text(value.at(0), 'code');
  findings.error(
    'binding',
    `FHIR allows only certain codes here: ${listed([...codes.keys()])}. Use one of them.`,
    shown,
  );
}

function tellMissing(codes: ReadonlyMap<string, unknown>, findings: Findings): void {
  findings.error('binding', `Here must stand a code, and not a text alone: ${listed([...codes.keys()])}.`);
}

export function checkCoding(coding: Json, findings: Findings): void {
  const system = text(coding, 'system');
  if (system === undefined) {
    if (has(coding, 'code'))
      findings.warn(
        'coding-system',
        'A code without its system means nothing to others. Add the system.',
        text(coding, 'code'),
      );
    return;
  }
  if (!isAbsolute(system))
    findings.error('coding-system', 'The system of a code is a whole address or urn. Correct it.', system);
  if (
    /^https?:\/\/(terminology\.)?hl7\.org\/fhir\/ValueSet\//.test(system) ||
    /^https?:\/\/terminology\.hl7\.org\/ValueSet\//.test(system)
  )
    findings.error(
      'coding-system',
      'This names a value set, which only chooses codes. Name the system that the code is from.',
      system,
    );
}

const URI_SYSTEM = 'urn:ietf:rfc:3986';

export function checkIdentifier(identifier: Json, findings: Findings): void {
  const system = text(identifier, 'system');
  if (system === undefined) return;
  if (!isAbsolute(system))
    findings.error('identifier-system', 'The system of an identifier is a whole address or urn. Correct it.', system);
  const value = text(identifier, 'value');
  if (system === URI_SYSTEM && value !== undefined && !isAbsolute(value))
    findings.error(
      'identifier-value',
      'This identifier says that it is an address: write it as one, such as urn:uuid:… or https://….',
      value,
    );
}
