// Table D of the peers that were probed (fourteen behaviours that no relay of 2026 gets all right), with a column of our own: right in every row,
// against `hale relay` itself.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, now, pause, type RelayUnderTest, Signer, startHaleRelay } from './harness.ts';

let relay: RelayUnderTest;
let client: Client;
beforeAll(async () => {
  relay = await startHaleRelay();
  client = await Client.connect(relay.url);
});
afterAll(async () => {
  client?.close();
  await relay?.stop();
});

const refused = (prefix: string) => ({ accepted: false, message: expect.stringMatching(new RegExp(`^${prefix}: `)) });
const there = async (...ids: string[]) => (await client.ids({ ids })).sort();

interface Row {
  /** As the table names it, and what @nostr-relay 0.0.40, strfry 1.1.0 and strfry's master did. */
  readonly name: string;
  readonly others: readonly [string, string, string];
  readonly ours: string;
  readonly check: () => Promise<void>;
}

const ROWS: readonly Row[] = [
  {
    name: 'AUTH challenge at connect',
    others: ['yes (hostname set)', 'no (on demand)', 'no (on demand)'],
    ours: 'yes',
    check: async () => expect(await client.challenge()).toMatch(/^[0-9a-f]{64}$/),
  },
  {
    name: 'bad signature',
    others: ['refused', 'refused', 'refused'],
    ours: 'refused',
    check: async () => {
      const who = new Signer();
      const event = { ...who.sign({}), sig: who.sign({}).sig };
      expect(await client.publish(event)).toMatchObject(refused('invalid'));
      expect(await there(event.id)).toEqual([]);
    },
  },
  {
    name: "kind 5 removes own event / other author's",
    others: ['yes / no', 'yes / no', 'yes / no'],
    ours: 'yes / no, and says so',
    check: async () => {
      const [who, other] = [new Signer(), new Signer()];
      const [own, foreign] = [who.sign({}), other.sign({})];
      await client.store(own, foreign, who.sign({ kind: 5, tags: [['e', own.id]] }));
      expect(await client.publish(who.sign({ kind: 5, tags: [['e', foreign.id]] }))).toMatchObject(refused('invalid'));
      await client.store(
        who.sign({
          kind: 5,
          tags: [
            ['e', own.id],
            ['e', foreign.id],
          ],
        }),
      );
      expect(await there(own.id, foreign.id)).toEqual([foreign.id]);
    },
  },
  {
    name: 'the kind 5 itself is kept and served',
    others: ['no', 'yes', 'yes'],
    ours: 'yes',
    check: async () => {
      const who = new Signer();
      const event = who.sign({});
      const deletion = who.sign({ kind: 5, tags: [['e', event.id]] });
      await client.store(event, deletion);
      expect(await client.ids({ kinds: [5], authors: [who.pubkey] })).toEqual([deletion.id]);
    },
  },
  {
    name: 'deleted event re-published',
    others: ['OK true, served again', 'refused', 'refused'],
    ours: 'refused, also over another connection and after a restart',
    check: async () => {
      const who = new Signer();
      const event = who.sign({});
      const early = who.sign({});
      await client.store(
        event,
        who.sign({
          kind: 5,
          tags: [
            ['e', event.id],
            ['e', early.id],
          ],
        }),
      );
      expect(await client.publish(event)).toMatchObject(refused('blocked'));
      const other = await Client.connect(relay.url);
      expect(await other.publish(event)).toMatchObject(refused('blocked'));
      expect(await other.publish(early)).toMatchObject(refused('blocked'));
      other.close();
      await relay.process.stop();
      const again = await startHaleRelay({ dir: relay.dir });
      const after = await Client.connect(again.url);
      expect(await after.publish(event)).toMatchObject(refused('blocked'));
      after.close();
      const { stop: removeFolder } = relay;
      const stop = async () => {
        await again.process.stop();
        await removeFolder();
      };
      relay = { ...again, stop };
      client = await Client.connect(relay.url);
    },
  },
  {
    name: 'old version of addressable re-published',
    others: ['OK true, not served', 'refused', 'refused'],
    ours: 'refused',
    check: async () => {
      const who = new Signer();
      const [older, newer] = [60, 30].map((age) =>
        who.sign({ kind: 30_078, tags: [['d', 'x']], created_at: now() - age }),
      );
      await client.store(older, newer);
      expect(await client.publish(older)).toMatchObject(refused('invalid'));
      expect(await there(older.id, newer.id)).toEqual([newer.id]);
    },
  },
  {
    name: 'kind 5 with `a`',
    others: ['removes (after 1 s)', 'removes', 'removes'],
    ours: 'removes, before OK, and refuses what is not newer',
    check: async () => {
      const who = new Signer();
      const event = who.sign({ kind: 30_078, tags: [['d', 'y']], created_at: now() - 20 });
      const address = ['a', `30078:${who.pubkey}:y`];
      await client.store(event, who.sign({ kind: 5, tags: [address], created_at: now() - 10 }));
      expect(await there(event.id)).toEqual([]);
      const older = who.sign({ kind: 30_078, tags: [['d', 'y']], created_at: now() - 15 });
      expect(await client.publish(older)).toMatchObject(refused('blocked'));
      await client.store(who.sign({ kind: 30_078, tags: [['d', 'y']] }));
    },
  },
  {
    name: 'expired (NIP-40) on publish',
    others: ['refused', 'refused', 'refused'],
    ours: 'refused',
    check: async () => {
      const event = new Signer().sign({ tags: [['expiration', String(now() - 1)]] });
      expect(await client.publish(event)).toMatchObject(refused('invalid'));
    },
  },
  {
    name: 'event that expired 1 s ago still served',
    others: ['yes', 'yes (until its cron)', 'yes'],
    ours: 'no: not from that second on, not by REQ, COUNT or NEG',
    check: async () => {
      const who = new Signer();
      const until = now() + 2;
      const event = who.sign({ tags: [['expiration', String(until)]] });
      await client.store(event);
      expect(await there(event.id)).toEqual([event.id]);
      await pause(until * 1_000 - Date.now() + 50);
      expect(await there(event.id)).toEqual([]);
      expect(await client.count({ authors: [who.pubkey] })).toBe(0);
      // An empty set against an empty set: nothing is said of it.
      const from = client.frames.length;
      client.send('NEG-OPEN', 'gone', { authors: [who.pubkey] }, '6100000200');
      expect((await client.frame(([verb]) => verb === 'NEG-MSG', from))[2]).toBe('6100000200');
      client.send('NEG-CLOSE', 'gone');
    },
  },
  {
    name: '`["-"]` without AUTH',
    others: ['accepted', 'auth-required', 'auth-required'],
    ours: 'auth-required, and taken from its proven author only',
    check: async () => {
      const [who, other] = [new Signer(), new Signer()];
      const event = who.sign({ tags: [['-']] });
      expect(await client.publish(event)).toMatchObject(refused('auth-required'));
      const fresh = await Client.connect(relay.url);
      await fresh.prove(other, relay.url);
      expect(await fresh.publish(event)).toMatchObject(refused('auth-required'));
      await fresh.prove(who, relay.url);
      await fresh.store(event);
      fresh.close();
    },
  },
  {
    name: 'kind 1059 readable by a stranger',
    others: ['yes', 'yes', 'no: auth-required'],
    ours: 'no: auth-required; by id, by COUNT, by NEG and live he finds nothing',
    check: async () => {
      const addressee = new Signer();
      const stranger = await Client.connect(relay.url);
      await stranger.subscribe('all', {});
      const wrap = new Signer().sign({ kind: 1059, tags: [['p', addressee.pubkey]], content: 'sealed' });
      await client.store(wrap);
      expect((await stranger.subscribe('w', { kinds: [1059], '#p': [addressee.pubkey] })).closed).toMatch(
        /^auth-required: /,
      );
      expect(await stranger.ids({ ids: [wrap.id] })).toEqual([]);
      expect(await stranger.count({ ids: [wrap.id] })).toBe(0);
      const from = stranger.frames.length;
      stranger.send('NEG-OPEN', 'n', { ids: [wrap.id] }, '6100000200');
      expect((await stranger.frame(([verb]) => verb === 'NEG-MSG', from))[2]).toBe('6100000200');
      stranger.send('NEG-OPEN', 'm', { kinds: [1059] }, '6100000200');
      expect((await stranger.frame(([verb]) => verb === 'NEG-ERR', from))[2]).toMatch(/^auth-required: /);
      await client.store(new Signer().sign({}));
      const live = await stranger.frame(([verb, id]) => verb === 'EVENT' && id === 'all', from);
      expect((live[2] as { kind: number }).kind).toBe(1);
      await stranger.prove(addressee, relay.url);
      expect(await stranger.ids({ kinds: [1059] })).toEqual([wrap.id]);
      stranger.close();
    },
  },
  {
    name: "recipient's kind 5 removes its wrap",
    others: ['no', 'no', 'yes'],
    ours: 'yes, for ever',
    check: async () => {
      const [addressee, fresh] = [new Signer(), await Client.connect(relay.url)];
      const wrap = new Signer().sign({ kind: 1059, tags: [['p', addressee.pubkey]], content: 'sealed' });
      await fresh.prove(addressee, relay.url);
      await fresh.store(
        wrap,
        addressee.sign({
          kind: 5,
          tags: [
            ['e', wrap.id],
            ['k', '1059'],
          ],
        }),
      );
      expect(await fresh.ids({ kinds: [1059] })).toEqual([]);
      expect(await fresh.publish(wrap)).toMatchObject(refused('blocked'));
      fresh.close();
    },
  },
  {
    name: 'kind 62 vanish honoured',
    others: ['no', 'no', 'no'],
    ours: 'yes: all up to its time, deletions and wraps to that key too, and nothing of it comes back',
    check: async () => {
      const [who, fresh] = [new Signer(), await Client.connect(relay.url)];
      const note = who.sign({ created_at: now() - 10 });
      const other = who.sign({ created_at: now() - 10 });
      const deletion = who.sign({ kind: 5, created_at: now() - 9, tags: [['e', other.id]] });
      const wrap = new Signer().sign({
        kind: 1059,
        created_at: now() - 8,
        tags: [['p', who.pubkey]],
        content: 'sealed',
      });
      await fresh.prove(who, relay.url);
      await fresh.store(note, other, deletion, wrap);
      const vanish = who.sign({ kind: 62, created_at: now() - 5, tags: [['relay', relay.url]] });
      await fresh.store(vanish);
      expect(await fresh.ids({ authors: [who.pubkey] })).toEqual([vanish.id]);
      expect(await fresh.ids({ kinds: [1059] })).toEqual([]);
      for (const event of [note, other, deletion, wrap])
        expect(await fresh.publish(event)).toMatchObject(refused('blocked'));
      const elsewhere = who.sign({ kind: 62, tags: [['relay', 'wss://other.example']] });
      expect(await fresh.publish(elsewhere)).toMatchObject(refused('invalid'));
      fresh.close();
    },
  },
  {
    name: 'created_at +1 day',
    others: ['accepted', 'refused', 'refused'],
    ours: 'refused',
    check: async () =>
      expect(await client.publish(new Signer().sign({ created_at: now() + 86_400 }))).toMatchObject(refused('invalid')),
  },
  {
    name: '200 kB event',
    others: ['no OK answer', 'refused "too large"', 'refused'],
    ours: 'refused by OK with the reason, and the connection goes on',
    check: async () => {
      expect(await client.publish(new Signer().sign({ content: 'x'.repeat(200_000) }))).toMatchObject(
        refused('invalid'),
      );
      await client.store(new Signer().sign({ content: 'x'.repeat(190_000) }));
    },
  },
];

test('the table is whole', () => expect(ROWS).toHaveLength(15));

describe('behaviour', () => {
  for (const { name, others, ours, check } of ROWS)
    test(`${name}: ${ours} (${others.map((each) => each.replace(/^(.{24}).+/, '$1…')).join(' | ')})`, check);
});
