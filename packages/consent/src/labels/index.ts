/** Sensitivity labels: HL7's codes with their hierarchy, areas that people understand, marks that travel with a copy. */
export { AREA_NAMES, AREAS, type Area, type AreaLabel, areasOf, areasOfLabel, codeOfArea, isArea } from './areas.ts';
export {
  CONFIDENTIALITIES,
  CONFIDENTIALITY,
  type Confidentiality,
  compareConfidentiality,
  highest,
  isConfidentiality,
} from './confidentiality.ts';
export {
  LAWS,
  type LawCode,
  OBLIGATIONS,
  type ObligationCode,
  REFRAINS,
  type RefrainCode,
} from './obligations.ts';
export { PART2_NOTICE_LONG, PART2_NOTICE_SHORT, part2Notice } from './part2.ts';
export {
  type Coding,
  LABEL_BASIS,
  type Label,
  type LabelReason,
  type LabelRule,
  NEVER_BY_DEFAULT,
  type ReadSecurity,
  type RecordLabels,
  readSecurity,
  recordConfidentiality,
  securityOf,
  withholds,
} from './security.ts';
export {
  ACT_CODE,
  confidentialityOf,
  covers,
  isSensitivityCode,
  mayMean,
  SENSITIVITIES,
  SENSITIVITY_CODES,
  type Sensitivity,
  type SensitivityCode,
} from './sensitivity.ts';
