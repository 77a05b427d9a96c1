import { fromHex, toHex } from './bytes.ts';
import { fail } from './errors.ts';
import { eventId, parseEvent, parseTemplate, type VerifiedEvent, verifyEvent } from './event.ts';
import { KINDS } from './kinds.ts';
import { conversationKey, decryptNip44 } from './nip44.ts';
import { schnorrPublic } from './primitives.ts';
import type { Rumor } from './wrap.ts';

/**
 * Opens a wrap.
 * @returns null = not for this key: another kind, or another `p`.
 * @throws HaleError 'not-authentic' (also when rumor and seal name different authors), 'malformed',
 * 'unknown-suite': it was for this key and is broken
 */
export function unwrapGift(wrap: VerifiedEvent, secret: Uint8Array): Rumor | null {
  const own = toHex(schnorrPublic(secret));
  const isAddressee = wrap.tags.some((tag) => tag[0] === 'p' && tag[1] === own);
  if (wrap.kind !== KINDS.wrap || !isAddressee) return null;
  const seal = openSeal(wrap, secret);
  const rumor = parseRumor(openLayer(seal, secret));
  // NIP-17: without this check anybody could speak in anybody's name.
  if (rumor.pubkey !== seal.pubkey) fail('not-authentic', 'rumor names another author than its seal');
  return rumor;
}

function openSeal(wrap: VerifiedEvent, secret: Uint8Array): VerifiedEvent {
  const seal = verifyEvent(parseEvent(openLayer(wrap, secret)));
  if (seal === null) fail('not-authentic', 'seal is not signed by its author');
  if (seal.kind !== KINDS.seal || seal.tags.length > 0) fail('malformed', 'wrap holds no seal');
  return seal;
}

function openLayer(outer: VerifiedEvent, secret: Uint8Array): unknown {
  const text = decryptNip44(outer.content, keyWith(secret, outer.pubkey));
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the text.
    fail('malformed', 'wrapped layer is not JSON');
  }
}

function keyWith(secret: Uint8Array, pubkeyHex: string): Uint8Array {
  return conversationKey(secret, fromHex(pubkeyHex, 32));
}

function parseRumor(value: unknown): Rumor {
  const template = parseTemplate(value);
  const { pubkey, id } = value as { pubkey?: unknown; id?: unknown };
  if (typeof pubkey !== 'string') fail('malformed', 'rumor has no author');
  fromHex(pubkey, 32);
  const computed = eventId({ ...template, pubkey });
  // NIP-59 asks for an id; a sender who leaves it out is understood, a wrong one is not.
  if (id !== undefined && id !== computed) fail('not-authentic', 'rumor has a wrong id');
  return { ...template, pubkey, id: computed };
}
