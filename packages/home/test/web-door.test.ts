// The door of the owner's pages, tried as an adversary would: other names, other origins, other machines, old codes, half sessions, other paths.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { home as entry } from '../src/compose.ts';
import type { NodeHandle } from '../src/open-client.ts';
import { WebFiles } from '../src/web/files.ts';
import { WEB_LIMITS } from '../src/web/limits.ts';
import { Sessions } from '../src/web/sessions.ts';
import { SetUp } from '../src/web/set-up.ts';

const PASSPHRASE = 'long horses eat green';
const folder = mkdtempSync(join(tmpdir(), 'hale-door-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the answer should have
  json: any;
}

/** A request as any program of this machine can make it: every header is its own choice. */
function ask(port: number, method: string, path: string, headers: Record<string, string>, body?: string | Buffer) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson =
          /json/.test(String(answer.headers['content-type'])) && !/ndjson/.test(String(answer.headers['content-type']));
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: isJson ? JSON.parse(text) : null,
        });
      });
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a browser sends for a page of this node. */
const own = (port: number, name = '127.0.0.1'): Record<string, string> => ({
  host: `${name}:${port}`,
  origin: `http://${name}:${port}`,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
});

const codeIn = (node: NodeHandle): string => new URL(node.openUrl ?? '').hash.slice('#code='.length);

interface Browser {
  headers: Record<string, string>;
  answer: Answer;
}

async function enter(port: number, given: object): Promise<Browser> {
  const answer = await ask(port, 'POST', '/v1/session', own(port), JSON.stringify(given));
  expect(answer.status, answer.text).toBe(200);
  const cookie = String(answer.headers['set-cookie']).split(';')[0];
  return { headers: { ...own(port), cookie, 'x-hale-key': answer.json.key }, answer };
}

async function operation(port: number, name: string, headers: Record<string, string>, parameters: object = {}) {
  const answer = await ask(port, 'POST', `/v1/op/${name}`, headers, JSON.stringify(parameters));
  const lines = answer.text.split('\n').filter(Boolean);
  return { ...answer, last: lines.length > 0 ? JSON.parse(lines[lines.length - 1]) : null };
}

describe('a node with a vault', () => {
  let node: NodeHandle;
  let port: number;
  const dir = join(folder, 'vault');
  beforeAll(async () => {
    await entry.createHome({ dir, passphrase: PASSPHRASE });
    node = await entry.startNode({ dir, port: 0, passphrase: PASSPHRASE, addresses: ['wss://hale.example'] });
    port = Number(new URL(node.url).port);
  });
  afterAll(() => node.close());

  test('answers under its own names only: a name that was rebound to this machine gets neither page nor session', async () => {
    for (const host of [
      `evil.example:${port}`,
      'evil.example',
      `127.0.0.1.evil.example:${port}`,
      `localhost:${port + 1}`,
    ]) {
      const page = await ask(port, 'GET', '/', { host });
      expect([400, 403, 404], host).toContain(page.status);
      expect(page.headers['content-type']).not.toMatch(/html/);
      const rebound = { ...own(port), host, origin: `http://${host}` };
      expect([400, 403]).toContain((await ask(port, 'GET', '/v1/session', rebound)).status);
      expect([400, 403]).toContain(
        (await ask(port, 'POST', '/v1/session', rebound, JSON.stringify({ passphrase: PASSPHRASE }))).status,
      );
    }
  });

  test('believes only its own pages, also with a session that is good', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const { origin: _, 'sec-fetch-site': _site, ...without } = headers;
    const strangers: Record<string, string>[] = [
      { ...headers, origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' },
      { ...headers, origin: 'http://127.0.0.1:9999' },
      { ...headers, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { ...headers, origin: 'null' },
      { ...without, origin: `http://localhost:${port}` },
      { ...headers, 'sec-fetch-site': 'none' },
      without,
    ];
    for (const stranger of strangers) {
      expect((await operation(port, 'status', stranger)).status, JSON.stringify(stranger)).toBe(403);
      expect(
        (await ask(port, 'POST', '/v1/session', stranger, JSON.stringify({ passphrase: PASSPHRASE }))).status,
      ).toBe(403);
    }
    expect((await operation(port, 'status', headers)).last.result.unlocked).toBe(true);
  });

  test('a cookie is out of reach of scripts and of other sites, and Secure where the page came by https', async () => {
    const { answer } = await enter(port, { passphrase: PASSPHRASE });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^__hale=[\w-]{43}; Path=\/v1; HttpOnly; SameSite=Strict$/);
    const byTls = {
      ...own(port),
      host: 'hale.example',
      origin: 'https://hale.example',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'https',
    };
    const secure = await ask(port, 'POST', '/v1/session', byTls, JSON.stringify({ passphrase: PASSPHRASE }));
    expect(String(secure.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    expect(secure.headers['cache-control']).toBe('no-store');
  });

  test('neither half of a session opens anything: a cookie reaches every port of this machine, the key only the own pages', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const other = await enter(port, { passphrase: PASSPHRASE });
    const { 'x-hale-key': _key, ...cookieOnly } = headers;
    const { cookie: _cookie, ...keyOnly } = headers;
    const mixed = { ...headers, 'x-hale-key': other.headers['x-hale-key'] };
    for (const half of [cookieOnly, keyOnly, mixed]) {
      expect((await operation(port, 'status', half)).status).toBe(403);
      expect((await ask(port, 'GET', '/v1/session', half)).json.state).toBe('closed');
    }
  });

  test('a cookie alone ends no session, neither said nor by opening another', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const { 'x-hale-key': _key, ...cookieOnly } = headers;
    expect((await ask(port, 'DELETE', '/v1/session', cookieOnly)).status).toBe(403);
    const other = await ask(port, 'POST', '/v1/session', cookieOnly, JSON.stringify({ passphrase: PASSPHRASE }));
    expect(other.status).toBe(200);
    expect((await operation(port, 'status', headers)).status).toBe(200);
    await ask(port, 'POST', '/v1/session', headers, JSON.stringify({ passphrase: PASSPHRASE }));
    expect((await operation(port, 'status', headers)).status).toBe(403);
  });

  test('wrong codes keep nobody out', async () => {
    for (let i = 0; i < WEB_LIMITS.failuresMax + 1; i++)
      expect((await ask(port, 'POST', '/v1/session', own(port), JSON.stringify({ code: `${i}` }))).status).toBe(403);
    await enter(port, { passphrase: PASSPHRASE });
  });

  test('over a line that others can read it takes no passphrase, and answers no session', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const elsewhere = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' };
    const tried = await ask(
      port,
      'POST',
      '/v1/session',
      { ...own(port), ...elsewhere },
      JSON.stringify({ passphrase: PASSPHRASE }),
    );
    expect(tried.status).toBe(403);
    expect(tried.json.title).toMatch(/not encrypted/);
    expect((await operation(port, 'status', { ...headers, ...elsewhere })).status).toBe(403);
  });

  test('what a session streams ends with it', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const watched = operation(port, 'watch', headers).then(
      () => 'ended',
      () => 'broken',
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await ask(port, 'DELETE', '/v1/session', headers)).json.state).toBe('closed');
    expect(await watched).toMatch(/ended|broken/);
    expect((await operation(port, 'status', headers)).status).toBe(403);
  });

  test('lists the browsers that have it open, and ends one or all of them', async () => {
    const one = await enter(port, { passphrase: PASSPHRASE });
    const two = await enter(port, { passphrase: PASSPHRASE });
    const id = two.answer.json.session.id;
    const list = (await operation(port, 'web.sessions', one.headers)).last.result;
    expect(list.map((each: { id: string }) => each.id)).toContain(id);
    expect(JSON.stringify(list)).not.toContain(two.headers['x-hale-key']);
    expect((await operation(port, 'web.close', one.headers, { session: id })).last.result.ended).toBe(1);
    expect((await operation(port, 'status', two.headers)).status).toBe(403);
    expect((await operation(port, 'web.close', one.headers)).status).toBe(200);
    expect((await operation(port, 'status', one.headers)).status).toBe(403);
  });

  test('makes no second vault', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    for (const path of ['words', 'create', 'restore', 'relay']) {
      const answer = await ask(port, 'POST', `/v1/setup/${path}`, headers, '{}');
      expect([answer.status, answer.json.code]).toEqual([409, 'conflict']);
    }
  });

  test('reads no endless question', async () => {
    const large = JSON.stringify({ passphrase: 'x'.repeat(WEB_LIMITS.bodyBytesMax) });
    // The answer may come so early that the rest of the question finds the line closed.
    const refused = (headers: Record<string, string>, path: string) =>
      ask(port, 'POST', path, headers, large).then(
        ({ status }) => status,
        () => 413,
      );
    expect(await refused(own(port), '/v1/session')).toBe(413);
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    expect(await refused(headers, '/v1/op/status')).toBe(413);
  });

  test('an upload is asked for a session, comes in order and in its own type, and lies sealed', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const marker = 'glucose-of-nobody-else';
    const bytes = Buffer.from(`${marker}\n`.repeat(10_000));
    const files = [{ path: 'a/one.csv', sizeBytes: bytes.length, modifiedMicros: 0 }];
    const { upload } = (await operation(port, 'upload.begin', headers, { files })).last.result;
    const put = (at: number, body: Buffer, change: Record<string, string> = {}) =>
      ask(
        port,
        'PUT',
        `/v1/upload/${upload}?at=${at}`,
        { ...headers, 'content-type': 'application/octet-stream', ...change },
        body,
      );
    expect((await put(0, bytes, { 'x-hale-key': 'x' })).status).toBe(403);
    expect((await put(0, bytes, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await put(5, bytes)).json).toMatchObject({ code: 'conflict', detail: { received: 0 } });
    expect((await put(0, bytes.subarray(0, 150_000))).json).toEqual({ received: 150_000, of: bytes.length });
    expect((await put(150_000, Buffer.concat([bytes.subarray(150_000), Buffer.from('more')]))).status).toBe(413);
    const open = readdirSync('/proc/self/fd').flatMap((fd) => sealedFile(`/proc/self/fd/${fd}`));
    expect(open).toHaveLength(1);
    expect(open[0].length).toBeGreaterThan(100_000);
    expect(open[0].includes(marker)).toBe(false);
    expect(readdirSync(dir).filter((name) => name.startsWith('upload-'))).toEqual([]);
    await operation(port, 'upload.drop', headers, { upload });
    expect((await put(0, bytes)).status).toBe(404);
  });

  test('an upload is not let go while a piece of it comes in', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const bytes = Buffer.alloc(200_000, 1);
    const files = [{ path: 'a.csv', sizeBytes: bytes.length, modifiedMicros: 0 }];
    const { upload } = (await operation(port, 'upload.begin', headers, { files })).last.result;
    const path = `/v1/upload/${upload}?at=0`;
    const put = { ...headers, 'content-type': 'application/octet-stream' };
    const slow = request({ host: '127.0.0.1', port, method: 'PUT', path, headers: put, agent: false });
    const status = new Promise((resolve, reject) => {
      slow.on('response', (answer) => resolve(answer.resume().statusCode));
      slow.on('error', reject);
    });
    slow.write(bytes.subarray(0, 100_000));
    // A second piece in the same place is refused once the first has begun.
    const other = () => ask(port, 'PUT', path, put, bytes.subarray(0, 1));
    const begun = () => readdirSync('/proc/self/fd').flatMap((fd) => sealedFile(`/proc/self/fd/${fd}`));
    await vi.waitFor(() => expect(begun().some(({ length }) => length > 60_000)).toBe(true));
    expect((await other()).status).toBe(409);
    await operation(port, 'upload.drop', headers, { upload });
    slow.end(bytes.subarray(100_000));
    expect(await status).toBe(200);
    await operation(port, 'upload.drop', headers, { upload });
    expect((await other()).status).toBe(404);
  });

  test('a download is fetched once, by its own page, under an address that cannot be guessed', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const { path, name } = (await operation(port, 'download.begin', headers, { what: 'backup' })).last.result;
    expect(name).toMatch(/^hale-\d{4}-\d\d-\d\d\.backup$/);
    const link = { host: own(port).host, 'sec-fetch-site': 'same-origin' };
    expect((await ask(port, 'GET', path, { ...link, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask(port, 'GET', path, { ...link, host: `evil.example:${port}` })).status).toBe(403);
    const got = await ask(port, 'GET', path, link);
    expect([got.status, got.headers['content-disposition'], got.headers['cache-control']]).toEqual([
      200,
      `attachment; filename="${name}"`,
      'no-store',
    ]);
    expect(got.text.startsWith('hale-backup-1')).toBe(true);
    expect((await ask(port, 'GET', path, link)).status).toBe(404);
  });

  test('a download that was not fetched yet ends with its session, however that ends', async () => {
    const keeper = await enter(port, { passphrase: PASSPHRASE });
    const link = { host: own(port).host, 'sec-fetch-site': 'same-origin' };
    const endings: ((browser: Browser) => Promise<unknown>)[] = [
      ({ headers }) => ask(port, 'DELETE', '/v1/session', headers),
      ({ answer }) => operation(port, 'web.close', keeper.headers, { session: answer.json.session.id }),
      () => operation(port, 'revoke.all', keeper.headers, { keepSession: keeper.answer.json.session.id }),
    ];
    for (const end of endings) {
      const browser = await enter(port, { passphrase: PASSPHRASE });
      const { path } = (await operation(port, 'download.begin', browser.headers, { what: 'backup' })).last.result;
      await end(browser);
      expect((await ask(port, 'GET', path, link)).status).toBe(404);
    }
  });

  test('says whether words are its own, and seldom', async () => {
    const { headers } = await enter(port, { passphrase: PASSPHRASE });
    const said = async (words: string) => (await operation(port, 'words.check', headers, { words })).last;
    expect((await said(`${'abandon '.repeat(11)}about`)).result.are).toBe('others');
    expect((await said('no words at all')).result.are).toBe('mistyped');
    for (let i = 0; i < 3; i++) await said('more');
    expect((await said('more')).problem.code).toBe('unavailable');
  });
});

/** What an open file of an upload holds, though it has no name any more. */
function sealedFile(fd: string): Buffer[] {
  try {
    return /upload-[0-9a-f]+\.sealed/.test(readlinkSync(fd)) ? [readFileSync(fd)] : [];
  } catch {
    return [];
  }
}

describe('a node without a vault', () => {
  test('lets in whoever came by its address, once, and makes a vault of the words which that browser was shown', async () => {
    const dir = join(folder, 'fresh');
    const node = await entry.startNode({ dir, port: 0, maySetUp: true });
    const port = Number(new URL(node.url).port);
    try {
      expect((await ask(port, 'POST', '/v1/setup/words', own(port), '')).status).toBe(403);
      expect((await ask(port, 'GET', '/v1/session', own(port))).json).toMatchObject({ state: 'none', setUp: null });
      // Without a vault there is no token either: an empty one opens nothing.
      expect((await operation(port, 'status', { ...own(port), authorization: 'Bearer ' })).status).toBe(403);
      const { headers } = await enter(port, { code: codeIn(node) });
      const again = await ask(port, 'POST', '/v1/session', own(port), JSON.stringify({ code: codeIn(node) }));
      expect([again.status, again.json.code]).toEqual([403, 'not-permitted']);
      const { words } = (await ask(port, 'POST', '/v1/setup/words', headers, '')).json;
      const word = (place: number): string => words.split(' ')[place - 1];
      const make = (asked: object) =>
        ask(port, 'POST', '/v1/setup/create', headers, JSON.stringify({ passphrase: PASSPHRASE, asked }));
      for (const asked of [
        {},
        { 3: word(3) },
        { 3: word(3), '03': word(3) },
        { 3: word(3), 9: 'zebra' },
        { 3: word(3), 99: 'x' },
      ])
        expect((await make(asked)).json.code, JSON.stringify(asked)).toBe('usage');
      expect((await make({ 3: word(3), 20: word(20) })).json.state).toBe('open');
      expect((await operation(port, 'status', headers)).last.result.subjects).toBe(1);
      expect((await ask(port, 'POST', '/v1/setup/words', headers, '')).status).toBe(409);
      for (const name of readdirSync(dir))
        expect(readFileSync(join(dir, name)).includes(`${word(1)} ${word(2)}`)).toBe(false);
    } finally {
      await node.close();
    }
  });

  test('words of one browser make no vault for another', async () => {
    const setUp = new SetUp(join(folder, 'two'));
    const words = setUp.newWords('one').split(' ');
    setUp.newWords('two');
    const asked = { 1: words[0], 2: words[1] };
    await expect(setUp.create('two', { passphrase: PASSPHRASE, asked })).rejects.toMatchObject({ code: 'usage' });
    await expect(setUp.create('three', { passphrase: PASSPHRASE, asked })).rejects.toMatchObject({ code: 'usage' });
    await setUp.create('one', { passphrase: PASSPHRASE, asked });
    await expect(setUp.create('one', { passphrase: PASSPHRASE, asked })).rejects.toMatchObject({ code: 'usage' });
  });

  test('restoring from nowhere says so and leaves nothing behind', async () => {
    const dir = join(folder, 'nothing');
    const setUp = new SetUp(dir);
    const wish = { passphrase: PASSPHRASE, words: `${'abandon '.repeat(11)}about`, relay: 'ws://localhost:1' };
    await expect(setUp.restore({ ...wish, words: 'abandon' })).rejects.toMatchObject({ code: 'malformed' });
    await expect(setUp.restore(wish)).rejects.toMatchObject({ code: 'unavailable' });
    expect(setUp.making).toBeNull();
    expect(setUp.unmade?.code).toBe('unavailable');
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('sessions', () => {
  const MINUTE = 60_000;

  test('end without use, and what a page asks by itself is no use', () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const one = sessions.open();
    const two = sessions.open();
    let ended = 0;
    sessions.live(one).whenEnded(() => ended++);
    for (; now < 29 * MINUTE; now += MINUTE) sessions.isOpen(two, true);
    expect(sessions.describe(one)?.leftSeconds).toBe(60);
    now = 31 * MINUTE;
    expect([sessions.isOpen(one, false), sessions.isOpen(two, false), ended]).toEqual([false, true, 1]);
  });

  test('end in any case after half a day', () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const one = sessions.open();
    for (; now <= 12 * 60 * MINUTE; now += MINUTE) expect(sessions.isOpen(one, true)).toBe(true);
    now += MINUTE;
    expect(sessions.isOpen(one, true)).toBe(false);
  });

  test('a code is good once and for ten minutes', () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const code = sessions.code();
    const late = sessions.code();
    expect([sessions.takeCode('x'), sessions.takeCode(code), sessions.takeCode(code)]).toEqual([false, true, false]);
    now = 11 * MINUTE;
    expect(sessions.takeCode(late)).toBe(false);
  });

  test('a hundred tries of one address at once are ten, a right one costs none, and others are not kept out before the whole is too much', async () => {
    const sessions = new Sessions(() => 0);
    for (let i = 0; i < 50; i++) await sessions.trying('a', () => true);
    let tried = 0;
    const wrong = async () => {
      tried++;
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('wrong');
    };
    await Promise.allSettled(Array.from({ length: 100 }, () => sessions.trying('a', wrong)));
    expect(tried).toBe(WEB_LIMITS.failuresPerAddressMax);
    await expect(sessions.trying('a', () => true)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await sessions.trying('b', () => true)).toBe(true);
    await Promise.allSettled(Array.from({ length: 200 }, (_, i) => sessions.trying(`address ${i}`, wrong)));
    expect(tried).toBe(WEB_LIMITS.failuresMax);
    await expect(sessions.trying('c', () => true)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('never more than a household has; one more ends the idlest', () => {
    let now = 0;
    const sessions = new Sessions(() => now++);
    const first = sessions.open();
    for (let i = 1; i < WEB_LIMITS.sessionsMax; i++) sessions.open();
    expect(sessions.isOpen(first, false)).toBe(true);
    sessions.open();
    expect(sessions.isOpen(first, false)).toBe(false);
  });
});

describe('pages', () => {
  const built = join(folder, 'site', 'dist');
  let server: Server;
  let port: number;
  beforeAll(async () => {
    mkdirSync(join(built, 'assets'), { recursive: true });
    writeFileSync(join(built, 'index.html'), '<!doctype html><title>Hale</title>');
    writeFileSync(join(built, 'sw.js'), 'self');
    writeFileSync(join(built, 'assets', 'a.js'), 'x');
    writeFileSync(join(folder, 'site', 'secret.txt'), 'SECRET');
    const files = new WebFiles(built);
    server = createServer((asked, answer) => {
      if (!files.handle(asked, answer)) answer.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => server.closeAllConnections());
  afterAll(() => server.close());

  test('are those of the start, whatever is laid into their folder meanwhile', async () => {
    writeFileSync(join(built, 'assets', 'old.js'), 'old');
    const files = new WebFiles(built);
    expect(files.has('index.html')).toBe(true);
    rmSync(join(built, 'assets', 'old.js'));
    writeFileSync(join(built, 'assets', 'new.js'), 'new');
    const upgraded = createServer((asked, answer) => {
      if (!files.handle(asked, answer)) answer.writeHead(404).end();
    });
    await new Promise<void>((resolve) => upgraded.listen(0, '127.0.0.1', resolve));
    const { port: at } = upgraded.address() as AddressInfo;
    expect(await ask(at, 'GET', '/assets/old.js', {})).toMatchObject({ status: 200, text: 'old' });
    expect(await ask(at, 'GET', '/assets/new.js', {})).toMatchObject({ status: 404 });
    upgraded.close();
    upgraded.closeAllConnections();
  });

  test('carry a policy without inline code, reach only this node, and sit in no frame', async () => {
    const { headers } = await ask(port, 'GET', '/', {});
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toMatch(/unsafe|\*|http:|https:|data:(?! blob)/);
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    for (const rule of [
      "form-action 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types hale hale-phone',
    ])
      expect(policy).toContain(rule);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    expect((await ask(port, 'GET', '/sw.js', {})).headers['content-security-policy']).toBe(
      "default-src 'none'; connect-src 'self'",
    );
  });

  test('are those that were built, whatever the path says', async () => {
    expect((await ask(port, 'GET', '/assets/a.js', {})).status).toBe(200);
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/..\\secret.txt',
    ];
    for (const path of [
      ...paths,
      '//secret.txt',
      '/assets',
      '/%00',
      '/assets/a.js/',
      `/${join(folder, 'site', 'secret.txt')}`,
    ]) {
      const { status, text } = await ask(port, 'GET', path, {});
      expect([status, text.includes('SECRET')], path).toEqual([404, false]);
    }
    expect((await ask(port, 'POST', '/', {})).status).toBe(404);
  });
});
