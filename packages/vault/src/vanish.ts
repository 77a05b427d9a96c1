import { dayStart, type EventTemplate, KINDS } from '@hale/kernel';

/**
 * NIP-62 for a stream's author. It reaches up to its own date only, so it is never older than what it is about: today's start is later than
 * every date of what was published until now, but for access lists; the k tag has every relay
 * gate it like the stream (specs/relay.md), or it would tell strangers that there was one.
 * @param events all that is known of this author
 * @param now unix seconds
 */
export function vanishTemplate(events: Iterable<{ created_at: number }>, now: number): EventTemplate {
  let created_at = dayStart(now);
  for (const event of events) created_at = Math.max(created_at, event.created_at);
  const tags = [
    ['relay', 'ALL_RELAYS'],
    ['k', String(KINDS.tileBatch)],
  ];
  return { kind: KINDS.vanish, created_at, tags, content: '' };
}
