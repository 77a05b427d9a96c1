// A browser's line to a relay: a ticket for the door, then a WebSocket (specs/relay.md §7.2); where the network lets no WebSocket through, questions
// over HTTP, asked again every few seconds (§7.6).
import {
  type ConnectAsReader,
  type GrantConnection,
  type LockerAnswer,
  type PinKeys,
  parseLockerAnswer,
  type ReaderKeys,
} from '@hale/consent';
import {
  type Filter,
  HaleError,
  httpAuthHeader,
  matchFilter,
  normalizeRelayUrl,
  parseEvent,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import {
  type ConnectionFact,
  type ConnectionPorts,
  clockOffset,
  type Line,
  type LineEvents,
  type LineFailure,
  RelayConnection,
} from '@hale/relay/client';

/** What the lines tell: of their state, of this device's clock, and that the door is closed to this reader now. */
export interface LineNews {
  state(url: string, state: 'live' | 'polling' | 'lost'): void;
  clock(seconds: number): void;
  turnedAway(url: string): void;
}

const CONNECT_MILLIS = 8_000;
const QUERY_MILLIS = 20_000;
const POLL_MILLIS = 10_000;
/** Questions about one range; each brings 2 MB or all that is left. */
const PAGES_MAX = 200;

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const httpUrl = (url: string, path: string): string => normalizeRelayUrl(url).replace(/^ws/, 'http') + path;

function dateSeconds(response: Response): number | null {
  const millis = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(millis) ? null : Math.floor(millis / 1000);
}

/** Strangers' answers are taken up to a limit, and no redirect is followed: a proof is for one address. */
function post(url: string, authorization: string | null, body: Uint8Array<ArrayBuffer> | null): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: authorization === null ? {} : { authorization },
    body,
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(QUERY_MILLIS),
  });
}

/** Whether the relay's door gave a ticket: if no socket opens after that, it is the network that lets none through. */
interface Door {
  hasOpened: boolean;
}

function portsOf(door: Door): ConnectionPorts {
  return {
    nowMillis: () => Date.now(),
    random,
    after: (millis, work) => {
      const timer = setTimeout(work, millis);
      return () => clearTimeout(timer);
    },
    every: (millis, work) => {
      const timer = setInterval(work, millis);
      return () => clearInterval(timer);
    },
    dial: (url, prove, on) => dial(url, prove, on, door),
  };
}

function dial(url: string, prove: Parameters<ConnectionPorts['dial']>[1], on: LineEvents, door: Door): Line {
  const failure: LineFailure = { status: null, reason: 'ECLOSED', dateSeconds: null };
  let socket: WebSocket | null = null;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    on.ended(failure);
  };
  const enter = async () => {
    const protocols = await protocolsFor(url, prove, failure, door);
    if (isOver) return;
    if (protocols === null) return end();
    socket = new WebSocket(url, protocols);
    socket.onopen = () => on.opened();
    socket.onmessage = ({ data }) => on.received(typeof data === 'string' ? data : '');
    socket.onclose = end;
  };
  enter().catch(end);
  return {
    send: (frame) => socket?.send(frame),
    terminate: () => {
      socket?.close();
      end();
    },
    close: async () => {
      socket?.close();
      end();
    },
  };
}

/** The subprotocols that open the door; none for a relay that knows no tickets; null where it refuses, with its reason in `failure`. */
async function protocolsFor(
  url: string,
  prove: Parameters<ConnectionPorts['dial']>[1],
  failure: LineFailure,
  door: Door,
): Promise<string[] | null> {
  const address = httpUrl(url, '/hale/ticket');
  const proof = prove({ url: address, method: 'POST' });
  if (proof === null) return [];
  let response: Response;
  try {
    response = await post(address, proof, null);
  } catch {
    // Nobody there; or an ordinary open relay, which does not answer pages of other origins.
    return [];
  }
  const { status } = response;
  if (status === 404 || status === 405) return [];
  Object.assign(failure, { status, reason: `HTTP_${status}`, dateSeconds: dateSeconds(response) });
  if (status !== 200) return null;
  const { ticket } = (await response.json()) as { ticket?: unknown };
  if (typeof ticket !== 'string' || !/^[0-9a-f]{64}$/.test(ticket)) return null;
  door.hasOpened = true;
  Object.assign(failure, { status: null, reason: 'ECLOSED' });
  return ['hale.1', `ticket.${ticket}`];
}

/** One try at the locker of a PIN link. @throws HaleError 'unavailable' where it does not answer */
export async function askLocker(relay: string, { lockerId: id, verifier }: PinKeys): Promise<LockerAnswer> {
  const body = utf8Encode(JSON.stringify({ id, verifier })) as Uint8Array<ArrayBuffer>;
  const response = await post(httpUrl(relay, '/hale/locker/open'), null, body).catch(() => null);
  const answer = response && parseLockerAnswer(response.status, await response.json().catch(() => null));
  if (!answer) throw new HaleError('unavailable', 'the locker does not answer');
  return answer;
}

/** Connects by socket, else by questions. */
export function connectAsReader(news: LineNews): ConnectAsReader {
  return async (url, keys) => {
    const secret = keys.secretOf(keys.author);
    const door: Door = { hasOpened: false };
    const options = { url, admission: secret, keys: [secret], onFact: (fact: ConnectionFact) => tell(fact, url, news) };
    const connection = new RelayConnection(options, portsOf(door));
    const hasSockets = typeof WebSocket === 'function';
    try {
      if (!hasSockets) throw new HaleError('unavailable', 'this browser has no web sockets');
      await within(connection.connect(), CONNECT_MILLIS);
    } catch (error) {
      await connection.close();
      const isBlocked = door.hasOpened || !hasSockets;
      if (!isBlocked) throw error;
      return new Questions(url, keys, news).begin();
    }
    return {
      queryAll: (filter) => connection.queryAll(filter, { timeoutMs: QUERY_MILLIS }),
      addKey: (key) => connection.addKey(key),
      subscribe: (filters, handlers) => connection.subscribe(filters, handlers),
      close: () => connection.close(),
    };
  };
}

function tell(fact: ConnectionFact, url: string, news: LineNews): void {
  if (fact.fact === 'connected') news.state(url, 'live');
  if (fact.fact === 'disconnected') news.state(url, 'lost');
  if (fact.fact === 'clock-corrected-for-authentication') news.clock(fact.seconds);
  if (fact.fact === 'connection-failed' && fact.reason === 'HTTP_403') news.turnedAway(url);
}

function within<T>(promise: Promise<T>, millis: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HaleError('unavailable', 'the relay does not answer')), millis);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A relay asked over HTTP, each author under the reader key for it. */
class Questions implements GrantConnection {
  readonly #address: string;
  readonly #url: string;
  readonly #keys: ReaderKeys;
  readonly #news: LineNews;
  readonly #timers = new Set<ReturnType<typeof setInterval>>();
  #offsetSeconds = 0;

  constructor(url: string, keys: ReaderKeys, news: LineNews) {
    this.#url = url;
    this.#address = httpUrl(url, '/hale/query');
    this.#keys = keys;
    this.#news = news;
  }

  /** @throws HaleError 'not-permitted' | 'unavailable' */
  async begin(): Promise<this> {
    await this.#ask({ authors: [this.#keys.author], limit: 1 });
    this.#news.state(this.#url, 'polling');
    return this;
  }

  /** Keys are used as they are needed: each question is signed by that of its author. */
  addKey(): void {}

  async queryAll(filter: Filter): Promise<{ events: VerifiedEvent[] }> {
    const found = new Map<string, VerifiedEvent>();
    for (const author of filter.authors ?? []) {
      let until: number | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const asked = { ...filter, authors: [author], ...(until === undefined ? {} : { until }) };
        const { events, complete } = await this.#ask(asked);
        const fresh = events.filter(({ id }) => !found.has(id));
        for (const event of fresh) found.set(event.id, event);
        if (complete || fresh.length === 0) break;
        until = Math.min(...events.map((event) => event.created_at));
      }
    }
    return { events: [...found.values()] };
  }

  subscribe(filters: readonly Filter[], { onEvent }: { onEvent(event: VerifiedEvent): void }): { close(): void } {
    const seen = new Set<string>();
    const look = async () => {
      try {
        for (const filter of filters)
          for (const event of (await this.queryAll(filter)).events) {
            if (!seen.has(event.id)) onEvent(event);
            seen.add(event.id);
          }
        this.#news.state(this.#url, 'polling');
      } catch (error) {
        if (error instanceof HaleError && error.code === 'not-permitted') this.#news.turnedAway(this.#url);
        else this.#news.state(this.#url, 'lost');
      }
    };
    const timer = setInterval(() => void look(), POLL_MILLIS);
    this.#timers.add(timer);
    return { close: () => clearInterval(timer) };
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #ask(filter: Filter): Promise<{ events: VerifiedEvent[]; complete: boolean }> {
    const response = await this.#postOnce(filter);
    const offset = response.status === 401 ? clockOffset(dateSeconds(response), Date.now()) : null;
    if (offset === null) return answerOf(response, filter);
    this.#offsetSeconds = offset;
    this.#news.clock(offset);
    return answerOf(await this.#postOnce(filter), filter);
  }

  async #postOnce(filter: Filter): Promise<Response> {
    const body = utf8Encode(JSON.stringify({ filters: [filter] })) as Uint8Array<ArrayBuffer>;
    const secret = this.#keys.secretOf(filter.authors?.[0] ?? this.#keys.author);
    const nowSeconds = Math.floor(Date.now() / 1000) + this.#offsetSeconds;
    const proof = signHttpAuth({ url: this.#address, method: 'POST', body, secret, nowSeconds, random });
    try {
      return await post(this.#address, httpAuthHeader(proof), body);
    } catch {
      throw new HaleError('unavailable', 'the relay does not answer');
    }
  }
}

/** Only what was asked for and what its author signed. */
async function answerOf(response: Response, filter: Filter): Promise<{ events: VerifiedEvent[]; complete: boolean }> {
  const { status } = response;
  if (status === 401 || status === 403) throw new HaleError('not-permitted', 'the relay does not admit this key');
  const answer = (status === 200 ? await response.json().catch(() => null) : null) as {
    events?: unknown;
    complete?: unknown;
  } | null;
  if (!Array.isArray(answer?.events)) throw new HaleError('unavailable', 'the relay does not answer this question');
  const events = answer.events.flatMap((value): VerifiedEvent[] => {
    try {
      const event = parseEvent(value);
      const verified = matchFilter(filter, event) ? verifyEvent(event) : null;
      return verified === null ? [] : [verified];
    } catch {
      return [];
    }
  });
  return { events, complete: answer.complete === true };
}
