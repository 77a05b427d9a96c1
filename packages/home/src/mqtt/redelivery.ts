// A message that was not acknowledged comes again (MQTT 3.1.1 §4.4) with DUP and its number. One that tells no time would then get another: so
// the time that it got first is remembered, in memory and, written with the samples themselves, over the end of the process.
import { hash } from 'node:crypto';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';

/** That a message came, and which time it was given. */
export interface Coming {
  session: string;
  number: number;
  /** Hash of topic and payload. */
  mark: string;
  at: number;
}

export class RedeliveryMemory {
  /** By session the last messages by their number. Both in the order of use. */
  readonly #sessions = new Map<string, Map<number, Coming>>();

  /** Gives a message its time: that of its first coming, where it was here before. */
  meet(session: string, number: number, isAgain: boolean, topic: string, payload: Uint8Array, now: number): Coming {
    const mark = hash('sha256', Buffer.concat([Buffer.from(`${topic}\0`), payload]), 'base64').slice(0, 22);
    const before = this.#sessions.get(session)?.get(number);
    const coming = { session, number, mark, at: isAgain && before?.mark === mark ? before.at : now };
    this.remember(coming);
    return coming;
  }

  remember(coming: Coming): void {
    const known = this.#sessions.get(coming.session) ?? new Map<number, Coming>();
    known.delete(coming.number);
    known.set(coming.number, coming);
    shorten(known, HOME_LIMITS.mqttRememberedMax);
    this.#sessions.delete(coming.session);
    this.#sessions.set(coming.session, known);
    shorten(this.#sessions, HOME_LIMITS.mqttSessionsRememberedMax);
  }
}

function shorten(map: Map<unknown, unknown>, max: number): void {
  if (map.size > max) map.delete(map.keys().next().value);
}

// On the disk: a ring of sealed rows, one for each commit that held such messages. What was in flight when the process ended is in the last of them.

const stateName = (slot: number): string => `coming/${slot}`;
const nextSlots = new WeakMap<Home, number>();

/** Inside the transaction that stores the samples of these messages. */
export function keepComings(home: Home, comings: readonly Coming[]): void {
  if (comings.length === 0) return;
  const slot = nextSlots.get(home) ?? 0;
  nextSlots.set(home, (slot + 1) % HOME_LIMITS.mqttRememberedCommits);
  const rows = comings.map(({ session, number, mark, at }) => [session, number, mark, at]);
  home.vault.store.setState(stateName(slot), home.local.seal(stateName(slot), rows));
}

/** What an earlier process of this home kept, oldest first. */
export function keptComings(home: Home): Coming[] {
  const all: Coming[] = [];
  let newest = { at: Number.NEGATIVE_INFINITY, slot: -1 };
  for (let slot = 0; slot < HOME_LIMITS.mqttRememberedCommits; slot++) {
    const sealed = home.vault.store.state(stateName(slot));
    if (!sealed) continue;
    const rows = home.local.open(stateName(slot), sealed) as [string, number, string, number][];
    for (const [session, number, mark, at] of rows) {
      all.push({ session, number, mark, at });
      if (at > newest.at) newest = { at, slot };
    }
  }
  nextSlots.set(home, (newest.slot + 1) % HOME_LIMITS.mqttRememberedCommits);
  return all.sort((a, b) => a.at - b.at);
}
