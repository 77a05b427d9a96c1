// Paths of a profile lead to elements that its type has. What a program cannot find there it cannot check, and nobody would notice.
import type { Definitions, Fields } from '../definitions/tables.ts';
import type { Findings } from './finding.ts';
import { get, type Json, list, text } from './json.ts';

/** Steps of a path; the longest of FHIR has 12. */
const PARTS_MAX = 64;

export function checkProfilePaths(profile: Json, definitions: Definitions, findings: Findings): void {
  const type = definitions.type(text(profile, 'type') ?? '');
  if (!type || get(profile, 'derivation') !== 'constraint') return;
  list(get(profile, 'differential'), 'element').forEach((element, i) => {
    const path = text(element, 'path') ?? '';
    const [root, ...parts] = path.split('.');
    if (root === type.name && (parts.length > PARTS_MAX || !leadsSomewhere(type.fields, parts, definitions)))
      findings.addAt(
        `${findings.path}.differential.element[${i}].path`,
        'error',
        'profile-path',
        'This path leads to nothing that the type has. Correct it.',
        path,
      );
  });
}

/** A path may go on into any type that an element can have. */
function leadsSomewhere(fields: Fields, parts: readonly string[], definitions: Definitions): boolean {
  if (parts.length === 0) return true;
  const [first, ...rest] = parts;
  const name = first.replace(/\[x\]$/, '').replace(/:.*$/, '');
  const field = fields.byName.get(name) ?? byChoice(fields, name);
  if (!field) return false;
  const { element } = field;
  if (element.fields) return leadsSomewhere(element.fields, rest, definitions);
  return element.types.some((use) => {
    // Of a resource within a resource any may stand there.
    if (use.name === 'Resource') return true;
    const type = definitions.type(/^[a-z]/.test(use.name) ? 'Element' : use.name);
    return (
      type !== undefined &&
      (rest[0] === 'value' ? /^[a-z]/.test(use.name) : leadsSomewhere(type.fields, rest, definitions))
    );
  });
}

const byChoice = (fields: Fields, name: string) => {
  const element = fields.choices.find((each) => each.name === name);
  return element && { element };
};
