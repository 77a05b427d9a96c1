// Taking in samples: plan what changes (which slots get a part, which a tile), then apply it in one transaction. What is
// acknowledged is on disk, sealed; what was there already is counted, not stored again.
import { HaleError, type Level, LIMITS, slotOf, slotSeconds, slotStart, tileHash } from '@hale/kernel';
import { encodeSamples, summarizePieces } from '@hale/kernel/seal';
import {
  PART_NUMBER_MAX,
  PARTS_PER_SLOT_MAX,
  PAYLOAD_BYTES_MAX,
  SAMPLES_PER_PART_MAX,
  SLOT_GRACE_SECONDS,
} from './limits.ts';
import type { Clock, TileKey, VaultStore } from './ports.ts';
import { absentFrom, inOrder, mergeSamples, type Samples, slice } from './samples.ts';
import type { SlotCache, SlotContent } from './slots.ts';
import { finestSummary, levelNumber, type OpenStream, summaryOptions } from './streams.ts';
import type { SealedTile, TileBox } from './tiles.ts';

export interface IngestResult {
  read: number;
  accepted: number;
  duplicate: number;
  corrected: number;
}

export interface SlotPlan {
  stream: OpenStream;
  slot: number;
  add: SealedTile[];
  remove: TileKey[];
  after: SlotContent;
}

export interface IngestPlan {
  slots: SlotPlan[];
  /** `${stream number}/${level number}/${slot}` of the first summary level that must be computed again. */
  dirty: Map<string, { stream: number; level: number; slot: number }>;
  counts: Map<OpenStream, { samples: number; firstMicros: number; lastMicros: number }>;
  result: IngestResult;
}

export interface IngestRooms {
  store: VaultStore;
  box: TileBox;
  slots: SlotCache;
  clock: Clock;
  generation: () => number;
}

const RAW: Level = 'raw';

export function emptyPlan(): IngestPlan {
  return {
    slots: [],
    dirty: new Map(),
    counts: new Map(),
    result: { read: 0, accepted: 0, duplicate: 0, corrected: 0 },
  };
}

/**
 * Plans one batch of one stream. Within a plan later batches see what earlier ones put into the slot cache, so
 * a plan must be applied before another is made, or dropped with `dropPlan`. A batch that yields corrects nothing: what the stream has
 * at an instant stays.
 */
export function planBatch(
  rooms: IngestRooms,
  plan: IngestPlan,
  stream: OpenStream,
  given: Samples,
  yields = false,
): void {
  const { samples, repeated } = inOrder(given);
  plan.result.read += given.times.length;
  plan.result.duplicate += repeated;
  const { times } = samples;
  let at = 0;
  while (at < times.length) {
    const slot = slotOf(stream.grid, RAW, times[at]);
    const end = slotStart(stream.grid, RAW, slot) + slotSeconds(stream.grid, RAW) * 1e6;
    let next = at + 1;
    // Most batches end inside this slot; only else is the border searched for.
    if (times[times.length - 1] < end) next = times.length;
    else while (next < times.length && times[next] < end) next++;
    planSlot(rooms, plan, stream, slot, slice(samples, at, next), { dataGoesOn: next < times.length, yields });
    at = next;
  }
}

function planSlot(
  rooms: IngestRooms,
  plan: IngestPlan,
  stream: OpenStream,
  slot: number,
  sent: Samples,
  { dataGoesOn, yields }: { dataGoesOn: boolean; yields: boolean },
): void {
  const before = rooms.slots.read(stream, slot);
  const given = yields ? absentFrom(before.samples, sent) : sent;
  plan.result.duplicate += sent.times.length - given.times.length;
  const merge = mergeSamples(before.samples, given);
  plan.result.accepted += merge.accepted;
  plan.result.duplicate += merge.duplicate;
  plan.result.corrected += merge.corrected;
  if (merge.fresh.times.length === 0) return;
  const closes =
    dataGoesOn ||
    before.torn ||
    before.parts + 1 >= PARTS_PER_SLOT_MAX ||
    isFull(stream, merge.union) ||
    isPast(rooms.clock, stream, slot, before);
  const closed = closes ? closeSlot(rooms, stream, slot, before, merge.union) : null;
  plan.slots.push(closed ?? appendParts(rooms, stream, slot, before, merge.union, merge.fresh));
  noteDirty(plan, stream, merge.fresh);
  noteCount(plan, stream, merge.accepted, merge.fresh);
}

/** A slot that holds every sample its rhythm allows needs no waiting. */
function isFull(stream: OpenStream, union: Samples): boolean {
  const period = stream.nominalPeriodMicros;
  return period > 0 && (union.times.length + 0.5) * period >= slotSeconds(stream.grid, RAW) * 1e6;
}

/** Late data for a slot closed long ago goes straight into its next revision. */
function isPast(clock: Clock, stream: OpenStream, slot: number, before: SlotContent): boolean {
  const end = slotStart(stream.grid, RAW, slot + 1);
  return before.nextRevision > 0 && before.parts === 0 && end + SLOT_GRACE_SECONDS * 1e6 < clock.nowMicros();
}

/**
 * One tile in place of everything the slot held; null where that does not fit a tile (a signal far denser than its rhythm said),
 * so that its parts stay.
 */
export function closeSlot(
  rooms: IngestRooms,
  stream: OpenStream,
  slot: number,
  before: SlotContent,
  union: Samples,
): SlotPlan | null {
  if (union.times.length > LIMITS.tileSamplesMax) return null;
  const payload = encodeSamples(union);
  if (payload.length > PAYLOAD_BYTES_MAX) return null;
  // Parts on top of tile r carry r + 1, so the tile that replaces them carries r + 2: a reader who still sees the parts drops them.
  const revision = before.parts > 0 ? before.nextRevision + 1 : before.nextRevision;
  const add = rooms.box.seal(stream, RAW, { slot, generation: rooms.generation(), revision, part: 0 }, payload);
  const row = { ...add.key, epoch: add.epoch, loose: true };
  const after = { samples: union, nextRevision: revision + 1, parts: 0, rows: [row], torn: false };
  rooms.slots.keep(stream, slot, after);
  const above = finestSummary(stream);
  if (above) {
    const pieces = summarizePieces(above, stream.grid, union, summaryOptions(stream));
    rooms.slots.noteClosed(stream, row, { pieces, hash: tileHash(stream.author, add.tile) });
  }
  return { stream, slot, add: [add], remove: before.rows, after };
}

function appendParts(
  rooms: IngestRooms,
  stream: OpenStream,
  slot: number,
  before: SlotContent,
  union: Samples,
  fresh: Samples,
): SlotPlan {
  const place = { slot, generation: rooms.generation(), revision: before.nextRevision };
  const add: SealedTile[] = [];
  for (let at = 0; at < fresh.times.length; at += SAMPLES_PER_PART_MAX) {
    const part = before.parts + add.length + 1;
    if (part > PART_NUMBER_MAX)
      throw new HaleError(
        'too-large',
        'one slot of this stream holds more than can be kept; its rhythm was declared far too slow',
        { slot },
      );
    add.push(
      rooms.box.seal(stream, RAW, { ...place, part }, encodeSamples(slice(fresh, at, at + SAMPLES_PER_PART_MAX))),
    );
  }
  const rows = add.map((tile) => ({ ...tile.key, epoch: tile.epoch, loose: true }));
  const after = { ...before, samples: union, parts: before.parts + add.length, rows: [...before.rows, ...rows] };
  rooms.slots.keep(stream, slot, after);
  return { stream, slot, add, remove: [], after };
}

function noteDirty(plan: IngestPlan, stream: OpenStream, fresh: Samples): void {
  const level = stream.levelAbove(RAW);
  if (!level) return;
  const first = slotOf(stream.grid, level, fresh.times[0]);
  const last = slotOf(stream.grid, level, fresh.times[fresh.times.length - 1]);
  for (let slot = first; slot <= last; slot++)
    plan.dirty.set(`${stream.number}/${level}/${slot}`, { stream: stream.number, level: levelNumber(level), slot });
}

function noteCount(plan: IngestPlan, stream: OpenStream, accepted: number, fresh: Samples): void {
  const known = plan.counts.get(stream);
  const firstMicros = fresh.times[0];
  const lastMicros = fresh.times[fresh.times.length - 1];
  plan.counts.set(stream, {
    samples: (known?.samples ?? 0) + accepted,
    firstMicros: Math.min(known?.firstMicros ?? firstMicros, firstMicros),
    lastMicros: Math.max(known?.lastMicros ?? lastMicros, lastMicros),
  });
}

/** Writes a plan; call inside the store's transaction. */
export function applyPlan(store: VaultStore, plan: IngestPlan): void {
  for (const { add, remove } of plan.slots) {
    for (const tile of add) store.addTile(tile.key, tile.epoch, tile.batch);
    for (const key of remove) store.removeTile(key);
  }
  for (const { stream, level, slot } of plan.dirty.values()) store.markDirty(stream, level, slot);
  for (const [stream, count] of plan.counts) store.countSamples(stream.number, count);
}

/** Forgets what a plan that could not be applied had put into the slot cache. */
export function dropPlan(slots: SlotCache, plan: IngestPlan): void {
  for (const { stream, slot } of plan.slots) slots.forget(stream, slot);
}
