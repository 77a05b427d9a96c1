// Cut-outs of the slots that a grant covers in part: made when it is issued, before tiles of such a slot go out, and when tiles of another
// home came in.
import { appendClip, type ClipEntry, type ClipNeed, clipNeeds, makeClip, type OwnerGrant } from '@hale/consent';
import { decodeSamples } from '@hale/kernel/open';
import type { TileRow } from './ports.ts';
import { fullBins, rawSamples } from './pyramid.ts';
import { LEVELS, levelNumber, type OpenStream, type SummaryLevel } from './streams.ts';
import type { Vault } from './vault.ts';

/** The cut-out of an edge slot as it is now. */
export function firstClip(vault: Vault, subject: string, need: ClipNeed): ClipEntry[] {
  const stream = vault.stream(subject, need.streamKey);
  const rows = rowsOf(vault, stream, need);
  return rows.length === 0 && need.level === 'raw' ? [] : wholeClip(vault, stream, need, rows);
}

/** What has to stand in a grant's log before these tiles go out. */
export function clipsFor(vault: Vault, grant: OwnerGrant, stream: OpenStream, rows: readonly TileRow[]): ClipEntry[] {
  const entries: ClipEntry[] = [];
  for (const need of needsOf(grant, stream))
    for (const row of rows) {
      if (row.slot !== need.slot || LEVELS[row.level] !== need.level) continue;
      if (row.part === 0 || row.generation !== vault.state.generation)
        entries.push(...wholeClip(vault, stream, need, rowsOf(vault, stream, need)));
      else {
        const samples = decodeSamples(vault.rooms.box.open(stream, row));
        entries.push(...appendClip(need, row.revision, row.part, { samples }));
      }
    }
  return entries;
}

/**
 * Tiles of another home are not published again, so no cut-out of them is made on the way; and that home's own cut-outs lose to those
 * of this one. So edge slots that hold any of them are cut out anew.
 */
export function foreignClips(vault: Vault, grant: OwnerGrant, stream: OpenStream): ClipEntry[] {
  return needsOf(grant, stream).flatMap((need) => {
    const rows = rowsOf(vault, stream, need);
    const isForeign = rows.some((row) => row.generation !== vault.state.generation);
    return isForeign ? wholeClip(vault, stream, need, rows) : [];
  });
}

const needsOf = (grant: OwnerGrant, stream: OpenStream): ClipNeed[] =>
  clipNeeds(grant, { streamKey: stream.entry.key, grid: stream.grid });

const rowsOf = (vault: Vault, stream: OpenStream, { level, slot }: ClipNeed): TileRow[] =>
  vault.store.tiles(stream.number, levelNumber(level), slot, slot + 1);

/**
 * All of an edge slot as it stands. A clip orders by the generation in which it is written, so only revisions of this one count:
 * an older home's may have been higher, and would hide whatever comes next.
 */
function wholeClip(vault: Vault, stream: OpenStream, need: ClipNeed, rows: readonly TileRow[]): ClipEntry[] {
  const own = rows.filter((row) => row.generation === vault.state.generation);
  const revision = own.reduce((newest, row) => Math.max(newest, row.revision), 0);
  const { rooms } = vault;
  if (need.level === 'raw') return makeClip(need, revision, { samples: rawSamples(rooms, stream, need.from, need.to) });
  return makeClip(need, revision, { bins: fullBins(rooms, stream, need.level as SummaryLevel, need.from, need.to) });
}
