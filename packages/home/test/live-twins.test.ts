// The same night from a live device and from a file, in either order: it counts once, and the streams say who brought it and who keeps it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8Encode } from '@hale/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamInfo } from '../src/api.ts';
import { takeFrames } from '../src/bluetooth.ts';
import type { Home } from '../src/home.ts';
import { type KnownDevice, takeDelivery } from '../src/live.ts';
import { importFiles } from '../src/operations/import.ts';
import { deviceAdd, deviceList, deviceRemove } from '../src/operations/people.ts';
import { streams } from '../src/operations/read.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const T0 = Date.parse('2026-11-20T22:00:00Z') * 1000;
const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

type Reading = [micros: number, value: number];
const night: Reading[] = Array.from({ length: 3600 }, (_, i) => [T0 + i * 1e6, 50 + ((i * 7) % 31)]);

async function device(home: Home, name = 'Watch'): Promise<KnownDevice> {
  const { device: added } = await deviceAdd(context(home), { name });
  return { id: added.id, name, subject: home.vault.subject().id };
}

const deliver = (home: Home, to: KnownDevice, readings: readonly Reading[]) =>
  takeDelivery(
    home,
    to,
    utf8Encode(readings.map(([time, value]) => `heart-rate,${time},${value}`).join('\n')),
    'text/csv',
  );

async function imported(home: Home, readings: readonly Reading[]) {
  const file = join(homes.dir(), 'phone.csv');
  const rows = readings.map(([time, value]) => `${new Date(time / 1000).toISOString()},${value}`);
  writeFileSync(file, ['time,heart rate (/min)', ...rows, ''].join('\n'));
  const [report] = await importFiles(context(home), { files: [file], zone: 'UTC' });
  return report;
}

const streamsOf = async (home: Home) => await streams(context(home), {});
const told = (all: StreamInfo[]) =>
  Object.fromEntries(
    all.map(({ key, samples, origins }) => [
      `${key} ${samples}`,
      origins.map(({ source, assurance, samples: own, elsewhere }) => `${source} ${assurance} ${own} ${elsewhere}`),
    ]),
  );
const CSV = 'csv: heart rate (/min)';

describe('a file after a live device', () => {
  test('adds nothing, and the live stream says that both brought it', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await deliver(home, await device(home), night);
    expect(await imported(home, night)).toMatchObject({ accepted: 0, duplicate: 3600 });
    expect(told(await streamsOf(home))).toEqual({
      'heart-rate 3600': ['Watch delivered 3600 0', `${CSV} imported 0 3600`],
    });
  });

  test('adds the rest of a night, and says both; again it changes nothing', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await deliver(home, await device(home), night.slice(0, 3000));
    const once = { 'heart-rate 3600': ['Watch delivered 3000 0', `${CSV} imported 600 3000`] };
    expect(await imported(home, night)).toMatchObject({
      accepted: 600,
      elsewhere: [{ stream: 'heart-rate', count: 3000 }],
    });
    expect(told(await streamsOf(home))).toEqual(once);
    expect(await imported(home, night)).toMatchObject({ accepted: 0, duplicate: 3600 });
    expect(told(await streamsOf(home))).toEqual(once);
    expect(await deviceList(context(home), {})).toMatchObject([{ samples: 3000 }]);
  });

  test('of another sensor gets a stream of its own', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await deliver(home, await device(home), night);
    const other = night.map(([time, value]): Reading => [time, value + 3]);
    expect(await imported(home, other)).toMatchObject({ accepted: 3600, duplicate: 0 });
    expect(Object.keys(told(await streamsOf(home)))).toHaveLength(2);
  });
});

describe('a live device after a file', () => {
  test('adds what the file has not; what it brings again counts no second time', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await imported(home, night.slice(0, 3000));
    const watch = await device(home);
    expect(await deliver(home, watch, night)).toMatchObject({ read: 3600, accepted: 600, duplicate: 3000 });
    expect(await deliver(home, watch, night)).toMatchObject({ read: 3600, accepted: 0, duplicate: 3600 });
    home.tick();
    expect(told(await streamsOf(home))).toEqual({
      'heart-rate 3000': [`${CSV} imported 3000 0`, 'Watch delivered 0 3000'],
      'heart-rate-watch 600': ['Watch delivered 600 0'],
    });
  });

  test('reading by reading too, at fractions of the seconds that the file tells', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await imported(home, night.slice(0, 40));
    const watch = await device(home);
    for (const [time, value] of night.slice(0, 50)) await deliver(home, watch, [[time + 250_000, value]]);
    home.tick();
    expect(told(await streamsOf(home))).toMatchObject({
      'heart-rate 40': [`${CSV} imported 40 0`, 'Watch delivered 0 40'],
    });
    expect(Object.keys(told(await streamsOf(home)))).toContain('heart-rate-watch 10');
  });

  test('that measures for itself keeps its readings, also those that happen to be equal', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await imported(home, night);
    const band = await device(home, 'Band');
    const other = night.slice(0, 1200).map(([time, value], i): Reading => [time, i % 5 === 3 ? value : value + 2]);
    for (let i = 0; i < other.length; i += 7)
      expect(await deliver(home, band, other.slice(i, i + 7))).toMatchObject({ duplicate: 0 });
    expect((await streamsOf(home)).map(({ samples }) => samples)).toEqual([3600, 1200]);
  });

  test('of which single readings were corrected since is still the same sensor', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await imported(home, night);
    const watch = await device(home);
    const corrected = night.map(([time, value], i): Reading => [time, i % 100 === 50 ? value + 9 : value]);
    for (const reading of corrected.slice(0, 400)) await deliver(home, watch, [reading]);
    expect((await streamsOf(home)).map(({ samples }) => samples)).toEqual([3600, 4]);
  });

  test('finds at fractions of a second what a file brought into its own stream', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    const watch = await device(home);
    const later = night.map(([time, value]): Reading => [time + 86_400e6 + 250_000, value]);
    await deliver(home, watch, later);
    expect(await imported(home, night)).toMatchObject({ accepted: 3600, streams: ['heart-rate'] });
    const fine = night.map(([time, value]): Reading => [time + 250_000, value]);
    expect(await deliver(home, watch, fine)).toMatchObject({ accepted: 0, duplicate: 3600 });
    expect(await deliver(home, watch, later)).toMatchObject({ accepted: 0, duplicate: 3600 });
    expect(told(await streamsOf(home))).toEqual({
      'heart-rate 7200': [`${CSV} imported 3600 0`, 'Watch delivered 3600 0'],
    });
  });

  test('behind a gateway is named by its address, and as what it is', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    await imported(home, night);
    const gateway = await device(home, 'Gateway');
    const frames = night.map(([at, value]) =>
      JSON.stringify({
        at,
        device: 'C4:BE:84:00:11:22',
        characteristic: '2a37',
        value: `00${value.toString(16).padStart(2, '0')}`,
      }),
    );
    expect(await takeFrames(home, gateway, utf8Encode(frames.join('\n')))).toMatchObject({ duplicate: 3600 });
    home.tick();
    expect(told(await streamsOf(home))['heart-rate 3600']).toEqual([
      `${CSV} imported 3600 0`,
      'Gateway: c4:be:84:00:11:22 gateway 0 3600',
    ]);
  });
});

describe('enrolled', () => {
  test('with its assurance, by what it delivers; last contact and all that stays over a restart', async () => {
    let now = T0 + 7200e6;
    const home = homes.make({ nowMicros: () => now });
    await imported(home, night.slice(0, 100));
    const watch = await device(home);
    await deliver(home, watch, night.slice(0, 100));
    const gateway = await device(home, 'Gateway');
    const frame = { at: T0 + 7000e6, device: 'C4:BE:84:00:11:22', characteristic: '2a19', value: '57' };
    await takeFrames(home, gateway, utf8Encode(JSON.stringify(frame)));
    const before = await deviceList(context(home), {});
    now += 3600e6;
    const again = await homes.reopen(home, { nowMicros: () => now });
    expect(await deviceList(context(again), {})).toEqual(before);
    expect(before).toMatchObject([
      { name: 'Watch', assurance: 'delivered', lastContactMicros: T0 + 7200e6, behind: [], doubt: null },
      {
        name: 'Gateway',
        assurance: 'delivered',
        lastContactMicros: T0 + 7200e6,
        behind: [{ device: 'c4:be:84:00:11:22', assurance: 'gateway', lastContactMicros: T0 + 7000e6 }],
      },
    ]);
    const all = await streamsOf(again);
    expect(told(all)).toMatchObject({ 'heart-rate 100': [`${CSV} imported 100 0`, 'Watch delivered 0 100'] });
    expect(again.vault.streams().map(({ entry }) => [entry.kind, entry.assurance])).toEqual([
      ['heart-rate', 'imported'],
      ['heart-rate', 'delivered'],
      ['device-battery', 'gateway'],
    ]);
    // A device that is gone is still named by what it brought.
    await deviceRemove(context(again), { device: 'Gateway' });
    expect((await streamsOf(again)).at(-1)?.origins).toMatchObject([
      { source: 'Gateway: c4:be:84:00:11:22', assurance: 'gateway', samples: 1 },
    ]);
  });

  test('in an older catalogue, which does not say it: the least that is true', async () => {
    const home = homes.make({ nowMicros: () => T0 + 86_400e6 * 2 });
    const gateway = await device(home, 'Gateway');
    const frame = { at: T0, device: 'C4:BE:84:00:11:22', characteristic: '2a19', value: '57' };
    await takeFrames(home, gateway, utf8Encode(JSON.stringify(frame)));
    await imported(home, night.slice(0, 10));
    const { state } = home.vault;
    const older = [...state.streams.values(), ...state.devices.values()].map(({ assurance: _, ...entry }) => entry);
    home.vault.record(older);
    const again = await homes.reopen(home, { nowMicros: () => T0 + 86_400e6 * 2 });
    expect(await deviceList(context(again), {})).toMatchObject([{ assurance: 'delivered' }]);
    expect((await streamsOf(again)).map(({ kind, origins }) => [kind, ...origins.map((o) => o.assurance)])).toEqual([
      ['device-battery', 'delivered'],
      ['heart-rate', 'imported'],
    ]);
  });
});
