// Frames in the order in which they came. What is being checked holds back what came behind it on the same connection, so that a client sees its
// own publications and hears its OKs in order; other connections go on.
import type { Check, Checked } from './check.ts';
import type { Connection } from './connection.ts';
import type { Frame } from './frames.ts';
import { RELAY_LIMITS } from './limits.ts';

/** One frame that waits: for its verdict where it has a ticket, else for those before it. */
export interface Waiting {
  readonly frame: Frame;
  readonly isEvent: boolean;
  checked: Checked | null;
}

export class Intake {
  readonly #outstanding = new Map<number, { readonly connection: Connection; readonly waiting: Waiting }>();
  #asked: Check[] = [];
  #tickets = 0;
  #bytes = 0;

  get hasChecks(): boolean {
    return this.#asked.length > 0;
  }

  add(connection: Connection, frame: Frame, isEvent: boolean): void {
    const waiting: Waiting = { frame, isEvent, checked: null };
    connection.waiting.push(waiting);
    connection.waitingBytes += frame.length;
    this.#bytes += frame.length;
    if (!isEvent) return;
    this.#tickets += 1;
    this.#outstanding.set(this.#tickets, { connection, waiting });
    this.#asked.push({ ticket: this.#tickets, frame });
  }

  /** Each is handed out once. */
  takeChecks(): Check[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** Everything that has no verdict yet, handed out or not. */
  outstanding(): Check[] {
    return [...this.#outstanding].map(([ticket, { waiting }]) => ({ ticket, frame: waiting.frame }));
  }

  /** @returns whose frame it was; null for a ticket that has its verdict */
  settle(ticket: number, checked: Checked): Connection | null {
    const found = this.#outstanding.get(ticket);
    if (!found) return null;
    this.#outstanding.delete(ticket);
    found.waiting.checked = checked;
    return found.connection;
  }

  /** The frames of a connection that wait for nothing any more, in order. */
  ready(connection: Connection): Waiting[] {
    const { waiting } = connection;
    let count = 0;
    while (count < waiting.length && (!waiting[count].isEvent || waiting[count].checked)) count += 1;
    const ready = waiting.splice(0, count);
    for (const { frame } of ready) {
      connection.waitingBytes -= frame.length;
      this.#bytes -= frame.length;
    }
    return ready;
  }

  /** Has that connection, or have all together, so much waiting that it should not be read from? */
  isFull(connection: Connection): boolean {
    if (connection.waitingBytes > RELAY_LIMITS.waitingBytesMax) return true;
    return connection.waitingBytes > 0 && this.#bytes > RELAY_LIMITS.waitingBytesOfAllMax;
  }
}
