// The sections of clinical documents by their LOINC codes: how a report calls them, and what the findings in them are.
import type { Fields } from '../../import/json-records.ts';

export interface SectionKind {
  name: string;
  /** Category of its Observations; null where it has none of its own. */
  category: Fields | null;
}

const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const US_CORE_CATEGORY = 'http://hl7.org/fhir/us/core/CodeSystem/us-core-category';

const CATEGORY_NAMES: Readonly<Record<string, [string, string]>> = {
  laboratory: [OBSERVATION_CATEGORY, 'Laboratory'],
  'vital-signs': [OBSERVATION_CATEGORY, 'Vital Signs'],
  'social-history': [OBSERVATION_CATEGORY, 'Social History'],
  exam: [OBSERVATION_CATEGORY, 'Exam'],
  survey: [OBSERVATION_CATEGORY, 'Survey'],
  procedure: [OBSERVATION_CATEGORY, 'Procedure'],
  'functional-status': [US_CORE_CATEGORY, 'Functional Status'],
  'cognitive-status': [US_CORE_CATEGORY, 'Cognitive Status'],
};

const SECTIONS = `
48765-2 Allergies
10160-0 Medications
10183-2 Discharge medications
42346-7 Admission medications
29549-3 Medications administered
11450-4 Problems
11348-0 Past illness
46241-6 Admission diagnosis
11535-2 Discharge diagnosis
10219-4 Preoperative diagnosis
10218-6 Postoperative diagnosis
75310-3 Health concerns
47519-4 Procedures
29554-3 Procedure description
59768-2 Procedure indications
55109-3 Complications
59776-5 Procedure findings: exam
30954-2 Results: laboratory
11493-4 Discharge studies: laboratory
8716-3 Vital signs: vital-signs
29762-2 Social history: social-history
47420-5 Functional status: functional-status
10190-7 Mental status: cognitive-status
61144-2 Nutrition: exam
11369-6 Immunizations
46240-8 Encounters
10157-6 Family history
46264-8 Medical equipment
48768-6 Payers
42348-3 Advance directives
18776-5 Plan of treatment
61146-7 Goals
62387-6 Interventions
11383-7 Outcomes: survey
85847-2 Care teams
51848-0 Assessment
51847-2 Assessment and plan
10164-2 History of present illness
8648-8 Hospital course
29545-1 Physical examination: exam
8709-8 Skin: exam
10210-3 General status: exam
10187-3 Review of systems: survey
46239-0 Chief complaint and reason for visit
10154-3 Chief complaint
29299-5 Reason for visit
42349-1 Reason for referral
69730-0 Instructions
8653-8 Discharge instructions
18841-7 Consultations
10184-0 Discharge physical: exam
34109-9 Notes
11506-3 Progress note
11488-4 Consultation note
34117-2 History and physical note
18842-5 Discharge summary note
28570-0 Procedure note
34133-9 Summary
`;

const KINDS: ReadonlyMap<string, SectionKind> = new Map(
  SECTIONS.trim()
    .split('\n')
    .map((line): [string, SectionKind] => {
      const [, code, name, category = ''] = /^(\S+) ([^:]+)(?:: (\S+))?$/.exec(line)!;
      return [code, { name, category: category === '' ? null : categoryOf(category) }];
    }),
);

export function categoryOf(code: string): Fields {
  const [system, display] = CATEGORY_NAMES[code];
  return { coding: [{ system, code, display }], text: display };
}

/** Of a section that is not known the name is its number. */
export const sectionKind = (code: string, number: number): SectionKind =>
  KINDS.get(code) ?? { name: String(number), category: null };
