// Vital signs: R4 asks that whoever sends one gives it the code and the unit by which every receiver knows it.
// http://hl7.org/fhir/R4/observation-vitalsigns.html
import { all, choiceOf, count, get, has, hasCode, type Json, text } from '../json.ts';
import { type InvariantTable, rule } from './invariant.ts';

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const UCUM = 'http://unitsofmeasure.org';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

interface Vital {
  readonly loinc: string;
  /** SNOMED CT codes under which the same thing is sent. */
  readonly snomed: readonly string[];
  /** UCUM codes; none: a panel, or parts of their own. */
  readonly units: readonly string[];
}

const VITALS_KNOWN: readonly Vital[] = [
  { loinc: '85353-1', snomed: [], units: [] },
  { loinc: '85354-9', snomed: ['75367002'], units: [] },
  { loinc: '9279-1', snomed: ['86290005'], units: ['/min'] },
  { loinc: '8867-4', snomed: ['364075005'], units: ['/min'] },
  { loinc: '2708-6', snomed: ['103228002'], units: ['%'] },
  { loinc: '8310-5', snomed: ['276885007', '386725007'], units: ['Cel', '[degF]'] },
  { loinc: '8302-2', snomed: ['50373000'], units: ['cm', '[in_i]'] },
  { loinc: '9843-4', snomed: ['363812007'], units: ['cm', '[in_i]'] },
  { loinc: '29463-7', snomed: ['27113001'], units: ['g', 'kg', '[lb_av]'] },
  { loinc: '39156-5', snomed: ['60621009'], units: ['kg/m2'] },
];
const BLOOD_PRESSURE = '85354-9';
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

const isVital = (of: Json) => hasCode(of, 'category', CATEGORY, 'vital-signs');
/** By its own LOINC code, marked as a vital sign or not. */
const byLoinc = (of: Json) => VITALS_KNOWN.find(({ loinc }) => hasCode(of, 'code', LOINC, loinc));
const hasUnit = (quantity: unknown, units: readonly string[]) =>
  quantity === undefined || (get(quantity, 'system') === UCUM && units.includes(text(quantity, 'code') ?? ''));
const hasPart = (of: Json, loinc: string) =>
  all(of, 'component').some((part) =>
    all(part, 'code', 'coding').some((coding) => text(coding, 'system') === LOINC && text(coding, 'code') === loinc),
  );

export const VITALS: InvariantTable = {
  Observation: [
    rule(
      'vital-code',
      'This vital sign lacks the LOINC code by which every receiver knows it. Add it beside the others.',
      (o) => {
        if (!isVital(o) || byLoinc(o)) return true;
        return !VITALS_KNOWN.some(({ snomed }) => hasCode(o, 'code', SNOMED, ...snomed));
      },
    ),
    rule(
      'vital-unit',
      'The unit of this vital sign must be one of UCUM that R4 allows for it. Correct its system and code.',
      (o) => {
        const units = byLoinc(o)?.units ?? [];
        return units.length === 0 || hasUnit(get(o, 'valueQuantity'), units);
      },
    ),
    rule(
      'vital-category',
      'This is a vital sign and does not say so. Add the category vital-signs.',
      (o) => !byLoinc(o) || isVital(o),
    ),
    rule(
      'vital-when',
      'A vital sign says whose it is and when it was measured. Add subject or effective.',
      (o) => !byLoinc(o) || (has(o, 'subject') && choiceOf(o, 'effective') !== undefined),
    ),
    rule('vs-1', 'A vital sign is dated to the day at least. Write the whole date.', (o) => {
      const when = text(o, 'effectiveDateTime');
      return !byLoinc(o) || when === undefined || when.length >= 8;
    }),
    rule(
      'vs-2',
      'A vital sign has a value, parts or a reason why there is none. Add one.',
      (o) =>
        !byLoinc(o) ||
        has(o, 'component') ||
        has(o, 'hasMember') ||
        has(o, 'dataAbsentReason') ||
        choiceOf(o, 'value') !== undefined,
    ),
    rule(
      'vital-pressure',
      'A blood pressure has a systolic (8480-6) and a diastolic (8462-4) part. Add what is missing.',
      (o) =>
        byLoinc(o)?.loinc !== BLOOD_PRESSURE ||
        (count(o, 'component') >= 2 && hasPart(o, SYSTOLIC) && hasPart(o, DIASTOLIC)),
    ),
    rule(
      'vs-3',
      'A part of a vital sign has a value or a reason why there is none. Add one.',
      (o) =>
        !byLoinc(o) ||
        all(o, 'component').every((part) => choiceOf(part, 'value') !== undefined || has(part, 'dataAbsentReason')),
    ),
  ],
};
