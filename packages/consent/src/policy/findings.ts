// What reading a consent found odd: a closed list of codes, each with what it means for the one who gave the consent.

const TEXTS = {
  // These cost permits: the consent shows less than its author may have meant.
  'not-active': 'the consent is not active: it permits and denies nothing',
  'unknown-status': 'the status is not known: only denials count',
  'other-scope': 'the consent is not about privacy: only denials count',
  'no-root-decision': 'nothing says whether the consent permits or denies: only denials count',
  'root-undecided':
    'the first provision may bound the permit or except from it: only what both readings permit is permitted',
  contradiction: 'the consent permits what its policy denies: the denial counts',
  'no-type': 'a provision does not say whether it permits or denies: it denies',
  'too-deep': 'exceptions of exceptions go deeper than is read here: what is below denies',
  'too-many': 'there are more values or provisions than are read here: what is not read permits nothing and denies',
  unreadable: 'something restricts in a form that is not understood here: it permits nothing and denies always',
  'unknown-purpose': 'a purpose is not known: it permits nothing and denies any',
  'unknown-actor':
    'somebody is not named so that a machine can recognise her: she is permitted nothing, and a denial for her denies all',
  'unknown-label': 'a label is not known: it permits nothing and denies always',
  'unknown-action': 'an action is not known: it permits nothing and denies always',
  'bad-period': 'a time cannot be read: it permits nothing and denies always',
  'never-in-force': 'the consent ended before it was given: it never permits',
  // These are only told.
  'unknown-policy':
    'the policy that the consent builds upon is not known here: only what the consent itself says counts',
  implied: 'the decision of the first provision follows from the policy',
  'local-purpose': 'a purpose of a code system of somebody: only a request that names it is permitted',
  'all-else': 'an exception denies all that the rule above does not permit anyway: it takes nothing from it',
} as const;

export type FindingCode = keyof typeof TEXTS;
export const FINDING_CODES = Object.keys(TEXTS) as FindingCode[];

export interface Finding {
  code: FindingCode;
  /** Where: names of fields and numbers, never text of the resource. */
  path: string;
  /** What it means for the one who gave the consent. */
  text: string;
}

/** Collects findings while one consent is read, each once for each place. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  add(code: FindingCode, path: string): void {
    this.#found.set(`${code} ${path}`, { code, path, text: TEXTS[code] });
  }

  get all(): Finding[] {
    return [...this.#found.values()];
  }
}
