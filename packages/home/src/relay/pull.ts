// Two relays of one operator kept equal: each asks the other what it lacks (NIP-77), fetches it and takes it in by its own rules. Both pull, nobody
// pushes: so what one was asked to delete is deleted at the other by the same request, and no key of an author is needed.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Filter, HaleError, KINDS, type VerifiedEvent } from '@hale/kernel';
import type { ItemVector } from '@hale/relay/client';
import {
  type Management,
  PEER_SIGHT,
  permittedParts,
  ReconciledSet,
  type RelayPolicy,
  refusalOfForm,
  settle,
} from '@hale/relay/server';
import { RelayConnection } from '../net/connect.ts';
import type { EventStore } from '../store/events.ts';
import { HOST_LIMITS } from './limits.ts';

export interface PullReport {
  /** Events that the other has and this one lacked. */
  readonly lacked: number;
  /** Of these taken in; the others were refused by this relay's rules, or gone by then. */
  readonly taken: number;
  /** Events that the other lacks: it will pull them. */
  readonly ahead: number;
}

export interface PullOptions {
  readonly url: string;
  /** This relay's own key: the other lists it among its peers. */
  readonly secret: Uint8Array;
  readonly store: EventStore;
  readonly policy: RelayPolicy;
  readonly management: Management;
  readonly filter?: Filter;
  /** Unix seconds. */
  readonly now: () => number;
}

/** @throws HaleError 'not-permitted' · 'unavailable' · 'malformed' · 'full' */
export async function pullFrom(options: PullOptions): Promise<PullReport> {
  const { url, secret, filter = {} } = options;
  const connection = new RelayConnection({ url, admission: secret, keys: [secret] });
  try {
    await connection.connect();
    const items = await ownItems(options, filter);
    const { have, need } = await connection.reconcile(filter, items);
    let taken = 0;
    const ids = [...need];
    for (let from = 0; from < ids.length; from += HOST_LIMITS.pulledAtOnceMax) {
      const events = await connection.query([{ ids: ids.slice(from, from + HOST_LIMITS.pulledAtOnceMax) }]);
      taken += takeIn(options, events);
    }
    return { lacked: need.size, taken, ahead: have.size };
  } finally {
    await connection.close();
  }
}

async function ownItems({ store, now }: PullOptions, filter: Filter): Promise<ItemVector> {
  const set = new ReconciledSet(store, permittedParts(filter, PEER_SIGHT), now());
  while (!set.items) {
    if (set.isTooLarge) throw new HaleError('too-large', 'this relay holds more events than can be reconciled at once');
    set.step(now());
    await nextTurn();
  }
  return set.items;
}

/** One commit. Streams come before what is said about them, oldest first: whom a deletion concerns is told by what is there. */
function takeIn({ store, policy, management, now }: PullOptions, events: readonly VerifiedEvent[]): number {
  const ofStream = ({ kind }: VerifiedEvent) => (kind === KINDS.access || kind === KINDS.tileBatch ? 0 : 1);
  const ordered = [...events].sort((a, b) => ofStream(a) - ofStream(b) || a.created_at - b.created_at);
  const permitted = ordered.filter(
    (event) => refusalOfForm(event, policy, now()) === null && management.refusalOf(event) === null,
  );
  return store.transact(() => permitted.filter((event) => settle(store, event).accepted)).length;
}
