// FHIR Shorthand to FHIR JSON, for the example consents of IHE PCF: the forms that occur there, and an error for any other.
// https://hl7.org/fhir/uv/shorthand/reference.html

type Json = Record<string, unknown>;

const LISTS = new Set([
  'category',
  'performer',
  'organization',
  'policy',
  'purpose',
  'actor',
  'securityLabel',
  'data',
  'security',
]);
const CONCEPTS = new Set(['scope', 'category', 'role']);

/** Instances by id. */
export function parseFsh(text: string): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const part of text.split(/^(?=Instance: )/m).filter((each) => each.trim() !== '')) {
    const [, id] = /^Instance: *(\S+)/.exec(part) ?? [];
    const rules = part
      .replace(/"""[\s\S]*?"""/g, '')
      .split('\n')
      .filter((line) => line.startsWith('* '));
    const resource: Json = { resourceType: 'Consent', id };
    for (const rule of rules) assign(resource, rule);
    found.set(id, resource);
  }
  return found;
}

function assign(resource: Json, rule: string): void {
  const [, path, given] = /^\* (\S+) = (.+)$/.exec(rule.trimEnd()) ?? refuse(rule);
  const steps = path.split('.').map((step) => {
    const [, name, index] = /^(\w+)((?:\[[\w+=]+\])*)$/.exec(step) ?? refuse(rule);
    return { name, next: index.endsWith('[+]') };
  });
  let at = resource;
  for (const [i, { name, next }] of steps.entries()) {
    const isLast = i === steps.length - 1;
    // The first provision is an object, those below it are lists.
    const isList = LISTS.has(name) || (name === 'provision' && i > 0);
    if (!isList) {
      if (isLast) at[name] = fshValueOf(given, name, rule);
      else {
        at[name] ??= {};
        at = at[name] as Json;
      }
      continue;
    }
    at[name] ??= [];
    const list = at[name] as unknown[];
    if (next || list.length === 0) list.push(isLast ? fshValueOf(given, name, rule) : {});
    else if (isLast) list[0] = fshValueOf(given, name, rule);
    if (!isLast) at = list[list.length - 1] as Json;
  }
}

function fshValueOf(given: string, name: string, rule: string): unknown {
  const reference = /^Reference\((\S+)\)$/.exec(given);
  if (reference) return { reference: reference[1] };
  const quoted = /^"([^"]*)"$/.exec(given);
  if (quoted) return quoted[1];
  const coding = /^([^#\s]*)#([^\s"]+)(?: "([^"]*)")?$/.exec(given);
  if (coding) {
    const [, system, code, display] = coding;
    if (system === '') return code;
    const value = { system, code, ...(display && { display }) };
    return CONCEPTS.has(name) ? { coding: [value] } : value;
  }
  if (/^\d{4}(-\d\d){0,2}$/.test(given)) return given;
  return refuse(rule);
}

function refuse(rule: string): never {
  throw new Error(`a form of FSH that is not read here: ${rule}`);
}
