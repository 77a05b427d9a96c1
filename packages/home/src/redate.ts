// An event that a wrong clock dated in the future is refused by every relay: the same content is signed again with the date of now.

import { randomBytes } from 'node:crypto';
import { blurredDate, KINDS, maskedDate, toHex, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { Home } from './home.ts';

/** The event that takes its place in the store and the queue; null where its author is not ours (a gift wrap's one-time key). */
export function redate(home: Home, event: VerifiedEvent): VerifiedEvent | null {
  const secret = home.secretOf(event.pubkey);
  const now = Math.floor(home.nowMicros() / 1e6);
  if (!secret || event.created_at <= now) return null;
  const { kind, tags, content } = event;
  // An access list has to be newer than the one before it, a request to vanish than what it is about (which was redated before it);
  // everything else must not tell when it was made.
  const isExact = kind === KINDS.access || kind === KINDS.vanish;
  const created_at = isExact ? now : dated(home, event, now);
  const fresh = signEvent(
    { kind, created_at, tags: tags.map((tag) => [...tag]), content },
    secret,
    new Uint8Array(randomBytes(32)),
  );
  home.vault.store.transact(() => home.vault.store.replaceEvent(event.id, fresh));
  if (kind === KINDS.tileBatch) home.vault.rooms.box.forgetBatches();
  return fresh;
}

/** As the vault dates it: readers of a stream know by its date what a head could tell of. */
function dated(home: Home, { kind, pubkey, content }: VerifiedEvent, now: number): number {
  const stream = home.vault.streams().find(({ author }) => toHex(author) === pubkey);
  return kind === KINDS.tileBatch && stream
    ? maskedDate(now, stream.dateKey, content)
    : blurredDate(now, randomBytes(4));
}
