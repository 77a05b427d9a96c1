// People that one shares with: found by key or name, held to the post-quantum key they were first seen with, and sent a grant's key.
import { randomBytes } from 'node:crypto';
import {
  base64Encode,
  decodeNpub,
  encodeCbor,
  encodeNpub,
  equalBytes,
  type Filter,
  fromHex,
  HaleError,
  type HybridRecipient,
  KINDS,
  normalizeRelayUrl,
  parseHybridKey,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { giftWrap, wrapHybrid, wrapKey } from '@hale/kernel/seal';
import type { IssuedGrant } from '@hale/vault';
import type { Home } from './home.ts';
import { lookupNip05 } from './net/nip05.ts';

/** The unsigned message inside a gift wrap that hands over a grant key. */
export const GRANT_MESSAGE_KIND = 1982;
/** Post boxes that one message goes to: NIP-17 speaks of one to three. */
const BOXES_MAX = 3;

export interface Recipient {
  /** Hex. */
  pubkey: string;
  /** npub. */
  name: string;
  /** Her post boxes. */
  relays: string[];
  /** What the envelope is sealed to: her inbox key with its post-quantum half, or just the npub where none was found. */
  envelope: HybridRecipient;
}

/** @param text npub or NIP-05 name @throws HaleError 'malformed' | 'not-found' | 'unavailable' */
export async function findRecipient(home: Home, text: string): Promise<Recipient> {
  if (!text.includes('@')) return recipientOf(home, toHex(decodeNpub(text)), []);
  const { pubkey, relays } = await lookupNip05(text);
  return recipientOf(home, pubkey, relays);
}

/** What this home's relays know of a person. @param pubkey hex @param named relays that her domain names */
export async function recipientOf(home: Home, pubkey: string, named: readonly string[]): Promise<Recipient> {
  const filter: Filter = { kinds: [KINDS.hybridKey, KINDS.dmRelays], authors: [pubkey] };
  const events = [...home.events.query(filter)];
  for (const url of home.network.urls()) {
    const answer = await home.network.personal(url).queryResult([filter], { timeoutMs: 5000 });
    if (answer.outcome === 'complete') events.push(...answer.events);
  }
  events.sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1));
  const key = events.find((event) => event.kind === KINDS.hybridKey);
  const listed = events.find((event) => event.kind === KINDS.dmRelays)?.tags ?? [];
  const boxes = listed.flatMap(([name, url]) => (name === 'relay' && url ? [url] : []));
  const bytes = fromHex(pubkey, 32);
  return {
    pubkey,
    name: encodeNpub(bytes),
    relays: usableRelays([...boxes, ...named]).slice(0, BOXES_MAX),
    envelope: key ? parseHybridKey(key) : { pubkey: bytes, kemPublic: null },
  };
}

/** Anybody may write anything into a list of relays: what is no address is left out. */
export function usableRelays(texts: readonly string[]): string[] {
  const usable = new Set<string>();
  for (const text of texts) {
    try {
      usable.add(normalizeRelayUrl(text));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
    }
  }
  return [...usable];
}

/** What is known of a recipient's post-quantum key, the one that was seen first before one that is shown now. */
export function postQuantumOf(home: Home, { pubkey, envelope }: Recipient): 'found' | 'none' | 'changed' {
  const pinned = home.vault.state.pins.get(pubkey);
  if (!pinned) return envelope.kemPublic === null ? 'none' : 'found';
  const { kemPublic } = envelope;
  const isSame =
    kemPublic === null || (equalBytes(pinned.kemPublic, kemPublic) && equalBytes(pinned.inbox, envelope.pubkey));
  return isSame ? 'found' : 'changed';
}

/**
 * Holds a recipient to the post-quantum key that she was first seen with (DESIGN §3): a relay that hides it changes nothing, because
 * the key was kept; one that shows another is not believed. Without any, the owner must have allowed classic sealing.
 */
export function chooseKey(home: Home, recipient: Recipient, allowClassic: boolean): void {
  const pinned = home.vault.state.pins.get(recipient.pubkey);
  const { kemPublic, pubkey } = recipient.envelope;
  if (pinned) {
    if (postQuantumOf(home, recipient) === 'changed')
      throw new HaleError(
        'not-permitted',
        "the recipient's post-quantum key has changed since it was first seen; check with her before you share",
      );
    recipient.envelope = { pubkey: pinned.inbox, kemPublic: pinned.kemPublic };
  } else if (kemPublic !== null) {
    home.vault.record([{ type: 'pin', npub: recipient.pubkey, inbox: pubkey, kemPublic }]);
  } else if (!allowClassic)
    throw new HaleError(
      'not-permitted',
      'no post-quantum key of the recipient was found on your relays; ask her to run `hale relays add` on one you both use, or accept weaker protection with --allow-classic',
    );
}

/** Queues the grant key for the recipient's post boxes. False when none is known. */
export function sendGrant(home: Home, grant: IssuedGrant, recipient: Recipient, relays: string[]): boolean {
  const boxes = [...new Set([...recipient.relays, ...postRelays(home)])];
  if (boxes.length === 0 && !home.embedded) return false;
  home.vault.store.enqueue({ event: wrapGrant(home, grant, recipient, relays), target: { post: boxes } });
  return true;
}

/** The grant key in the hybrid envelope, inside a gift wrap. */
export function wrapGrant(
  home: Home,
  { record, owner }: IssuedGrant,
  recipient: Recipient,
  relays: string[],
): VerifiedEvent {
  const payload = encodeCbor({ v: 1, grantKey: owner.grantKey, author: owner.grantAuthor, relays });
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const envelope = wrapHybrid(payload, recipient.envelope, { random, classic: recipient.envelope.kemPublic === null });
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  return giftWrap(
    { kind: GRANT_MESSAGE_KIND, created_at: nowSeconds, tags: [], content: base64Encode(envelope) },
    {
      secret: home.keys.identity,
      recipient: fromHex(recipient.pubkey, 32),
      wrapSecret: wrapKey(home.keys.wrapSecret, record.wrapKeyNumber),
      nowSeconds,
      random,
    },
  );
}

/** The person's own post boxes. */
export function postRelays(home: Home): string[] {
  return [...home.vault.state.relays.values()]
    .filter((relay) => !relay.removed && relay.uses.includes('post'))
    .map((relay) => relay.url);
}
