// One home directory, open: the vault with its keys, the store it shares with the embedded relay, the network, and the clockwork that
// closes slots, writes summaries, publishes, renews.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  binSeconds,
  equalBytes,
  HaleError,
  KINDS,
  type Level,
  schnorrPublic,
  sha256,
  toHex,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import { deriveKey, kemPublicOf, type MasterKeys, validScalar } from '@hale/kernel/seal';
import {
  Custody,
  Documents,
  Grants,
  Labels,
  LEVELS,
  type OpenStream,
  RECORDS_IDLE_MILLIS,
  type RecordGrants,
  Records,
  recordHeads,
  type Samples,
  Vault,
} from '@hale/vault';
import { Contacts } from './contacts.ts';
import { billAuthors, parcelSecretOf, takeAnswer } from './custody/hand-over.ts';
import { fetchShared, sharedAuthors } from './custody/sharing.ts';
import { tendCustody } from './custody/tend.ts';
import { forgetDeliveredWraps } from './delivered.ts';
import { Downloads } from './downloads.ts';
import { replaceFile } from './durable-file.ts';
import { EMERGENCY_MILLIS, tendEmergencies } from './emergency/duty.ts';
import { lapseIdle } from './idle.ts';
import { ImportJobs } from './import-jobs.ts';
import { IngestQueue } from './ingest-queue.ts';
import { LocalSeal } from './local-seal.ts';
import { Network } from './net/network.ts';
import { type PurseRecord, TokenPurse } from './net/purse.ts';
import { writeNightscoutDevices } from './nightscout/devices.ts';
import { OtherHomes } from './other-homes.ts';
import type { Pairings } from './pairing.ts';
import { collectOwnMessages, takeMessage } from './reader-messages.ts';
import { collectOwnReceipts, keepReceipt } from './receipts.ts';
import { hideMemoryNames } from './received.ts';
import { usableRelays } from './recipients.ts';
import type { CardNetworkOptions } from './records/card-network.ts';
import type { RecordFinder } from './records/finder.ts';
import { grantsOfRecords } from './records/shared.ts';
import { recordTools } from './records/tools.ts';
import { redate } from './redate.ts';
import type { RemoteDesk } from './remote/desk.ts';
import { phoneSecretOf } from './remote/phones.ts';
import { EventStore } from './store/events.ts';
import { SqliteOutboxStore } from './store/outbox-store.ts';
import { SqliteVaultStore } from './store/vault-store.ts';
import { keepTold, toldLately } from './told.ts';
import { recordHeld } from './twins.ts';
import { Uploads } from './uploads.ts';
import { type Warning, type WarningCode, type WarningValues, warning } from './warnings.ts';
import type { Sessions } from './web/sessions.ts';

export interface HomeOptions {
  dir: string;
  keys: MasterKeys;
  /** Facts for the log: codes and counts only. */
  onFact?: (fact: Record<string, string | number>) => void;
  /** False for a command that reads and leaves: nothing is published, no relay is asked. */
  online?: boolean;
  nowMicros?: () => number;
  /** How issuers of health cards and servers of links are reached; without it over the internet. */
  cardNetwork?: CardNetworkOptions;
}

const TICK_MILLIS = 1000;
const PUBLISH_TICK_MILLIS = 300_000;
/** Slots still filling that nobody reads live: docs/decisions/open-slots.md. */
const PUBLISH_OPEN_TICK_MILLIS = 3_600_000;
/** Late data costs at most one revision a minute and tile (DESIGN §4). */
const FLUSH_TICK_MILLIS = 60_000;
/** Heads while data flows; imports, shares and syncs write theirs at once. */
const HEAD_TICK_MILLIS = 6 * 3_600_000;
const RENEW_TICK_MILLIS = 3_600_000;

export const storePath = (dir: string): string => join(dir, 'store.db');

/** A clock that was set back must not hold the clockwork up. */
const isDue = (now: number, last: number, everyMillis: number): boolean => now - last >= everyMillis || now < last;

export class Home {
  readonly dir: string;
  readonly keys: MasterKeys;
  readonly events: EventStore;
  readonly outbox: SqliteOutboxStore;
  readonly vault: Vault;
  readonly grants: Grants;
  readonly custody: Custody;
  /** Documents that devices wrote, whole: what Nightscout's uploaders read back. */
  readonly documents: Documents;
  /** Health records, and the files that they came in. */
  readonly records: Records;
  /** What others get of them. */
  readonly recordGrants: RecordGrants;
  /** How sensitive they are. */
  readonly labels: Labels;
  readonly cardNetwork: CardNetworkOptions;
  /** Their index, once somebody has searched. */
  finder: RecordFinder | null = null;
  readonly network: Network;
  readonly ingestQueue: IngestQueue;
  readonly local: LocalSeal;
  /** Things a person should know of, newest last; shown by status. */
  readonly warnings: Warning[] = [];
  /** When each device was last heard, and what its clock gave away. */
  readonly contacts: Contacts;
  /** Erased to the last: whoever closes this home takes its files away. */
  erased = false;
  /** Where devices connect by MQTT, when a node runs that takes it. */
  mqttUrl: string | null = null;
  /** Codes by which devices may enrol themselves, when a node runs that they reach. */
  pairings: Pairings | null = null;
  /** What each device sent since the start that could not be understood, and so was not stored. */
  readonly notTaken = new Map<string, number>();
  /** What has to end with this home: connections that somebody looks through. */
  readonly whenClosing = new Set<() => void>();
  /** Told the id of each device that is removed: open connections end at once. */
  readonly whenDeviceRemoved = new Set<(id: string) => void>();
  /** What browsers bring, the imports made of it, and what they save. */
  readonly uploads: Uploads;
  readonly jobs = new ImportJobs(this);
  readonly downloads = new Downloads();
  /** The owner's pages, when a node runs. */
  /** Phones that are away from home, when a node runs. */
  phones: RemoteDesk | null = null;
  pages: { openUrl: () => string; sessions: Sessions } | null = null;
  /** The keys lie on the same disk as the data. */
  diskUnprotected = false;
  /** Gives a home that opened with a key file a passphrase; set by whoever opened the keyring. */
  setPassphrase: ((passphrase: string) => Promise<void>) | null = null;
  /** Moves everything to new words; set by whoever opened the keyring. Gives the home that stands afterwards. */
  rekey: ((home: Home) => Promise<{ next: Home; pending: string[] }>) | null = null;
  /** Keys of authors that are gone from the catalogue but still have a farewell to deliver. */
  readonly #departed = new Map<string, Uint8Array>();
  /** The embedded relay, when a node runs. */
  embedded: {
    url: string;
    invite: () => string;
    addMember: (pubkey: string) => void;
    stop: () => void;
  } | null = null;
  readonly #onFact: (fact: Record<string, string | number>) => void;
  readonly #watchers = new Set<(stream: OpenStream, samples: Samples) => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #store: SqliteVaultStore;
  readonly #others: OtherHomes;
  readonly nowMicros: () => number;
  #isEnqueued = false;
  /** When each duty of the clockwork was done last, milliseconds. */
  readonly #lastDone = new Map<string, number>();
  #closed = false;
  #publishing = false;

  constructor(options: HomeOptions) {
    this.dir = options.dir;
    this.cardNetwork = options.cardNetwork ?? {};
    this.keys = options.keys;
    this.#onFact = options.onFact ?? (() => {});
    this.nowMicros = options.nowMicros ?? (() => Date.now() * 1000);
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    this.uploads = new Uploads(this.dir);
    this.local = new LocalSeal(options.keys);
    this.events = new EventStore(storePath(this.dir));
    this.#store = new SqliteVaultStore(
      this.events,
      (relays) => this.local.seal('posts', relays),
      () => this.#enqueued(),
    );
    this.outbox = new SqliteOutboxStore(
      this.events,
      (relay) => utf8Encode(this.local.name(`relay/${relay}`)),
      (sealed) => this.local.open('posts', sealed) as string[],
    );
    const ports = {
      store: this.#store,
      clock: { nowMicros: this.nowMicros },
      random: { bytes: (length: number) => new Uint8Array(randomBytes(length)) },
    };
    const departed = this.#store.state('departed');
    if (departed)
      for (const [author, secret] of this.local.open('departed', departed) as [string, Uint8Array][])
        this.#departed.set(author, secret);
    this.contacts = new Contacts(this.#store, this.local);
    this.vault = new Vault(ports, options.keys);
    for (const warned of toldLately(this)) this.#keep(warned);
    this.grants = new Grants(this.vault);
    this.custody = new Custody(this.vault, this.grants, this.identityPublic());
    this.documents = new Documents(this.vault, this.local);
    this.records = new Records(this.vault, recordTools);
    this.labels = new Labels(this.vault, this.records);
    this.recordGrants = grantsOfRecords(this);
    this.vault.afterFailure = () => {
      for (const each of [this.grants, this.documents, this.records]) each.reload();
    };
    this.ingestQueue = new IngestQueue(this.vault, (stream, samples) => this.#ingested(stream, samples));
    this.#others = new OtherHomes(this);
    this.network = new Network({
      outbox: this.outbox,
      memberSecret: options.keys.member,
      secretOf: (author) => this.secretOf(author),
      purse: this.#purse(options.keys.member),
      identity: toHex(schnorrPublic(options.keys.identity)),
      ownAuthors: () => this.#listenedAuthors(),
      handoffAuthors: () => this.handoffAuthors(),
      sharedAuthors: () => this.#sharedAuthors(),
      redate: (event) => redate(this, event),
      onOwnEvents: (events) => this.absorb(events),
      onReceipt: (event, relay) => this.#receipts(event, relay),
      onConnected: (url) => this.#others.lookForPen(url).then(() => fetchShared(this, url)),
      onSuperseded: (standing) => this.grants.restateAfter(standing),
      onFact: (url, fact) => this.#said(url, fact as { fact: string }),
    });
    this.outbox.useStoreRelays(this.storeRelays());
    if (this.vault.retiredBy !== null) this.warn('another-home', this.vault.retiredBy);
    this.#others.retireIfOutdated();
    hideMemoryNames(this);
    if (options.online !== false) this.goOnline();
  }

  #purse(memberSecret: Uint8Array): TokenPurse {
    return new TokenPurse({
      load: () => this.#purseRecords(),
      save: (records) => this.#keepPurse(records),
      memberSecret,
      warn: (code) => this.warn(code),
      nowMillis: () => Date.now(),
    });
  }

  goOnline(): void {
    this.useRelays();
    this.#timers.push(setInterval(() => this.tick(), TICK_MILLIS));
  }

  // --- keys and authors

  secretOf(author: string): Uint8Array | undefined {
    if (author === toHex(schnorrPublic(this.keys.catalogueAuthor))) return this.keys.catalogueAuthor;
    if (author === toHex(schnorrPublic(this.keys.identity))) return this.keys.identity;
    for (const stream of this.vault.streams()) if (toHex(stream.author) === author) return stream.authorSecret;
    for (const log of this.grants.logs()) if (toHex(log.stream.author) === author) return log.authorSecret;
    for (let generation = 0; generation <= this.vault.state.generation; generation++) {
      const handoff = this.handoffLog(generation);
      if (toHex(handoff.author) === author) return handoff.authorSecret;
    }
    const log = this.documents.logOf(author) ?? this.records.logOf(author);
    if (log) return log.authorSecret;
    const phone = phoneSecretOf(this, author);
    if (phone) return phone;
    return this.custody.logOf(author)?.log.authorSecret ?? parcelSecretOf(this, author) ?? this.#departed.get(author);
  }

  /** Keeps the key of an erased author until its request to vanish has been delivered. */
  keepSecret(author: string, secret: Uint8Array): void {
    this.#departed.set(author, secret);
    const all = [...this.#departed].map(([name, key]) => [name, key]);
    this.vault.store.transact(() => this.vault.store.setState('departed', this.local.seal('departed', all)));
  }

  departed(): ReadonlyMap<string, Uint8Array> {
    return this.#departed;
  }

  catalogueAuthor(): string {
    return toHex(schnorrPublic(this.keys.catalogueAuthor));
  }

  /** Authors that another home of these words may write: always the catalogue, the streams once homes have followed each other. */
  #listenedAuthors(): string[] {
    if (this.vault.state.generation === 0) return [this.catalogueAuthor(), ...sharedAuthors(this)];
    // Blobs are many and never change: what another home wrote of them is fetched once its log of sources names them.
    const blobs = new Set(this.records.blobLogs().map(({ stream }) => toHex(stream.author)));
    return this.ownAuthors().filter((author) => !blobs.has(author));
  }

  #sharedAuthors(): string[] {
    const streams = this.grants
      .all()
      .flatMap(({ record: { subject, streams } }) =>
        streams.flatMap(({ key }) => this.vault.findStream(subject, key) ?? []),
      );
    const logs = this.grants.logs().map(({ stream }) => stream);
    return [...new Set([...billAuthors(this), ...[...logs, ...streams].map(({ author }) => toHex(author))])];
  }

  ownAuthors(): string[] {
    const authors = [toHex(schnorrPublic(this.keys.catalogueAuthor))];
    for (const stream of this.vault.streams()) authors.push(toHex(stream.author));
    for (const { stream } of this.documents.logs()) authors.push(toHex(stream.author));
    for (const { stream } of [...this.records.logs(), ...this.records.blobLogs()]) authors.push(toHex(stream.author));
    for (const subject of this.custody.shared()) authors.push(toHex(this.custody.log(subject).stream.author));
    return [...authors, ...this.handoffAuthors()];
  }

  /** Of this generation too: of two homes restored at one moment, one retires. */
  handoffAuthors(): string[] {
    const generations = Array.from({ length: this.vault.state.generation + 1 }, (_, generation) => generation);
    return generations.map((generation) => toHex(this.handoffLog(generation).author));
  }

  /** Authors of everything this vault ever wrote and keeps: what a backup holds. */
  allAuthors(): Set<string> {
    return new Set([...this.ownAuthors(), ...this.grants.logs().map(({ stream }) => toHex(stream.author))]);
  }

  /** Hashes of device credentials beside the keyring, so that a locked home can tell its devices from strangers. */
  writeDeviceHashes(): void {
    const hashes = [...this.vault.state.devices.values()]
      .filter((device) => !device.removed && !device.nightscout)
      .map((device) => toHex(device.tokenHash));
    replaceFile(join(this.dir, 'devices.json'), utf8Encode(JSON.stringify(hashes)));
    writeNightscoutDevices(this.dir, this.vault.state.devices.values());
  }

  /** The log into which a home of that generation hands over what it still holds when another takes the pen. */
  handoffLog(generation: number): { authorSecret: Uint8Array; author: Uint8Array; secret: Uint8Array } {
    const authorSecret = validScalar(deriveKey(this.keys.handoffSecret, 'handoff-author', generation));
    return {
      authorSecret,
      author: schnorrPublic(authorSecret),
      secret: deriveKey(this.keys.handoffSecret, 'handoff', generation),
    };
  }

  // --- relays

  #purseRecords(): Map<string, PurseRecord> {
    const sealed = this.#store.state('tokens');
    return new Map(sealed ? (this.local.open('tokens', sealed) as [string, PurseRecord][]) : []);
  }

  #keepPurse(records: ReadonlyMap<string, PurseRecord>): void {
    if (this.#closed) return;
    const entries = [...records].map(([url, record]) => [url, { ...record }]);
    this.vault.store.transact(() => this.vault.store.setState('tokens', this.local.seal('tokens', entries)));
  }

  useRelays(): void {
    const own = [...this.vault.state.relays.values()].filter((relay) => !relay.removed);
    this.outbox.useStoreRelays(this.storeRelays());
    for (const { url, uses } of own) this.network.addRelay(url, uses.includes('store') ? 'store' : 'post');
    const boxes = this.outbox.postRelaysWaiting().filter((url) => !own.some((relay) => relay.url === url));
    for (const url of boxes)
      if (usableRelays([url])[0] === url) this.network.addRelay(url, 'box');
      else this.outbox.giveUpBox(url);
    const wanted = new Set([...own.map(({ url }) => url), ...boxes]);
    for (const url of this.network.allUrls()) if (!wanted.has(url)) void this.network.removeRelay(url);
  }

  storeRelays(): string[] {
    return [...this.vault.state.relays.values()]
      .filter((relay) => !relay.removed && relay.uses.includes('store'))
      .map((relay) => relay.url);
  }

  #said(url: string, fact: { fact: string }): void {
    const { fact: what, ...rest } = fact as { fact: string } & Record<string, string | number>;
    this.#onFact({
      what,
      relay: url.replace(/^wss?:\/\//, ''),
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value === 'number')),
    });
  }

  // --- data in

  watch(listener: (stream: OpenStream, samples: Samples) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  #ingested(stream: OpenStream, samples: Samples): void {
    for (const watcher of this.#watchers) watcher(stream, samples);
    if (!this.#publishing && this.grants.active().length > 0) {
      this.#publishing = true;
      setImmediate(() => {
        this.#publishing = false;
        this.guard('publish', () => this.publishAwaited());
      });
    }
  }

  /** Sends what somebody reads live, at once. */
  publishAwaited(): void {
    for (const stream of this.grants.streamsWithReaders())
      this.vault.publish((_, row) => this.grants.isAwaited(stream, LEVELS[row.level], row.slot), stream);
  }

  /** Closes, summarises and publishes everything (after an import, before a backup). */
  settle(): void {
    for (const _ of this.settling());
  }

  /** `settle` in steps of a second or so, between which a reader or a device may have its turn. */
  *settling(): Generator<void> {
    this.vault.closeDueSlots();
    for (const _ of this.vault.flushing(() => true)) {
      yield;
      if (this.#closed) return;
    }
    for (const _ of this.vault.publishing()) {
      this.announce();
      yield;
      if (this.#closed) return;
    }
    this.documents.flush();
    this.announce();
    this.writeHeads();
  }

  /** What the vault put into its queue is told to live readers and sent, once the transaction has ended. */
  #enqueued(): void {
    if (!this.#isEnqueued) setImmediate(() => this.announce());
    this.#isEnqueued = true;
  }

  /** Tells the network that something waits to be sent. The embedded relay watches the store. */
  announce(): void {
    if (this.#closed) return;
    this.#isEnqueued = false;
    this.network.wake();
  }

  writeHeads(): void {
    for (let more = true; more; ) more = recordHeads(this.vault, this.grants);
    for (let more = true; more; ) more = this.grants.writeHeads();
    this.network.wake();
  }

  // --- clockwork

  /** Each duty stands alone: one that fails is said and tried again, and holds up none of the others. */
  tick(): void {
    if (this.vault.retiredBy !== null) return;
    const now = this.nowMicros() / 1000;
    this.guard('expiry', () => this.grants.endExpired());
    this.#every('renewal', RENEW_TICK_MILLIS, now, () => this.grants.renew());
    this.#every('idle', RENEW_TICK_MILLIS, now, () => lapseIdle(this));
    this.guard('closing', () => this.vault.closeDueSlots());
    this.#every('summaries', FLUSH_TICK_MILLIS, now, (before) => this.#flush(now, before));
    this.guard('publishing', () => this.publishAwaited());
    this.guard('receipts', () => collectOwnReceipts(this));
    this.guard('messages', () => collectOwnMessages(this));
    this.guard('delivered', () => forgetDeliveredWraps(this));
    this.#every('custody', FLUSH_TICK_MILLIS, now, () => tendCustody(this));
    this.#every('contacts', FLUSH_TICK_MILLIS, now, () => this.#keepContacts());
    this.#every('publication', PUBLISH_TICK_MILLIS, now, () => {
      // After an import these are years: nobody shall hold them all.
      for (const _ of this.vault.publishClosed()) this.announce();
    });
    this.#every('open-slots', PUBLISH_OPEN_TICK_MILLIS, now, () => {
      this.vault.closeDueSlots(true);
      this.vault.publishAll();
    });
    this.#every('documents', PUBLISH_OPEN_TICK_MILLIS, now, () => this.documents.flush());
    this.guard('records', () => this.records.forgetIdle(this.nowMicros() - RECORDS_IDLE_MILLIS * 1000));
    this.#every('records-shared', PUBLISH_TICK_MILLIS, now, () => this.recordGrants.tick());
    this.#every('emergency', EMERGENCY_MILLIS, now, () => tendEmergencies(this));
    this.#every('find', FLUSH_TICK_MILLIS, now, () => this.finder?.tidy());
    this.#every('heads', HEAD_TICK_MILLIS, now, () => this.writeHeads());
  }

  /** What is known of devices beside their readings. */
  #keepContacts(): void {
    this.contacts.keep();
    recordHeld(this);
  }

  #every(duty: string, millis: number, now: number, work: (before: number) => void): void {
    const before = this.#lastDone.get(duty) ?? 0;
    if (!isDue(now, before, millis)) return;
    this.#lastDone.set(duty, now);
    this.guard(duty, () => work(before));
  }

  /** Summaries of closed slots; of slots still filling only those that somebody reads, each time one of their bins has closed. */
  #flush(now: number, before: number): void {
    const closed = (level: Level) => {
      const bin = binSeconds(level) * 1000;
      return Math.floor(now / bin) > Math.floor(before / bin);
    };
    this.vault.flush((stream, level, slot) => this.grants.isSummaryAwaited(stream, level, slot, closed));
  }

  /** Runs part of the clockwork: a failure there is said and tried again, never the end of the node. */
  guard(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const code = error instanceof HaleError ? error.code : 'bug';
      this.#onFact({ what: `${what}-failed`, code });
      if (code === 'full') this.warn('disk-full');
      else this.warn('stumbled', what, code);
    }
  }

  /** As `warn`, for what happened once and must be told even if this process ends before anybody asks; kept for a week. */
  tell(warned: Warning): void {
    this.#keep(warned);
    keepTold(this, warned);
  }

  warn<C extends WarningCode>(code: C, ...values: WarningValues<C>): void {
    this.#keep(warning(code, ...values));
  }

  #keep(warned: Warning): void {
    if (!this.warnings.some(({ text }) => text === warned.text)) this.warnings.push(warned);
    if (this.warnings.length > 50) this.warnings.shift();
  }

  /** Events of own authors that a relay holds: our own come back unchanged; another home's are taken in or end our turn. */
  absorb(events: VerifiedEvent[]): void {
    this.guard('absorb', () => this.#others.absorb(events));
  }

  /** Fetches all that a relay holds of this vault's streams and takes in what is not here. */
  fetchAll(url: string): Promise<void> {
    return this.#others.fetchAll(url);
  }

  #receipts(event: VerifiedEvent, relay: string): void {
    this.guard('receipt', () => {
      const take = event.kind === KINDS.wrap ? takeMessage : keepReceipt;
      const isToSend = takeAnswer(this, event) || take(this, event, relay);
      if (isToSend) this.network.wake();
    });
  }

  /** The person's public key in hex. */
  identityPublic(): string {
    return toHex(schnorrPublic(this.keys.identity));
  }

  /** The device that a credential belongs to, unless it was removed. Those of Nightscout have doors and scopes of their own. */
  deviceOf(credential: string): { id: string; name: string; subject: string } | null {
    const hash = sha256(utf8Encode(credential));
    for (const device of this.vault.state.devices.values())
      if (!device.removed && !device.nightscout && equalBytes(device.tokenHash, hash)) return device;
    return null;
  }

  countNotTaken(device: string, count: number): void {
    if (count > 0) this.notTaken.set(device, (this.notTaken.get(device) ?? 0) + count);
  }

  /** The first 16 hex digits of the hash of the ML-KEM public key: what people compare. */
  kemKeyId(): string {
    return toHex(sha256(kemPublicOf(this.keys.kemSeed))).slice(0, 16);
  }

  diskBytes(): number {
    return [storePath(this.dir), `${storePath(this.dir)}-wal`].reduce(
      (sum, path) => sum + (existsSync(path) ? statSync(path).size : 0),
      0,
    );
  }

  /** A backup was made whole just now. */
  noteBackup(): void {
    const at = this.nowMicros();
    this.vault.store.transact(() => this.vault.store.setState('backup', this.local.seal('backup', at)));
  }

  /** When the last whole backup of this home was made, micros; null: never. */
  lastBackupMicros(): number | null {
    const sealed = this.vault.store.state('backup');
    return sealed ? (this.local.open('backup', sealed) as number) : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.whenClosing) end();
    await this.phones?.close();
    await this.jobs.close();
    this.uploads.close();
    for (const timer of this.#timers) clearInterval(timer);
    await this.ingestQueue.close();
    if (this.vault.retiredBy === null && !this.erased) this.guard('contacts', () => this.#keepContacts());
    if (!this.erased) this.guard('find', () => this.finder?.close());
    await this.network.close();
    this.events.close();
  }
}
