/** The opening half: what turns ciphertext into plaintext. Relay and ledger servers must not import it. */

export { type BinSet, decodeBins } from './bins.ts';
export { countSamples, decodeSamples, type Samples } from './codec.ts';
export { type HybridIdentity, type HybridPayload, unwrapHybrid } from './hybrid-unwrap.ts';
export { copiesSecret, grantSecret, readerKey } from './keys.ts';
export { type LogStream, logLabel, logLeaves } from './log.ts';
export { openLogEntry } from './log-open.ts';
export { conversationKey, decryptNip44 } from './nip44.ts';
export { mergeBins } from './summary.ts';
export { openTile } from './tile-open.ts';
export { openToken } from './token.ts';
export { LeafWalker } from './tree.ts';
export { unwrapGift } from './unwrap.ts';
export type { Rumor } from './wrap.ts';
