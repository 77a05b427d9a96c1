// A question to the home as a screen needs it: loading, there, or failed, asked anew when what it depends on changes.
import { type ReadonlySignal, signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { HomeError } from './home-link.ts';

export type Asked<T> =
  | { state: 'loading'; value: T | null }
  | { state: 'there'; value: T }
  /** The last answer stays to be seen. */
  | { state: 'failed'; value: T | null; error: HomeError };

/** Whoever changes something on the home says so; what shows it asks again. */
export const changes = signal(0);
export const changed = (): void => {
  changes.value += 1;
};

/**
 * @param question is asked again whenever a signal that it reads before its first await changes, and after `changed()`
 */
export function useAsked<T>(
  question: (signal: AbortSignal) => Promise<T>,
): ReadonlySignal<Asked<T>> & { again(): void } {
  const asked = useSignal<Asked<T>>({ state: 'loading', value: null });
  const round = useSignal(0);
  useSignalEffect(() => {
    changes.value;
    round.value;
    const abort = new AbortController();
    const before = asked.peek().value;
    const answer = question(abort.signal);
    asked.value = { state: 'loading', value: before };
    answer.then(
      (value) => {
        if (!abort.signal.aborted) asked.value = { state: 'there', value };
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        asked.value = { state: 'failed', value: before, error: asHomeError(error) };
      },
    );
    return () => abort.abort();
  });
  return Object.assign(asked, {
    again: () => {
      round.value += 1;
    },
  });
}

export function asHomeError(error: unknown): HomeError {
  return error instanceof HomeError ? error : new HomeError('bug', 'this is a fault of Hale, not of yours');
}

/** Calls back every `millis` while the page is looked at. */
export function useTicks(millis: number, tick: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) tick();
    }, millis);
    return () => clearInterval(timer);
  }, [millis]);
}
