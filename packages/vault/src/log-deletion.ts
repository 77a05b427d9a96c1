// Taking events of a log back: here at once, at relays in the order of the queue, so behind what was written before.
import { blurredDate, KINDS } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { DELETIONS_PER_EVENT } from './limits.ts';
import type { LogWriter } from './log.ts';
import type { Vault } from './vault.ts';

/** Ids of a log's events, each once, in the order of their entries. */
export function eventsOf({ store }: Vault, { number }: LogWriter): string[] {
  return [...new Set(store.logEvents(number).map(({ eventId }) => eventId))];
}

export function deleteLogEvents({ store, clock, random }: Vault, log: LogWriter, ids: readonly string[]): void {
  store.dropLogEvents(log.number, ids);
  for (let at = 0; at < ids.length; at += DELETIONS_PER_EVENT) {
    const named = ids.slice(at, at + DELETIONS_PER_EVENT);
    const event = signEvent(
      {
        kind: KINDS.deletion,
        created_at: blurredDate(clock.nowMicros() / 1e6, random.bytes(4)),
        tags: [...named.map((id) => ['e', id]), ['k', String(KINDS.tileBatch)]],
        content: '',
      },
      log.authorSecret,
      random.bytes(32),
    );
    store.putEvent(event);
    store.enqueue({ event, target: 'store' });
  }
}
