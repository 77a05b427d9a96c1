// kill -9 at random moments under load, again and again: devices deliver, files are imported, summaries and batches are written, grants are
// made and revoked. After each kill the disk is copied as it lies there and held against what the clients were told (issue 2, done when 5).
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError, KINDS } from '@hale/kernel';
import { masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import {
  deliver,
  haleJson,
  initHome,
  type Running,
  type RunningNode,
  startNode,
  startRelay,
} from '@hale/testkit/hale-process';
import { key, type Needle, npub, numbers, search, text } from '@hale/testkit/haystack';
import { rawSamples } from '@hale/vault';
import type { HomeClient } from '../../packages/home/src/api.ts';
import { Home } from '../../packages/home/src/home.ts';
import { remoteClient } from '../../packages/home/src/remote-client.ts';
import { EventStore } from '../../packages/home/src/store/events.ts';
import { Ledger, seeded } from './ledger.ts';

export interface KillOptions {
  dir: string;
  kills: number;
  seed: number;
  /** `hale check --deep` after every so many kills. */
  deepEvery: number;
  say?: (line: string) => void;
}

export interface KillReport {
  kills: number;
  seed: number;
  acknowledgedSamples: number;
  deliveries: number;
  imports: number;
  grantsShared: number;
  grantsRevoked: number;
  syncs: number;
  /** Kills that came while each kind of work was going on. */
  killedDuring: Record<string, number>;
  deepChecks: number;
  /** Milliseconds from the start of the process until it listens, the longest of all. */
  startMillisMax: number;
  problems: string[];
  /** What was searched for plaintext, and what was found. */
  searched: { files: number; bytes: number; needles: number };
  found: string[];
  words: string;
  npubs: string[];
  secrets: string[];
}

export const SUBJECT = 'Zebedia Quuxworth';
export const DEVICE = 'Wristomatic-9000';
export const PURPOSE = 'xylophone therapy follow-up';
const BASE = Math.floor(Date.UTC(2026, 9, 1) / 1000) * 1e6;
/** A run of values so unlikely that finding it means finding plaintext. */
export const MARKED = [123_457, 765_433, 244_667, 998_653, 331_777, 471_119, 862_927, 559_259];

type Samples = [number, number][];

class KillLoop {
  readonly report: KillReport;
  readonly #options: KillOptions;
  readonly #random: () => number;
  readonly #ledger = new Ledger();
  readonly #clocks = new Map<string, number>();
  readonly #active = new Map<string, { link: string }>();
  readonly #revoked = new Set<string>();
  readonly #working = new Map<string, number>();
  #relay: { process: Running; url: string } | undefined;
  #node: RunningNode | undefined;
  #client: HomeClient | undefined;
  #credentials: string[] = [];
  #imports = 0;
  #stopped = false;

  constructor(options: KillOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.report = {
      kills: 0,
      seed: options.seed,
      acknowledgedSamples: 0,
      deliveries: 0,
      imports: 0,
      grantsShared: 0,
      grantsRevoked: 0,
      syncs: 0,
      killedDuring: {},
      deepChecks: 0,
      startMillisMax: 0,
      problems: [],
      searched: { files: 0, bytes: 0, needles: 0 },
      found: [],
      words: '',
      npubs: [],
      secrets: [],
    };
  }

  #path = (name: string): string => join(this.#options.dir, name);
  #between = (low: number, high: number): number => Math.floor(low + this.#random() * (high - low));

  async run(): Promise<KillReport> {
    await this.#setUp();
    for (let kill = 0; kill < this.#options.kills && this.report.problems.length === 0; kill++) {
      try {
        await this.#oneLife(kill);
      } catch (error) {
        this.report.problems.push(`life ${kill}: ${String(error)}`);
      }
      if (kill % 10 === 9)
        this.#options.say?.(
          `${kill + 1} kills, ${this.#ledger.acknowledgedSamples} samples acknowledged, longest start ${this.report.startMillisMax} ms, ${this.report.problems.length} problems`,
        );
    }
    if (this.report.problems.length === 0) await this.#comeBack();
    else await this.#end();
    this.report.acknowledgedSamples = this.#ledger.acknowledgedSamples;
    return this.report;
  }

  async #setUp(): Promise<void> {
    for (const name of ['relay', 'tmp', 'files', 'copy']) mkdirSync(this.#path(name));
    this.#relay = await startRelay(this.#path('relay'));
    const { words, npub } = await initHome(this.#path('home'), { url: this.#relay.url, dir: this.#path('relay') });
    Object.assign(this.report, { words, npubs: [npub] });
    await this.#startNode();
    await this.#client?.call('subject.add', { name: SUBJECT });
    for (const name of [DEVICE, 'second', 'third'])
      this.#credentials.push((await this.#client!.call('device.add', { name, subject: SUBJECT })).credential);
    this.report.secrets = [...this.#credentials];
    await this.#node?.process.kill9();
  }

  async #startNode(): Promise<void> {
    const env = { TMPDIR: this.#path('tmp'), SQLITE_TMPDIR: this.#path('tmp') };
    const began = performance.now();
    this.#node = await startNode(this.#path('home'), { env });
    this.report.startMillisMax = Math.max(this.report.startMillisMax, Math.round(performance.now() - began));
    const { port, token } = JSON.parse(readFileSync(this.#path('home/node.json'), 'utf8')) as {
      port: number;
      token: string;
    };
    this.#client = remoteClient(port, token);
  }

  /** One life of the node: it starts, works, and dies without notice. */
  async #oneLife(kill: number): Promise<void> {
    await this.#startNode();
    if (kill % this.#options.deepEvery === this.#options.deepEvery - 1) await this.#deepCheck();
    await this.#revokeForgotten();
    this.#stopped = false;
    const work = [
      this.#loop('live heart rate', () => this.#deliverLive(0, 'heart-rate', 1e6, 20)),
      this.#loop('share and revoke', () => this.#shareOrRevoke()),
    ];
    // In a quiet life shares and publications are acknowledged quickly, so that kills also come after them.
    if (this.#random() < 0.3) work.push(this.#loop('publish', () => this.#publish()));
    else
      work.push(
        this.#loop('ECG', () => this.#deliverLive(1, 'ecg', 4000, 150)),
        this.#loop('late and corrected', () => this.#deliverLate()),
        this.#loop('import', () => this.#import()),
        this.#loop('publish', () => this.#publish()),
      );
    // Most lives are short; some last until the slow kinds of work (a share tells relays) have been acknowledged.
    await new Promise((resolve) =>
      setTimeout(resolve, this.#random() < 0.7 ? this.#between(15, 600) : this.#between(800, 3000)),
    );
    this.#stopped = true;
    for (const [what, count] of this.#working)
      if (count > 0) this.report.killedDuring[what] = (this.report.killedDuring[what] ?? 0) + 1;
    await this.#node?.process.kill9();
    await Promise.all(work);
    this.report.kills++;
    await this.#inspect();
  }

  /** Shares that a kill left made but unacknowledged: nobody would ever stop them. */
  async #revokeForgotten(): Promise<void> {
    for (const { id, state } of await this.#client!.call('grants', {})) {
      if (state !== 'active' || this.#active.has(id)) continue;
      await this.#client!.call('revoke', { grant: id });
      this.#revoked.add(id);
      this.report.grantsRevoked++;
    }
  }

  async #loop(what: string, step: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      this.#working.set(what, (this.#working.get(what) ?? 0) + 1);
      try {
        await step();
      } catch (error) {
        // A broken connection is what a kill looks like from outside; everything else is a finding.
        if (!this.#stopped && !(error instanceof HaleError && error.code === 'unavailable'))
          this.report.problems.push(`${what}: ${String(error)}`);
      }
      this.#working.set(what, (this.#working.get(what) ?? 1) - 1);
      await new Promise((resolve) => setTimeout(resolve, this.#between(1, 30)));
    }
  }

  // --- load

  async #send(device: number, series: string, samples: Samples): Promise<void> {
    this.#ledger.sending(series, samples);
    const { status, body } = await deliver(
      this.#node!.url,
      this.#credentials[device],
      samples.map(([time, value]) => `${series},${time},${value}\n`).join(''),
    );
    if (status !== 200) throw new Error(`a delivery was answered with ${status}: ${JSON.stringify(body)}`);
    this.report.deliveries++;
    this.#ledger.acknowledged(series, samples);
  }

  async #deliverLive(device: number, series: string, step: number, most: number): Promise<void> {
    const first = this.#clocks.get(series) ?? 0;
    const count = this.#between(1, most);
    this.#clocks.set(series, first + count);
    await this.#send(
      device,
      series,
      Array.from({ length: count }, (_, i) => [
        BASE + (first + i) * step,
        i % 40 < MARKED.length ? MARKED[i % 40] : this.#between(-2000, 2000),
      ]),
    );
  }

  async #deliverLate(): Promise<void> {
    const series = 'glucose';
    const now = this.#clocks.get(series) ?? 0;
    this.#clocks.set(series, now + 3);
    const samples = new Map<number, number>();
    for (let i = 0; i < 12; i++) samples.set(BASE + this.#between(0, now + 3) * 300e6, this.#between(40, 400));
    await this.#send(2, series, [...samples]);
  }

  async #import(): Promise<void> {
    const first = this.#imports * 900;
    this.#imports++;
    const samples: Samples = Array.from({ length: this.#between(50, 600) }, (_, i) => [
      BASE + (first + i) * 1e6,
      this.#between(30, 200),
    ]);
    const file = this.#path(`files/${this.#imports}.csv`);
    writeFileSync(
      file,
      `time,Zanzibar index\n${samples.map(([time, value]) => `${new Date(time / 1000).toISOString()},${value}`).join('\n')}\n`,
    );
    this.#ledger.sending('imported', samples);
    const [report] = await this.#client!.call('import', { files: [file], as: 'imported', subject: SUBJECT });
    if (report.rejected > 0) this.report.problems.push(`import rejected ${report.rejected}`);
    this.#ledger.acknowledged('imported', samples);
    this.report.imports++;
  }

  async #shareOrRevoke(): Promise<void> {
    const [id] = this.#active.keys();
    if (id !== undefined && (this.#active.size > 3 || this.#random() < 0.4)) {
      // From here on it may be ended already, whether or not we hear of it.
      this.#active.delete(id);
      await this.#client!.call('revoke', { grant: id });
      this.#revoked.add(id);
      this.report.grantsRevoked++;
      return;
    }
    if (!this.#clocks.has('heart-rate')) return;
    const { grant, link } = await this.#client!.call('share', {
      streams: ['heart-rate'],
      subject: SUBJECT,
      with: 'link',
      from: new Date(BASE / 1000).toISOString(),
      purpose: PURPOSE,
    });
    this.report.grantsShared++;
    this.#active.set(grant.id, { link: link ?? '' });
  }

  async #publish(): Promise<void> {
    await this.#client!.call('relays.sync', {});
    this.report.syncs++;
  }

  // --- judgement

  /** The disk as the kill left it, copied and opened elsewhere. */
  async #inspect(): Promise<void> {
    const copy = this.#path('copy');
    for (const name of ['store.db', 'store.db-wal'])
      if (existsSync(this.#path(`home/${name}`))) copyFileSync(this.#path(`home/${name}`), join(copy, name));
    const database = new DatabaseSync(join(copy, 'store.db'));
    const integrity = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    if (integrity.length !== 1 || integrity[0].integrity_check !== 'ok')
      this.report.problems.push(`kill ${this.report.kills}: SQLite says ${JSON.stringify(integrity.slice(0, 3))}`);
    database.close();
    const home = new Home({ dir: copy, keys: masterKeys(seedOf(parseWords(this.report.words))), online: false });
    try {
      this.#compare(home, `kill ${this.report.kills}`);
    } finally {
      await home.close();
    }
  }

  #compare(home: Home, when: string): void {
    for (const series of this.#ledger.names)
      for (const difference of this.#ledger.differences(series, storedOf(home, series)).slice(0, 3))
        this.report.problems.push(`${when}: ${difference}`);
    const grants = new Map(home.grants.all().map(({ record, owner }) => [record.id, owner.ended !== null]));
    for (const id of this.#active.keys())
      if (grants.get(id) !== false)
        this.report.problems.push(`${when}: grant ${id} was acknowledged and is not active`);
    for (const id of this.#revoked)
      if (grants.get(id) !== true) this.report.problems.push(`${when}: grant ${id} was revoked and is not ended`);
  }

  async #deepCheck(): Promise<void> {
    await this.#client!.call('relays.sync', {});
    const { findings } = await this.#client!.call('check', { deep: true });
    for (const finding of findings)
      if (finding.severity !== 'note') this.report.problems.push(`check: ${finding.what} (${finding.where})`);
    this.report.deepChecks++;
  }

  /** After the last kill: the node comes back, tells the relay everything, a reader sees it, and the words rebuild it elsewhere. */
  async #comeBack(): Promise<void> {
    await this.#startNode();
    try {
      await this.#deepCheck();
      await this.#readLinks();
      await haleJson(['restore', '--relay', this.#relay!.url, '--home', this.#path('again')], {
        input: this.report.words,
      });
      const home = new Home({
        dir: this.#path('again'),
        keys: masterKeys(seedOf(parseWords(this.report.words))),
        online: false,
      });
      this.#compare(home, 'restored from the relay');
      await home.close();
    } catch (error) {
      this.report.problems.push(`coming back: ${String(error)}`);
    }
    // Killed once more, so that what is searched is what a crash leaves.
    await this.#end();
    this.#search();
  }

  async #end(): Promise<void> {
    await this.#node?.process.kill9();
    await this.#relay?.process.kill9();
  }

  /** Home directory with its log and the temporary folder, as the crash left them. */
  #search(): void {
    const { words, npubs, secrets } = this.report;
    const keys = masterKeys(seedOf(parseWords(words)));
    const needles = [
      ...[
        SUBJECT,
        DEVICE,
        PURPOSE,
        words,
        words.split(' ').slice(0, 3).join(' '),
        ...secrets,
        'Zanzibar',
        'heart-rate',
        'Heart rate',
        'glucose',
        'imported',
        '8867-4',
        '41653-7',
        'mg/dL',
        'mmol/L',
      ].flatMap((each) => text(each, each)),
      ...[...this.#active.values()].flatMap(({ link }) => text('link', link.split('#')[1])),
      ...numbers('values', MARKED),
      ...numbers('values', MARKED.slice(4)),
      ...numbers('times', [BASE, BASE + 1e6]),
      ...[keys.identity, keys.member, keys.catalogueAuthor, keys.catalogueSecret, keys.storageKey].flatMap((secret) =>
        key('secret key', Buffer.from(secret).toString('hex')),
      ),
    ];
    const dirs = ['home', 'tmp'].map(this.#path);
    const first = search(dirs, needles);
    this.report.found.push(
      ...first.found.map(({ file, needle, times }) => `${basename(file)}: ${needle}, ${times} times`),
    );
    const people = npubs.flatMap((each) => npub('npub', each));
    this.#provesItself([...needles, ...people]);
    const second = search([this.#withoutPost(), this.#path('tmp')], people);
    this.report.found.push(
      ...second.found.map(({ file, needle, times }) => `${basename(file)} without its post: ${needle}, ${times} times`),
    );
    Object.assign(this.report.searched, {
      files: first.files,
      bytes: first.bytes,
      needles: needles.length + people.length,
    });
  }

  /** A search that finds nothing has to be one that finds what is there. */
  #provesItself(needles: Needle[]): void {
    mkdirSync(this.#path('control'));
    writeFileSync(
      this.#path('control/all'),
      Buffer.concat(needles.flatMap(({ bytes }) => [Buffer.alloc(7, 0xff), bytes])),
    );
    const missed =
      needles.length - new Set(search([this.#path('control')], needles).found.map(({ needle }) => needle)).size;
    const names = new Set(needles.map(({ name }) => name)).size;
    if (missed !== needles.length - names) this.report.problems.push('the search misses what is there');
  }

  /**
   * What a home publishes under its own npub (where messages reach it, its post-quantum key) and the wraps it sends stand in its store as the
   * post box of a relay holds them. Apart from those, no npub may stand there: they are taken out of a copy before it is searched.
   */
  #withoutPost(): string {
    const bare = this.#path('bare');
    mkdirSync(bare);
    for (const name of readdirSync(this.#path('home')))
      if (!name.endsWith('-shm')) copyFileSync(this.#path(`home/${name}`), join(bare, name));
    const store = new EventStore(join(bare, 'store.db'));
    for (const { id } of store.find({ kinds: [KINDS.dmRelays, KINDS.hybridKey, KINDS.wrap] })) store.deleteById(id);
    store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    store.database.exec('VACUUM');
    store.close();
    return bare;
  }

  async #readLinks(): Promise<void> {
    const { npub } = await initHome(this.#path('reader'), { url: this.#relay!.url, dir: this.#path('relay') });
    this.report.npubs.push(npub);
    for (const { link } of [...this.#active.values()].slice(-3)) {
      const { streams } = await haleJson<{ streams: { rows: { atMicros: number; value: number }[] }[] }>([
        'open',
        link,
        '--home',
        this.#path('reader'),
      ]);
      const differences = this.#ledger.differences(
        'heart-rate',
        new Map(streams[0].rows.map((row) => [row.atMicros, row.value])),
      );
      for (const difference of differences.slice(0, 3)) this.report.problems.push(`read by link: ${difference}`);
    }
  }
}

/** Physical values of a series, whatever key its stream got. */
function storedOf(home: Home, series: string): Map<number, number> {
  const stored = new Map<number, number>();
  for (const stream of home.vault.streams()) {
    if (stream.entry.key !== series && stream.entry.source !== series) continue;
    const { times, values } = rawSamples(home.vault.rooms, stream, BASE - 1e6, BASE + 400 * 86_400e6);
    times.forEach((time, i) => {
      stored.set(time, Math.round((stream.entry.origin + values[i] * stream.entry.factor) * 1e6) / 1e6);
    });
  }
  return stored;
}

export const killLoop = (options: KillOptions): Promise<KillReport> => new KillLoop(options).run();
