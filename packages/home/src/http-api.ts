// The home's HTTP: deliveries of devices, and the operations for the command on this machine. Bound to this machine unless told otherwise.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { HaleError } from '@hale/kernel';
import { getRequestListener } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';
import { FRAMES_TYPE, takeFrames } from './bluetooth.ts';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { requireDevice, takeDelivery } from './live.ts';
import { COLLECTED_HEAD_BYTES, type Collector } from './locked.ts';
import { LateNightscout } from './nightscout/late.ts';
import { pairDevice } from './operations/people.ts';
import { runOperation } from './operations/run.ts';
import { problemOf } from './problem.ts';
import { isOwnHost, isOwnPage, shownBy } from './web/doors.ts';
import { WebFiles } from './web/files.ts';
import { WEB_LIMITS } from './web/limits.ts';
import { type WebNode, webApp } from './web/routes.ts';
import { addDownloads, addUploads } from './web/transfers.ts';

export interface ApiRooms {
  /** The open home, or null while locked. */
  home: () => Home | null;
  /** What the command on this machine shows; null where there is no vault that it could be for. */
  token: () => string | null;
  /** Takes deliveries while locked. */
  locked: Collector;
  unlock: (passphrase: string) => Promise<void>;
  /** Addresses of proxies beside this machine that are believed when they say that a request came by TLS. */
  proxies?: readonly string[];
  /** What the owner's pages need. */
  web: WebNode;
}

/** Devices deliver here. Straight on Node's HTTP: this is the one path where each microsecond is paid thousands of times a second. */
export class Deliveries {
  readonly #rooms: ApiRooms;
  /** Bytes of bodies that are being received. */
  #bytes = 0;
  /** Room in which the pieces of a body are joined; taken again for the next. */
  #room = Buffer.alloc(0);

  constructor(rooms: ApiRooms) {
    this.#rooms = rooms;
  }

  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const isFrames = request.url === '/v1/frames';
    if ((request.url !== '/v1/ingest' && !isFrames) || request.method !== 'POST') return false;
    const credential = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const limit = this.#bytesMax();
    // Before any of the body is read: nobody unknown fills the memory.
    const refusal = this.#strange(credential) ?? this.#tooMuch(Number(request.headers['content-length'] ?? 0), limit);
    if (refusal) refuse(request, response, refusal);
    else this.#receive(request, response, credential, limit, isFrames ? FRAMES_TYPE : null);
    return true;
  }

  #bytesMax(): number {
    return this.#rooms.home()
      ? HOME_LIMITS.deliveryBytesMax
      : Math.min(HOME_LIMITS.deliveryBytesMax, HOME_LIMITS.inboxBatchBytesMax - COLLECTED_HEAD_BYTES);
  }

  #strange(credential: string | undefined): HaleError | null {
    const home = this.#rooms.home();
    try {
      if (home) requireDevice(home, credential);
      else if (!this.#rooms.locked.knows(credential))
        throw new HaleError('not-permitted', 'this device is not known here, or was removed');
      return null;
    } catch (error) {
      if (error instanceof HaleError) return error;
      throw error;
    }
  }

  /** May so many bytes more be held? */
  #tooMuch(bytes: number, limit: number): HaleError | null {
    if (bytes > limit)
      return new HaleError('too-large', 'the delivery is too large; send it in smaller batches', { bytesMax: limit });
    if (this.#bytes + bytes > HOME_LIMITS.deliveriesBytesMax)
      return new HaleError('unavailable', 'too much is being delivered at once; try again in a moment');
    return null;
  }

  #receive(
    request: IncomingMessage,
    response: ServerResponse,
    credential: string | undefined,
    limit: number,
    fixedType: string | null,
  ): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const release = () => {
      this.#bytes -= bytes;
      bytes = 0;
      chunks.length = 0;
    };
    request.on('data', (chunk: Buffer) => {
      if (response.writableEnded) return;
      const refusal =
        bytes + chunk.length > limit ? this.#tooMuch(bytes + chunk.length, limit) : this.#tooMuch(chunk.length, limit);
      if (refusal) {
        release();
        return refuse(request, response, refusal);
      }
      bytes += chunk.length;
      this.#bytes += chunk.length;
      chunks.push(chunk);
    });
    request.on('error', () => response.destroy());
    request.on('close', () => {
      if (!request.complete) release();
    });
    request.on('end', () => {
      if (response.writableEnded) return;
      const body = this.#joined(chunks, bytes);
      this.#deliver(credential, fixedType ?? request.headers['content-type'] ?? 'text/csv', body)
        .finally(release)
        .then(
          (result) => answer(response, 200, result),
          (error) => answerProblem(response, error),
        );
    });
  }

  /**
   * A body in one piece, good until the next is joined: who takes it reads it to its end at once. A fresh buffer for each had the
   * collector walk the heap after every few hundred deliveries.
   */
  #joined(chunks: Buffer[], bytes: number): Buffer {
    if (chunks.length === 1) return chunks[0];
    if (bytes > HOME_LIMITS.deliveryRoomBytesMax) return Buffer.concat(chunks);
    if (this.#room.length < bytes)
      this.#room = Buffer.allocUnsafeSlow(Math.min(bytes * 2, HOME_LIMITS.deliveryRoomBytesMax));
    let at = 0;
    for (const chunk of chunks) at += chunk.copy(this.#room, at);
    return this.#room.subarray(0, at);
  }

  async #deliver(credential: string | undefined, contentType: string, body: Uint8Array): Promise<object> {
    const home = this.#rooms.home();
    if (!home) {
      this.#rooms.locked.collect(credential ?? '', body, contentType);
      return { locked: true, kept: body.length };
    }
    // Asked again: meanwhile the device may have been removed.
    const device = requireDevice(home, credential);
    return contentType === FRAMES_TYPE ? takeFrames(home, device, body) : takeDelivery(home, device, body, contentType);
  }
}

/** Answers without waiting for the rest of the body, and closes. */
function refuse(request: IncomingMessage, response: ServerResponse, error: HaleError): void {
  response.setHeader('connection', 'close');
  if (error.code === 'unavailable') response.setHeader('retry-after', HOME_LIMITS.deliveryRetrySeconds);
  answerProblem(response, error);
  request.resume();
}

function answerProblem(response: ServerResponse, error: unknown): void {
  const problem = problemOf(error);
  answer(response, problem.status, problem);
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    // Known beforehand, head and body leave in one write.
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The command on this machine knows the token. */
function hasToken(headers: Headers, token: string | null): boolean {
  if (token === null) return false;
  const given = Buffer.from(headers.get('authorization') ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The owner's pages have a session; what they ask by themselves does not keep it awake. Over a line that others could read nothing is said. */
function hasSession(headers: Headers, incoming: IncomingMessage, { sessions, hosts, isPrivate }: WebNode): boolean {
  return (
    isOwnPage(headers, hosts) &&
    isPrivate(incoming) &&
    sessions.isOpen(shownBy(headers), headers.get('x-hale-idle') === null)
  );
}

type Bound = { Bindings: { incoming: IncomingMessage }; Variables: { byToken: boolean } };

export function operationsApp(rooms: ApiRooms): Hono<Bound> {
  const app = new Hono<Bound>();
  app.onError((error, context) => {
    const problem = problemOf(error);
    return context.json(problem, problem.status as 400);
  });
  addDownloads(app as never, rooms.home, rooms.web.hosts);
  servePairing(app as unknown as Hono, rooms);
  app.use('/v1/*', async (context, next) => {
    const { headers } = context.req.raw;
    context.set('byToken', hasToken(headers, rooms.token()));
    context.header('cache-control', 'no-store');
    if (!context.get('byToken') && !hasSession(headers, context.env.incoming, rooms.web))
      return context.json(problemOf(new HaleError('not-permitted', 'this needs the token of this machine')), 403);
    await next();
  });
  addUploads(app as never, rooms.home);
  app.use('/v1/*', limitedBody);
  app.post('/v1/unlock', async (context) => {
    const { passphrase } = (await context.req.json()) as { passphrase: string };
    try {
      await rooms.unlock(String(passphrase));
      return context.json({ unlocked: true });
    } catch (error) {
      const problem = problemOf(error);
      return context.json(problem, problem.status as 400);
    }
  });
  app.post('/v1/op/:name', async (context) => {
    const name = context.req.param('name');
    const parameters = await context.req.json().catch(() => null);
    context.header('content-type', 'application/x-ndjson');
    return stream(context, async (out) => {
      const abort = new AbortController();
      out.onAbort(() => abort.abort());
      // What still streams to a browser ends with its session.
      const session = context.get('byToken') ? null : rooms.web.sessions.live(shownBy(context.req.raw.headers));
      const forget = session?.whenEnded(() => {
        abort.abort();
        out.abort();
      });
      const say = (line: object) => void out.write(`${JSON.stringify(line)}\n`);
      try {
        const options = { emit: say, signal: abort.signal, ...(session ? { session } : {}) };
        say({ result: await runOperation(rooms.home(), name, parameters, options) });
      } catch (error) {
        say({ problem: problemOf(error) });
      } finally {
        forget?.();
      }
    });
  });
  return app;
}

/** Here a device has no credential yet: it shows a code. Only as JSON, so that no page in a browser can try codes unasked. */
function servePairing(app: Hono, rooms: ApiRooms): void {
  const say = (context: HonoContext, error: unknown) => {
    const problem = problemOf(error);
    return context.json(problem, problem.status as 400, { 'content-type': 'application/problem+json' });
  };
  const maxSize = HOME_LIMITS.pairingBodyBytesMax;
  const tooLarge = new HaleError('too-large', 'a request to pair holds a code and a name', { bytesMax: maxSize });
  app.post('/v1/pair', bodyLimit({ maxSize, onError: (context) => say(context, tooLarge) }), async (context) => {
    context.header('cache-control', 'no-store');
    try {
      const home = rooms.home();
      if (!home)
        throw new HaleError('locked', 'this home is locked: its owner unlocks it, then the device can be paired');
      // Devices send none; a page of another site in a browser of this network must not guess.
      if (context.req.header('origin') !== undefined && !isOwnPage(context.req.raw.headers, rooms.web.hosts))
        throw new HaleError('not-permitted', "only devices and this node's own pages may ask to pair");
      if (!context.req.header('content-type')?.startsWith('application/json'))
        throw new HaleError('unsupported', 'a request to pair is JSON: content-type application/json');
      const asked: unknown = await context.req.json().catch(() => null);
      if (typeof asked !== 'object' || asked === null)
        throw new HaleError('malformed', 'a request to pair is a JSON object with a code');
      return context.json(pairDevice(home, asked));
    } catch (error) {
      return say(context, error);
    }
  });
}

/** No question is larger: whoever asks does not fill the memory. */
const limitedBody = bodyLimit({
  maxSize: WEB_LIMITS.bodyBytesMax,
  onError: (context) =>
    context.json(
      problemOf(new HaleError('too-large', 'this question is too large', { bytesMax: WEB_LIMITS.bodyBytesMax })),
      413,
    ),
});

/** Puts the API on a server: first the relay's paths, then deliveries, then Nightscout's, then operations. */
export function serveApi(
  server: Server,
  rooms: ApiRooms,
  first: (request: IncomingMessage, response: ServerResponse) => boolean,
): LateNightscout {
  const listener = getRequestListener(operationsApp(rooms).fetch as never);
  const pages = getRequestListener(webApp(rooms.web).fetch as never);
  const files = new WebFiles();
  const deliveries = new Deliveries(rooms);
  const nightscout = new LateNightscout(server, {
    home: rooms.home,
    locked: rooms.locked,
    proxies: rooms.proxies ?? [],
    nowMillis: () => Math.floor((rooms.home()?.nowMicros() ?? Date.now() * 1000) / 1000),
  });
  server.on('request', (request, response) => {
    if (first(request, response) || deliveries.handle(request, response)) return;
    if (nightscout.handle(request, response)) return;
    const isPages = /^\/v1\/(session|setup\/[a-z]+)$/.test(request.url ?? '');
    // The links of grants and emergency cards are opened from any name; the owner's pages and what they ask only from this node's own.
    const isOwn = isOwnHost(request, rooms.web.hosts) || /^\/(g\/|e([?]|$))/.test(request.url ?? '');
    if (isOwn && files.handle(request, response)) return;
    if (isPages && !isOwn) return answerProblem(response, new HaleError('not-permitted', 'this node has another name'));
    void (isPages ? pages : listener)(request, response);
  });
  return nightscout;
}
