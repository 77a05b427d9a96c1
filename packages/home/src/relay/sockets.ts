// Sockets around the engine: signatures to the checking threads, group commit, pages as long as the socket has room, pings.
import type { Duplex } from 'node:stream';
import { HaleError } from '@hale/kernel';
import { type Effect, isEventFrame, padJson, type RelayEngine } from '@hale/relay/server';
import type { RawData, WebSocket } from 'ws';
import { CheckPool, type Verdict } from './check-pool.ts';
import type { RelayCounts } from './counts.ts';
import { HOST_LIMITS } from './limits.ts';
import { textFrames } from './wire.ts';

interface Peer {
  readonly socket: WebSocket;
  /** What lies under it. `ws` compresses nothing here, so whole frames of ours may go in between its own. */
  readonly wire: Duplex;
  /** By whose key the socket was opened; null in an open relay. */
  readonly key: string | null;
  /** Answered the last ping. */
  alive: boolean;
  /** A look at the socket's buffer is due. */
  draining: boolean;
  /** Not read from: too much of it waits for its signatures. */
  paused: boolean;
  /** Frames that leave together, at the end of `apply`. */
  outgoing: string[];
}

export interface SocketOptions {
  /** Frames are as long as their bucket (specs/relay.md §7). */
  readonly padding: boolean;
  /** Threads that check signatures, 0 = this one does. */
  readonly checkThreads: number;
  /** Milliseconds between pings. */
  readonly pingMillis: number;
  /** Bytes waiting above which a client that does not read loses its socket. */
  readonly bufferedCloseBytes: number;
  readonly counts: RelayCounts;
}

export type Admitted = Parameters<RelayEngine['open']>[0]['admitted'];

export class RelaySockets {
  readonly #engine: RelayEngine;
  readonly #pool: CheckPool;
  readonly #padding: boolean;
  readonly #bufferedCloseBytes: number;
  readonly #counts: RelayCounts;
  #halted = false;
  readonly #peers = new Map<string, Peer>();
  readonly #paused = new Set<string>();
  readonly #timers: NodeJS.Timeout[];
  #turnDue = false;
  #turnBegun = false;
  #gathering: NodeJS.Timeout | null = null;
  #opened = 0;

  constructor(engine: RelayEngine, { padding, checkThreads, pingMillis, bufferedCloseBytes, counts }: SocketOptions) {
    this.#engine = engine;
    this.#padding = padding;
    this.#bufferedCloseBytes = bufferedCloseBytes;
    this.#counts = counts;
    this.#pool = new CheckPool((verdicts) => this.#guarded(() => this.#checked(verdicts)), checkThreads);
    this.#timers = [
      setInterval(() => this.#ping(), pingMillis),
      setInterval(() => this.#guarded(() => this.apply(engine.tick())), HOST_LIMITS.tickMillis),
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

  add(socket: WebSocket, wire: Duplex, admitted: Admitted): void {
    this.#opened += 1;
    this.#counts.socketsOpened += 1;
    const id = String(this.#opened);
    const state = { alive: true, draining: false, paused: false, outgoing: [] };
    const peer: Peer = { socket, wire, key: admitted?.key ?? null, ...state };
    this.#peers.set(id, peer);
    socket.on('pong', () => {
      peer.alive = true;
    });
    socket.on('message', (data, isBinary) => this.#guarded(() => this.#message(id, peer, data, isBinary), peer));
    socket.on('close', () => this.#guarded(() => this.#closed(id)));
    // ws closes the socket after each of its errors (a frame too large, bad UTF-8); nothing else is to be done.
    socket.on('error', () => {});
    this.#guarded(() => this.apply(this.#engine.open({ id, admitted })), peer);
  }

  get isHalted(): boolean {
    return this.#halted;
  }

  /** The store cannot be relied on: everybody is cut off at once, and nothing more is said or taken. */
  halt(): void {
    this.#halted = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#pool.close();
    for (const { socket } of this.#peers.values()) socket.terminate();
  }

  /** Whoever is being served when the store fails loses his socket: he must not take the half that he has for everything. */
  #guarded(work: () => void, peer?: Peer): void {
    if (this.#halted) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      peer?.socket.close(1011, 'error: storage failed');
    }
  }

  /** Closes every socket; what is pending is checked here and committed first. */
  close(): void {
    if (this.#halted) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#pool.close();
    this.apply(this.#engine.checkRest());
    this.#flush();
    for (const [id, { socket }] of this.#peers) {
      this.#closed(id);
      socket.close(1001);
      // A peer that is gone never answers; the process must still end.
      setTimeout(() => socket.terminate(), 500).unref();
    }
    this.#flush();
  }

  /** Carries the engine's effects out: what one peer gets leaves in one write. */
  apply(effects: readonly Effect[]): void {
    const spoken = new Set<Peer>();
    for (const effect of effects) {
      const peer = this.#peers.get(effect.to);
      if (!peer) continue;
      if ('close' in effect) {
        this.#send(peer);
        peer.socket.close(effect.close.code, effect.close.reason);
      } else {
        peer.outgoing.push(effect.frame);
        this.#counts.countSent(effect.frame);
        spoken.add(peer);
      }
    }
    for (const peer of spoken) this.#send(peer);
    this.#scheduleTurn();
  }

  #send(peer: Peer): void {
    if (peer.outgoing.length === 0) return;
    const frames = this.#padding
      ? peer.outgoing.map((frame) => padJson(frame, Buffer.byteLength(frame)))
      : peer.outgoing;
    peer.outgoing = [];
    if (peer.wire.writableLength > this.#bufferedCloseBytes) peer.socket.terminate();
    else if (peer.socket.readyState === peer.socket.OPEN) peer.wire.write(textFrames(frames));
  }

  #message(id: string, peer: Peer, data: RawData, isBinary: boolean): void {
    if (isBinary) {
      peer.socket.close(1003);
      return;
    }
    if (!this.#turnBegun) {
      this.#turnBegun = true;
      this.#engine.beginTurn();
      setImmediate(() => {
        this.#turnBegun = false;
      });
    }
    this.#counts.received += 1;
    // Events go on as bytes, to be decoded where they are checked.
    const bytes = data as Buffer;
    this.apply(this.#engine.receive(id, isEventFrame(bytes) ? bytes : bytes.toString()));
    if (!peer.paused && this.#engine.isFull(id)) {
      peer.paused = true;
      this.#paused.add(id);
      peer.socket.pause();
    }
    this.#drain(id);
  }

  #checked(verdicts: readonly Verdict[]): void {
    this.apply(verdicts.flatMap(({ ticket, checked }) => this.#engine.checked(ticket, checked)));
    for (const id of this.#paused) {
      if (this.#engine.isFull(id)) continue;
      this.#paused.delete(id);
      const peer = this.#peers.get(id);
      if (!peer) continue;
      peer.paused = false;
      peer.socket.resume();
      this.#drain(id);
    }
  }

  #closed(id: string): void {
    if (!this.#peers.delete(id)) return;
    this.#paused.delete(id);
    this.#engine.close(id);
    this.#scheduleTurn();
  }

  /** Once in a turn of the event loop: what came in goes to the checking threads, what was checked shares one commit. */
  #scheduleTurn(): void {
    if (this.#turnDue || !(this.#engine.hasPending || this.#engine.hasChecks)) return;
    this.#turnDue = true;
    setImmediate(() => {
      this.#turnDue = false;
      this.#guarded(() => this.#turn());
    });
  }

  #turn(): void {
    if (this.#engine.hasChecks) this.#pool.check(this.#engine.takeChecks());
    if (!this.#engine.hasPending) return;
    // More is on its way to the same commit; an fsync costs as much for one as for hundreds.
    if (this.#pool.outstanding === 0) this.#flush();
    else this.#gathering ??= setTimeout(() => this.#guarded(() => this.#flush()), HOST_LIMITS.commitGatherMillis);
  }

  #flush(): void {
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    if (this.#engine.hasPending) this.apply(this.#engine.flush());
  }

  /** Sends pages while there is room, one a turn so that others are heard in between. */
  #drain(id: string): void {
    const peer = this.#peers.get(id);
    if (!peer || peer.draining || !this.#engine.hasMore(id)) return;
    peer.draining = true;
    const work = () => {
      peer.draining = false;
      if (peer.wire.writableLength < HOST_LIMITS.bufferedPauseBytes) this.apply(this.#engine.drain(id));
      this.#drain(id);
    };
    const next = () => this.#guarded(work, peer);
    if (peer.wire.writableLength < HOST_LIMITS.bufferedPauseBytes) setImmediate(next);
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
