/** Checks specs/vectors/stream.json. The types are the file's format, as specs/stream.md tells it. */
import {
  type Bin,
  binStart,
  bucketFor,
  coverPositions,
  decodeBatch,
  encodeBatch,
  fromHex,
  type Grid,
  gridFor,
  innerSlots,
  type Level,
  slotOf,
  slotRange,
  slotStart,
  tileHash,
  toHex,
  utcDayOf,
} from '@hale/kernel';
import { decodeBins, decodeSamples, LeafWalker, openTile, openToken } from '@hale/kernel/open';
import { encodeBins, encodeSamples, hashInputs, sealTile, sealToken, summarizeSamples } from '@hale/kernel/seal';
import { Tally, type VectorResult } from './tally.ts';
import { type TileJson, tileFromJson, tileToJson } from './tile-json.ts';

/** Byte strings are lower-case hex, times microseconds, squares decimal strings. */
export interface StreamVectors {
  readonly gridFor: readonly {
    periodSeconds: number;
    dayOffsetMinutes: number;
    grid: Grid | null;
    error: string | null;
  }[];
  readonly slots: readonly SlotVector[];
  readonly ranges: readonly RangeVector[];
  readonly tree: {
    readonly root: string;
    readonly leaves: readonly { slot: number; leaf: string }[];
    readonly tokens: readonly TokenVector[];
    readonly invalid: readonly { name: string; a: number; b: number; token: string; error: string }[];
  };
  readonly buckets: readonly { bytes: number; bucket: number | null }[];
  readonly tiles: {
    readonly valid: readonly { name: string; leaf: string; payload: string; tile: TileJson; hash: string }[];
    readonly invalid: readonly { name: string; leaf: string; tile: TileJson; error: string }[];
  };
  readonly batches: {
    readonly valid: readonly { name: string; author: string; tiles: readonly TileJson[]; bytes: string }[];
    readonly invalid: readonly { name: string; bytes: string; error: string }[];
  };
  readonly samples: {
    readonly valid: readonly SamplesVector[];
    readonly invalid: readonly { name: string; bytes: string; error: string }[];
  };
  readonly summaries: readonly SummaryVector[];
  readonly bins: {
    readonly valid: readonly { name: string; inputsHash: string; bins: readonly BinJson[]; bytes: string }[];
    readonly invalid: readonly { name: string; bytes: string; error: string }[];
  };
  readonly inputs: readonly { inputs: readonly InputJson[]; hash: string }[];
}

/** `slot` null: the instant is off the grid. */
export interface SlotVector {
  readonly grid: Grid;
  readonly level: Level;
  readonly micros: number;
  readonly slot: number | null;
  readonly slotStart: number | null;
  readonly binStart: number | null;
  readonly utcDay: number | null;
}

/** [first, end) of the slots that touch [from, to) and of those inside it. */
export interface RangeVector {
  readonly grid: Grid;
  readonly level: Level;
  readonly from: number;
  readonly to: number;
  readonly touching: readonly number[];
  readonly inside: readonly number[];
}

/** `leaves`: null where the token opens nothing. */
export interface TokenVector {
  readonly a: number;
  readonly b: number;
  readonly nodes: readonly (readonly [depth: number, index: number])[];
  readonly token: string;
  readonly leaves: readonly { slot: number; leaf: string | null }[];
}

/** `made` false: another encoder's bytes, which must be read but need not be written. */
export interface SamplesVector {
  readonly name: string;
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly bytes: string;
  readonly made: boolean;
}

export interface BinJson {
  readonly start: number;
  readonly count: number;
  readonly coverageMicros: number;
  readonly sum: number;
  readonly min?: number;
  readonly max?: number;
  readonly sumSquares?: string;
  readonly histogram?: readonly number[];
}

export interface SummaryVector {
  readonly name: string;
  readonly grid: Grid;
  readonly level: Exclude<Level, 'raw'>;
  readonly edges: readonly number[];
  readonly nominalPeriodMicros: number;
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly bins: readonly BinJson[];
}

export interface InputJson {
  readonly slot: number;
  readonly generation: number;
  readonly revision: number;
  readonly part: number;
  readonly hash: string;
}

export function checkStreamVectors(json: unknown, tally = new Tally()): VectorResult {
  const vectors = json as StreamVectors;
  checkGrid(vectors, tally);
  checkTree(vectors, tally);
  checkTiles(vectors, tally);
  checkSamples(vectors, tally);
  checkBins(vectors, tally);
  for (const { inputs, hash } of vectors.inputs) {
    tally.equal(
      'inputs',
      () => toHex(hashInputs(inputs.map((input) => ({ ...input, hash: fromHex(input.hash) })))),
      hash,
    );
  }
  return tally.result();
}

function checkGrid(vectors: StreamVectors, tally: Tally): void {
  for (const { periodSeconds, dayOffsetMinutes, grid, error } of vectors.gridFor) {
    const name = `grid of ${periodSeconds} s at ${dayOffsetMinutes} min`;
    if (error === null) tally.equal(name, () => gridFor(periodSeconds, dayOffsetMinutes), grid);
    else tally.refuses(name, () => gridFor(periodSeconds, dayOffsetMinutes), error);
  }
  for (const vector of vectors.slots) {
    const { grid, level, micros } = vector;
    const name = `slot: ${level} ${micros}`;
    if (vector.slot === null) tally.refuses(name, () => slotOf(grid, level, micros), 'out-of-range');
    else tally.equal(name, () => slotFacts(grid, level, micros), vector);
  }
  for (const vector of vectors.ranges) {
    const { grid, level, from, to } = vector;
    tally.equal(`range: ${level} ${from}–${to}`, () => rangeFacts(grid, level, from, to), vector);
  }
}

export function slotFacts(grid: Grid, level: Level, micros: number): SlotVector {
  const slot = slotOf(grid, level, micros);
  const bin = level === 'raw' ? null : binStart(grid, level, micros);
  return {
    grid,
    level,
    micros,
    slot,
    slotStart: slotStart(grid, level, slot),
    binStart: bin,
    utcDay: utcDayOf(micros),
  };
}

export function rangeFacts(grid: Grid, level: Level, from: number, to: number): RangeVector {
  const [outer, inner] = [slotRange(grid, level, from, to), innerSlots(grid, level, from, to)];
  return { grid, level, from, to, touching: [outer.first, outer.end], inside: [inner.first, inner.end] };
}

function checkTree({ tree, buckets }: StreamVectors, tally: Tally): void {
  const root = fromHex(tree.root);
  const walker = new LeafWalker(root);
  for (const { slot, leaf } of tree.leaves) tally.equal(`leaf ${slot}`, () => toHex(walker.leaf(slot)), leaf);
  for (const vector of tree.tokens) {
    const slots = vector.leaves.map(({ slot }) => slot);
    tally.equal(`token ${vector.a}–${vector.b}`, () => tokenFacts(root, vector.a, vector.b, slots), vector);
  }
  for (const { name, a, b, token, error } of tree.invalid) {
    tally.refuses(`token: ${name}`, () => openToken(a, b, fromHex(token)), error);
  }
  for (const { bytes, bucket } of buckets) {
    if (bucket === null) tally.refuses(`bucket of ${bytes}`, () => bucketFor(bytes), 'too-large');
    else tally.equal(`bucket of ${bytes}`, () => bucketFor(bytes), bucket);
  }
}

/** The token as the owner makes it, and what its holder gets out of it. */
export function tokenFacts(root: Uint8Array, a: number, b: number, slots: readonly number[]): TokenVector {
  const token = sealToken(root, a, b);
  const source = openToken(a, b, token);
  const leaves = slots.map((slot) => {
    const leaf = source.leaf(slot);
    return { slot, leaf: leaf && toHex(leaf) };
  });
  return {
    a,
    b,
    nodes: coverPositions(a, b).map(({ depth, index }) => [depth, index] as const),
    token: toHex(token),
    leaves,
  };
}

function checkTiles({ tiles, batches }: StreamVectors, tally: Tally): void {
  for (const { name, leaf, payload, tile, hash } of tiles.valid) {
    const { suite: _, size: __, commitment: ___, ciphertext: ____, ...fields } = tileFromJson(tile);
    tally.equal(`tile: ${name}, sealed`, () => tileToJson(sealTile(fromHex(leaf), fields, fromHex(payload))), tile);
    tally.equal(`tile: ${name}, opened`, () => toHex(openTile(fromHex(leaf), tileFromJson(tile))), payload);
    tally.equal(`tile: ${name}, hash`, () => toHex(tileHash(fields.author, tileFromJson(tile))), hash);
  }
  for (const { name, leaf, tile, error } of tiles.invalid) {
    tally.refuses(`tile: ${name}`, () => openTile(fromHex(leaf), tileFromJson(tile)), error);
  }
  for (const { name, author, tiles: batched, bytes } of batches.valid) {
    const decode = () => decodeBatch(fromHex(author), fromHex(bytes));
    tally.equal(`batch: ${name}, decoded`, () => decode().tiles.map(tileToJson), batched);
    tally.equal(`batch: ${name}, encoded`, () => toHex(encodeBatch(decode())), bytes);
  }
  for (const { name, bytes, error } of batches.invalid) {
    tally.refuses(`batch: ${name}`, () => decodeBatch(new Uint8Array(32), fromHex(bytes)), error);
  }
}

function checkSamples({ samples }: StreamVectors, tally: Tally): void {
  for (const { name, times, values, bytes, made } of samples.valid) {
    const decoded = () => decodeSamples(fromHex(bytes));
    tally.equal(`samples: ${name}, times`, () => Array.from(decoded().times), times);
    tally.equal(`samples: ${name}, values`, () => Array.from(decoded().values), values);
    const set = { times: Float64Array.from(times), values: Int32Array.from(values) };
    if (made) tally.equal(`samples: ${name}, encoded`, () => toHex(encodeSamples(set)), bytes);
  }
  for (const { name, bytes, error } of samples.invalid) {
    tally.refuses(`samples: ${name}`, () => decodeSamples(fromHex(bytes)), error);
  }
}

function checkBins({ summaries, bins }: StreamVectors, tally: Tally): void {
  for (const vector of summaries) {
    const set = { times: Float64Array.from(vector.times), values: Int32Array.from(vector.values) };
    const found = () => summarizeSamples(vector.level, vector.grid, set, vector).map(binToJson);
    tally.equal(`summary: ${vector.name}`, found, vector.bins);
  }
  for (const { name, inputsHash, bins: expected, bytes } of bins.valid) {
    const encode = () => toHex(encodeBins({ inputsHash: fromHex(inputsHash), bins: expected.map(binFromJson) }));
    tally.equal(`bins: ${name}, decoded`, () => decodeBins(fromHex(bytes)).bins.map(binToJson), expected);
    tally.equal(`bins: ${name}, encoded`, encode, bytes);
  }
  for (const { name, bytes, error } of bins.invalid)
    tally.refuses(`bins: ${name}`, () => decodeBins(fromHex(bytes)), error);
}

export function binToJson(bin: Bin): BinJson {
  const { start, count, coverageMicros, sum, min, max, sumSquares, histogram } = bin;
  const base = { start, count, coverageMicros, sum };
  if (min === undefined || max === undefined || sumSquares === undefined || histogram === undefined) return base;
  return { ...base, min, max, sumSquares: String(sumSquares), histogram };
}

function binFromJson({ sumSquares, ...rest }: BinJson): Bin {
  return sumSquares === undefined ? rest : { ...rest, sumSquares: BigInt(sumSquares) };
}
