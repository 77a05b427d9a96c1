// HTTP for the owner's pages: who is there (GET /v1/session), opening and ending a session, and making or restoring a vault where none is.
import type { IncomingMessage } from 'node:http';
import { HaleError } from '@hale/kernel';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as v from 'valibot';
import { HOME_LIMITS } from '../limits.ts';
import { problemOf } from '../problem.ts';
import type { Warning } from '../warnings.ts';
import { cookieHeader, isOwnPage, shownBy } from './doors.ts';
import { WEB_LIMITS } from './limits.ts';
import type { Sessions, Shown } from './sessions.ts';
import type { Making, SetUp, Unmade } from './set-up.ts';

/** What the pages are told before anybody has said who they are: nothing of the vault but whether there is one. */
export interface SessionState {
  /** 'none': no vault yet · 'locked': only the passphrase opens it · 'closed': this browser has no session · 'open'. */
  state: 'none' | 'locked' | 'closed' | 'open';
  /** 'passphrase' opens a session · 'code': only a code that a terminal of that machine shows does. */
  by: 'passphrase' | 'code';
  idleMinutes: number;
  /** Of this browser's session: its name in the list, and for how long it lasts without use. */
  session: { id: string; leftSeconds: number } | null;
  /** Of a first run, told only to a browser that the terminal's address let in. */
  setUp: { passphraseCharactersMin: number; making: Making | null; unmade: Unmade | null } | null;
}

/** What the routes need of the node. */
export interface WebNode {
  readonly sessions: Sessions;
  /** Names under which browsers reach this node. */
  readonly hosts: ReadonlySet<string>;
  readonly setUp: SetUp;
  state(): 'none' | 'locked' | 'open';
  protection(): 'passphrase' | 'key-file';
  /** Unlocks, or checks the passphrase of what is unlocked already. @throws HaleError 'locked' when it is wrong */
  unlock(passphrase: string): Promise<void>;
  /** A vault was just made: from now on this is its node. @param notices what the person must know of it */
  begin(passphrase: string, notices: readonly Warning[]): Promise<void>;
  /** Did this request stay on this machine, or come over TLS? */
  isPrivate(request: IncomingMessage): boolean;
  /** Whence it came, as far as that is known. */
  addressOf(request: IncomingMessage): string;
}

const textUpTo = (units: number) => v.pipe(v.string(), v.maxLength(units));
const openShape = v.union([
  v.object({ passphrase: textUpTo(HOME_LIMITS.passphraseCharactersMax) }),
  v.object({ code: textUpTo(64) }),
]);
const createShape = v.object({
  passphrase: textUpTo(HOME_LIMITS.passphraseCharactersMax),
  asked: v.record(v.string(), textUpTo(32)),
  relay: v.optional(textUpTo(512)),
  invite: v.optional(textUpTo(512)),
});
const restoreShape = v.object({
  passphrase: textUpTo(HOME_LIMITS.passphraseCharactersMax),
  words: textUpTo(1024),
  relay: textUpTo(512),
});

const relayShape = v.object({ relay: textUpTo(512) });

type Bound = { Bindings: { incoming: IncomingMessage } };

const isByTls = (context: HonoContext<Bound>): boolean => (context.req.header('origin') ?? '').startsWith('https:');

/** Reads a JSON body of that shape. @throws HaleError 'malformed' */
async function read<T>(context: HonoContext, shape: v.GenericSchema<unknown, T>): Promise<T> {
  const parsed = v.safeParse(shape, await context.req.json().catch(() => null));
  if (!parsed.success) throw new HaleError('malformed', 'the request is not what this address takes');
  return parsed.output;
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
  app.use('/v1/*', bodyLimit({ maxSize: WEB_LIMITS.bodyBytesMax, onError: tooLarge }));
  app.get('/v1/session', (context) => context.json(stateOf(node, shownBy(context.req.raw.headers))));
  app.put('/v1/session', (context) => {
    // A person is at this browser, though she asks nothing.
    const shown = shownBy(context.req.raw.headers);
    node.sessions.isOpen(shown, true);
    return context.json(stateOf(node, shown));
  });
  app.post('/v1/session', async (context) => {
    requirePrivateLine(node, context.env.incoming);
    const given = await read(context, openShape);
    if ('passphrase' in given)
      await node.sessions.trying(node.addressOf(context.env.incoming), () => node.unlock(given.passphrase));
    // Nobody guesses 128 bits: wrong codes are not counted, so that a stranger who sends them keeps nobody out.
    else if (!node.sessions.takeCode(given.code))
      throw new HaleError('not-permitted', 'this code was used already, or is too old; ask for a new one');
    // A browser that opens anew lets go of what it had, where it shows both halves of it.
    node.sessions.end(shownBy(context.req.raw.headers));
    const session = node.sessions.open(context.req.header('user-agent'));
    context.header('set-cookie', cookieHeader(session.cookie, isByTls(context)));
    return context.json({ ...stateOf(node, session), key: session.key });
  });
  app.delete('/v1/session', (context) => {
    if (!node.sessions.end(shownBy(context.req.raw.headers)))
      throw new HaleError('not-permitted', 'this browser has no session any more');
    context.header('set-cookie', cookieHeader(null, isByTls(context)));
    return context.json(stateOf(node, { cookie: null, key: null }));
  });
  addSetUp(app, node);
  return app;
}

function tooLarge(): never {
  throw new HaleError('too-large', 'the request is too large', { bytesMax: WEB_LIMITS.bodyBytesMax });
}

/** Making or restoring a vault: only where there is none, and only by a browser that came by the address which the terminal shows. */
function addSetUp(app: Hono<Bound>, node: WebNode): void {
  app.use('/v1/setup/*', async (context, next) => {
    requirePrivateLine(node, context.env.incoming);
    if (node.state() !== 'none') throw new HaleError('conflict', 'there is a vault here already; nothing was changed');
    if (!node.sessions.isOpen(shownBy(context.req.raw.headers), true))
      throw new HaleError('not-permitted', 'open the address that the terminal shows: it lets this browser in');
    await next();
  });
  app.post('/v1/setup/words', (context) => {
    const { id } = sessionOf(node, context);
    return context.json({ words: node.setUp.newWords(id) });
  });
  app.post('/v1/setup/relay', async (context) => {
    const { relay } = await read(context, relayShape);
    return context.json({ relay: await node.setUp.checkRelay(relay) });
  });
  app.post('/v1/setup/create', async (context) => {
    const { relay, invite, ...rest } = await read(context, createShape);
    const shown = shownBy(context.req.raw.headers);
    const { id } = sessionOf(node, context);
    await node.setUp.create(id, { ...rest, ...(relay ? { relay } : {}), ...(invite ? { invite } : {}) });
    await node.begin(rest.passphrase, []);
    node.sessions.endOthers(shown);
    return context.json(stateOf(node, shown));
  });
  app.post('/v1/setup/restore', async (context) => {
    const wish = await read(context, restoreShape);
    const shown = shownBy(context.req.raw.headers);
    const { notices } = await node.setUp.restore(wish);
    await node.begin(wish.passphrase, notices);
    node.sessions.endOthers(shown);
    return context.json(stateOf(node, shown));
  });
}

function sessionOf(node: WebNode, context: HonoContext): { id: string } {
  const session = node.sessions.describe(shownBy(context.req.raw.headers));
  if (!session) throw new HaleError('not-permitted', 'this browser has no session any more');
  return session;
}

/** A passphrase that crosses a network in clear is given away. @throws HaleError 'not-permitted' */
function requirePrivateLine(node: WebNode, incoming: IncomingMessage): void {
  if (!node.isPrivate(incoming))
    throw new HaleError(
      'not-permitted',
      'this line is not encrypted; open the page by https, or on the machine itself',
    );
}

function stateOf(node: WebNode, shown: Shown): SessionState {
  const state = node.state();
  const session = node.sessions.describe(shown);
  const { making, unmade } = node.setUp;
  const { passphraseCharactersMin } = HOME_LIMITS;
  return {
    state: state === 'open' && session === null ? 'closed' : state,
    by: state !== 'none' && node.protection() === 'key-file' ? 'code' : 'passphrase',
    idleMinutes: WEB_LIMITS.sessionIdleMinutes,
    session,
    setUp: state === 'none' && session ? { passphraseCharactersMin, making: making && { ...making }, unmade } : null,
  };
}
