// Log streams (catalogue, grants, use): one tile per numbered entry, one secret for all of it. specs/keys.md §5.
import { fail } from './errors.ts';
import { deriveKey } from './keys.ts';
import { LeafWalker } from './tree.ts';

/** Payload type of a log entry; 1 and 2 are samples and bins. */
export const LOG_ENTRY_TYPE = 3;

/** Who writes a log, and the 32-byte secret under which it is sealed. */
export interface LogStream {
  /** x-only public key. */
  readonly author: Uint8Array;
  readonly secret: Uint8Array;
}

/** The label of a log's tiles in clear, 8 bytes. */
export function logLabel(secret: Uint8Array): Uint8Array {
  return deriveKey(secret, 'log-label').slice(0, 8);
}

/** Leaf keys of a log by sequence number. Keep one while reading or writing a run: neighbours are cheap. */
export function logLeaves(secret: Uint8Array): LeafWalker {
  if (secret.length !== 32) fail('malformed', 'a log secret has 32 bytes');
  return new LeafWalker(deriveKey(secret, 'log'));
}

/** What every entry of a log is sealed with; to write a run of them, derive it once. */
export interface LogKeys {
  readonly leaves: LeafWalker;
  readonly saltKey: Uint8Array;
  readonly label: Uint8Array;
}

export function logKeys(secret: Uint8Array): LogKeys {
  return { leaves: logLeaves(secret), saltKey: deriveKey(secret, 'log-salt'), label: logLabel(secret) };
}
