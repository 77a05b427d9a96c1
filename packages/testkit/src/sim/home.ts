// A home of the simulated network: the real vault, grants, stores and outbox, driven as packages/home/src/home.ts and net/network.ts
// drive them, but by actions instead of timers and sockets. Whatever is decided there by code of its own is repeated here, shorter.
import {
  chachaOpen,
  chachaSeal,
  decodeCbor,
  encodeCbor,
  HaleError,
  KINDS,
  type Level,
  schnorrPublic,
  toHex,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import { deriveKey, type MasterKeys, validScalar } from '@hale/kernel/seal';
import { Outbox, type OutboxStep, type Subscription } from '@hale/relay/client';
import { Custody, Documents, Grants, LEVELS, type OpenStream, openLogEvent, recordHeads, Vault } from '@hale/vault';
import { Records } from '@hale/vault/records';
import type { Home } from '../../../home/src/home.ts';
import { newestOf, OtherHomes } from '../../../home/src/other-homes.ts';
import { recordTools } from '../../../home/src/records/tools.ts';
import { redate } from '../../../home/src/redate.ts';
import { vanish } from '../../../home/src/vanish.ts';
import type { Warning } from '../../../home/src/warnings.ts';
import { MachineClock, type TrueTime } from './clock.ts';
import { HomeDisk, PowerCut } from './disk.ts';
import { type SimFaults, sealFor } from './faults.ts';
import { SimLink } from './link.ts';
import type { Prng } from './prng.ts';
import type { SimRelay } from './relay.ts';

const LISTEN_BACK_SECONDS = 7 * 86_400;
const CATALOGUE_LOOK = 200;
const AHEAD_SECONDS = 30;
const NONCE = new Uint8Array(12);

interface Peer {
  relay: SimRelay;
  link: SimLink;
  /** Who holds the pen was asked on this connection. */
  greeted: boolean;
  subscription: Subscription | null;
}

export interface SimHomeOptions {
  name: string;
  keys: MasterKeys;
  relays: readonly SimRelay[];
  time: TrueTime;
  prng: Prng;
  faults: Partial<SimFaults>;
}

/** What the rooms of the real home use of it; a name that changes there shall not compile here. */
type AskedOfHome =
  | 'keys'
  | 'documents'
  | 'records'
  | 'absorb'
  | 'catalogueAuthor'
  | 'ownAuthors'
  | 'secretOf'
  | 'handoffLog'
  | 'nowMicros'
  | 'useRelays'
  | 'tell'
  | 'keepSecret';

export class SimHome implements Pick<Home, AskedOfHome> {
  readonly name: string;
  readonly keys: MasterKeys;
  readonly clock: MachineClock;
  readonly disk: HomeDisk;
  readonly relays: readonly SimRelay[];
  vault!: Vault;
  grants!: Grants;
  custody!: Custody;
  /** Nobody brings any here, nor records; the rooms ask for them all the same. */
  documents!: Documents;
  records!: Records;
  delivery!: Outbox;
  peers: Peer[] = [];
  /** Its line to the world is cut. */
  offline = false;
  /** Its disk is gone for good. */
  destroyed = false;
  /** Told of each event that a relay said OK to. */
  onDelivered: (relay: SimRelay, event: VerifiedEvent) => void = () => {};
  /** What it said to its person. */
  readonly warnings: string[] = [];
  readonly #prng: Prng;
  readonly #faults: Partial<SimFaults>;
  #others!: OtherHomes;
  #boots = 0;

  constructor(options: SimHomeOptions) {
    this.name = options.name;
    this.keys = options.keys;
    this.relays = options.relays;
    this.#prng = options.prng;
    this.#faults = options.faults;
    this.clock = new MachineClock(options.time);
    this.disk = new HomeDisk(options.keys.storageKey);
    this.boot();
  }

  get events() {
    return this.disk.port;
  }

  get outbox() {
    return this.disk.outbox;
  }

  /** The process starts: everything it knows comes from the disk. */
  boot(): void {
    for (const { link } of this.peers) link.drop();
    this.disk.forgetProcess();
    this.#boots++;
    const random = { bytes: (length: number) => this.#prng.bytes(length) };
    const ports = { store: this.disk.vault, clock: this.clock, random, seal: sealFor(this.#faults) };
    this.vault = new Vault(ports, this.keys);
    this.grants = new Grants(this.vault, { epochNotAdvanced: this.#faults.epochNotAdvanced === true });
    this.custody = new Custody(this.vault, this.grants, toHex(schnorrPublic(this.keys.identity)));
    this.documents = new Documents(this.vault, {
      seal: (name, value) => chachaSeal(this.keys.storageKey, NONCE, utf8Encode(name), encodeCbor(value)),
      open: (name, bytes) => {
        const plain = chachaOpen(this.keys.storageKey, NONCE, utf8Encode(name), bytes);
        return plain === null ? null : decodeCbor(plain);
      },
    });
    this.records = new Records(this.vault, recordTools);
    this.delivery = new Outbox(this.disk.outbox, {
      nowMillis: () => this.clock.nowMillis(),
      random: (length) => this.#prng.bytes(length),
    });
    this.useRelays();
    this.peers = this.relays.map((relay) => this.#peer(relay));
    this.#others = new OtherHomes(this as unknown as Home);
    this.attempt(() => this.#others.retireIfOutdated());
  }

  #peer(relay: SimRelay): Peer {
    const link = new SimLink({ relay, admission: this.keys.member, clock: this.clock, prng: this.#prng });
    const peer: Peer = { relay, link, greeted: false, subscription: null };
    link.onOpen = () => {
      peer.greeted = false;
      this.#lookForPen(peer);
    };
    return peer;
  }

  /** Runs one operation; the power may go in the middle of it. @returns what happened */
  attempt(work: () => void): 'done' | 'power-cut' | 'full' | 'retired' {
    try {
      work();
      return 'done';
    } catch (error) {
      if (error instanceof PowerCut) {
        this.boot();
        return 'power-cut';
      }
      if (error instanceof HaleError && (error.code === 'full' || error.code === 'retired')) return error.code;
      throw error;
    } finally {
      this.disk.fault = null;
    }
  }

  // --- the clockwork

  get isRetired(): boolean {
    return this.vault.retiredBy !== null;
  }

  tick(): void {
    if (this.isRetired) return;
    this.grants.endExpired();
    this.vault.closeDueSlots();
    this.vault.flush((stream, level, slot) => this.grants.isSummaryAwaited(stream, level, slot, () => true));
    this.publishAwaited();
  }

  publishAwaited(): void {
    if (this.isRetired) return;
    for (const stream of this.grants.streamsWithReaders())
      this.vault.publish((_, row) => this.grants.isAwaited(stream, LEVELS[row.level] as Level, row.slot), stream);
  }

  publishAll(): void {
    if (this.isRetired) return;
    this.vault.publishAll();
    for (let more = true; more; ) more = recordHeads(this.vault, this.grants);
    for (let more = true; more; ) more = this.grants.writeHeads();
  }

  renew(): void {
    if (!this.isRetired) this.grants.renew();
  }

  /** What restoreFrom calls at its end (Home.settle). */
  settle(): void {
    this.vault.closeDueSlots();
    this.vault.flush(() => true);
    this.publishAll();
  }

  /** What operations/erase.ts does for one stream. */
  erase(stream: OpenStream): void {
    this.vault.change(() => {
      for (const { record, owner } of this.grants.active())
        if (record.subject === stream.entry.subject && record.streams.some(({ key }) => key === stream.entry.key))
          this.grants.end(owner.grantId, 'erased', true);
      this.vault.eraseStreams([stream]);
      vanish(this as unknown as Home, stream.authorSecret, toHex(stream.author));
    });
  }

  /** The real home seals them before they are kept. */
  keepSecret(author: string, secret: Uint8Array): void {
    this.disk.vault.setState(`departed/${author}`, chachaSeal(this.keys.storageKey, NONCE, NONCE, secret));
  }

  #departed(author: string): Uint8Array | undefined {
    const sealed = this.disk.vault.state(`departed/${author}`);
    return (sealed && chachaOpen(this.keys.storageKey, NONCE, NONCE, sealed)) ?? undefined;
  }

  // --- keys

  catalogueAuthor(): string {
    return toHex(schnorrPublic(this.keys.catalogueAuthor));
  }

  secretOf(author: string): Uint8Array | undefined {
    if (author === this.catalogueAuthor()) return this.keys.catalogueAuthor;
    for (const stream of this.vault.streams()) if (toHex(stream.author) === author) return stream.authorSecret;
    for (const { log } of this.grants.all()) if (toHex(log.stream.author) === author) return log.authorSecret;
    for (let generation = 0; generation <= this.vault.state.generation; generation++) {
      const handoff = this.handoffLog(generation);
      if (toHex(handoff.author) === author) return handoff.authorSecret;
    }
    return this.#departed(author);
  }

  ownAuthors(): string[] {
    const authors = [this.catalogueAuthor(), ...this.vault.streams().map((stream) => toHex(stream.author))];
    return [...authors, ...this.handoffAuthors()];
  }

  /** Of this generation too: of two homes restored at one moment, one retires. */
  handoffAuthors(): string[] {
    const generations = Array.from({ length: this.vault.state.generation + 1 }, (_, generation) => generation);
    return generations.map((generation) => toHex(this.handoffLog(generation).author));
  }

  handoffLog(generation: number) {
    const { handoffSecret } = this.keys;
    const authorSecret = validScalar(deriveKey(handoffSecret, 'handoff-author', generation));
    return {
      authorSecret,
      author: schnorrPublic(authorSecret),
      secret: deriveKey(handoffSecret, 'handoff', generation),
    };
  }

  // --- the network

  /** Connects where it can, listens, and puts what may be sent on its way. */
  work(): void {
    if (this.offline || this.destroyed) return;
    for (const peer of this.peers) {
      if (!peer.link.isOpen && !peer.link.connect()) this.delivery.unreachable(peer.relay.url);
      if (!peer.link.isOpen || !peer.greeted) continue;
      for (const step of this.delivery.steps(peer.relay.url)) this.#do(peer, step);
    }
  }

  goOffline(): void {
    this.offline = true;
    for (const { link } of this.peers) link.drop();
  }

  #do({ relay, link }: Peer, step: OutboxStep): void {
    const { entry } = step;
    const secret = this.secretOf(entry.event.pubkey);
    if (secret) link.session.addKey(secret);
    const boots = this.#boots;
    const isStale = () => boots !== this.#boots;
    const publish = (event: VerifiedEvent, isRetry: boolean) =>
      link.session.publish(event, (result) => {
        if (isStale()) return;
        if (result.outcome === 'ok') this.onDelivered(relay, event);
        const isAhead = event.created_at > this.clock.nowMicros() / 1e6 + AHEAD_SECONDS;
        const isRefused = result.outcome === 'refused' && result.reason === 'invalid';
        const redated = isAhead && isRefused && !isRetry ? redate(this as unknown as Home, event) : null;
        if (redated) publish(redated, true);
        else this.delivery.published(relay.url, { ...entry, event }, result);
      });
    if (step.step === 'publish') publish(entry.event, false);
    else
      link.session.query([step.filter], (result) => {
        if (!isStale()) this.delivery.readBack(relay.url, entry, result);
      });
  }

  /** Listens to what another home of the same words writes. */
  #listen(peer: Peer): void {
    peer.subscription?.close();
    const authors = this.ownAuthors();
    for (const author of authors) peer.link.session.addKey(this.secretOf(author) as Uint8Array);
    const since = Math.floor(this.clock.nowMicros() / 1e6) - LISTEN_BACK_SECONDS;
    const handoffs = this.handoffAuthors();
    const filters = [
      { kinds: [KINDS.tileBatch], authors: authors.filter((author) => !handoffs.includes(author)), since },
      { kinds: [KINDS.tileBatch], authors: handoffs },
    ];
    peer.subscription = peer.link.session.subscribe(filters, {
      onEvent: (event) => this.absorb([event]),
    });
  }

  listenAgain(): void {
    for (const peer of this.peers) if (peer.greeted) this.#listen(peer);
  }

  /** Before anything is delivered on a new connection: does another home write by now? */
  #lookForPen(peer: Peer): void {
    const { session } = peer.link;
    const filter = { kinds: [KINDS.tileBatch], authors: [this.catalogueAuthor()] };
    session.addKey(this.keys.catalogueAuthor);
    const look = [
      { ...filter, limit: CATALOGUE_LOOK },
      { ...filter, since: newestOf(this.vault) },
    ];
    session.query(look, (newest) => {
      if (newest.outcome !== 'complete') {
        peer.greeted = newest.outcome !== 'lost';
        return;
      }
      const { stream } = this.vault.catalogueLog;
      const isNewer = newest.events.some(
        (event) =>
          !this.disk.vault.hasEvent(event.id) &&
          openLogEvent(event, stream).some(({ generation }) => generation > this.vault.state.generation),
      );
      if (!isNewer) return this.#greet(peer, newest.events);
      session.query([filter], (all) => {
        if (all.outcome === 'complete') this.#greet(peer, all.events);
      });
    });
  }

  #greet(peer: Peer, catalogue: VerifiedEvent[]): void {
    this.absorb(catalogue);
    peer.greeted = true;
    this.#listen(peer);
    this.#fetchOnce(peer);
  }

  /** After a restore: what only this relay has, however old (OtherHomes does the same). */
  #fetchOnce(peer: Peer): void {
    const mark = `fetched/${peer.relay.url}`;
    if (this.isRetired || (this.vault.ownGeneration ?? 0) === 0 || this.disk.vault.state(mark)) return;
    this.#fetchAll(peer, () => this.attempt(() => this.disk.vault.setState(mark, utf8Encode('yes'))));
  }

  #fetchAll({ link }: Peer, done: () => void): void {
    link.session.query([{ kinds: [KINDS.tileBatch], authors: this.ownAuthors() }], (answer) => {
      if (answer.outcome !== 'complete') return;
      this.absorb(answer.events);
      done();
    });
  }

  /** What the person does with `hale relays sync`: what arrived there long after it was dated is not listened for. */
  sync(): void {
    if (this.isRetired || this.vault.state.generation === 0) return;
    for (const peer of this.peers) if (peer.link.isOpen && peer.greeted) this.#fetchAll(peer, () => {});
  }

  // --- what the rooms of the real home ask of it (other-homes.ts, restore.ts)

  nowMicros(): number {
    return this.clock.nowMicros();
  }

  absorb(events: VerifiedEvent[]): void {
    this.attempt(() => this.#others.absorb(events));
  }

  useRelays(): void {
    this.disk.outbox.useStoreRelays(this.relays.map(({ url }) => url));
  }

  readonly network = { wake: () => {} };

  tell({ text }: Warning): void {
    this.warnings.push(text);
  }
}
