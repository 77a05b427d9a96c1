/** The relay server: a NIP-01 relay without sockets, its door, and the port behind which its events lie. */
export { admits, parseAccess, type Reader } from './access.ts';
export { isAdmitted, type Rights, rightsOf, type Standing } from './admission.ts';
export { type Check, type Checked, checkFrame, isEventFrame, unchecked } from './check.ts';
export type { ConnectionInfo, Effect } from './connection.ts';
export { type DoorAnswer, type DoorOptions, RelayDoor, SUBPROTOCOL, TICKET_PREFIX } from './door.ts';
export { type EngineOptions, RelayEngine } from './engine.ts';
export { type Faults, NO_FAULTS } from './faults.ts';
export type { Frame } from './frames.ts';
export { type Gate, gateOf, mayBeServed, permittedParts, type Sight } from './gate.ts';
export { RELAY_LIMITS } from './limits.ts';
export { Lockers } from './locker.ts';
export { isOwnUrl, type RelayPolicy, type Retention, relayInformation } from './policy.ts';
export type { HttpRequest } from './proofs.ts';
export type { RelayFact } from './publications.ts';
export { askOnce, type QuestionAnswer } from './question.ts';
export type { ReceiptContent, RelaySigner } from './receipts.ts';
export { settle, type Verdict } from './rules.ts';
export type { EventRef, LockerRow, ReceiptHead, RelayStore, View } from './store.ts';
