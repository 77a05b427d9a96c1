// A relay of its own, with all that goes on beside the serving: the look at its pages, TLS, backups by the clock, free pages, the operator's door.
import { existsSync, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { HaleError } from '@hale/kernel';
import { policyOf, type RelayPolicy } from '@hale/relay/server';
import { lockHome, type NodeLock } from '../lockfile.ts';
import { acmeCertificates } from './acme.ts';
import { BackupSchedule } from './backup.ts';
import { Compaction, prepareNewStore } from './compaction.ts';
import { RunningDesk } from './desk.ts';
import { type RelayHandle, relayStorePath, startRelay } from './host.ts';
import { hostLimits } from './host-settings.ts';
import { DAMAGED, QuickCheck, type QuickLook } from './integrity.ts';
import { HOST_LIMITS } from './limits.ts';
import { Mirrors } from './mirrors.ts';
import { type RelayCommandLine, type RelaySetUp, relaySetUp } from './settings.ts';
import { StatusSource } from './status.ts';
import { ownCertificates, type SecureServer } from './tls.ts';
import { answersMetrics, WatchServer } from './watch.ts';

/** What failed beside the serving: a word of ours and a code. */
export type RelayTrouble = (what: 'backup' | 'certificate' | 'mirror', code: string) => void;

export class RunningRelay {
  readonly #setUp: RelaySetUp;
  readonly #lock: NodeLock;
  readonly #onTrouble: RelayTrouble;
  readonly #halting = Promise.withResolvers<HaleError>();
  /** In the order in which they began; they end the other way round. */
  readonly #closers: (() => Promise<void> | void)[] = [];
  readonly #policy: RelayPolicy;
  #relay: RelayHandle | null = null;
  #source: StatusSource | null = null;
  #watch: WatchServer | null = null;
  #mirrors: Mirrors | null = null;
  #looked: QuickLook = 'whole';

  private constructor(setUp: RelaySetUp, onTrouble: RelayTrouble) {
    this.#setUp = setUp;
    this.#onTrouble = onTrouble;
    this.#policy = policyOf({ ...setUp.start, urls: [] });
    mkdirSync(setUp.start.dir, { recursive: true, mode: 0o700 });
    this.#lock = lockHome(setUp.start.dir);
    this.#closers.push(() => this.#lock.release());
  }

  /**
   * @throws HaleError what `relaySetUp` throws · 'conflict' a relay runs on that folder already · 'corrupt' its database is damaged · 'unsupported'
   *   it is of a newer Hale
   */
  static async start(line: RelayCommandLine, onTrouble: RelayTrouble = () => {}): Promise<RunningRelay> {
    const running = new RunningRelay(relaySetUp(line), onTrouble);
    try {
      await running.#start();
      return running;
    } catch (error) {
      await running.close();
      throw error;
    }
  }

  get url(): string {
    return this.#running.url;
  }

  get isPrivate(): boolean {
    return this.#policy.private;
  }

  /** Resolves when it stopped serving by itself, with why. */
  get halted(): Promise<HaleError> {
    return this.#halting.promise;
  }

  invite(): string {
    return this.#running.invite();
  }

  /** Port of the operator's door. */
  get watchPort(): number {
    return this.#watch?.port ?? 0;
  }

  get #running(): RelayHandle {
    if (!this.#relay) throw new HaleError('conflict', 'the relay does not run yet');
    return this.#relay;
  }

  #halt(): void {
    this.#looked = 'damaged';
    this.#relay?.halt();
    this.#halting.resolve(damaged(this.#setUp.start.dir));
  }

  async #start(): Promise<void> {
    const { start, watch } = this.#setUp;
    await this.#look();
    prepareNewStore(relayStorePath(start.dir));
    const secure = await secureServer(this.#setUp, (code) => this.#onTrouble('certificate', code));
    if (secure) this.#closers.push(() => secure.close());
    const status = () => this.#status();
    const relay = await startRelay({
      ...start,
      urls: [...(start.urls ?? []), ...securedAddresses(secure, start.port ?? 0)],
      ...(secure ? { server: secure.server as unknown as Server } : {}),
      onDamage: () => this.#halt(),
      answersFirst: (request, response) => answersMetrics(request, response, watch.metricsToken, status),
    });
    this.#relay = relay;
    this.#closers.push(() => relay.close());
    await this.#openWatch(relay);
    this.#beginCare(relay);
  }

  /** Before the first word of it is served. What is not done in time goes on beside the work. */
  async #look(): Promise<void> {
    const path = relayStorePath(this.#setUp.start.dir);
    if (!existsSync(path)) return;
    const check = new QuickCheck(path);
    this.#closers.push(() => check.end());
    this.#looked = await check.within(HOST_LIMITS.startCheckMillis, (found) => {
      if (found === 'damaged') this.#halt();
      else this.#looked = found;
    });
    if (this.#looked === 'damaged') throw damaged(this.#setUp.start.dir);
  }

  #status() {
    if (!this.#source) throw new HaleError('unavailable', 'the relay is starting');
    return this.#source.now();
  }

  async #openWatch(relay: RelayHandle): Promise<void> {
    const { start, watch } = this.#setUp;
    this.#source = new StatusSource({
      dir: start.dir,
      relay,
      private: this.#policy.private,
      version: this.#policy.version,
      socketsMax: hostLimits(start.hostLimits).connectionsMax,
      checkedAtStart: () => this.#looked,
      mirrors: () => this.#mirrors?.status ?? [],
    });
    const desk = new RunningDesk({
      dir: start.dir,
      relay,
      policy: { ...this.#policy, urls: relay.urls },
      address: () => this.#watch?.newAddress() ?? '',
      status: () => this.#status(),
    });
    this.#closers.push(() => desk.close());
    const { token } = this.#lock.info;
    const opened = await WatchServer.listen({ port: watch.port, token, status: () => this.#status(), work: desk.work });
    this.#watch = opened;
    this.#closers.push(() => opened.close());
    this.#lock.announce(opened.port);
  }

  #beginCare(relay: RelayHandle): void {
    const { start, backup, mirror } = this.#setUp;
    const compaction = new Compaction(relay.store);
    this.#closers.push(() => compaction.end());
    const mirrors = new Mirrors(mirror.from, (url) => relay.pull(url), {
      everySeconds: mirror.everySeconds,
      onFailure: (code) => this.#onTrouble('mirror', code),
    });
    this.#mirrors = mirrors;
    this.#closers.push(() => mirrors.end());
    if (backup.everyHours === 0) return;
    const schedule = new BackupSchedule(start.dir, {
      ...backup,
      onFailure: (code) => {
        relay.counts.backupsFailed += 1;
        this.#onTrouble('backup', code);
      },
    });
    this.#closers.push(() => schedule.end());
  }

  async close(): Promise<void> {
    for (let next = this.#closers.pop(); next; next = this.#closers.pop()) await next();
  }
}

const damaged = (dir: string): HaleError => new HaleError('corrupt', DAMAGED, { folder: dir });

async function secureServer(
  { start, tls, acme }: RelaySetUp,
  onFailure: (code: string) => void,
): Promise<SecureServer | null> {
  if (tls) return ownCertificates(tls, ({ code }) => onFailure(code));
  if (!acme) return null;
  return await acmeCertificates({ ...acme, dir: start.dir, host: start.host ?? '127.0.0.1', onFailure });
}

function securedAddresses(secure: SecureServer | null, port: number): string[] {
  return (secure?.names ?? []).map((name) => `wss://${name}${port === 443 ? '' : `:${port}`}`);
}
