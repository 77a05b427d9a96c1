// A question without a socket, for readers whose network lets no WebSocket through (specs/relay.md §7.6). It is a connection that lives for one
// REQ: the same gating, the same limits, and its receipt is on the disk before the answer.
import { type Filter, HaleError, parseFilter, utf8Decode } from '@hale/kernel';
import type { ConnectionInfo, Effect } from './connection.ts';
import type { RelayEngine } from './engine.ts';
import { RELAY_LIMITS } from './limits.ts';

export interface QuestionAnswer {
  /** Events in the order of NIP-01. */
  readonly events: unknown[];
  /** False: there are more; the client asks again with `until`. */
  readonly complete: boolean;
}

/** The filters of a body {"filters":[…]}; null = it is no question. */
export function parseQuestion(body: Uint8Array | null): Filter[] | null {
  try {
    const value = JSON.parse(utf8Decode(body ?? new Uint8Array())) as { filters?: unknown } | null;
    const filters = value?.filters;
    if (!Array.isArray(filters) || filters.length === 0 || filters.length > RELAY_LIMITS.filtersMax) return null;
    return filters.map((filter) => parseFilter(filter));
  } catch (error) {
    if (error instanceof HaleError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** @returns the answer, or null where the key has lost its standing; and what the host has to do for other connections */
export function askOnce(
  engine: RelayEngine,
  info: ConnectionInfo,
  filters: readonly Filter[],
): { answer: QuestionAnswer | null; effects: Effect[] } {
  const effects: Effect[] = [];
  const events: unknown[] = [];
  let isTurnedAway = false;
  let bytes = 0;
  const sort = (from: readonly Effect[]) => {
    for (const effect of from) {
      if (effect.to !== info.id) effects.push(effect);
      else if ('close' in effect) isTurnedAway = true;
      else if (effect.frame.startsWith('["EVENT"')) {
        bytes += effect.frame.length;
        events.push((JSON.parse(effect.frame) as unknown[])[2]);
      }
    }
  };
  sort(engine.open(info));
  if (!isTurnedAway) sort(engine.receive(info.id, JSON.stringify(['REQ', 'question', ...filters])));
  while (bytes < RELAY_LIMITS.questionBytesMax && engine.hasMore(info.id)) sort(engine.drain(info.id));
  const complete = !engine.hasMore(info.id);
  engine.close(info.id);
  // Receipts of what was served are written now.
  sort(engine.flush());
  return { answer: isTurnedAway ? null : { events, complete }, effects };
}
