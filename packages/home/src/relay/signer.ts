import { randomBytes } from 'node:crypto';
import { fromHex, schnorrPublic, toHex } from '@hale/kernel';
import { conversationKey, encryptNip44, signEvent } from '@hale/kernel/seal';
import type { RelaySigner } from '@hale/relay/server';

/** Authors whose conversation keys are remembered: each costs a scalar multiplication of 2 ms. */
const CONVERSATIONS_MAX = 1_000;

/** The relay's own key at work. Its secret stays in here: the engine only asks for signatures and sealed texts. */
export function relaySigner(secret: Uint8Array): RelaySigner {
  const conversations = new Map<string, Uint8Array>();
  const keyFor = (pubkey: string) => {
    const known = conversations.get(pubkey);
    if (known) return known;
    if (conversations.size >= CONVERSATIONS_MAX) conversations.clear();
    const key = conversationKey(secret, fromHex(pubkey, 32));
    conversations.set(pubkey, key);
    return key;
  };
  return {
    pubkey: toHex(schnorrPublic(secret)),
    sign: (template) => signEvent(template, secret, randomBytes(32)),
    sealTo: (pubkey, plaintext) => encryptNip44(plaintext, keyFor(pubkey), randomBytes(32)),
  };
}
