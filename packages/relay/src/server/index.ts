/** The relay server: a NIP-01 relay without sockets, its door, and the port behind which its events lie. */
export { admits, parseAccess, type Reader } from './access.ts';
export { addressOf } from './address.ts';
export { isAdmitted, type Rights, refusalOfForm, rightsOf, type Standing } from './admission.ts';
export { ChangeLog } from './changes.ts';
export { type Check, type Checked, checkFrame, isEventFrame, unchecked } from './check.ts';
export type { ConnectionInfo, Effect } from './connection.ts';
export { type DoorAnswer, type DoorOptions, RelayDoor, SUBPROTOCOL, TICKET_PREFIX } from './door.ts';
export { EmergencyLockers, type EmergencyOpened, type EmergencyOptions, type EmergencyWish } from './emergency.ts';
export { type EngineOptions, RelayEngine } from './engine.ts';
export { type Faults, NO_FAULTS } from './faults.ts';
export type { Frame } from './frames.ts';
export { type Gate, gateOf, mayBeServed, PEER_SIGHT, permittedParts, type Sight } from './gate.ts';
export {
  type HealthLinkAnswer,
  HealthLinks,
  type HealthLinkWish,
  healthLinkVerifier,
  isHealthLinkId,
} from './health-link.ts';
export { type ProviderRetention, providerRetention } from './jurisdiction.ts';
export { RELAY_LIMITS } from './limits.ts';
export { type LockerOptions, Lockers } from './locker.ts';
export { Management } from './management.ts';
export { Membership } from './membership.ts';
export { isBefore, merged, type Row, type RowSource, type Work } from './merge.ts';
export { OPERATOR_LIMITS, type OperatorLimit, type OperatorLimits, operatorLimits } from './operator-limits.ts';
export { paddedBytes, padJson } from './padding.ts';
export { type Clinic, isOwnUrl, type PolicyWishes, policyOf, type RelayPolicy, relayInformation } from './policy.ts';
export type { HttpRequest } from './proofs.ts';
export type { RelayFact } from './publications.ts';
export { askOnce, type QuestionAnswer } from './question.ts';
export {
  COUNTED_KINDS,
  countedBytes,
  isCounted,
  Quota,
  type QuotaRules,
  type TokenMint,
} from './quota.ts';
export type { ReceiptContent, RelaySigner } from './receipts.ts';
export { ReconciledSet } from './reconciled-sets.ts';
export { checkKeep, KEEP_ALL, type Keep, type KeepClass, type Retention, type RetireRule } from './retention.ts';
export { settle, type Verdict } from './rules.ts';
export type {
  AuthorRow,
  DeletionReason,
  EmergencyArming,
  EmergencyOpening,
  EmergencyRow,
  EmergencyStore,
  EventRef,
  HealthLinkFile,
  HealthLinkRow,
  HealthLinkStore,
  LockerClaim,
  LockerRow,
  ManagedRow,
  ReceiptHead,
  RelayStore,
  View,
  Walked,
} from './store.ts';
