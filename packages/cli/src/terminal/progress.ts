// Progress of long work: one bar that redraws itself on a terminal, a plain line now and then elsewhere. Always on stderr.
import type { Emitted } from '@hale/home';
import type { Io } from '../io.ts';
import { LIMITS } from '../limits.ts';
import { bytes, duration, number } from './numbers.ts';
import { forTerminal, widthOf } from './style.ts';

type Step = Extract<Emitted, { progress: unknown }>['progress'];

export class Progress {
  readonly #io: Io;
  readonly #colour: boolean;
  #what = '';
  #startedMillis = 0;
  #startedDone = 0;
  #saidMillis = 0;
  #drawn = false;

  constructor(io: Io, colour: boolean) {
    this.#io = io;
    this.#colour = colour;
  }

  step(step: Step): void {
    const now = this.#io.now();
    if (step.what !== this.#what) {
      this.#what = step.what;
      this.#startedMillis = now;
      this.#startedDone = step.done;
      this.#saidMillis = this.#io.isTTY ? 0 : now;
    }
    const pause = this.#io.isTTY ? LIMITS.progressDrawMillis : LIMITS.progressLineMillis;
    if (now - this.#saidMillis < pause && step.done < step.total) return;
    this.#saidMillis = now;
    if (this.#io.isTTY) this.#draw(step, now);
    else if (step.done < step.total)
      this.#io.stderr.write(forTerminal(`${step.what}  ${this.#numbers(step, now)}\n`, false));
  }

  /** Takes the bar away, so that what is printed next stands alone. */
  clear(): void {
    if (this.#drawn) this.#io.stderr.write('\r\u001B[K');
    this.#drawn = false;
  }

  #draw(step: Step, now: number): void {
    const columns = Math.min(this.#io.columns, LIMITS.columnsMax) - 1;
    const numbers = this.#numbers(step, now);
    const room = columns - widthOf(numbers) - 4;
    const name = step.what.length > room - 8 ? `…${step.what.slice(-Math.max(4, room - 9))}` : step.what;
    const cells = Math.max(0, Math.min(30, room - widthOf(name)));
    const full = step.total > 0 ? Math.round((Math.min(step.done, step.total) / step.total) * cells) : 0;
    const line = `${name}  ${'█'.repeat(full)}${'░'.repeat(cells - full)}  ${numbers}`;
    this.#io.stderr.write(`\r${forTerminal(line, this.#colour)}\u001B[K`);
    this.#drawn = true;
  }

  #numbers(step: Step, now: number): string {
    const seconds = (now - this.#startedMillis) / 1000;
    const rate = seconds > 0.3 ? (step.done - this.#startedDone) / seconds : 0;
    const amount = (count: number) => (step.unit === 'bytes' ? bytes(count) : `${number(count, 0)} ${step.unit}`);
    const percent =
      step.total > 0 ? `${String(Math.floor((step.done / step.total) * 100)).padStart(3)} %` : amount(step.done);
    if (rate <= 0) return percent;
    const left =
      step.total > step.done ? `, ${duration(Math.max(1, Math.ceil((step.total - step.done) / rate)))} left` : '';
    return `${percent}  ${amount(rate)}/s${left}`;
  }
}
