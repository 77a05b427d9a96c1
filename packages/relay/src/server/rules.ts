// What happens to the store when an event comes in: NIP-01 kinds, NIP-09, NIP-62. Runs inside a transaction; who may
// publish was decided before (admission.ts).
import { type Filter, KINDS, kindClass, type NostrEvent, type VerifiedEvent } from '@hale/kernel';
import { addressOf } from './address.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { gateOf, isAddressedKind } from './gate.ts';
import type { Quota } from './quota.ts';
import type { RelayStore } from './store.ts';

/** What OK says, and whether subscribers hear of the event. */
export interface Verdict {
  readonly accepted: boolean;
  /** '' or a text with a prefix of NIP-01. */
  readonly message: string;
  readonly live: boolean;
  /** What the relay itself wrote because of it, stored with it. */
  readonly also?: readonly VerifiedEvent[];
}

const stored: Verdict = { accepted: true, message: '', live: true };
const duplicate: Verdict = { accepted: true, message: 'duplicate: already here', live: false };
const refused = (message: string): Verdict => ({ accepted: false, message, live: false });

/** Applies one event whose publication is permitted. @param quota null = its author may keep as much as she likes */
export function settle(
  store: RelayStore,
  event: VerifiedEvent,
  faults: Faults = NO_FAULTS,
  quota: Quota | null = null,
): Verdict {
  if (event.kind === KINDS.token) return quota?.spend(event) ?? refused('restricted: no tokens are needed here');
  if (store.hasRequests(owners(event))) {
    // What is here was not asked to go.
    if (store.has(event.id)) return duplicate;
    if (!faults.tombstoneForgotten) {
      if (hasVanished(store, event)) return refused('blocked: its author has vanished from this relay');
      if (wasDeleted(store, event)) return refused('blocked: it was deleted by its author');
    }
  }
  const overQuota = quota?.refusalOf(event) ?? null;
  if (overQuota !== null) return store.has(event.id) ? duplicate : refused(overQuota);
  if (event.kind === KINDS.deletion) return applyDeletion(store, event);
  if (event.kind === KINDS.vanish) return applyVanish(store, event);
  switch (kindClass(event.kind)) {
    case 'ephemeral':
      return stored;
    case 'regular':
      return store.put(event) ? stored : duplicate;
    default:
      return replace(store, event, faults);
  }
}

/** Who may have an event deleted: its author, and the addressee of what is addressed (NIP-59). */
function owners(event: NostrEvent): string[] {
  const addressees = isAddressedKind(event.kind)
    ? event.tags.filter(([name, value]) => name === 'p' && isHex64(value)).map(([, value]) => value)
    : [];
  return [event.pubkey, ...addressees];
}

function isHex64(value: string | undefined): boolean {
  return value !== undefined && /^[0-9a-f]{64}$/.test(value);
}

/** The kept requests are the tombstones: nothing else remembers what was deleted, so nothing can disagree with them. */
function wasDeleted(store: RelayStore, event: NostrEvent): boolean {
  if (event.kind === KINDS.deletion || event.kind === KINDS.vanish) return false;
  const deletions = { kinds: [KINDS.deletion], limit: 1 };
  if (store.find({ ...deletions, authors: owners(event), '#e': [event.id] }).length > 0) return true;
  const address = addressOf(event);
  if (address === null) return false;
  return store.find({ ...deletions, authors: [event.pubkey], '#a': [address], since: event.created_at }).length > 0;
}

function hasVanished(store: RelayStore, event: NostrEvent): boolean {
  const request = { kinds: [KINDS.vanish], authors: owners(event), since: event.created_at, limit: 1 };
  return event.kind !== KINDS.vanish && store.find(request).length > 0;
}

/** NIP-09. The request itself is kept for ever; against another request it has no effect. */
function applyDeletion(store: RelayStore, request: VerifiedEvent): Verdict {
  if (namesOnlyOthers(store, request)) return refused('invalid: what it names was signed by another key');
  // Stored first: whether it belongs to a stream is told by what it is about to delete.
  if (!store.put(request)) return duplicate;
  for (const [name, value] of request.tags) {
    if (name === 'e' && isHex64(value)) deleteOwned(store, request, value);
    if (name === 'a' && value !== undefined) deleteAddress(store, request, value);
  }
  return stored;
}

/**
 * Does it name something, and nothing but what somebody else signed? Only kinds that everybody is served count as there: the answer must tell
 * nothing about the rest.
 */
function namesOnlyOthers(store: RelayStore, request: VerifiedEvent): boolean {
  const named = request.tags.filter(([name, value]) => (name === 'e' && isHex64(value)) || name === 'a');
  return named.length > 0 && named.every(([name, value]) => isOfAnother(store, request, name, value));
}

function isOfAnother(store: RelayStore, request: VerifiedEvent, name: string, value = ''): boolean {
  if (name === 'a') return !value.includes(`:${request.pubkey}:`);
  const event = store.get(value);
  return event !== null && event.pubkey !== request.pubkey && gateOf(event, () => true) === 'open';
}

function deleteOwned(store: RelayStore, request: VerifiedEvent, id: string): void {
  const event = store.get(id);
  if (!event || event.kind === KINDS.deletion || event.kind === KINDS.vanish) return;
  if (owners(event).includes(request.pubkey)) store.deleteById(id, 'by-author');
}

/** All versions up to the time of the request. */
function deleteAddress(store: RelayStore, request: VerifiedEvent, address: string): void {
  const [, kindText = '', pubkey = ''] = /^([0-9]{1,5}):([0-9a-f]{64}):/.exec(address) ?? [];
  if (pubkey !== request.pubkey) return;
  if (kindText !== String(Number(kindText))) return;
  for (const { id, created_at } of store.versions(address))
    if (created_at <= request.created_at) store.deleteById(id, 'by-author');
}

const STORED_ADDRESSED = [KINDS.wrap, KINDS.receipt, KINDS.memberAdded, KINDS.memberRemoved];

/** NIP-62: all of that key up to the request, deletions too, and what was addressed to it. */
function applyVanish(store: RelayStore, request: VerifiedEvent): Verdict {
  if (!store.put(request)) return duplicate;
  const until = request.created_at;
  const own: Filter = { authors: [request.pubkey], until };
  const addressed: Filter = { kinds: STORED_ADDRESSED, '#p': [request.pubkey], until };
  const kept = new Set(store.find({ ...own, kinds: [KINDS.vanish] }).map(({ id }) => id));
  for (const { id } of [...store.find(own), ...store.find(addressed)]) {
    if (!kept.has(id)) store.deleteById(id, 'vanished');
  }
  store.forgetReceipts(request.pubkey);
  store.forgetAuthor(request.pubkey);
  return stored;
}

function replace(store: RelayStore, event: VerifiedEvent, faults: Faults): Verdict {
  const versions = store.versions(addressOf(event) ?? '');
  if (versions.some(({ id }) => id === event.id)) return duplicate;
  const byArrival = faults.accessByArrival && event.kind === KINDS.access;
  const newer = versions.some(
    ({ id, created_at }) => created_at > event.created_at || (created_at === event.created_at && id < event.id),
  );
  if (newer && !byArrival) return refused('invalid: this is not the newest version');
  if (!faults.oldRevisionServed) for (const { id } of versions) store.deleteById(id, 'replaced');
  store.put(event);
  return stored;
}
