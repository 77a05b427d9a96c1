// How many things wait for the person, for the navigation: asks for more, and shares that nobody has looked at yet.
import { effect, signal } from '@preact/signals';
import { changes } from './asking.ts';
import { call, session } from './state.ts';

export const waiting = signal({ asks: 0, fresh: 0 });
const LOOK_MILLIS = 60_000;

async function look(): Promise<void> {
  if (document.hidden) return;
  try {
    const [asks, inbox] = await Promise.all([
      call('asks', {}, { isIdle: true }),
      call('inbox', { known: true, refresh: true }, { isIdle: true }),
    ]);
    waiting.value = { asks: asks.length, fresh: inbox.filter(({ state }) => state === 'new').length };
  } catch {
    // Counts are a courtesy: the screens themselves say when the node does not answer.
  }
}

/** Counts as long as there is a session, anew after each change. */
export function followCounts(): void {
  effect(() => {
    changes.value;
    if (typeof session.value !== 'object' || session.value.state !== 'open') return;
    void look();
    const timer = setInterval(() => void look(), LOOK_MILLIS);
    return () => clearInterval(timer);
  });
}
