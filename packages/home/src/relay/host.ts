// A relay on real sockets: the engine of @hale/relay/server with a store, a clock, an HTTP door and WebSockets.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { HaleError, type VerifiedEvent } from '@hale/kernel';
import { TokenPress } from '@hale/kernel/blind';
import {
  askOnce,
  EmergencyLockers,
  type Faults,
  HealthLinks,
  Lockers,
  Management,
  Membership,
  type PolicyWishes,
  policyOf,
  RelayDoor,
  RelayEngine,
  type RelayFact,
  relayInformation,
  SUBPROTOCOL,
} from '@hale/relay/server';
import { WebSocketServer } from 'ws';
import { Checkpoints } from '../store/checkpoints.ts';
import { EventStore } from '../store/events.ts';
import { WebFiles } from '../web/files.ts';
import { ownAddresses } from './addresses.ts';
import { checkThreads } from './check-pool.ts';
import { RelayCounts } from './counts.ts';
import { type HostLimits, hostLimits } from './host-settings.ts';
import { noteRun } from './last-run.ts';
import { HOST_LIMITS } from './limits.ts';
import { addressOf, OpenAddresses } from './open-addresses.ts';
import { type PullReport, pullFrom } from './pull.ts';
import { loadRelaySecret } from './relay-key.ts';
import { handleRelayRequest, httpRequestOf, type RouteContext, relayPath } from './routes.ts';
import { relaySigner } from './signer.ts';
import { RelaySockets } from './sockets.ts';

export interface RelaySettings extends Omit<PolicyWishes, 'urls'> {
  /** Further addresses under which clients reach this relay, behind a proxy for instance. The first is the main one. */
  readonly urls?: readonly string[];
  /** Of sockets and memory, what is to be otherwise than it comes. */
  readonly hostLimits?: Partial<HostLimits>;
  /** Network addresses of proxies whose X-Forwarded-For is believed. */
  readonly proxies?: readonly string[];
  readonly note?: (fact: RelayFact) => void;
  /** Unix seconds; tests only. */
  readonly now?: () => number;
  /** Tests only. */
  readonly faults?: Partial<Faults>;
}

export interface StartRelayOptions extends RelaySettings {
  /** Home of the relay: events.db and relay.key. Made where it is missing. */
  readonly dir: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless said otherwise: an address that others reach is a decision. */
  readonly host?: string;
  /** What listens there; plain HTTP unless said otherwise. */
  readonly server?: Server;
  /** Asked before anything else answers a request; true = it did. */
  readonly answersFirst?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Told when the database turns out to be damaged; by then nothing is served any more. */
  readonly onDamage?: () => void;
}

export interface MountRelayOptions extends RelaySettings {
  readonly server: Server;
  readonly store: EventStore;
  /** The relay's own key, 32 bytes: it signs receipts. */
  readonly secret: Uint8Array;
  readonly urls: readonly string[];
  /** Threads that check signatures; unless said otherwise none: a home gets few events, and memory counts. */
  readonly checkThreads?: number;
  /** Path of socket and routes on that server: '' or for instance '/relay'. */
  readonly base?: string;
}

export interface MountedRelay {
  readonly url: string;
  /** x-only public key of the relay, hex (NIP-11 `self`). */
  readonly relayKey: string;
  /** A claim that one new member can use once, within two weeks or the seconds given. */
  invite(seconds?: number): string;
  addMember(pubkey: string): void;
  removeMember(pubkey: string): void;
  /** NIP-86 without a proof: for whoever may write into the folder anyhow. @throws HaleError, as `Management.call` */
  manage(method: string, params: readonly unknown[]): unknown;
  readonly counts: RelayCounts;
  socketsOpen(): number;
  /** Cuts everybody off and takes nothing more: the store cannot be relied on. */
  halt(): void;
  /** Brings here what a relay that is kept equal with this one has and this one lacks. @throws HaleError, as `pullFrom` */
  pull(url: string): Promise<PullReport>;
  /** For the server's own request handler: true = the relay answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Closes the sockets; leaves server and store to their owner. */
  close(): void;
}

export interface RelayHandle extends Omit<MountedRelay, 'close'> {
  /** Under all of which it is reached. */
  readonly urls: readonly string[];
  readonly port: number;
  readonly store: EventStore;
  /** Resolves when sockets, port and database are closed. */
  close(): Promise<void>;
}

/** The rooms of one relay: what decides, without a socket. */
function openRooms(options: MountRelayOptions) {
  const { store } = options;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const policy = policyOf(options);
  const signer = relaySigner(options.secret);
  const mint = new TokenPress(options.secret, randomBytes);
  const membership = new Membership({ store, policy, signer, now, random: randomBytes });
  const management = new Management({ store, policy, membership });
  const counts = new RelayCounts();
  const engine = new RelayEngine({
    store,
    policy,
    signer,
    mint,
    now,
    management,
    random: randomBytes,
    checksElsewhere: true,
    note: (fact) => {
      counts.countFact(fact);
      options.note?.(fact);
    },
    ...(options.faults ? { faults: options.faults } : {}),
  });
  const door = new RelayDoor({ store, policy, management, mint, now, random: randomBytes, startedAt: now() });
  return { now, policy, signer, mint, management, counts, engine, door };
}

/** Puts a relay onto an HTTP server and a store that exist already. */
export function mountRelay(options: MountRelayOptions): MountedRelay {
  const { store, server } = options;
  const { now, policy, signer, mint, management, counts, engine, door } = openRooms(options);
  const limits = hostLimits(options.hostLimits);
  const sockets = new RelaySockets(engine, {
    padding: policy.padding,
    checkThreads: options.checkThreads ?? 0,
    pingMillis: limits.pingMillis,
    bufferedCloseBytes: limits.bufferedCloseBytes,
    counts,
  });
  const addresses = new OpenAddresses();
  const manage = (method: string, params: readonly unknown[]): unknown => {
    const { result, effects } = engine.manage(method, params);
    sockets.apply(effects);
    addresses.closeWhere((address) => management.isBlocked(address));
    return result;
  };
  let questions = 0;
  const context: RouteContext = {
    door,
    lockers: new Lockers({ store, policy, now, random: randomBytes }),
    emergencies: new EmergencyLockers({ store, policy, now, random: randomBytes }),
    healthLinks: new HealthLinks({ store, now, random: randomBytes }),
    policy,
    information: () => relayInformation(management.policy, signer.pubkey, mint, now()),
    base: options.base ?? '',
    manage: ({ method, params }) => manage(method, params),
    ask: ({ admitted, filters }) => {
      questions += 1;
      const { answer, effects } = askOnce(engine, { id: `question ${questions}`, admitted }, filters);
      sockets.apply(effects);
      return answer;
    },
  };
  const { proxies = [] } = options;
  const detach = acceptUpgrades(server, context, sockets, { addresses, management, limits, proxies, counts });
  const unwatch = announceOthers(store, engine, sockets);
  const uncount = store.watch((_, millis) => counts.countCommit(millis));
  return {
    manage,
    counts,
    url: policy.urls[0],
    relayKey: signer.pubkey,
    invite: (seconds) => door.createInvite(seconds),
    addMember: (pubkey) => store.transact(() => store.addMember(pubkey, now())),
    removeMember: (pubkey) => store.transact(() => store.removeMember(pubkey)),
    pull: (url) => pullFrom({ url, secret: options.secret, store, policy, management, now }),
    socketsOpen: () => sockets.count,
    halt: () => sockets.halt(),
    handle: (request, response) => {
      if (!sockets.isHalted) return handleRelayRequest(context, request, response);
      response.writeHead(503).end();
      return true;
    },
    close: () => {
      detach();
      unwatch();
      uncount();
      sockets.close();
    },
  };
}

/** Serves live what somebody else puts into the store: the vault of a home, an import, a sync. */
function announceOthers(store: EventStore, engine: RelayEngine, sockets: RelaySockets): () => void {
  let waiting: VerifiedEvent[] = [];
  const unwatch = store.watch((stored) => {
    if (engine.isCommitting) return;
    if (waiting.length === 0)
      setImmediate(() => {
        const events = waiting;
        waiting = [];
        // The store may be closed by now; then nothing waits any more.
        sockets.apply(events.filter(({ id }) => store.has(id)).flatMap((event) => engine.announce(event)));
      });
    waiting.push(...stored);
  });
  return () => {
    unwatch();
    waiting = [];
  };
}

interface Upgrades {
  readonly addresses: OpenAddresses;
  readonly management: Management;
  readonly limits: HostLimits;
  readonly proxies: readonly string[];
  readonly counts: RelayCounts;
}

/** Refuses before 101: a stranger's frames are never read. */
function acceptUpgrades(
  server: Server,
  context: RouteContext,
  sockets: RelaySockets,
  { addresses, management, limits, proxies, counts }: Upgrades,
): () => void {
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: context.policy.limits.messageBytesMax,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const refuse = (socket: Duplex, status: number) => {
    counts.countTurnedAway(status);
    turnAway(socket, status);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (relayPath(context.base, request.url ?? '') !== '') return;
    const address = addressOf(request, proxies);
    if (management.isBlocked(address)) return refuse(socket, 403);
    if (sockets.isHalted || sockets.count >= limits.connectionsMax) return refuse(socket, 503);
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
    const answer = context.door.upgrade(httpRequestOf(request, '', null), protocols);
    if (answer.status !== 200) return refuse(socket, answer.status);
    if (answer.value && sockets.countOf(answer.value.key) >= limits.connectionsOfKeyMax) return refuse(socket, 429);
    upgrader.handleUpgrade(request, socket, head, (opened) => {
      addresses.add(address, opened);
      sockets.add(opened, socket, answer.value);
    });
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    upgrader.close();
  };
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
};

/** One same answer for every stranger. Date lets a client with a wrong clock correct its proof. */
function turnAway(socket: Duplex, status: number): void {
  socket.on('error', () => {});
  const challenge = status === 401 ? 'WWW-Authenticate: Nostr\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Service Unavailable'}\r\nDate: ${new Date().toUTCString()}\r\n` +
      `${challenge}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

export const relayStorePath = (dir: string): string => join(dir, 'events.db');

/** A claim for one more member of the relay in this folder, put straight into its store. @throws HaleError 'not-found' */
export function inviteToRelay(dir: string): string {
  const path = relayStorePath(dir);
  if (!existsSync(path))
    throw new HaleError(
      'not-found',
      'no relay has run in this folder yet; start it with `hale relay --private --dir FOLDER`',
    );
  const store = new EventStore(path);
  try {
    return createInvite(store);
  } finally {
    store.close();
  }
}

function createInvite(store: EventStore): string {
  const policy = policyOf({ urls: ['ws://localhost'] });
  const now = () => Math.floor(Date.now() / 1000);
  // Nobody asks this door for tokens.
  const mint = new TokenPress(new Uint8Array(32), randomBytes);
  return new RelayDoor({ store, policy, mint, now, random: randomBytes, startedAt: now() }).createInvite();
}

/** Nobody holds a connection by sending his request slowly. */
export const HTTP_PATIENCE = {
  headersTimeout: HOST_LIMITS.headersMillis,
  requestTimeout: HOST_LIMITS.requestMillis,
  connectionsCheckingInterval: HOST_LIMITS.requestsCheckMillis,
};

/** A relay of its own: its port, its directory. */
export async function startRelay(options: StartRelayOptions): Promise<RelayHandle> {
  const { dir, port = 0, host = '127.0.0.1' } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const limits = hostLimits(options.hostLimits);
  const store = new EventStore(relayStorePath(dir), limits.storeCacheBytes);
  const server = options.server ?? createServer(HTTP_PATIENCE);
  server.headersTimeout = limits.headersMillis;
  try {
    await listen(server, port, host);
  } catch (error) {
    store.close();
    throw error;
  }
  const checkpoints = new Checkpoints(store, relayStorePath(dir));
  const bound = portOf(server);
  // The pages for phones whose home is elsewhere, and for links of homes elsewhere: the same files as a home serves, and no word of anybody's data.
  const files = new WebFiles();
  const urls = ownAddresses(host, bound, options.urls);
  const settings = { ...options, pages: files.has('index.html'), urls };
  const relay = mountRelay({
    ...settings,
    server,
    store,
    checkThreads: checkThreads(limits.checkThreadsMax),
    secret: loadRelaySecret(join(dir, 'relay.key')),
  });
  store.whenDamaged(() => {
    relay.halt();
    options.onDamage?.();
  });
  noteRun(dir, policyOf(settings), Math.floor(Date.now() / 1000));
  server.on('request', (request, response) => {
    if (options.answersFirst?.(request, response)) return;
    if (!relay.handle(request, response) && !files.handle(request, response)) response.writeHead(404).end();
  });
  // Nobody else listens on this port: an upgrade on another path would hang for ever.
  server.on('upgrade', (request, socket) => {
    if (relayPath('', request.url ?? '') !== '') turnAway(socket, 404);
  });
  return { ...relay, urls, port: bound, store, close: () => shutDown(relay, server, store, checkpoints) };
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

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function shutDown(
  relay: MountedRelay,
  server: Server,
  store: EventStore,
  checkpoints: Checkpoints,
): Promise<void> {
  relay.close();
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  await checkpoints.end();
  store.close();
}
