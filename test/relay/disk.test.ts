// What the disk does to a relay: no room, a kill at any moment, a page that is damaged. No event that was acknowledged is lost, and nothing false is
// ever served.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '@hale/testkit/hale-process';
import { verifyEvent } from 'nostr-tools/pure';
import { afterAll, describe, expect, test } from 'vitest';
import { Client, now, pause, type RelayUnderTest, type SignedEvent, Signer, startHaleRelay } from './harness.ts';

const folder = workFolder('relay-disk');
const small = join(folder.dir, 'small');
mkdirSync(small);

function mount(...options: string[]): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', small], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const isMounted = process.platform === 'linux' && mount('size=4m');
afterAll(() => {
  if (isMounted) execFileSync('umount', [small]);
  folder.remove();
});

test.skipIf(!isMounted)(
  'a full disk: refused in words, reading goes on, nothing acknowledged is lost, and with room it takes more',
  { timeout: 60_000 },
  async () => {
    const relay = await startHaleRelay({ dir: join(small, 'relay') });
    const [client, who] = [await Client.connect(relay.url), new Signer()];
    const acknowledged: string[] = [];
    let refusal = '';
    for (let at = 0; refusal === '' && at < 200; at++) {
      const event = who.sign({ content: Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('hex') });
      const { accepted, message } = await client.publish(event);
      if (accepted) acknowledged.push(event.id);
      else refusal = message;
    }
    expect(refusal).toMatch(/^error: /);
    expect(acknowledged.length).toBeGreaterThan(5);
    expect((await client.ids({ authors: [who.pubkey] })).sort()).toEqual([...acknowledged].sort());
    expect(await client.count({ authors: [who.pubkey] })).toBe(acknowledged.length);
    expect(mount('remount', 'size=32m')).toBe(true);
    const late = who.sign({});
    await client.store(late);
    await relay.process.kill9();
    const again = await startHaleRelay({ dir: relay.dir });
    const after = await Client.connect(again.url);
    expect((await after.ids({ authors: [who.pubkey] })).sort()).toEqual([...acknowledged, late.id].sort());
    after.close();
    await again.process.stop();
  },
);

test('killed at any moment, again and again, under writes, deletions and reconciliations', {
  timeout: 120_000,
}, async () => {
  const dir = join(folder.dir, 'killed');
  const who = new Signer();
  const [stored, deleted] = [new Set<string>(), new Set<string>()];
  for (let life = 0; life < 4; life++) {
    const relay = await startHaleRelay({ dir });
    const client = await Client.connect(relay.url);
    // Whatever was acknowledged in the lives before is there, and what was deleted is not.
    const found = new Set(await client.ids({ authors: [who.pubkey], kinds: [1] }));
    expect([...stored].filter((id) => !found.has(id))).toEqual([]);
    expect([...deleted].filter((id) => found.has(id))).toEqual([]);
    const events: SignedEvent[] = [];
    const requests = new Map<string, string>();
    const load = async () => {
      for (let at = 0; client.closeCode === null; at++) {
        const event = who.sign({ created_at: now() - (at % 60) });
        events.push(event);
        client.send('EVENT', event);
        if (at % 5 === 4) {
          const request = who.sign({ kind: 5, tags: [['e', events[at - 4].id]] });
          requests.set(request.id, events[at - 4].id);
          client.send('EVENT', request);
        }
        if (at % 20 === 0) client.send('NEG-OPEN', `n${at % 3}`, { authors: [who.pubkey] }, '6100000200');
        await pause(0);
      }
    };
    const running = load();
    await pause(100 + life * 190);
    await relay.process.kill9();
    await running;
    for (const [verb, id, accepted] of client.frames) {
      if (verb !== 'OK' || accepted !== true) continue;
      const target = requests.get(String(id));
      if (target === undefined) stored.add(String(id));
      else deleted.add(target);
    }
    for (const id of deleted) stored.delete(id);
    // Asked to be deleted, and nobody knows whether that was stored.
    for (const id of requests.values()) if (!deleted.has(id)) stored.delete(id);
    expect(client.faults).toEqual([]);
  }
  expect(stored.size).toBeGreaterThan(50);
  expect(deleted.size).toBeGreaterThan(5);
});

describe('a damaged page', () => {
  /** Fills a relay, stops it, and writes over bytes of its database. */
  async function damaged(name: string, from: (size: number) => number, length: number): Promise<string> {
    const relay = await startHaleRelay({ dir: join(folder.dir, name) });
    const [client, who] = [await Client.connect(relay.url), new Signer()];
    for (let at = 0; at < 200; at++) client.send('EVENT', who.sign({ content: `${at} ${'x'.repeat(1_000)}` }));
    await client.frame(() => client.frames.filter(([verb]) => verb === 'OK').length === 200);
    client.close();
    await relay.process.stop();
    const path = join(relay.dir, 'events.db');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(length, 0xa5), 0, length, from(statSync(path).size));
    closeSync(file);
    return relay.dir;
  }

  async function started(dir: string): Promise<RelayUnderTest | string> {
    return startHaleRelay({ dir }).catch((error: Error) => error.message);
  }

  test.each([
    ['the first', () => 0, 4_096],
    ['one in the middle', (size: number) => Math.floor(size / 8_192) * 4_096, 4_096],
    ['several', (size: number) => Math.floor(size / 16_384) * 4_096, 40_960],
  ] as const)(
    '%s: it does not start, or it serves nothing false and says what it cannot read',
    async (name, from, length) => {
      const relay = await started(await damaged(name, from, length));
      if (typeof relay === 'string') {
        expect(relay).toMatch(/damaged|corrupt|not a database/);
        return;
      }
      const client = await Client.connect(relay.url);
      const { events } = await client.subscribe('all', {});
      for (const event of events) expect(verifyEvent(event as SignedEvent)).toBe(true);
      const { accepted, message } = await client.publish(new Signer().sign({}));
      expect(accepted || message.startsWith('error: ')).toBe(true);
      await client.count({});
      expect([relay.process.exited, relay.process.stderr, client.closeCode]).toEqual([false, '', null]);
      client.close();
      await relay.process.stop();
    },
  );
});
