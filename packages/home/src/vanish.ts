// The request of one author to vanish from every relay, and her events gone from this disk.
import { randomBytes } from 'node:crypto';
import { signEvent } from '@hale/kernel/seal';
import { vanishTemplate } from '@hale/vault';
import type { Home } from './home.ts';

/** NIP-62 for one author: relays drop all of it and refuse it for ever. Here everything else of it goes at once. */
export function vanish(home: Home, secret: Uint8Array, author: string): void {
  home.keepSecret(author, secret);
  home.vault.store.transact(() => {
    const known = home.events.find({ authors: [author] });
    const template = vanishTemplate(known, home.nowMicros() / 1e6);
    const event = signEvent(template, secret, new Uint8Array(randomBytes(32)));
    home.vault.store.enqueue({ event, target: 'store' });
    for (const { id } of known) if (id !== event.id) home.events.deleteById(id);
  });
}
