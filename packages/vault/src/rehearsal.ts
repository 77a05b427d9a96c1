// A grant read before it is made: the planned entries and clips folded by the recipient's own reader, over the tiles that stand now. So a
// preview cannot show anything that the grant would not, nor hide what it would.
import { entryValue, GrantReader, planGrant } from '@hale/consent';
import { type Level, schnorrPublic, slotRange, type Tile, toHex } from '@hale/kernel';
import { grantAuthor } from '@hale/kernel/seal';
import { firstClip } from './clips.ts';
import type { GrantWish } from './grant-wish.ts';
import type { Grants } from './grants.ts';
import { levelNumber } from './streams.ts';
import type { Vault } from './vault.ts';

export interface Rehearsal {
  reader: GrantReader;
  /** Tiles of one stream (its place in the scope) and level that touch [from, to), as relays would give them. */
  tiles(stream: number, level: Level, from: number, to: number): Tile[];
}

/** Summaries that are due must have been written before (`Vault.flush`). @throws HaleError as `planGrant` */
export function rehearse(vault: Vault, grants: Grants, wish: GrantWish): Rehearsal {
  const streams = wish.scope.streams.map(({ streamKey }) => vault.stream(wish.subject, streamKey));
  const author = toHex(schnorrPublic(grantAuthor(vault.keys.catalogueSecret, 'preview')));
  const identity = { grantId: 'preview', grantKey: new Uint8Array(32), grantAuthor: author };
  const views = streams.map((stream) => grants.view(stream));
  const now = vault.clock.nowMicros();
  const plan = planGrant({ ...identity, scope: wish.scope, streams: views, names: wish.names, now });
  const record = {
    subject: wish.subject,
    streams: wish.scope.streams.map(({ streamKey, level }) => ({ key: streamKey, level })),
  };
  const entries = [
    ...plan.entries,
    ...plan.clips.flatMap((need) => firstClip(vault, wish.subject, need)),
    ...grants.tokensAhead({ record, owner: plan.grant }),
  ];
  const reader = new GrantReader(identity);
  reader.fold(entries.map((entry, seq) => ({ seq, generation: vault.state.generation, value: entryValue(entry) })));
  return {
    reader,
    tiles(number, level, from, to) {
      const stream = streams[number];
      const range = slotRange(stream.grid, level, from, to);
      const rows = vault.store.tiles(stream.number, levelNumber(level), range.first, range.end);
      return rows.map((row) => vault.rooms.box.tile(stream, row));
    },
  };
}
