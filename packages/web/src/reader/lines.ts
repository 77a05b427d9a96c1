// The link reader's lines to relays: by socket (relay/ports.ts); where the network lets no WebSocket through, by questions over HTTP, asked again
// every few seconds (specs/relay.md §7.6); and one try at a locker.
import {
  type ConnectAsReader,
  type GrantConnection,
  type LockerAnswer,
  type LockerKeys,
  parseLockerAnswer,
  type ReaderKeys,
} from '@hale/consent';
import {
  type Filter,
  HaleError,
  httpAuthHeader,
  matchFilter,
  parseEvent,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { signHttpAuth } from '@hale/kernel/seal';
import { type ConnectionFact, clockOffset, RelayConnection } from '@hale/relay/client';
import { browserPorts, type Door, dateSeconds, httpUrl, post, random } from '../relay/ports.ts';
import type { ClaimProof } from './claim.ts';

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

/**
 * One try at the locker of a link. @param proof that this is the browser whose it is; null to hear whether one is asked for
 * @throws HaleError 'unavailable' where it does not answer
 */
export async function askLocker(
  relay: string,
  { lockerId: id, verifier }: LockerKeys,
  proof: ClaimProof | null,
): Promise<LockerAnswer> {
  const { challenge, key, signature } = proof ?? {};
  const proven = proof === null ? {} : { relay: proof.relay, challenge, key, signature };
  const body = utf8Encode(JSON.stringify({ id, verifier, ...proven })) as Uint8Array<ArrayBuffer>;
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
    const connection = new RelayConnection(options, browserPorts(door));
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
