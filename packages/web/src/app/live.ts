// Readings as they come in: one open question to the home for all series of a person.
import type { ShowRow } from '@hale/home';
import { effect, signal } from '@preact/signals';
import { call, ofSubject, session, subject } from './state.ts';

export interface LiveReading {
  stream: string;
  atMicros: number;
  value: number;
}

/** The newest reading of each series that came while this page was open. */
export const live = signal<ReadonlyMap<string, LiveReading>>(new Map());
type Heard = (reading: LiveReading) => void;
const listeners = new Set<Heard>();
const RETRY_MILLIS = 5_000;

/** Calls back for every reading; gives how to stop. */
export function listen(heard: Heard): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

function take(row: ShowRow & { stream: string }): void {
  if (row.value === undefined) return;
  const reading = { stream: row.stream, atMicros: row.atMicros, value: row.value };
  const newest = live.value.get(row.stream);
  if (!newest || newest.atMicros <= row.atMicros) live.value = new Map(live.value).set(row.stream, reading);
  for (const heard of listeners) heard(reading);
}

/** Follows the person who is looked at, for as long as there is a session. */
export function followLive(): void {
  effect(() => {
    subject.value;
    const isOpen = typeof session.value === 'object' && session.value.state === 'open';
    live.value = new Map();
    if (!isOpen) return;
    const abort = new AbortController();
    const follow = async () => {
      while (!abort.signal.aborted) {
        const emit = (said: object) => {
          if ('row' in said) take(said.row as ShowRow & { stream: string });
        };
        await call('watch', ofSubject(), { emit, signal: abort.signal, isIdle: true }).catch(() => {});
        if (!abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    };
    void follow();
    return () => abort.abort();
  });
}
