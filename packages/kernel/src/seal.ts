/** The sealing half: derive, sign, seal, wrap, grant. Needs the owner's secrets and opens nothing. */

export { type SignAuthOptions, signAuth } from './auth.ts';
export { type BinSet, encodeBins, hashInputs, type SummaryInput, thinBin } from './bins.ts';
export { encodeSamples, type Samples } from './codec.ts';
export { signEvent } from './event.ts';
export { type SignHttpAuthOptions, signHttpAuth } from './httpauth.ts';
export { kemPublicOf } from './hybrid.ts';
export { type WrapHybridOptions, wrapHybrid } from './hybrid-wrap.ts';
export {
  branch,
  type CardKey,
  cardKey,
  copiesAuthor,
  copiesNames,
  copiesSecret,
  dateKeyOf,
  deriveKey,
  grantAuthor,
  grantSecret,
  healthLinkKeys,
  identitySecret,
  levelLabel,
  levelRoot,
  lockerOwner,
  type MasterKeys,
  masterKeys,
  readerKey,
  streamAuthor,
  streamSecret,
  validScalar,
  wrapKey,
} from './keys.ts';
export { type LogKeys, type LogStream, logKeys, logLabel, logLeaves } from './log.ts';
export { sealLogEntry } from './log-seal.ts';
export { decodeSecretKey } from './nip19.ts';
export { conversationKey, encryptNip44, messageKeys, paddedLength } from './nip44.ts';
export { encodeDeskCode, newOpeningKey, signOpening } from './opening.ts';
export { PIN_STRETCH, stretchPin } from './pin.ts';
export {
  pairingSecret,
  type RemoteKeys,
  remoteCommitment,
  remoteKeys,
  sameCommitment,
  type VisitFacts,
  type VisitKeys,
  visitKeys,
} from './remote-keys.ts';
export { type RemoteEnd, RemoteLine, type RemoteMessage, type RemoteVerb } from './remote-line.ts';
export {
  type DeskKeys,
  isPromised,
  parseRoomLink,
  roomCode,
  roomEnd,
  roomLink,
  roomSecret,
  roomWords,
} from './room.ts';
export { combineShares, type SecretShare, splitSecret } from './shamir.ts';
export {
  type Bin,
  type BinPiece,
  type FullBin,
  joinPieces,
  mergeBins,
  type SummaryOptions,
  summarizePieces,
  summarizeSamples,
} from './summary.ts';
export { sealTile } from './tile-seal.ts';
export { sealToken } from './token.ts';
export { LeafWalker } from './tree.ts';
export { entropyOf, newWords, parseWords, seedOf, wordsOf } from './words.ts';
export { giftWrap, type Rumor, type WrapOptions } from './wrap.ts';
