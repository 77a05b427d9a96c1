// A phone away from home (specs/remote.md): real homes, a real private relay between them, and the phone's own code without its browser.
import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { fromHex, KINDS, parsePairingCode, type VerifiedEvent } from '@hale/kernel';
import { pairingSecret, remoteKeys } from '@hale/kernel/seal';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PairingSaid, PhoneInfo } from '../packages/home/src/api.ts';
import type { Home } from '../packages/home/src/home.ts';
import { RelayConnection } from '../packages/home/src/net/connect.ts';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { FROM_AWAY, runFromAway, runOperation } from '../packages/home/src/operations/run.ts';
import type { RelayHandle } from '../packages/home/src/relay/host.ts';
import { RemoteDesk } from '../packages/home/src/remote/desk.ts';
import { keysOf, phonesOf } from '../packages/home/src/remote/phones.ts';
import { addStream, Homes, random, useRelay } from '../packages/home/test/homes.ts';
import { CallProblem, HomeCaller } from '../packages/web/src/remote/caller.ts';

const homes = new Homes();
const open: { close(): Promise<void> }[] = [];
let relay: RelayHandle;
let home: Home;

/** With FROM_AWAY this is every operation there is: whoever adds one decides on which list it belongs. */
const AT_HOME_ONLY = [
  'subject.add',
  'subject.change',
  'import',
  'upload.begin',
  'upload.drop',
  'import.look',
  'import.start',
  'import.cancel',
  'import.forget',
  'download.begin',
  'passphrase.set',
  'words.check',
  'web.open',
  'web.close',
  'web.sessions',
  'device.add',
  'device.pair',
  'device.list',
  'device.remove',
  'phones.pair',
  'phones.confirm',
  'share.file',
  'grants.link',
  'relays.add',
  'relays.remove',
  'relays.list',
  'relays.sync',
  'relays.invite',
  'relays.vouch',
  'records.export',
  'records.original',
  'summary.write',
  'cards.issue',
  'cards.issuers',
  'cards.know',
  'cards.forget',
  'links.create',
  'links.refill',
  'links.show',
  'links.list',
  'links.close',
  'import.answer',
  'export',
  'backup',
  'rotate',
  'erase',
  'check',
  'subject.hand-over',
  'subject.offers',
  'subject.take',
  'subject.decline',
  'custody.offer',
  'custody.offers',
  'custody.accept',
  'custody.decline',
  'custody.ward',
  'custody.leave',
  'guardians.set',
  'guardians.revoke',
  'guardian.pieces',
  'guardian.release',
  'guardian.forget',
  'emergency.change',
  'emergency.card',
  'emergency.again',
  'emergency.allow',
  'emergency.code',
  'emergency.open',
  'correction.export',
  // It tells what opens the card, which would go on opening it after the phone was shut out.
  'emergency.print',
];

/** What the node does for its home. */
function desk(of: Home): RemoteDesk {
  of.phones = new RemoteDesk({
    home: of,
    run: (name, parameters, options) => runFromAway(of, name, parameters, options),
    ownUrl: relay.url,
  });
  return of.phones;
}

beforeEach(async () => {
  home = homes.make({ online: true });
  relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  await home.network.settle(5_000);
  desk(home);
});

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await homes.close();
});

/** A phone that holds this secret. @param haste its clock runs so many times as fast: what takes patience is not waited for here */
function phone(secret: Uint8Array, haste = 1): HomeCaller {
  const onFact = ({ fact }: { fact: string }) => {
    if (fact === 'disconnected') caller.lineBroke();
  };
  const connection = new RelayConnection({ url: relay.url, admission: remoteKeys(secret).reader, onFact });
  const start = Date.now();
  const caller: HomeCaller = new HomeCaller({
    secret,
    connection,
    random,
    nowMillis: () => start + (Date.now() - start) * haste,
    every: (millis, work) => {
      const timer = setInterval(work, millis / 10 / haste);
      return () => clearInterval(timer);
    },
    inflate: async (body) => new Uint8Array(inflateRawSync(body)),
  });
  open.push(caller);
  return caller;
}

interface Started {
  code: Extract<PairingSaid, { state: 'waiting' }>;
  check: Promise<Extract<PairingSaid, { state: 'check' }>>;
  done: Promise<PhoneInfo>;
  stop: AbortController;
}

async function startPairing(): Promise<Started> {
  const stop = new AbortController();
  const code = Promise.withResolvers<Started['code']>();
  const check = Promise.withResolvers<Extract<PairingSaid, { state: 'check' }>>();
  const emit = (said: object) => {
    if (!('pairing' in said)) return;
    const pairing = said.pairing as PairingSaid;
    if (pairing.state === 'waiting') code.resolve(pairing);
    else check.resolve(pairing);
  };
  const asked = { relay: relay.url };
  const done = runOperation(home, 'phones.pair', asked, { emit, signal: stop.signal }) as Promise<PhoneInfo>;
  done.catch(code.reject);
  return { code: await code.promise, check: check.promise, done, stop };
}

const onScan = (code: string, haste = 1) => phone(pairingSecret(parsePairingCode(code)), haste);
const confirm = (pairing: string, accept: boolean) =>
  runOperation(home, 'phones.confirm', { pairing, accept }, { emit: () => {}, signal: new AbortController().signal });

/** A phone that was paired as people do it. */
async function paired(): Promise<{ secret: Uint8Array; info: PhoneInfo }> {
  const { code, check, done } = await startPairing();
  const asked = onScan(code.code).call('pair', { phone: 'Test phone' }) as Promise<{ secret: string }>;
  await check;
  await confirm(code.id, true);
  return { secret: fromHex((await asked).secret, 32), info: await done };
}

async function problemOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof CallProblem ? error.code : String(error)),
  );
}

describe('pairing', () => {
  test('both show the same six digits; the phone gets its secret only once the owner has said yes', async () => {
    const { code, check, done } = await startPairing();
    expect(code.link).toBe(`${relay.url.replace('ws', 'http')}/#pair=${code.code}`);
    const scanned = onScan(code.code);
    let isThere = false;
    const asked = scanned.call('pair', { phone: 'Anna’s phone' }) as Promise<{ secret: string }>;
    void asked.then(() => {
      isThere = true;
    });
    const { digits, phone: name } = await check;
    expect(name).toBe('Anna’s phone');
    expect(digits).toMatch(/^\d{6}$/);
    expect(await scanned.digits()).toBe(digits);
    expect(isThere).toBe(false);
    expect(phonesOf(home)).toEqual([]);
    await confirm(code.id, true);
    const { secret } = await asked;
    const info = await done;
    expect(phonesOf(home).map(({ id, secret: kept }) => [id, Buffer.from(kept).toString('hex')])).toEqual([
      [info.id, secret],
    ]);
    expect(secret).not.toContain(Buffer.from(parsePairingCode(code.code)).toString('hex'));
  });

  test('a second scan of the same code is turned away, and the first goes on', async () => {
    const { code, check } = await startPairing();
    const first = onScan(code.code);
    const asked = first.call('pair', { phone: 'first' });
    await check;
    expect(await problemOf(onScan(code.code).call('pair', { phone: 'second' }))).toBe('gone');
    await confirm(code.id, true);
    expect(await asked).toMatchObject({ name: 'first' });
  });

  test('refused: the phone hears it, gets nothing, and nothing is kept', async () => {
    const { code, check, done } = await startPairing();
    const asked = problemOf(onScan(code.code).call('pair', { phone: 'somebody' }));
    const end = done.catch((error: { code: string }) => error.code);
    await check;
    await confirm(code.id, false);
    expect(await asked).toBe('not-permitted');
    expect(await end).toBe('not-permitted');
    expect(phonesOf(home)).toEqual([]);
  });

  test('a code gives nothing but the question to be paired', async () => {
    const { code, done, stop } = await startPairing();
    expect(await problemOf(onScan(code.code).call('overview', { phone: 'a name' }))).toBe('not-permitted');
    const end = done.catch((error: { code: string }) => error.code);
    stop.abort();
    expect(await end).toBe('not-permitted');
    expect(await problemOf(onScan(code.code, 50).call('pair', { phone: 'late' }))).toMatch(/offline|unpaired/);
  });
});

describe('a paired phone', () => {
  test('asks, is told what happens as it happens, and cancels', async () => {
    const { secret, info } = await paired();
    const away = phone(secret);
    expect(await away.call('subject.list', {})).toMatchObject([{ name: 'me' }]);
    const stream = addStream(home, 'pulse');
    const heard = Promise.withResolvers<unknown>();
    const stop = new AbortController();
    const watching = away.call('watch', {}, { emit: heard.resolve, signal: stop.signal });
    const ended = problemOf(watching);
    await away.call('status', {});
    const times = Float64Array.of(home.nowMicros());
    await home.ingestQueue.ingest([{ stream, samples: { times, values: Int32Array.of(72) } }]);
    expect(await heard.promise).toMatchObject({ row: { stream: 'pulse', value: 72 } });
    stop.abort();
    expect(await ended).toBe('cancelled');
    expect(await away.call('phones.list', {})).toMatchObject([{ id: info.id, isHere: true }]);
  });

  test('hears failures as they are, and may not do what belongs at home', async () => {
    const { secret, info } = await paired();
    const away = phone(secret);
    expect(await problemOf(away.call('series', { stream: 'nothing' }))).toBe('not-found');
    expect(await problemOf(away.call('no such thing', {}))).toBe('usage');
    for (const name of AT_HOME_ONLY) expect(await problemOf(away.call(name, {})), name).toBe('not-permitted');
    for (const other of ['another', info.name])
      expect(await problemOf(away.call('phones.remove', { phone: other }))).toBe('not-permitted');
  });

  test('may do what is on one list; every operation is on it or on that of what belongs at home', () => {
    expect([...FROM_AWAY, ...AT_HOME_ONLY].sort()).toEqual(Object.keys(OPERATIONS).sort());
  });

  test('may unpair itself', async () => {
    const { secret, info } = await paired();
    phone(secret)
      .call('phones.remove', { phone: info.id })
      .catch(() => {});
    await vi.waitFor(() => expect(phonesOf(home)).toEqual([]));
  });

  test('gets large answers in pieces', async () => {
    const stream = addStream(home, 'pulse');
    const count = 20_000;
    const start = home.nowMicros() - count * 1e6;
    const times = Float64Array.from({ length: count }, (_, i) => start + i * 1e6);
    const values = Int32Array.from({ length: count }, () => randomBytes(1)[0]);
    await home.ingestQueue.ingest([{ stream, samples: { times, values } }]);
    const { rows } = (await phone((await paired()).secret).call('show', { stream: 'pulse', level: 'raw' })) as {
      rows: { value: number }[];
    };
    expect(rows.map(({ value }) => value)).toEqual([...values]);
  });

  test('removed: what runs ends at once, and the relay lets it in no more', async () => {
    const { secret, info } = await paired();
    const away = phone(secret);
    const watching = problemOf(away.call('watch', {}));
    await away.call('status', {});
    const { phones } = home;
    phones?.remove('Test phone');
    expect(await watching).toBe('unpaired');
    expect(await problemOf(phone(secret).call('status', {}))).toBe('unpaired');
    expect(phonesOf(home)).toEqual([]);
    expect([...(home.vault.state.phones.get(info.id)?.secret ?? [])].every((byte) => byte === 0)).toBe(true);
  });

  test('is known to a home that starts again; after a restore its lists are written again', async () => {
    const { secret } = await paired();
    await home.phones?.close();
    for (const each of phonesOf(home))
      for (const author of [keysOf(each).homeAuthor, keysOf(each).phoneAuthor]) {
        const list = home.vault.store.accessEvent(author);
        if (list) home.vault.store.deleteEvent(list.id);
      }
    desk(home);
    await home.network.settle(5_000);
    expect(await phone(secret).call('subject.list', {})).toMatchObject([{ name: 'me' }]);
    expect(home.phones?.list()).toMatchObject([{ name: 'Test phone', isHere: true }]);
  });

  test('does not wait for ever for a home that is away', async () => {
    const { secret } = await paired();
    await home.phones?.close();
    home.phones = null;
    expect(await problemOf(phone(secret, 50).call('status', {}))).toBe('offline');
  });
});

describe('what a relay could do', () => {
  test('nothing of what was said is on its disk, and it sees no word of it', async () => {
    const heard: VerifiedEvent[] = [];
    const { secret } = await paired();
    const keys = remoteKeys(secret);
    const spy = new RelayConnection({ url: relay.url, admission: home.keys.member, keys: [keys.home, keys.phone] });
    open.push(spy);
    const authors = phonesOf(home).flatMap((each) => [keysOf(each).homeAuthor, keysOf(each).phoneAuthor]);
    const stored = Promise.withResolvers<void>();
    spy.subscribe([{ kinds: [KINDS.remote], authors }], {
      onEvent: (event) => void heard.push(event),
      onStored: stored.resolve,
    });
    await stored.promise;
    await phone(secret).call('subject.list', {});
    expect(heard.length).toBeGreaterThan(4);
    expect(heard.map(({ content }) => Buffer.from(content, 'base64').toString('latin1')).join()).not.toMatch(
      /subject|name/,
    );
    expect(relay.store.query({ kinds: [KINDS.remote] })).toEqual([]);
    // Frames of an old visit, said again by whoever kept them: the home has other keys by now and does nothing.
    let runs = 0;
    const { phones } = home;
    await phones?.close();
    home.phones = new RemoteDesk({
      home,
      run: async () => {
        runs += 1;
      },
      ownUrl: relay.url,
    });
    const own = heard.filter(({ pubkey }) => pubkey === keysOf(phonesOf(home)[0]).phoneAuthor);
    for (const event of own) expect(await spy.publish(event)).toEqual({ outcome: 'ok' });
    await phone(secret).call('status', {});
    expect(runs).toBe(1);
  });
});
