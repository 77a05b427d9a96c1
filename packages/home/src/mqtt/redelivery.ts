// A message that was not acknowledged comes again (MQTT 3.1.1 §4.4) with DUP and its number. One that tells no time would then get another: so
// the time that it got first is remembered.
import { hash } from 'node:crypto';
import { HOME_LIMITS } from '../limits.ts';

interface Remembered {
  mark: string;
  at: number;
}

export class RedeliveryMemory {
  /** By session the last messages by their number. Both in the order of use. */
  readonly #sessions = new Map<string, Map<number, Remembered>>();

  /** The time that this message has: of its first coming, where it was here before. */
  timeOf(session: string, number: number, isAgain: boolean, topic: string, payload: Uint8Array, now: number): number {
    const known = this.#sessions.get(session) ?? new Map<number, Remembered>();
    const mark = hash('sha256', Buffer.concat([Buffer.from(`${topic}\0`), payload]), 'base64');
    const before = known.get(number);
    const at = isAgain && before?.mark === mark ? before.at : now;
    known.delete(number);
    known.set(number, { mark, at });
    shorten(known, HOME_LIMITS.mqttRememberedMax);
    this.#sessions.delete(session);
    this.#sessions.set(session, known);
    shorten(this.#sessions, HOME_LIMITS.mqttSessionsRememberedMax);
    return at;
  }
}

function shorten(map: Map<unknown, unknown>, max: number): void {
  if (map.size > max) map.delete(map.keys().next().value);
}
