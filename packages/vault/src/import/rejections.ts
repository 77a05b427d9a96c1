// Rejections on their way out: one by one at first, then summed per stretch of the file, so that a broken gigabyte stays tellable.

import { IMPORT_LIMITS } from './limits.ts';
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
  private readonly noun: string;

  /** `noun` is what is counted: lines of a table, records of a list. */
  constructor(noun = 'line') {
    this.noun = noun;
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
          ? `${this.noun} ${firstLine + linesBefore}`
          : `${this.noun}s ${firstLine + linesBefore} to ${lastLine + linesBefore}`;
      return { type: 'rejection', place, reason, count, position };
    });
    this.waiting = [];
    this.summed.clear();
    return taken;
  }
}
