// Shares that end by themselves because nobody looks at them. Looked at means: a relay says that it handed something of the share to its reader, or the
// reader wrote to the owner. Whether anybody read it nobody can know; and what a relay out of reach may have handed out meanwhile counts as a look.
import { LIMITS, lapsesAt } from '@hale/consent';
import type { IssuedGrant } from '@hale/vault';
import type { Home } from './home.ts';
import { lastSaid } from './reader-messages.ts';
import { lastServed } from './receipts.ts';

/** What a share can be made with. */
export const IDLE_MONTHS = [3, 6, 12] as const;
export type IdleMonths = (typeof IDLE_MONTHS)[number];

const HOUR_MICROS = 3_600e6;
const STATE = 'relays-heard';
/** Receipts that gathered come within minutes of a connection. */
const SETTLED_MICROS = 10 * 60e6;

/** When somebody last looked, as far as this home knows; null: nobody did. */
export function lookedAt(home: Home, grant: IssuedGrant): number | null {
  const known = [lastServed(home, grant), lastSaid(home, grant.record.id)].filter((at) => at !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** When it lapses unless somebody looks before; null: it does not. */
export function lapsesOf(home: Home, grant: IssuedGrant): number | null {
  const { idleMonths, at } = grant.record;
  return idleMonths === undefined ? null : lapsesAt(Math.max(at, lookedAt(home, grant) ?? 0), idleMonths);
}

/** When this process last looked, and since when each relay is connected without a break. */
const watched = new WeakMap<Home, { at: number; since: Map<string, number> }>();
/** Looks are an hour apart: a longer silence was a computer that slept, and its connections may be dead. */
const SLEPT_MICROS = 3 * HOUR_MICROS;

/** Each relay and up to when all its receipts are here. One that is new is as if it had been heard just now. */
function heardRelays(home: Home): Record<string, number> {
  const sealed = home.vault.store.state(STATE);
  const before = sealed ? (home.local.open(STATE, sealed) as Record<string, number>) : {};
  const now = home.nowMicros();
  const last = watched.get(home);
  const since = last && now - last.at < SLEPT_MICROS ? last.since : new Map<string, number>();
  watched.set(home, { at: now, since });
  const heard: Record<string, number> = {};
  for (const url of home.storeRelays()) {
    const from = home.network.state(url).state === 'connected' ? (since.get(url) ?? now) : null;
    if (from === null) since.delete(url);
    else since.set(url, from);
    const isSettled = from !== null && now - from >= SETTLED_MICROS;
    heard[url] = isSettled ? now : Math.min(now, before[url] ?? now);
  }
  home.vault.store.transact(() => home.vault.store.setState(STATE, home.local.seal(STATE, heard)));
  return heard;
}

/** Ends what nobody looked at for as long as its owner said. A list of readers stands for 30 days at a relay that hears no other. */
export function lapseIdle(home: Home): void {
  const now = home.nowMicros();
  // Also while nothing may lapse: a share that is made later asks since when.
  const heard = Object.values(heardRelays(home));
  const idle = home.grants.active().filter(({ record }) => record.idleMonths !== undefined);
  for (const grant of idle) {
    const { id, idleMonths = 0 } = grant.record;
    // The hour of a receipt is that in which it began.
    const known = Math.max(grant.record.at, (lookedAt(home, grant) ?? 0) + HOUR_MICROS);
    const unheard = heard.filter((at) => at < now).map((at) => Math.min(now, at + LIMITS.accessSecondsMax * 1e6));
    if (now >= lapsesAt(Math.max(known, ...unheard), idleMonths)) home.grants.lapse(id);
  }
}
