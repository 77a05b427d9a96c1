/** Emergency access: the card, the keys of a round, the statement, the facts, and what a locker answers. specs/emergency.md */

export { relaysOfLink as relaysOfEmergency } from '../link.ts';
export { type EmergencyAnswer, FACTORS, type Factor, parseEmergencyAnswer } from './answer.ts';
export { emergencyGrantKey, emergencyLockerId, emergencyPin, emergencyVerifier } from './keys.ts';
export { EMERGENCY_LIMITS } from './limits.ts';
export { type EmergencyLink, encodeEmergencyLink, parseEmergencyLink } from './link.ts';
export {
  type OpenedSheet,
  openSheet,
  SHEET_SECTIONS,
  type Sheet,
  type SheetLines,
  type SheetSection,
  sheetEntries,
} from './sheet.ts';
export {
  npubMessage,
  OPENING_REASONS,
  type OpeningReason,
  openStatement,
  parseStatement,
  provenNpub,
  type Statement,
  sealStatement,
} from './statement.ts';
