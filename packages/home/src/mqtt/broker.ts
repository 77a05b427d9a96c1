// MQTT 3.1.1 in process (aedes): devices connect with the credential that `hale device add` showed. PUBACK and PUBREC go out after the fsync:
// aedes writes them once `authorizePublish` has called back, and there is where a message is taken in.
import { createServer, type Server, type Socket } from 'node:net';
import { HaleError } from '@hale/kernel';
import type { Aedes, Client, Connection } from 'aedes';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import type { KnownDevice } from '../live.ts';
import type { Collector } from '../locked.ts';
import { mayWrite } from './announced.ts';
import { MessageIntake } from './messages.ts';
import { type HeldBytes, PacketGuard } from './packet-guard.ts';
import { keptComings, RedeliveryMemory } from './redelivery.ts';
import {
  BIRTH_TOPIC,
  deviceOf,
  identify,
  nameInTopic,
  OWN_ROOT,
  ownNames,
  type Sender,
  tokenHashOf,
} from './sender.ts';

export interface MqttRooms {
  /** The open home, or null while locked. */
  home: () => Home | null;
  /** Takes messages while locked. */
  locked: Collector;
  onFact: (fact: Record<string, string | number>) => void;
}

/** What the parser makes of PUBLISH, and of a will, which has no number. */
interface Publish {
  topic: string;
  payload: string | Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup?: boolean;
  messageId?: number;
}

interface Connect {
  clientId: string;
  clean?: boolean;
  username?: string;
  password?: Buffer | string;
}

/** Return codes of CONNACK (MQTT 3.1.1 §3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const BAD_CREDENTIAL = 4;

type Callback = (error?: Error | null) => void;
/** Why a message ends its connection: a code of the closed list. */
type Refusal = string | null;

export class MqttBroker {
  readonly #rooms: MqttRooms;
  readonly #intake: MessageIntake;
  readonly #redelivery = new RedeliveryMemory();
  readonly #senders = new WeakMap<Client, Sender>();
  readonly #guards = new WeakMap<Connection, PacketGuard>();
  readonly #clients = new Set<Client>();
  /** Connections that have not said who they are, oldest first. */
  readonly #strangers = new Set<Connection>();
  readonly #held: HeldBytes = { bytes: 0 };
  /** Retained topics by device. */
  readonly #retained = new Map<string, Set<string>>();
  readonly #attached = new WeakSet<Home>();
  readonly #server: Server;
  #aedes: Aedes | null = null;
  #lastMicros = 0;
  port = 0;

  constructor(rooms: MqttRooms) {
    this.#rooms = rooms;
    this.#intake = new MessageIntake({ home: rooms.home, locked: () => rooms.locked });
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = HOME_LIMITS.mqttConnectionsMax + HOME_LIMITS.mqttStrangersMax;
  }

  /** @throws HaleError 'conflict' when the port is taken */
  async listen(port: number, host: string): Promise<void> {
    // Loaded only where somebody wants it: a node that waits stays small.
    const { Aedes: Broker } = await import('aedes');
    this.#aedes = await Broker.createBroker({
      concurrency: HOME_LIMITS.mqttConnectionsMax,
      connectTimeout: HOME_LIMITS.mqttConnectMillis,
      queueLimit: HOME_LIMITS.mqttQueuedBeforeConnectMax,
      maxInflightInbound: HOME_LIMITS.mqttInflightMax,
      maxClientsIdLength: Number.MAX_SAFE_INTEGER,
      maxTopicLevels: HOME_LIMITS.mqttTopicLevelsMax,
      preConnect: (client, packet, done) => done(null, this.#meet(client, packet as Connect)),
      authenticate: (client, _user, _password, done) => this.#admit(client, done),
      authorizePublish: (client, packet, done) => this.#publish(client, packet as Publish, done),
      authorizeSubscribe: (client, wanted, done) => done(null, this.#mayAsk(client, wanted.topic) ? wanted : null),
      authorizeForward: (client, packet) => (this.#mayHear(client, packet) ? packet : null),
    });
    this.#aedes.on('clientDisconnect', (client) => void this.#clients.delete(client));
    // A room of the broker that fails ends a connection at most.
    (this.#aedes as unknown as NodeJS.EventEmitter).on('error', () => this.#rooms.onFact({ what: 'mqtt-failed' }));
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', () => reject(new HaleError('conflict', `port ${port} is in use`, { port })));
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : port;
  }

  /** A home has been opened, or another put in its place: whoever was let in without a name introduces himself again. */
  unlocked(): void {
    const home = this.#rooms.home();
    if (!home || !this.#aedes) return;
    for (const client of this.#clients) if (this.#senders.get(client)?.deviceId === null) client.close();
    if (this.#attached.has(home)) return;
    this.#attached.add(home);
    for (const coming of keptComings(home)) this.#redelivery.remember(coming);
    home.whenDeviceRemoved.add((id) => this.#removed(id));
    const birth = { cmd: 'publish' as const, topic: BIRTH_TOPIC, payload: 'online', qos: 0 as const };
    this.#aedes.publish({ ...birth, retain: true, dup: false }, () => {});
  }

  #removed(id: string): void {
    this.#retained.delete(id);
    for (const client of this.#clients) if (this.#senders.get(client)?.deviceId === id) client.close();
  }

  #accept(socket: Socket): void {
    if (!this.#aedes || this.#aedes.closed) return void socket.destroy();
    const guard = new PacketGuard(HOME_LIMITS.mqttFirstPacketBytesMax, this.#held, HOME_LIMITS.mqttHeldBytesMax);
    this.#guards.set(socket, guard);
    // Told of each chunk when the broker reads it, and before the broker has it.
    socket.on('data', (chunk: Buffer) => {
      if (guard.allows(chunk)) return;
      this.#rooms.onFact({ what: 'mqtt-refused', code: 'too-large' });
      socket.destroy();
    });
    socket.on('close', () => {
      guard.release();
      this.#strangers.delete(socket);
    });
    const [oldest] = this.#strangers;
    if (this.#strangers.size >= HOME_LIMITS.mqttStrangersMax) oldest.destroy();
    this.#strangers.add(socket);
    this.#aedes.handle(socket);
  }

  /** Who is it? The answer is given by `#admit`, where CONNACK can say no. Always goes on. */
  #meet(client: Client, packet: Connect): true {
    const { username = '', password = '', clientId } = packet;
    const credential = password.toString();
    // Sessions end with their connection: a home takes in and has nothing to keep for anybody.
    packet.clean = true;
    if (clientId.length > HOME_LIMITS.mqttClientIdUnitsMax) return true;
    const deviceId = this.#deviceIdOf(username, credential);
    if (deviceId === undefined) return true;
    const tokenHash = tokenHashOf(credential);
    // Nobody takes over the session of another device by naming it.
    const owner = Buffer.from(tokenHash).toString('base64url');
    if (clientId !== '') packet.clientId = `${owner}/${clientId}`;
    const session = clientId === '' ? `${owner}//${process.hrtime.bigint()}` : packet.clientId;
    const own = [...this.#clients].filter((each) => this.#senders.get(each)?.owner === owner);
    if (own.length >= HOME_LIMITS.mqttConnectionsPerDeviceMax) own[0].close();
    this.#senders.set(client, { credential, tokenHash, deviceId, owner, session });
    return true;
  }

  /** Undefined: nobody known. Null: known, but the home is locked and cannot say who. */
  #deviceIdOf(user: string, credential: string): string | null | undefined {
    const home = this.#rooms.home();
    if (!home) return this.#rooms.locked.knows(credential) ? null : undefined;
    try {
      return identify(home, user, credential).id;
    } catch (error) {
      if (error instanceof HaleError) return undefined;
      throw error;
    }
  }

  #admit(
    client: Client,
    done: (error: (Error & { returnCode: number }) | null, isKnown: boolean | null) => void,
  ): void {
    if (this.#senders.has(client)) {
      const guard = this.#guards.get(client.conn);
      if (guard) guard.bytesMax = HOME_LIMITS.mqttPacketBytesMax;
      this.#clients.add(client);
      this.#strangers.delete(client.conn);
      done(null, true);
      return;
    }
    this.#rooms.onFact({ what: 'mqtt-refused', code: 'not-permitted' });
    const returnCode = client.id.length > HOME_LIMITS.mqttClientIdUnitsMax ? IDENTIFIER_REJECTED : BAD_CREDENTIAL;
    done(Object.assign(new Error('not permitted'), { returnCode }), null);
  }

  /** Calls back without an error once the message is on the disk, or can never be stored; an error ends the connection without PUBACK. */
  #publish(client: Client | null, packet: Publish, done: Callback): void {
    const sender = client && this.#senders.get(client);
    const answer = (refusal: Refusal) => {
      if (refusal !== null) this.#rooms.onFact({ what: 'mqtt-refused', code: refusal });
      done(refusal === null ? null : new Error(refusal));
    };
    if (sender) this.#take(sender, packet, answer);
    else answer('not-permitted');
  }

  #take(sender: Sender, packet: Publish, answer: (refusal: Refusal) => void): void {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const home = this.#rooms.home();
    const device = home && deviceOf(home, sender);
    const refusal = refusalOf(home, device, packet, payload);
    if (refusal !== null) {
      answer(refusal);
      return;
    }
    packet.retain = packet.retain && device !== null && this.#mayRetain(device.id, packet.topic, payload);
    const now = this.#nowMicros(home);
    const { qos, messageId, dup = false, topic } = packet;
    const coming =
      qos > 0 && messageId !== undefined
        ? this.#redelivery.meet(sender.session, messageId, dup, topic, payload, now)
        : undefined;
    const message = { topic, payload, at: coming?.at ?? now, ...(coming ? { coming } : {}) };
    this.#intake.take(sender, message, (error) => {
      if (error === null) answer(null);
      else answer(error instanceof HaleError ? error.code : 'bug');
    });
  }

  /** Never the same twice: two readings of one series in one millisecond are two. A clock that was set back is followed. */
  #nowMicros(home: Home | null): number {
    const now = home?.nowMicros() ?? Date.now() * 1000;
    const isSetBack = now < this.#lastMicros - HOME_LIMITS.mqttClockBackMicros;
    this.#lastMicros = isSetBack ? now : Math.max(now, this.#lastMicros + 1);
    return this.#lastMicros;
  }

  /** Retained messages lie in memory, on topics of the device's own, and are few. */
  #mayRetain(device: string, topic: string, payload: Uint8Array): boolean {
    const topics = this.#retained.get(device) ?? new Set<string>();
    if (payload.length === 0) {
      topics.delete(topic);
      return true;
    }
    const isFull = topics.size >= HOME_LIMITS.mqttRetainedMax && !topics.has(topic);
    if (!topic.startsWith(OWN_ROOT) || isFull || payload.length > HOME_LIMITS.mqttRetainedBytesMax) return false;
    this.#retained.set(device, topics.add(topic));
    return true;
  }

  /**
   * A filter below the device's own name, or one that begins with a word of its own: hubs listen on their own topics for commands, and some end
   * when that is refused. What it then hears is decided message by message.
   */
  #mayAsk(client: Client, filter: string): boolean {
    const home = this.#rooms.home();
    const device = this.#deviceOf(home, client);
    if (!home || !device || filter.length > HOME_LIMITS.mqttTopicUnitsMax) return false;
    // A field of aedes that its types leave out.
    const held = Object.keys((client as unknown as { subscriptions: object }).subscriptions).length;
    if (held >= HOME_LIMITS.mqttSubscriptionsMax) return false;
    const name = nameInTopic(filter);
    if (name !== null) return ownNames(home, device.id).includes(name);
    return !/^(?:[$+#]|hale$)/.test(filter);
  }

  /** Only what the device itself sent, what stands below its own name, and that Home Assistant is there. */
  #mayHear(client: Client, { topic, clientId }: { topic: string; clientId?: string }): boolean {
    const home = this.#rooms.home();
    const device = this.#deviceOf(home, client);
    if (!home || !device) return false;
    const name = nameInTopic(topic);
    if (name !== null) return ownNames(home, device.id).includes(name);
    return topic === BIRTH_TOPIC || clientId?.startsWith(`${this.#senders.get(client)?.owner}/`) === true;
  }

  #deviceOf(home: Home | null, client: Client): KnownDevice | null {
    const sender = this.#senders.get(client);
    return home && sender ? deviceOf(home, sender) : null;
  }

  async close(): Promise<void> {
    const aedes = this.#aedes;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    if (aedes) await new Promise<void>((resolve) => aedes.close(() => resolve()));
    for (const client of this.#clients) (client.conn as Socket).destroy();
    if (this.#server.listening || aedes) await closed;
  }
}

function refusalOf(home: Home | null, device: KnownDevice | null, { topic, qos }: Publish, payload: Buffer): Refusal {
  if (home && (!device || !mayWrite(home, device.id, topic))) return 'not-permitted';
  // Held by the broker until PUBREL.
  return qos === 2 && payload.length > HOME_LIMITS.mqttExactlyOnceBytesMax ? 'too-large' : null;
}
