// A grant as its owner knows it: what was consented to and which tokens are out. Folded from the grant's own entries, so that a
// restored home rebuilds it from the log alone.
import type { Grid, Level, SlotRange } from '@hale/kernel';
import type { GrantEntry } from './entries.ts';
import { innerRange, rangeOf } from './range.ts';
import { grantedLevels, type Scope } from './scope.ts';
import type { StreamView } from './stream-view.ts';

export interface GrantIdentity {
  grantId: string;
  /** 32 bytes: opens the grant's stream; a link's fragment. */
  grantKey: Uint8Array;
  /** x-only public key of the grant stream's author, lower-case hex. */
  grantAuthor: string;
}

export interface OwnerGrant extends GrantIdentity {
  scope: Scope;
  /** How the recipient sees the person whose data it is; '' = no name was given. */
  subjectName: string;
  /** Author of each stream by its number, lower-case hex. */
  authors: readonly string[];
  /** Author of the log of copies, lower-case hex; null: no records are given, or nothing of them is out. */
  copiesAuthor: string | null;
  /** Slots that tokens are out for, by issuedKey: ascending, disjoint, not adjacent. */
  issued: ReadonlyMap<string, readonly SlotRange[]>;
  /** Number of the last head, 0 = none yet. */
  headNumber: number;
  /** Microseconds; null while it stands. */
  ended: number | null;
}

const issuedKey = (stream: number, level: Level, epoch: number): string => `${stream}/${level}/${epoch}`;

/** Builds the state from entries in the order of the log. @throws nothing: entries were parsed */
export function ownerGrant(identity: GrantIdentity, scope: Scope, entries: readonly GrantEntry[]): OwnerGrant {
  const { grantId, grantKey, grantAuthor } = identity;
  const empty: OwnerGrant = {
    grantId,
    grantKey,
    grantAuthor,
    scope,
    subjectName: '',
    authors: [],
    copiesAuthor: null,
    issued: new Map(),
    headNumber: 0,
    ended: null,
  };
  return withEntries(empty, entries);
}

/** The state after these entries were acknowledged. The old state stays as it was. */
export function withEntries(grant: OwnerGrant, entries: readonly GrantEntry[]): OwnerGrant {
  const next = { ...grant, authors: [...grant.authors], issued: new Map(grant.issued) };
  for (const entry of entries) {
    if (entry.type === 'consent') {
      next.scope = entry.scope;
      next.subjectName = entry.names.subject;
    } else if (entry.type === 'stream') next.authors[entry.stream] = entry.author;
    else if (entry.type === 'copies') next.copiesAuthor = entry.author;
    else if (entry.type === 'head') next.headNumber = Math.max(next.headNumber, entry.n);
    else if (entry.type === 'end') next.ended = Math.min(next.ended ?? entry.time, entry.time);
    else if (entry.type === 'token') {
      const key = issuedKey(entry.stream, entry.level, entry.epoch);
      next.issued.set(key, withRange(next.issued.get(key) ?? [], { first: entry.fromSlot, end: entry.toSlot }));
    }
  }
  return next;
}

/** Adds a range and joins what touches. */
function withRange(ranges: readonly SlotRange[], added: SlotRange): SlotRange[] {
  const apart = ranges.filter((range) => range.end < added.first || range.first > added.end);
  const joined = ranges.filter((range) => !apart.includes(range));
  const first = Math.min(added.first, ...joined.map((range) => range.first));
  const end = Math.max(added.end, ...joined.map((range) => range.end));
  return [...apart, { first, end }].sort((a, b) => a.first - b.first);
}

/** True when a token that is out opens this slot. */
export function isIssued(grant: OwnerGrant, stream: number, level: Level, slot: number, epoch: number): boolean {
  const ranges = grant.issued.get(issuedKey(stream, level, epoch)) ?? [];
  return ranges.some((range) => slot >= range.first && slot < range.end);
}

/** Where the farthest token of this level ends, over all epochs; 0 = none. */
export function issuedEnd(grant: OwnerGrant, stream: number, level: Level): number {
  let end = 0;
  for (const [key, ranges] of grant.issued) {
    if (key.startsWith(`${stream}/${level}/`)) end = Math.max(end, ranges.at(-1)?.end ?? 0);
  }
  return end;
}

/** Stands and has not run out. @param now microseconds; written so that NaN is never active */
export function isActive(grant: OwnerGrant, now: number): boolean {
  return grant.ended === null && (grant.scope.until === null ? !Number.isNaN(now) : now < grant.scope.until);
}

/** Grants that ran out and have to be revoked with reason 'expired' before anything more is sealed in their streams. */
export function expiredGrants(grants: readonly OwnerGrant[], now: number): OwnerGrant[] {
  return grants.filter((grant) => grant.ended === null && !isActive(grant, now));
}

/** The stream's number in this grant, or null. */
export function streamNumberOf(grant: OwnerGrant, streamKey: string): number | null {
  const index = grant.scope.streams.findIndex((stream) => stream.streamKey === streamKey);
  return index < 0 ? null : index;
}

/** Levels that the grant opens of this stream with the whole slots inside its range. Empty when it has no part in it. */
export function grantedSlots(
  grant: OwnerGrant,
  view: Pick<StreamView, 'streamKey' | 'grid'>,
): { level: Level; inner: SlotRange }[] {
  const scoped = grant.scope.streams.find((stream) => stream.streamKey === view.streamKey);
  return scoped === undefined ? [] : slotsByLevel(grant.scope, scoped.level, view.grid);
}

export function slotsByLevel(scope: Scope, finest: Level, grid: Grid): { level: Level; inner: SlotRange }[] {
  const range = rangeOf(scope, grid);
  return grantedLevels(grid, finest).map((level) => ({ level, inner: innerRange(grid, level, range) }));
}
