/** The wire: everything that can be done without a secret of a person. Relays import only this entry. */

export {
  parseToken,
  parseTokenKey,
  parseTokenTag,
  TOKEN_EPOCH_SECONDS,
  TOKEN_SUITE,
  type Token,
  type TokenKey,
  tokenEpochOf,
  tokenKeyTemplate,
  tokenTag,
} from './admission-token.ts';
export { type AuthRefusal, type AuthVerdict, checkAuth, normalizeRelayUrl } from './auth.ts';
export { batchedBytes, decodeBatch, encodeBatch, planBatches, type TileBatch } from './batch.ts';
export {
  ByteReader,
  ByteWriter,
  base64Decode,
  base64Encode,
  concatBytes,
  equalBytes,
  fromHex,
  toHex,
  utf8Decode,
  utf8Encode,
} from './bytes.ts';
export { decodeCbor, encodeCbor } from './cbor.ts';
export { type ClaimFacts, claimMessage, verifyClaim } from './claim.ts';
export type { Samples } from './codec.ts';
export {
  blurredDate,
  dayStart,
  maskedDate,
  publishedUntil,
  SECONDS_PER_DAY,
  sinceDayOf,
  unmaskedDate,
} from './dates.ts';
export { type ErrorCode, type ErrorDetail, fail, HaleError } from './errors.ts';
export {
  assertVerified,
  type EventTemplate,
  eventId,
  isVerified,
  type NostrEvent,
  parseEvent,
  parseTemplate,
  serializeEvent,
  type Tags,
  tagValue,
  trustVerifiedUnsafe,
  type VerifiedEvent,
  verifyEvent,
} from './event.ts';
export { type Filter, matchFilter, newestFirst, parseFilter } from './filter.ts';
export {
  binSeconds,
  binStart,
  GRID_ORIGIN_MICROS,
  type Grid,
  gridFor,
  gridStart,
  innerSlots,
  LEVELS,
  type Level,
  parseGrid,
  type RawSlotSeconds,
  SLOT_END,
  type SlotRange,
  slotOf,
  slotRange,
  slotSeconds,
  slotStart,
  utcDayOf,
} from './grid.ts';
export {
  checkHttpAuth,
  type HttpAuthVerdict,
  type HttpRequestFacts,
  httpAuthHeader,
  parseHttpAuthHeader,
} from './httpauth.ts';
export { type HybridRecipient, hybridKeyTemplate, parseHybridKey } from './hybrid.ts';
export { KINDS, type KindClass, kindClass } from './kinds.ts';
export { LIMITS } from './limits.ts';
export type { LogStream } from './log.ts';
export { decodeNpub, encodeNpub } from './nip19.ts';
export {
  type DeskCode,
  type OpeningFacts,
  openingMessage,
  readDeskCode,
  verifyOpening,
} from './opening.ts';
export {
  chachaOpen,
  chachaSeal,
  hkdfSha256,
  hmacSha256,
  hmacSha512,
  installPrimitives,
  type Primitives,
  type Random,
  referencePrimitives,
  schnorrPublic,
  schnorrSign,
  schnorrVerify,
  sha256,
} from './primitives.ts';
export {
  encodePairingCode,
  encodeRemote,
  parsePairingCode,
  parseRemote,
  REMOTE_CHUNK_BYTES_MAX,
  REMOTE_UNITS_MAX,
  type RemoteFrame,
  remoteDate,
  VISIT_BYTES,
} from './remote.ts';
export { type Bin, type FullBin, isFull } from './summary.ts';
export {
  bucketFor,
  checkTile,
  compareTileOrder,
  TILE_SUITE,
  type Tile,
  type TileFields,
  type TileHeader,
  tileHash,
  tileHeaderBytes,
} from './tile.ts';
export { COVER_NODES_MAX, coverPositions, type LeafSource, NODE_BYTES, type NodePosition } from './tree.ts';
