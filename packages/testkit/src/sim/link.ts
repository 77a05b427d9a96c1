// One client's connection to one simulated relay: the real session, and the frames that are still on their way.
import { schnorrPublic, toHex } from '@hale/kernel';
import { RelaySession } from '@hale/relay/client';
import type { MachineClock } from './clock.ts';
import type { Prng } from './prng.ts';
import type { SimRelay } from './relay.ts';

let numbered = 0;

export class SimLink {
  readonly relay: SimRelay;
  readonly session: RelaySession;
  readonly down: string[] = [];
  readonly #up: string[] = [];
  readonly #admission: string;
  readonly #id: string;
  onOpen: () => void = () => {};

  constructor(options: { relay: SimRelay; admission: Uint8Array; clock: MachineClock; prng: Prng }) {
    const { relay, clock, prng } = options;
    this.relay = relay;
    this.#admission = toHex(schnorrPublic(options.admission));
    this.#id = `link${numbered++}`;
    this.session = new RelaySession(relay.url, {
      nowMillis: () => clock.nowMillis(),
      authOffsetSeconds: () => clock.authOffsetSeconds(),
      random: (length) => prng.bytes(length),
    });
  }

  get isOpen(): boolean {
    return this.session.isOpen;
  }

  /** false: out of reach, or not admitted. */
  connect(): boolean {
    if (this.isOpen) return true;
    this.#forget();
    if (!this.relay.open(this.#id, this.#admission, { down: this.down, dropped: () => this.#lost() })) return false;
    this.session.opened();
    this.onOpen();
    return true;
  }

  /** Ends the connection from this side; what is under way is lost. */
  drop(): void {
    this.relay.close(this.#id);
    this.#lost();
  }

  #lost(): void {
    this.#forget();
    this.session.closed();
  }

  #forget(): void {
    this.#up.length = 0;
    this.down.length = 0;
  }

  /** Frames to the relay; true when there were any. */
  carryUp(): boolean {
    this.session.tick();
    this.#up.push(...this.session.drain().frames);
    const frames = this.#up.splice(0);
    for (const frame of frames) this.relay.receive(this.#id, frame);
    return frames.length > 0;
  }

  /** Frames from the relay; true when there were any. */
  carryDown(): boolean {
    const frames = this.down.splice(0);
    for (const frame of frames) this.session.receive(frame);
    return frames.length > 0;
  }
}
