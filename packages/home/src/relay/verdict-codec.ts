// What a checking thread found, as plain values that cross to another thread: the event's fields without their names, in which form a structured
// clone costs least. Only threads of this process speak it.
import { type NostrEvent, type Tags, trustVerifiedUnsafe } from '@hale/kernel';
import type { Checked } from '@hale/relay/server';

/** id ‖ pubkey ‖ sig in hex, created_at, kind, tags, content; or id and reason of a refusal. */
export type PackedVerdict = readonly [string, number, number, Tags, string] | readonly [string, string];

export function packVerdict(checked: Checked): PackedVerdict {
  if (!checked.event) return [checked.id, checked.reason];
  const { id, pubkey, sig, created_at, kind, tags, content } = checked.event;
  return [id + pubkey + sig, created_at, kind, tags, content];
}

/** Trusts it: it comes from a thread of ours, which verified the event. */
export function unpackVerdict(packed: PackedVerdict): Checked {
  if (packed.length === 2) return { event: null, id: packed[0], reason: packed[1] };
  const [hex, created_at, kind, tags, content] = packed;
  const event: NostrEvent = {
    id: hex.slice(0, 64),
    pubkey: hex.slice(64, 128),
    sig: hex.slice(128),
    created_at,
    kind,
    tags,
    content,
  };
  return { event: trustVerifiedUnsafe(event) };
}
