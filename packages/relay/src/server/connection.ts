import type { Filter } from '@hale/kernel';
import type { Rights } from './admission.ts';
import type { Waiting } from './intake.ts';
import type { RowSource, Work } from './merge.ts';
import type { Served } from './receipts.ts';
import type { GatedRow } from './scan.ts';

/** What the host knows when a socket opens. */
export interface ConnectionInfo {
  /** Unique while open; the host's choice. */
  readonly id: string;
  /** The key that opened the socket (NIP-98 or ticket) and the id of the event that proved it; null in an open relay. */
  readonly admitted: { readonly key: string; readonly proof: string } | null;
}

/** What the host has to do. */
export type Effect =
  | { readonly to: string; readonly frame: string }
  | { readonly to: string; readonly close: { readonly code: number; readonly reason: string } };

export interface Subscription {
  readonly id: string;
  readonly filters: readonly Filter[];
  /** The stored events still to be sent; null once EOSE is due. What is stored later comes by live delivery. */
  scan: Scan | null;
}

export interface Scan {
  readonly rows: RowSource<GatedRow>;
  /** Ids that came live while it ran: they are not sent again. */
  readonly heard: Set<string>;
}

/**
 * One open socket. It knows its proven keys as long as it lives and nobody writes them down: no table, log or metric
 * maps a connection to authors.
 */
export interface Connection {
  readonly id: string;
  readonly challenge: string;
  /** Proven key → id of the event that proved it. */
  readonly proven: Map<string, string>;
  readonly subscriptions: Map<string, Subscription>;
  /** What may still be done for its questions in this turn; the rest is done page by page, when others had theirs. */
  work: Work & { readonly turn: number };
  /** Values in the filters of these. */
  filterValues: number;
  /** Stream author → tiles served and not yet in a receipt. */
  readonly servings: Map<string, Served>;
  /** Stream author → Unix second of the last receipt for this connection. */
  readonly receiptAt: Map<string, number>;
  /** Frames that wait for a verdict, or behind one that does; see intake.ts. */
  readonly waiting: Waiting[];
  /** Characters or bytes of these. */
  waitingBytes: number;
  rights: { readonly value: Rights; readonly second: number; readonly version: number } | null;
}
