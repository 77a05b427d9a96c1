// The operator's door: a page for a browser that a one-use code let in, counts for a monitor, calls of the command; and nothing of anybody in any of it.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HaleError, installPrimitives, KINDS } from '@hale/kernel';
import { accessEvent, person, tileBatch } from '@hale/testkit/relay-people';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { manageAs } from '../src/net/relay-info.ts';
import { RunningRelay } from '../src/relay/alone.ts';
import { openDesk } from '../src/relay/desk.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { EventStore } from '../src/store/events.ts';

const [ann, bob, cid] = ['ann', 'bob', 'cid'].map(person);
const TOKEN = 'k2VhQ9mC4tLxW7pRzN0aBg';
const now = Math.floor(Date.now() / 1000);
let dir: string;
let relay: RunningRelay;
let base: string;

beforeAll(async () => {
  installPrimitives(nativePrimitives());
  dir = mkdtempSync(join(tmpdir(), 'hale-watch-'));
  writeFileSync(join(dir, 'relay.toml'), `port = 0\nowner = "${ann.pubkey}"\n[watch]\nmetricsToken = "${TOKEN}"`);
  const store = new EventStore(join(dir, 'events.db'));
  for (const event of [tileBatch(ann, { created_at: now }), accessEvent(ann, [[bob, now + 900]], now)])
    store.put(event);
  store.addMember(cid.pubkey, now);
  store.close();
  relay = await RunningRelay.start({ dir });
  base = `http://127.0.0.1:${relay.watchPort}`;
  const socket = new WebSocket(relay.url);
  await once(socket, 'open');
  const heard = new Promise<void>((resolve) => {
    socket.on('message', (data) => String(data).startsWith('["CLOSED"') && resolve());
  });
  socket.send(JSON.stringify(['EVENT', bob.sign({ created_at: now })]));
  socket.send(JSON.stringify(['EVENT', { ...bob.sign({ created_at: now }), content: 'altered' }]));
  socket.send(JSON.stringify(['REQ', 'a', { kinds: [1] }]));
  socket.send(JSON.stringify(['REQ', 'b', { kinds: [KINDS.tileBatch] }]));
  await heard;
  socket.terminate();
});
afterAll(async () => {
  await relay.close();
  rmSync(dir, { recursive: true });
});

const keys = [ann, bob, cid].map(({ pubkey }) => pubkey);
const address = async (): Promise<string> => {
  const desk = openDesk(dir);
  return (await desk.status()).address;
};

describe('the page', () => {
  test('opens one browser for each code, and no other', async () => {
    const page = await address();
    const first = await fetch(page, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^__hale_relay=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const shown = await fetch(base, { headers: { cookie: cookie.split(';')[0] } });
    expect(shown.status).toBe(200);
    const text = await shown.text();
    expect(text).toContain('<dt>tiles</dt><dd>1 · ');
    for (const key of keys) expect(text).not.toContain(key);
    expect((await fetch(page, { redirect: 'manual' })).status).toBe(401);
    expect((await fetch(base)).status).toBe(401);
    expect((await fetch(base, { headers: { cookie: `__hale_relay=${'A'.repeat(43)}` } })).status).toBe(401);
  });

  test('reaches nothing: no script, no other place, its style from here', async () => {
    const closed = await fetch(base);
    const html = await closed.text();
    expect(closed.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(html).not.toMatch(/<script|https?:\/\/(?!127)|style="| on\w+="/);
    const style = await (await fetch(`${base}/status.css`)).text();
    expect(style).not.toMatch(/url\(|@import/);
    // The colours of the other pages, by their names.
    const named = new Set([
      ...readFileSync('packages/home/src/relay/status-page.css', 'utf8').matchAll(/var\((--[\w-]+)\)/g),
    ]);
    for (const [, name] of named) expect(style).toContain(`${name}:`);
  });

  test('a page of another name that resolves to this machine gets nothing', async () => {
    const status = await new Promise<number>((resolve) => {
      const asked = request(`${base}/metrics`, { headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.statusCode!),
      );
      asked.end();
    });
    expect(status).toBe(403);
  });
});

describe('counts for a monitor', () => {
  test('are OpenMetrics: each family once, said before it is counted, and an end', async () => {
    const answer = await fetch(`${base}/metrics`);
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const text = await answer.text();
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    const families = new Map<string, string>();
    let last = '';
    for (const line of text.trimEnd().split('\n').slice(0, -1)) {
      const [, name, type] = /^# TYPE (\w+) (gauge|counter|histogram)$/.exec(line) ?? [];
      if (name !== undefined) {
        expect(families.has(name), name).toBe(false);
        families.set(name, type);
        last = name;
      } else if (line.startsWith('#')) expect(line).toMatch(new RegExp(`^# (UNIT|HELP) ${last} .+$`));
      else {
        const suffix = { gauge: '', counter: '_total', histogram: '_(bucket|count|sum)' }[families.get(last)!];
        expect(line).toMatch(
          new RegExp(`^${last}${suffix}(\\{[a-z]+="[\\w+.-]+"(,[a-z]+="[\\w.-]+")*\\})? -?[0-9.]+(e[+-]?\\d+)?$`),
        );
      }
    }
    expect(families.size).toBeGreaterThan(15);
  });

  test('are those of what happened, and name nobody', async () => {
    const text = await (await fetch(`${base}/metrics`)).text();
    const value = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      );
    expect(value('hale_relay_frames_received_total')).toBe(4);
    expect(value('hale_relay_frames_sent_total{type="ok"}')).toBe(1);
    expect(value('hale_relay_refusals_total{reason="invalid"}')).toBe(1);
    expect(value('hale_relay_refusals_total{reason="auth-required"}')).toBe(1);
    expect(value('hale_relay_events{class="tiles"}')).toBe(1);
    expect(value('hale_relay_members')).toBe(1);
    expect(value('hale_relay_commit_seconds_bucket{le="+Inf"}')).toBe(value('hale_relay_commit_seconds_count'));
    expect(value('hale_relay_commit_seconds_count')).toBeGreaterThan(0);
    for (const key of keys) expect(text).not.toContain(key);
    expect(text).not.toMatch(/[0-9a-f]{16}/);
  });

  test('on the public port only for whoever shows the token', async () => {
    const metrics = `${relay.url.replace('ws', 'http')}/metrics`;
    expect((await fetch(metrics)).status).toBe(401);
    expect((await fetch(metrics, { headers: { authorization: `Bearer ${TOKEN}x` } })).status).toBe(401);
    const answer = await fetch(metrics, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await answer.text()).toContain('hale_relay_sockets ');
  });
});

describe('managing', () => {
  test('the running relay does what the command asks, at once, and only under the token of its folder', async () => {
    expect(
      (await fetch(`${base}/desk/manage`, { method: 'POST', body: '{"method":"listallowedpubkeys","params":[]}' }))
        .status,
    ).toBe(401);
    const desk = openDesk(dir);
    expect(await desk.manage('listallowedpubkeys', [])).toEqual([{ pubkey: cid.pubkey }]);
    const socket = new WebSocket(relay.url);
    await once(socket, 'open');
    await desk.manage('banpubkey', [bob.pubkey, 'spam']);
    const said = new Promise((resolve) => {
      socket.on('message', (data) => String(data).startsWith('["OK"') && resolve(JSON.parse(String(data))));
    });
    socket.send(JSON.stringify(['EVENT', bob.sign({ created_at: now, content: 'more' })]));
    expect(await said).toMatchObject({ 2: false, 3: 'blocked: this key is banned' });
    socket.terminate();
    await expect(desk.manage('banpubkey', ['nobody'])).rejects.toMatchObject({ code: 'malformed' });
    await expect(desk.manage('nosuchmethod', [])).rejects.toMatchObject({ code: 'unsupported' });
    await desk.manage('unbanpubkey', [bob.pubkey]);
  });

  test('its owner does it from elsewhere, and nobody else', async () => {
    expect(await manageAs(relay.url, 'listbannedpubkeys', [], ann.secret)).toEqual([]);
    expect(await manageAs(relay.url, 'blockip', ['203.0.113.7', 'noise'], ann.secret)).toBe(true);
    expect(await manageAs(relay.url, 'listblockedips', [], ann.secret)).toEqual([
      { ip: '203.0.113.7', reason: 'noise' },
    ]);
    await expect(manageAs(relay.url, 'listblockedips', [], bob.secret)).rejects.toMatchObject({
      code: 'not-permitted',
    });
    await expect(manageAs(relay.url, 'blockip', ['?'], ann.secret)).rejects.toThrow(HaleError);
  });

  test('an address is believed from a proxy that was named, and from nobody else', async () => {
    const knock = (url: string, forwardedFor: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(url, [], { headers: { 'x-forwarded-for': forwardedFor } } as object);
        socket.on('open', () => resolve(101));
        socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode!));
        socket.on('error', () => {});
        socket.on('open', () => socket.terminate());
      });
    const behind = mkdtempSync(join(tmpdir(), 'hale-behind-'));
    writeFileSync(join(behind, 'relay.toml'), 'port = 0\nproxies = ["127.0.0.1"]');
    const proxied = await RunningRelay.start({ dir: behind });
    for (const folder of [behind, dir]) await openDesk(folder).manage('blockip', ['203.0.113.9', '']);
    expect(await knock(proxied.url, '203.0.113.9')).toBe(403);
    // What stands before the entry of the proxy may be anybody's.
    expect(await knock(proxied.url, '203.0.113.9, 198.51.100.1')).toBe(101);
    expect(await knock(relay.url, '203.0.113.9')).toBe(101);
    await proxied.close();
    rmSync(behind, { recursive: true });
  });

  test('where the relay does not run, the command does it in its folder', async () => {
    await relay.close();
    const desk = openDesk(dir);
    await desk.manage('allowpubkey', [bob.pubkey]);
    await expect(desk.manage('banpubkey', [ann.pubkey])).rejects.toThrow(/owner/);
    await expect(desk.status()).rejects.toMatchObject({ code: 'not-found' });
    await desk.close();
    relay = await RunningRelay.start({ dir });
    const again = openDesk(dir);
    expect(await again.manage('listallowedpubkeys', [])).toEqual(
      expect.arrayContaining([{ pubkey: bob.pubkey }, { pubkey: cid.pubkey }]),
    );
  });
});
