/** Records made over for a recipient: which, how, and put together to pages. */
export { copyOf, type Extraction } from './extract.ts';
export { type Copy, PAGE_UNITS, pagesOf, pageText } from './pages.ts';
export { patientCopy } from './patient.ts';
export {
  checkPolicy,
  isWithheld,
  type Kept,
  keptBy,
  type RecordPolicy,
  type RuledRecord,
} from './policy.ts';
export {
  Copier,
  type CopyRoom,
  copiesOf,
  copyName,
  type LabelsPort,
  type Selection,
  select,
  toldOf,
} from './selection.ts';
export { TELLINGS, type Telling, tellingLaw } from './telling.ts';
