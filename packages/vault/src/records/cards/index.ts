// SMART Health Cards and Links, read and written. Loads jose: import it only when a card is at hand.
export {
  type CardContext,
  type CardFacts,
  type CardVerdict,
  checkCard,
  HEALTH_CARD_TYPE,
} from './card.ts';
export { type CardEntry, readContent } from './content.ts';
export {
  CARD_FINDINGS,
  type CardFinding,
  type FindingCode,
  finding,
  isRefused,
  type Severity,
  tellFinding,
} from './findings.ts';
export {
  type CardSigningKey,
  type CardWish,
  type IssuedCard,
  issueCard,
  issuerKeySet,
  NO_ISSUER,
} from './issue.ts';
export { readIssuerList } from './issuer-list.ts';
export { type IssuerKey, readKeySet } from './keys.ts';
export {
  type HealthLink,
  type HealthLinkReading,
  isHealthLink,
  readHealthLink,
  readLinkPayload,
  writeHealthLink,
} from './link.ts';
export { CARD_MEDIA, FHIR_MEDIA, type LinkFile, openLinkFile, sealLinkFile } from './link-file.ts';
export {
  type LinkAnswer,
  type LinkNetwork,
  type LinkOpening,
  type LinkRequest,
  type OpenedLink,
  openHealthLink,
  readManifest,
} from './link-open.ts';
export { readNumeric, writeNumeric } from './numeric.ts';
export type { CardChecks, CardTools, ChainFacts, IssuerSource, KnownIssuer } from './ports.ts';
export { readRevocations } from './revocation.ts';
export { type CardTexts, isCardText, readCardText } from './text.ts';
