// Shares that end by themselves when nobody looks at them, under a clock that jumps: a look puts it off, what a relay out of reach may have handed out
// counts as one, an end is like any end, and one press gives the same again.
import { parseLockerLink } from '@hale/consent';
import { schnorrPublic, toHex } from '@hale/kernel';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { ShareParameters } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { openGrant } from '../src/operations/open.ts';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';
import { addStream, HOUR, Homes, samples, useRelay } from './homes.ts';

const homes = new Homes();
const relays: RelayHandle[] = [];
const realNow = Date.now;
let skewMillis = 0;
Date.now = () => realNow() + skewMillis;
afterEach(async () => {
  skewMillis = 0;
  await homes.close();
  for (const relay of relays.splice(0)) await relay.close();
});
afterAll(() => {
  Date.now = realNow;
});

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const DAY = 24 * HOUR;

/** A home and its relay under one clock, which jumps. */
async function owner() {
  const home = homes.make();
  const relay = await startRelay({ dir: homes.dir(), private: true, hostLimits: { checkThreadsMax: 0 } });
  relays.push(relay);
  relay.addMember(toHex(schnorrPublic(home.keys.member)));
  useRelay(home, relay.url);
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(home.nowMicros() - 2 * HOUR, 60) }]);
  const started = Date.now();
  return {
    home,
    relay,
    /** As the computer wakes so many days after the beginning, and an hour later. */
    wakeAt(days: number) {
      for (const at of [days * DAY, days * DAY + HOUR]) {
        skewMillis = started + at / 1000 - realNow();
        home.tick();
      }
    },
  };
}

const WISH: ShareParameters = { streams: ['pulse'], with: 'link', as: 'Ann', idleMonths: 3 };
const from = (home: Home) => new Date(home.nowMicros() / 1000 - 3 * 3_600_000).toISOString();
const infoOf = async (home: Home, id: string) =>
  (await OPERATIONS.grants(context(home), { all: true })).find((grant) => grant.id === id)!;
const open = (link: string) => openGrant(null, { grant: link }, () => {}, new AbortController().signal);

test('not looked at for three months it lapses: keys advance, the link opens nothing, and the same is given again by one press', async () => {
  const { home, wakeAt } = await owner();
  const { grant, link } = await OPERATIONS.share(context(home), { ...WISH, from: from(home) });
  await home.network.settle(20_000);
  expect(grant.sentence).toContain('It ends by itself if it is not looked at for 3 months.');
  expect(grant.idle).toMatchObject({ months: 3, lookedMicros: null, lapsed: false });
  const days = Math.round((grant.idle!.lapsesMicros - grant.issuedMicros) / DAY);
  expect(days).toBeGreaterThanOrEqual(89);
  const [stream] = home.vault.streams();
  const { epoch } = stream;

  wakeAt(days - 1);
  expect((await infoOf(home, grant.id)).state).toBe('active');
  wakeAt(days + 1);
  const lapsed = await infoOf(home, grant.id);
  expect(['expired', 'stopping']).toContain(lapsed.state);
  expect(lapsed.idle).toMatchObject({ months: 3, lapsed: true });
  expect(stream.epoch).toBe(epoch + 1);
  await home.network.settle(20_000);
  await expect.poll(async () => (await infoOf(home, grant.id)).state, { timeout: 20_000 }).toBe('expired');
  await expect(open(link!)).rejects.toMatchObject({ code: 'expired' });

  // The grant's own stream is gone by now: what is given again stands in the catalogue.
  home.grants.reload();
  const again = await OPERATIONS['grants.again'](context(home), { grant: grant.id });
  await home.network.settle(20_000);
  expect(again.grant).toMatchObject({
    state: 'active',
    as: 'Ann',
    sentence: grant.sentence,
    fromMicros: grant.fromMicros,
  });
  expect(again.grant.idle).toMatchObject({ months: 3, lapsed: false });
  expect((await open(again.link!)).streams[0].rows).toHaveLength(60);
  await expect(OPERATIONS['grants.again'](context(home), { grant: again.grant.id })).rejects.toMatchObject({
    code: 'usage',
  });
}, 60_000);

test('a look puts it off: what the relay says it handed out counts from its hour', async () => {
  const { home, wakeAt } = await owner();
  const { grant, link } = await OPERATIONS.share(context(home), { ...WISH, from: from(home) });
  await home.network.settle(20_000);
  wakeAt(60);
  const before = home.nowMicros();
  expect((await open(link!)).streams[0].rows).toHaveLength(60);
  await expect
    .poll(async () => (await infoOf(home, grant.id)).idle?.lookedMicros ?? 0, { timeout: 20_000, interval: 200 })
    .toBeGreaterThan(before - HOUR);
  wakeAt(120);
  expect((await infoOf(home, grant.id)).state).toBe('active');
  wakeAt(155);
  expect((await infoOf(home, grant.id)).idle?.lapsed).toBe(true);
}, 60_000);

test('a relay that is out of reach may serve for 30 days more: that long nobody can say that nobody looked', async () => {
  const { home, relay, wakeAt } = await owner();
  const { grant } = await OPERATIONS.share(context(home), { ...WISH, from: from(home) });
  await home.network.settle(20_000);
  wakeAt(1);
  await relays.pop()?.close();
  await expect.poll(() => home.network.state(relay.url).state, { timeout: 20_000 }).not.toBe('connected');
  wakeAt(95);
  expect((await infoOf(home, grant.id)).state).toBe('active');
  wakeAt(125);
  expect((await infoOf(home, grant.id)).idle?.lapsed).toBe(true);
}, 60_000);

test('a lapsed link with a PIN is given again with a PIN of its own', async () => {
  const { home, wakeAt } = await owner();
  const { with: _, ...wish } = { ...WISH, withPin: true, from: from(home) };
  const { grant, link, pin } = await OPERATIONS['share.locker'](context(home), wish);
  wakeAt(100);
  expect((await infoOf(home, grant.id)).idle?.lapsed).toBe(true);
  const again = await OPERATIONS['grants.again'](context(home), { grant: grant.id });
  expect(again.pin).toMatch(/^\d{6}$/);
  expect(pin).toMatch(/^\d{6}$/);
  expect(parseLockerLink(again.link!).secret).not.toEqual(parseLockerLink(link).secret);
  expect(again.grant.lock).toEqual({ pin: true, claim: false });
}, 60_000);

test('without it nothing lapses; other months, and a saved copy that lapses, are refused', async () => {
  const { home, wakeAt } = await owner();
  const { idleMonths: _, ...wish } = { ...WISH, from: from(home) };
  const { grant } = await OPERATIONS.share(context(home), wish);
  expect(grant.idle).toBeUndefined();
  wakeAt(1000);
  expect((await infoOf(home, grant.id)).state).toBe('active');
  for (const idleMonths of [0, 1, 7])
    await expect(OPERATIONS.share(context(home), { ...WISH, idleMonths })).rejects.toMatchObject({ code: 'usage' });
  await expect(
    (async () => OPERATIONS['share.file'](context(home), { ...WISH, from: from(home) }))(),
  ).rejects.toMatchObject({ code: 'usage' });
  await expect(OPERATIONS['grants.again'](context(home), { grant: grant.id })).rejects.toMatchObject({ code: 'usage' });
});
