// The home's HTTP: deliveries of devices, and the operations for the command on this machine. Bound to this machine unless told otherwise.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type ErrorCode, HaleError } from '@hale/kernel';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { requireDevice, takeDelivery } from './live.ts';
import type { Context } from './operations/context.ts';
import { isOperation, OPERATIONS } from './operations/index.ts';

const STATUS: Record<ErrorCode, number> = {
  malformed: 400,
  'unknown-suite': 400,
  'not-authentic': 400,
  'not-permitted': 403,
  'out-of-range': 400,
  'too-large': 413,
  conflict: 409,
  'not-found': 404,
  unavailable: 503,
  full: 507,
  locked: 423,
  retired: 410,
  expired: 410,
  usage: 400,
  unsupported: 415,
  corrupt: 500,
};

/** RFC 9457. Title and detail are our own words; an unexpected failure says nothing but that it is one. */
export function problemOf(error: unknown): {
  status: number;
  type: string;
  title: string;
  code: string;
  detail?: Record<string, string | number>;
} {
  if (error instanceof HaleError)
    return {
      status: STATUS[error.code],
      type: 'about:blank',
      title: error.message,
      code: error.code,
      detail: { ...error.detail },
    };
  return { status: 500, type: 'about:blank', title: 'this is a fault of Hale, not of yours', code: 'bug' };
}

export interface ApiRooms {
  /** The open home, or null while locked. */
  home: () => Home | null;
  token: string;
  /** Takes a delivery while locked: seals it to the inbox. Answers false for a credential that is not known. */
  collectLocked: (credential: string | undefined, body: Uint8Array, contentType: string) => boolean;
  unlock: (passphrase: string) => Promise<void>;
}

/** Devices deliver here. Straight on Node's HTTP: this is the one path where each microsecond is paid thousands of times a second. */
export function handleIngest(rooms: ApiRooms, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== '/v1/ingest' || request.method !== 'POST') return false;
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= HOME_LIMITS.deliveryBytesMax) chunks.push(chunk);
  });
  request.on('error', () => response.destroy());
  request.on('end', () => {
    if (bytes > HOME_LIMITS.deliveryBytesMax)
      return answer(
        response,
        413,
        problemOf(
          new HaleError('too-large', 'the delivery is too large; send it in smaller batches', {
            bytesMax: HOME_LIMITS.deliveryBytesMax,
          }),
        ),
      );
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    deliver(rooms, request, body).then(
      (result) => answer(response, 200, result),
      (error) => {
        const problem = problemOf(error);
        answer(response, problem.status, problem);
      },
    );
  });
  return true;
}

async function deliver(rooms: ApiRooms, request: IncomingMessage, body: Uint8Array): Promise<object> {
  const credential = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const contentType = request.headers['content-type'] ?? 'text/csv';
  const home = rooms.home();
  if (!home) {
    if (!rooms.collectLocked(credential, body, contentType))
      throw new HaleError('not-permitted', 'this device is not known here, or was removed');
    return { locked: true, kept: body.length };
  }
  const device = requireDevice(home, credential);
  const result = await takeDelivery(home, device, body, contentType);
  home.lastContact.set(device.id, home.nowMicros());
  return result;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
}

export function operationsApp(rooms: ApiRooms): Hono {
  const app = new Hono();
  app.use('/v1/*', async (context, next) => {
    const given = Buffer.from(context.req.header('authorization') ?? '');
    const wanted = Buffer.from(`Bearer ${rooms.token}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      return context.json(problemOf(new HaleError('not-permitted', 'this needs the token of this machine')), 403);
    await next();
  });
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
      const say = (line: object) => void out.write(`${JSON.stringify(line)}\n`);
      try {
        const home = rooms.home();
        if (!home) throw new HaleError('locked', 'this home is locked; unlock it with the passphrase');
        if (!isOperation(name)) throw new HaleError('usage', 'no such operation');
        if (typeof parameters !== 'object' || parameters === null)
          throw new HaleError('malformed', 'the parameters are no JSON object');
        const run = OPERATIONS[name] as unknown as (context: Context, parameters: object) => unknown;
        const operation: Context = { home, emit: say, signal: abort.signal };
        say({ result: await run(operation, parameters) });
      } catch (error) {
        say({ problem: problemOf(error) });
      }
    });
  });
  app.get('/', (context) =>
    context.text('Hale home node. The command `hale` speaks to it; devices deliver to /v1/ingest.\n'),
  );
  return app;
}

/** Puts the API on a server: first the relay's paths, then deliveries, then operations. */
export function serveApi(
  server: Server,
  rooms: ApiRooms,
  first: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const listener = getRequestListener(operationsApp(rooms).fetch);
  server.on('request', (request, response) => {
    if (first(request, response) || handleIngest(rooms, request, response)) return;
    void listener(request, response);
  });
}
