// The lock that comes by itself: the node ends a session that nobody uses, and the page then lets go of everything it shows.
import { ask, ownNode } from './home-link.ts';
import { whenLocked } from './session-key.ts';
import { dropEverything, link, lock, type SessionState, session } from './state.ts';

/** A person at the page is told to the node at most so often. */
const TOUCH_MILLIS = 30_000;
const LOOK_MILLIS = 15_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

let endsMillis = Infinity;
let touchedMillis = 0;

/** A paired phone has no session at the node: its page puts itself away. */
const isAway = (): boolean => link.peek() !== ownNode;

function heard(state: SessionState): void {
  if (state.state !== 'open') dropEverything('ended');
  const leftSeconds = isAway() ? state.idleMinutes * 60 : (state.session?.leftSeconds ?? 0);
  endsMillis = Date.now() + leftSeconds * 1000;
}

/** The node decides: another tab may be in use. A node that does not answer ends nothing sooner than the time it had given. */
async function look(): Promise<void> {
  if (Date.now() < endsMillis) return;
  if (isAway()) return lock();
  try {
    heard(await ask<SessionState>('GET', '/v1/session'));
  } catch {
    dropEverything('ended');
  }
}

function touch(): void {
  if (Date.now() - touchedMillis < TOUCH_MILLIS) return;
  touchedMillis = Date.now();
  // Woken after the end: whoever is here now has to say who it is.
  if (touchedMillis >= endsMillis) void look();
  else if (isAway()) heard(session.peek() as SessionState);
  else ask<SessionState>('PUT', '/v1/session').then(heard, () => {});
}

/** Watches this page for as long as a session is open. */
export function watchIdle(): () => void {
  const state = session.peek();
  if (typeof state === 'object') heard(state);
  const timer = setInterval(() => void look(), LOOK_MILLIS);
  const seen = () => {
    if (!document.hidden) void look();
  };
  for (const sign of SIGNS) addEventListener(sign, touch, { passive: true });
  document.addEventListener('visibilitychange', seen);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) removeEventListener(sign, touch);
    document.removeEventListener('visibilitychange', seen);
  };
}

whenLocked(() => dropEverything('locked'));
