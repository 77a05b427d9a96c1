// The recipient's side: grants that came to this home's key, and links; opened at the relays that hold them, with what is missing said.
import {
  GrantReader,
  LATEST_MICROS,
  type MoreEntry,
  parseLink,
  type ReaderMemory,
  type StreamEntry,
} from '@hale/consent';
import {
  base64Decode,
  concatBytes,
  decodeBatch,
  decodeCbor,
  equalBytes,
  type Filter,
  fromHex,
  HaleError,
  KINDS,
  type Level,
  normalizeRelayUrl,
  sha256,
  sinceDayOf,
  slotRange,
  slotSeconds,
  slotStart,
  type Tile,
  toHex,
  utcDayOf,
  type VerifiedEvent,
} from '@hale/kernel';
import { unwrapGift, unwrapHybrid } from '@hale/kernel/open';
import * as v from 'valibot';
import type { InboxItem } from './api.ts';
import type { Home } from './home.ts';
import { RelayConnection } from './net/connect.ts';
import { GRANT_MESSAGE_KIND } from './recipients.ts';

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
/** Days named in one filter; wider ranges are asked for without naming days. */
const DAYS_PER_FILTER = 400;

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

/** Asks the post boxes for gift wraps and keeps the grants in them. What is broken or not a grant is counted, never shown. */
export async function fetchInbox(home: Home): Promise<{ unreadable: number }> {
  const wraps = new Map<string, VerifiedEvent>();
  const own = home.identityPublic();
  for (const event of home.events.query({ kinds: [KINDS.wrap], '#p': [own] })) wraps.set(event.id, event);
  for (const url of home.network.urls()) {
    const connection = home.network.personal(url);
    const answer = await connection.queryResult([{ kinds: [KINDS.wrap], '#p': [own] }], {
      timeoutMs: QUERY_TIMEOUT_MILLIS,
    });
    if (answer.outcome === 'complete') for (const event of answer.events) wraps.set(event.id, event);
  }
  const known = everReceived(home);
  let unreadable = 0;
  for (const wrap of wraps.values()) {
    const grant = openWrap(home, wrap);
    if (grant === 'unreadable') unreadable++;
    else if (grant && !known.some((other) => isSame(other, grant))) known.push({ ...grant, id: freeId(known, grant) });
  }
  keep(home, known);
  return { unreadable };
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
    const link = parseLink(text.trim());
    const relays = link.relays.length > 0 ? link.relays : [link.origin.replace(/^http/, 'ws')];
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
export class GrantSession {
  readonly grant: ReceivedGrant;
  readonly reader: GrantReader;
  readonly notices: string[] = [];
  readonly #connections: RelayConnection[] = [];
  readonly #tiles = new Map<string, { tile: Tile; publishedAt: number }>();

  constructor(grant: ReceivedGrant, memory: ReaderMemory | undefined) {
    this.grant = grant;
    this.reader = new GrantReader({ grantKey: grant.key, grantAuthor: grant.author, ...(memory ? { memory } : {}) });
  }

  /** Opens the grant's own stream at every relay that answers. @throws HaleError 'unavailable' | 'not-permitted' */
  async open(): Promise<void> {
    let refused = 0;
    for (const url of this.grant.relays) {
      try {
        await this.#connect(url);
      } catch (error) {
        if (!(error instanceof HaleError)) throw error;
        if (error.code === 'not-permitted') refused++;
      }
    }
    if (this.#connections.length === 0) {
      if (refused > 0)
        throw new HaleError(
          'not-permitted',
          'the relay does not let this grant in: it has ended, or was never published there',
        );
      throw new HaleError('unavailable', 'none of the relays that hold this grant can be reached; try again later');
    }
    await this.refresh();
  }

  async #connect(url: string): Promise<void> {
    const secret = this.reader.readerSecret(this.grant.author);
    const connection = new RelayConnection({ url, admission: secret, keys: [secret] });
    try {
      await withTimeout(connection.connect(), QUERY_TIMEOUT_MILLIS);
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.#connections.push(connection);
  }

  async refresh(): Promise<void> {
    for (const event of await this.#query({ kinds: [KINDS.tileBatch], authors: [this.grant.author] })) this.take(event);
    for (const described of this.reader.state.streams.values())
      for (const connection of this.#connections) connection.addKey(this.reader.readerSecret(described.author));
  }

  async #query(filter: Filter): Promise<VerifiedEvent[]> {
    const found = new Map<string, VerifiedEvent>();
    for (const connection of this.#connections) {
      const { events } = await connection.queryAll(filter, { timeoutMs: QUERY_TIMEOUT_MILLIS });
      for (const event of events) found.set(event.id, event);
    }
    return [...found.values()];
  }

  /** Sorts an event of a relay in: entries of the grant are folded, tiles kept. Anything else, and what is broken, is passed over. */
  take(event: VerifiedEvent): Tile[] {
    let batch: readonly Tile[];
    try {
      batch = decodeBatch(fromHex(event.pubkey, 32), base64Decode(event.content)).tiles;
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.note('A relay served something that is no batch of tiles; it was passed over.');
      return [];
    }
    const fresh: Tile[] = [];
    const publishedAt = this.reader.publishedAt(event);
    for (const tile of batch) {
      const name = toHex(tile.commitment);
      if (this.#takeEntry(event, tile) || this.#tiles.has(name)) continue;
      this.#tiles.set(name, { tile, publishedAt });
      fresh.push(tile);
    }
    return fresh;
  }

  #takeEntry(event: VerifiedEvent, tile: Tile): boolean {
    if (event.pubkey !== this.grant.author) return false;
    try {
      this.reader.receive(tile);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.note('An entry of this grant is damaged; what it said is missing.');
    }
    return true;
  }

  note(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text);
  }

  get held(): { tile: Tile; publishedAt: number }[] {
    return [...this.#tiles.values()];
  }

  /** Fetches the tiles of one stream and level that touch [from, to). */
  async fetch(described: StreamEntry, level: Level, from: number, to: number): Promise<void> {
    const label = described.labels[level];
    if (!label) throw new HaleError('not-permitted', 'this grant does not open that level of the stream');
    const range = slotRange(described.grid, level, from, to);
    const firstDay = utcDayOf(slotStart(described.grid, level, range.first));
    const lastDay = utcDayOf(slotStart(described.grid, level, Math.max(range.first, range.end - 1)));
    const filter: Filter = { kinds: [KINDS.tileBatch], authors: [described.author], '#l': [toHex(label)] };
    const days = lastDay - firstDay + 1;
    // A level with slots of a month would name every day in vain.
    const step = slotSeconds(described.grid, level) > 86_400 ? null : days;
    const narrowed =
      step !== null && days <= DAYS_PER_FILTER
        ? { ...filter, '#u': Array.from({ length: days }, (_, i) => String(firstDay + i)) }
        : filter;
    for (const event of await this.#query(narrowed)) this.take(event);
  }

  /** Days that tiles of [from, to) lie in, as heads count them. */
  daysOf(stream: number, level: Level, from: number, to: number): { fromDay: number; toDay: number } {
    const grid = this.reader.state.streams.get(stream)?.grid;
    if (!grid) throw new HaleError('not-found', 'this grant opens no such stream');
    const firstInner = slotStart(grid, level, Math.min(this.reader.innerSlots(stream, level).first, 0xffff_fffe));
    return {
      fromDay: utcDayOf(Math.min(Math.max(from, firstInner), LATEST_MICROS)),
      toDay: utcDayOf(Math.max(from, to - 1)),
    };
  }

  /** Leaves a sealed message at every relay of the grant. False when none took it. */
  async publish(event: VerifiedEvent): Promise<boolean> {
    const results = await Promise.all(this.#connections.map((connection) => connection.publish(event)));
    return results.some(({ outcome }) => outcome === 'ok');
  }

  /** Calls back for every new event of the grant and its streams until closed. */
  follow(onEvent: (event: VerifiedEvent) => void): void {
    const authors = [
      this.grant.author,
      ...[...this.reader.state.streams.values()].map((described) => described.author),
    ];
    for (const connection of this.#connections)
      connection.subscribe([{ kinds: [KINDS.tileBatch], authors, since: sinceDayOf(Date.now() / 1000 - 60) }], {
        onEvent,
      });
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
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
