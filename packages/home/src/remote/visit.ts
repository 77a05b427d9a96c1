// The home's end of one visit: it agrees on keys with the phone, runs what the phone calls, and gives the answers in sealed frames.
// specs/remote.md §5 and §6.
import { deflateRawSync } from 'node:zlib';
import { HaleError, type Random, type RemoteFrame, schnorrPublic, utf8Decode, utf8Encode } from '@hale/kernel';
import { RemoteLine, type RemoteVerb, sameCommitment, type VisitKeys, validScalar, visitKeys } from '@hale/kernel/seal';
import type { Emitted } from '../api.ts';
import { problemOf } from '../problem.ts';
import { REMOTE_LIMITS } from './limits.ts';

export type RunCall = (
  name: string,
  parameters: object,
  options: { emit: (said: Emitted) => void; signal: AbortSignal; afterAnswer: (act: () => void) => void },
) => Promise<unknown>;

export interface VisitRooms {
  /** What the phone and this home share, as it goes into the keys of a visit. */
  readonly visits: Uint8Array;
  readonly random: Random;
  readonly nowMillis: () => number;
  readonly run: RunCall;
  /** Hands a frame to the relay; false where it was not taken. */
  readonly send: (frame: RemoteFrame) => Promise<boolean>;
  /** Both sides have shown their keys. */
  readonly onOpened?: (keys: Pick<VisitKeys, 'digits' | 'check'>) => void;
  /** Something came that only the phone can have said. */
  readonly onHeard?: () => void;
  /** It is over, whoever ended it. */
  readonly onEnded: () => void;
}

type Hello = Extract<RemoteFrame, { type: 'hello' }>;

export class HomeVisit {
  readonly #rooms: VisitRooms;
  readonly #hello: Hello;
  readonly #secret: Uint8Array;
  readonly #calls = new Map<number, AbortController>();
  #line: RemoteLine | null = null;
  #unconfirmed = 0;
  #isOver = false;
  heardMillis: number;

  constructor(rooms: VisitRooms, hello: Hello) {
    this.#rooms = rooms;
    this.#hello = hello;
    this.#secret = validScalar(rooms.random(32));
    this.heardMillis = rooms.nowMillis();
    this.answer();
  }

  get isOpened(): boolean {
    return this.#line !== null;
  }

  /** Says this side's key; again where the phone did not hear it. */
  answer(): void {
    if (this.#line || this.#isOver) return;
    void this.#send({ type: 'answer', visit: this.#hello.visit, key: schnorrPublic(this.#secret) });
  }

  take(frame: RemoteFrame): void {
    if (this.#isOver) return;
    try {
      if (frame.type === 'reveal') this.#reveal(frame.key);
      else if (frame.type === 'sealed') this.#sealed(frame);
      else if (frame.type === 'gone') this.end(false);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      // Missing, altered or out of bounds: nothing of this visit can be trusted any more; the phone begins another.
      this.end(true);
    }
  }

  #reveal(phoneKey: Uint8Array): void {
    if (this.#line) return;
    const { visit, commitment } = this.#hello;
    if (!sameCommitment(commitment, visit, phoneKey))
      throw new HaleError('not-authentic', 'this is not the key that was promised');
    const homeKey = schnorrPublic(this.#secret);
    const keys = visitKeys({
      visits: this.#rooms.visits,
      visit,
      homeKey,
      phoneKey,
      ownSecret: this.#secret,
      side: 'home',
    });
    this.#line = new RemoteLine(visit, 'home', keys);
    this.#rooms.onOpened?.(keys);
  }

  #sealed(frame: Extract<RemoteFrame, { type: 'sealed' }>): void {
    if (!this.#line) throw new HaleError('malformed', 'no keys were agreed on yet');
    const message = this.#line.open(frame);
    this.heardMillis = this.#rooms.nowMillis();
    this.#rooms.onHeard?.();
    if (message === null) return;
    if (message.isDeflated) throw new HaleError('malformed', 'a phone does not compress what it asks');
    if (message.verb === 'ping') void this.#say('pong', message.request, null);
    if (message.verb === 'cancel') this.#calls.get(message.request)?.abort();
    if (message.verb === 'call') void this.#call(message.request, message.body);
  }

  async #call(request: number, body: Uint8Array): Promise<void> {
    const abort = new AbortController();
    const gathered = new Gathered((said) => void this.#say('said', request, said));
    const after: (() => void)[] = [];
    try {
      if (this.#calls.has(request) || this.#calls.size >= REMOTE_LIMITS.callsPerVisitMax)
        throw new HaleError('unavailable', 'too much is being asked at once; try again in a moment');
      this.#calls.set(request, abort);
      const { name, parameters } = parseCall(body);
      const result = await this.#rooms.run(name, parameters, {
        emit: (said) => gathered.add(said),
        signal: abort.signal,
        afterAnswer: (act) => after.push(act),
      });
      gathered.flush();
      const said = this.#say('result', request, { result });
      if (after.length > 0) await said;
    } catch (error) {
      gathered.flush();
      void this.#say('problem', request, { problem: problemOf(error) });
    } finally {
      gathered.close();
      if (this.#calls.get(request) === abort) this.#calls.delete(request);
      for (const act of after) act();
    }
  }

  /** Resolves once the relay has answered to all of it. @throws HaleError 'too-large' at once */
  #say(verb: RemoteVerb, request: number, value: unknown): Promise<unknown> {
    if (this.#isOver || !this.#line) return Promise.resolve();
    const plain = value === null ? new Uint8Array(0) : utf8Encode(JSON.stringify(value));
    const isDeflated = plain.length >= REMOTE_LIMITS.deflateFromBytes;
    const body = isDeflated ? new Uint8Array(deflateRawSync(plain, { level: 3 })) : plain;
    return Promise.all(this.#line.seal({ verb, request, body, isDeflated }).map((frame) => this.#send(frame)));
  }

  async #send(frame: RemoteFrame): Promise<void> {
    const bytes = frame.type === 'sealed' ? frame.ciphertext.length : 64;
    this.#unconfirmed += bytes;
    if (this.#unconfirmed > REMOTE_LIMITS.unconfirmedBytesMax) {
      this.end(true);
      return;
    }
    const isTaken = await this.#rooms.send(frame);
    this.#unconfirmed -= bytes;
    // What the relay did not take leaves a hole that the phone sees; there is nothing to go on with.
    if (!isTaken) this.end(false);
  }

  /** Stops what runs. @param isTold the phone hears of it */
  end(isTold: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const abort of this.#calls.values()) abort.abort();
    if (isTold) void this.#rooms.send({ type: 'gone', visit: this.#hello.visit });
    this.#rooms.onEnded();
  }
}

/** @throws HaleError 'malformed' */
function parseCall(body: Uint8Array): { name: string; parameters: object } {
  let call: unknown;
  try {
    call = JSON.parse(utf8Decode(body));
  } catch {
    call = null;
  }
  const { name, parameters } = (typeof call === 'object' && call !== null ? call : {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof parameters !== 'object' || parameters === null)
    throw new HaleError('malformed', 'a call has a name and parameters');
  return { name, parameters };
}

/** Readings go out together a few times a second. */
class Gathered {
  readonly #say: (said: Emitted[]) => void;
  #waiting: Emitted[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(say: (said: Emitted[]) => void) {
    this.#say = say;
  }

  add(said: Emitted): void {
    this.#waiting.push(said);
    if (this.#waiting.length >= REMOTE_LIMITS.gatheredMax) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), REMOTE_LIMITS.gatherMillis);
  }

  flush(): void {
    this.close();
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#say(waiting);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
