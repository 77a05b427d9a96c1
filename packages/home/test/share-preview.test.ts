// What the owner sees before she shares is what the recipient opens afterwards: number for number, at every level, edges and thin bins too.
import { afterEach, describe, expect, test } from 'vitest';
import type { LevelText, ShareParameters } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { openGrant } from '../src/operations/open.ts';
import { grantsLink, revoke, share, shareSeries } from '../src/operations/share.ts';
import { revokeAll } from '../src/operations/stop-everything.ts';
import { addPhone, phonesOf } from '../src/remote/phones.ts';
import { Sessions } from '../src/web/sessions.ts';
import { addStream, HOUR, Homes, SECOND, samples, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

/** Three hours of a pulse once a second, then three readings in an hour of their own. */
async function owner(): Promise<{ home: Home; start: number }> {
  const home = homes.make();
  const relay = await homes.relay(home.keys);
  useRelay(home, relay.url);
  const start = Math.floor((Date.now() * 1000 - 12 * HOUR) / HOUR) * HOUR;
  const stream = addStream(home, 'pulse');
  home.vault.ingest([{ stream, samples: samples(start, 3 * 3600) }]);
  const few = { times: [0, 600, 1200].map((at) => start + 5 * HOUR + at * SECOND), values: [70, 71, 90] };
  home.vault.ingest([
    { stream, samples: { times: Float64Array.from(few.times), values: Int32Array.from(few.values) } },
  ]);
  return { home, start };
}

const iso = (micros: number) => new Date(micros / 1000).toISOString();

describe('the preview of a series', () => {
  test.each<{ level: LevelText; from: number; to: number | null; points: number; thin: number }>([
    { level: 'raw', from: 1800.5, to: 2 * 3600 + 7, points: 5406, thin: 0 },
    { level: '1m', from: 90, to: 3600, points: 58, thin: 0 },
    { level: '1h', from: 10, to: null, points: 3, thin: 1 },
    { level: '1h', from: 10, to: 3 * 3600 - 1, points: 1, thin: 0 },
  ])('$level from second $from to $to', async ({ level, from, to, points, thin }) => {
    const { home, start } = await owner();
    const wish: ShareParameters = {
      streams: ['pulse'],
      with: 'link',
      level,
      from: iso(start + from * SECOND),
      ...(to === null ? {} : { to: iso(start + to * SECOND) }),
    };
    const seen = await shareSeries(context(home), {
      ...wish,
      stream: 'pulse',
      fromMicros: start - HOUR,
      toMicros: start + 11 * HOUR,
      pointsMax: 4000,
    });
    const { link } = await share(context(home), wish);
    await home.network.settle(20_000);
    const opened = await openGrant(null, { grant: link ?? '' }, () => {}, new AbortController().signal);
    const { rows } = opened.streams[0];
    expect(rows.length).toBe(points);
    expect(seen.withoutExtremes).toBe(thin);
    if (level === 'raw') {
      // Drawn together, and still every reading counts and none outside.
      expect(seen.columns.count.reduce((sum, count) => sum + count, 0)).toBe(points);
      expect(Math.min(...(seen.columns.min as number[]))).toBe(Math.min(...rows.map(({ value }) => value as number)));
      expect(seen.columns.at[0]).toBe(rows[0].atMicros);
    } else {
      const half = level === '1m' ? 30 * SECOND : HOUR / 2;
      expect(seen.columns.at).toEqual(rows.map(({ atMicros }) => atMicros + half));
      for (const name of ['mean', 'min', 'max', 'count'] as const)
        expect(seen.columns[name]).toEqual(rows.map((row) => row[name] ?? null));
    }
  });

  test('a share of what is to come shows nothing yet', async () => {
    const { home } = await owner();
    const seen = await shareSeries(context(home), { streams: ['pulse'], with: 'link', stream: 'pulse' });
    expect(seen.columns.at).toEqual([]);
    expect(seen.stream.held).toBeNull();
  });

  test('first and last reading that opens are known without a range', async () => {
    const { home, start } = await owner();
    const wish = { streams: ['pulse'], with: 'link', from: iso(start + 100 * SECOND), stream: 'pulse' };
    const { stream } = await shareSeries(context(home), wish);
    expect(stream.held).toMatchObject({
      firstMicros: start + 100 * SECOND,
      lastMicros: start + 5 * HOUR + 1200 * SECOND,
    });
  });
});

describe('a link', () => {
  test('is given again while it stands, and not afterwards', async () => {
    const { home } = await owner();
    const { grant, link } = await share(context(home), { streams: ['pulse'], with: 'link' });
    expect(await grantsLink(context(home), { grant: grant.id })).toEqual({ link });
    await revoke(context(home), { grant: grant.id });
    expect(() => grantsLink(context(home), { grant: grant.id })).toThrow(expect.objectContaining({ code: 'expired' }));
  });

  test('gives the name that was chosen for it, and none where none was', async () => {
    const { home } = await owner();
    const made = async (parameters: object) =>
      (await share(context(home), { streams: ['pulse'], with: 'link', ...parameters })).grant;
    const named = await made({ as: 'Anna Nowak', name: 'Holiday' });
    const nameless = await made({ as: '' });
    const unsaid = await made({});
    expect([named.as, nameless.as, unsaid.as]).toEqual(['Anna Nowak', '', home.vault.subject().name]);
    // As its own stream has it, after the next start too.
    home.grants.reload();
    expect(home.grants.get(named.id).owner.subjectName).toBe('Anna Nowak');
  });

  test('stopping everything ends all that stands, and the sessions of other browsers', async () => {
    const { home } = await owner();
    const first = await share(context(home), { streams: ['pulse'], with: 'link' });
    const second = await share(context(home), { streams: ['pulse'], with: 'link' });
    await revoke(context(home), { grant: first.grant.id });
    const sessions = new Sessions();
    for (const browser of ['own', 'other']) sessions.open(browser);
    home.pages = { openUrl: () => '', sessions };
    const [own, other] = sessions.list();
    const all = await revokeAll(context(home), { keepSession: own.id });
    expect(all.ended.map(({ id }) => id)).toEqual([second.grant.id]);
    expect(all).toMatchObject({ failed: [], sessions: 1 });
    expect(sessions.list().map(({ id }) => id)).toEqual([own.id]);
    expect(other.id).not.toBe(own.id);
    expect(home.grants.active()).toEqual([]);
  });

  test('stopping everything ends every paired phone: at once, but the one that asks only after it has its answer', async () => {
    const { home } = await owner();
    const pair = (name: string) =>
      addPhone(home, { name, relay: 'wss://relay.example', secret: home.vault.random.bytes(32) });
    const [asking] = [pair('Hers'), pair('Stolen')];
    const sessions = new Sessions();
    sessions.open('kitchen');
    home.pages = { openUrl: () => '', sessions };
    const later: (() => void)[] = [];
    const fromAway = { ...context(home), phone: asking.id, afterAnswer: (act: () => void) => later.push(act) };
    expect(await revokeAll(fromAway, {})).toMatchObject({ sessions: 3 });
    expect(phonesOf(home).map(({ name }) => name)).toEqual(['Hers']);
    expect(sessions.list()).toEqual([]);
    for (const act of later) act();
    expect(phonesOf(home)).toEqual([]);
    pair('Another');
    await revokeAll(context(home), {});
    expect(phonesOf(home)).toEqual([]);
  });
});
