// From sealed pieces to one series: which tiles and parts of a slot count, and their union. The owner's vault and every reader follow
// the same rule, so that both hash and show the same thing (DESIGN §3, "one pen").
import { compareTileOrder } from '@hale/kernel';
import type { Samples } from '@hale/kernel/open';

/** What orders two pieces of one slot. */
export interface PieceOrder {
  slot: number;
  generation: number;
  revision: number;
  /** 0 = the tile of the slot, ≥ 1 = an append. */
  part: number;
}

/**
 * The pieces that count, by slot: the newest tile by (generation, revision), all of its forks, and the parts that are not older
 * than it. In the order in which later ones win: slot, generation, revision, tile before parts, part.
 */
export function currentPieces<T extends PieceOrder>(pieces: readonly T[]): T[] {
  const newest = new Map<number, T>();
  for (const piece of pieces) {
    if (piece.part !== 0) continue;
    const known = newest.get(piece.slot);
    if (known === undefined || compareTileOrder(piece, known) > 0) newest.set(piece.slot, piece);
  }
  const current = pieces.filter((piece) => {
    const tile = newest.get(piece.slot);
    return tile === undefined || compareTileOrder(piece, tile) >= 0;
  });
  return current.sort((a, b) => a.slot - b.slot || compareTileOrder(a, b) || a.part - b.part);
}

/**
 * Union of sample sets; where two give one time, the later set wins. Callers order forks by content, so that every reader lets the
 * same one win. Sets may be made while they are taken in: a day of ECG has 260 MB, which nobody wants in memory twice.
 * @param countMax samples of all sets together, at most
 */
export function unionSamples(sets: Iterable<Samples>, countMax: number): Samples {
  const times = new Float64Array(countMax);
  const values = new Int32Array(countMax);
  let length = 0;
  for (const set of sets) {
    // The common case: sets follow each other in time and are only copied.
    if (length === 0 || set.times.length === 0 || set.times[0] > times[length - 1]) {
      times.set(set.times, length);
      values.set(set.values, length);
      length += set.times.length;
    } else {
      const merged = mergeTwo({ times: times.subarray(0, length), values: values.subarray(0, length) }, set);
      times.set(merged.times);
      values.set(merged.values);
      length = merged.times.length;
    }
  }
  return { times: times.subarray(0, length), values: values.subarray(0, length) };
}

function mergeTwo(a: Samples, b: Samples): Samples {
  const times = new Float64Array(a.times.length + b.times.length);
  const values = new Int32Array(times.length);
  let i = 0;
  let j = 0;
  let length = 0;
  while (i < a.times.length || j < b.times.length) {
    const fromB = i >= a.times.length || (j < b.times.length && b.times[j] <= a.times[i]);
    if (fromB && i < a.times.length && b.times[j] === a.times[i]) i++;
    times[length] = fromB ? b.times[j] : a.times[i];
    values[length++] = fromB ? b.values[j++] : a.values[i++];
  }
  return { times: times.slice(0, length), values: values.slice(0, length) };
}

/** Union of bins by their start; the later one wins. Ascending. */
export function unionBins<B extends { start: number }>(sets: readonly (readonly B[])[]): B[] {
  const byStart = new Map<number, B>();
  for (const bins of sets) for (const bin of bins) byStart.set(bin.start, bin);
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}

/** Samples with from ≤ time < to, as a view. */
export function clipSamples({ times, values }: Samples, from: number, to: number): Samples {
  const first = lowerBound(times, from);
  const end = lowerBound(times, to);
  return { times: times.subarray(first, end), values: values.subarray(first, end) };
}

/** Bins that lie wholly inside [from, to). @param binMicros length of a bin */
export function clipBins<B extends { start: number }>(
  bins: readonly B[],
  from: number,
  to: number,
  binMicros: number,
): B[] {
  return bins.filter((bin) => bin.start >= from && bin.start + binMicros <= to);
}

/** Index of the first time that is not before `at`. */
function lowerBound(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
