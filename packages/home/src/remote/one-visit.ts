// A code that lets one visitor in, once: its keys follow from the code, the relay lets nobody else through this door, the first who knocks
// is the visitor, and whoever comes after is told that it is over. specs/remote.md §7, specs/room.md §4.
import { randomBytes } from 'node:crypto';
import {
  encodeRemote,
  HaleError,
  KINDS,
  parseRemote,
  type RemoteFrame,
  remoteDate,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import { RelayConnection } from '../net/connect.ts';
import { REMOTE_LIMITS } from './limits.ts';
import { codeLists, type PhoneKeys, phoneKeys } from './phones.ts';
import { HomeVisit, type VisitRooms } from './visit.ts';

export interface OneVisitRooms extends Pick<VisitRooms, 'nowMillis' | 'run' | 'onOpened' | 'onEnded'> {
  /** The relay as this home reaches it. */
  readonly url: string;
  readonly member: Uint8Array;
  /** 32 bytes that follow from the code. */
  readonly secret: Uint8Array;
  /** For which the relay lets the visitor in. */
  readonly seconds: number;
  /** The relay has taken a frame. */
  readonly onTaken?: () => void;
}

export class OneVisit {
  readonly #rooms: OneVisitRooms;
  readonly #keys: PhoneKeys;
  readonly #connection: RelayConnection;
  #visit: HomeVisit | null = null;
  #visitName = '';
  #startedSeconds = 0;
  /** The last frame on its way to the relay. */
  #sending: Promise<boolean> = Promise.resolve(true);

  constructor(rooms: OneVisitRooms) {
    this.#rooms = rooms;
    this.#keys = phoneKeys(rooms.secret);
    const { home, phone } = this.#keys;
    this.#connection = new RelayConnection({ url: rooms.url, admission: rooms.member, keys: [home, phone] });
  }

  /** @throws HaleError 'unavailable' the relay is away, or did not take it */
  async open(): Promise<void> {
    await this.#connection.connect();
    this.#startedSeconds = Math.floor(this.#rooms.nowMillis() / 1000);
    for (const list of codeLists(this.#keys, this.#startedSeconds, this.#rooms.seconds)) {
      const { outcome } = await this.#connection.publish(list);
      if (outcome !== 'ok') throw new HaleError('unavailable', 'the relay did not take the code; try again');
    }
    this.#connection.subscribe([{ kinds: [KINDS.remote], authors: [this.#keys.phoneAuthor] }], {
      onEvent: (event) => this.#heard(event),
    });
  }

  #heard(event: VerifiedEvent): void {
    let frame: RemoteFrame;
    try {
      frame = parseRemote(event.content);
    } catch {
      return;
    }
    const name = toHex(frame.visit);
    if (name === this.#visitName) {
      if (frame.type === 'hello') this.#visit?.answer();
      else this.#visit?.take(frame);
    } else if (this.#visit === null && frame.type === 'hello') this.#welcome(name, frame);
    // The code was used: whoever comes second is told so, and gets nothing.
    else if (frame.type !== 'gone') void this.#send({ type: 'gone', visit: frame.visit });
  }

  #welcome(name: string, hello: Extract<RemoteFrame, { type: 'hello' }>): void {
    const { nowMillis, run, onOpened, onEnded } = this.#rooms;
    this.#visitName = name;
    this.#visit = new HomeVisit(
      {
        visits: this.#keys.visits,
        nowMillis,
        run,
        onEnded,
        ...(onOpened ? { onOpened } : {}),
        random: (length) => new Uint8Array(randomBytes(length)),
        send: (frame) => this.#send(frame),
      },
      hello,
    );
  }

  #send(frame: RemoteFrame): Promise<boolean> {
    this.#sending = this.#publish(frame);
    return this.#sending;
  }

  async #publish(frame: RemoteFrame): Promise<boolean> {
    const template = {
      kind: KINDS.remote,
      created_at: remoteDate(this.#rooms.nowMillis() / 1000),
      tags: [['-']],
      content: encodeRemote(frame),
    };
    const event = signEvent(template, this.#keys.home, new Uint8Array(randomBytes(32)));
    const { outcome } = await this.#connection.publish(event);
    if (outcome === 'ok') this.#rooms.onTaken?.();
    return outcome === 'ok';
  }

  /** Ends the visit, tells whoever is there, and has the relay let nobody in any more; one that is away forgets the code by itself. */
  async close(): Promise<void> {
    this.#visit?.end(true);
    // A relay that hears of the shut door first does not pass on what was said before.
    await this.#sending;
    if (this.#startedSeconds !== 0 && this.#connection.state === 'open') {
      const [list] = codeLists(this.#keys, this.#startedSeconds + 1, this.#rooms.seconds, true);
      await this.#connection.publish(list, { timeoutMs: REMOTE_LIMITS.tickMillis });
    }
    await this.#connection.close();
  }
}
