// From loose tiles to signed batches: one event carries tiles of one stream, level, epoch, generation and UTC day. Old batches are
// deleted only after what replaces them stands in the queue before the deletion.
import {
  base64Encode,
  blurredDate,
  encodeBatch,
  KINDS,
  maskedDate,
  slotStart,
  type Tile,
  toHex,
  utcDayOf,
  type VerifiedEvent,
} from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { IngestRooms } from './ingest.ts';
import { BATCH_BYTES_MAX, DELETIONS_PER_EVENT, FLUSH_STEP_TILES } from './limits.ts';
import type { BatchRow, Random, TileRow } from './ports.ts';
import { LEVELS, type OpenStream } from './streams.ts';

export interface PublishRooms extends IngestRooms {
  random: Random;
  streamByNumber: (number: number) => OpenStream | undefined;
  /** Called in the same transaction before tiles are put into the queue: appends the tokens that open them to grant streams. */
  beforePublishing: (stream: OpenStream, rows: TileRow[]) => void;
}

interface Group {
  stream: OpenStream;
  level: number;
  epoch: number;
  generation: number;
  day: number;
  rows: TileRow[];
  tiles: Tile[];
  bytes: number;
}

/** Bytes one tile takes in a batch besides its ciphertext: suite, slot, revision, part, salt, commitment, size. */
const TILE_HEAD_BYTES = 63;

const dateNow = (rooms: PublishRooms): number => blurredDate(rooms.clock.nowMicros() / 1e6, rooms.random.bytes(4));

/** Signs loose tiles into batches. `wanted` says which may go out now. Returns the events made, in order. */
export function publishLoose(
  rooms: PublishRooms,
  wanted: (stream: OpenStream, row: TileRow) => boolean,
  onlyStream: number | null = null,
  tilesMax = FLUSH_STEP_TILES,
): VerifiedEvent[] {
  const events: VerifiedEvent[] = [];
  rooms.store.transact(() => {
    const groups = groupLoose(rooms, wanted, onlyStream, tilesMax);
    const byStream = new Map<OpenStream, TileRow[]>();
    for (const group of groups) byStream.set(group.stream, [...(byStream.get(group.stream) ?? []), ...group.rows]);
    for (const [stream, rows] of byStream) rooms.beforePublishing(stream, rows);
    for (const group of groups) events.push(settle(rooms, group));
    events.push(...deleteSpent(rooms));
  });
  return events;
}

function groupLoose(
  rooms: PublishRooms,
  wanted: (stream: OpenStream, row: TileRow) => boolean,
  onlyStream: number | null,
  tilesMax: number,
): Group[] {
  const groups: Group[] = [];
  const rows = rooms.store.looseTiles(onlyStream, tilesMax);
  let group: Group | null = null;
  for (const row of rows) {
    const stream = rooms.streamByNumber(row.stream);
    if (!stream || !wanted(stream, row)) continue;
    const tile = rooms.box.tile(stream, row);
    const day = utcDayOf(slotStart(stream.grid, LEVELS[row.level], row.slot));
    const size = tile.ciphertext.length + TILE_HEAD_BYTES;
    if (!group || !fits(group, row, day, size)) {
      group = {
        stream,
        level: row.level,
        epoch: row.epoch,
        generation: row.generation,
        day,
        rows: [],
        tiles: [],
        bytes: 0,
      };
      groups.push(group);
    }
    group.rows.push(row);
    group.tiles.push(tile);
    group.bytes += size;
  }
  return groups;
}

function fits(group: Group, row: TileRow, day: number, size: number): boolean {
  return (
    group.stream.number === row.stream &&
    group.level === row.level &&
    group.epoch === row.epoch &&
    group.generation === row.generation &&
    group.day === day &&
    group.bytes + size <= BATCH_BYTES_MAX
  );
}

function settle(rooms: PublishRooms, group: Group): VerifiedEvent {
  const { stream, level, epoch, generation, day, tiles, rows } = group;
  const label = stream.label(LEVELS[level]);
  const content = base64Encode(encodeBatch({ label, epoch, generation, tiles }));
  const event = signEvent(
    {
      kind: KINDS.tileBatch,
      created_at: maskedDate(rooms.clock.nowMicros() / 1e6, stream.dateKey, content),
      tags: [['-'], ['l', toHex(label)], ['u', String(day)]],
      content,
    },
    stream.authorSecret,
    rooms.random.bytes(32),
  );
  rooms.store.settleBatch(event, { stream: stream.number, level, epoch, generation, day, tiles: tiles.length }, rows);
  rooms.store.markHeadDay(stream.number, level, day);
  rooms.store.enqueue({ event, target: 'store' });
  return event;
}

/** Makes the survivors of half-empty batches loose again, so that the next publication gathers them and the old events can go. */
export function loosenWasteful(rooms: PublishRooms): number {
  return rooms.store.transact(() => {
    let moved = 0;
    for (const batch of rooms.store.wastefulBatches(32)) {
      const stream = rooms.streamByNumber(batch.stream);
      const event = rooms.store.event(batch.eventId);
      if (!stream || !event) continue;
      for (const row of rooms.store.tilesOfBatch(batch.eventId)) {
        const tile = rooms.box.tile(stream, row);
        const bytes = encodeBatch({ label: tile.label, epoch: row.epoch, generation: row.generation, tiles: [tile] });
        rooms.store.removeTile(row);
        rooms.store.addTile(row, row.epoch, bytes);
        moved++;
      }
    }
    return moved;
  });
}

/**
 * One deletion event per author for batches none of whose tiles is current; removed here at once, at relays in queue order. What takes
 * their place must have been published: while anything of the same level and day is still loose they stay.
 */
function deleteSpent(rooms: PublishRooms): VerifiedEvent[] {
  const byStream = new Map<number, BatchRow[]>();
  for (const batch of rooms.store.spentBatches(FLUSH_STEP_TILES))
    byStream.set(batch.stream, [...(byStream.get(batch.stream) ?? []), batch]);
  const events: VerifiedEvent[] = [];
  for (const [number, batches] of byStream) {
    const stream = rooms.streamByNumber(number);
    if (!stream) continue;
    const waiting = looseDays(rooms, stream);
    const ids = batches.filter(({ level, day }) => !waiting.has(`${level}/${day}`)).map(({ eventId }) => eventId);
    for (let at = 0; at < ids.length; at += DELETIONS_PER_EVENT)
      events.push(deleteBatches(rooms, stream.authorSecret, ids.slice(at, at + DELETIONS_PER_EVENT)));
  }
  return events;
}

/** `${level}/${UTC day}` of everything sealed that stands in no batch yet. */
function looseDays(rooms: PublishRooms, stream: OpenStream): Set<string> {
  const rows = rooms.store.looseTiles(stream.number, Number.MAX_SAFE_INTEGER);
  return new Set(rows.map(({ level, slot }) => `${level}/${utcDayOf(slotStart(stream.grid, LEVELS[level], slot))}`));
}

function deleteBatches(rooms: PublishRooms, authorSecret: Uint8Array, ids: string[]): VerifiedEvent {
  const event = signEvent(
    {
      kind: KINDS.deletion,
      created_at: dateNow(rooms),
      tags: [...ids.map((id) => ['e', id]), ['k', String(KINDS.tileBatch)]],
      content: '',
    },
    authorSecret,
    rooms.random.bytes(32),
  );
  for (const id of ids) {
    rooms.store.deleteEvent(id);
    rooms.store.forgetBatch(id);
  }
  rooms.store.putEvent(event);
  rooms.store.enqueue({ event, target: 'store' });
  return event;
}
