// A relay on real sockets: the engine of @hale/relay/server with a store, a clock, an HTTP door and WebSockets.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { VerifiedEvent } from '@hale/kernel';
import {
  askOnce,
  type Faults,
  Lockers,
  Management,
  Membership,
  RELAY_LIMITS,
  RelayDoor,
  RelayEngine,
  type RelayFact,
  type RelayPolicy,
  SUBPROTOCOL,
} from '@hale/relay/server';
import { WebSocketServer } from 'ws';
import { Checkpoints } from '../store/checkpoints.ts';
import { EventStore } from '../store/events.ts';
import { WebFiles } from '../web/files.ts';
import { ownAddresses } from './addresses.ts';
import { HOST_LIMITS } from './limits.ts';
import { OpenAddresses } from './open-addresses.ts';
import { loadRelaySecret } from './relay-key.ts';
import { handleRelayRequest, httpRequestOf, type RouteContext, relayPath } from './routes.ts';
import { relaySigner } from './signer.ts';
import { RelaySockets } from './sockets.ts';

export interface RelaySettings extends Partial<Omit<RelayPolicy, 'urls'>> {
  /** Further addresses under which clients reach this relay, behind a proxy for instance. The first is the main one. */
  readonly urls?: readonly string[];
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
}

export interface MountRelayOptions extends RelaySettings {
  readonly server: Server;
  readonly store: EventStore;
  /** The relay's own key, 32 bytes: it signs receipts. */
  readonly secret: Uint8Array;
  readonly urls: readonly string[];
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
  /** Serves events live that were put into the shared store by somebody else; call after the commit. */
  announce(event: VerifiedEvent): void;
  /** For the server's own request handler: true = the relay answered. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Closes the sockets; leaves server and store to their owner. */
  close(): void;
}

export interface RelayHandle extends Omit<MountedRelay, 'close'> {
  readonly port: number;
  readonly store: EventStore;
  /** Resolves when sockets, port and database are closed. */
  close(): Promise<void>;
}

/** Puts a relay onto an HTTP server and a store that exist already. */
export function mountRelay(options: MountRelayOptions): MountedRelay {
  const { store, server } = options;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const policy = policyOf(options);
  const signer = relaySigner(options.secret);
  const membership = new Membership({ store, policy, signer, now, random: randomBytes });
  const management = new Management({ store, policy, membership });
  const engine = new RelayEngine({
    store,
    policy,
    signer,
    now,
    random: randomBytes,
    checksElsewhere: true,
    management,
    ...(options.note ? { note: options.note } : {}),
    ...(options.faults ? { faults: options.faults } : {}),
  });
  const door = new RelayDoor({ store, policy, management, now, random: randomBytes, startedAt: now() });
  const sockets = new RelaySockets(engine);
  let questions = 0;
  const context: RouteContext = {
    door,
    lockers: new Lockers({ store, policy, now, random: randomBytes }),
    policy: () => management.policy,
    relayKey: signer.pubkey,
    base: options.base ?? '',
    manage: ({ method, params }) => {
      const { result, effects } = engine.manage(method, params);
      sockets.apply(effects);
      addresses.closeWhere((address) => management.isBlocked(address));
      return result;
    },
    ask: ({ admitted, filters }) => {
      questions += 1;
      const { answer, effects } = askOnce(engine, { id: `question ${questions}`, admitted }, filters);
      sockets.apply(effects);
      return answer;
    },
  };
  const addresses = new OpenAddresses();
  const detach = acceptUpgrades(server, context, sockets, { addresses, management });
  return {
    url: policy.urls[0],
    relayKey: signer.pubkey,
    invite: (seconds) => door.createInvite(seconds),
    addMember: (pubkey) => store.transact(() => store.addMember(pubkey, now())),
    removeMember: (pubkey) => store.transact(() => store.removeMember(pubkey)),
    announce: (event) => sockets.apply(engine.announce(event)),
    handle: (request, response) => handleRelayRequest(context, request, response),
    close: () => {
      detach();
      sockets.close();
    },
  };
}

/** Refuses before 101: a stranger's frames are never read. */
function acceptUpgrades(
  server: Server,
  context: RouteContext,
  sockets: RelaySockets,
  { addresses, management }: { addresses: OpenAddresses; management: Management },
): () => void {
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: RELAY_LIMITS.messageBytesMax,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (relayPath(context.base, request.url ?? '') !== '') return;
    const address = request.socket.remoteAddress ?? '';
    if (management.isBlocked(address)) return turnAway(socket, 403);
    if (sockets.count >= HOST_LIMITS.connectionsMax) return turnAway(socket, 503);
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
    const answer = context.door.upgrade(httpRequestOf(request, '', null), protocols);
    if (answer.status !== 200) return turnAway(socket, answer.status);
    if (answer.value && sockets.countOf(answer.value.key) >= HOST_LIMITS.connectionsOfKeyMax)
      return turnAway(socket, 429);
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

function policyOf(settings: RelaySettings & { urls: readonly string[] }): RelayPolicy {
  return {
    // Deny by default: openness is asked for.
    private: settings.private ?? true,
    pages: settings.pages ?? false,
    urls: settings.urls,
    name: settings.name ?? 'Hale relay',
    description: settings.description ?? 'Stores sealed health data and can open none of it.',
    jurisdiction: settings.jurisdiction ?? [],
    retention: settings.retention ?? [{ time: null }],
    operators: settings.operators ?? [],
    ...(settings.contact === undefined ? {} : { contact: settings.contact }),
    ...(settings.privacy === undefined ? {} : { privacy: settings.privacy }),
    ...(settings.icon === undefined ? {} : { icon: settings.icon }),
    software: settings.software ?? 'hale',
    version: settings.version ?? '0.1.0',
  };
}

export const relayStorePath = (dir: string): string => join(dir, 'events.db');

/** A claim put straight into a relay's store by its operator. */
export function createInvite(store: EventStore): string {
  const policy = policyOf({ urls: ['ws://localhost'] });
  const now = () => Math.floor(Date.now() / 1000);
  return new RelayDoor({ store, policy, now, random: randomBytes, startedAt: now() }).createInvite();
}

/** A relay of its own: its port, its directory. */
export async function startRelay(options: StartRelayOptions): Promise<RelayHandle> {
  const { dir, port = 0, host = '127.0.0.1' } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const store = new EventStore(relayStorePath(dir), HOST_LIMITS.storeCacheBytes);
  const server = createServer({
    headersTimeout: HOST_LIMITS.headersMillis,
    requestTimeout: HOST_LIMITS.requestMillis,
    connectionsCheckingInterval: HOST_LIMITS.requestsCheckMillis,
  });
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
  const relay = mountRelay({
    ...options,
    pages: files.has('index.html'),
    server,
    store,
    secret: loadRelaySecret(join(dir, 'relay.key')),
    urls: ownAddresses(host, bound, options.urls),
  });
  server.on('request', (request, response) => {
    if (!relay.handle(request, response) && !files.handle(request, response)) response.writeHead(404).end();
  });
  // Nobody else listens on this port: an upgrade on another path would hang for ever.
  server.on('upgrade', (request, socket) => {
    if (relayPath('', request.url ?? '') !== '') turnAway(socket, 404);
  });
  return { ...relay, port: bound, store, close: () => shutDown(relay, server, store, checkpoints) };
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
