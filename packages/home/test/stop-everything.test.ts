// What was begun before everything was stopped, and waited for a relay meanwhile, opens nothing after it.
import { HaleError } from '@hale/kernel';
import { afterEach, expect, test } from 'vitest';
import { currentCard, emergencyChoice } from '../src/emergency/settings.ts';
import type { Home } from '../src/home.ts';
import { emergencyCard, emergencyNever, emergencyOff } from '../src/operations/emergency.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { revokeAll } from '../src/operations/stop-everything.ts';
import { addPhone, removePhone } from '../src/remote/phones.ts';
import { bringRecords, recordNamed } from './emergency-people.ts';
import { addStream, HOUR, Homes, random, samples, useRelay } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const codeOf = (work: unknown) =>
  Promise.resolve(work).then(
    () => 'none',
    (error: unknown) => (error instanceof HaleError ? error.code : error),
  );

async function owner(): Promise<Home> {
  const home = homes.make();
  useRelay(home, (await homes.relay(home.keys)).url);
  home.vault.ingest([{ stream: addStream(home, 'pulse'), samples: samples(home.nowMicros() - 2 * HOUR, 60) }]);
  return home;
}

test('a link whose locker was being filled', async () => {
  const home = await owner();
  const sharing = codeOf(OPERATIONS['share.locker'](context(home), { streams: ['pulse'], as: 'Ann', withPin: true }));
  await revokeAll(context(home), {});
  expect(await sharing).toBe('conflict');
  expect(home.grants.active()).toEqual([]);
});

test('a link that a phone asked for, which was removed meanwhile', async () => {
  const home = await owner();
  const { id } = addPhone(home, { name: 'Old phone', relay: home.storeRelays()[0], secret: random(32) });
  const asked = { ...context(home), phone: id };
  const sharing = codeOf(OPERATIONS['share.locker'](asked, { streams: ['pulse'], as: 'Ann', withPin: true }));
  removePhone(home, id);
  expect(await sharing).toBe('not-permitted');
  expect(home.grants.active()).toEqual([]);
});

test('an emergency card whose locker was being made', async () => {
  const home = await owner();
  await bringRecords(home);
  const me = home.vault.subject().id;
  await emergencyCard(context(home), {});
  const making = codeOf(emergencyCard(context(home), {}));
  await revokeAll(context(home), {});
  expect(await making).toBe('conflict');
  expect(currentCard(emergencyChoice(home, me))).toBeUndefined();
});

test('a card that was being made takes back nothing that she said meanwhile', async () => {
  const home = await owner();
  await bringRecords(home);
  const me = home.vault.subject().id;
  const making = emergencyCard(context(home), {});
  const id = recordNamed(home, 'Syphilis');
  await emergencyNever(context(home), { records: [id] });
  await making;
  expect(emergencyChoice(home, me).never).toHaveLength(1);
});

test('a card that was being made when she forbade emergency access is not there', async () => {
  const home = await owner();
  await bringRecords(home);
  const me = home.vault.subject().id;
  const making = codeOf(emergencyCard(context(home), {}));
  await emergencyOff(context(home), { forbid: true });
  expect(await making).toBe('conflict');
  expect(emergencyChoice(home, me)).toMatchObject({ isForbidden: true });
  expect(currentCard(emergencyChoice(home, me))).toBeUndefined();
});
