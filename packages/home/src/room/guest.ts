// The patient's end of a meeting in the room: one visit under the code of a desk, never a second by itself, since each would be one more guess
// for whoever stands in between. specs/room.md.
import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import {
  base64Decode,
  encodeRemote,
  fromHex,
  HaleError,
  KINDS,
  parseRemote,
  type RemoteFrame,
  remoteDate,
  schnorrPublic,
  toHex,
  utf8Decode,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  type DeskKeys,
  isPromised,
  RemoteLine,
  type RemoteMessage,
  type RemoteVerb,
  remoteCommitment,
  roomEnd,
  roomSecret,
  roomWords,
  signEvent,
  validScalar,
  visitKeys,
} from '@hale/kernel/seal';
import * as v from 'valibot';
import { RelayConnection } from '../net/connect.ts';
import { phoneKeys } from '../remote/phones.ts';
import { ROOM_LIMITS } from './limits.ts';

/** The desk, as it says itself; only the words tell whether it is the one in the room. */
export interface FoundDesk {
  readonly keys: DeskKeys;
  readonly name: string;
  readonly words: string[];
}

const hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const deskShape = v.object({
  salt: hex32,
  npub: hex32,
  inbox: hex32,
  kem: v.pipe(v.string(), v.maxLength(2_000)),
  name: v.pipe(v.string(), v.maxLength(ROOM_LIMITS.nameUnitsMax)),
});

const over = (code: 'expired' | 'conflict' | 'unavailable' | 'not-authentic', why: string, text: string) =>
  new HaleError(code, text, { why });

export class Guest {
  readonly id = toHex(new Uint8Array(randomBytes(8)));
  readonly #code: Uint8Array;
  readonly #nowMillis: () => number;
  readonly #keys: ReturnType<typeof phoneKeys>;
  readonly #connection: RelayConnection;
  readonly #visit = new Uint8Array(randomBytes(16));
  readonly #secret = validScalar(new Uint8Array(randomBytes(32)));
  readonly #opened = Promise.withResolvers<Uint8Array>();
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ended = Promise.withResolvers<never>();
  #line: RemoteLine | null = null;
  #requests = 0;
  #heardMillis = 0;
  #saidMillis = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor({ relay, code, nowMillis }: { relay: string; code: Uint8Array; nowMillis: () => number }) {
    this.#code = code;
    this.#nowMillis = nowMillis;
    this.#keys = phoneKeys(roomSecret(code));
    const { reader, phone, homeAuthor } = this.#keys;
    const onFact = ({ fact }: { fact: string }) => {
      // What came before the end of the socket is still being verified, and may say why.
      if (fact === 'disconnected' && this.#line)
        setTimeout(() => this.#end(over('unavailable', 'relay', 'the relay broke off')), ROOM_LIMITS.watchMillis);
    };
    this.#connection = new RelayConnection({ url: relay, admission: reader, keys: [phone], onFact });
    this.#connection.subscribe([{ kinds: [KINDS.remote], authors: [homeAuthor] }], {
      onEvent: (event) => this.#heard(event),
    });
    this.#opened.promise.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  /** Rejects when the meeting is over, with what ended it. */
  get ended(): Promise<never> {
    return this.#ended.promise;
  }

  /**
   * Agrees on keys with whoever holds the other end of the code.
   * @throws HaleError 'expired' · 'conflict' used before · 'unavailable' · 'not-authentic' other keys than the code promised; detail.why
   */
  async meet(): Promise<FoundDesk> {
    await this.#knock();
    const check = await this.#opened.promise;
    const said = v.safeParse(deskShape, await this.call('meet', {}));
    const keys = said.success ? keysOf(said.output) : null;
    if (!said.success || !keys || !isPromised(this.#code, keys))
      throw over('not-authentic', 'keys', 'the desk shows other keys than its code promised');
    return { keys, name: said.output.name.trim(), words: roomWords(check) };
  }

  async #knock(): Promise<void> {
    try {
      await this.#connection.connect();
    } catch (error) {
      // The door that the code opens is shut once it was used, or its time is over.
      const isShut = error instanceof HaleError && error.code === 'not-permitted';
      throw isShut ? this.#late() : over('unavailable', 'relay', 'the relay of this desk cannot be reached');
    }
    this.#heardMillis = this.#nowMillis();
    this.#hello();
    this.#timer = setInterval(() => this.#watch(), ROOM_LIMITS.watchMillis);
  }

  /** The desk is not there (any more): because its code has run out, or for another reason. */
  #late(): HaleError {
    const now = this.#nowMillis() / 1000;
    return roomEnd(this.#code, now) <= now
      ? over('expired', 'late', 'the time of this code is over')
      : over('expired', 'closed', 'this code is not shown any more');
  }

  #hello(): void {
    this.#saidMillis = this.#nowMillis();
    const commitment = remoteCommitment(this.#visit, schnorrPublic(this.#secret));
    void this.#publish({ type: 'hello', visit: this.#visit, commitment });
  }

  #watch(): void {
    const now = this.#nowMillis();
    const silent = now - this.#heardMillis;
    if (!this.#line) {
      if (silent > ROOM_LIMITS.answerMillis) this.#end(this.#late());
      else if (now - this.#saidMillis > ROOM_LIMITS.againMillis) this.#hello();
    } else if (silent > ROOM_LIMITS.silenceMillis) this.#end(over('unavailable', 'desk', 'the desk does not answer'));
    else if (silent > ROOM_LIMITS.pingMillis && now - this.#saidMillis > ROOM_LIMITS.pingMillis)
      this.#say('ping', 0, null);
  }

  async #publish(frame: RemoteFrame): Promise<void> {
    const template = {
      kind: KINDS.remote,
      created_at: remoteDate(this.#nowMillis() / 1000),
      tags: [['-']],
      content: encodeRemote(frame),
    };
    const event = signEvent(template, this.#keys.phone, new Uint8Array(randomBytes(32)));
    const { outcome } = await this.#connection.publish(event);
    if (outcome === 'ok' || frame.type === 'hello' || frame.type === 'gone') return;
    this.#end(over('unavailable', 'relay', 'the relay did not pass on what was said'));
  }

  #heard(event: VerifiedEvent): void {
    try {
      const frame = parseRemote(event.content);
      if (toHex(frame.visit) !== toHex(this.#visit) || this.#isOver) return;
      if (frame.type === 'answer') this.#agree(frame.key);
      else if (frame.type === 'sealed' && this.#line) this.#settle(this.#line.open(frame));
      else if (frame.type === 'gone') this.#gone();
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.#end(over('not-authentic', 'altered', 'what the desk says was altered on its way'));
    }
  }

  #gone(): void {
    // Before any key was agreed on it is for another visit that the desk has gone on with.
    if (!this.#line) this.#end(over('conflict', 'used', 'this code was used before'));
    // Whoever waits for what the desk said just before hears that first: it may say why.
    else setImmediate(() => this.#end(over('unavailable', 'desk', 'the desk ended the meeting')));
  }

  #agree(homeKey: Uint8Array): void {
    if (this.#line) return;
    const phoneKey = schnorrPublic(this.#secret);
    const [visit, { visits }] = [this.#visit, this.#keys];
    const keys = visitKeys({ visits, visit, homeKey, phoneKey, ownSecret: this.#secret, side: 'phone' });
    void this.#publish({ type: 'reveal', visit, key: phoneKey });
    this.#line = new RemoteLine(visit, 'phone', keys);
    this.#heardMillis = this.#nowMillis();
    this.#opened.resolve(keys.check);
  }

  #settle(message: RemoteMessage | null): void {
    this.#heardMillis = this.#nowMillis();
    if (message === null || (message.verb !== 'result' && message.verb !== 'problem')) return;
    const call = this.#calls.get(message.request);
    this.#calls.delete(message.request);
    const answer = bodyOf(message);
    if (message.verb === 'result') call?.resolve(answer.result);
    else call?.reject(problemIn(answer.problem));
  }

  #say(verb: RemoteVerb, request: number, value: object | null): void {
    if (!this.#line) return;
    const body = value === null ? new Uint8Array(0) : utf8Encode(JSON.stringify(value));
    this.#saidMillis = this.#nowMillis();
    for (const frame of this.#line.seal({ verb, request, body, isDeflated: false })) void this.#publish(frame);
  }

  /** @throws HaleError what the desk answers, or what ended the meeting; whoever holds the other end cannot keep her waiting */
  async call(name: 'meet' | 'wait' | 'show' | 'decline', parameters: object): Promise<unknown> {
    const request = ++this.#requests;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(request, answer);
    this.#say('call', request, { name, parameters });
    const timer =
      name === 'wait'
        ? undefined
        : setTimeout(
            () => answer.reject(over('unavailable', 'desk', 'the desk does not answer')),
            ROOM_LIMITS.answerMillis,
          );
    try {
      return await Promise.race([answer.promise, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #end(error: HaleError): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#opened.reject(error);
    this.#ended.reject(error);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#isOver && this.#connection.state === 'open') await this.#publish({ type: 'gone', visit: this.#visit });
    this.#end(new HaleError('not-permitted', 'the meeting is over', { why: 'closed' }));
    await this.#connection.close();
  }
}

function keysOf({ salt, npub, inbox, kem }: v.InferOutput<typeof deskShape>): DeskKeys | null {
  try {
    return {
      salt: fromHex(salt, 32),
      npub: fromHex(npub, 32),
      pubkey: fromHex(inbox, 32),
      kemPublic: base64Decode(kem),
    };
  } catch {
    return null;
  }
}

/** @throws HaleError 'malformed' for what is no answer */
function bodyOf({ body, isDeflated }: RemoteMessage): { result?: unknown; problem?: unknown } {
  try {
    const plain = isDeflated ? inflateRawSync(body, { maxOutputLength: ROOM_LIMITS.answerBytesMax }) : body;
    return JSON.parse(utf8Decode(new Uint8Array(plain)));
  } catch {
    throw new HaleError('malformed', 'the desk says what cannot be read');
  }
}

/** Of what the desk says why, only what is known: its words are a stranger's. */
function problemIn(problem: unknown): HaleError {
  const { detail } = (typeof problem === 'object' && problem !== null ? problem : {}) as { detail?: { why?: unknown } };
  return detail?.why === 'words'
    ? new HaleError('not-permitted', 'somebody at the desk says that the words differ', { why: 'words' })
    : new HaleError('unavailable', 'the desk did not take it', { why: 'desk' });
}
