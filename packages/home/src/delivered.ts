// What is kept only until it has arrived: gift wraps name the person to whom they go.
import { KINDS, toHex } from '@hale/kernel';
import type { Home } from './home.ts';

const LOOK_MILLIS = 30_000;
const looked = new WeakMap<Home, number>();

/**
 * Deletes own gift wraps that every post box they were meant for has taken or refused for good. One without any box lies in the embedded
 * relay for its recipient, and stays. Cheap when called each second.
 */
export function forgetDeliveredWraps(home: Home, nowMillis = Date.now()): void {
  const last = looked.get(home);
  if (last !== undefined && nowMillis >= last && nowMillis - last < LOOK_MILLIS) return;
  looked.set(home, nowMillis);
  const waiting = new Map<string, Set<string>>();
  for (const { id, boxes } of queuedWraps(home)) {
    const isWaiting = boxes.some((box) => {
      const ids =
        waiting.get(box) ?? new Set(home.outbox.pendingFor(box, Number.MAX_SAFE_INTEGER).map(({ event }) => event.id));
      waiting.set(box, ids);
      return ids.has(id);
    });
    if (boxes.length > 0 && !isWaiting) home.events.deleteById(id);
  }
}

function queuedWraps(home: Home): { id: string; boxes: string[] }[] {
  const rows = home.events.database
    .prepare(
      'SELECT e.id, o.post FROM vault_outbox o JOIN event e ON e.id = o.event WHERE o.post IS NOT NULL AND e.kind = ?',
    )
    .all(KINDS.wrap) as { id: Uint8Array; post: Uint8Array }[];
  return rows.map(({ id, post }) => ({ id: toHex(id), boxes: home.local.open('posts', post) as string[] }));
}
