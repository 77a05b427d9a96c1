// Looking through the recipient's eyes at series: what the owner is shown is what her recipient's home opens at the relay, value for value; and what
// she is told they do not see, they do not see.
import { afterEach, expect, test } from 'vitest';
import type { LevelText, ShareParameters } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { openGrant } from '../src/operations/open.ts';
import { runFromAway } from '../src/operations/run.ts';
import { addStream, HOUR, Homes, SECOND, samples, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const iso = (micros: number) => new Date(micros / 1000).toISOString();

/** Three hours of a pulse once a second, twelve hours ago; steps that nobody is given. */
async function owner(): Promise<{ home: Home; start: number }> {
  const home = homes.make();
  useRelay(home, (await homes.relay(home.keys)).url);
  const start = Math.floor((Date.now() * 1000 - 12 * HOUR) / HOUR) * HOUR;
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(start, 3 * 3600) }]);
  home.vault.ingest([{ stream: addStream(home, 'steps'), samples: samples(start, 60) }]);
  return { home, start };
}

test.each<{ level: LevelText; from: number; to: number | null }>([
  { level: 'raw', from: 1800.5, to: 2 * 3600 + 7 },
  { level: '1m', from: 90, to: 3600 },
  { level: '15m', from: 0, to: null },
  { level: '1h', from: 10, to: null },
])('$level from second $from to $to: the same values, byte for byte', async ({ level, from, to }) => {
  const { home, start } = await owner();
  const wish: ShareParameters = {
    ...{ streams: ['pulse'], with: 'link', level, from: iso(start + from * SECOND) },
    ...(to === null ? {} : { to: iso(start + to * SECOND) }),
  };
  const { link, grant } = await OPERATIONS.share(context(home), wish);
  await home.network.settle(20_000);
  const theirs = await openGrant(null, { grant: link ?? '' }, () => {}, new AbortController().signal);
  const eyes = await OPERATIONS['grants.open'](context(home), { grant: grant.id });
  expect(theirs.streams[0].rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(eyes)).toBe(JSON.stringify({ ...theirs, grant: grant.id }));

  const seen = await OPERATIONS['grants.look'](context(home), { grant: grant.id });
  const { held, levels, here } = seen.streams[0];
  expect(levels[0]).toBe(level);
  expect(held?.firstMicros).toBe(theirs.streams[0].rows[0].atMicros);
  expect(here).toEqual({ firstMicros: start, lastMicros: start + (3 * 3600 - 1) * SECOND });
  expect(seen).toMatchObject({ opensFromMicros: start + from * SECOND, unseen: { records: 0 } });
  expect(seen.unseen.streams.map(({ key }) => key)).toEqual(['steps']);
  const drawn = await OPERATIONS['grants.series'](context(home), {
    ...{ grant: grant.id, stream: 'pulse', level, pointsMax: 4000 },
    ...{ fromMicros: start - HOUR, toMicros: start + 6 * HOUR },
  });
  const { rows } = theirs.streams[0];
  if (level !== 'raw') expect(drawn.columns.mean).toEqual(rows.map(({ mean }) => mean));
  else expect(drawn.columns.count.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  // What is finer, or is not in the share, opens for the owner no more than for them.
  if (level !== 'raw')
    await expect(
      OPERATIONS['grants.series'](context(home), { grant: grant.id, stream: 'pulse', level: 'raw' }),
    ).rejects.toMatchObject({ code: 'not-permitted' });
  await expect(OPERATIONS['grants.series'](context(home), { grant: grant.id, stream: 'steps' })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('what has not gone out yet is not shown as seen, and a phone away may look too', async () => {
  const { home, start } = await owner();
  const { grant } = await OPERATIONS.share(context(home), {
    ...{ streams: ['pulse'], with: 'link', level: '1h' as const, from: iso(start) },
  });
  const last = async () => (await OPERATIONS['grants.look'](context(home), { grant: grant.id })).streams[0];
  const before = await last();
  const [stream] = home.vault.streams().filter(({ entry }) => entry.key === 'pulse');
  home.vault.ingest([{ stream, samples: samples(start + 4 * HOUR, 60) }]);
  const after = await last();
  expect(after.held).toEqual(before.held);
  expect(after.here?.lastMicros).toBe(start + 4 * HOUR + 59 * SECOND);
  const away = { emit: () => {}, signal: new AbortController().signal, phone: 'p1' };
  expect(await runFromAway(home, 'grants.look', { grant: grant.id }, away)).toMatchObject({ streams: [after] });
});

test('of a share that has ended nothing opens', async () => {
  const { home, start } = await owner();
  const { grant } = await OPERATIONS.share(context(home), { streams: ['pulse'], with: 'link', from: iso(start) });
  await OPERATIONS.revoke(context(home), { grant: grant.id });
  for (const name of ['grants.look', 'grants.open'] as const)
    await expect(OPERATIONS[name](context(home), { grant: grant.id })).rejects.toMatchObject({ code: 'expired' });
});
