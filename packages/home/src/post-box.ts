// Gift wraps to this person (NIP-59): what lies in her own relay, and at those where she takes post.
import { KINDS, type VerifiedEvent } from '@hale/kernel';
import type { Home } from './home.ts';

const QUERY_TIMEOUT_MILLIS = 20_000;

/** Each once; relays that do not answer, or not to the end, are passed over. */
export async function ownWraps(home: Home): Promise<VerifiedEvent[]> {
  const filter = { kinds: [KINDS.wrap], '#p': [home.identityPublic()] };
  const wraps = new Map(home.events.query(filter).map((event) => [event.id, event]));
  for (const url of home.network.urls()) {
    const answer = await home.network.personal(url).queryResult([filter], { timeoutMs: QUERY_TIMEOUT_MILLIS });
    if (answer.outcome === 'complete') for (const event of answer.events) wraps.set(event.id, event);
  }
  return [...wraps.values()];
}
