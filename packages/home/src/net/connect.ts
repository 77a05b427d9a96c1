// Connections to relays over Node's sockets: what the connection of @hale/relay/client needs of this machine, and a pool of them.
import { randomBytes } from 'node:crypto';
import { fail, normalizeRelayUrl, schnorrPublic, toHex } from '@hale/kernel';
import {
  type ConnectionFact,
  type ConnectionOptions,
  type ConnectionPorts,
  type Line,
  type LineEvents,
  type LineFailure,
  RelayConnection as SocketlessConnection,
} from '@hale/relay/client';
import { WebSocket } from 'ws';
import { dateSeconds, networkReason } from './answer.ts';
import { NET_LIMITS } from './limits.ts';

export type { ConnectionFact, ConnectionState } from '@hale/relay/client';

export interface RelayConnectionOptions extends ConnectionOptions {
  /** Unix milliseconds; the wall clock unless a test sets another. */
  readonly nowMillis?: () => number;
}

function portsOf(nowMillis: () => number): ConnectionPorts {
  return {
    nowMillis,
    random: randomBytes,
    after: (millis, work) => {
      const timer = setTimeout(work, millis);
      return () => clearTimeout(timer);
    },
    every: (millis, work) => {
      const timer = setInterval(work, millis);
      return () => clearInterval(timer);
    },
    dial: (url, prove, on) => {
      const proof = prove({ url, method: 'GET' });
      return lineOf(url, proof === null ? {} : { Authorization: proof }, on);
    },
  };
}

/** A relay over a WebSocket of Node's. `close` ends sockets, timers and every open promise. */
export class RelayConnection extends SocketlessConnection {
  /** @throws HaleError 'malformed' for anything but a relay address */
  constructor({ nowMillis = Date.now, ...options }: RelayConnectionOptions) {
    super(options, portsOf(nowMillis));
  }
}

function lineOf(url: string, headers: Record<string, string>, on: LineEvents): Line {
  const socket = new WebSocket(url, {
    headers,
    handshakeTimeout: NET_LIMITS.handshakeTimeoutMillis,
    maxPayload: NET_LIMITS.messageBytesMax,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const failure: LineFailure = { status: null, reason: 'ECLOSED', dateSeconds: null };
  const stopPings = keepAlive(socket);
  socket.on('open', () => on.opened());
  // Nostr has text frames only; an empty text counts as a malformed one.
  socket.on('message', (data, isBinary) => on.received(isBinary ? '' : data.toString()));
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    Object.assign(failure, { status, reason: `HTTP_${status}`, dateSeconds: dateSeconds(response.headers.date) });
    socket.terminate();
  });
  socket.on('error', (error) => {
    if (failure.status === null) failure.reason = networkReason(error);
  });
  socket.on('close', () => {
    stopPings();
    on.ended(failure);
  });
  return {
    send: (frame) => socket.send(frame),
    terminate: () => socket.terminate(),
    close: () => closed(socket),
  };
}

/** A connection that stays silent for two pings is dead. */
function keepAlive(socket: WebSocket): () => void {
  let heard = true;
  let timer: NodeJS.Timeout | undefined;
  const hear = () => {
    heard = true;
  };
  socket.on('message', hear);
  socket.on('pong', hear);
  socket.on('open', () => {
    timer = setInterval(() => {
      if (!heard) socket.terminate();
      else socket.ping();
      heard = false;
    }, NET_LIMITS.pingMillis);
  });
  return () => clearInterval(timer);
}

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => socket.terminate(), NET_LIMITS.closeTimeoutMillis);
    socket.once('close', () => {
      clearTimeout(patience);
      resolve();
    });
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close();
  });
}

/** One connection per relay and admission key, shared by all who ask for it. */
export class ConnectionPool {
  readonly #connections = new Map<string, RelayConnection>();
  readonly #onFact: ((url: string, fact: ConnectionFact) => void) | undefined;

  constructor(onFact?: (url: string, fact: ConnectionFact) => void) {
    this.#onFact = onFact;
  }

  /** The keys given are added to a connection that is there already. @throws HaleError 'full' | 'malformed' */
  get(options: Omit<RelayConnectionOptions, 'onFact'>): RelayConnection {
    const url = normalizeRelayUrl(options.url);
    const identity = options.admission === undefined ? '' : toHex(schnorrPublic(options.admission));
    const name = `${url} ${identity}`;
    const known = this.#connections.get(name);
    if (known !== undefined && known.state !== 'closed') {
      for (const key of options.keys ?? []) known.addKey(key);
      return known;
    }
    if (this.#connections.size >= NET_LIMITS.connectionsMax) {
      fail('full', 'too many relay connections', { max: NET_LIMITS.connectionsMax });
    }
    const made = new RelayConnection({ ...options, onFact: (fact) => this.#onFact?.(url, fact) });
    this.#connections.set(name, made);
    return made;
  }

  /** Closes every connection; the pool may be used again. */
  async close(): Promise<void> {
    const all = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(all.map((connection) => connection.close()));
  }
}
