// The recipient's side: grants that came to this home's key, and links; opened at the relays that hold them, with what is missing said.
import {
  type GrantConnection,
  GrantSession,
  isLockerLink,
  type MoreEntry,
  parseLink,
  type ReaderKeys,
  type ReaderMemory,
  relaysOfLink,
} from '@hale/consent';
import {
  base64Decode,
  concatBytes,
  decodeCbor,
  equalBytes,
  fromHex,
  HaleError,
  normalizeRelayUrl,
  sha256,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { unwrapGift, unwrapHybrid } from '@hale/kernel/open';
import * as v from 'valibot';
import type { InboxItem } from './api.ts';
import type { Home } from './home.ts';
import { RelayConnection } from './net/connect.ts';
import { ownWraps } from './post-box.ts';
import { GRANT_MESSAGE_KIND } from './recipients.ts';
import { ROOM_LIMITS } from './room/limits.ts';

export interface ReceivedGrant {
  /** First 16 hex digits of the grant's author; of a hash where another grant of the inbox has those. */
  id: string;
  key: Uint8Array;
  author: string;
  relays: string[];
  /** npub in hex of who sent it, '' for a link. */
  from: string;
  at: number;
  /** What was last known of it, for the time when its relay answers no more. */
  seen?: InboxItem;
  /** The person opened it: from then on its sender is known, and what he sends is looked at without being asked for. */
  opened?: boolean;
  /** The grant whose stream named this one. */
  via?: string;
  /** What was last asked for beyond it. */
  asked?: { at: number; kinds: string[]; why: string };
  /** Microseconds: when it was handed over at this desk, in the room. */
  visit?: number;
  /** Taken out of the inbox; kept so that its message does not bring it back. */
  removed?: boolean;
}

const payloadShape = v.object({
  v: v.literal(1),
  grantKey: v.instance(Uint8Array),
  author: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  relays: v.array(v.pipe(v.string(), v.maxLength(512))),
});

const STATE = 'received';
const QUERY_TIMEOUT_MILLIS = 20_000;

/** Relays looked at for one grant. */
const RELAYS_MAX = 8;

function everReceived(home: Home): ReceivedGrant[] {
  const sealed = home.vault.store.state(STATE);
  return sealed ? (home.local.open(STATE, sealed) as ReceivedGrant[]) : [];
}

export function receivedGrants(home: Home): ReceivedGrant[] {
  return everReceived(home).filter((grant) => !grant.removed);
}

function keep(home: Home, grants: ReceivedGrant[]): void {
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, grants)));
}

/** Whoever knows the author alone (a relay does) must not be able to take the place of the grant. */
const isSame = (one: ReceivedGrant, other: ReceivedGrant): boolean =>
  one.author === other.author && equalBytes(one.key, other.key);

function change(home: Home, grant: ReceivedGrant, changed: Partial<ReceivedGrant>): void {
  keep(
    home,
    everReceived(home).map((known) => (isSame(known, grant) ? { ...known, ...changed } : known)),
  );
}

export function keepSeen(home: Home, grant: ReceivedGrant, seen: InboxItem): void {
  change(home, grant, { seen });
}

/** The person asked for it to be opened. */
export function keepOpened(home: Home, grant: ReceivedGrant): void {
  if (!grant.opened) change(home, grant, { opened: true });
}

export function keepAsked(home: Home, grant: ReceivedGrant, asked: ReceivedGrant['asked']): void {
  if (asked) change(home, grant, { asked });
}

/** A further grant that the stream of one named: from the same person, who is known. What was removed stays removed. */
export function keepMore(home: Home, { id: via, from, relays: where }: ReceivedGrant, more: MoreEntry): void {
  const known = everReceived(home);
  const relays = more.relays.length > 0 ? validRelays(more.relays) : where;
  const { author, grantKey: key, time: at } = more;
  const grant: ReceivedGrant = { id: author.slice(0, 16), key, author, relays, from, at, via, opened: true };
  const same = known.find((other) => isSame(other, grant));
  if (!same) keep(home, [...known, { ...grant, id: freeId(known, grant) }]);
  else if (same.via === undefined && !same.removed) change(home, same, { via, opened: true });
}

/** Takes a grant out of the inbox for good. @throws HaleError 'not-found' */
export function removeReceived(home: Home, id: string): ReceivedGrant {
  const grant = findReceived(home, id);
  change(home, grant, { removed: true });
  home.vault.store.transact(() => home.vault.store.setState(memoryName(home, grant), null));
  return grant;
}

/**
 * The relays of a grant that may be asked without the person having said so: a stranger who names relays would learn when and from
 * where she reads her messages, and could have her machine speak to any address.
 */
export function relaysToAsk(home: Home, grant: ReceivedGrant): string[] {
  const relays = validRelays(grant.relays);
  const isKnown = grant.from === '' || everReceived(home).some(({ from, opened }) => opened && from === grant.from);
  if (isKnown) return relays;
  const own = new Set([...home.network.urls(), ...(home.embedded ? [home.embedded.url] : [])]);
  return relays.filter((url) => own.has(url));
}

/** Wraps that were opened since this home was: opening one costs two multiplications on the curve. */
const wrapsRead = new WeakMap<Home, Set<string>>();

/** Asks the post boxes for gift wraps and keeps the grants in them. What is broken or not a grant is counted, never shown. */
export async function fetchInbox(home: Home): Promise<{ unreadable: number }> {
  const wraps = await ownWraps(home);
  const known = everReceived(home);
  let unreadable = 0;
  const read = wrapsRead.get(home) ?? new Set<string>();
  wrapsRead.set(home, read);
  for (const wrap of wraps) {
    if (read.has(wrap.id)) continue;
    const grant = openWrap(home, wrap);
    if (grant === 'unreadable') unreadable++;
    else read.add(wrap.id);
    if (grant === null || grant === 'unreadable') continue;
    if (!known.some((other) => isSame(other, grant))) known.push({ ...grant, id: freeId(known, grant) });
  }
  keep(home, known);
  return { unreadable };
}

/**
 * Keeps a grant that its owner handed over in the room. Somebody stood there, so its sender is known from now on.
 * @throws HaleError 'malformed' for a wrap that holds no grant for this home
 */
export function takeHandedOver(home: Home, wrap: VerifiedEvent): ReceivedGrant {
  const opened = openWrap(home, wrap);
  if (opened === null || opened === 'unreadable')
    throw new HaleError('malformed', 'what was handed over holds no grant for this desk');
  const known = everReceived(home);
  const grant = { ...opened, id: freeId(known, opened), opened: true, visit: home.nowMicros() };
  if (known.some((other) => isSame(other, grant))) throw new HaleError('conflict', 'this grant came before');
  keep(home, [...known, grant]);
  return grant;
}

/**
 * When the same person was last at this desk before the visit of a grant. The same: who sends, and whose data it is by name; a mother shows
 * her own and her child's. Grants that were taken out of the list count as well.
 * @returns null: this is the first visit
 */
export function visitBefore(home: Home, { from, visit = 0, seen }: ReceivedGrant): number | null {
  const limit = visit - ROOM_LIMITS.sameVisitHours * 3_600e6;
  const times = everReceived(home).flatMap((other) =>
    other.visit !== undefined && other.visit < limit && other.from === from && other.seen?.name === seen?.name
      ? [other.visit]
      : [],
  );
  return times.length === 0 ? null : Math.max(...times);
}

function freeId(known: ReceivedGrant[], { id, author, key }: ReceivedGrant): string {
  if (!known.some((other) => other.id === id)) return id;
  return toHex(sha256(concatBytes(fromHex(author, 32), key))).slice(0, id.length);
}

/** What a sender named, reduced to addresses of relays. */
function validRelays(named: string[]): string[] {
  const valid = new Set<string>();
  for (const text of named) {
    if (valid.size === RELAYS_MAX) break;
    try {
      const url = normalizeRelayUrl(text);
      if (URL.canParse(url)) valid.add(url);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
    }
  }
  return [...valid];
}

function openWrap(home: Home, wrap: VerifiedEvent): ReceivedGrant | 'unreadable' | null {
  try {
    const rumor = unwrapGift(wrap, home.keys.identity);
    if (!rumor || rumor.kind !== GRANT_MESSAGE_KIND) return null;
    const envelope = base64Decode(rumor.content);
    const { kemSeed } = home.keys;
    const opened =
      unwrapHybrid(envelope, { secret: home.keys.inboxSecret, kemSeed }) ??
      unwrapHybrid(envelope, { secret: home.keys.identity, kemSeed });
    if (!opened) return 'unreadable';
    const parsed = v.safeParse(payloadShape, decodeCbor(opened.payload));
    if (!parsed.success || parsed.output.grantKey.length !== 32) return 'unreadable';
    const { grantKey, author, relays: named } = parsed.output;
    const relays = validRelays(named);
    return { id: author.slice(0, 16), key: grantKey, author, relays, from: rumor.pubkey, at: rumor.created_at * 1e6 };
  } catch (error) {
    if (error instanceof HaleError) return 'unreadable';
    throw error;
  }
}

/** A grant by its id in the inbox, or by a link. */
export function findReceived(home: Home | null, text: string): ReceivedGrant {
  if (text.includes('#') || text.includes('://')) {
    if (isLockerLink(text.trim()))
      throw new HaleError('unsupported', 'this link asks for a PIN, or belongs to one browser; open it in a browser');
    const link = parseLink(text.trim());
    const relays = relaysOfLink(link);
    return { id: link.author.slice(0, 16), key: link.grantKey, author: link.author, relays, from: '', at: 0 };
  }
  const similar = home ? receivedGrants(home).filter((grant) => text.length >= 4 && grant.id.startsWith(text)) : [];
  const exact = similar.filter((grant) => grant.id === text);
  const found = exact.length === 1 ? exact : similar;
  if (found.length !== 1)
    throw new HaleError('not-found', 'no such grant in the inbox; `hale inbox` shows what was shared with you');
  return found[0];
}

/** A connection to the relays of one grant, as its reader. */
export function grantSession(grant: ReceivedGrant, memory?: ReaderMemory): GrantSession<ReceivedGrant> {
  return new GrantSession(grant, connectAsReader, memory);
}

async function connectAsReader(url: string, { author, secretOf }: ReaderKeys): Promise<GrantConnection> {
  const secret = secretOf(author);
  const connection = new RelayConnection({ url, admission: secret, keys: [secret] });
  try {
    await withTimeout(connection.connect(), QUERY_TIMEOUT_MILLIS);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    queryAll: (filter) => connection.queryAll(filter, { timeoutMs: QUERY_TIMEOUT_MILLIS }),
    addKey: (key) => connection.addKey(key),
    subscribe: (filters, handlers) => connection.subscribe(filters, handlers),
    publish: async (event) => (await connection.publish(event)).outcome === 'ok',
    close: () => connection.close(),
  };
}

function withTimeout<T>(promise: Promise<T>, millis: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HaleError('unavailable', 'the relay does not answer')), millis);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const memoryText = (grant: ReceivedGrant): string => `memory/${grant.id}`;
const memoryName = (home: Home, grant: ReceivedGrant): string => home.local.name(memoryText(grant));

export function readerMemory(home: Home | null, grant: ReceivedGrant): ReaderMemory | undefined {
  const sealed = home?.vault.store.state(memoryName(home, grant));
  return home && sealed ? (home.local.open(memoryText(grant), sealed) as ReaderMemory) : undefined;
}

export function keepMemory(home: Home, grant: ReceivedGrant, memory: ReaderMemory): void {
  const sealed = home.local.seal(memoryText(grant), memory);
  home.vault.store.transact(() => home.vault.store.setState(memoryName(home, grant), sealed));
}

/** Stores written by the first version named what was seen of a grant after its author, in clear. */
export function hideMemoryNames(home: Home): void {
  const old = home.events.database.prepare('SELECT name, value FROM vault_state WHERE name >= ? AND name < ?');
  const rows = old.all(Buffer.from('memory/'), Buffer.from('memory0')) as { name: Uint8Array; value: Uint8Array }[];
  if (rows.length === 0) return;
  home.vault.store.transact(() => {
    for (const { name, value } of rows) {
      const text = Buffer.from(name).toString();
      const memory = home.local.open('memory', value);
      home.vault.store.setState(home.local.name(text), home.local.seal(text, memory));
      home.vault.store.setState(text, null);
    }
  });
}
