// The pages themselves: files built from packages/web, read once, served with headers that let them reach nothing but this node.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { HaleError } from '@hale/kernel';

const BUILT = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
};

/** Of the owner's pages: their own scripts and styles, their own node, nothing else. `connect-src` names sockets for old browsers. */
const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'none'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // Of each name one policy is made, for one address: of the service worker, of the worker of a paired phone.
  'trusted-types hale hale-phone',
].join('; ');

/** Of a script that runs as a worker: a worker has the policy of its own answer, not that of its page. */
const WORKER_POLICY = "default-src 'none'; connect-src 'self'";

const STRICT = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), browsing-topics=()',
};

interface Page {
  readonly body: Buffer;
  readonly brotli: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly policy: string | null;
  /** Named after its content: may be kept for ever. */
  readonly isFixed: boolean;
}

export class WebFiles {
  readonly #dir: string;
  readonly #pages = new Map<string, Page>();

  constructor(dir: string = BUILT) {
    this.#dir = dir;
  }

  /** Answers with a page and returns true; false = no page of that name. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const page = this.#page(
      path.startsWith('/g/') || path === '/e' ? 'reader.html' : path === '/' ? 'index.html' : path.slice(1),
    );
    if (!page) return false;
    const headers: Record<string, string> = {
      ...STRICT,
      'content-type': page.type,
      etag: page.etag,
      'cache-control': page.isFixed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(page.policy === null ? {} : { 'content-security-policy': page.policy }),
    };
    if (request.headers['if-none-match'] === page.etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    const takesBrotli = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = takesBrotli ? page.brotli : page.body;
    response.writeHead(200, {
      ...headers,
      'content-length': body.length,
      ...(takesBrotli ? { 'content-encoding': 'br' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }

  /** Was that page built? */
  has(name: string): boolean {
    return this.#built().has(name);
  }

  #page(name: string): Page | null {
    const known = this.#pages.get(name);
    if (known) return known;
    const body = this.#built().get(name);
    if (!body) return null;
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const page: Page = {
      body,
      brotli: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
      type,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      policy: policyOf(name, body),
      isFixed: name.startsWith('assets/'),
    };
    this.#pages.set(name, page);
    return page;
  }

  #bodies: Map<string, Buffer> | null = null;
  /**
   * All that the build wrote, read at once: nothing of a request reaches the file system, and a node whose folder gets a newer Hale
   * meanwhile goes on with its own pages until it is started anew.
   */
  #built(): Map<string, Buffer> {
    const names = () => (existsSync(this.#dir) ? globSync('**/*.*', { cwd: this.#dir }) : []);
    this.#bodies ??= new Map(names().map((name) => [name, readFileSync(join(this.#dir, name))]));
    return this.#bodies;
  }
}

/** The link reader as it was built. @throws HaleError 'unavailable' where the pages were not built */
export function readerPage(): string {
  const path = join(BUILT, 'reader.html');
  if (!existsSync(path))
    throw new HaleError(
      'unavailable',
      'the pages are not built here; `npm run build` in the folder of Hale makes them',
    );
  return readFileSync(path, 'utf8');
}

/** The reader carries its own policy in its head, so that a copy on a disk has it too; the header adds what a head cannot say. */
function policyOf(name: string, body: Buffer): string | null {
  if (name.endsWith('.js')) return WORKER_POLICY;
  if (!name.endsWith('.html')) return null;
  if (name === 'index.html') return APP_POLICY;
  const own =
    /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(body.toString())?.[1] ?? "default-src 'none'";
  return `${own}; frame-ancestors 'none'`;
}
