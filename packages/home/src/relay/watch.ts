// The operator's own door: HTTP on this machine only, apart from what the world reaches, so that no proxy in front of the relay opens it. A page with
// numbers for a browser that a one-use code let in, counts for a monitor, and what the command asks of the running process, under the token of node.json.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HaleError } from '@hale/kernel';
import { problemOf } from '../problem.ts';
import { isOwnHost, ownHosts } from '../web/doors.ts';
import { readBody } from './http-body.ts';
import { HOST_LIMITS } from './limits.ts';
import { METRICS_TYPE, renderMetrics } from './metrics.ts';
import type { RelayStatus } from './status.ts';
import { closedPage, PAGE_HEADERS, statusPage, statusStyle } from './status-page.ts';

const HOST = '127.0.0.1';
const COOKIE = '__hale_relay';

/** What the command asks of the running relay: parameters and answers are JSON. */
export type DeskWork = Readonly<Record<string, (parameters: unknown) => Promise<unknown> | unknown>>;

export interface WatchOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** What the command shows: 64 hex. */
  readonly token: string;
  readonly status: () => Promise<RelayStatus>;
  readonly work: DeskWork;
}

export class WatchServer {
  readonly #server: Server;
  readonly #options: WatchOptions;
  /** Code → Unix milliseconds until which it opens one browser. */
  readonly #codes = new Map<string, number>();
  /** Sessions of browsers: cookie → Unix milliseconds of their end. */
  readonly #sessions = new Map<string, number>();
  #hosts: ReadonlySet<string> = new Set();

  private constructor(options: WatchOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => fail(response, error));
    });
  }

  static async listen(options: WatchOptions): Promise<WatchServer> {
    const watch = new WatchServer(options);
    await new Promise<void>((resolve, reject) => {
      watch.#server.once('error', reject);
      watch.#server.listen(options.port, HOST, resolve);
    });
    watch.#hosts = ownHosts(HOST, watch.port);
    return watch;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** An address that opens the page in one browser, once, within ten minutes. */
  newAddress(): string {
    const code = randomBytes(16).toString('base64url');
    this.#forgetOld();
    if (this.#codes.size >= HOST_LIMITS.watchCodesMax) this.#codes.clear();
    this.#codes.set(code, Date.now() + HOST_LIMITS.watchCodeMillis);
    return `http://${HOST}:${this.port}/?code=${code}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another name that resolves to this machine gets nothing.
    if (!isOwnHost(request, this.#hosts)) return void response.writeHead(403).end();
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    if (request.method === 'POST' && url.pathname.startsWith('/desk/'))
      return await this.#desk(url.pathname.slice(6), request, response);
    if (request.method !== 'GET') return void response.writeHead(405).end();
    if (url.pathname === '/metrics') return sendMetrics(response, await this.#options.status());
    if (url.pathname === '/status.css') return send(response, 200, 'text/css; charset=utf-8', statusStyle());
    if (url.pathname !== '/') return void response.writeHead(404).end();
    await this.#page(request, response, url.searchParams.get('code'));
  }

  async #page(request: IncomingMessage, response: ServerResponse, code: string | null): Promise<void> {
    this.#forgetOld();
    if (code !== null && this.#codes.delete(code)) {
      const cookie = randomBytes(32).toString('base64url');
      this.#sessions.set(cookie, Date.now() + HOST_LIMITS.watchSessionMillis);
      response.setHeader('set-cookie', `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Strict`);
      // Away from the address with the code.
      return void response.writeHead(303, { ...PAGE_HEADERS, location: '/' }).end();
    }
    const shown = (request.headers.cookie ?? '').split(';').map((each) => each.trim());
    const isIn = shown.some(
      (each) => each.startsWith(`${COOKIE}=`) && this.#sessions.has(each.slice(COOKIE.length + 1)),
    );
    if (!isIn) return send(response, 401, 'text/html; charset=utf-8', closedPage());
    send(response, 200, 'text/html; charset=utf-8', statusPage(await this.#options.status()));
  }

  #forgetOld(): void {
    for (const table of [this.#codes, this.#sessions])
      for (const [name, until] of table) if (until <= Date.now()) table.delete(name);
  }

  async #desk(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isToken(request, this.#options.token)) return void response.writeHead(401).end();
    const body = await readBody(request, HOST_LIMITS.deskBytesMax);
    if (body === null) throw new HaleError('too-large', 'too much at once');
    const work = Object.hasOwn(this.#options.work, name) ? this.#options.work[name] : undefined;
    if (!work) throw new HaleError('unsupported', 'the running relay is of another version of Hale; start it anew');
    const result = await work(JSON.parse(body.toString() || '{}'));
    send(response, 200, 'application/json', JSON.stringify({ result: result ?? null }));
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

function isToken(request: IncomingMessage, token: string): boolean {
  const shown = Buffer.from(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}

/** For a monitor that reaches the relay as the world does: only with the token that the operator set. true = it was asked for. */
export function answersMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  status: () => Promise<RelayStatus>,
): boolean {
  if (token === '' || request.method !== 'GET' || request.url !== '/metrics') return false;
  if (isToken(request, token))
    status()
      .then((found) => sendMetrics(response, found))
      .catch((error: unknown) => fail(response, error));
  else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  return true;
}

function sendMetrics(response: ServerResponse, status: RelayStatus): void {
  send(response, 200, METRICS_TYPE, renderMetrics(status));
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function fail(response: ServerResponse, error: unknown): void {
  const { status, ...problem } = problemOf(error);
  if (response.headersSent) response.destroy();
  else send(response, status, 'application/problem+json', JSON.stringify(problem));
}
