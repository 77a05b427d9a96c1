// Each limit that NIP-11 tells is the one that holds: just at it the relay serves, one beyond it refuses, and says why.
import type { Filter } from '@hale/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, information, now, type RelayUnderTest, Signer, startHaleRelay } from './harness.ts';
import { faultOfInformation } from './schemas.ts';

let relay: RelayUnderTest;
let client: Client;
let limit: Record<string, number>;
beforeAll(async () => {
  relay = await startHaleRelay({
    limits: { eventsPerRequestMax: 500 },
    args: [
      '--contact',
      'mailto:desk@clinic.example',
      '--privacy',
      'https://clinic.example/privacy',
      '--jurisdiction',
      'PL',
      '--jurisdiction',
      'DE',
    ],
  });
  client = await Client.connect(relay.url);
  limit = (await information(relay)).limitation as Record<string, number>;
});
afterAll(async () => {
  client?.close();
  await relay?.stop();
});

const who = new Signer();
const refused = (prefix: string) => ({ accepted: false, message: expect.stringMatching(new RegExp(`^${prefix}: `)) });

test('the document is what the schema of NIP-11 wants, with what we add to it', async () => {
  const document = await information(relay);
  expect(faultOfInformation(document)).toBe('');
  expect(document).toMatchObject({
    contact: 'mailto:desk@clinic.example',
    privacy_policy: 'https://clinic.example/privacy',
    relay_countries: ['PL', 'DE'],
    retention: expect.arrayContaining([{}, { kinds: [1980] }]),
    hale: {
      private: false,
      jurisdiction: ['PL', 'DE'],
      retention: expect.arrayContaining([{ time: null }, { kinds: [1980], time: null }]),
      privacy: 'https://clinic.example/privacy',
      contact: 'mailto:desk@clinic.example',
    },
  });
  const bare = await startHaleRelay({ private: true });
  expect(faultOfInformation(await information(bare))).toBe('');
  expect(await information(bare)).toMatchObject({
    contact: '',
    limitation: { auth_required: true, restricted_writes: true },
    hale: { privacy: null, contact: null },
  });
  await bare.stop();
});

test('max_message_length: bytes of a frame', async () => {
  const event = who.sign({});
  const frame = JSON.stringify(['EVENT', event]);
  // White space is JSON; é makes two bytes of one character.
  client.sendText(frame + ' '.repeat(limit.max_message_length - frame.length));
  await client.frame(([verb, id]) => verb === 'OK' && id === event.id);
  const other = await Client.connect(relay.url);
  const long = JSON.stringify(['EVENT', who.sign({ content: 'é' })]);
  other.sendText(long + ' '.repeat(limit.max_message_length - Buffer.byteLength(long) + 1));
  await expect(other.frame(([verb]) => verb === 'OK')).rejects.toThrow('closed with 1009');
  await client.store(who.sign({}));
});

test('max_subid_length', async () => {
  expect(await client.subscribe('x'.repeat(limit.max_subid_length), { limit: 0 })).toMatchObject({ closed: null });
  const from = client.frames.length;
  client.send('REQ', 'x'.repeat(limit.max_subid_length + 1), { limit: 0 });
  expect((await client.frame(([verb]) => verb === 'NOTICE', from))[1]).toMatch(/^invalid: /);
  client.send('CLOSE', 'x'.repeat(limit.max_subid_length));
});

test('max_filters, for REQ and COUNT', async () => {
  const filters: Filter[] = Array.from({ length: limit.max_filters }, () => ({ kinds: [1], limit: 0 }));
  expect(await client.subscribe('many', ...filters)).toMatchObject({ closed: null });
  expect((await client.subscribe('more', ...filters, {})).closed).toMatch(/^invalid: /);
  expect(await client.count(...filters)).toEqual(expect.any(Number));
  expect(await client.count(...filters, {})).toMatch(/^invalid: /);
  client.send('CLOSE', 'many');
});

test('max_event_tags', async () => {
  const tags = Array.from({ length: limit.max_event_tags }, (_, at) => ['t', String(at)]);
  await client.store(who.sign({ tags }));
  expect(await client.publish(who.sign({ tags: [...tags, ['t', 'one more']] }))).toMatchObject(refused('invalid'));
});

test('max_content_length: characters, not units of UTF-16', async () => {
  await client.store(who.sign({ content: 'x'.repeat(limit.max_content_length) }));
  const wide = `${'x'.repeat(limit.max_content_length - 10_000)}${'🫀'.repeat(10_000)}`;
  await client.store(who.sign({ content: wide }));
  for (const content of ['x'.repeat(limit.max_content_length + 1), `${wide}x`])
    expect(await client.publish(who.sign({ content }))).toMatchObject(refused('invalid'));
});

test('created_at_upper_limit', async () => {
  await client.store(who.sign({ created_at: now() + limit.created_at_upper_limit - 2 }));
  const late = who.sign({ created_at: now() + limit.created_at_upper_limit + 5 });
  expect(await client.publish(late)).toMatchObject(refused('invalid'));
});

test('max_limit and default_limit: what one REQ brings', { timeout: 120_000 }, async () => {
  const [author, start] = [new Signer(), now()];
  const count = limit.max_limit + 1;
  const before = client.frames.filter(([verb]) => verb === 'OK').length;
  for (let at = 0; at < count; at++)
    client.send('EVENT', author.sign({ kind: 7, content: '+', created_at: start - at }));
  await client.frame(() => client.frames.filter(([verb]) => verb === 'OK').length >= before + count, 0, 60_000);
  expect(await client.count({ authors: [author.pubkey] })).toBe(count);
  expect(limit.default_limit).toBe(limit.max_limit);
  expect(await client.query({ authors: [author.pubkey], limit: count })).toHaveLength(limit.max_limit);
  expect(await client.query({ authors: [author.pubkey] })).toHaveLength(limit.default_limit);
});
