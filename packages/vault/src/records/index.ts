// Health records: FHIR resources as sealed streams. Pure. specs/records.md
export { type BlobProgress, chunksOf, type NewBlob } from './blobs.ts';
export { attachmentsOf, briefOf, doseText, type RecordBrief } from './brief.ts';
export { categoryOf } from './category.ts';
export { CCDA_RECORDS } from './ccda/format.ts';
export { type ClinicalTime, clinicalTime, parseFhirTime } from './clinical-time.ts';
export { conceptText, statusOf, titleOf, valueOfRecord } from './describe.ts';
export { recordFacts } from './facts.ts';
export { FHIR_RECORDS } from './fhir/format.ts';
export { isResourceType } from './fhir/types.ts';
export {
  type OpenedRecords,
  RECORD_NOTES,
  type RecordFormat,
  type RecordItem,
  type RecordNote,
  type RecordTools,
  type UnusableReason,
} from './format.ts';
export { isSameShape, keyOf, keysIn, localKey, MERGE_RULES, namesOf, systemOf } from './identity.ts';
export { type IncomingResource, Intake, type IntakeSource, sourceEntry } from './intake.ts';
export * from './labels/index.ts';
export * from './limits.ts';
export { authorOf, blobKeys, categoryNumber, recordKeys, SOURCES_LOG } from './logs.ts';
export {
  type FoundPatient,
  type Look,
  labelsOf,
  lookInto,
  type PersonQuestion,
  type PersonWish,
  patientReference,
  type Whose,
  whoseRecords,
} from './look.ts';
export * from './model.ts';
export { type NoneKnown, noneKnownIn } from './none-known.ts';
export { isPaper, type PaperForm, paperRecords } from './paper/format.ts';
export { calledBy, comparePersons, nobody, personOf, withPerson } from './person.ts';
export { Records, type RecordsListener, type RecordWrite } from './records.ts';
export { referencesIn, resolve } from './references.ts';
export { axisOf, type ResultValue, resultsIn } from './results.ts';
export { asLedgerEntry, type LedgerEntry, packVersion, unpackEntry, type VersionEntry } from './wire.ts';
