// What the consent room has to be told of an owner's stream: no data, but the secret from which its tokens derive.
import { fail, fromHex, type Grid, type Level } from '@hale/kernel';
import { dateKeyOf, levelLabel, levelRoot, sealToken } from '@hale/kernel/seal';
import type { SignalDescription, StreamEntry, TokenEntry } from './entries.ts';
import { grantedLevels } from './scope.ts';

export interface StreamView extends SignalDescription {
  /** As the scope names it. */
  streamKey: string;
  /** x-only public key of the stream's author, lower-case hex. */
  author: string;
  /** 32 bytes: labels and tree roots derive from it. */
  secret: Uint8Array;
  grid: Grid;
  /** The epoch in which tiles are sealed now. */
  epoch: number;
  /** Epochs in which some tile that still stands was sealed; the current one counts even if not listed. */
  epochs: readonly number[];
}

/** The description that the reader gets. Labels of finer levels stay out of it. @throws HaleError 'not-permitted' when no level is so coarse */
export function describeStream(view: StreamView, stream: number, level: Level): StreamEntry {
  const levels = grantedLevels(view.grid, level);
  if (levels.length === 0) fail('not-permitted', 'the stream has no level as coarse as the one allowed');
  fromHex(view.author, 32);
  return {
    type: 'stream',
    stream,
    author: view.author,
    labels: Object.fromEntries(levels.map((granted) => [granted, levelLabel(view.secret, granted)])),
    grid: { ...view.grid, levels: [...view.grid.levels] },
    dateKey: dateKeyOf(view.secret),
    kind: view.kind,
    title: view.title,
    ucum: view.ucum,
    factor: view.factor,
    origin: view.origin,
    loinc: view.loinc,
    nominalPeriodMicros: view.nominalPeriodMicros,
    edges: [...view.edges],
  };
}

/** The token that opens exactly the slots [fromSlot, toSlot) of one level in one epoch. */
export function tokenFor(
  view: StreamView,
  { stream, level, epoch, fromSlot, toSlot }: Omit<TokenEntry, 'type' | 'nodes'>,
): TokenEntry {
  const nodes = sealToken(levelRoot(view.secret, level, epoch), fromSlot, toSlot);
  return { type: 'token', stream, level, epoch, fromSlot, toSlot, nodes };
}
