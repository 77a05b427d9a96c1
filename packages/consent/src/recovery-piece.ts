// The piece of somebody's words that a guardian holds: as text that can be printed, read aloud and typed, and sealed to the code that a new
// machine shows. specs/custody.md §6
import {
  ByteReader,
  ByteWriter,
  chachaOpen,
  chachaSeal,
  concatBytes,
  equalBytes,
  fail,
  hkdfSha256,
  type Random,
  schnorrPublic,
  sha256,
  utf8Encode,
} from '@hale/kernel';
import { combineShares, identitySecret, type SecretShare, seedOf, wordsOf } from '@hale/kernel/seal';
import { bytesOfDigits, digitsOf, typedDigits } from './digits.ts';

export interface RecoveryPiece extends SecretShare {
  /** 8 random bytes that all pieces of one making have in common. */
  set: Uint8Array;
  /** Pieces that it takes. */
  need: number;
  /** The first 8 bytes of the npub whose words they are. */
  owner: Uint8Array;
}

const PLAIN = 1;
const SEALED = 2;
const SET_BYTES = 8;
const OWNER_BYTES = 8;
const CHECK_BYTES = 4;
const NONCE_BYTES = 12;
const HEAD_BYTES = 3 + SET_BYTES + OWNER_BYTES;
const GROUP = 5;

/** Groups of five digits with hyphens between. */
const encodeDigits = (bytes: Uint8Array): string =>
  (digitsOf(bytes).match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');

function decodeDigits(text: string): Uint8Array {
  const digits = typedDigits(text);
  if (digits.includes(-1)) fail('malformed', 'a piece has digits and letters only, without U');
  return bytesOfDigits(digits) ?? notWhole();
}

const notWhole = (): never =>
  fail('malformed', 'this piece is not whole: a group is missing, mistyped or in another place');

function pieceBytes({ set, need, x, owner, data }: RecoveryPiece): Uint8Array {
  if (set.length !== SET_BYTES || owner.length !== OWNER_BYTES || ![16, 32].includes(data.length))
    fail('malformed', 'this is no piece of words');
  const body = new ByteWriter().u8(PLAIN).bytes(set).u8(need).u8(x).bytes(owner).bytes(data).finish();
  return concatBytes(body, sha256(body).subarray(0, CHECK_BYTES));
}

function pieceOf(bytes: Uint8Array): RecoveryPiece {
  const length = bytes.length - HEAD_BYTES - CHECK_BYTES;
  if (bytes[0] !== PLAIN || (length !== 16 && length !== 32)) notWhole();
  const body = bytes.subarray(0, -CHECK_BYTES);
  if (!equalBytes(sha256(body).subarray(0, CHECK_BYTES), bytes.subarray(-CHECK_BYTES))) notWhole();
  const reader = new ByteReader(body.subarray(1));
  const set = reader.bytes(SET_BYTES).slice();
  const need = reader.u8();
  const x = reader.u8();
  if (need < 2 || x === 0) fail('malformed', 'this is no piece of words');
  return { set, need, x, owner: reader.bytes(OWNER_BYTES).slice(), data: reader.bytes(length).slice() };
}

/** As it is printed. */
export const encodePiece = (piece: RecoveryPiece): string => encodeDigits(pieceBytes(piece));

const releaseKey = (code: Uint8Array): Uint8Array =>
  hkdfSha256(code, utf8Encode('hale/1'), utf8Encode('guardian-release'), 32);

/**
 * A piece for the machine that showed the code, over whatever way.
 * @param code 16 bytes
 */
export function sealRelease(piece: RecoveryPiece, code: Uint8Array, random: Random): string {
  const head = concatBytes(Uint8Array.of(SEALED), random(NONCE_BYTES));
  return encodeDigits(concatBytes(head, chachaSeal(releaseKey(code), head.subarray(1), head, pieceBytes(piece))));
}

/** @throws HaleError 'not-authentic' where it was released to another code · 'malformed' */
export function openRelease(text: string, code: Uint8Array): RecoveryPiece {
  const bytes = decodeDigits(text);
  if (bytes[0] !== SEALED) return pieceOf(bytes);
  const head = bytes.subarray(0, 1 + NONCE_BYTES);
  if (bytes.length < head.length + 16) notWhole();
  const opened = chachaOpen(releaseKey(code), head.subarray(1), head, bytes.subarray(head.length));
  if (opened === null) fail('not-authentic', 'this piece was released to another code, or is not whole');
  return pieceOf(opened);
}

/** A printed piece. @throws HaleError 'malformed' */
export const parsePiece = (text: string): RecoveryPiece => pieceOf(decodeDigits(text));

/**
 * The words that pieces come to.
 * @throws HaleError 'conflict' for pieces of different makings · 'usage' for too few · 'not-authentic' where what comes out is not whose they say
 */
export function recoverWords(pieces: readonly RecoveryPiece[]): string {
  const [first] = pieces;
  if (first === undefined || pieces.length < first.need)
    fail('usage', 'this takes more pieces', { need: first?.need ?? 2, have: pieces.length });
  const isOneMaking = pieces.every(
    ({ set, owner, need }) => equalBytes(set, first.set) && equalBytes(owner, first.owner) && need === first.need,
  );
  if (!isOneMaking)
    fail('conflict', 'these pieces were made at different times: an older one does not go with newer ones');
  const words = wordsOf(combineShares(pieces.slice(0, first.need)));
  if (!equalBytes(schnorrPublic(identitySecret(seedOf(words))).subarray(0, OWNER_BYTES), first.owner))
    fail('not-authentic', 'what these pieces come to are not the words of their owner: one of them is false');
  return words;
}
