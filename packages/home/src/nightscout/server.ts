// The HTTP of a Nightscout server: which path is meant, who asks, how much may come, and who answers. Facts of the interface:
// cgm-remote-monitor (streams.md §4.10); what it becomes: docs/decisions/nightscout-documents.md.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import { parseFind, parsePairs } from '@hale/vault/nightscout';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import type { Collector } from '../locked.ts';
import { Admission, givenBy, type Line, lineOf } from './admission.ts';
import { type Answer, answerProblem, LOCKED, message } from './answer.ts';
import { type Door, doorsOf } from './devices.ts';
import { collectCall, NIGHTSCOUT_CALL, takeCall } from './keeping.ts';
import { WebTokens } from './tokens.ts';
import type { Call } from './uploads.ts';
import { type Asker, collectionOf, readPebble, readProperties, readV1, statusOf, verifiedAuth } from './v1.ts';
import { COLLECTIONS_V3, lastModifiedV3, readV3, statusV3, versionOf } from './v3.ts';

export interface NightscoutRooms {
  home: () => Home | null;
  locked: Collector;
  /** Addresses beside this machine whose word on the line (X-Forwarded-Proto) is believed. */
  proxies: readonly string[];
  nowMillis: () => number;
}

interface Asked {
  method: string;
  /** Without the ending `.json`. */
  path: string[];
  pairs: [string, string][];
  query: ReadonlyMap<string, string>;
  request: IncomingMessage;
}

type Method = Call['method'];
const WRITING: ReadonlySet<string> = new Set<Method>(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Browsers on any origin may ask: what they get depends on the secret that they hold, never on a cookie. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'api-secret, authorization, content-type, if-modified-since, last-modified',
  'access-control-expose-headers': 'etag, last-modified, location, date',
};

export class NightscoutServer {
  readonly rooms: NightscoutRooms;
  readonly tokens = new WebTokens();
  readonly admission: Admission;
  /** Bytes of bodies that are being received. */
  #bytes = 0;

  constructor(rooms: NightscoutRooms) {
    this.rooms = rooms;
    this.admission = new Admission(() => this.doors(), this.tokens, rooms.nowMillis);
  }

  doors(): Door[] {
    const home = this.rooms.home();
    return home ? doorsOf(home.vault.state.devices.values()) : this.rooms.locked.doors();
  }

  /** True: it was Nightscout's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    if (!/^\/(api\/v[123](\/|$|\?)|pebble($|\?|\/))/.test(url)) return false;
    this.#answer(request)
      .catch(answerProblem)
      .then((answer) => send(request, response, answer))
      .catch(() => response.destroy());
    return true;
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (request.method === 'OPTIONS') return { status: 204 };
    const asked = readRequest(request);
    const [first, version, ...rest] = asked.path;
    const line = lineOf(request, this.rooms.proxies);
    if (first === 'pebble') return this.#read(asked, line, (asker) => readPebble(asker, asked.query));
    if (version === 'v1') return this.#v1(asked, line, rest);
    if (version === 'v2') return this.#v2(asked, line, rest);
    return this.#v3(asked, line, rest);
  }

  async #v1(asked: Asked, line: Line, [what = '', ...rest]: string[]): Promise<Answer> {
    const { method, request } = asked;
    if (what === 'verifyauth') return this.#verify(asked, line);
    if (what === 'status' || (what === 'experiments' && rest[0] === 'test'))
      return this.#known(asked, line, 'any', (door) => ({
        status: 200,
        body: what === 'status' ? statusOf(door, this.rooms.nowMillis()) : { status: 'ok' },
      }));
    const collection = collectionOf(what);
    if (!collection || collection === 'settings') return message(404, 'Not found');
    const since = Date.parse(request.headers['if-modified-since'] ?? '');
    if (method === 'GET')
      return this.#read(asked, line, (asker) =>
        readV1(asker, collection, rest, asked.pairs, Number.isNaN(since) ? null : since),
      );
    if (!WRITING.has(method) || method === 'PATCH') return message(405, 'Method not allowed');
    return this.#write(asked, line, 'any', { version: 1, collection, name: rest[0] ?? null });
  }

  async #v2(asked: Asked, line: Line, [what, ...rest]: string[]): Promise<Answer> {
    if (what === 'properties')
      return this.#read(asked, line, (asker) =>
        readProperties(asker, rest[0] === undefined ? null : rest[0].split(',')),
      );
    if (what === 'authorization' && rest[0] === 'request' && rest.length === 2) return this.#authorize(line, rest[1]);
    return message(404, 'Not found');
  }

  async #v3(asked: Asked, line: Line, [what = '', ...rest]: string[]): Promise<Answer> {
    const nowMillis = this.rooms.nowMillis();
    if (what === 'version') return { status: 200, body: { status: 200, result: versionOf(nowMillis) } };
    if (what === 'status') return this.#known(asked, line, 'strict', (door) => statusV3(door, nowMillis));
    if (what === 'test') return this.#known(asked, line, 'strict', () => ({ status: 200, body: { status: 200 } }));
    if (what === 'lastModified') return this.#read(asked, line, lastModifiedV3, 'strict');
    const collection = COLLECTIONS_V3.find((name) => name === what);
    if (!collection) return message(404, 'Not found');
    const header = asked.request.headers['last-modified'];
    if (asked.method === 'GET')
      return this.#read(
        asked,
        line,
        (asker) => readV3(asker, collection, rest, asked.pairs, header === undefined ? null : String(header)),
        'strict',
      );
    if (!WRITING.has(asked.method)) return message(405, 'Method not allowed');
    if ((asked.method === 'POST') !== (rest.length === 0)) return message(404, 'Not found');
    return this.#write(asked, line, 'strict', { version: 3, collection, name: rest[0] ?? null });
  }

  /** Answers a stranger with no; a wrong secret is counted all the same. */
  #verify(asked: Asked, line: Line): Answer {
    const admitted = this.admission.admit(line, givenBy(asked.request, asked.query), 'any');
    if ('refusal' in admitted && admitted.refusal.status !== 401)
      return message(admitted.refusal.status, admitted.refusal.message);
    return { status: 200, body: verifiedAuth('door' in admitted ? admitted.door : null) };
  }

  #authorize(line: Line, token: string): Answer {
    const admitted = this.admission.admit(line, { token }, 'any');
    if ('refusal' in admitted) return message(admitted.refusal.status, admitted.refusal.message);
    const { door } = admitted;
    const issued = this.tokens.issue(door, this.rooms.nowMillis());
    const rights = [
      ...(door.mayRead ? ['api:*:read'] : []),
      ...(door.mayUpload ? ['api:*:create', 'api:*:update', 'api:*:delete'] : []),
    ];
    return {
      status: 200,
      body: {
        token: issued.token,
        sub: token.split('-')[0],
        permissionGroups: [rights],
        iat: issued.iat,
        exp: issued.exp,
      },
    };
  }

  #known(asked: Asked, line: Line, kind: 'any' | 'strict', work: (door: Door) => Answer): Answer {
    const admitted = this.admission.admit(line, givenBy(asked.request, asked.query), kind);
    if ('refusal' in admitted) return message(admitted.refusal.status, admitted.refusal.message);
    return work(admitted.door);
  }

  #read(asked: Asked, line: Line, work: (asker: Asker) => Answer, kind: 'any' | 'strict' = 'any'): Answer {
    if (asked.method !== 'GET') return message(405, 'Method not allowed');
    return this.#known(asked, line, kind, (door) => {
      const home = this.rooms.home();
      if (!door.mayRead) return message(403, 'This device may upload and read nothing');
      if (!home) return LOCKED;
      home.contacts.heard(door.device, home.nowMicros());
      return work({ home, door, device: deviceOf(home, door), nowMillis: this.rooms.nowMillis() });
    });
  }

  /** Who it is, is asked before the body is read, and again afterwards: meanwhile the device may have been removed. */
  async #write(
    asked: Asked,
    line: Line,
    kind: 'any' | 'strict',
    call: Pick<Call, 'version' | 'collection' | 'name'>,
  ): Promise<Answer> {
    const may = () =>
      this.#known(asked, line, kind, (door) =>
        door.mayUpload ? { status: 200, body: door } : message(403, 'This device may read and upload nothing'),
      );
    const before = may();
    if (before.status !== 200) return before;
    const body = asked.method === 'DELETE' ? null : await this.#body(asked.request);
    const after = may();
    if (after.status !== 200) return after;
    const door = after.body as Door;
    const { conditions } = call.version === 1 ? parseFind(asked.pairs) : { conditions: [] };
    const whole: Call = {
      ...call,
      conditions,
      body,
      method: asked.method as Method,
      nowMillis: this.rooms.nowMillis(),
      salt: randomBytes(8).toString('hex'),
    };
    const home = this.rooms.home();
    if (home) return takeCall(home, deviceOf(home, door), whole);
    const { answer, kept } = collectCall(whole, door.device);
    if (answer.status < 300) this.rooms.locked.collectFor(door.tokenHash, kept, NIGHTSCOUT_CALL);
    return answer;
  }

  /** @throws HaleError 'too-large' | 'unavailable' | 'malformed' */
  async #body(request: IncomingMessage): Promise<unknown> {
    const max = HOME_LIMITS.nightscoutBodyBytesMax;
    if (Number(request.headers['content-length'] ?? 0) > max)
      throw new HaleError('too-large', 'The upload is too large; send it in smaller batches', { max });
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      // Who sends too much is answered, not cut off.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (bytes + chunk.length > max)
          throw new HaleError('too-large', 'The upload is too large; send it in smaller batches', { max });
        if (this.#bytes + chunk.length > HOME_LIMITS.nightscoutBodiesBytesMax)
          throw new HaleError('unavailable', 'Too much is being uploaded at once; try again in a moment');
        bytes += chunk.length;
        this.#bytes += chunk.length;
        chunks.push(chunk);
      }
      return parseBody(Buffer.concat(chunks), /gzip/i.test(request.headers['content-encoding'] ?? ''));
    } finally {
      this.#bytes -= bytes;
    }
  }
}

function parseBody(bytes: Buffer, isPacked: boolean): unknown {
  let plain = bytes;
  try {
    if (isPacked) plain = gunzipSync(bytes, { maxOutputLength: HOME_LIMITS.nightscoutBodyBytesMax });
    return JSON.parse(plain.toString('utf8'));
  } catch {
    throw new HaleError('malformed', 'The body is no JSON');
  }
}

/** @throws HaleError 'malformed' | 'too-large' */
function readRequest(request: IncomingMessage): Asked {
  const url = request.url ?? '';
  if (url.length > HOME_LIMITS.nightscoutAddressCharactersMax)
    throw new HaleError('too-large', 'The question is too long');
  const at = url.indexOf('?');
  const pairs = parsePairs(at < 0 ? '' : url.slice(at + 1));
  const parts = (at < 0 ? url : url.slice(0, at)).split('/').filter((part) => part !== '');
  const path = parts.map((part, i) => decodePart(i === parts.length - 1 ? part.replace(/\.json$/, '') : part));
  return { method: request.method ?? 'GET', path, pairs, query: new Map(pairs), request };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HaleError('malformed', 'The address cannot be read');
  }
}

function deviceOf(home: Home, door: Door): { id: string; name: string; subject: string } {
  const device = home.vault.state.devices.get(door.device);
  if (!device) throw new HaleError('not-permitted', 'This device was removed');
  return device;
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed) return;
  const isEarly = !request.complete;
  response.writeHead(status, {
    ...CORS,
    ...headers,
    'cache-control': 'no-store',
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(status === 429 ? { 'retry-after': String(HOME_LIMITS.nightscoutFailureWindowSeconds) } : {}),
    ...(isEarly ? { connection: 'close' } : {}),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
  // Who was refused by the headers alone may still be sending.
  if (isEarly) request.resume();
}
