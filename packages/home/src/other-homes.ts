// Another home of the same words: noticed, its writing taken in, and the pen handed over (DESIGN §3, one pen).
import {
  base64Decode,
  dayStart,
  fromHex,
  KINDS,
  schnorrPublic,
  toHex,
  utf8Encode,
  type VerifiedEvent,
} from '@hale/kernel';
import {
  absorbEvents,
  emptyReport,
  finishAbsorbing,
  inLogOrder,
  LogWriter,
  nothingUnfinished,
  openLogEvent,
  type Vault,
} from '@hale/vault';
import { takeHouseholds } from './custody/sharing.ts';
import type { Home } from './home.ts';
import { warning } from './warnings.ts';

/** An entry of the log into which a home puts what it still held when another took the pen. */
type Handed = { type: 'tiles'; author: Uint8Array; batch: Uint8Array } | { type: 'document'; document: Uint8Array };

/** Newest catalogue events looked at on each connection. */
const CATALOGUE_LOOK = 200;

/** From when on another home may have written what is not known here: dates tell the day only, so `limit` alone could miss it. */
export function newestOf({ store, catalogueLog }: Vault): number {
  const last = store.logEvents(catalogueLog.number).at(-1);
  return dayStart((last && store.event(last.eventId)?.created_at) ?? 0);
}

const recordAuthors = ({ records }: Home): string[] =>
  [...records.logs(), ...records.blobLogs()].map(({ stream }) => toHex(stream.author));

export class OtherHomes {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /** Events of own authors that a relay holds: our own come back unchanged; another home's are taken in or end our turn. */
  absorb(events: VerifiedEvent[]): void {
    const catalogue = toHex(schnorrPublic(this.#home.keys.catalogueAuthor));
    const { store } = this.#home.vault;
    const foreign = events.filter((event) => !store.hasEvent(event.id) && !store.wasDeleted(event));
    if (foreign.length === 0) return;
    for (const event of foreign) if (event.pubkey === catalogue) this.#absorbCatalogue(event);
    if (this.#home.vault.retiredBy !== null) return;
    const report = emptyReport();
    const unfinished = nothingUnfinished();
    for (const event of foreign) this.#takeHandover(event);
    takeHouseholds(this.#home, foreign);
    this.#takeDocuments(foreign);
    this.#takeRecords(foreign);
    // Heads count it from now on, and what it replaces is deleted everywhere: so every relay gets it, not only the one that it came from.
    absorbEvents(this.#home.vault, foreign, report, unfinished, (event) => store.enqueue({ event, target: 'store' }));
    finishAbsorbing(this.#home.vault, report, unfinished);
    if (report.merged > 0) this.#home.tell(warning('also-wrote', report.merged));
    if (report.senseless > 0) this.#home.tell(warning('senseless', report.senseless));
  }

  /** Asks a relay for the newest of the catalogue before anything is sent there: does another home write by now? */
  async lookForPen(url: string): Promise<void> {
    const connection = this.#home.network.connection(url, this.#home.catalogueAuthor());
    const filter = { kinds: [KINDS.tileBatch], authors: [this.#home.catalogueAuthor()] };
    const look = [
      { ...filter, limit: CATALOGUE_LOOK },
      { ...filter, since: newestOf(this.#home.vault) },
    ];
    const answer = await connection.queryResult(look, { timeoutMs: 5000 });
    if (answer.outcome !== 'complete') return;
    const { stream } = this.#home.vault.catalogueLog;
    const isNewer = answer.events.some(
      (event) =>
        !this.#home.vault.store.hasEvent(event.id) &&
        openLogEvent(event, stream).some(({ generation }) => generation > this.#home.vault.state.generation),
    );
    if (isNewer) this.#home.absorb((await connection.queryAll(filter, { timeoutMs: 30_000 })).events);
    else this.#home.absorb(answer.events);
    void this.#fetchOnce(url).catch(() => {});
  }

  /** A home that took over was restored from one relay: what only another one has, however old, is looked for once there. */
  async #fetchOnce(url: string): Promise<void> {
    const { vault, local } = this.#home;
    const mark = `fetched/${local.name(url)}`;
    if (vault.retiredBy !== null || (vault.ownGeneration ?? 0) === 0 || vault.store.state(mark)) return;
    await this.fetchAll(url);
    vault.store.transact(() => vault.store.setState(mark, utf8Encode('yes')));
  }

  /** Fetches all that a relay holds of this vault's streams and takes in what is not here. */
  async fetchAll(url: string): Promise<void> {
    for (const author of this.#home.ownAuthors()) {
      const connection = this.#home.network.connection(url, author);
      const { events } = await connection.queryAll(
        { kinds: [KINDS.tileBatch], authors: [author] },
        { timeoutMs: 60_000 },
      );
      this.#home.absorb(events);
    }
  }

  #absorbCatalogue(event: VerifiedEvent): void {
    const { stream, number } = this.#home.vault.catalogueLog;
    const entries = inLogOrder(openLogEvent(event, stream));
    const knownEnds = new Set(this.#home.vault.state.ends.keys());
    this.#home.events.transact(() => {
      this.#home.vault.store.putEvent(event);
      for (const { seq, generation } of entries) this.#home.vault.store.appendLog(number, seq, generation, event.id);
    });
    const before = new Set(this.#home.vault.state.ends.keys());
    this.#home.vault.reload();
    this.#home.grants.reload();
    this.retireIfOutdated();
    if (this.#home.vault.retiredBy !== null) {
      this.#home.embedded?.stop();
      this.#home.embedded = null;
    }
    // A grant that the other home ended while its lists no longer go out: this one shuts the reader out.
    const ended = [...this.#home.vault.state.ends.keys()].filter((id) => !before.has(id));
    if (this.#home.vault.retiredBy === null && ended.length > 0) this.#home.grants.restateAccess();
    if (this.#home.vault.retiredBy === null) this.#home.grants.takeOver(knownEnds);
    this.#home.useRelays();
  }

  /**
   * Another home took the pen. What no relay has yet is handed over sealed so that no reader's token opens it (the other one may have
   * revoked since), and nothing else leaves this home any more: an old access list must not replace a newer one.
   */
  retireIfOutdated(): void {
    const own = this.#home.vault.ownGeneration;
    if (this.#home.vault.retiredBy === null || own === null || this.#home.vault.store.state('handed-over')) return;
    const log = this.#home.handoffLog(own);
    const rooms = {
      store: this.#home.vault.store,
      clock: this.#home.vault.clock,
      random: this.#home.vault.random,
      generation: () => own,
    };
    const writer = new LogWriter(rooms, { author: log.author, secret: log.secret }, log.authorSecret);
    const held = this.#undelivered();
    const documents = [...this.#undeliveredDocuments(), ...this.#home.documents.waiting()];
    this.#home.events.transact(() => {
      // Nobody but the owner reads the logs of records, and no epoch of theirs could have ended: what waits of them goes out as it is.
      this.#home.outbox.dropAllBut([this.#home.catalogueAuthor(), ...recordAuthors(this.#home)]);
      writer.append(held.map(({ author, batch }) => ({ type: 'tiles', author, batch })));
      writer.append(documents.map((document) => ({ type: 'document', document })));
      this.#home.vault.store.setState('handed-over', utf8Encode('yes'));
    });
    this.#home.tell(warning('taken-over', this.#home.vault.state.generation, held.length));
    this.#home.network.wake();
  }

  /** Raw tiles that some store relay does not have yet: those in no signed batch, and those of batches still queued. */
  #undelivered(): { author: Uint8Array; batch: Uint8Array }[] {
    const held: { author: Uint8Array; batch: Uint8Array }[] = [];
    for (const row of this.#home.vault.store.looseTiles(null, Number.MAX_SAFE_INTEGER)) {
      const stream = this.#home.vault.streamByNumber(row.stream);
      if (stream && row.level === 0)
        held.push({ author: stream.author, batch: this.#home.vault.store.tilePlace(row).batch });
    }
    const labels = new Map(
      this.#home.vault.streams().map((stream) => [toHex(stream.author), toHex(stream.label('raw'))]),
    );
    for (const event of this.#home.outbox.undelivered()) {
      const isRaw =
        event.kind === KINDS.tileBatch &&
        event.tags.some(([name, label]) => name === 'l' && label === labels.get(event.pubkey));
      if (isRaw) held.push({ author: fromHex(event.pubkey, 32), batch: base64Decode(event.content) });
    }
    return held;
  }

  /** Documents in events that some store relay does not have yet. */
  #undeliveredDocuments(): Uint8Array[] {
    return this.#home.outbox.undelivered().flatMap((event) => {
      const log = event.kind === KINDS.tileBatch ? this.#home.documents.logOf(event.pubkey) : undefined;
      return log
        ? openLogEvent(event, log.stream).flatMap(({ value }) => this.#home.documents.handed(event.pubkey, value))
        : [];
    });
  }

  /** What another home of these words wrote into the logs of documents. */
  #takeDocuments(events: VerifiedEvent[]): void {
    const { store } = this.#home.vault;
    const written = events.flatMap((event) => {
      const log = event.kind === KINDS.tileBatch ? this.#home.documents.logOf(event.pubkey) : undefined;
      return log ? [{ event, log }] : [];
    });
    if (written.length === 0) return;
    this.#home.events.transact(() => {
      for (const { event, log } of written) {
        store.putEvent(event);
        for (const { seq, generation } of inLogOrder(openLogEvent(event, log.stream)))
          store.appendLog(log.number, seq, generation, event.id);
      }
    });
    this.#home.documents.logsChanged();
  }

  /** What another home of these words wrote into the logs of records, and of the blobs that they name. */
  #takeRecords(events: VerifiedEvent[]): void {
    const { store } = this.#home.vault;
    const written = events.flatMap((event) => {
      const log = event.kind === KINDS.tileBatch ? this.#home.records.logOf(event.pubkey) : undefined;
      return log ? [{ event, log }] : [];
    });
    if (written.length === 0) return;
    this.#home.events.transact(() => {
      for (const { event, log } of written) {
        store.putEvent(event);
        for (const { seq, generation } of inLogOrder(openLogEvent(event, log.stream)))
          store.appendLog(log.number, seq, generation, event.id);
        // As of tiles: every relay gets it, not only the one that it came from.
        store.enqueue({ event, target: 'store' });
      }
    });
    this.#home.records.reload();
    void this.#fetchBlobs().catch(() => {});
  }

  /** Blobs that another home named: their logs are listened to by nobody. */
  async #fetchBlobs(): Promise<void> {
    const { records, vault } = this.#home;
    for (const url of this.#home.storeRelays())
      for (const { id, removed } of vault.state.subjects.values()) {
        for (const { n } of removed ? [] : records.lacking(id)) {
          const author = toHex(records.blobLog(id, n).stream.author);
          const connection = this.#home.network.connection(url, author);
          const filter = { kinds: [KINDS.tileBatch], authors: [author] };
          const { events } = await connection.queryAll(filter, { timeoutMs: 60_000 });
          this.absorb(events);
        }
      }
  }

  /** What a retired home handed over comes in as late data. */
  #takeHandover(event: VerifiedEvent): void {
    for (let generation = 0; generation <= this.#home.vault.state.generation; generation++) {
      const log = this.#home.handoffLog(generation);
      if (toHex(log.author) !== event.pubkey) continue;
      const entries = openLogEvent(event, { author: log.author, secret: log.secret });
      const handed = entries.map(({ value }) => value as Handed);
      for (const each of handed)
        if (each.type === 'tiles') this.#home.vault.ingest(this.#home.vault.openHandedOver(each.author, each.batch));
      this.#home.documents.takeOver(handed.flatMap((each) => (each.type === 'document' ? [each.document] : [])));
      const number = this.#home.vault.store.streamNumber(log.author);
      this.#home.events.transact(() => {
        this.#home.vault.store.putEvent(event);
        for (const { seq, generation: written } of entries)
          this.#home.vault.store.appendLog(number, seq, written, event.id);
      });
      this.#home.tell(warning('handed-over', entries.length));
    }
  }
}
