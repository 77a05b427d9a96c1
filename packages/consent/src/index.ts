/** Consent: what a grant covers, its entries, its end; the owner's plans and the recipient's reader. Pure. */
export { type AccessEntry, accessDate, accessList } from './access.ts';
export {
  clipBins,
  clipSamples,
  currentPieces,
  type PieceOrder,
  unionBins,
  unionSamples,
} from './assemble.ts';
export { appendClip, type ClipData, makeClip } from './clip.ts';
export { type Contact, decideKey, type KeyChoices, type KeyDecision, type KeyRefusal } from './contact.ts';
export {
  type CopiedResource,
  CopiesLog,
  type CopiesLogEntry,
  type CopiesMemory,
  type CopiesState,
  copiedResources,
  copiesEntryValue,
  type IndexEntry,
  type Inflate,
  type PageEntry,
  pageEntries,
  parseCopiesEntry,
  type Told,
} from './copies-log.ts';
export {
  type AccessRequest,
  type Asker,
  type Consent,
  DENIALS,
  type Decision,
  type DenialReason,
  decide,
} from './decide.ts';
export {
  type ClipEntry,
  type ConsentEntry,
  type CopiesEntry,
  END_REASONS,
  type EndEntry,
  type EndReason,
  type EpochEntry,
  entryValue,
  type GrantEntry,
  type HeadEntry,
  type LeaseEntry,
  type MoreEntry,
  type SignalDescription,
  type StreamEntry,
  type TokenEntry,
} from './entries.ts';
export { type EpochAdvance, type GrantTokens, planEpochAdvance } from './epochs.ts';
export { consentResource } from './fhir.ts';
export { encodeFileCode, FILE_CODE_BYTES, fileGrantKey, parseFileCode } from './file-code.ts';
export {
  type ClipNeed,
  clipNeeds,
  type GrantInput,
  type GrantPlan,
  type LevelPreview,
  planGrant,
  type ReaderKey,
  readerOf,
  type StreamPreview,
} from './grant.ts';
export type { GrantState, HeldClip } from './grant-log.ts';
export type { DayVerdict, HeadReport, HeadVerdict, HeldTile, ReaderMemory, Span } from './head-check.ts';
export { type ChangedDay, dayDigest, dayInRange, planHeads, type TileMark, unpackRows } from './heads.ts';
export * from './labels/index.ts';
export { needsToken, planLeases, slotsDue, type UpcomingTile } from './lease.ts';
export { LATEST_MICROS, LIMITS } from './limits.ts';
export {
  encodeLink,
  encodeLockerLink,
  isLockerLink,
  type Link,
  type LinkAddress,
  type LockerLink,
  parseLink,
  parseLinkAddress,
  parseLockerLink,
  relaysOfLink,
} from './link.ts';
export {
  claimKeys,
  type LockerAnswer,
  type LockerKeys,
  lockerIdOf,
  parseLockerAnswer,
  pinKeys,
} from './locker.ts';
export {
  type AskMessage,
  type FiledMessage,
  MESSAGE_KIND,
  type MessageOptions,
  openMessage,
  type ReaderMessage,
  sealMessage,
} from './message.ts';
export {
  expiredGrants,
  type GrantIdentity,
  grantedSlots,
  isActive,
  isIssued,
  type OwnerGrant,
  ownerGrant,
  withEntries,
} from './owner-grant.ts';
export { parseEntry } from './parse-entry.ts';
export * from './policy/index.ts';
export { type Edge, edgesOf, type GridRange, innerRange, leaseFor, leaseSlots, rangeOf } from './range.ts';
export {
  GrantReader,
  type LogValue,
  type OpenedTile,
  type ReaderInput,
  type Series,
  type SeriesQuery,
} from './reader.ts';
export {
  encodePiece,
  openRelease,
  parsePiece,
  type RecoveryPiece,
  recoverWords,
  sealRelease,
} from './recovery-piece.ts';
export { planRevocation, type RevocationInput, type RevocationPlan, type RevocationStep } from './revoke.ts';
export {
  grantedLevels,
  levelCovers,
  PURPOSES,
  type Purpose,
  type PurposeCode,
  parseScope,
  RECIPIENT_KINDS,
  type Recipient,
  type RecipientKind,
  type Scope,
  type ScopedRecords,
  type ScopedStream,
  scopeEnd,
} from './scope.ts';
export {
  type ConnectAsReader,
  type GrantAddress,
  type GrantConnection,
  GrantSession,
  type ReaderKeys,
} from './session.ts';
export { withoutDirectionMarks } from './shape.ts';
export { describeStream, type StreamView, tokenFor } from './stream-view.ts';
