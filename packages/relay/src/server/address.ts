import { kindClass, type NostrEvent, tagValue } from '@hale/kernel';

/** `kind:pubkey:d` of a replaceable or addressable event (NIP-01), else null. */
export function addressOf(event: Pick<NostrEvent, 'kind' | 'pubkey' | 'tags'>): string | null {
  const kind = kindClass(event.kind);
  if (kind !== 'replaceable' && kind !== 'addressable') return null;
  return `${event.kind}:${event.pubkey}:${kind === 'addressable' ? (tagValue(event, 'd') ?? '') : ''}`;
}
