// The phone's end: one visit to the home at a time through one relay, begun when something is asked, begun anew when it broke off.
// specs/remote.md §5 and §6. Knows no browser: the connection, the clock and chance are given.
import type { Emitted } from '@hale/home';
import {
  encodeRemote,
  HaleError,
  KINDS,
  parseRemote,
  type Random,
  type RemoteFrame,
  remoteDate,
  schnorrPublic,
  toHex,
  utf8Decode,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  type RemoteKeys,
  RemoteLine,
  type RemoteMessage,
  type RemoteVerb,
  remoteCommitment,
  remoteKeys,
  signEvent,
  validScalar,
  visitKeys,
} from '@hale/kernel/seal';
import type { RelayConnection } from '@hale/relay/client';
import { CALLER_LIMITS } from './limits.ts';

/** What went wrong: a code of the home's, 'offline' where it does not answer, 'unpaired' where the relay lets this phone in no more. */
export class CallProblem extends Error {
  readonly code: string;
  readonly detail: Record<string, string | number>;

  constructor(code: string, message: string, detail: Record<string, string | number> = {}) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

export interface CallerRooms {
  /** 32 bytes that only this phone and its home have. */
  readonly secret: Uint8Array;
  /** To the relay, admitted by the reader key of that secret. */
  readonly connection: Pick<RelayConnection, 'connect' | 'publish' | 'subscribe' | 'addKey' | 'close'>;
  readonly random: Random;
  readonly nowMillis: () => number;
  readonly every: (millis: number, work: () => void) => () => void;
  readonly inflate: (body: Uint8Array) => Promise<Uint8Array>;
}

interface Waiting {
  readonly emit: (said: Emitted) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (problem: CallProblem) => void;
}

interface Visit {
  readonly name: string;
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
  readonly opened: PromiseWithResolvers<void>;
  line: RemoteLine | null;
  digits: string;
  /** Bodies are inflated one after the other, so that what was said first is heard first. */
  order: Promise<void>;
  askedMillis: number;
  heardMillis: number;
  readonly calls: Map<number, Waiting>;
}

interface Problem {
  code: string;
  title: string;
  detail?: Record<string, string | number>;
}

const problemOf = ({ code, title, detail }: Problem) => new CallProblem(code, title, detail);
const offline = () => new CallProblem('offline', 'your home does not answer');
const unpaired = () => new CallProblem('unpaired', 'this phone is not paired any more');
const REFUSED: readonly string[] = ['restricted', 'blocked', 'auth-required'];

export class HomeCaller {
  readonly #rooms: CallerRooms;
  readonly #keys: RemoteKeys;
  #visit: Visit | null = null;
  #requests = 0;
  readonly #stopWatch: () => void;

  constructor(rooms: CallerRooms) {
    this.#rooms = rooms;
    this.#keys = remoteKeys(rooms.secret);
    const { connection } = rooms;
    connection.addKey(this.#keys.phone);
    const home = toHex(schnorrPublic(this.#keys.home));
    connection.subscribe([{ kinds: [KINDS.remote], authors: [home] }], { onEvent: (event) => this.#heard(event) });
    this.#stopWatch = rooms.every(CALLER_LIMITS.watchMillis, () => this.#watch());
  }

  /** Six digits of the present visit, which the home shows too while this phone is paired. */
  async digits(): Promise<string> {
    return (await this.#open()).digits;
  }

  /** @throws CallProblem */
  async call(
    name: string,
    parameters: object,
    options: { emit?: (said: Emitted) => void; signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const visit = await this.#open();
    const request = ++this.#requests;
    const answer = Promise.withResolvers<unknown>();
    const { resolve, reject } = answer;
    visit.calls.set(request, { emit: options.emit ?? (() => {}), resolve, reject });
    const cancel = () => {
      if (!visit.calls.delete(request)) return;
      this.#say(visit, 'cancel', request, null);
      reject(new CallProblem('cancelled', 'no longer wanted'));
    };
    options.signal?.addEventListener('abort', cancel);
    if (options.signal?.aborted) cancel();
    else this.#say(visit, 'call', request, { name, parameters });
    try {
      return await answer.promise;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  /** The relay's socket broke off: what was on its way is lost. */
  lineBroke(): void {
    const visit = this.#visit;
    if (!visit) return;
    // One that had not begun knocks again, once the connection has told everybody of its end: a door that was closed says so.
    if (visit.line) this.#over(visit, offline());
    else void Promise.resolve().then(() => this.#knock(visit));
  }

  async close(): Promise<void> {
    this.#stopWatch();
    const visit = this.#visit;
    if (visit) {
      void this.#publish({ type: 'gone', visit: visit.id });
      this.#over(visit, new CallProblem('cancelled', 'this page was closed'));
    }
    await this.#rooms.connection.close();
  }

  async #open(): Promise<Visit> {
    const now = this.#rooms.nowMillis();
    if (this.#visit?.line && now - this.#visit.heardMillis > CALLER_LIMITS.staleMillis && this.#visit.calls.size === 0)
      this.#over(this.#visit, offline());
    const visit = this.#visit ?? this.#begin();
    await visit.opened.promise;
    return visit;
  }

  #begin(): Visit {
    const id = this.#rooms.random(16);
    const now = this.#rooms.nowMillis();
    const visit: Visit = {
      name: toHex(id),
      id,
      secret: validScalar(this.#rooms.random(32)),
      opened: Promise.withResolvers(),
      line: null,
      digits: '',
      order: Promise.resolve(),
      askedMillis: now,
      heardMillis: now,
      calls: new Map(),
    };
    visit.opened.promise.catch(() => {});
    this.#visit = visit;
    void this.#knock(visit);
    return visit;
  }

  async #knock(visit: Visit): Promise<void> {
    try {
      await this.#rooms.connection.connect();
    } catch (error) {
      const isRefused = error instanceof HaleError && error.code === 'not-permitted';
      return this.#over(visit, isRefused ? unpaired() : new CallProblem('offline', 'the relay cannot be reached'));
    }
    this.#hello(visit);
  }

  #hello(visit: Visit): void {
    visit.askedMillis = this.#rooms.nowMillis();
    const commitment = remoteCommitment(visit.id, schnorrPublic(visit.secret));
    void this.#deliver(visit, { type: 'hello', visit: visit.id, commitment });
  }

  async #publish(frame: RemoteFrame) {
    const template = {
      kind: KINDS.remote,
      created_at: remoteDate(this.#rooms.nowMillis() / 1000),
      tags: [['-']],
      content: encodeRemote(frame),
    };
    return this.#rooms.connection.publish(signEvent(template, this.#keys.phone, this.#rooms.random(32)));
  }

  async #deliver(visit: Visit, frame: RemoteFrame): Promise<void> {
    const result = await this.#publish(frame);
    // A beginning that was lost is said again, or given up in time (`#watch`).
    if (result.outcome === 'ok' || (result.outcome === 'lost' && !visit.line)) return;
    const isRefused = result.outcome === 'refused' && REFUSED.includes(result.reason);
    this.#over(visit, isRefused ? unpaired() : offline());
  }

  #say(visit: Visit, verb: RemoteVerb, request: number, value: unknown): void {
    if (visit !== this.#visit || !visit.line) return;
    const body = value === null ? new Uint8Array(0) : utf8Encode(JSON.stringify(value));
    visit.askedMillis = this.#rooms.nowMillis();
    for (const frame of visit.line.seal({ verb, request, body, isDeflated: false })) void this.#deliver(visit, frame);
  }

  #heard(event: VerifiedEvent): void {
    const visit = this.#visit;
    try {
      const frame = parseRemote(event.content);
      if (!visit || toHex(frame.visit) !== visit.name) return;
      if (frame.type === 'answer') this.#agree(visit, frame.key);
      else if (frame.type === 'sealed' && visit.line) this.#hear(visit, visit.line.open(frame));
      else if (frame.type === 'gone') this.#gone(visit);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      if (visit) this.#over(visit, offline());
    }
  }

  /** A home that started again, or this phone was removed? The next beginning tells, and whoever waits is told which. */
  #gone(visit: Visit): void {
    const problem = new CallProblem('gone', 'your home ended the conversation');
    if (!visit.line || visit.calls.size === 0) {
      this.#over(visit, problem);
      return;
    }
    this.#visit = null;
    this.#begin().opened.promise.then(
      () => rejectAll(visit, problem),
      (why: CallProblem) => rejectAll(visit, why),
    );
  }

  #agree(visit: Visit, homeKey: Uint8Array): void {
    if (visit.line) return;
    const phoneKey = schnorrPublic(visit.secret);
    const { visits } = this.#keys;
    const keys = visitKeys({ visits, visit: visit.id, homeKey, phoneKey, ownSecret: visit.secret, side: 'phone' });
    void this.#deliver(visit, { type: 'reveal', visit: visit.id, key: phoneKey });
    visit.line = new RemoteLine(visit.id, 'phone', keys);
    visit.digits = keys.digits;
    visit.heardMillis = this.#rooms.nowMillis();
    visit.opened.resolve();
  }

  #hear(visit: Visit, message: RemoteMessage | null): void {
    visit.heardMillis = this.#rooms.nowMillis();
    if (message === null || message.verb === 'pong') return;
    visit.order = visit.order.then(async () => {
      const body = message.isDeflated ? await this.#rooms.inflate(message.body) : message.body;
      this.#settle(visit, message, JSON.parse(utf8Decode(body)));
    });
    visit.order.catch(() => this.#over(visit, offline()));
  }

  #settle(visit: Visit, { verb, request }: RemoteMessage, value: unknown): void {
    const call = visit.calls.get(request);
    if (!call) return;
    if (verb === 'said') {
      for (const said of value as Emitted[]) call.emit(said);
      return;
    }
    visit.calls.delete(request);
    if (verb === 'result') call.resolve((value as { result: unknown }).result);
    else call.reject(problemOf((value as { problem: Problem }).problem));
  }

  /** Whoever waits is told when nothing comes any more; silence is broken by a ping first. */
  #watch(): void {
    const visit = this.#visit;
    if (!visit) return;
    const now = this.#rooms.nowMillis();
    if (!visit.line) {
      if (now - visit.heardMillis > CALLER_LIMITS.answerMillis) this.#over(visit, offline());
      else if (now - visit.askedMillis > CALLER_LIMITS.againMillis) this.#hello(visit);
      return;
    }
    if (visit.calls.size === 0) return;
    if (now - visit.heardMillis > CALLER_LIMITS.silenceMillis) this.#over(visit, offline());
    else if (now - Math.max(visit.heardMillis, visit.askedMillis) > CALLER_LIMITS.pingMillis)
      this.#say(visit, 'ping', 0, null);
  }

  #over(visit: Visit, problem: CallProblem): void {
    if (this.#visit !== visit) return;
    this.#visit = null;
    visit.opened.reject(problem);
    rejectAll(visit, problem);
  }
}

function rejectAll({ calls }: Visit, problem: CallProblem): void {
  for (const call of calls.values()) call.reject(problem);
  calls.clear();
}
