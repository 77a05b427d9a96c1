// A visit that was weeks ago: the owner's and the desk's homes, opened in this process before their nodes start, with their clocks set back.

import { encodeNpub, schnorrPublic, toHex } from '@hale/kernel';
import { kemPublicOf } from '@hale/kernel/seal';
import { Home } from '../../packages/home/src/home.ts';
import { give, grantRelays, wishOf } from '../../packages/home/src/operations/share.ts';
import { keepSeen, takeHandedOver } from '../../packages/home/src/received.ts';
import { wrapGrant } from '../../packages/home/src/recipients.ts';
import { openUnlocked } from '../../packages/home/src/unlock.ts';

export interface EarlierVisit {
  owner: string;
  desk: string;
  days: number;
  /** As the patient called herself at that time. */
  name: string;
}

/** What the owner showed ran out that evening; what is left is that it was. Neither node may run. */
export async function makeEarlierVisit({ owner, desk, days, name }: EarlierVisit): Promise<void> {
  const then = Date.now() * 1000 - days * 86_400e6;
  const set = { online: false, nowMicros: () => then };
  const patient = new Home({ dir: owner, keys: (await openUnlocked({ dir: owner })).keys, ...set });
  const atDesk = new Home({ dir: desk, keys: (await openUnlocked({ dir: desk })).keys, ...set });
  try {
    const { identity, inboxSecret, kemSeed } = atDesk.keys;
    const npub = schnorrPublic(identity);
    const recipient = {
      ...{ pubkey: toHex(npub), name: encodeNpub(npub), relays: [] },
      envelope: { pubkey: schnorrPublic(inboxSecret), kemPublic: kemPublicOf(kemSeed) },
    };
    const [stream] = patient.vault.streams();
    const wish = wishOf(
      patient,
      {
        ...{ streams: [stream.entry.key], with: recipient.name, name: 'Dr Ada Lee', as: name },
        from: new Date(then / 1000 - 14 * 86_400_000).toISOString(),
        to: new Date(then / 1000).toISOString(),
        until: new Date(then / 1000 + 3_600_000).toISOString(),
      },
      recipient,
    );
    const { made } = give(patient, wish, null);
    const grant = takeHandedOver(atDesk, wrapGrant(patient, made.grant, recipient, grantRelays(patient)));
    patient.grants.end(made.grant.record.id, 'expired', true);
    keepSeen(atDesk, grant, {
      ...{ grant: grant.id, from: encodeNpub(schnorrPublic(patient.keys.identity)), name, what: '', streams: [] },
      ...{ fromMicros: 0, toMicros: then, untilMicros: then, purpose: '', state: 'expired' },
    });
  } finally {
    await patient.close();
    await atDesk.close();
  }
}
