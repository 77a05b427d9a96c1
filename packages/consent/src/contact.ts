// What a sender remembers of a recipient's post-quantum key, and when it refuses to go on without it (DESIGN §3, design review H2).
import { equalBytes } from '@hale/kernel';

/** `pinned`: the ML-KEM public key (or a hash of it) seen first; null = never seen one. */
export interface Contact {
  pubkey: string;
  pinned: Uint8Array | null;
}

export interface KeyChoices {
  /** The owner said that sealing classically is acceptable this once (`--allow-classic`). */
  allowClassic: boolean;
  /** The owner checked the new key with the recipient. */
  acceptChange: boolean;
}

export type KeyRefusal = 'no-post-quantum-key' | 'pinned-key-missing' | 'pinned-key-changed';

export type KeyDecision =
  | { use: 'hybrid'; contact: Contact }
  | { use: 'classic'; contact: Contact }
  | { use: 'refuse'; reason: KeyRefusal };

/**
 * A relay that hides the recipient's key must not be able to downgrade her: once seen, its absence or change
 * stops the sender until the owner says otherwise. Classic sealing never unpins.
 * @param offered the key found now, in the same form as `pinned`; null = none found
 */
export function decideKey(contact: Contact, offered: Uint8Array | null, choices: KeyChoices): KeyDecision {
  const { pinned } = contact;
  if (offered === null) {
    if (choices.allowClassic) return { use: 'classic', contact };
    return { use: 'refuse', reason: pinned === null ? 'no-post-quantum-key' : 'pinned-key-missing' };
  }
  if (pinned === null || equalBytes(pinned, offered) || choices.acceptChange) {
    return { use: 'hybrid', contact: { ...contact, pinned: offered } };
  }
  return { use: 'refuse', reason: 'pinned-key-changed' };
}
