// A relay that answers as it likes: a real one over a given store, behind a door that changes what it says. It knows every key a relay
// knows and forges no signature, as a relay cannot.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MountedRelay, mountRelay } from '@hale/home';
import type { NostrEvent } from '@hale/kernel';
import { WebSocket, WebSocketServer } from 'ws';
import { EventStore } from '../../home/src/store/events.ts';

/** What an honest relay would answer to one request, changed. */
export type Lie = (events: NostrEvent[]) => NostrEvent[];

export const honest: Lie = (events) => events;

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

export class LyingRelay {
  lie: Lie = honest;
  readonly #store: EventStore;
  readonly #inner = createServer();
  readonly #outer = createServer((request, response) => this.#forward(request, response));
  readonly #doors = new WebSocketServer({ noServer: true });
  #relay: MountedRelay | null = null;
  #innerPort = 0;
  url = '';

  /** @param path of a relay's database; use a copy */
  constructor(path: string) {
    this.#store = new EventStore(path);
  }

  get store(): EventStore {
    return this.#store;
  }

  async open(): Promise<this> {
    this.#innerPort = await listen(this.#inner);
    const port = await listen(this.#outer);
    this.url = `ws://127.0.0.1:${port}`;
    this.#relay = mountRelay({
      server: this.#inner,
      store: this.#store,
      secret: new Uint8Array(randomBytes(32)),
      urls: [this.url],
      private: true,
    });
    this.#inner.on('request', (request, response) => {
      if (!this.#relay?.handle(request, response)) response.writeHead(404).end();
    });
    this.#outer.on('upgrade', (request, socket, head) => {
      const upstream = new WebSocket(`ws://127.0.0.1:${this.#innerPort}`, {
        headers: { authorization: request.headers.authorization ?? '' },
        perMessageDeflate: false,
      });
      upstream.on('unexpected-response', (_request, response) =>
        socket.end(`HTTP/1.1 ${response.statusCode} Refused\r\nContent-Length: 0\r\n\r\n`),
      );
      upstream.on('error', () => socket.destroy());
      upstream.on('open', () =>
        this.#doors.handleUpgrade(request, socket, head, (client) => this.#couple(client, upstream)),
      );
    });
    return this;
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const outgoing = request(
      {
        port: this.#innerPort,
        host: '127.0.0.1',
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }

  /** Holds the events of each request back until its EOSE, then says what it likes. Live events pass. */
  #couple(client: WebSocket, upstream: WebSocket): void {
    const held = new Map<string, NostrEvent[]>();
    client.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as [string, string];
      if (frame[0] === 'REQ') held.set(frame[1], []);
      upstream.send(data.toString());
    });
    upstream.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as [string, string, NostrEvent];
      const waiting = held.get(frame[1]);
      if (frame[0] === 'EVENT' && waiting) return void waiting.push(frame[2]);
      if (frame[0] === 'EOSE' && waiting) {
        held.delete(frame[1]);
        for (const event of this.lie(waiting)) client.send(JSON.stringify(['EVENT', frame[1], event]));
      }
      client.send(data.toString());
    });
    client.on('close', () => upstream.close());
    upstream.on('close', () => client.close());
  }

  async close(): Promise<void> {
    this.#relay?.close();
    for (const client of this.#doors.clients) client.terminate();
    await Promise.all(
      [this.#inner, this.#outer].map(
        (server) =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      ),
    );
    this.#store.close();
  }
}
