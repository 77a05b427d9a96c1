// The relay's HTTP: NIP-11, NIP-86, POST /hale/ticket, /hale/join, /hale/succeed, /hale/query, /hale/locker. Thin: the door decides, this speaks.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HaleError } from '@hale/kernel';
import {
  type DoorAnswer,
  type HttpRequest,
  type Lockers,
  type QuestionAnswer,
  type RelayDoor,
  type RelayPolicy,
  relayInformation,
} from '@hale/relay/server';
import { HOST_LIMITS } from './limits.ts';

export type ManagementCall = Extract<ReturnType<RelayDoor['managementCall']>, { status: 200 }>['value'];
export type Question = Extract<ReturnType<RelayDoor['question']>, { status: 200 }>['value'];

export interface RouteContext {
  readonly door: RelayDoor;
  readonly lockers: Lockers;
  /** As it is now: an operator changes words of it (NIP-86). */
  readonly policy: () => RelayPolicy;
  /** Carries out a call of NIP-86 that the door let in. @throws HaleError, as `Management.call` */
  readonly manage: (call: ManagementCall) => unknown;
  readonly relayKey: string;
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
  'access-control-expose-headers': 'date',
};

const POSTS: readonly string[] = [
  ...['/hale/ticket', '/hale/join', '/hale/succeed', '/hale/query'],
  ...['/hale/locker/create', '/hale/locker/open', '/hale/locker/look', '/hale/locker/free'],
];

/** Answers what is the relay's and returns true; false = somebody else's path. */
export function handleRelayRequest(context: RouteContext, request: IncomingMessage, response: ServerResponse): boolean {
  const path = relayPath(context.base, request.url ?? '');
  const isPost = path !== null && POSTS.includes(path);
  const isInformation = path === '' && (request.headers.accept ?? '').includes('application/nostr+json');
  if (request.method === 'OPTIONS' && (isPost || path === '')) {
    response.writeHead(204, cors).end();
    return true;
  }
  if (request.method === 'GET' && isInformation) {
    send(response, 200, relayInformation(context.policy(), context.relayKey), 'application/nostr+json');
    return true;
  }
  if (request.method === 'POST' && path === '' && isManagement(request)) {
    void answerManagement(context, request, response);
    return true;
  }
  if (request.method !== 'POST' || !isPost) return false;
  void answerPost(context, path, request, response);
  return true;
}

/** NIP-86. */
function isManagement(request: IncomingMessage): boolean {
  return (request.headers['content-type'] ?? '').includes('application/nostr+json+rpc');
}

/** 200 with a result, or with an error where the call itself is at fault; 401, 403 and 413 come before it is looked at. */
async function answerManagement(
  { door, manage }: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) return send(response, 413, { error: 'body too large' });
  const asked = door.managementCall(httpRequestOf(request, '', body));
  if (asked.status !== 200) return send(response, asked.status, { error: asked.reason });
  try {
    send(response, 200, { result: manage(asked.value) });
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    send(response, error.code === 'full' || error.code === 'unavailable' ? 503 : 200, { error: error.message });
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

async function answerPost(
  context: RouteContext,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) {
    send(response, 413, { reason: 'body too large' });
    return;
  }
  if (path === '/hale/locker/open') {
    const { status, value } = context.lockers.open(body.length > 0 ? body : null);
    send(response, status, value);
    return;
  }
  const answer = answerOf(context, path, httpRequestOf(request, path, body.length > 0 ? body : null));
  send(response, answer.status, answer.status === 200 ? answer.value : { reason: answer.reason });
}

function answerOf({ door, ask, lockers }: RouteContext, path: string, asked: HttpRequest): DoorAnswer<object> {
  if (path === '/hale/ticket') return door.ticket(asked);
  if (path === '/hale/join') return door.join(asked);
  if (path === '/hale/succeed') return door.succeed(asked);
  if (path === '/hale/locker/create') {
    const wish = door.lockerWish(asked);
    return wish.status === 200 ? lockers.create(wish.value) : wish;
  }
  if (path === '/hale/locker/look' || path === '/hale/locker/free') {
    const owned = door.lockerOfOwner(asked);
    if (owned.status !== 200) return owned;
    return path === '/hale/locker/look' ? lockers.look(owned.value) : lockers.free(owned.value);
  }
  const question = door.question(asked);
  if (question.status !== 200) return question;
  const value = ask(question.value);
  return value === null ? { status: 403, reason: 'not admitted' } : { status: 200, value };
}

/** null = larger than any body that we know, or broken off. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > HOST_LIMITS.bodyBytesMax) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, value: object, type = 'application/json'): void {
  // Date goes out with every answer (node:http): a client whose clock is wrong corrects its next proof by it.
  response.writeHead(status, { ...cors, 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}
