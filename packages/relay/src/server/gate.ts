// Who may be served an event. Audiences are attached to rows when they are stored and every index begins with them,
// so that a stranger's query never touches a gated row: no count, limit or timing depends on what it cannot see.
import { type Filter, KINDS, type NostrEvent } from '@hale/kernel';

/** open: anybody admitted · stream: the author and her listed readers · author: only he · addressee: only who is p-tagged. */
export type Gate = 'open' | 'stream' | 'author' | 'addressee';

/** The relay's word to one member (NIP-43) is nobody else's business. */
const ADDRESSED: readonly number[] = [
  ...[KINDS.wrap, KINDS.receipt, KINDS.ephemeralWrap],
  ...[KINDS.memberAdded, KINDS.memberRemoved],
];
const PRIVATE_KINDS: readonly number[] = [...ADDRESSED, KINDS.tileBatch, KINDS.access, KINDS.remote];

/** Kinds that belong to a stream by themselves. */
export function isStreamKind(kind: number): boolean {
  return kind === KINDS.tileBatch || kind === KINDS.access;
}

/** Kinds whose p-tagged key may read and delete them, whoever signed. */
export function isAddressedKind(kind: number): boolean {
  return ADDRESSED.includes(kind);
}

/**
 * The audience of an event. Deletions and vanishes of a stream are gated like the stream, or they would tell a
 * stranger that it exists; deletions of wraps and receipts concern nobody but their addressee.
 * @param signsStreams whether that author has, or had, a stream here; asked only for kinds 5 and 62.
 */
export function gateOf(
  event: Pick<NostrEvent, 'kind' | 'pubkey' | 'tags'>,
  signsStreams: (author: string) => boolean,
): Gate {
  if (isAddressedKind(event.kind)) return 'addressee';
  if (event.kind === KINDS.tileBatch || event.kind === KINDS.remote) return 'stream';
  if (event.kind === KINDS.access) return 'author';
  if (event.kind !== KINDS.deletion && event.kind !== KINDS.vanish) return 'open';
  if (namesStream(event) || signsStreams(event.pubkey)) return 'stream';
  return namesAddressed(event) ? 'author' : 'open';
}

function namesStream(event: Pick<NostrEvent, 'tags'>): boolean {
  return event.tags.some(
    ([name, value]) =>
      (name === 'k' && isStreamKind(Number(value))) || (name === 'a' && value?.startsWith(`${KINDS.access}:`)),
  );
}

function namesAddressed(event: Pick<NostrEvent, 'tags'>): boolean {
  return event.tags.some(([name, value]) => name === 'k' && isAddressedKind(Number(value)));
}

/** What a connection may be served: a value, computed anew for each command and each delivery. */
export interface Sight {
  readonly open: boolean;
  /** Keys that the connection has proven, hex. */
  readonly keys: ReadonlySet<string>;
  /** Stream authors that it may read: its own keys and those whose access event lists one of them. */
  readonly streams: ReadonlySet<string>;
  /** A relay that is kept equal with this one: everything but what each relay says itself. */
  readonly all?: boolean;
}

/** For whoever reads a store of his own as a relay that is kept equal would be served it. */
export const PEER_SIGHT: Sight = { open: true, keys: new Set(), streams: new Set(), all: true };

/** One filter of NIP-01 restricted to one audience. */
export interface GatedFilter {
  readonly gate: Gate;
  readonly filter: Filter;
}

/** Splits a filter into the parts that may be run; [] = nothing that is asked for can be seen. */
export function permittedParts(filter: Filter, sight: Sight): GatedFilter[] {
  const parts: GatedFilter[] = [];
  const add = (gate: Gate, restricted: Filter | null) => {
    if (restricted) parts.push({ gate, filter: restricted });
  };
  if (sight.all) return partsOfPeer(filter);
  if (sight.open) add('open', filter);
  add('stream', restrict(filter, 'authors', sight.streams));
  add('author', restrict(filter, 'authors', sight.keys));
  add('addressee', restrict(filter, '#p', sight.keys));
  return parts;
}

/** Receipts and words to members are each relay's own. */
function partsOfPeer(filter: Filter): GatedFilter[] {
  const wraps = (filter.kinds ?? [KINDS.wrap]).filter((kind) => kind === KINDS.wrap);
  return [
    { gate: 'open', filter },
    { gate: 'stream', filter },
    { gate: 'author', filter },
    ...(wraps.length > 0 ? [{ gate: 'addressee' as const, filter: { ...filter, kinds: wraps } }] : []),
  ];
}

function restrict(filter: Filter, field: 'authors' | '#p', allowed: ReadonlySet<string>): Filter | null {
  const asked = filter[field];
  const values = asked ? asked.filter((value) => allowed.has(value)) : [...allowed];
  return values.length > 0 ? { ...filter, [field]: values } : null;
}

/** The same decision for one event: the truth table of `specs/relay.md`. */
export function mayBeServed(event: NostrEvent, gate: Gate, sight: Sight): boolean {
  if (sight.all) return gate !== 'addressee' || event.kind === KINDS.wrap;
  if (gate === 'open') return sight.open;
  if (gate === 'stream') return sight.streams.has(event.pubkey);
  if (gate === 'author') return sight.keys.has(event.pubkey);
  return event.tags.some(([name, value]) => name === 'p' && value !== undefined && sight.keys.has(value));
}

/** True where a filter asks only for kinds that are never public: decides by the question, not by what is stored. */
export function asksOnlyPrivate(filter: Filter): boolean {
  const kinds = filter.kinds ?? [];
  return kinds.length > 0 && kinds.every((kind) => PRIVATE_KINDS.includes(kind));
}
