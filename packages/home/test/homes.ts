// Homes for tests: real directories and stores, no network unless a test adds a relay.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPrimitives, KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { type MasterKeys, masterKeys } from '@hale/kernel/seal';
import type { GrantWish, OpenStream, Samples } from '@hale/vault';
import { Home, type HomeOptions } from '../src/home.ts';
import { type RelayHandle, type StartRelayOptions, startRelay } from '../src/relay/host.ts';
import { nativePrimitives } from '../src/relay/native.ts';

installPrimitives(nativePrimitives());

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;

export class Homes {
  readonly #dirs: string[] = [];
  readonly #homes: Home[] = [];
  readonly #relays: RelayHandle[] = [];

  dir(): string {
    const dir = mkdtempSync(join(tmpdir(), 'hale-home-'));
    this.#dirs.push(dir);
    return dir;
  }

  /** A fresh home, or with a directory given the one that is there. */
  open(options: Partial<HomeOptions> = {}): Home {
    const home = new Home({ dir: this.dir(), keys: masterKeys(random(64)), online: false, ...options });
    this.#homes.push(home);
    return home;
  }

  /** A home with the subject 'me' that holds the pen. */
  make(options: Partial<HomeOptions> = {}): Home {
    const home = this.open(options);
    home.vault.takePen(0);
    home.vault.addSubject('me');
    return home;
  }

  /** The same home after its process has ended and begun again. */
  async reopen(home: Home, options: Partial<HomeOptions> = {}): Promise<Home> {
    this.#homes.splice(this.#homes.indexOf(home), 1);
    await home.close();
    return this.open({ dir: home.dir, keys: home.keys, ...options });
  }

  /** A private relay that knows these members. */
  async relay(...members: MasterKeys[]): Promise<RelayHandle> {
    return await this.relayWith({}, ...members);
  }

  async relayWith(options: Partial<StartRelayOptions>, ...members: MasterKeys[]): Promise<RelayHandle> {
    const relay = await startRelay({ dir: this.dir(), private: true, hostLimits: { checkThreadsMax: 0 }, ...options });
    for (const keys of members) relay.addMember(toHex(schnorrPublic(keys.member)));
    this.#relays.push(relay);
    return relay;
  }

  async close(): Promise<void> {
    for (const home of this.#homes.splice(0)) await home.close();
    for (const relay of this.#relays.splice(0)) await relay.close();
    for (const dir of this.#dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
  }
}

/** Resolves once others find the key to which letters for this home are sealed. */
export async function listed(home: Home, relay: RelayHandle): Promise<void> {
  const filter = { kinds: [KINDS.hybridKey], authors: [toHex(schnorrPublic(home.keys.identity))] };
  for (let i = 0; i < 800 && relay.store.find(filter).length === 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 25));
}

export function useRelay(home: Home, url: string): void {
  home.vault.record([{ type: 'relay', url, uses: ['store', 'post'], removed: false }]);
  home.useRelays();
}

export function addStream(home: Home, key: string): OpenStream {
  return home.vault.addStream({
    subject: home.vault.subject('me').id,
    key,
    kind: key,
    title: key,
    ucum: '1',
    factor: 1,
    origin: 0,
    loinc: null,
    nominalPeriodSeconds: 1,
    dayOffsetMinutes: 0,
    edges: [],
    device: null,
    source: key,
  });
}

/** One sample a second. */
export function samples(from: number, count: number): Samples {
  return {
    times: Float64Array.from({ length: count }, (_, i) => from + i * SECOND),
    values: Int32Array.from({ length: count }, (_, i) => 60 + ((i * 7919) % 41)),
  };
}

/** A link to every sample of some streams of 'me', from a moment on. */
export function wish(home: Home, keys: string[], from: number): GrantWish {
  return {
    subject: home.vault.subject('me').id,
    scope: {
      streams: keys.map((streamKey) => ({ streamKey, level: 'raw' as const })),
      from,
      to: null,
      until: null,
      purpose: { code: 'TREAT', text: '' },
      recipient: { kind: 'link' },
    },
    how: 'link',
    to: 'whoever',
    recipient: null,
    recipientText: null,
    classic: false,
    names: { subject: 'me', owner: 'me' },
  };
}

/** Looks again and again, for twenty seconds at least. */
export async function until<T>(look: () => Promise<T> | T, isIt: (found: T) => boolean): Promise<T> {
  for (let i = 0; i < 800; i++) {
    const found = await look();
    if (isIt(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not come');
}
