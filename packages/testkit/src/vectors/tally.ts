import { HaleError } from '@hale/kernel';

/** What became of the vectors of one file. */
export interface VectorResult {
  readonly passed: number;
  /** One line for each vector that failed: its name and what happened. */
  readonly failed: readonly string[];
}

/**
 * Counts vectors. Plain functions and no test framework, because the same checks run under vitest and in
 * a browser page.
 */
export class Tally {
  #passed = 0;
  readonly #failed: string[] = [];

  /** `actual` must equal `expected`, compared as JSON. */
  equal(name: string, actual: () => unknown, expected: unknown): void {
    this.#judge(name, () => {
      const [found, wanted] = [JSON.stringify(actual()), JSON.stringify(expected)];
      return found === wanted ? null : `gave ${shorten(found)} and not ${shorten(wanted)}`;
    });
  }

  /** `action` must throw a HaleError of this code. */
  refuses(name: string, action: () => unknown, code: string): void {
    this.#judge(name, () => {
      try {
        action();
      } catch (error) {
        const found = error instanceof HaleError ? error.code : 'no HaleError';
        return found === code ? null : `was refused as ${found} and not as ${code}`;
      }
      return `was accepted and not refused as ${code}`;
    });
  }

  result(): VectorResult {
    return { passed: this.#passed, failed: this.#failed };
  }

  #judge(name: string, trial: () => string | null): void {
    const complaint = attempt(trial);
    if (complaint === null) this.#passed += 1;
    else this.#failed.push(`${name} ${complaint}`);
  }
}

function attempt(trial: () => string | null): string | null {
  try {
    return trial();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

function shorten(text: string | undefined): string {
  return text === undefined || text.length <= 120 ? String(text) : `${text.slice(0, 120)}…`;
}
