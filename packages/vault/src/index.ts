export * from './absorb.ts';
export * from './catalogue.ts';
export { Custody, sharedName } from './custody/custody.ts';
export {
  activeGrants,
  CUSTODY_LEVELS,
  type CustodianEntry,
  type CustodyLevel,
  firstOfLane,
  type Household,
  type HouseholdEntry,
  type HouseholdFact,
  householdKeys,
  householdOf,
  LANES_MAX,
  laneGeneration,
  laneOf,
  type SharedGrant,
  standing,
} from './custody/household.ts';
export {
  answerKey,
  boxSecret,
  type Kept,
  type ParcelEntry,
  packParcel,
  type SubjectRooms,
  takeParcel,
} from './custody/parcel.ts';
export { type DiskSeal, type DocumentChange, Documents, documentKeys, type StoredDocument } from './documents.ts';
export type { GrantFaults, GrantWish, IssuedGrant, NewGrant } from './grant-wish.ts';
export { Grants } from './grants.ts';
export { changedDay, type HeadMismatch, mismatchedHeads, recordHeads } from './heads.ts';
export type { IngestResult } from './ingest.ts';
export { STREAMS_PER_DEVICE_MAX } from './limits.ts';
export { inLogOrder, type LogEntry, LogWriter, openLogEvent } from './log.ts';
export { noteEntry, noteNumber, notesOf } from './notes.ts';
export {
  isOneSensor,
  isSameQuantity,
  isSurelyOneSensor,
  type Overlap,
  originWith,
  overlapWith,
  type Scale,
  withoutHeld,
} from './origins.ts';
export type * from './ports.ts';
export { checkSummaries, countSamples, fullBins, isCurrent, rawSamples, rawSlots } from './pyramid.ts';
export { RecordGrants, type RecordPreview, type RecordWish } from './record-grants.ts';
// The rest of records is much code, and most nodes need it seldom: @hale/vault/records.
export { Labels, type LabelsListener } from './records/labels/labels.ts';
export { ownerLabelEntries, withoutOwnerLabels } from './records/labels/owner.ts';
export { RECORDS_IDLE_MILLIS } from './records/limits.ts';
export { Records, type RecordsListener, type RecordWrite } from './records/records.ts';
export { type Rehearsal, rehearse } from './rehearsal.ts';
export * from './samples.ts';
export { LEVELS, levelNumber, OpenStream, type SummaryLevel } from './streams.ts';
export { vanishTemplate } from './vanish.ts';
export { type BeforePublishing, checkName, type NewStream, restingName, Vault, type VaultPorts } from './vault.ts';
