// A node with devices that speak Nightscout, for tests: real HTTP, requests in the shapes that the clients send.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HomeClient, NightscoutAccess, NightscoutWish } from '../src/api.ts';
import { home as entry } from '../src/compose.ts';

export const MINUTE = 60_000;
/** A whole five minutes, some minutes ago: clients send what just was. */
export const NOW = Math.floor(Date.now() / (5 * MINUTE)) * 5 * MINUTE;
export const iso = (millis: number): string => new Date(millis).toISOString();
export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, looked at by the tests
  body: any;
  headers: Headers;
}

export class NightscoutNode {
  readonly dir = mkdtempSync(join(tmpdir(), 'hale-nightscout-'));
  url = '';
  relayUrl = '';
  words = '';
  #close: () => Promise<void> = async () => {};

  async init(options: { passphrase?: string; relay?: string; invite?: string } = {}): Promise<void> {
    this.words = (await entry.createHome({ dir: this.dir, ...options })).words;
  }

  async start(options: { passphrase?: string; mayStayLocked?: boolean; host?: string } = {}): Promise<void> {
    const node = await entry.startNode({ dir: this.dir, port: 0, ...options });
    this.url = node.url;
    this.relayUrl = node.relayUrl;
    this.#close = node.close;
  }

  async stop(): Promise<void> {
    const close = this.#close;
    this.#close = async () => {};
    await close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async withClient<T>(work: (client: HomeClient) => Promise<T>, passphrase?: string): Promise<T> {
    const client = await entry.connectHome({ dir: this.dir, ...(passphrase ? { passphrase } : {}) });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  async addDevice(name: string, wish: NightscoutWish): Promise<NightscoutAccess & { id: string }> {
    const added = await this.withClient((client) => client.call('device.add', { name, nightscout: wish }));
    if (!added.nightscout) throw new Error('no access was given');
    return { ...added.nightscout, id: added.device.id };
  }

  async ask(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  }

  /** What AndroidAPS and others do first for API v3. */
  async bearer(token: string): Promise<Record<string, string>> {
    const { body } = await this.ask('GET', `/api/v2/authorization/request/${token}`, {});
    return { authorization: `Bearer ${body.token}` };
  }
}
