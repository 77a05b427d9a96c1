// SMART Health Cards and Links, read and written. Loads jose: import it only when a card is at hand.
export { type CardContext, type CardFacts, type CardVerdict, checkCard } from './card.ts';
export { type CardEntry, readContent } from './content.ts';
export { CARD_FINDINGS, type CardFinding, type FindingCode, isRefused, tellFinding } from './findings.ts';
export { type IssuerKey, readKeySet } from './keys.ts';
export { readNumeric, writeNumeric } from './numeric.ts';
export type { CardTools, ChainFacts, IssuerSource, KnownIssuer } from './ports.ts';
export { readRevocations } from './revocation.ts';
export { type CardTexts, isCardText, readCardText } from './text.ts';
