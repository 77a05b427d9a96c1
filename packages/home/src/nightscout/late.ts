// Nightscout's doors, opened when somebody knocks: most homes have no such client, and the code behind them takes memory.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Home } from '../home.ts';
import type { NightscoutRooms, NightscoutServer } from './server.ts';
import type { NightscoutSockets } from './sockets.ts';

const PATH = /^\/(api\/v[123](\/|$|\?)|pebble($|\?|\/))/;
const SOCKETS = '/socket.io/';

interface Doors {
  http: NightscoutServer;
  sockets: NightscoutSockets;
}

export class LateNightscout {
  readonly #server: Server;
  readonly #rooms: NightscoutRooms;
  #doors: Doors | null = null;
  #opening: Promise<Doors> | null = null;
  #isClosed = false;

  constructor(server: Server, rooms: NightscoutRooms) {
    this.#server = server;
    this.#rooms = rooms;
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** True: it is Nightscout's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    if (PATH.test(url)) {
      if (this.#doors) return this.#doors.http.handle(request, response);
      this.#open().then(
        ({ http }) => http.handle(request, response),
        () => response.destroy(),
      );
      return true;
    }
    // Once they are open, the sockets look at their path before anybody else does.
    if (this.#doors || !url.startsWith(SOCKETS)) return false;
    this.#open().then(
      () => this.#server.emit('request', request, response),
      () => response.destroy(),
    );
    return true;
  }

  /** Follows a home: the one that was unlocked, or that took another's place. */
  follow(home: Home): void {
    this.#doors?.sockets.follow(home);
  }

  close(): void {
    this.#isClosed = true;
    this.#doors?.sockets.close();
  }

  /** Is an upgrade on this address taken, now or once the doors are open? */
  takes(url: string): boolean {
    return url.startsWith(SOCKETS);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#doors || !this.takes(request.url ?? '')) return;
    socket.on('error', () => {});
    this.#open().then(
      () => this.#server.emit('upgrade', request, socket, head),
      () => socket.destroy(),
    );
  }

  #open(): Promise<Doors> {
    this.#opening ??= this.#load();
    return this.#opening;
  }

  async #load(): Promise<Doors> {
    const [{ NightscoutServer: Http }, { NightscoutSockets: Sockets }] = await Promise.all([
      import('./server.ts'),
      import('./sockets.ts'),
    ]);
    if (this.#isClosed) throw new Error('closed');
    const http = new Http(this.#rooms);
    const sockets = new Sockets(this.#server, http);
    const home = this.#rooms.home();
    if (home) sockets.follow(home);
    this.#doors = { http, sockets };
    return this.#doors;
  }
}
