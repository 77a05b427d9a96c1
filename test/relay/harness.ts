// `hale relay` as a process of its own, and clients that hold every frame of it against the schemas.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Filter, NostrEvent } from '@hale/kernel';
import { Running, workFolder } from '@hale/testkit/hale-process';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { faultOfFrame } from './schemas.ts';

export const now = () => Math.floor(Date.now() / 1000);

export interface RelayUnderTest {
  readonly url: string;
  /** The same door for HTTP. */
  readonly http: string;
  readonly dir: string;
  /** The first invitation; null in an open relay. */
  readonly invite: string | null;
  readonly process: Running;
  stop(): Promise<void>;
}

/** Starts `hale relay` on an empty folder, or on one that was there. */
export async function startHaleRelay(
  options: {
    private?: boolean;
    dir?: string;
    args?: readonly string[];
    env?: Record<string, string>;
    /** Of relay.toml, other than they come. */
    limits?: Record<string, number>;
  } = {},
): Promise<RelayUnderTest> {
  const folder = options.dir === undefined ? workFolder('relay') : { dir: options.dir, remove: () => {} };
  const mode = options.private ? ['--private'] : [];
  if (options.limits) {
    const lines = Object.entries(options.limits).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(join(folder.dir, 'relay.toml'), `[limits]\n${lines.join('\n')}\n`);
  }
  const process = new Running(
    ['relay', ...mode, '--dir', folder.dir, '--port', '0', '--json', ...(options.args ?? [])],
    options.env ? { env: options.env } : {},
  );
  const { text } = await process.line((line) => line.startsWith('{'), 60_000);
  const { url, invite } = JSON.parse(text) as { url: string; invite: string | null };
  return {
    url,
    http: url.replace(/^ws/, 'http'),
    dir: folder.dir,
    invite,
    process,
    stop: async () => {
      await process.stop();
      folder.remove();
    },
  };
}

/** As nostr-tools and the kernel both take it. */
export type SignedEvent = NostrEvent & { tags: string[][] };

/** Somebody with a key, signing with nostr-tools: nothing of ours makes what the relay is asked to take. */
export class Signer {
  readonly secret = generateSecretKey();
  readonly pubkey = getPublicKey(this.secret);
  #at = 0;

  sign(template: { kind?: number; created_at?: number; tags?: string[][]; content?: string }): SignedEvent {
    const { kind = 1, created_at = now(), tags = [], content = `event ${this.#at++}` } = template;
    const { id, pubkey, sig } = finalizeEvent({ kind, created_at, tags, content }, this.secret);
    return { id, pubkey, created_at, kind, tags, content, sig };
  }
}

export type Frame = [string, ...unknown[]];

/** One socket. Every frame that comes is checked; waiting has an end. */
export class Client {
  readonly frames: Frame[] = [];
  readonly faults: string[] = [];
  readonly socket: WebSocket;
  closeCode: number | null = null;
  pings = 0;
  #heard: (() => void)[] = [];
  #subscriptions = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      const fault = faultOfFrame(frame);
      if (fault !== '') this.faults.push(fault);
      this.frames.push(frame);
      this.#wake();
    });
    socket.on('ping', () => {
      this.pings += 1;
    });
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  static async connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
    const socket = new WebSocket(url, { headers });
    const client = new Client(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  #wake(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const wake of heard) wake();
  }

  send(...message: unknown[]): void {
    this.socket.send(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  /** The first frame from `from` on that satisfies. */
  async frame(wanted: (frame: Frame) => boolean, from = 0, timeoutMillis = 10_000): Promise<Frame> {
    const deadline = performance.now() + timeoutMillis;
    for (;;) {
      const found = this.frames.slice(from).find(wanted);
      if (found) return found;
      if (this.closeCode !== null) throw new Error(`the socket was closed with ${this.closeCode}`);
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`nothing of the kind came in ${timeoutMillis} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** What is said to an event. */
  async publish(event: NostrEvent): Promise<{ accepted: boolean; message: string }> {
    const from = this.frames.length;
    this.send('EVENT', event);
    const [, , accepted, message] = await this.frame(([verb, id]) => verb === 'OK' && id === event.id, from);
    return { accepted: accepted as boolean, message: message as string };
  }

  /** Publishes what has to be taken. */
  async store(...events: NostrEvent[]): Promise<void> {
    for (const event of events) expect(await this.publish(event)).toMatchObject({ accepted: true });
  }

  /** Asks and leaves the subscription open. `closed`: the reason where it was refused. */
  async subscribe(id: string, ...filters: Filter[]): Promise<{ events: NostrEvent[]; closed: string | null }> {
    const from = this.frames.length;
    this.send('REQ', id, ...filters);
    const isEnd = ([verb, of]: Frame) => (verb === 'EOSE' || verb === 'CLOSED') && of === id;
    const end = await this.frame(isEnd, from);
    const until = this.frames.indexOf(end, from);
    const events = this.frames.slice(from, until).filter(([verb, of]) => verb === 'EVENT' && of === id);
    return {
      events: events.map(([, , event]) => event as NostrEvent),
      closed: end[0] === 'CLOSED' ? String(end[2]) : null,
    };
  }

  /** The stored events of a filter. Throws where the question is refused. */
  async query(...filters: Filter[]): Promise<NostrEvent[]> {
    const id = `q${this.#subscriptions++}`;
    const { events, closed } = await this.subscribe(id, ...filters);
    if (closed !== null) throw new Error(closed);
    this.send('CLOSE', id);
    return events;
  }

  async ids(...filters: Filter[]): Promise<string[]> {
    return (await this.query(...filters)).map(({ id }) => id);
  }

  async count(...filters: Filter[]): Promise<number | string> {
    const id = `c${this.#subscriptions++}`;
    this.send('COUNT', id, ...filters);
    const [verb, , body] = await this.frame(([, of]) => of === id);
    return verb === 'COUNT' ? (body as { count: number }).count : String(body);
  }

  async challenge(): Promise<string> {
    return (await this.frame(([verb]) => verb === 'AUTH'))[1] as string;
  }

  /** Proves a key by NIP-42. */
  async prove(who: Signer, url: string): Promise<{ accepted: boolean; message: string }> {
    return this.authenticate(
      who.sign({
        kind: 22242,
        tags: [
          ['relay', url],
          ['challenge', await this.challenge()],
        ],
        content: '',
      }),
    );
  }

  async authenticate(event: NostrEvent): Promise<{ accepted: boolean; message: string }> {
    const from = this.frames.length;
    this.send('AUTH', event);
    const [, , accepted, message] = await this.frame(([verb, id]) => verb === 'OK' && id === event.id, from);
    return { accepted: accepted as boolean, message: message as string };
  }

  /** Ends it, and fails where the relay ever said something that no schema allows. */
  close(): void {
    this.socket.terminate();
    expect(this.faults).toEqual([]);
  }
}

/** NIP-11. */
export async function information(relay: { http: string }): Promise<Record<string, unknown>> {
  const response = await fetch(relay.http, { headers: { accept: 'application/nostr+json' } });
  return (await response.json()) as Record<string, unknown>;
}

export const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
