/**
 * Makes specs/vectors/stream.json: `node specs/make-vectors-stream.ts`. Deterministic: every secret is the SHA-256
 * of its name, so two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import {
  type Bin,
  bucketFor,
  encodeBatch,
  type Grid,
  gridFor,
  HaleError,
  type Level,
  schnorrPublic,
  sha256,
  type Tile,
  type TileFields,
  tileHash,
  toHex,
  utf8Encode,
} from '@hale/kernel';
import { decodeBins } from '@hale/kernel/open';
import { encodeBins, encodeSamples, hashInputs, LeafWalker, sealTile, summarizeSamples } from '@hale/kernel/seal';
import {
  binToJson,
  rangeFacts,
  type SlotVector,
  type StreamVectors,
  slotFacts,
  tokenFacts,
} from '@hale/testkit/vectors/stream';
import { type TileJson, tileToJson } from '@hale/testkit/vectors/tile-json';

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));
const utcMicros = (iso: string) => Date.parse(iso) * 1000;

const author = schnorrPublic(bytes('stream author'));

const ECG = gridFor(1 / 360, 0);
const HEART_RATE = gridFor(1, 0);
const KATHMANDU = gridFor(1, -345);
const GLUCOSE = gridFor(300, 300);

function gridVectors(): Pick<StreamVectors, 'gridFor' | 'slots' | 'ranges'> {
  const kinds: [number, number][] = [
    [0.002, 0],
    [0.05, 0],
    [0.051, 0],
    [1, -345],
    [5, 0],
    [5.1, 0],
    [10, 0],
    [60, 840],
    [75, 0],
    [76, 0],
    [300, -840],
    [1800, 0],
    [1801, 0],
    [7200, 0],
    [7201, 15],
    [0, 0],
    [1, 10],
    [1, 855],
  ];
  const instants: [Grid, Level, string][] = [
    [HEART_RATE, 'raw', '1900-01-01T00:00:00Z'],
    [HEART_RATE, 'raw', '1899-12-31T23:59:59Z'],
    [HEART_RATE, '1h', '1969-12-31T23:59:59Z'],
    [HEART_RATE, '1m', '1970-01-01T00:00:00Z'],
    [ECG, 'raw', '2026-11-21T10:20:30Z'],
    [ECG, 'raw', '2026-11-21T10:20:29.999Z'],
    [KATHMANDU, '1d', '2026-11-21T18:14:59.999Z'],
    [KATHMANDU, '1d', '2026-11-21T18:15:00Z'],
    [KATHMANDU, '15m', '2026-03-01T00:07:00Z'],
    [GLUCOSE, 'raw', '2026-11-21T04:59:59Z'],
    [GLUCOSE, '1d', '2026-11-21T05:00:00Z'],
  ];
  const slots = instants.map(([grid, level, iso]): SlotVector => {
    const micros = utcMicros(iso);
    if (!iso.startsWith('18')) return slotFacts(grid, level, micros);
    return { grid, level, micros, slot: null, slotStart: null, binStart: null, utcDay: null };
  });
  const ranges: [Grid, Level, string, string][] = [
    [HEART_RATE, 'raw', '2026-11-21T10:07:00Z', '2026-11-21T13:00:00Z'],
    [HEART_RATE, '1m', '2026-11-21T10:07:00Z', '2026-11-21T13:00:00Z'],
    [HEART_RATE, '1h', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
    [KATHMANDU, '1h', '2026-11-21T00:00:00Z', '2026-11-23T00:00:00Z'],
    [GLUCOSE, '1d', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    [ECG, 'raw', '2026-11-21T10:00:00.001Z', '2026-11-21T10:00:10.001Z'],
  ];
  return {
    gridFor: kinds.map(([periodSeconds, dayOffsetMinutes]) => {
      const [grid, error] = attempt(() => gridFor(periodSeconds, dayOffsetMinutes));
      return { periodSeconds, dayOffsetMinutes, grid, error };
    }),
    slots,
    ranges: ranges.map(([grid, level, from, to]) => rangeFacts(grid, level, utcMicros(from), utcMicros(to))),
  };
}

function attempt<T>(action: () => T): [T | null, string | null] {
  try {
    return [action(), null];
  } catch (error) {
    if (error instanceof HaleError) return [null, error.code];
    throw error;
  }
}

function treeVectors(): Pick<StreamVectors, 'tree' | 'buckets'> {
  const root = bytes('root');
  const walker = new LeafWalker(root);
  const end = 2 ** 32;
  const ranges: [number, number, number[]][] = [
    [0, 1, [0, 1]],
    [5, 1000, [4, 5, 6, 511, 512, 999, 1000]],
    [0, end, [0, end - 1]],
    [end / 2, end, [end / 2 - 1, end / 2]],
    [1, end - 1, [0, 1, 2, end - 2, end - 1]],
    [399_872_000, 399_880_640, [399_871_999, 399_872_000, 399_880_639, 399_880_640]],
  ];
  const sizes = [0, 1, 128, 129, 160, 1024, 1025, 2048, 2049, 16_384, 16_385, 46_081, 47_104, 47_105];
  return {
    tree: {
      root: toHex(root),
      leaves: [0, 1, 2, 399_872_000, end / 2, end - 1].map((slot) => ({ slot, leaf: toHex(walker.leaf(slot)) })),
      tokens: ranges.map(([a, b, slots]) => tokenFacts(root, a, b, slots)),
      invalid: [
        { name: 'one node too few', a: 5, b: 1000, token: '00'.repeat(32 * 11), error: 'malformed' },
        { name: 'half a node', a: 0, b: 1, token: '00'.repeat(16), error: 'malformed' },
        { name: 'empty range', a: 7, b: 7, token: '', error: 'out-of-range' },
        { name: 'backwards', a: 8, b: 7, token: '', error: 'out-of-range' },
        { name: 'beyond 2^32', a: 0, b: end + 1, token: '00'.repeat(32), error: 'out-of-range' },
      ],
    },
    buckets: sizes.map((size) => ({ bytes: size, bucket: attempt(() => bucketFor(size))[0] })),
  };
}

const FIELDS: TileFields = {
  author,
  label: bytes('label').slice(0, 8),
  slot: 399_872_000,
  epoch: 2,
  generation: 1,
  revision: 3,
  part: 0,
  salt: bytes('salt').slice(0, 16),
};
const LEAF = new LeafWalker(bytes('root')).leaf(FIELDS.slot);

/** The same tile with one thing changed after sealing. */
function spoil(tile: TileJson, change: Partial<TileJson>): TileJson {
  return { ...tile, ...change };
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (Number.parseInt(text.slice(-1), 16) ^ 1).toString(16);
}

function tileVectors(): StreamVectors['tiles'] {
  const payloads: [string, Partial<TileFields>, Uint8Array][] = [
    ['a few bytes', {}, Uint8Array.of(1, 0)],
    ['empty payload', { part: 1, revision: 0 }, new Uint8Array(0)],
    ['payload that fills its bucket', { salt: bytes('salt 2').slice(0, 16) }, new Uint8Array(124).fill(1)],
    ['one byte more', { salt: bytes('salt 3').slice(0, 16) }, new Uint8Array(125).fill(1)],
    [
      'largest numbers',
      { slot: 0xffff_ffff, epoch: 0xffff_ffff, generation: 0xffff_ffff, revision: 0xffff_ffff, part: 0xffff },
      Uint8Array.of(2),
    ],
  ];
  const valid = payloads.map(([name, change, payload]) => {
    const tile = sealTile(LEAF, { ...FIELDS, ...change }, payload);
    return {
      name,
      leaf: toHex(LEAF),
      payload: toHex(payload),
      tile: tileToJson(tile),
      hash: toHex(tileHash(author, tile)),
    };
  });
  const [{ tile }] = valid;
  const changes: [string, Partial<TileJson>, string][] = [
    ['another slot', { slot: tile.slot + 1 }, 'not-authentic'],
    ['another epoch', { epoch: 1 }, 'not-authentic'],
    ['another generation', { generation: 2 }, 'not-authentic'],
    ['another revision', { revision: 4 }, 'not-authentic'],
    ['made a part', { part: 1 }, 'not-authentic'],
    ['another author', { author: hex('other') }, 'not-authentic'],
    ['another label', { label: flipLast(tile.label) }, 'not-authentic'],
    ['another salt', { salt: flipLast(tile.salt) }, 'not-authentic'],
    ['commitment changed', { commitment: flipLast(tile.commitment) }, 'not-authentic'],
    ['tag changed', { ciphertext: flipLast(tile.ciphertext) }, 'not-authentic'],
    ['unknown suite', { suite: 2 }, 'unknown-suite'],
    ['ciphertext cut', { ciphertext: tile.ciphertext.slice(2) }, 'malformed'],
    ['no bucket', { size: 130, ciphertext: '00'.repeat(130) }, 'malformed'],
  ];
  const invalid = changes.map(([name, change, error]) => ({
    name,
    leaf: toHex(LEAF),
    tile: spoil(tile, change),
    error,
  }));
  return { valid, invalid: [...invalid, { name: 'another leaf', leaf: hex('other'), tile, error: 'not-authentic' }] };
}

function batchVectors(): StreamVectors['batches'] {
  const seal = (slot: number, change: Partial<TileFields> = {}) =>
    sealTile(
      new LeafWalker(bytes('root')).leaf(slot),
      { ...FIELDS, slot, salt: bytes(`salt of ${slot}`).slice(0, 16), ...change },
      Uint8Array.of(1, 0),
    );
  const encode = (tiles: Tile[]) =>
    encodeBatch({ label: FIELDS.label, epoch: FIELDS.epoch, generation: FIELDS.generation, tiles });
  const batches: [string, Tile[]][] = [
    ['one tile', [seal(1)]],
    [
      'tile, parts and a revision',
      [seal(1), seal(2, { part: 1 }), seal(2, { part: 2, salt: bytes('x').slice(0, 16) }), seal(1, { revision: 4 })],
    ],
  ];
  const valid = batches.map(([name, tiles]) => ({
    name,
    author: toHex(author),
    tiles: tiles.map(tileToJson),
    bytes: toHex(encode(tiles)),
  }));
  const whole = valid[0].bytes;
  const invalid = [
    { name: 'another version', bytes: `02${whole.slice(2)}`, error: 'unsupported' },
    { name: 'one byte short', bytes: whole.slice(0, -2), error: 'malformed' },
    { name: 'one byte more', bytes: `${whole}00`, error: 'malformed' },
    { name: 'no tiles', bytes: `${whole.slice(0, 34)}0000`, error: 'malformed' },
    { name: 'more tiles declared', bytes: `${whole.slice(0, 34)}0002${whole.slice(38)}`, error: 'malformed' },
    {
      name: 'size beyond the end',
      bytes: `${whole.slice(0, 38 + 59 * 2)}ffffffff${whole.slice(38 + 63 * 2)}`,
      error: 'malformed',
    },
    {
      name: 'size that is no bucket',
      bytes: `${whole.slice(0, 38 + 59 * 2)}0000008f${whole.slice(38 + 63 * 2, -2)}`,
      error: 'malformed',
    },
    { name: 'empty', bytes: '', error: 'malformed' },
    { name: 'too large', bytes: '00'.repeat(48_001), error: 'too-large' },
  ];
  return { valid, invalid };
}

/** A linear congruential generator (Numerical Recipes): noise that every language can make again. */
function noise(count: number, bits: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> (32 - bits);
  });
}

function sampleVectors(): StreamVectors['samples'] {
  const count = (n: number) => Array.from({ length: n }, (_, i) => i);
  const start = utcMicros('2026-11-21T10:20:30Z');
  const wave = (i: number) => Math.trunc(((i % 40) - 20) * ((i % 40) - 20) * ((i % 7) + 30)) >> 6;
  const series: [string, number[], number[]][] = [
    ['none', [], []],
    ['one', [start], [72]],
    ['two, negative', [-7, -1], [-2147483648, 2147483647]],
    ['1 Hz, constant', count(200).map((i) => start + i * 1e6), count(200).map(() => 70)],
    [
      '360 Hz from the middle of a step',
      count(300).map((i) => Math.round(((i + 17) * 1e6) / 360)),
      count(300).map(wave),
    ],
    [
      '360 Hz by a clock of milliseconds',
      count(100).map((i) => start + Math.floor((i * 1000) / 360) * 1000),
      count(100).map(wave),
    ],
    ['1 Hz with a gap', count(20).map((i) => start + i * 1e6 + (i > 9 ? 3.5e9 : 0)), count(20).map((i) => 60 + i)],
    ['every 5 min, late by seconds', count(30).map((i) => start + i * 3e8 + noise(30, 3)[i] * 1e6), noise(30, 7)],
    ['irregular, once a year', [0, 1, 3e13, 3e13 + 999], [5, 5, 5, 5]],
    ['32-bit noise', count(150).map((i) => i * 4000), noise(150, 32).map((n) => n | 0)],
    ['an outlier', count(140).map((i) => i * 4000), count(140).map((i) => (i === 50 ? 2147483647 : 3))],
    ['a ramp and a parabola', count(260).map((i) => i * 4000), count(260).map((i) => (i < 130 ? 7 * i : i * i))],
  ];
  const valid = series.map(([name, times, values]) => ({
    name,
    times,
    values,
    bytes: toHex(encodeSamples(samplesOf(times, values))),
    made: true,
  }));
  const differences = '0103' + '01' + '0000000000000000' + 'c0843d' + '01' + 'fc' + '0e' + '7e';
  const foreign = {
    name: 'regular times as differences',
    times: [0, 1e6, 2e6],
    values: [7, 7, 7],
    bytes: differences,
    made: false,
  };
  return { valid: [...valid, foreign], invalid: invalidSamples(valid[3].bytes) };
}

function samplesOf(times: readonly number[], values: readonly number[]) {
  return { times: Float64Array.from(times), values: Int32Array.from(values) };
}

function invalidSamples(whole: string): StreamVectors['samples']['invalid'] {
  const run = '0102' + '00' + '0000000000000000' + '01';
  const cases: [string, string, string][] = [
    ['empty', '', 'malformed'],
    ['another type', `02${whole.slice(2)}`, 'malformed'],
    ['one byte short', whole.slice(0, -2), 'malformed'],
    ['one byte more', `${whole}00`, 'malformed'],
    ['none, with a byte more', '010000', 'malformed'],
    ['2^53 − 1 samples declared', '01ffffffffffffff0f', 'too-large'],
    ['262,145 samples declared', '01818010', 'too-large'],
    ['more samples than bits', '01ffff0f00000000000000000002', 'malformed'],
    ['count in a longer form', '018100', 'malformed'],
    ['unknown mode of times', '0101' + '02' + '0000000000000000' + '01' + '020e', 'malformed'],
    ['first time beyond 2^53', '0101' + '00' + '0020000000000000' + '01' + '020e', 'malformed'],
    ['unit of zero', '0102' + '00' + '0000000000000000' + '00' + '04' + '0101' + '0e7e', 'malformed'],
    ['run of no samples', `${run}00` + '907e', 'malformed'],
    ['run longer than the count', `${run}06` + 'c0843d01' + '0e7e', 'malformed'],
    ['run without a rate', `${run}05` + '0e7e', 'malformed'],
    ['step of zero', `${run}04` + '0001' + '0e7e', 'malformed'],
    ['denominator of zero', `${run}04` + '0100' + '0e7e', 'malformed'],
    ['numerator not below its denominator', `${run}04` + '01030300' + '0e7e', 'malformed'],
    ['phase not below its denominator', `${run}04` + '01030103' + '0e7e', 'malformed'],
    ['gap of zero', `${run}02` + '00' + '02' + '0e7e', 'malformed'],
    ['run beyond 2^53', '0102' + '00' + '001fffffffffffff' + '01' + '04' + '0101' + '0e7e', 'malformed'],
    ['difference that stands still', '0103' + '01' + '0000000000000000' + '01' + '01' + '8110' + '0e7e', 'malformed'],
    ['padding not zero', `${run}04` + 'c0843d01' + '0e' + '7f', 'malformed'],
    ['first value beyond 32 bits', '0101' + '00' + '0000000000000000' + '01' + '02' + '8080808020', 'malformed'],
  ];
  return cases.map(([name, text, error]) => ({ name, bytes: text, error }));
}

const EDGES = [54, 70, 100];
const BINS_START = utcMicros('2026-11-21T10:20:30Z');

interface Recording {
  readonly grid: Grid;
  readonly level: '1m' | '1h' | '1d';
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly nominalPeriodMicros: number;
}

const binsOf = ({ level, grid, times, values, nominalPeriodMicros }: Recording) =>
  summarizeSamples(level, grid, samplesOf(times, values), { edges: EDGES, nominalPeriodMicros });

function recordings() {
  const gap = (i: number) => (i > 93 ? 200_400_000 : 0) + (i % 5 === 3 ? 40_000 : 0);
  const times = Array.from({ length: 150 }, (_, i) => BINS_START + i * 1e6 + gap(i));
  const values = noise(150, 6).map((n) => n + 50);
  const extremes = Array.from({ length: 12 }, () => -2147483648);
  const glucose = { grid: GLUCOSE, level: '1d', nominalPeriodMicros: 3e8 } as const;
  const heartRate = { grid: HEART_RATE, times, values, nominalPeriodMicros: 1e6 } as const;
  return {
    minutes: { ...heartRate, level: '1m' },
    hour: { ...heartRate, level: '1h' },
    days: { ...glucose, times: [0, 1, 2, 3].map((i) => BINS_START + i * 3e10), values: [90, 53, 70, 181] },
    thin: { ...glucose, times: [0, 1].map((i) => BINS_START + i * 9e10), values: [90, 53] },
    wide: {
      grid: ECG,
      level: '1m',
      times: extremes.map((_, i) => i * 2778),
      values: extremes,
      nominalPeriodMicros: 1e6 / 360,
    },
  } satisfies Record<string, Recording>;
}

function summaryVectors(): StreamVectors['summaries'] {
  const { minutes, hour, days, wide } = recordings();
  const cases: [string, Recording][] = [
    ['1 Hz with a gap and jitter, minutes', minutes],
    ['the same, an hour', hour],
    ['glucose, two days at 05:00 UTC', days],
    ['widest values', wide],
  ];
  return cases.map(([name, recording]) => {
    const { grid, level, nominalPeriodMicros, times, values } = recording;
    const bins = binsOf(recording).map(binToJson);
    return { name, grid, level, edges: EDGES, nominalPeriodMicros, times, values, bins };
  });
}

function binVectors(): Pick<StreamVectors, 'summaries' | 'bins' | 'inputs'> {
  const { minutes, thin, wide } = recordings();
  const encode = (name: string, bins: readonly Bin[]) => {
    const text = encodeBins({ inputsHash: bytes(name), bins });
    return { name, inputsHash: hex(name), bins: decodeBins(text).bins.map(binToJson), bytes: toHex(text) };
  };
  const encodedMinutes = encode('minutes', binsOf(minutes));
  const valid = [
    encode('no bins', []),
    encodedMinutes,
    encode('thin bins only', binsOf(thin)),
    encode('wide squares', binsOf(wide)),
  ];
  const inputs = [3, 1, 2].map((slot) => ({
    slot,
    generation: 0,
    revision: slot,
    part: 0,
    hash: bytes(`input ${slot}`),
  }));
  const listed = inputs.map((input) => ({ ...input, hash: toHex(input.hash) }));
  return {
    summaries: summaryVectors(),
    bins: { valid, invalid: spoiltBins(encodedMinutes.bytes) },
    inputs: [{ inputs: listed, hash: toHex(hashInputs(inputs)) }],
  };
}

function spoiltBins(good: string): StreamVectors['bins']['invalid'] {
  const empty = `02${'00'.repeat(32)}`;
  const one = `${empty}0100${'00'.repeat(8)}00`;
  const cases: [string, string, string][] = [
    ['empty', '', 'malformed'],
    ['another type', `01${good.slice(2)}`, 'malformed'],
    ['one byte short', good.slice(0, -2), 'malformed'],
    ['one byte more', `${good}00`, 'malformed'],
    ['no bins, with a byte more', `${empty}0000`, 'malformed'],
    ['4,097 bins declared', `${empty}8120`, 'too-large'],
    ['count of zero', `${one}0a00000000`, 'malformed'],
    ['remainder not below the count', `${one}0a02000002`, 'malformed'],
    ['nothing covered', `${one}0002000000`, 'malformed'],
  ];
  return cases.map(([name, text, error]) => ({ name, bytes: text, error }));
}

/** Text of stream.json. */
export function makeStreamVectors(): string {
  const vectors: StreamVectors = {
    ...gridVectors(),
    ...treeVectors(),
    tiles: tileVectors(),
    batches: batchVectors(),
    samples: sampleVectors(),
    ...binVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/stream.json', import.meta.url), makeStreamVectors());
