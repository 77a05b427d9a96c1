// When this browser last looked at the records of a person: a moment, and nothing about health, so it may stay here.
const STORED = 'hale-records-seen';

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Record<string, number>;
  } catch {
    return {};
  }
}

/** Micros; 0: never, and everything is new. */
export function seenMicros(subject: string): number {
  const at = read()[subject];
  return typeof at === 'number' ? at : 0;
}

export function markSeen(subject: string, micros: number): void {
  try {
    localStorage.setItem(STORED, JSON.stringify({ ...read(), [subject]: micros }));
  } catch {
    // Private windows may refuse: then everything is new again the next time.
  }
}
