// Receipts: the relay's own signed word that it served tiles, and to which key. They say "served", never "read".
import { dayStart, type EventTemplate, KINDS, tagValue, type VerifiedEvent } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import type { RelayStore } from './store.ts';

/** The relay's key, held by the host: signing and NIP-44 sealing need a secret that this room never sees. */
export interface RelaySigner {
  /** x-only public key, hex. */
  readonly pubkey: string;
  sign(template: EventTemplate): VerifiedEvent;
  /** NIP-44 v2 from the relay's key to `pubkey`. */
  sealTo(pubkey: string, plaintext: string): string;
}

/** What a receipt (kind 1981) holds, sealed to the stream author. */
export interface ReceiptContent {
  /** 0 for the first receipt of this author at this relay, then without gap. */
  readonly number: number;
  /** Event id of the receipt before, '' for the first. */
  readonly previous: string;
  /** The reader's key as the access event names it. */
  readonly reader: string;
  /** Id (SHA-256) of the event with which that key proved itself. */
  readonly auth: string;
  /** Full hour, Unix seconds, in which the serving ended. */
  readonly hour: number;
  readonly events: number;
  /** Bytes of the events' contents as sent. */
  readonly bytes: number;
  /** Label → first and last UTC day number. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** Ids of the tile batches where they are few. */
  readonly ids?: readonly string[];
}

/** Tiles of one author served to one reader, gathering into a receipt. */
export interface Served {
  readonly author: string;
  readonly reader: string;
  readonly auth: string;
  /** Unix seconds of the first and the last event. */
  readonly since: number;
  until: number;
  events: number;
  bytes: number;
  readonly ids: string[];
  readonly ranges: Map<string, [number, number]>;
}

export function newServed(author: string, reader: string, auth: string, now: number): Served {
  return { author, reader, auth, since: now, until: now, events: 0, bytes: 0, ids: [], ranges: new Map() };
}

export function addServed(serving: Served, batch: VerifiedEvent, now: number): void {
  serving.until = now;
  serving.events += 1;
  serving.bytes += batch.content.length;
  if (serving.ids.length <= RELAY_LIMITS.receiptIdsMax) serving.ids.push(batch.id);
  const label = tagValue(batch, 'l') ?? '';
  const day = Number(tagValue(batch, 'u') ?? 0);
  const range = serving.ranges.get(label);
  if (range) {
    range[0] = Math.min(range[0], day);
    range[1] = Math.max(range[1], day);
  } else {
    serving.ranges.set(label, [day, day]);
  }
}

/** Writes one receipt and moves the author's chain on; runs inside a transaction. */
export function writeReceipt(store: RelayStore, signer: RelaySigner, serving: Served, now: number): VerifiedEvent {
  const head = store.receiptHead(serving.author);
  const number = head ? head.number + 1 : 0;
  const today = dayStart(now);
  const content: ReceiptContent = {
    number,
    previous: head?.id ?? '',
    reader: serving.reader,
    auth: serving.auth,
    hour: serving.until - (serving.until % 3600),
    events: serving.events,
    bytes: serving.bytes,
    ranges: Object.fromEntries(serving.ranges),
    ...(serving.ids.length <= RELAY_LIMITS.receiptIdsMax ? { ids: serving.ids } : {}),
  };
  const receipt = signer.sign({
    kind: KINDS.receipt,
    // By the day: receipts of one visit would link the streams that were visited.
    created_at: today,
    tags: [['-'], ['p', serving.author], ['expiration', String(today + RELAY_LIMITS.receiptSecondsMax)]],
    content: signer.sealTo(serving.author, JSON.stringify(content)),
  });
  store.put(receipt);
  store.setReceiptHead(serving.author, { number, id: receipt.id });
  return receipt;
}
