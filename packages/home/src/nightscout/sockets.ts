// The web sockets of Nightscout: the root namespace (`authorize`, then `dataUpdate` with what is new), `/storage` of API v3 (created, updated
// and deleted documents) and `/alarm`, which is taken and stays silent: Hale raises no alarms.
import type { Server as HttpServer } from 'node:http';
import type { DocumentChange, OpenStream, Samples } from '@hale/vault';
import { type Fields, isoDate } from '@hale/vault/nightscout';
import { type Namespace, Server, type Socket } from 'socket.io';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { lineOf } from './admission.ts';
import type { Door } from './devices.ts';
import { type Entry, entriesBetween, entryOf } from './glucose.ts';
import type { NightscoutServer } from './server.ts';
import { shownV1, shownV3 } from './shelf.ts';
import { COLLECTIONS_V3 } from './v3.ts';

type Reply = (answer: object) => void;

const HOUR = 3_600_000;
/** Fields of `dataUpdate` by collection; entries go by their type. */
const FIELDS: Readonly<Record<string, string>> = {
  treatments: 'treatments',
  devicestatus: 'devicestatus',
  profile: 'profiles',
  food: 'food',
  activity: 'activity',
};
const ENTRY_FIELDS: Readonly<Record<string, string>> = { sgv: 'sgvs', mbg: 'mbgs', cal: 'cals' };

const dataRoom = (subject: string): string => `data ${subject}`;
const storageRoom = (subject: string, collection: string): string => `${collection} ${subject}`;

export class NightscoutSockets {
  readonly #nightscout: NightscoutServer;
  readonly #io: Server;
  #unwatch: (() => void)[] = [];
  /** What is to go out at the end of this turn, by subject. */
  readonly #due = new Map<string, { collection: string; entry: Entry; isNew: boolean }[]>();

  /** To be made after the server's own listeners: it looks at its path first and hands everything else on. */
  constructor(server: HttpServer, nightscout: NightscoutServer) {
    this.#nightscout = nightscout;
    this.#io = new Server(server, {
      path: '/socket.io',
      serveClient: false,
      allowEIO3: true,
      // The relay's sockets come over the same port.
      destroyUpgrade: false,
      cors: { origin: '*' },
      maxHttpBufferSize: HOME_LIMITS.nightscoutSocketBytesMax,
      perMessageDeflate: false,
      allowRequest: (_request, callback) =>
        callback(null, this.#io.engine.clientsCount < HOME_LIMITS.nightscoutSocketsMax),
    });
    this.#io.on('connection', (socket) => this.#root(socket));
    this.#io.of('/storage').on('connection', (socket) => this.#storage(socket));
    this.#io.of('/alarm').on('connection', (socket) => this.#alarm(socket));
    this.#io.of(/^\/(?!storage$|alarm$).+/).use((_socket, next) => next(new Error('no such namespace')));
  }

  /** Follows a home: the one that was unlocked, or that took another's place. */
  follow(home: Home): void {
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [
      home.documents.watch((subject, change) => this.#changed(home, subject, change)),
      home.watch((stream, samples) => this.#measured(home, stream, samples)),
      () => home.whenDeviceRemoved.delete(this.#recheck),
    ];
    home.whenDeviceRemoved.add(this.#recheck);
    this.#recheck();
  }

  close(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
  }

  // --- who is there

  #root(socket: Socket): void {
    this.#expectName(socket);
    socket.on('authorize', (given: unknown, reply: unknown) => {
      const door = this.#admit(socket, given);
      answer(reply, { read: door?.mayRead ?? false, write: false, write_treatment: false });
      const home = this.#nightscout.rooms.home();
      if (!home || !door?.mayRead) return;
      const subject = this.#enter(home, socket, door);
      void socket.join(dataRoom(subject));
      socket.emit('connected');
      const hours = Number((given as Fields | null)?.history ?? HOME_LIMITS.nightscoutSocketHours);
      socket.emit(
        'dataUpdate',
        this.#snapshot(home, subject, Number.isFinite(hours) ? hours : HOME_LIMITS.nightscoutSocketHours),
      );
    });
    socket.on('loadRetro', (_given: unknown, reply: unknown) => {
      answer(reply, { result: 'success' });
      socket.emit('retroUpdate', { devicestatus: [] });
    });
    for (const event of ['dbAdd', 'dbUpdate', 'dbUpdateUnset', 'dbRemove'])
      socket.on(event, (_given: unknown, reply: unknown) => answer(reply, { result: 'Not permitted' }));
  }

  #storage(socket: Socket): void {
    this.#expectName(socket);
    socket.on('subscribe', (given: unknown, reply: unknown) => {
      const door = this.#admit(socket, given);
      const home = this.#nightscout.rooms.home();
      if (!door?.mayRead || !home)
        return answer(reply, { success: false, message: 'Missing or bad access token or JWT' });
      const subject = this.#enter(home, socket, door);
      const asked = (given as Fields | null)?.collections;
      const collections = COLLECTIONS_V3.filter((name) => !Array.isArray(asked) || asked.includes(name));
      for (const collection of collections) void socket.join(storageRoom(subject, collection));
      answer(reply, { success: true, collections });
    });
  }

  #alarm(socket: Socket): void {
    this.#expectName(socket);
    socket.on('subscribe', (given: unknown, reply: unknown) => {
      const door = this.#admit(socket, given);
      const home = this.#nightscout.rooms.home();
      if (!door?.mayRead || !home)
        return answer(reply, { success: false, message: 'Missing or bad access token or JWT' });
      this.#enter(home, socket, door);
      answer(reply, { success: true, message: 'Subscribed for alarms', read: true, ack: false });
    });
  }

  #admit(socket: Socket, given: unknown): Door | null {
    const fields = typeof given === 'object' && given !== null ? (given as Fields) : {};
    const text = (name: string): string | undefined =>
      typeof fields[name] === 'string' ? (fields[name] as string) : undefined;
    const jwt = text('jwtToken') ?? (text('token')?.includes('.') ? text('token') : undefined);
    const credentials = {
      apiSecret: text('secret'),
      token: text('accessToken') ?? (jwt ? undefined : text('token')),
      bearer: jwt,
    };
    const line = lineOf(socket.request, this.#nightscout.rooms.proxies);
    const admitted = this.#nightscout.admission.admit(line, credentials, 'any');
    return 'door' in admitted ? admitted.door : null;
  }

  #enter(home: Home, socket: Socket, door: Door): string {
    // What it heard as another device it would go on hearing after that one's removal.
    if (socket.data.device !== door.device)
      for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room);
    socket.data.device = door.device;
    socket.data.tokenHash = door.tokenHash;
    clearTimeout(socket.data.stranger as NodeJS.Timeout);
    return home.vault.state.devices.get(door.device)?.subject ?? '';
  }

  /** Who does not say who it is goes. */
  #expectName(socket: Socket): void {
    const timer = setTimeout(() => socket.disconnect(true), HOME_LIMITS.nightscoutSocketStrangerSeconds * 1000);
    timer.unref();
    socket.data.stranger = timer;
    socket.on('disconnect', () => clearTimeout(timer));
  }

  /** A device that was removed is cut off at once. */
  readonly #recheck = (): void => {
    const doors = this.#nightscout.doors();
    for (const namespace of [this.#io.of('/'), this.#io.of('/storage'), this.#io.of('/alarm')] as Namespace[])
      for (const socket of namespace.sockets.values())
        if (
          socket.data.device !== undefined &&
          !doors.some((door) => door.device === socket.data.device && door.mayRead)
        )
          socket.disconnect(true);
  };

  // --- what is new

  #hasFollowers(subject: string): boolean {
    const rooms = [...this.#io.of('/').adapter.rooms.keys(), ...this.#io.of('/storage').adapter.rooms.keys()];
    return rooms.some((room) => room.endsWith(` ${subject}`));
  }

  #changed(home: Home, subject: string, { before, after }: DocumentChange): void {
    if (this.#hasFollowers(subject))
      this.#put(home, subject, {
        collection: after.collection,
        entry: entryOf(after),
        isNew: before === null || !before.isValid,
      });
  }

  /** Glucose of a source that writes no documents. */
  #measured(home: Home, stream: OpenStream, samples: Samples): void {
    const { subject, kind } = stream.entry;
    if (
      !['glucose-cgm', 'glucose-capillary'].includes(kind) ||
      samples.times.length === 0 ||
      !this.#hasFollowers(subject)
    )
      return;
    const newest = Math.max(samples.times[0], samples.times[samples.times.length - 1]) / 1000;
    const from = Math.max(Math.min(samples.times[0] / 1000, newest), newest - HOME_LIMITS.nightscoutSocketHours * HOUR);
    const times = new Set(Array.from(samples.times, (time) => Math.floor(time / 1000)));
    for (const entry of entriesBetween(home, subject, Math.floor(from), Math.ceil(newest), 'ascending'))
      if (entry.device === '' && times.has(entry.millis))
        this.#put(home, subject, { collection: 'entries', entry, isNew: true });
  }

  #put(home: Home, subject: string, change: { collection: string; entry: Entry; isNew: boolean }): void {
    if (this.#due.size === 0) setImmediate(() => this.#sendDue(home));
    const changes = this.#due.get(subject) ?? [];
    changes.push(change);
    // Of an archive that is uploaded at once followers get the end; the rest is there when they ask.
    if (changes.length > HOME_LIMITS.nightscoutSocketChangesMax) changes.shift();
    this.#due.set(subject, changes);
  }

  #sendDue(home: Home): void {
    this.#dropSlow();
    for (const [subject, changes] of this.#due) {
      const delta: Record<string, Fields[]> = {};
      for (const { collection, entry, isNew } of changes) {
        this.#tellStorage(home, subject, collection, entry, isNew);
        const field = fieldOf(collection, entry);
        if (field === null) continue;
        const shown = entry.isValid
          ? { ...liveShape(collection, entry), ...(isNew ? {} : { action: 'update' }) }
          : { _id: entry.id, action: 'remove' };
        delta[field] = [...(delta[field] ?? []), shown];
      }
      this.#io
        .to(dataRoom(subject))
        .emit('dataUpdate', { delta: true, lastUpdated: this.#nightscout.rooms.nowMillis(), ...delta });
    }
    this.#due.clear();
  }

  /** Who does not read what is sent must not fill the memory. */
  #dropSlow(): void {
    for (const namespace of ['/', '/storage'])
      for (const socket of this.#io.of(namespace).sockets.values()) {
        const { writeBuffer } = socket.conn as unknown as { writeBuffer?: unknown[] };
        if ((writeBuffer?.length ?? 0) > HOME_LIMITS.nightscoutSocketWaitingMax) socket.disconnect(true);
      }
  }

  #tellStorage(home: Home, subject: string, colName: string, entry: Entry, isNew: boolean): void {
    const room = this.#io.of('/storage').to(storageRoom(subject, colName));
    if (!entry.isValid) room.emit('delete', { colName, identifier: entry.identifier ?? entry.id });
    else room.emit(isNew ? 'create' : 'update', { colName, doc: shownV3(home, entry) });
  }

  #snapshot(home: Home, subject: string, hours: number): Fields {
    const now = this.#nightscout.rooms.nowMillis();
    const from = now - Math.min(Math.max(hours, 1), HOME_LIMITS.nightscoutSocketHours) * HOUR;
    const all: Record<string, Fields[]> = {
      sgvs: [],
      mbgs: [],
      cals: [],
      treatments: [],
      devicestatus: [],
      profiles: [],
      food: [],
      activity: [],
    };
    const add = (collection: string, entry: Entry) => {
      const field = entry.isValid ? fieldOf(collection, entry) : null;
      if (field !== null) all[field].push(liveShape(collection, entry));
    };
    for (const entry of entriesBetween(home, subject, from, now + HOUR, 'ascending')) add('entries', entry);
    for (const collection of Object.keys(FIELDS)) {
      const start = ['profile', 'food'].includes(collection) ? Number.NEGATIVE_INFINITY : from;
      for (const document of home.documents.between(subject, collection, start, Number.POSITIVE_INFINITY, 'ascending'))
        add(collection, entryOf(document));
    }
    return { delta: false, lastUpdated: now, ...all };
  }
}

function fieldOf(collection: string, { fields }: Entry): string | null {
  return (collection === 'entries' ? ENTRY_FIELDS[String(fields.type)] : FIELDS[collection]) ?? null;
}

/** As the web client of Nightscout knows it: `mills`, and `mgdl` in place of `sgv`. */
function liveShape(collection: string, entry: Entry): Fields {
  const { id, millis, fields } = entry;
  if (collection !== 'entries') return { created_at: isoDate(millis), ...shownV1(entry), mills: millis };
  const { sgv, mbg, device, direction, filtered, unfiltered, noise, rssi, type, slope, intercept, scale } = fields;
  const told = { direction, filtered, unfiltered, noise, rssi, slope, intercept, scale };
  return { _id: id, mills: millis, device, type, ...(type === 'cal' ? {} : { mgdl: Number(sgv ?? mbg) }), ...told };
}

function answer(reply: unknown, value: object): void {
  if (typeof reply === 'function') (reply as Reply)(value);
}
