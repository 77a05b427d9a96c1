// A node: one server for the API, deliveries and the embedded relay, and behind it the home once it is unlocked.
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { HaleError, schnorrPublic, toHex } from '@hale/kernel';
import { deriveKey } from '@hale/kernel/seal';
import { logger } from './events.ts';
import { Home } from './home.ts';
import { serveApi } from './http-api.ts';
import { Keyring, keyringExists } from './keyring.ts';
import { type Collector, collector, foldInbox, noCollector } from './locked.ts';
import { lockHome, type NodeLock } from './lockfile.ts';
import { keepHeapSmall } from './memory.ts';
import type { MqttBroker } from './mqtt/broker.ts';
import { lineOf } from './nightscout/admission.ts';
import type { LateNightscout } from './nightscout/late.ts';
import type { HomeEntry, NodeHandle } from './open-client.ts';
import { runFromAway } from './operations/run.ts';
import { Pairings } from './pairing.ts';
import { ownAddresses } from './relay/addresses.ts';
import { type MountedRelay, mountRelay } from './relay/host.ts';
import { relayPath } from './relay/routes.ts';
import { RemoteDesk } from './remote/desk.ts';
import { passMembership } from './rotation.ts';
import { HomeHolder, openUnlocked } from './unlock.ts';
import { ownHosts } from './web/doors.ts';
import type { WebNode } from './web/routes.ts';
import { Sessions } from './web/sessions.ts';
import { SetUp } from './web/set-up.ts';

export async function startNode(
  options: Parameters<HomeEntry['startNode']>[0],
): Promise<NodeHandle & { unlocked: boolean }> {
  if (!keyringExists(options.dir) && !options.maySetUp)
    throw new HaleError('not-found', `there is no home in ${options.dir}; make one with \`hale init\``);
  keepHeapSmall();
  // A directory is taken once there is a vault in it.
  const lock = keyringExists(options.dir) ? lockHome(options.dir) : null;
  const server = createServer({ keepAliveTimeout: 30_000 });
  const host = options.host ?? '127.0.0.1';
  try {
    await listen(server, options.port, host);
  } catch (error) {
    lock?.release();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new HaleError('conflict', `port ${options.port} is in use; choose another with --port`);
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const node = new RunningNode(options, server, lock, host, port);
  try {
    await node.start();
  } catch (error) {
    await node.close();
    throw error;
  }
  return {
    url: `http://${host}:${port}`,
    relayUrl: ownAddresses(host, port, options.addresses)[0],
    unlocked: node.unlocked,
    ...(node.mqttUrl === null ? {} : { mqttUrl: node.mqttUrl }),
    ...(node.openUrl === null ? {} : { openUrl: node.openUrl }),
    close: () => node.close(),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A node: the server, and behind it the home once it is unlocked. */
class RunningNode {
  readonly #options: Parameters<HomeEntry['startNode']>[0];
  readonly #server: Server;
  #lock: NodeLock | null;
  readonly #host: string;
  readonly #port: number;
  readonly #log: ReturnType<typeof logger>;
  #holder: HomeHolder | null = null;
  #relay: MountedRelay | null = null;
  #nightscout: LateNightscout | null = null;
  #unlocking: Promise<void> | null = null;
  #mqtt: MqttBroker | null = null;
  readonly #sessions = new Sessions();
  readonly #pairings = new Pairings(() => this.#holder?.home.warn('codes-withdrawn'));

  constructor(
    options: Parameters<HomeEntry['startNode']>[0],
    server: Server,
    lock: NodeLock | null,
    host: string,
    port: number,
  ) {
    this.#options = options;
    this.#server = server;
    this.#lock = lock;
    this.#host = host;
    this.#port = port;
    this.#log = logger(options.log ?? 'quiet');
  }

  get unlocked(): boolean {
    return this.#holder !== null;
  }

  get mqttUrl(): string | null {
    return this.#mqtt ? `mqtt://${this.#host}:${this.#mqtt.port}` : null;
  }

  /** With a passphrase nothing else opens this node; without one, whoever can read this terminal may. */
  get openUrl(): string | null {
    if (keyringExists(this.#options.dir) && Keyring.open(this.#options.dir).protection === 'passphrase') return null;
    return this.#newOpenUrl();
  }

  #newOpenUrl(): string {
    const host = ['0.0.0.0', '::'].includes(this.#host) ? 'localhost' : this.#host;
    return `http://${host}:${this.#port}/#code=${this.#sessions.code()}`;
  }

  async start(): Promise<void> {
    const locked = this.#lock ? await this.#openVault() : noCollector;
    const home = () => this.#holder?.home ?? null;
    if (this.#options.mqttPort !== undefined) {
      const { MqttBroker: Broker } = await import('./mqtt/broker.ts');
      this.#mqtt = new Broker({ home, locked, onFact: this.#log });
      await this.#mqtt.listen(this.#options.mqttPort, this.#host);
      this.#greet();
    }
    this.#nightscout = serveApi(
      this.#server,
      {
        home,
        token: () => this.#lock?.info.token ?? null,
        locked,
        unlock: (passphrase) => this.#unlock(passphrase),
        proxies: this.#options.proxies ?? [],
        web: this.#web(),
      },
      (request, response) => this.#relay?.handle(request, response) ?? false,
    );
    this.#server.on('upgrade', (request, socket) => this.#turnAway(request.url ?? '', socket));
    this.#lock?.announce(this.#port);
  }

  /** Unlocks the home, or gives what collects for it meanwhile. */
  async #openVault(): Promise<Collector> {
    const lacksPassphrase =
      Keyring.open(this.#options.dir).protection === 'passphrase' && this.#options.passphrase === undefined;
    const needsPassphrase = lacksPassphrase && this.#options.mayStayLocked === true;
    if (!needsPassphrase) await this.#unlock(this.#options.passphrase);
    return needsPassphrase ? collector(this.#options.dir) : noCollector;
  }

  /** What the owner's pages may do before and beside the operations. */
  #web(): WebNode {
    const { dir, addresses, proxies } = this.#options;
    const exists = () => keyringExists(dir);
    const setUp = new SetUp(dir);
    return {
      sessions: this.#sessions,
      hosts: ownHosts(this.#host, this.#port, addresses),
      setUp,
      // While one is made its keyring lies there already.
      state: () => (this.#holder ? 'open' : exists() && !setUp.making ? 'locked' : 'none'),
      protection: () => (exists() ? Keyring.open(dir).protection : 'passphrase'),
      unlock: async (passphrase) => {
        if (!exists() || setUp.making) throw new HaleError('not-found', 'there is no vault here yet');
        if (!this.#holder) return this.#begin(passphrase);
        await Keyring.open(dir).unlock({ passphrase });
      },
      begin: async (passphrase, notices) => {
        await this.#begin(passphrase);
        for (const notice of notices) this.#holder?.home.tell(notice);
      },
      isPrivate: (request) => lineOf(request, proxies ?? []).isPrivate,
      addressOf: (request) => lineOf(request, proxies ?? []).address,
    };
  }

  /** Unlocks; where a vault was made since this node began, here or by a command, it takes its folder first. */
  async #begin(passphrase: string): Promise<void> {
    if (!this.#lock) {
      this.#lock = lockHome(this.#options.dir);
      this.#lock.announce(this.#port);
    }
    await this.#unlock(passphrase);
  }

  /** An upgrade that nobody takes would hang for ever, and hold up the end: another path, or the relay of a home that only reads. */
  #turnAway(url: string, socket: Duplex): void {
    const isTaken = this.#nightscout?.takes(url) || (this.#relay !== null && relayPath('', url) === '');
    if (isTaken) return;
    socket.on('error', () => {});
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }

  /** Two at once would open two homes on one store: the second waits for the first. One that failed may be tried again. */
  async #unlock(passphrase: string | undefined): Promise<void> {
    if (this.#unlocking) {
      await this.#unlocking.catch(() => {});
      return this.#unlock(passphrase);
    }
    if (this.#holder) return;
    this.#unlocking = this.#open(passphrase);
    try {
      await this.#unlocking;
    } finally {
      this.#unlocking = null;
    }
  }

  async #open(passphrase: string | undefined): Promise<void> {
    const options = { ...this.#options, ...(passphrase === undefined ? {} : { passphrase }) };
    const { keys, unprotected } = await openUnlocked(options);
    const home = new Home({ dir: options.dir, keys, onFact: this.#log });
    this.#holder = new HomeHolder(options, home, unprotected, (next) => {
      this.#mount(next);
      this.#greet();
    });
    this.#mount(home);
    foldInbox(home);
    this.#greet();
    void passMembership(home).catch(() => {});
  }

  /** Tells the MQTT broker of an opened home, and the home of both its doors. */
  #greet(): void {
    this.#mqtt?.unlocked();
    if (!this.#holder) return;
    const { home } = this.#holder;
    home.mqttUrl = this.mqttUrl;
    home.pairings = this.#pairings;
    home.pages = {
      openUrl: () => this.#newOpenUrl(),
      sessions: this.#sessions,
    };
    home.phones ??= new RemoteDesk({
      home,
      run: (name, parameters, options) => runFromAway(this.#holder?.home ?? null, name, parameters, options),
      ownUrl: this.#ownRelayUrl,
    });
  }

  get #ownRelayUrl(): string {
    const host = ['0.0.0.0', '::'].includes(this.#host) ? '127.0.0.1' : this.#host;
    return `ws://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  /** Puts the embedded relay onto the home's store; after a rotation onto the new one. */
  #mount(home: Home): void {
    this.#relay?.close();
    this.#relay = null;
    this.#nightscout?.follow(home);
    // A home that only reads must not go on serving: it would not hear of what the newer one stops.
    if (home.vault.retiredBy !== null) return;
    const urls = ownAddresses(this.#host, this.#port, this.#options.addresses);
    const relay = mountRelay({
      server: this.#server,
      store: home.events,
      secret: deriveKey(home.keys.storageKey, 'relay-key'),
      urls,
      private: true,
      pages: true,
    });
    relay.addMember(toHex(schnorrPublic(home.keys.member)));
    this.#relay = relay;
    home.embedded = {
      url: urls[0],
      invite: () => relay.invite(),
      addMember: (pubkey) => relay.addMember(pubkey),
      stop: () => {
        relay.close();
        if (this.#relay === relay) this.#relay = null;
      },
    };
  }

  async close(): Promise<void> {
    await this.#mqtt?.close();
    this.#relay?.close();
    this.#nightscout?.close();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    await this.#holder?.home.close();
    this.#lock?.release();
  }
}
