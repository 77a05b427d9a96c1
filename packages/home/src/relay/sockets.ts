// Sockets around the engine: group commit per turn of the event loop, pages as long as the socket has room, pings.
import type { Effect, RelayEngine } from '@hale/relay/server';
import type { RawData, WebSocket } from 'ws';
import { HOST_LIMITS } from './limits.ts';

interface Peer {
  readonly socket: WebSocket;
  /** By whose key the socket was opened; null in an open relay. */
  readonly key: string | null;
  /** Answered the last ping. */
  alive: boolean;
  /** A look at the socket's buffer is due. */
  draining: boolean;
}

export type Admitted = Parameters<RelayEngine['open']>[0]['admitted'];

export class RelaySockets {
  readonly #engine: RelayEngine;
  readonly #peers = new Map<string, Peer>();
  readonly #timers: NodeJS.Timeout[];
  #flushDue = false;
  #opened = 0;

  constructor(engine: RelayEngine) {
    this.#engine = engine;
    this.#timers = [
      setInterval(() => this.#ping(), HOST_LIMITS.pingMillis),
      setInterval(() => this.apply(engine.tick()), HOST_LIMITS.tickMillis),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  get count(): number {
    return this.#peers.size;
  }

  /** Sockets that this key opened. */
  countOf(key: string): number {
    return [...this.#peers.values()].filter((peer) => peer.key === key).length;
  }

  add(socket: WebSocket, admitted: Admitted): void {
    this.#opened += 1;
    const id = String(this.#opened);
    const peer: Peer = { socket, key: admitted?.key ?? null, alive: true, draining: false };
    this.#peers.set(id, peer);
    socket.on('pong', () => {
      peer.alive = true;
    });
    socket.on('message', (data, isBinary) => this.#message(id, data, isBinary));
    socket.on('close', () => this.#closed(id));
    // ws closes the socket after each of its errors (a frame too large, bad UTF-8); nothing else is to be done.
    socket.on('error', () => {});
    this.apply(this.#engine.open({ id, admitted }));
  }

  /** Closes every socket; what is pending is committed first. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#flush();
    for (const [id, { socket }] of this.#peers) {
      this.#closed(id);
      socket.close(1001);
      // A peer that is gone never answers; the process must still end.
      setTimeout(() => socket.terminate(), 500).unref();
    }
    this.#flush();
  }

  /** Carries the engine's effects out. */
  apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      const peer = this.#peers.get(effect.to);
      if (!peer) continue;
      if ('close' in effect) peer.socket.close(effect.close.code, effect.close.reason);
      else this.#send(peer, effect.frame);
    }
    this.#scheduleFlush();
  }

  #send({ socket }: Peer, frame: string): void {
    if (socket.bufferedAmount > HOST_LIMITS.bufferedCloseBytes) socket.terminate();
    else socket.send(frame);
  }

  #message(id: string, data: RawData, isBinary: boolean): void {
    if (isBinary) {
      this.#peers.get(id)?.socket.close(1003);
      return;
    }
    this.apply(this.#engine.receive(id, data.toString()));
    this.#drain(id);
  }

  #closed(id: string): void {
    if (!this.#peers.delete(id)) return;
    this.#engine.close(id);
    this.#scheduleFlush();
  }

  /** All publications of one turn of the event loop, from whatever connection, share one commit. */
  #scheduleFlush(): void {
    if (this.#flushDue || !this.#engine.hasPending) return;
    this.#flushDue = true;
    setImmediate(() => {
      this.#flushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#engine.hasPending) this.apply(this.#engine.flush());
  }

  /** Sends pages while there is room, one a turn so that others are heard in between. */
  #drain(id: string): void {
    const peer = this.#peers.get(id);
    if (!peer || peer.draining || !this.#engine.hasMore(id)) return;
    peer.draining = true;
    const next = () => {
      peer.draining = false;
      if (peer.socket.bufferedAmount < HOST_LIMITS.bufferedPauseBytes) this.apply(this.#engine.drain(id));
      this.#drain(id);
    };
    if (peer.socket.bufferedAmount < HOST_LIMITS.bufferedPauseBytes) setImmediate(next);
    else setTimeout(next, HOST_LIMITS.drainMillis);
  }

  #ping(): void {
    for (const peer of this.#peers.values()) {
      if (!peer.alive) peer.socket.terminate();
      peer.alive = false;
      peer.socket.ping();
    }
  }
}
