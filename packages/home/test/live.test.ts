// What a device may deliver: times that are in another unit than they should be are refused, not filed under 1970.
import { afterEach, expect, test } from 'vitest';
import { home as entry } from '../src/compose.ts';
import { Home } from '../src/home.ts';
import { inboxWaits } from '../src/inbox.ts';
import { parseDelivery, takeDelivery } from '../src/live.ts';
import { collector } from '../src/locked.ts';
import { openUnlocked } from '../src/unlock.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const deviceOf = (home: Home) => ({ id: 'd', name: 'Watch', subject: home.vault.subject('me').id });

test('seconds and milliseconds where microseconds are meant are refused, and no stream is made for them', async () => {
  const home = homes.make();
  for (const time of ['1795256430', '1795256430000'])
    for (const [body, type] of [
      [`heart-rate,${time},72\n`, 'text/csv'],
      [`{"series":"heart-rate","samples":[[${time},72]]}`, 'application/json'],
      [`{"series":"heart-rate","start":${time},"periodMicros":1,"values":[72,73]}`, 'application/json'],
    ] as const)
      await expect(takeDelivery(home, deviceOf(home), bytes(body), type)).rejects.toMatchObject({ code: 'malformed' });
  expect(home.vault.streams()).toEqual([]);
  const answer = await takeDelivery(home, deviceOf(home), bytes('heart-rate,1795256430000000,72'), 'text/csv');
  expect(answer).toMatchObject({ accepted: 1 });
});

test('what lies before 1970 is old and not wrong', () => {
  expect(parseDelivery(bytes('weight,-86400000000,70'), 'text/csv')).toHaveLength(1);
});

test('a home that another one took over from leaves its inbox as it is, says so, and opens every time', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const first = await entry.connectHome({ dir });
  const { credential } = await first.call('device.add', { name: 'Watch' });
  await first.close();
  const { keys } = await openUnlocked({ dir });
  const taken = new Home({ dir, keys, online: false });
  taken.vault.record([{ type: 'generation', generation: 1, at: taken.nowMicros(), home: '0011223344556677' }]);
  await taken.close();
  collector(dir).collect(credential, bytes('heart-rate,1795256430000000,72'), 'text/csv');
  for (const _ of [1, 2]) {
    const client = await entry.connectHome({ dir });
    const { retired, warnings } = await client.call('status', {});
    expect(retired).toBe(true);
    expect(warnings.filter(({ code }) => code === 'locked-elsewhere')).toHaveLength(1);
    await client.close();
  }
  const node = await entry.startNode({ dir, port: 0 });
  await node.close();
  expect(inboxWaits(dir)).toBe(true);
});

test('a locked home refuses what it could not read later', async () => {
  const dir = homes.dir();
  await entry.createHome({ dir });
  const { collect } = collector(dir);
  for (const body of ['heart-rate,1795256430,72', 'rubbish'])
    expect(() => collect('credential', bytes(body), 'text/csv')).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  collect('credential', bytes('heart-rate,1795256430000000,72'), 'text/csv');
});
