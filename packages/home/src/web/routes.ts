// HTTP for the owner's pages: who is there (GET /v1/session), opening and ending a session, and making or restoring a vault where none is.
import type { IncomingMessage } from 'node:http';
import { HaleError } from '@hale/kernel';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';
import { problemOf } from '../problem.ts';
import { cookieHeader, cookieOf, isOwnPage } from './doors.ts';
import { WEB_LIMITS } from './limits.ts';
import type { Sessions } from './sessions.ts';

/** What the pages are told before anybody has said who they are: nothing of the vault but whether there is one. */
export interface SessionState {
  /** 'none': no vault yet · 'locked': only the passphrase opens it · 'closed': this browser has no session · 'open'. */
  state: 'none' | 'locked' | 'closed' | 'open';
  /** 'passphrase' opens a session · 'code': only a code that a terminal of that machine shows does. */
  by: 'passphrase' | 'code';
  idleMinutes: number;
}

/** What the routes need of the node. */
export interface WebNode {
  readonly sessions: Sessions;
  /** Names under which browsers reach this node. */
  readonly hosts: ReadonlySet<string>;
  state(): 'none' | 'locked' | 'open';
  protection(): 'passphrase' | 'key-file';
  /** Unlocks, or checks the passphrase of what is unlocked already. @throws HaleError 'locked' when it is wrong */
  unlock(passphrase: string): Promise<void>;
  /** Twenty-four fresh words, held in memory until a vault is made of them. */
  newWords(): string;
  /** @param asked words by their place, 1-based: the person has written them down */
  create(options: {
    passphrase: string;
    asked: Record<string, string>;
    relay?: string;
    invite?: string;
  }): Promise<void>;
  restore(options: { passphrase: string; words: string; relay: string }): Promise<object>;
  /** Did this request stay on this machine, or come over TLS? */
  isPrivate(request: IncomingMessage): boolean;
}

const textUpTo = (units: number) => v.pipe(v.string(), v.maxLength(units));
const openShape = v.union([v.object({ passphrase: textUpTo(1024) }), v.object({ code: textUpTo(64) })]);
const createShape = v.object({
  passphrase: textUpTo(1024),
  asked: v.record(v.string(), textUpTo(32)),
  relay: v.optional(textUpTo(512)),
  invite: v.optional(textUpTo(512)),
});
const restoreShape = v.object({ passphrase: textUpTo(1024), words: textUpTo(1024), relay: textUpTo(512) });

type Bound = { Bindings: { incoming: IncomingMessage } };
/** Answers with a new session. */
type Opened = (context: HonoContext<Bound>, also?: object) => Response;

const isByTls = (context: HonoContext<Bound>): boolean => (context.req.header('origin') ?? '').startsWith('https:');

/** Reads a JSON body of that shape. @throws HaleError 'malformed' */
async function read<T>(context: HonoContext, shape: v.GenericSchema<unknown, T>): Promise<T> {
  const text = await context.req.text();
  const parsed = v.safeParse(shape, text.length > WEB_LIMITS.bodyBytesMax ? null : parseJson(text));
  if (!parsed.success) throw new HaleError('malformed', 'the request is not what this address takes');
  return parsed.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function webApp(node: WebNode): Hono<Bound> {
  const app = new Hono<Bound>();
  app.onError((error, context) => {
    const problem = problemOf(error);
    return context.json(problem, problem.status as 400);
  });
  app.use('/v1/*', async (context, next) => {
    context.header('cache-control', 'no-store');
    if (!isOwnPage(context.req.raw.headers, node.hosts))
      throw new HaleError('not-permitted', "only this node's own pages may ask this");
    await next();
  });
  const opened: Opened = (context, also = {}) => {
    context.header('set-cookie', cookieHeader(node.sessions.open(), isByTls(context)));
    return context.json({ ...stateOf(node, true), ...also });
  };
  app.get('/v1/session', (context) =>
    context.json(stateOf(node, node.sessions.isOpen(cookieOf(context.req.raw.headers), false))),
  );
  app.post('/v1/session', async (context) => {
    requirePrivateLine(node, context.env.incoming);
    const given = await read(context, openShape);
    node.sessions.mayTry();
    if ('code' in given) {
      if (node.sessions.takeCode(given.code)) return opened(context);
      node.sessions.failed();
      throw new HaleError('not-permitted', 'this code was used already, or is too old; ask for a new one');
    }
    try {
      await node.unlock(given.passphrase);
    } catch (error) {
      node.sessions.failed();
      throw error;
    }
    return opened(context);
  });
  app.delete('/v1/session', (context) => {
    node.sessions.end(cookieOf(context.req.raw.headers));
    context.header('set-cookie', cookieHeader(null, isByTls(context)));
    return context.json(stateOf(node, false));
  });
  addSetUp(app, node, opened);
  return app;
}

/** Making or restoring a vault, in the browser of this machine only, and only where there is none. */
function addSetUp(app: Hono<Bound>, node: WebNode, opened: Opened): void {
  app.use('/v1/setup/*', async (context, next) => {
    requirePrivateLine(node, context.env.incoming);
    if (node.state() !== 'none') throw new HaleError('conflict', 'there is a vault here already; nothing was changed');
    await next();
  });
  app.post('/v1/setup/words', (context) => context.json({ words: node.newWords() }));
  app.post('/v1/setup/create', async (context) => {
    const { relay, invite, ...rest } = await read(context, createShape);
    await node.create({ ...rest, ...(relay ? { relay } : {}), ...(invite ? { invite } : {}) });
    return opened(context);
  });
  app.post('/v1/setup/restore', async (context) => {
    const restored = await node.restore(await read(context, restoreShape));
    return opened(context, { restored });
  });
}

/** A passphrase that crosses a network in clear is given away. @throws HaleError 'not-permitted' */
function requirePrivateLine(node: WebNode, incoming: IncomingMessage): void {
  if (!node.isPrivate(incoming))
    throw new HaleError(
      'not-permitted',
      'this line is not encrypted; open the page by https, or on the machine itself',
    );
}

function stateOf(node: WebNode, hasSession: boolean): SessionState {
  const state = node.state();
  return {
    state: state === 'open' ? (hasSession ? 'open' : 'closed') : state,
    by: state !== 'none' && node.protection() === 'key-file' ? 'code' : 'passphrase',
    idleMinutes: WEB_LIMITS.sessionIdleMinutes,
  };
}
