/** Checks specs/vectors/keys.json. The types are the file's format, as specs/keys.md tells it. */
import { decodeCbor, encodeCbor, fromHex, LEVELS, schnorrPublic, toHex } from '@hale/kernel';
import { openLogEntry } from '@hale/kernel/open';
import {
  deriveKey,
  grantAuthor,
  grantSecret,
  levelLabel,
  levelRoot,
  logLabel,
  logLeaves,
  masterKeys,
  newWords,
  parseWords,
  readerKey,
  sealLogEntry,
  seedOf,
  streamAuthor,
  streamSecret,
  validScalar,
  wrapKey,
} from '@hale/kernel/seal';
import { Tally, type VectorResult } from './tally.ts';
import { type TileJson, tileFromJson, tileToJson } from './tile-json.ts';

/** Byte strings are lower-case hex; log values are given as their CBOR. */
export interface KeysVectors {
  readonly words: {
    readonly valid: readonly {
      name: string;
      entropy: string | null;
      words: string;
      passphrase: string;
      seed: string;
    }[];
    readonly invalid: readonly { name: string; words: string; error: string }[];
  };
  readonly master: readonly { name: string; seed: string; keys: Readonly<Record<string, string>> }[];
  readonly derive: readonly { name: string; secret: string; label: string; n: number; key: string }[];
  readonly scalars: readonly { name: string; candidate: string; secret: string }[];
  readonly streams: readonly {
    name: string;
    subjectSecret: string;
    n: number;
    authorSecret: string;
    author: string;
    secret: string;
    levels: readonly LevelKeys[];
  }[];
  readonly grants: readonly GrantVector[];
  readonly log: {
    readonly secret: string;
    readonly author: string;
    readonly label: string;
    readonly valid: readonly {
      name: string;
      seq: number;
      generation: number;
      leaf: string;
      cbor: string;
      tile: TileJson;
    }[];
    readonly invalid: readonly { name: string; secret: string; tile: TileJson; error: string }[];
  };
}

/** `roots[e]` is the root of epoch e. */
export interface LevelKeys {
  readonly level: string;
  readonly label: string;
  readonly roots: readonly string[];
}

export interface GrantVector {
  readonly name: string;
  readonly catalogueSecret: string;
  readonly grantId: string;
  readonly authorSecret: string;
  readonly grantKey: string;
  readonly secret: string;
  readonly streamAuthor: string;
  readonly readerSecret: string;
  readonly wrapSecret: string;
  readonly wrapNumber: number;
  readonly wrapKey: string;
}

export function checkKeysVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as KeysVectors;
  checkWords(vectors, tally);
  checkDerivation(vectors, tally);
  for (const vector of vectors.streams) {
    const { name, subjectSecret, n, levels, ...expected } = vector;
    tally.equal(`stream: ${name}`, () => streamKeys(fromHex(subjectSecret), n), expected);
    tally.equal(`stream: ${name}, levels`, () => levelKeys(fromHex(vector.secret)), levels);
  }
  for (const vector of vectors.grants) tally.equal(`grant: ${vector.name}`, () => grantKeys(vector), vector);
  checkLog(vectors, tally);
  return tally.result();
}

function checkWords({ words }: KeysVectors, tally: Tally): void {
  for (const { name, entropy, words: text, passphrase, seed } of words.valid) {
    if (entropy !== null) tally.equal(`words: ${name}, made`, () => newWords(fromHex(entropy)), parseWords(text));
    tally.equal(`words: ${name}, seed`, () => toHex(seedOf(text, passphrase)), seed);
  }
  for (const { name, words: text, error } of words.invalid)
    tally.refuses(`words: ${name}`, () => parseWords(text), error);
}

function checkDerivation({ master, derive, scalars }: KeysVectors, tally: Tally): void {
  for (const { name, seed, keys } of master) tally.equal(`seed: ${name}`, () => hexes(masterKeys(fromHex(seed))), keys);
  for (const { name, secret, label, n, key } of derive) {
    tally.equal(`derive: ${name}`, () => toHex(deriveKey(fromHex(secret), label, n)), key);
  }
  for (const { name, candidate, secret } of scalars) {
    tally.equal(`scalar: ${name}`, () => toHex(validScalar(fromHex(candidate))), secret);
  }
}

export function hexes(keys: object): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, toHex(key)]));
}

export function streamKeys(subjectSecret: Uint8Array, n: number) {
  const authorSecret = streamAuthor(subjectSecret, n);
  return hexes({ authorSecret, author: schnorrPublic(authorSecret), secret: streamSecret(subjectSecret, n) });
}

export function levelKeys(secret: Uint8Array): LevelKeys[] {
  const roots = (level: (typeof LEVELS)[number]) =>
    [0, 1, 0xffff_ffff].map((epoch) => toHex(levelRoot(secret, level, epoch)));
  return LEVELS.map((level) => ({ level, label: toHex(levelLabel(secret, level)), roots: roots(level) }));
}

type GrantInputs = Pick<
  GrantVector,
  'name' | 'catalogueSecret' | 'grantId' | 'grantKey' | 'streamAuthor' | 'wrapSecret' | 'wrapNumber'
>;

export function grantKeys(inputs: GrantInputs): GrantVector {
  const { name, catalogueSecret, grantId, grantKey, wrapSecret, wrapNumber } = inputs;
  return {
    name,
    catalogueSecret,
    grantId,
    authorSecret: toHex(grantAuthor(fromHex(catalogueSecret), grantId)),
    grantKey,
    secret: toHex(grantSecret(fromHex(grantKey))),
    streamAuthor: inputs.streamAuthor,
    readerSecret: toHex(readerKey(fromHex(grantKey), fromHex(inputs.streamAuthor))),
    wrapSecret,
    wrapNumber,
    wrapKey: toHex(wrapKey(fromHex(wrapSecret), wrapNumber)),
  };
}

function checkLog({ log }: KeysVectors, tally: Tally): void {
  const stream = { author: fromHex(log.author), secret: fromHex(log.secret) };
  tally.equal('log: label', () => toHex(logLabel(stream.secret)), log.label);
  for (const { name, seq, generation, leaf, cbor, tile } of log.valid) {
    const seal = () => tileToJson(sealLogEntry(stream, seq, generation, decodeCbor(fromHex(cbor))));
    tally.equal(`log: ${name}, leaf`, () => toHex(logLeaves(stream.secret).leaf(seq)), leaf);
    tally.equal(`log: ${name}, sealed`, seal, tile);
    tally.equal(`log: ${name}, opened`, () => toHex(encodeCbor(openLogEntry(stream.secret, tileFromJson(tile)))), cbor);
  }
  for (const { name, secret, tile, error } of log.invalid) {
    tally.refuses(`log: ${name}`, () => openLogEntry(fromHex(secret), tileFromJson(tile)), error);
  }
}
