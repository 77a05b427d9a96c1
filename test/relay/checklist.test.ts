// relay-tester's hundred items against `hale relay`: every one has an answer of ours, and the relay gives it.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKLIST, type Stage } from './checklist.ts';
import { Client, Signer, startHaleRelay } from './harness.ts';

const items = readFileSync(new URL('../data/nostr/relay-tester-items.txt', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');

let stage: Stage;
beforeAll(async () => {
  const relay = await startHaleRelay({ limits: { pingMillis: 1_000 } });
  const [client, subscribed, idle] = [
    await Client.connect(relay.url),
    await Client.connect(relay.url),
    await Client.connect(relay.url),
  ];
  await subscribed.subscribe('waits', { '#t': ['long after'] });
  stage = { relay, client, subscribed, idle, ann: new Signer(), bob: new Signer(), begunAt: performance.now() };
});
afterAll(async () => {
  for (const client of [stage.client, stage.subscribed, stage.idle]) client.close();
  await stage.relay.stop();
});

test('the list is theirs, and each of its items has one answer', () => {
  expect(items).toHaveLength(100);
  expect(Object.keys(CHECKLIST).sort()).toEqual([...items].sort());
});

describe('relay-tester', () => {
  for (const item of items) {
    const answer = CHECKLIST[item];
    test(answer?.but === undefined ? item : `${item}: no, ${answer.but}`, async () => await answer.check(stage));
  }
});
