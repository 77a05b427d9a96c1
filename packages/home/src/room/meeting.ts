// The desk's end of a meeting in the room: a code that is good once, three words that both screens show, and the grant that the patient
// then hands over. specs/room.md.
import { randomBytes } from 'node:crypto';
import { base64Encode, encodePairingCode, HaleError, toHex } from '@hale/kernel';
import { type DeskKeys, roomCode, roomLink, roomSecret, roomWords } from '@hale/kernel/seal';
import type { Emitted } from '../api.ts';
import { OneVisit } from '../remote/one-visit.ts';
import { ROOM_LIMITS } from './limits.ts';

export interface MeetingRooms {
  /** The relay as this home reaches it, and as patients do. */
  readonly url: string;
  readonly address: string;
  readonly member: Uint8Array;
  readonly keys: Omit<DeskKeys, 'salt'>;
  /** By which patients know this desk. */
  readonly name: string;
  /** In which the code has to be used. */
  readonly seconds: number;
  readonly nowMillis: () => number;
  readonly emit: (said: Emitted) => void;
  /** Takes the gift wrap that a patient hands over. @throws HaleError when it is none for this desk */
  readonly take: (wrap: unknown) => string;
}

export class Meeting {
  readonly id = toHex(new Uint8Array(randomBytes(8)));
  readonly #rooms: MeetingRooms;
  readonly #keys: DeskKeys;
  readonly #code: Uint8Array;
  readonly #untilMillis: number;
  readonly #visit: OneVisit;
  readonly #done = Promise.withResolvers<string>();
  /** Ends the patient's question whether the desk still agrees. */
  readonly #refused = Promise.withResolvers<never>();
  #words: string[] = [];
  #isMet = false;
  #isRefused = false;
  #timer: NodeJS.Timeout | undefined;
  /** What ends the meeting once the relay has taken the last answer. */
  #answered: (() => void) | null = null;

  constructor(rooms: MeetingRooms) {
    this.#rooms = rooms;
    this.#keys = { ...rooms.keys, salt: new Uint8Array(randomBytes(32)) };
    this.#untilMillis = rooms.nowMillis() + rooms.seconds * 1000;
    this.#code = roomCode(this.#keys, this.#untilMillis / 1000);
    const { url, member, nowMillis } = rooms;
    this.#visit = new OneVisit({
      url,
      member,
      nowMillis,
      secret: roomSecret(this.#code),
      seconds: rooms.seconds + ROOM_LIMITS.decideSeconds,
      run: (name, parameters, { signal }) => this.#asked(name, parameters, signal),
      onOpened: ({ check }) => {
        this.#words = roomWords(check);
      },
      onTaken: () => this.#answered?.(),
      onEnded: () => this.#phoneLeft(),
    });
    this.#done.promise.catch(() => {});
    this.#refused.promise.catch(() => {});
  }

  /**
   * Resolves with the id of the grant that was handed over.
   * @throws HaleError 'expired' nobody came, or nobody decided · 'not-permitted' declined, or the words differ · 'unavailable' relay or phone
   * broke off; detail.why says which
   */
  async run(signal: AbortSignal): Promise<string> {
    const stop = () => this.#fail(new HaleError('not-permitted', 'the meeting was broken off', { why: 'closed' }));
    signal.addEventListener('abort', stop);
    try {
      await this.#begin();
      return await this.#done.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(this.#timer);
      await this.#visit.close();
    }
  }

  async #begin(): Promise<void> {
    try {
      await this.#visit.open();
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      throw new HaleError('unavailable', 'the relay where patients meet this desk does not answer', { why: 'relay' });
    }
    this.#wait(this.#rooms.seconds, 'nobody used the code in time; make a new one', 'nobody');
    const { address } = this.#rooms;
    this.#rooms.emit({
      room: {
        id: this.id,
        state: 'waiting',
        link: roomLink(address, this.#code),
        address,
        code: encodePairingCode(this.#code),
        untilMicros: this.#untilMillis * 1000,
      },
    });
  }

  #wait(seconds: number, text: string, why: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(new HaleError('expired', text, { why })), seconds * 1000);
  }

  #fail(error: HaleError): void {
    this.#done.reject(error);
  }

  /** Whoever has said what she wants may leave: it counts. */
  #phoneLeft(): void {
    if (this.#answered) this.#answered();
    else this.#fail(new HaleError('unavailable', 'the phone broke off; make a new code', { why: 'phone' }));
  }

  /** What a patient's home may say: to be met, to wait, to hand over, to decline. */
  async #asked(name: string, parameters: object, signal: AbortSignal): Promise<unknown> {
    if (name === 'meet' && !this.#isMet) return this.#meet();
    if (!this.#isMet) throw new HaleError('not-permitted', 'this desk was not met');
    if (name === 'wait' || this.#isRefused) return this.#stillAgreed(signal);
    if (name === 'show') return this.#show(parameters);
    if (name === 'decline') return this.#decline(parameters);
    throw new HaleError('not-permitted', 'nothing else can be said in the room');
  }

  #meet(): object {
    this.#isMet = true;
    this.#wait(ROOM_LIMITS.decideSeconds, 'the patient did not decide in time; make a new code', 'undecided');
    this.#rooms.emit({ room: { id: this.id, state: 'words', words: this.#words } });
    const { salt, npub, pubkey, kemPublic } = this.#keys;
    return {
      salt: toHex(salt),
      npub: toHex(npub),
      inbox: toHex(pubkey),
      kem: base64Encode(kemPublic as Uint8Array),
      name: this.#rooms.name,
    };
  }

  /** Is answered only when somebody at the desk says that the words differ. */
  async #stillAgreed(signal: AbortSignal): Promise<never> {
    const gone = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new HaleError('not-permitted', 'no longer wanted')));
    });
    try {
      return await Promise.race([this.#refused.promise, gone]);
    } finally {
      if (this.#isRefused) this.#answered = () => this.#endRefused();
    }
  }

  #show(parameters: object): object {
    const { wrap } = parameters as { wrap?: unknown };
    const grant = this.#rooms.take(wrap);
    this.#answered = () => this.#done.resolve(grant);
    return {};
  }

  #decline(parameters: object): object {
    const why = (parameters as { why?: unknown }).why === 'words' ? 'words' : 'declined';
    const text =
      why === 'words' ? 'the words on the phone are other ones' : 'the patient does not want to show anything';
    this.#answered = () => this.#fail(new HaleError('not-permitted', text, { why }));
    return {};
  }

  #endRefused(): void {
    this.#fail(new HaleError('not-permitted', 'the words were not the same', { why: 'words' }));
  }

  /** Somebody at the desk sees other words than the patient: nothing more is taken, and she is told, if her question has come. */
  refuse(): void {
    this.#isRefused = true;
    this.#refused.reject(
      new HaleError('not-permitted', 'somebody at the desk says that the words differ', { why: 'words' }),
    );
    setTimeout(() => this.#endRefused(), ROOM_LIMITS.againMillis);
  }
}
