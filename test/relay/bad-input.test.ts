// What no honest client sends: each gets the right refusal, costs nobody else anything, and leaves a relay that goes on.
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, now, pause, type RelayUnderTest, Signer, startHaleRelay } from './harness.ts';

let relay: RelayUnderTest;
let witness: Client;
const who = new Signer();
beforeAll(async () => {
  relay = await startHaleRelay({ limits: { headersMillis: 2_000 } });
  witness = await Client.connect(relay.url);
});
afterAll(async () => {
  witness?.close();
  await relay?.stop();
});

/** Somebody else is served as ever, and soon. */
async function goesOn(withinMillis = 2_000): Promise<void> {
  const from = performance.now();
  const event = who.sign({});
  await witness.store(event);
  expect(await witness.ids({ ids: [event.id] })).toEqual([event.id]);
  expect(performance.now() - from).toBeLessThan(withinMillis);
  expect(relay.process.exited).toBe(false);
}

/** What comes for one text: the first frame, or the code with which the socket was closed. */
async function answerTo(send: (client: Client) => void): Promise<string> {
  const client = await Client.connect(relay.url);
  await client.challenge();
  const from = client.frames.length;
  send(client);
  try {
    const [verb, ...rest] = await client.frame(() => true, from, 5_000);
    client.close();
    return `${verb} ${rest.join(' ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A socket spoken to in bytes. */
async function raw(...lines: string[]): Promise<Socket> {
  const { port } = new URL(relay.http);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(lines.join('\r\n'));
  return socket;
}
const upgrade = [
  'GET / HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
];

describe('frames', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  test.each([
    ['nothing', ''],
    ['no JSON', '{"'],
    ['a number', '1'],
    ['deep', nested(100_000)],
    ['deep in an event', `["EVENT",{"id":"${'0'.repeat(64)}","tags":${nested(60_000)}}]`],
    ['deep in a filter', `["REQ","x",{"ids":${nested(60_000)}}]`],
    ['deep in a reconciliation', `["NEG-OPEN","x",${nested(60_000)},"61"]`],
    ['numbers beyond all', '["REQ","x",{"limit":1e400,"since":-1e400}]'],
    ['keys that are no data', '["REQ","x",{"__proto__":[1],"constructor":[2]}]'],
    [
      'a filter of thousands of values',
      `["REQ","x",{"ids":[${`"${'0'.repeat(64)}",`.repeat(3_000)}"${'0'.repeat(64)}"]}]`,
    ],
    ['a name of a thousand characters', `["REQ","${'x'.repeat(1_000)}",{}]`],
    ['lone surrogates', `["EVENT",{"id":"${'0'.repeat(64)}","content":"\\ud800"}]`],
    ['a reconciliation that is none', '["NEG-OPEN","x",{},"61ffffffffffffffffffffff"]'],
    ['a list of ids that is not there', '["NEG-OPEN","x",{},"610000028fffffff7f"]'],
  ])('%s: refused in words', async (_, text) => {
    expect(await answerTo((client) => client.sendText(text))).toMatch(
      /^(NOTICE|CLOSED x|OK 0{64} false|NEG-ERR x) ?(invalid|error): /,
    );
    await goesOn();
  });

  test('too large, not UTF-8, binary: the socket is closed with the reason', async () => {
    expect(await answerTo((client) => client.sendText(' '.repeat(300_000)))).toContain('1009');
    expect(
      await answerTo((client) => client.socket.send(Buffer.from([0x5b, 0xff, 0xfe, 0x5d]), { binary: false })),
    ).toContain('1007');
    expect(await answerTo((client) => client.socket.send(Buffer.from('["REQ"]')))).toContain('1003');
    await goesOn();
  });

  test('bytes that follow no rule of WebSocket', async () => {
    const sockets = await Promise.all([
      raw(...upgrade, '\u00ff\u00ff\u00ff\u00ff'),
      raw('\u0000\u0001\u0002'),
      raw('GET / HTTP/9.9', '', ''),
      raw(`GET /${'x'.repeat(100_000)} HTTP/1.1`, '', ''),
      raw('POST /hale/join HTTP/1.1', 'Host: x', 'Content-Length: 999999999', '', '{}'),
    ]);
    await goesOn();
    for (const socket of sockets) socket.destroy();
  });
});

describe('connections', () => {
  test('half closed: the relay closes its half as well', async () => {
    const socket = await raw(...upgrade);
    await new Promise((resolve) => socket.once('data', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.end();
    await gone;
    await goesOn();
  });

  test('slow loris: hundreds that never finish their headers are dropped, and hold nobody up', {
    timeout: 60_000,
  }, async () => {
    const slow = await Promise.all(Array.from({ length: 300 }, () => raw('GET / HTTP/1.1', 'Host: x', 'X-A: ')));
    let closed = 0;
    for (const socket of slow) {
      socket.resume();
      socket.once('close', () => {
        closed += 1;
      });
    }
    const drip = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write('a');
    }, 500);
    await goesOn();
    (await Client.connect(relay.url)).close();
    for (let tries = 0; closed < slow.length && tries < 500; tries++) await pause(100);
    clearInterval(drip);
    expect(closed).toBe(slow.length);
  });

  test('a body that never ends', async () => {
    const socket = await raw('POST /hale/locker/open HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked', '', '');
    const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`;
    for (let at = 0; at < 50 && socket.writable; at++) socket.write(chunk);
    await goesOn();
    socket.destroy();
  });
});

describe('floods', () => {
  beforeAll(async () => {
    for (let at = 0; at < 600; at++)
      witness.send('EVENT', who.sign({ created_at: now() - at, tags: [['t', 'flood']] }));
    while ((await witness.count({ '#t': ['flood'] })) !== 600) await pause(50);
  });

  test('thousands of REQs at once, of everything: others are served in between', { timeout: 60_000 }, async () => {
    const flood = await Client.connect(relay.url);
    for (let at = 0; at < 2_000; at++) flood.send('REQ', 'again', { '#t': ['flood'], limit: 500 });
    await goesOn(5_000);
    flood.socket.terminate();
    await goesOn();
  });

  test('subscriptions by thousands: so many stand, the others are refused by name', { timeout: 60_000 }, async () => {
    const many = await Client.connect(relay.url);
    for (let at = 0; at < 5_000; at++) many.send('REQ', `s${at}`, { kinds: [9_999], limit: 0 });
    await many.frame(([, id]) => id === 's4999', 0, 30_000);
    const ends = (verb: string) => many.frames.filter(([of]) => of === verb).length;
    expect([ends('EOSE'), ends('CLOSED')]).toEqual([64, 4_936]);
    many.close();
    await goesOn();
  });

  test('reconciliations by hundreds', async () => {
    const many = await Client.connect(relay.url);
    for (let at = 0; at < 300; at++) many.send('NEG-OPEN', `n${at}`, {}, '6100000200');
    await many.frame(([verb, id]) => verb === 'NEG-ERR' && id === 'n299');
    expect(many.frames.filter(([verb]) => verb === 'NEG-MSG')).toHaveLength(4);
    many.close();
    await goesOn();
  });

  test('events that are signed wrongly, by thousands', { timeout: 60_000 }, async () => {
    const flood = await Client.connect(relay.url);
    const [event, other] = [who.sign({}), who.sign({})];
    for (let at = 0; at < 3_000; at++) flood.send('EVENT', { ...event, content: String(at) });
    for (let at = 0; at < 500; at++) flood.send('EVENT', { ...event, sig: other.sig });
    await goesOn(5_000);
    flood.close();
  });
});

describe('clocks', () => {
  test('a client whose clock is years off is told so, and learns the time by Date', async () => {
    for (const years of [-20, 1, 20]) {
      const [client, stranger] = [await Client.connect(relay.url), new Signer()];
      const at = now() + years * 31_557_600;
      const tags = [
        ['relay', relay.url],
        ['challenge', await client.challenge()],
      ];
      expect(await client.authenticate(stranger.sign({ kind: 22_242, created_at: at, tags }))).toMatchObject({
        accepted: false,
      });
      expect((await client.publish(stranger.sign({ created_at: at }))).accepted).toBe(years < 0);
      client.close();
    }
    const { headers } = await fetch(relay.http, { headers: { accept: 'application/nostr+json' } });
    expect(Math.abs(Date.parse(headers.get('date') ?? '') / 1_000 - now())).toBeLessThan(5);
  });
});
