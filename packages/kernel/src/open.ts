/** The opening half: what turns ciphertext into plaintext. Relay and ledger servers must not import it. */
export { grantSecret, readerKey } from './keys.ts';
export { type LogStream, logLabel, logLeaves } from './log.ts';
export { openLogEntry } from './log-open.ts';
export { openTile } from './tile-open.ts';
export { openToken } from './token.ts';
export { LeafWalker } from './tree.ts';
