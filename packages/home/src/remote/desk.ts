// Phones away from home: this home follows what they say at every relay that keeps its vault, and answers there. specs/remote.md.
import { randomBytes } from 'node:crypto';
import {
  encodeRemote,
  HaleError,
  KINDS,
  normalizeRelayUrl,
  parseRemote,
  type RemoteFrame,
  remoteDate,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { Subscription } from '@hale/relay/client';
import type { PhoneEntry } from '@hale/vault';
import type { Emitted, PhoneInfo } from '../api.ts';
import type { Home } from '../home.ts';
import { RelayConnection } from '../net/connect.ts';
import { fetchRelayInfo } from '../net/relay-info.ts';
import { REMOTE_LIMITS } from './limits.ts';
import { Pairing } from './pairing.ts';
import { addPhone, keysOf, phonesOf, removePhone, renewLists } from './phones.ts';
import { HomeVisit, type RunCall } from './visit.ts';

export interface DeskRooms {
  readonly home: Home;
  /** Runs what a phone asks for, told which phone it is. */
  readonly run: (
    name: string,
    parameters: object,
    options: Parameters<RunCall>[2] & { phone: string },
  ) => Promise<unknown>;
  /** The relay in this node, as this process reaches it. */
  readonly ownUrl: string;
}

/** One relay and the phones that are followed there. */
interface Stand {
  readonly connection: RelayConnection;
  readonly followed: Map<string, Subscription>;
}

interface Held {
  readonly phone: string;
  readonly visit: HomeVisit;
}

const CONTACTS = 'phone-contacts';

export class RemoteDesk {
  readonly #rooms: DeskRooms;
  readonly #stands = new Map<string, Stand>();
  readonly #visits = new Map<string, Held>();
  readonly #timer: NodeJS.Timeout;
  /** Phone → when it was last heard, micros. */
  readonly #contacts: Map<string, number>;
  #contactsWrittenMillis = 0;
  #pairing: Pairing | null = null;
  #isClosed = false;

  constructor(rooms: DeskRooms) {
    this.#rooms = rooms;
    const { vault, local } = rooms.home;
    const sealed = vault.store.state(CONTACTS);
    this.#contacts = new Map(sealed ? (local.open(CONTACTS, sealed) as [string, number][]) : []);
    this.#timer = setInterval(() => this.#tick(), REMOTE_LIMITS.tickMillis);
    this.#tick();
  }

  get #nowMillis(): number {
    return this.#rooms.home.nowMicros() / 1000;
  }

  #tick(): void {
    const { home } = this.#rooms;
    home.guard('phones', () => {
      if (this.#isClosed || home.vault.retiredBy !== null) return;
      renewLists(home);
      this.#forgetRemoved();
      this.#follow();
      for (const { visit } of [...this.#visits.values()])
        if (this.#nowMillis - visit.heardMillis > REMOTE_LIMITS.visitIdleMillis) visit.end(true);
    });
  }

  /** A connection for each relay and a subscription for each phone; without phones there is nothing to be seen of this at any relay. */
  #follow(): void {
    const { home, ownUrl } = this.#rooms;
    const phones = phonesOf(home);
    const urls = new Set(phones.length === 0 ? [] : [...home.storeRelays(), ownUrl]);
    for (const [url, stand] of this.#stands)
      if (!urls.has(url)) {
        this.#stands.delete(url);
        void stand.connection.close();
      }
    for (const url of urls) {
      const stand = this.#stands.get(url) ?? this.#open(url);
      for (const phone of phones) if (!stand.followed.has(phone.id)) this.#followAt(url, stand, phone);
    }
  }

  #open(url: string): Stand {
    const connection = new RelayConnection({ url, admission: this.#rooms.home.keys.member });
    const stand: Stand = { connection, followed: new Map() };
    this.#stands.set(url, stand);
    return stand;
  }

  #followAt(url: string, { connection, followed }: Stand, phone: PhoneEntry): void {
    const keys = keysOf(phone);
    connection.addKey(keys.home);
    connection.addKey(keys.phone);
    const subscription = connection.subscribe([{ kinds: [KINDS.remote], authors: [keys.phoneAuthor] }], {
      onEvent: (event) => this.#heard(url, phone, event),
    });
    followed.set(phone.id, subscription);
  }

  #heard(url: string, phone: PhoneEntry, event: VerifiedEvent): void {
    const { vault } = this.#rooms.home;
    // Where another home has taken over, that one answers.
    if (vault.retiredBy !== null || vault.state.phones.get(phone.id)?.removed !== false) return;
    let frame: RemoteFrame;
    try {
      frame = parseRemote(event.content);
    } catch {
      return;
    }
    const name = `${phone.id} ${toHex(frame.visit)}`;
    const held = this.#visits.get(name);
    if (frame.type === 'hello') {
      if (held) held.visit.answer();
      else this.#welcome(url, phone, name, frame);
    } else if (held) held.visit.take(frame);
    else if (frame.type !== 'gone') void this.#send(url, phone, { type: 'gone', visit: frame.visit });
  }

  #welcome(url: string, phone: PhoneEntry, name: string, hello: Extract<RemoteFrame, { type: 'hello' }>): void {
    this.#makeRoom(phone);
    const visit = new HomeVisit(
      {
        visits: keysOf(phone).visits,
        random: (length) => new Uint8Array(randomBytes(length)),
        nowMillis: () => this.#nowMillis,
        run: (name, parameters, options) => this.#rooms.run(name, parameters, { ...options, phone: phone.id }),
        send: (frame) => this.#send(url, phone, frame),
        onHeard: () => this.#contact(phone),
        onEnded: () => this.#visits.delete(name),
      },
      hello,
    );
    this.#visits.set(name, { phone: phone.id, visit });
  }

  /** The oldest goes: first of those that have not shown their key, which may be old ones that a relay repeats. */
  #makeRoom(phone: PhoneEntry): void {
    const own = [...this.#visits.values()].filter((held) => held.phone === phone.id);
    const opened = own.filter(({ visit }) => visit.isOpened);
    const begun = own.filter(({ visit }) => !visit.isOpened);
    if (begun.length >= REMOTE_LIMITS.helloesMax) begun[0].visit.end(false);
    if (opened.length >= REMOTE_LIMITS.visitsPerPhoneMax) opened[0].visit.end(true);
  }

  async #send(url: string, phone: PhoneEntry, frame: RemoteFrame): Promise<boolean> {
    const stand = this.#stands.get(url);
    if (!stand || this.#isClosed) return false;
    const template = {
      kind: KINDS.remote,
      created_at: remoteDate(this.#nowMillis / 1000),
      tags: [['-']],
      content: encodeRemote(frame),
    };
    const event = signEvent(template, keysOf(phone).home, new Uint8Array(randomBytes(32)));
    return (await stand.connection.publish(event)).outcome === 'ok';
  }

  #contact(phone: PhoneEntry): void {
    this.#contacts.set(phone.id, this.#rooms.home.nowMicros());
    if (Math.abs(this.#nowMillis - this.#contactsWrittenMillis) >= REMOTE_LIMITS.contactMillis) this.#writeContacts();
  }

  #writeContacts(): void {
    const { vault, local, guard } = this.#rooms.home;
    this.#contactsWrittenMillis = this.#nowMillis;
    guard.call(this.#rooms.home, 'phones', () =>
      vault.store.transact(() => vault.store.setState(CONTACTS, local.seal(CONTACTS, [...this.#contacts]))),
    );
  }

  list(): PhoneInfo[] {
    return phonesOf(this.#rooms.home).map((phone) => this.info(phone));
  }

  info({ id, name, relay, at }: PhoneEntry): PhoneInfo {
    const isHere = [...this.#visits.values()].some(({ phone, visit }) => phone === id && visit.isOpened);
    return { id, name, relay, addedMicros: at, lastContactMicros: this.#contacts.get(id) ?? null, isHere };
  }

  /** Ends its visits at once; relays are told at the same time. @throws HaleError 'not-found' */
  remove(wanted: string): PhoneInfo {
    const phone = removePhone(this.#rooms.home, wanted);
    const info = { ...this.info(phone), isHere: false };
    this.#forgetRemoved();
    this.#rooms.home.announce();
    return info;
  }

  /** Also of those that went with everything else when the vault was erased. */
  #forgetRemoved(): void {
    const kept = new Set(phonesOf(this.#rooms.home).map(({ id }) => id));
    for (const { phone, visit } of [...this.#visits.values()]) if (!kept.has(phone)) visit.end(true);
    for (const { followed } of this.#stands.values())
      for (const [id, subscription] of followed)
        if (!kept.has(id)) {
          subscription.close();
          followed.delete(id);
        }
    for (const id of this.#contacts.keys()) if (!kept.has(id)) this.#contacts.delete(id);
  }

  /** One at a time: of two codes on two screens nobody would know which phone is whose. */
  async pair(relay: string | undefined, emit: (said: Emitted) => void, signal: AbortSignal): Promise<PhoneInfo> {
    const { home, ownUrl } = this.#rooms;
    if (this.#pairing) throw new HaleError('conflict', 'a phone is being paired already');
    const address = await this.#relayFor(relay);
    const pairing = new Pairing({
      url: address === home.embedded?.url ? ownUrl : address,
      address,
      member: home.keys.member,
      nowMillis: () => this.#nowMillis,
      emit,
      add: (name, secret) => this.#add(name, address, secret),
    });
    this.#pairing = pairing;
    try {
      return this.info(await pairing.run(signal));
    } finally {
      this.#pairing = null;
    }
  }

  async #add(name: string, relay: string, secret: Uint8Array): Promise<PhoneEntry> {
    const phone = addPhone(this.#rooms.home, { name, relay, secret });
    this.#follow();
    await this.#rooms.home.network.settle(5_000);
    return phone;
  }

  confirm(pairing: string, accept: boolean, name: string): void {
    if (this.#pairing?.id !== pairing) throw new HaleError('expired', 'this pairing is over; make a new code');
    this.#pairing.confirm({ accept, name });
  }

  /**
   * The relay whose pages the phone opens: one of this home's that serves them; the one in this node where others reach it.
   * @throws HaleError 'unavailable' where there is none
   */
  async #relayFor(wanted: string | undefined): Promise<string> {
    const { home } = this.#rooms;
    const own = home.embedded?.url;
    if (wanted !== undefined) {
      const url = normalizeRelayUrl(wanted);
      if (url !== own && !home.storeRelays().includes(url))
        throw new HaleError('not-found', "this relay is not one of the home's; `hale relays list` shows them");
      return url;
    }
    const urls = home.storeRelays();
    const serve = await Promise.all(urls.map((url) => fetchRelayInfo(url).catch(() => null)));
    const found = urls.find((_, i) => serve[i]?.pages);
    if (found !== undefined) return found;
    if (own !== undefined && !/^ws:\/\/(127\.|localhost|\[::1\])/.test(own)) return own;
    throw new HaleError(
      'unavailable',
      'none of your relays serves the pages that a phone opens; a relay run by `hale relay` does: add one with `hale relays add`',
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const { visit } of [...this.#visits.values()]) visit.end(false);
    await Promise.all([...this.#stands.values()].map(({ connection }) => connection.close()));
  }
}
