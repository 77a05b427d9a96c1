// The relay's HTTP: NIP-11, NIP-86, POST /hale/ticket, /hale/join, /hale/succeed, /hale/members, /hale/tokens, /hale/query, /hale/locker, /hale/emergency, /hale/link. Thin: the door decides, this speaks.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HaleError } from '@hale/kernel';
import {
  type DoorAnswer,
  type EmergencyLockers,
  type HealthLinkAnswer,
  type HealthLinks,
  type HttpRequest,
  isHealthLinkId,
  type Lockers,
  padJson,
  type QuestionAnswer,
  type RelayDoor,
  type RelayPolicy,
} from '@hale/relay/server';
import { readBody } from './http-body.ts';
import { HOST_LIMITS } from './limits.ts';

export type ManagementCall = Extract<ReturnType<RelayDoor['managementCall']>, { status: 200 }>['value'];
export type Question = Extract<ReturnType<RelayDoor['question']>, { status: 200 }>['value'];

export interface RouteContext {
  readonly door: RelayDoor;
  readonly lockers: Lockers;
  readonly healthLinks: HealthLinks;
  readonly emergencies: EmergencyLockers;
  readonly policy: RelayPolicy;
  /** NIP-11. */
  readonly information: () => object;
  /** Carries out a call of NIP-86 that the door let in. @throws HaleError, as `Management.call` */
  readonly manage: (call: ManagementCall) => unknown;
  /** Answers a question that the door let in; null = its key has lost its standing. */
  readonly ask: (question: Question) => QuestionAnswer | null;
  /** Where the relay is mounted: '' or '/relay'. */
  readonly base: string;
}

/** Browsers on other origins may ask: what they get depends on the key that they prove, never on a cookie. */
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type, accept',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-expose-headers': 'date, retry-after',
};

const POSTS: readonly string[] = [
  ...['/hale/ticket', '/hale/join', '/hale/succeed', '/hale/query', '/hale/tokens', '/hale/members'],
  ...['/hale/locker/create', '/hale/locker/open', '/hale/locker/look', '/hale/locker/free'],
  ...['/hale/emergency/create', '/hale/emergency/part', '/hale/emergency/arm', '/hale/emergency/open'],
  ...['/hale/emergency/look', '/hale/emergency/end', '/hale/emergency/close'],
  ...['/hale/link/create', '/hale/link/part', '/hale/link/publish', '/hale/link/remove', '/hale/link/look'],
];

/** Answers what is the relay's and returns true; false = somebody else's path. */
export function handleRelayRequest(context: RouteContext, request: IncomingMessage, response: ServerResponse): boolean {
  const path = relayPath(context.base, request.url ?? '');
  const isPost = path !== null && POSTS.includes(path);
  const isInformation = path === '' && (request.headers.accept ?? '').includes('application/nostr+json');
  const link = path === null ? null : healthLinkPath(path);
  if (request.method === 'OPTIONS' && (isPost || path === '' || link !== null)) {
    response.writeHead(204, cors).end();
    return true;
  }
  if (request.method === 'GET' && isInformation) {
    send(context, response, 200, context.information(), 'application/nostr+json');
    return true;
  }
  if (link !== null && (request.method === 'GET' || request.method === 'POST')) {
    answerLink(context, link, request, response).catch((error: unknown) => failed(context, response, error));
    return true;
  }
  if (request.method === 'POST' && path === '' && isManagement(request)) {
    answerManagement(context, request, response).catch((error: unknown) => failed(context, response, error));
    return true;
  }
  if (request.method !== 'POST' || !isPost) return false;
  answerPost(context, path, request, response).catch((error: unknown) => failed(context, response, error));
  return true;
}

/** The store failed in the middle of an answer. */
function failed(context: RouteContext, response: ServerResponse, error: unknown): void {
  if (!(error instanceof HaleError)) throw error;
  if (response.headersSent) response.destroy();
  else send(context, response, 503, { reason: error.code });
}

/** NIP-86. */
function isManagement(request: IncomingMessage): boolean {
  return (request.headers['content-type'] ?? '').includes('application/nostr+json+rpc');
}

/** 200 with a result, or with an error where the call itself is at fault; 401, 403 and 413 come before it is looked at. */
async function answerManagement(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, HOST_LIMITS.bodyBytesMax);
  if (body === null) return send(context, response, 413, { error: 'body too large' });
  const asked = context.door.managementCall(httpRequestOf(request, '', body));
  if (asked.status !== 200) return send(context, response, asked.status, { error: asked.reason });
  try {
    send(context, response, 200, { result: context.manage(asked.value) });
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    const status = error.code === 'full' || error.code === 'unavailable' ? 503 : 200;
    send(context, response, status, { error: error.message });
  }
}

/** The path below the mount point without query and slash at the end; null = not below it. */
export function relayPath(base: string, url: string): string | null {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}

export function httpRequestOf(request: IncomingMessage, path: string, body: Uint8Array | null): HttpRequest {
  return { method: request.method ?? 'GET', path, authorization: request.headers.authorization, body };
}

/** The address of a SMART Health Link, or of a file that its manifest named. */
function healthLinkPath(path: string): { id: string; ticket: string | null } | null {
  const [, id, ticket = null] = /^\/hale\/link\/([^/]+)(?:\/([0-9a-f]{64}))?$/.exec(path) ?? [];
  return isHealthLinkId(id) ? { id, ticket } : null;
}

async function answerLink(
  context: RouteContext,
  { id, ticket }: { id: string; ticket: string | null },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { healthLinks } = context;
  const isGet = request.method === 'GET';
  if (isGet) {
    const recipient = new URL(request.url ?? '', 'http://any.invalid').searchParams.get('recipient');
    return sendLink(response, ticket === null ? healthLinks.direct(id, recipient) : healthLinks.location(id, ticket));
  }
  const body = await readBody(request, HOST_LIMITS.bodyBytesMax);
  if (body === null) return send(context, response, 413, { reason: 'body too large' });
  sendLink(response, healthLinks.manifest(id, body, ownAddress(context.policy, request.headers.host ?? '')));
}

/** The address of this relay that whoever asks used, as far as it is one. */
function ownAddress({ urls }: RelayPolicy, host: string): string {
  const used = urls.find((url) => URL.canParse(url) && new URL(url).host === host.toLowerCase()) ?? urls[0];
  return used.replace(/^ws/, 'http').replace(/\/+$/, '');
}

/** Not padded: any reader has to understand it, and it has a length of its own that the relay knows anyway. */
function sendLink(response: ServerResponse, { status, value, retrySeconds }: HealthLinkAnswer): void {
  const isFile = typeof value === 'string';
  response.writeHead(status, {
    ...cors,
    'content-type': isFile ? 'application/jose' : 'application/json',
    'cache-control': 'no-store',
    ...(retrySeconds === undefined ? {} : { 'retry-after': String(retrySeconds) }),
  });
  response.end(isFile ? value : JSON.stringify(value));
}

async function answerPost(
  context: RouteContext,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, HOST_LIMITS.bodyBytesMax);
  if (body === null) {
    send(context, response, 413, { reason: 'body too large' });
    return;
  }
  if (path === '/hale/locker/open') {
    const { status, value } = context.lockers.open(body.length > 0 ? body : null);
    send(context, response, status, value);
    return;
  }
  if (path === '/hale/emergency/open') {
    const { status, value } = context.emergencies.open(body.length > 0 ? body : null);
    send(context, response, status, value);
    return;
  }
  const answer = answerOf(context, path, httpRequestOf(request, path, body.length > 0 ? body : null));
  send(context, response, answer.status, answer.status === 200 ? answer.value : { reason: answer.reason });
}

function answerOf(context: RouteContext, path: string, asked: HttpRequest): DoorAnswer<object> {
  const { door, ask, lockers, healthLinks } = context;
  if (path === '/hale/ticket') return door.ticket(asked);
  if (path === '/hale/join') return door.join(asked);
  if (path === '/hale/succeed') return door.succeed(asked);
  if (path === '/hale/tokens') return door.tokens(asked);
  if (path === '/hale/members') return door.manage(asked);
  if (path === '/hale/locker/create') {
    const wish = door.lockerWish(asked);
    return wish.status === 200 ? lockers.create(wish.value) : wish;
  }
  if (path === '/hale/locker/look' || path === '/hale/locker/free') {
    const owned = door.lockerOfOwner(asked);
    if (owned.status !== 200) return owned;
    return path === '/hale/locker/look' ? lockers.look(owned.value) : lockers.free(owned.value);
  }
  if (path.startsWith('/hale/emergency/')) return emergencyAnswer(context, path, asked);
  if (path === '/hale/link/create') {
    const wish = door.healthLinkWish(asked);
    return wish.status === 200 ? healthLinks.create(wish.value) : wish;
  }
  if (path.startsWith('/hale/link/')) {
    const owned = door.healthLinkOfOwner(asked);
    if (owned.status !== 200) return owned;
    if (path === '/hale/link/part') return healthLinks.putPart(owned.value, asked.body);
    if (path === '/hale/link/publish') return healthLinks.publish(owned.value, asked.body);
    return path === '/hale/link/remove' ? healthLinks.remove(owned.value) : healthLinks.look(owned.value);
  }
  const question = door.question(asked);
  if (question.status !== 200) return question;
  const value = ask(question.value);
  return value === null ? { status: 403, reason: 'not admitted' } : { status: 200, value };
}

/** What the owner of an emergency locker asks. */
function emergencyAnswer({ door, emergencies }: RouteContext, path: string, asked: HttpRequest): DoorAnswer<object> {
  if (path === '/hale/emergency/create') {
    const wish = door.emergencyWish(asked);
    return wish.status === 200 ? emergencies.create(wish.value) : wish;
  }
  const owned = door.emergencyOfOwner(asked);
  if (owned.status !== 200) return owned;
  const row = owned.value;
  if (path === '/hale/emergency/part') return emergencies.putPart(row, asked.body);
  if (path === '/hale/emergency/arm') return emergencies.arm(row, asked.body);
  if (path === '/hale/emergency/end') return emergencies.end(row, asked.body);
  return path === '/hale/emergency/close' ? emergencies.close(row) : emergencies.look(row);
}

function send(
  { policy }: RouteContext,
  response: ServerResponse,
  status: number,
  value: object,
  type = 'application/json',
): void {
  const text = JSON.stringify(value);
  // Date goes out with every answer (node:http): a client whose clock is wrong corrects its next proof by it.
  response.writeHead(status, { ...cors, 'content-type': type, 'cache-control': 'no-store' });
  response.end(policy.padding ? padJson(text, Buffer.byteLength(text)) : text);
}
