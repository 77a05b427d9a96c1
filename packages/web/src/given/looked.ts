// Health records that change while one looks at them: only what changed is sent again.
import type { RecordsLooked } from '@hale/home';
import { useRef } from 'preact/hooks';
import { useAsked, useTicks } from '../app/asking.ts';

/** @param ask with the mark of what is known; the answer's records are missing where nothing changed */
export function useLooked(
  ask: (known: { known?: string }, signal: AbortSignal) => Promise<RecordsLooked>,
  millis: number,
) {
  const known = useRef<RecordsLooked | null>(null);
  const asked = useAsked(async (signal) => {
    const answer = await ask(known.current ? { known: known.current.mark } : {}, signal);
    if (known.current?.mark !== answer.mark) known.current = answer;
    return known.current;
  });
  useTicks(millis, asked.again);
  return asked;
}
