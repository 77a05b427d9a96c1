// Records that say that there is nothing: "no known allergy" is a word of a clinician, "no information" is none; neither is an allergy.
import { fieldsOf, listOf, textOf } from '../import/json-records.ts';
import type { Resource } from './model.ts';

export type NoneKnown = 'none-known' | 'no-information';

/** SNOMED CT: no known allergy; drug, food, latex and environmental allergy; no current problem or disability; no known medication. */
const SNOMED = new Set('716186003 409137002 429625007 1003774007 428607008 160245001 787481004'.split(' '));
/** IPS absent-unknown-uv-ips: `no-known-allergies`, `no-allergy-info` and the like. */
const NO_INFORMATION = /^no-[a-z]+-info$/;

export function noneKnownIn(resource: Resource): NoneKnown | null {
  const { code, medicationCodeableConcept, vaccineCode } = resource;
  const codes = [code, medicationCodeableConcept, vaccineCode].flatMap((concept) =>
    listOf(fieldsOf(concept).coding).map((coding) => textOf(fieldsOf(coding).code)),
  );
  if (codes.some((each) => SNOMED.has(each) || each.startsWith('no-known-'))) return 'none-known';
  return codes.some((each) => NO_INFORMATION.test(each)) ? 'no-information' : null;
}
