// Receipts from relays: opened, kept sealed, then deleted where they lay. They say "served", never "read".

import { randomBytes } from 'node:crypto';
import { readerOf } from '@hale/consent';
import { blurredDate, fromHex, HaleError, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { conversationKey, decryptNip44 } from '@hale/kernel/open';
import { deriveKey, signEvent } from '@hale/kernel/seal';
import type { IssuedGrant } from '@hale/vault';
import * as v from 'valibot';
import type { GrantInfo } from './api.ts';
import type { Home } from './home.ts';
import { fetchRelayInfo } from './net/relay-info.ts';

const contentShape = v.object({
  number: v.number(),
  previous: v.string(),
  reader: v.string(),
  hour: v.number(),
  events: v.number(),
  bytes: v.number(),
  ranges: v.record(v.string(), v.tuple([v.number(), v.number()])),
});

interface KeptReceipt {
  id: string;
  /** Id of the receipt before it; missing in what the first version kept. */
  previous?: string;
  reader: string;
  hour: number;
  events: number;
  bytes: number;
  number: number;
}

/** What the first version kept: all chains in one list. */
type OldReceipt = KeptReceipt & { relay: string; author: string };

/** The receipts of one relay for one author, ascending by number. */
interface Chain {
  receipts: KeptReceipt[];
  /** Wall clock at which the newest came, micros. */
  cameMicros: number;
  isReviewed: boolean;
}

/** Relay → the key with which it signs, as it was first seen; '' where that is not known yet. */
const RELAYS = 'receipt-relays';
const OLD = 'receipts';
/** In place of an address: the relay inside this home. */
const OWN_RELAY = 'own';
/** Older ones of a chain are forgotten: one receipt is about 300 bytes. */
const CHAIN_MAX = 1000;
/** Relays give what gathered newest first: a chain is looked at once it has been quiet for so long. */
const QUIET_MICROS = 10e6;
const LOOK_MILLIS = 30_000;

function relayKeys(home: Home): Record<string, string> {
  const sealed = home.vault.store.state(RELAYS);
  return sealed ? (home.local.open(RELAYS, sealed) as Record<string, string>) : {};
}

function pin(home: Home, relay: string, key: string): void {
  const sealed = home.local.seal(RELAYS, { ...relayKeys(home), [relay]: key });
  home.vault.store.transact(() => home.vault.store.setState(RELAYS, sealed));
}

const chainText = (relay: string, author: string): string => `receipts/${relay}/${author}`;

function chainOf(home: Home, relay: string, author: string): Chain {
  const text = chainText(relay, author);
  const sealed = home.vault.store.state(home.local.name(text));
  return sealed ? (home.local.open(text, sealed) as Chain) : { receipts: [], cameMicros: 0, isReviewed: true };
}

function keepChain(home: Home, relay: string, author: string, chain: Chain): void {
  const text = chainText(relay, author);
  home.vault.store.transact(() => home.vault.store.setState(home.local.name(text), home.local.seal(text, chain)));
}

/** Authors for which receipts can come: of streams, and of the grants' own. */
function authorsOf(home: Home): string[] {
  return [
    ...home.vault.streams().map(({ author }) => author),
    ...home.grants.logs().map(({ stream }) => stream.author),
  ].map(toHex);
}

/** Stores of the first version: one list becomes a chain per relay and author. */
function splitOldReceipts(home: Home): void {
  const sealed = home.vault.store.state(OLD);
  if (!sealed) return;
  home.vault.store.transact(() => {
    for (const { relay, author, ...receipt } of home.local.open(OLD, sealed) as OldReceipt[]) {
      if (relayKeys(home)[relay] === undefined) pin(home, relay, '');
      const chain = chainOf(home, relay, author);
      keepChain(home, relay, author, { ...chain, receipts: [...chain.receipts, receipt].sort(byNumber) });
    }
    home.vault.store.setState(OLD, null);
  });
}

const byNumber = (a: KeptReceipt, b: KeptReceipt): number => a.number - b.number || (a.id < b.id ? -1 : 1);

/**
 * Keeps a receipt that only the relay itself can have signed, and queues its deletion there.
 * @returns null: known, not for us, by another key, or its relay's key has first to be asked for (it is kept when that is known)
 * @throws HaleError 'malformed' | 'not-authentic' for us and broken
 */
export function keepReceipt(home: Home, event: VerifiedEvent, relay: string): VerifiedEvent | null {
  splitOldReceipts(home);
  const key = relayKeys(home)[relay] ?? '';
  if (key === '') {
    void keepLater(home, event, relay);
    return null;
  }
  const author = addresseeOf(event);
  const secret = home.secretOf(author);
  if (!secret) return null;
  if (event.pubkey !== key) {
    home.warn('receipts-unsigned');
    return null;
  }
  const deletion = deletionOf(home, event, secret);
  const isNew = home.vault.store.transact(() => {
    if (!addToChain(home, event, relay, author, secret)) return false;
    home.vault.store.enqueue({ event: deletion, target: { post: [relay] } });
    return true;
  });
  return isNew ? deletion : null;
}

const addresseeOf = (event: VerifiedEvent): string => event.tags.find(([name]) => name === 'p')?.[1] ?? '';

function deletionOf(home: Home, event: VerifiedEvent, secret: Uint8Array): VerifiedEvent {
  const tags = [
    ['e', event.id],
    ['k', String(KINDS.receipt)],
  ];
  const created_at = blurredDate(home.nowMicros() / 1e6, randomBytes(4));
  return signEvent({ kind: KINDS.deletion, created_at, tags, content: '' }, secret, new Uint8Array(randomBytes(32)));
}

/** False when it was there already. */
function addToChain(home: Home, event: VerifiedEvent, relay: string, author: string, secret: Uint8Array): boolean {
  const chain = chainOf(home, relay, author);
  if (chain.receipts.some(({ id }) => id === event.id)) return false;
  const now = home.nowMicros();
  const receipt = openReceipt(event, secret);
  // Nothing was handed out after it was said: a date that lies ahead would be a look for as long (idle.ts).
  const hour = Math.min(receipt.hour, now / 1e6);
  const receipts = [...chain.receipts, { ...receipt, hour }].sort(byNumber);
  keepChain(home, relay, author, {
    receipts: receipts.slice(-CHAIN_MAX),
    cameMicros: now,
    isReviewed: false,
  });
  return true;
}

/** @throws HaleError 'malformed' | 'not-authentic' */
function openReceipt(event: VerifiedEvent, secret: Uint8Array): KeptReceipt {
  const text = decryptNip44(event.content, conversationKey(secret, fromHex(event.pubkey, 32)));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), contentShape), text);
  if (!parsed.success) throw new HaleError('malformed', 'a receipt has another shape than ours');
  const { reader, hour, events, bytes, number, previous } = parsed.output;
  return { id: event.id, previous, reader, hour, events, bytes, number };
}

/** Receipts that wait for the key of their relay. */
const waiting = new WeakMap<Home, Map<string, VerifiedEvent[]>>();
/** In one relay's waiting room; what is beyond comes again with the next connection. */
const WAITING_MAX = 1000;

async function keepLater(home: Home, event: VerifiedEvent, relay: string): Promise<void> {
  const rooms = waiting.get(home) ?? new Map<string, VerifiedEvent[]>();
  waiting.set(home, rooms);
  const room = rooms.get(relay);
  if (room) {
    if (room.length < WAITING_MAX) room.push(event);
    return;
  }
  const events = [event];
  rooms.set(relay, events);
  const info = await fetchRelayInfo(relay).catch(() => null);
  rooms.delete(relay);
  if (!info?.self || !home.events.database.isOpen) return;
  const key = info.self;
  home.guard('receipt', () => {
    pin(home, relay, key);
    for (const each of events) home.guard('receipt', () => keepReceipt(home, each, relay));
    home.network.wake();
  });
}

/** When each home last looked at its own relay and its chains, Date.now(). */
const looked = new WeakMap<Home, number>();

/** Takes in what the embedded relay wrote into the home's own store, and looks at chains that came to rest. Cheap when called each second. */
export function collectOwnReceipts(home: Home, nowMillis = Date.now()): void {
  const last = looked.get(home);
  if (last !== undefined && nowMillis >= last && nowMillis - last < LOOK_MILLIS) return;
  looked.set(home, nowMillis);
  splitOldReceipts(home);
  if (home.embedded) takeOwn(home);
  for (const relay of Object.keys(relayKeys(home))) for (const author of authorsOf(home)) review(home, relay, author);
}

function takeOwn(home: Home): void {
  const key = toHex(schnorrPublic(deriveKey(home.keys.storageKey, 'relay-key')));
  if (relayKeys(home)[OWN_RELAY] !== key) pin(home, OWN_RELAY, key);
  for (const author of authorsOf(home))
    for (const event of home.events.query({ kinds: [KINDS.receipt], '#p': [author] })) {
      const secret = home.secretOf(author);
      if (!secret || event.pubkey !== key) continue;
      home.events.transact(() => {
        addToChain(home, event, OWN_RELAY, author, secret);
        home.events.deleteById(event.id);
      });
    }
}

/** Numbers without holes, each naming the one before: else the relay left something out, or wrote two histories. */
function review(home: Home, relay: string, author: string): void {
  const chain = chainOf(home, relay, author);
  const isQuiet = Math.abs(home.nowMicros() - chain.cameMicros) >= QUIET_MICROS;
  if (chain.isReviewed || !isQuiet) return;
  chain.receipts.forEach((receipt, i) => {
    const before = chain.receipts[i - 1];
    if (!before) return;
    if (receipt.number > before.number + 1) home.warn('receipts-hole');
    else if (receipt.number === before.number || (receipt.previous !== undefined && receipt.previous !== before.id))
      home.warn('receipts-contradict');
  });
  keepChain(home, relay, author, { ...chain, isReviewed: true });
}

/** The hour in which a relay last served anything to the reader of a grant, micros: series, records or the grant's own entries. null: none said so. */
export function lastServed(home: Home, { record, owner }: IssuedGrant): number | null {
  splitOldReceipts(home);
  const streams = record.streams.flatMap(({ key }) => home.vault.findStream(record.subject, key)?.author ?? []);
  const copies = owner.copiesAuthor === null ? [] : [owner.copiesAuthor];
  let last: number | null = null;
  for (const author of [...streams.map(toHex), ...copies, owner.grantAuthor]) {
    const reader = readerOf(record.key, author);
    for (const relay of Object.keys(relayKeys(home)))
      for (const receipt of chainOf(home, relay, author).receipts)
        if (receipt.reader === reader) last = Math.max(last ?? 0, receipt.hour * 1e6);
  }
  return last;
}

/** What relays say they served to the reader of one grant: of its series, and of its health records, whose key is ''. */
export function servedTo(home: Home, { record, owner }: IssuedGrant): GrantInfo['served'] {
  splitOldReceipts(home);
  const authors = record.streams.flatMap(({ key }) => {
    const stream = home.vault.findStream(record.subject, key);
    return stream ? [{ key, author: toHex(stream.author) }] : [];
  });
  if (owner.copiesAuthor !== null) authors.push({ key: '', author: owner.copiesAuthor });
  return authors.flatMap(({ key, author }) => {
    const reader = readerOf(record.key, author);
    return Object.keys(relayKeys(home)).flatMap((relay) =>
      chainOf(home, relay, author)
        .receipts.filter((receipt) => receipt.reader === reader)
        .map((receipt) => ({
          relay: relay === OWN_RELAY ? (home.embedded?.url ?? 'this home') : relay,
          hourMicros: receipt.hour * 1e6,
          stream: key,
          tiles: receipt.events,
          bytes: receipt.bytes,
        })),
    );
  });
}
