// Rejections on their way out: one by one at first, then summed per stretch of the file, so that a broken gigabyte stays tellable.

import { IMPORT_LIMITS } from './limits.ts';
import { ABOVE_RANGE, BELOW_RANGE, TOO_LARGE } from './numbers.ts';
import type { Rejection, RejectionReason } from './types.ts';

interface Waiting {
  reason: RejectionReason;
  firstLine: number;
  lastLine: number;
  count: number;
}

export class RejectionLog {
  private told = 0;
  private waiting: Waiting[] = [];
  private readonly summed = new Map<RejectionReason, Waiting>();
  private readonly placeWord: string;

  /** What places are counted in: `line`, `byte`, `record`. */
  constructor(placeWord = 'line') {
    this.placeWord = placeWord;
  }

  /** `line` counts from the reader's start. */
  add(line: number, reason: RejectionReason): void {
    if (this.told < IMPORT_LIMITS.rejectionsSingly) {
      this.told++;
      this.waiting.push({ reason, firstLine: line, lastLine: line, count: 1 });
      return;
    }
    const summed = this.summed.get(reason);
    if (summed) {
      summed.lastLine = line;
      summed.count++;
      return;
    }
    const first = { reason, firstLine: line, lastLine: line, count: 1 };
    this.summed.set(reason, first);
    this.waiting.push(first);
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  /** What waits, with lines counted from the start of the file. */
  take(linesBefore: number, position: number): Rejection[] {
    const taken = this.waiting.map(({ reason, firstLine, lastLine, count }): Rejection => {
      const place =
        firstLine === lastLine
          ? `${this.placeWord} ${firstLine + linesBefore}`
          : `${this.placeWord}s ${firstLine + linesBefore} to ${lastLine + linesBefore}`;
      return { type: 'rejection', place, reason, count, position };
    });
    this.waiting = [];
    this.summed.clear();
    return taken;
  }
}

/** Why a number that must be there is none: from the codes of NumberReader. */
export function reasonOf(value: number): RejectionReason {
  if (value === TOO_LARGE) return 'number too large to store';
  if (value === BELOW_RANGE) return 'below sensor range';
  return value === ABOVE_RANGE ? 'above sensor range' : 'not a number';
}
