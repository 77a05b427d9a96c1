/** Checks specs/vectors/custody.json. The types are the file's format, as specs/custody.md tells it. */
import { encodePiece, openRelease, parsePiece, type RecoveryPiece, recoverWords, sealRelease } from '@hale/consent';
import { fromHex, toHex } from '@hale/kernel';
import { combineShares, splitSecret } from '@hale/kernel/seal';
import { answerKey, boxSecret, type HouseholdEntry, householdKeys, householdOf, standing } from '@hale/vault';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex. */
export interface CustodyVectors {
  readonly handOvers: readonly HandOverJson[];
  readonly households: {
    readonly keys: readonly HouseholdKeysJson[];
    /** What a log comes to, in whatever order its entries came. */
    readonly folds: readonly { name: string; entries: readonly HouseholdEntry[]; at: number; outcome: HouseholdJson }[];
  };
  readonly shares: readonly SharesJson[];
  readonly pieces: {
    readonly valid: readonly { name: string; piece: PieceJson; text: string }[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  readonly releases: readonly { name: string; piece: PieceJson; code: string; nonce: string; text: string }[];
  readonly words: readonly { name: string; pieces: readonly string[]; words: string | null; error: string | null }[];
}

export interface HandOverJson {
  readonly name: string;
  readonly key: string;
  readonly bill: string;
  readonly firstBox: string;
  readonly answer: string;
}

export interface HouseholdKeysJson {
  readonly name: string;
  readonly subjectSecret: string;
  readonly authorSecret: string;
  readonly author: string;
  readonly secret: string;
}

/** Of the folded log: what matters to others. */
export interface HouseholdJson {
  readonly standing: readonly string[];
  readonly streams: readonly { n: number; title: string }[];
  readonly epochs: readonly [number, number][];
  readonly settings: readonly [string, unknown][];
  readonly grants: readonly { id: string; stoppedBy: string | null; isEnded: boolean }[];
}

export interface SharesJson {
  readonly name: string;
  readonly secret: string;
  readonly need: number;
  /** Coefficients of x, x², …: one byte of each for every byte of the secret. */
  readonly coefficients: readonly string[];
  readonly shares: readonly { x: number; data: string }[];
}

export interface PieceJson {
  readonly set: string;
  readonly need: number;
  readonly x: number;
  readonly owner: string;
  readonly data: string;
}

export const pieceOf = ({ set, need, x, owner, data }: PieceJson): RecoveryPiece => ({
  ...{ set: fromHex(set), need, x, owner: fromHex(owner), data: fromHex(data) },
});

export const pieceJson = ({ set, need, x, owner, data }: RecoveryPiece): PieceJson => ({
  ...{ set: toHex(set), need, x, owner: toHex(owner), data: toHex(data) },
});

export function handOverJson(name: string, key: string): HandOverJson {
  const [bill, firstBox] = [0, 1].map((n) => toHex(boxSecret(fromHex(key), n)));
  return { name, key, bill, firstBox, answer: toHex(answerKey(fromHex(key))) };
}

export function householdKeysJson(name: string, subjectSecret: string): HouseholdKeysJson {
  const { authorSecret, stream } = householdKeys(fromHex(subjectSecret));
  const [author, secret] = [toHex(stream.author), toHex(stream.secret)];
  return { name, subjectSecret, authorSecret: toHex(authorSecret), author, secret };
}

export function householdJson(entries: readonly HouseholdEntry[], at: number): HouseholdJson {
  const household = householdOf(entries.map((value, seq) => ({ seq, generation: 0, value })));
  return {
    standing: standing(household, at)
      .map(({ npub }) => npub)
      .sort(),
    streams: [...household.streams.values()].map(({ n, title }) => ({ n, title })).sort((a, b) => a.n - b.n),
    epochs: [...household.epochs].sort(([a], [b]) => a - b),
    settings: [...household.settings].sort(([a], [b]) => (a < b ? -1 : 1)),
    grants: household.grants
      .map(({ id, stoppedBy, isEnded }) => ({ id, stoppedBy, isEnded }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

export function sharesJson({
  name,
  secret,
  need,
  coefficients,
  of,
}: Omit<SharesJson, 'shares'> & { of: number }): SharesJson {
  let next = 0;
  const shares = splitSecret(fromHex(secret), need, of, () => fromHex(coefficients[next++]));
  return { name, secret, need, coefficients, shares: shares.map(({ x, data }) => ({ x, data: toHex(data) })) };
}

export const releaseText = (piece: PieceJson, code: string, nonce: string): string =>
  sealRelease(pieceOf(piece), fromHex(code), () => fromHex(nonce));

export function checkCustodyVectors(json: unknown, tally: Tally): void {
  const { handOvers, households, shares, pieces, releases, words } = json as CustodyVectors;
  for (const vector of handOvers) tally.equal(vector.name, () => handOverJson(vector.name, vector.key), vector);
  for (const vector of households.keys)
    tally.equal(vector.name, () => householdKeysJson(vector.name, vector.subjectSecret), vector);
  for (const { name, entries, at, outcome } of households.folds) {
    tally.equal(name, () => householdJson(entries, at), outcome);
    tally.equal(`${name}, the other way round`, () => householdJson(entries.toReversed(), at), outcome);
  }
  for (const vector of shares) {
    tally.equal(vector.name, () => sharesJson({ ...vector, of: vector.shares.length }), vector);
    const parsed = vector.shares.map(({ x, data }) => ({ x, data: fromHex(data) }));
    for (let from = 0; from + vector.need <= parsed.length; from++)
      tally.equal(
        `${vector.name}, from ${from}`,
        () => toHex(combineShares(parsed.slice(from, from + vector.need))),
        vector.secret,
      );
  }
  for (const { name, piece, text } of pieces.valid) {
    tally.equal(`${name}, printed`, () => encodePiece(pieceOf(piece)), text);
    tally.equal(`${name}, typed`, () => pieceJson(parsePiece(text.toLowerCase().replaceAll('-', ' '))), piece);
  }
  for (const { name, text, error } of pieces.invalid) tally.refuses(name, () => parsePiece(text), error);
  for (const { name, piece, code, nonce, text } of releases) {
    tally.equal(`${name}, sealed`, () => releaseText(piece, code, nonce), text);
    tally.equal(`${name}, opened`, () => pieceJson(openRelease(text, fromHex(code))), piece);
    tally.refuses(`${name}, another code`, () => openRelease(text, new Uint8Array(16)), 'not-authentic');
  }
  for (const { name, pieces: texts, words: expected, error } of words) {
    const recover = () => recoverWords(texts.map(parsePiece));
    if (error === null) tally.equal(name, recover, expected);
    else tally.refuses(name, recover, error);
  }
}
