// Links with a locker, from the owner's side, against a real relay: what the locker gives opens the grant; who came first is told to the owner alone.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { claimKeys, type LockerKeys, parseLockerAnswer, parseLockerLink, pinKeys } from '@hale/consent';
import { claimMessage, toHex } from '@hale/kernel';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { askLockerAsOwner } from '../src/net/relay-info.ts';
import { grantsClaim, grantsFree, shareLocker } from '../src/operations/locker-share.ts';
import { shareFile } from '../src/operations/saved-copy.ts';
import { grants, grantsLink, revoke, share } from '../src/operations/share.ts';
import { findReceived } from '../src/received.ts';
import { addStream, HOUR, Homes, random, samples, useRelay } from './homes.ts';

const homes = new Homes();
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await homes.close();
});

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

async function owner(): Promise<{ home: Home; url: string }> {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(Date.now() * 1000 - HOUR, 600) }]);
  return { home, url: relay.url };
}

const WISH = { streams: ['pulse'], from: new Date(Date.now() - 7_200_000).toISOString() };
const outcome = (work: () => unknown) =>
  Promise.resolve()
    .then(work)
    .catch((error: { code?: string }) => error.code);

interface KeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** What the reader's page does, with a key of its own. */
async function openIn(pair: KeyPair | null, keys: LockerKeys, relay: string) {
  const { lockerId: id, verifier } = keys;
  const ask = async (fields: object) => {
    const body = JSON.stringify({ id, verifier, ...fields });
    const answer = await fetch(`${relay.replace(/^ws/, 'http')}/hale/locker/open`, { method: 'POST', body });
    return parseLockerAnswer(answer.status, await answer.json());
  };
  const asked = await ask({});
  if (asked?.is !== 'prove' || pair === null) return asked;
  const message = new Uint8Array(claimMessage({ relay, lockerId: id, challenge: asked.challenge }));
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, message);
  const key = toHex(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  return ask({ relay, challenge: asked.challenge, key, signature: toHex(new Uint8Array(signature)) });
}

const newPair = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

test('a link for the first browser: its owner sees when one came, frees it, and no other key is told', async () => {
  const { home, url } = await owner();
  const { grant, link, pin, preview } = await shareLocker(context(home), { ...WISH, claim: true });
  expect(pin).toBeNull();
  expect(preview.sentence).toMatch(/It opens only in the first browser that opens the link\.$/);
  expect(grant.lock).toEqual({ pin: false, claim: true });
  const found = parseLockerLink(link);
  expect(found).toMatchObject({ pin: false, claim: true, author: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const keys = claimKeys(found.secret);
  const look = () => grantsClaim(context(home), { grant: grant.id });
  expect(await look()).toEqual({ state: 'waiting', claimedMicros: null });
  const [first, second] = [await newPair(), await newPair()];
  const opened = await openIn(first, keys, url);
  expect(opened?.is).toBe('open');
  const given = opened?.is === 'open' ? keys.grantKey(opened.share) : null;
  expect(given).toEqual(home.grants.get(grant.id).owner.grantKey);
  const { state, claimedMicros } = await look();
  expect(state).toBe('claimed');
  expect(Math.abs((claimedMicros ?? 0) / 1000 - Date.now())).toBeLessThan(60_000);
  expect((await openIn(second, keys, url))?.is).toBe('taken');
  // Whoever has the link is not its owner, nor is another member.
  for (const secret of [found.secret, home.keys.member, random(32)])
    expect(await outcome(() => askLockerAsOwner(url, 'free', keys.lockerId, secret))).toBe('not-permitted');
  expect(await grantsFree(context(home), { grant: grant.id })).toEqual({ state: 'waiting', claimedMicros: null });
  expect((await openIn(second, keys, url))?.is).toBe('open');
  await revoke(context(home), { grant: grant.id });
  expect(await outcome(look)).toBe('expired');
});

test('with a PIN as well the PIN comes first', async () => {
  const { home, url } = await owner();
  const { grant, link, pin } = await shareLocker(context(home), { ...WISH, withPin: true, claim: true });
  expect(grant.lock).toEqual({ pin: true, claim: true });
  const { secret } = parseLockerLink(link);
  expect((await openIn(null, pinKeys(secret, pin === '000000' ? '111111' : '000000'), url))?.is).toBe('wrong');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const pair = await newPair();
  const keys = pinKeys(secret, pin ?? '');
  const opened = await openIn(pair, keys, url);
  expect(opened?.is === 'open' && keys.grantKey(opened.share)).toEqual(home.grants.get(grant.id).owner.grantKey);
});

test('shown again it is the same link, after a restart too; the key of the grant is never shown in its place', async () => {
  const { home } = await owner();
  const made = await shareLocker(context(home), { ...WISH, claim: true });
  const withPin = await shareLocker(context(home), { ...WISH, withPin: true });
  const again = await homes.reopen(home);
  for (const { grant, link } of [made, withPin])
    expect(await grantsLink(context(again), { grant: grant.id })).toEqual({ link });
  expect(await outcome(() => findReceived(again, made.link))).toBe('unsupported');
  expect(await outcome(() => grantsClaim(context(again), { grant: withPin.grant.id }))).toBe('usage');
});

test('a relay that passes over the wish for one browser gets no share made', async () => {
  const { home } = await owner();
  const listen = async (handler: RequestListener) => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    ends.push(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  // As relays answered before there were such lockers.
  const old = await listen((_, response) => response.end('{"id":"a1"}'));
  for (const url of home.storeRelays()) home.vault.record([{ type: 'relay', url, uses: [], removed: true }]);
  useRelay(home, old);
  expect(await outcome(() => shareLocker(context(home), { ...WISH, claim: true }))).toBe('unsupported');
  expect(grants(context(home), { all: true })).toEqual([]);
});

test('only a link with a locker can belong to one browser', async () => {
  const { home } = await owner();
  expect(await outcome(() => share(context(home), { ...WISH, with: 'link', claim: true }))).toBe('usage');
  expect(await outcome(() => shareFile(context(home), { ...WISH, claim: true }))).toBe('usage');
  expect(await outcome(() => shareLocker(context(home), WISH))).toBe('usage');
  expect(grants(context(home), { all: true })).toEqual([]);
});
