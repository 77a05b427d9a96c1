// What [from, to) means on a stream's grid: the whole slots inside it, which tokens open, and the two edge slots, which travel as clips.
import {
  binSeconds,
  type Grid,
  gridStart,
  innerSlots,
  type Level,
  SLOT_END,
  type SlotRange,
  slotOf,
  slotSeconds,
  slotStart,
} from '@hale/kernel';
import { LATEST_MICROS, MICROS_PER_DAY, MICROS_PER_SECOND } from './limits.ts';
import { type Scope, scopeEnd } from './scope.ts';

/** One slot that a scope covers in part, with the part: [from, to) in microseconds. */
export interface Edge {
  slot: number;
  from: number;
  to: number;
}

/** A range of time on one stream's grid. */
export interface GridRange {
  from: number;
  /** null = open-ended. */
  to: number | null;
}

/** The scope's time on this grid: begins no earlier than the grid and ends with `to` or `until`, whichever comes first. */
export function rangeOf(scope: Scope, grid: Grid): GridRange {
  return { from: Math.max(scope.from, gridStart(grid)), to: scopeEnd(scope) };
}

/** Whole slots inside the range: `end` is 2³² where it is open-ended; empty when first ≥ end. */
export function innerRange(grid: Grid, level: Level, { from, to }: GridRange): SlotRange {
  if (to !== null) return to <= from ? { first: 0, end: 0 } : innerSlots(grid, level, from, to);
  return { first: innerSlots(grid, level, from, LATEST_MICROS).first, end: SLOT_END };
}

/**
 * The slots that the range covers in part: none, one or two. On levels of bins only those
 * where at least one whole bin lies inside the range.
 */
export function edgesOf(grid: Grid, level: Level, { from, to }: GridRange): Edge[] {
  if (to !== null && to <= from) return [];
  const edges: Edge[] = [];
  const length = slotSeconds(grid, level) * MICROS_PER_SECOND;
  for (const at of to === null ? [from] : [from, to]) {
    const slot = slotOf(grid, level, at);
    const start = slotStart(grid, level, slot);
    const edge = { slot, from: Math.max(from, start), to: Math.min(to ?? start + length, start + length) };
    const isWhole = edge.from === start && edge.to === start + length;
    const isKnown = edges.some((other) => other.slot === slot);
    if (edge.from < edge.to && !isWhole && !isKnown && holdsBin(grid, level, edge)) edges.push(edge);
  }
  return edges;
}

function holdsBin(grid: Grid, level: Level, edge: Edge): boolean {
  if (level === 'raw') return true;
  const length = binSeconds(level) * MICROS_PER_SECOND;
  const start = slotStart(grid, level, edge.slot);
  return Math.ceil((edge.from - start) / length) < Math.floor((edge.to - start) / length);
}

/**
 * Slots of one lease: the power of two whose length comes closest to `leaseDays` from below, at least one.
 * A block of that many slots at a multiple of it is one node of the key tree.
 */
export function leaseSlots(grid: Grid, level: Level, leaseDays: number): number {
  const slots = (leaseDays * MICROS_PER_DAY) / (slotSeconds(grid, level) * MICROS_PER_SECOND);
  return 2 ** Math.max(0, Math.floor(Math.log2(slots)));
}

/** The aligned lease that holds `slot`, cut to the inner range. Empty when the slot is not inside. */
export function leaseFor(grid: Grid, level: Level, range: GridRange, slot: number, leaseDays: number): SlotRange {
  const inner = innerRange(grid, level, range);
  if (slot < inner.first || slot >= inner.end) return { first: slot, end: slot };
  const period = leaseSlots(grid, level, leaseDays);
  const start = Math.floor(slot / period) * period;
  return { first: Math.max(start, inner.first), end: Math.min(start + period, inner.end) };
}
