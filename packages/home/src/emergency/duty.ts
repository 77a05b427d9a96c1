// The clockwork's share of emergency cards. Everything else of them is loaded only where there is one.
import type { Home } from '../home.ts';

/** Whether somebody opened a card: she is told within minutes. */
export const EMERGENCY_MILLIS = 120_000;
const HEAR_MICROS = 600e6;
const heard = new WeakMap<Home, number>();
const busy = new WeakSet<Home>();

/** Looks after each card, one at a time; a home that is still at it lets the turn pass. */
export function tendEmergencies(home: Home): void {
  hear(home);
  const hasAny = [...home.vault.state.settings.keys()].some((name) => name.startsWith('emergency/'));
  if (!hasAny || busy.has(home)) return;
  busy.add(home);
  tendAll(home)
    .catch((error: unknown) =>
      home.guard('emergency', () => {
        throw error;
      }),
    )
    .finally(() => busy.delete(home));
}

/** Of others who named this person; asked for less often than one's own, for each time a relay is asked. */
function hear(home: Home): void {
  const now = home.nowMicros();
  const last = heard.get(home) ?? 0;
  if (now - last < HEAR_MICROS && now >= last) return;
  heard.set(home, now);
  import('./notices.ts')
    .then(({ hearNotices }) => hearNotices(home))
    .catch((error: unknown) =>
      home.guard('emergency', () => {
        throw error;
      }),
    );
}

async function tendAll(home: Home): Promise<void> {
  const { subjectsWithCard } = await import('./settings.ts');
  const { tendSubject } = await import('./tend.ts');
  for (const subject of subjectsWithCard(home)) await tendSubject(home, subject);
}
