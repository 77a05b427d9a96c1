// NIP-86 and NIP-43 against `hale relay`: who may manage, that each decision holds at once on sockets that are open, and after a restart.
import { getToken } from 'nostr-tools/nip98';
import { finalizeEvent } from 'nostr-tools/pure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, information, now, pause, type RelayUnderTest, Signer, startHaleRelay } from './harness.ts';

const operator = new Signer();
const args = [
  '--owner',
  operator.pubkey,
  '--contact',
  'mailto:desk@clinic.example',
  '--privacy',
  'https://clinic.example/privacy',
  '--jurisdiction',
  'PL',
];
let relay: RelayUnderTest;
let closed: RelayUnderTest;
beforeAll(async () => {
  [relay, closed] = await Promise.all([startHaleRelay({ args }), startHaleRelay({ private: true, args })]);
});
afterAll(async () => {
  await relay?.stop();
  await closed?.stop();
});

interface Answer {
  status: number;
  body: { result?: unknown; error?: string };
}

async function call(
  method: string,
  params: unknown[] = [],
  options: { who?: Signer | null; of?: RelayUnderTest; signed?: object } = {},
): Promise<Answer> {
  const { who = operator, of = relay } = options;
  const body = { method, params };
  const sign = (template: Parameters<typeof finalizeEvent>[0]) => finalizeEvent(template, (who ?? operator).secret);
  const authorization = await getToken(of.http, 'POST', sign, true, options.signed ?? body);
  const response = await fetch(of.http, {
    method: 'POST',
    headers: { 'content-type': 'application/nostr+json+rpc', ...(who ? { authorization } : {}) },
    body: JSON.stringify(body),
  });
  const answer = { status: response.status, body: (await response.json()) as Answer['body'] };
  if (answer.body.error !== 'used before') return answer;
  // The same call twice in a second has one proof, which is good once.
  await pause(1_050);
  return call(method, params, options);
}

const done = { status: 200, body: { result: true } };
const refused = (prefix: string) => ({ accepted: false, message: expect.stringMatching(new RegExp(`^${prefix}: `)) });

/** Waits until the relay has closed that socket. */
async function closedBy(client: Client): Promise<number | null> {
  for (let tries = 0; client.closeCode === null && tries < 100; tries++) await pause(20);
  return client.closeCode;
}

describe('who may', () => {
  test('nobody without a proof, nobody but the operator, no proof for another call', async () => {
    expect(await call('supportedmethods', [], { who: null })).toMatchObject({ status: 401 });
    expect(await call('supportedmethods', [], { who: new Signer() })).toMatchObject({ status: 403 });
    expect(
      await call('banpubkey', ['a'.repeat(64)], { signed: { method: 'listbannedpubkeys', params: [] } }),
    ).toMatchObject({ status: 401 });
    expect(await call('banpubkey', [operator.pubkey])).toMatchObject({
      status: 200,
      body: { error: expect.any(String) },
    });
  });

  test('a proof without the hash of the body is none (NIP-86 asks for it)', async () => {
    const token = await getToken(relay.http, 'POST', (template) => finalizeEvent(template, operator.secret), true);
    const response = await fetch(relay.http, {
      method: 'POST',
      headers: { 'content-type': 'application/nostr+json+rpc', authorization: token },
      body: JSON.stringify({ method: 'supportedmethods', params: [] }),
    });
    expect(response.status).toBe(401);
  });

  test('methods are told, others and bad parameters are errors', async () => {
    const { body } = await call('supportedmethods');
    expect(body.result).toEqual(
      expect.arrayContaining(['banpubkey', 'allowpubkey', 'banevent', 'allowkind', 'blockip', 'changerelayname']),
    );
    expect(await call('createrole', ['a'])).toMatchObject({ status: 200, body: { error: expect.any(String) } });
    expect(await call('toString')).toMatchObject({ status: 200, body: { error: expect.any(String) } });
    for (const [method, ...params] of [
      ['banpubkey', 'x'],
      ['banevent', 1],
      ['allowkind', '1'],
      ['allowkind', 65_536],
      ['blockip', 'relay.example'],
      ['changerelayname', 'x'.repeat(2_000)],
    ])
      expect(await call(String(method), params)).toMatchObject({ status: 200, body: { error: expect.any(String) } });
  });
});

describe('keys, events, kinds, words', () => {
  test('a banned key publishes no more and loses its sockets; unbanned it may again', async () => {
    const [who, client, proven] = [new Signer(), await Client.connect(relay.url), await Client.connect(relay.url)];
    await client.store(who.sign({}));
    await proven.prove(who, relay.url);
    expect(await call('banpubkey', [who.pubkey, 'spam'])).toEqual(done);
    expect(await closedBy(proven)).toBe(4403);
    expect(await client.publish(who.sign({}))).toMatchObject(refused('blocked'));
    expect(await client.prove(who, relay.url)).toMatchObject(refused('blocked'));
    expect((await call('listbannedpubkeys')).body.result).toEqual([{ pubkey: who.pubkey, reason: 'spam' }]);
    expect(await call('unbanpubkey', [who.pubkey])).toEqual(done);
    await client.store(who.sign({}));
    client.close();
  });

  test('a banned event is erased and does not come back', async () => {
    const [who, client] = [new Signer(), await Client.connect(relay.url)];
    const event = who.sign({});
    await client.store(event);
    expect(await call('banevent', [event.id, 'illegal'])).toEqual(done);
    expect(await client.ids({ ids: [event.id] })).toEqual([]);
    expect(await client.publish(event)).toMatchObject(refused('blocked'));
    expect((await call('listbannedevents')).body.result).toEqual([{ id: event.id, reason: 'illegal' }]);
    expect(await call('allowevent', [event.id])).toEqual(done);
    await client.store(event);
    client.close();
  });

  test('kinds: disallowed ones, then only the allowed; what erases is always taken', async () => {
    const [who, client] = [new Signer(), await Client.connect(relay.url)];
    expect(await call('disallowkind', [7])).toEqual(done);
    expect(await client.publish(who.sign({ kind: 7 }))).toMatchObject(refused('blocked'));
    expect((await call('listdisallowedkinds')).body.result).toEqual([7]);
    expect(await call('allowkind', [7])).toEqual(done);
    await client.store(who.sign({ kind: 7 }));
    expect(await client.publish(who.sign({ kind: 1 }))).toMatchObject(refused('blocked'));
    expect((await call('listallowedkinds')).body.result).toEqual([7]);
    expect(await call('disallowkind', [5])).toMatchObject({ body: { error: expect.any(String) } });
    await client.store(who.sign({ kind: 62, tags: [['relay', 'ALL_RELAYS']] }));
    expect(await call('disallowkind', [7])).toEqual(done);
    await client.store(who.sign({ kind: 1, created_at: now() + 1 }));
    expect(await call('allowkind', [7])).toEqual(done);
    expect(await call('allowkind', [1])).toEqual(done);
    client.close();
  });

  test('name, description and icon stand in NIP-11 at once; decisions outlast a restart', async () => {
    const banned = new Signer();
    expect(await call('changerelayname', ['Ward 3'])).toEqual(done);
    expect(await call('changerelaydescription', ['Keeps what it cannot read.'])).toEqual(done);
    expect(await call('changerelayicon', ['https://clinic.example/icon.png'])).toEqual(done);
    expect(await call('banpubkey', [banned.pubkey])).toEqual(done);
    const words = {
      name: 'Ward 3',
      description: 'Keeps what it cannot read.',
      icon: 'https://clinic.example/icon.png',
    };
    expect(await information(relay)).toMatchObject(words);
    await relay.process.stop();
    const again = await startHaleRelay({ args, dir: relay.dir });
    expect(await information(again)).toMatchObject(words);
    const client = await Client.connect(again.url);
    expect(await client.publish(banned.sign({}))).toMatchObject(refused('blocked'));
    client.close();
    await again.process.stop();
    const { stop } = relay;
    const last = await startHaleRelay({ args, dir: again.dir });
    const stopAll = async () => {
      await last.process.stop();
      await stop();
    };
    relay = { ...last, stop: stopAll };
  });

  test('an address that is blocked is shut out, and its open sockets with it', async () => {
    const client = await Client.connect(relay.url);
    expect(await call('blockip', ['127.0.0.1', 'flood'])).toEqual(done);
    expect(await closedBy(client)).toBe(4403);
    await expect(Client.connect(relay.url)).rejects.toThrow(/403/);
    expect((await call('listblockedips')).body.result).toEqual([{ ip: '127.0.0.1', reason: 'flood' }]);
    expect(await call('unblockip', ['127.0.0.1'])).toEqual(done);
    (await Client.connect(relay.url)).close();
  });
});

describe('members (NIP-43)', () => {
  const member = new Signer();
  /** nostr-tools puts nothing into a proof that tells two of one second apart, and each is good once: then the next second has to come. */
  const open = async (who: Signer): Promise<Client> => {
    const authorization = await getToken(closed.http, 'GET', (template) => finalizeEvent(template, who.secret), true);
    return Client.connect(closed.url, { authorization }).catch(async (error: Error) => {
      if (!error.message.includes('401')) throw error;
      await pause(1_050);
      return open(who);
    });
  };

  test('allowed by the operator: may enter, is told so, and nobody else is', async () => {
    await expect(open(member)).rejects.toThrow(/403/);
    expect(await call('allowpubkey', [member.pubkey], { of: closed })).toEqual(done);
    const client = await open(member);
    const [event] = await client.query({ kinds: [8000] });
    expect(event).toMatchObject({
      pubkey: (await information(closed)).self,
      tags: [['-'], ['p', member.pubkey], ['expiration', expect.any(String)]],
    });
    expect((await call('listallowedpubkeys', [], { of: closed })).body.result).toEqual([{ pubkey: member.pubkey }]);
    const other = new Signer();
    expect(await call('allowpubkey', [other.pubkey], { of: closed })).toEqual(done);
    const others = await open(other);
    expect(await others.ids({ kinds: [8000] })).not.toContain(event.id);
    expect(await others.query({ kinds: [13534, 33534] })).toEqual([]);
    client.close();
    others.close();
  });

  test('invited by the operator over the wire, joins with the claim, leaves', async () => {
    expect(await call('allowpubkey', [operator.pubkey], { of: closed })).toEqual(done);
    const desk = await open(operator);
    const [invitation] = await desk.query({ kinds: [28_935] });
    const claim = invitation.tags.find(([name]) => name === 'claim')?.[1] ?? '';
    expect(claim).toMatch(/^[0-9a-f]{64}$/);
    const client = await open(member);
    expect(await client.query({ kinds: [28_935] })).toEqual([]);
    // Whoever reads a stream or has post is let in as a guest: here, somebody to whom a member wrote.
    const guest = new Signer();
    await client.store(new Signer().sign({ kind: 1059, tags: [['p', guest.pubkey]], content: 'sealed' }));
    const newcomer = await open(guest);
    const join = (value: string, created_at = now()) =>
      guest.sign({ kind: 28_934, created_at, tags: [['-'], ['claim', value]], content: '' });
    expect(await newcomer.publish(guest.sign({}))).toMatchObject(refused('restricted'));
    expect(await newcomer.publish(join('f'.repeat(64)))).toMatchObject(refused('restricted'));
    expect(await newcomer.publish(join(claim, now() - 3_600))).toMatchObject(refused('invalid'));
    expect(await client.publish(join(claim))).toMatchObject(refused('auth-required'));
    expect(await newcomer.publish(join(claim))).toMatchObject({
      accepted: true,
      message: expect.stringMatching(/^info: /),
    });
    expect(await newcomer.publish(join(claim))).toMatchObject({
      accepted: true,
      message: expect.stringMatching(/^duplicate: /),
    });
    await newcomer.store(guest.sign({}));
    expect(await newcomer.count({ kinds: [28_934] })).toBe(0);
    const leave = guest.sign({ kind: 28_936, tags: [['-']], content: '' });
    expect(await newcomer.publish(leave)).toMatchObject({ accepted: true });
    expect(await newcomer.publish(guest.sign({}))).toMatchObject(refused('restricted'));
    expect(await newcomer.query({ kinds: [8001] })).toHaveLength(1);
    for (const each of [desk, client, newcomer]) each.close();
  });

  test('what only the relay says is taken from nobody', async () => {
    const client = await open(member);
    for (const kind of [8000, 8001, 13_534, 33_534, 28_935])
      expect(await client.publish(member.sign({ kind, tags: [['p', member.pubkey]] }))).toMatchObject(
        refused('blocked'),
      );
    client.close();
  });

  test('no longer allowed: the socket is closed at once', async () => {
    const client = await open(member);
    await client.query({ limit: 1 });
    expect(await call('unallowpubkey', [member.pubkey], { of: closed })).toEqual(done);
    // He has post: the relay's word that he is no member any more does not let him in, a wrap would.
    expect(await closedBy(client)).toBe(4403);
    await expect(open(member)).rejects.toThrow(/403/);
  });
});
