// Receipts from relays: opened, kept sealed, then deleted at the relay. They say "served", never "read".

import { randomBytes } from 'node:crypto';
import { fromHex, HaleError, KINDS, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { conversationKey, decryptNip44 } from '@hale/kernel/open';
import { readerKey, signEvent } from '@hale/kernel/seal';
import type { IssuedGrant } from '@hale/vault';
import * as v from 'valibot';
import type { GrantInfo } from './api.ts';
import type { Home } from './home.ts';

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
  relay: string;
  author: string;
  reader: string;
  hour: number;
  events: number;
  bytes: number;
  number: number;
}

const STATE = 'receipts';
/** Older ones are forgotten: one receipt is about 300 bytes. */
const KEPT_MAX = 5000;

function kept(home: Home): KeptReceipt[] {
  const sealed = home.vault.store.state(STATE);
  return sealed ? (home.local.open(STATE, sealed) as KeptReceipt[]) : [];
}

/** Keeps a receipt and queues its deletion at the relay. Null: known, not for us, or unreadable. */
export function keepReceipt(home: Home, event: VerifiedEvent, relay: string): VerifiedEvent | null {
  const author = event.tags.find(([name]) => name === 'p')?.[1] ?? '';
  const secret = home.secretOf(author);
  const known = kept(home);
  if (!secret || known.some((receipt) => receipt.id === event.id)) return null;
  const parsed = v.safeParse(
    contentShape,
    JSON.parse(decryptNip44(event.content, conversationKey(secret, fromHex(event.pubkey, 32)))),
  );
  if (!parsed.success) throw new HaleError('malformed', 'a receipt has another shape than ours');
  const { reader, hour, events, bytes, number } = parsed.output;
  const previous = known
    .filter((receipt) => receipt.author === author && receipt.relay === relay)
    .reduce((most, receipt) => Math.max(most, receipt.number), -1);
  if (number > previous + 1 && previous >= 0) home.warn('A relay left receipts out: their numbers have a hole.');
  const deletion = signEvent(
    {
      kind: KINDS.deletion,
      created_at: Math.floor(home.nowMicros() / 1e6),
      tags: [
        ['e', event.id],
        ['k', String(KINDS.receipt)],
      ],
      content: '',
    },
    secret,
    new Uint8Array(randomBytes(32)),
  );
  home.vault.store.transact(() => {
    const all = [...known, { id: event.id, relay, author, reader, hour, events, bytes, number }].slice(-KEPT_MAX);
    home.vault.store.setState(STATE, home.local.seal(STATE, all));
    home.vault.store.enqueue({ event: deletion, target: { post: [relay] } });
  });
  return deletion;
}

/** What relays say they served to the reader of one grant. */
export function servedTo(home: Home, grant: IssuedGrant): GrantInfo['served'] {
  const streams = new Map<string, string>();
  for (const { key } of grant.record.streams) {
    const stream = home.vault.findStream(grant.record.subject, key);
    if (stream) streams.set(toHex(stream.author), key);
  }
  streams.set(grant.owner.grantAuthor, '');
  const readers = new Map(
    [...streams].map(([author, key]) => [toHex(schnorrPublic(readerKey(grant.record.key, fromHex(author, 32)))), key]),
  );
  return kept(home)
    .filter((receipt) => (readers.get(receipt.reader) ?? '') !== '')
    .map((receipt) => ({
      relay: receipt.relay,
      hourMicros: receipt.hour * 1e6,
      stream: readers.get(receipt.reader) as string,
      tiles: receipt.events,
      bytes: receipt.bytes,
    }));
}
