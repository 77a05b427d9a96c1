// What custody has to do beside what people ask for: hand-overs that were broken off go on, and answers in this home's own relay are looked for.
import { KINDS } from '@hale/kernel';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { tendGuardians } from './guardians.ts';
import { billAuthors, takeAnswer, tendHandOvers } from './hand-over.ts';
import { tendSharing } from './sharing.ts';
import { tendTakings } from './taking.ts';

const looked = new WeakMap<Home, number>();

/** Cheap where nothing is open. */
export function tendCustody(home: Home): void {
  if (home.embedded)
    for (const author of billAuthors(home))
      for (const event of home.events.query({ kinds: [KINDS.wrap], '#p': [author] })) takeAnswer(home, event);
  tendHandOvers(home);
  tendTakings(home);
  tendSharing(home);
  const last = looked.get(home) ?? 0;
  const now = Date.now();
  if (now >= last && now - last < HOME_LIMITS.lettersLookMillis) return;
  looked.set(home, now);
  void tendGuardians(home).catch(() => {});
}
