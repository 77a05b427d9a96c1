// Clips: what a grant opens of the slots that it covers only in part. Cut here, sealed as entries of the grant's own stream.
import { binSeconds } from '@hale/kernel';
import { type Bin, encodeBins, encodeSamples, type Samples } from '@hale/kernel/seal';
import { clipBins, clipSamples } from './assemble.ts';
import type { ClipEntry } from './entries.ts';
import type { ClipNeed } from './grant.ts';
import { LIMITS, MICROS_PER_SECOND } from './limits.ts';

/** What the vault has in the edge slot: samples on the raw level, bins recomputed from samples on the others. */
export type ClipData = { samples: Samples } | { bins: readonly Bin[] };

/** In the place of a summary's hash of its inputs, which would tell of samples outside. */
const NO_INPUTS = new Uint8Array(32);

/**
 * Cuts the data of one edge slot to [from, to) and gives the entries to append, in order. Samples and bins outside of it leave no
 * trace: of bins only those wholly inside stay.
 * @param revision higher than that of any clip of this slot before: the new one replaces them
 * @returns usually one entry; a large slot is split, the replacing piece last, so that a reader in the middle sees too much of the old
 *   rather than too little
 */
export function makeClip(need: ClipNeed, revision: number, data: ClipData): ClipEntry[] {
  const payloads = 'samples' in data ? samplePayloads(need, data.samples) : binPayloads(need, data.bins);
  const { stream, level, slot } = need;
  const pieces = payloads.map(
    (payload, part): ClipEntry => ({ type: 'clip', stream, level, slot, revision, part, payload }),
  );
  return [...pieces.slice(1), pieces[0]];
}

/**
 * Live data in an edge slot: appends only what is new. @param part ≥ 1, higher than any part of this revision before
 * @returns none when nothing of it lies in [from, to)
 */
export function appendClip(need: ClipNeed, revision: number, part: number, data: ClipData): ClipEntry[] {
  const payloads = 'samples' in data ? samplePayloads(need, data.samples) : binPayloads(need, data.bins);
  const isEmpty =
    'samples' in data
      ? clipSamples(data.samples, need.from, need.to).times.length === 0
      : binsInside(need, data.bins).length === 0;
  if (isEmpty) return [];
  const { stream, level, slot } = need;
  return payloads.map(
    (payload, i): ClipEntry => ({ type: 'clip', stream, level, slot, revision, part: part + i, payload }),
  );
}

function samplePayloads({ from, to }: ClipNeed, samples: Samples): Uint8Array[] {
  const inside = clipSamples(samples, from, to);
  return pieces(inside.times.length, LIMITS.clipSamplesMax, (start, end) =>
    encodeSamples({ times: inside.times.slice(start, end), values: inside.values.slice(start, end) }),
  );
}

function binPayloads(need: ClipNeed, bins: readonly Bin[]): Uint8Array[] {
  const inside = binsInside(need, bins);
  return pieces(inside.length, LIMITS.clipBinsMax, (start, end) =>
    encodeBins({ inputsHash: NO_INPUTS, bins: inside.slice(start, end) }),
  );
}

function binsInside({ level, from, to }: ClipNeed, bins: readonly Bin[]): Bin[] {
  return clipBins(bins, from, to, binSeconds(level) * MICROS_PER_SECOND);
}

/** At least one piece, so that an emptied slot replaces what was there. */
function pieces(length: number, lengthMax: number, encode: (start: number, end: number) => Uint8Array): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < length; start += lengthMax)
    payloads.push(encode(start, Math.min(length, start + lengthMax)));
  return payloads;
}
