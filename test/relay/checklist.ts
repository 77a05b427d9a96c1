// The hundred items of relay-tester (test/data/nostr/relay-tester-items.txt, mikedilger, MIT), each with what our relay does. Where our answer
// is not the one that the item wishes for, `but` says why, and the check holds the relay to it.
import { createHash } from 'node:crypto';
import type { NostrEvent } from '@hale/kernel';
import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'vitest';
import { Client, information, now, pause, type RelayUnderTest, Signer } from './harness.ts';

export interface Stage {
  readonly relay: RelayUnderTest;
  readonly client: Client;
  readonly ann: Signer;
  readonly bob: Signer;
  /** Open since the beginning: with a subscription, and with none. */
  readonly subscribed: Client;
  readonly idle: Client;
  /** Milliseconds, `performance.now()`. */
  readonly begunAt: number;
}

export interface Item {
  readonly check: (stage: Stage) => Promise<void>;
  /** Why we answer otherwise than the item wishes. */
  readonly but?: string;
}

const yes = (check: Item['check']): Item => ({ check });
const no = (but: string, check: Item['check']): Item => ({ but, check });

const refused = (prefix: string) => ({ accepted: false, message: expect.stringMatching(new RegExp(`^${prefix}: `)) });
const accepted = { accepted: true };

const claims = (nip: number) =>
  yes(async ({ relay }) => expect((await information(relay)).supported_nips).toContain(nip));
const doesNotClaim = (nip: number, why: string) =>
  no(why, async ({ relay }) => expect((await information(relay)).supported_nips).not.toContain(nip));

/** An event as text, signed over its NIP-01 serialization; `contentJson`, `tagsJson` and `fields` are put in as they are. */
function rawEvent(
  who: Signer,
  parts: {
    created_at?: number;
    kind?: number;
    content?: string;
    contentJson?: string;
    tags?: string[][];
    fields?: string;
  },
): { id: string; text: string } {
  const { created_at = now(), kind = 1, content = '', tags = [] } = parts;
  const verbatim = (text: string) =>
    `"${text.replace(/[\n"\\\r\t\b\f]/g, (c) => ({ '\n': '\\n', '"': '\\"', '\\': '\\\\', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' })[c] ?? c)}"`;
  const tagsJson = `[${tags.map((tag) => `[${tag.map(verbatim).join(',')}]`).join(',')}]`;
  const serialized = `[0,"${who.pubkey}",${created_at},${kind},${tagsJson},${verbatim(content)}]`;
  const hash = createHash('sha256').update(serialized).digest();
  const sig = Buffer.from(schnorr.sign(hash, who.secret)).toString('hex');
  const id = hash.toString('hex');
  const text = `{${parts.fields ?? ''}"content":${parts.contentJson ?? verbatim(content)},"sig":"${sig}","id":"${id}","kind":${kind},"pubkey":"${who.pubkey}","created_at":${created_at},"tags":${tagsJson}}`;
  return { id, text };
}

async function publishRaw(client: Client, { id, text }: { id: string; text: string }) {
  const from = client.frames.length;
  client.sendText(`["EVENT",${text}]`);
  const [, , isAccepted, message] = await client.frame(([verb, of]) => verb === 'OK' && of === id, from);
  return { accepted: isAccepted as boolean, message: message as string };
}

/** Taken, and served with the same content. */
const comesBack = (content: string, contentJson?: string) =>
  yes(async ({ client, ann }) => {
    const raw = rawEvent(ann, { content, ...(contentJson === undefined ? {} : { contentJson }) });
    expect(await publishRaw(client, raw)).toMatchObject(accepted);
    expect((await client.query({ ids: [raw.id] })).map((event) => event.content)).toEqual([content]);
  });

const dated = (created_at: () => number) =>
  yes(async ({ client, ann }) => {
    const event = ann.sign({ created_at: created_at() });
    expect(await client.publish(event)).toMatchObject(accepted);
    expect(await client.ids({ ids: [event.id] })).toEqual([event.id]);
  });

const documents: Record<string, Item> = {
  'NIP-11 document is provided': yes(async ({ relay }) =>
    expect(await information(relay)).toMatchObject({ name: expect.any(String), supported_nips: expect.any(Array) }),
  ),
  'Claims support for NIP-04 (old DMs)': doesNotClaim(4, 'it is unrecommended; NIP-17 has taken its place'),
  'Claims support for NIP-09 (Deletion)': claims(9),
  'Claims support for NIP-11 (Relay Information Document)': claims(11),
  'Claims support for NIP-26 (Delegated Event Signing)': doesNotClaim(26, 'it is unrecommended'),
  'Claims support for NIP-29 (Relay-based Groups)': doesNotClaim(
    29,
    'groups that the relay can read are not for sealed data',
  ),
  'Claims support for NIP-40 (Expiration Timestamp)': claims(40),
  'Claims support for NIP-42 (AUTH)': claims(42),
  'Claims support for NIP-45 (COUNT)': claims(45),
  'Claims support for NIP-50 (SEARCH)': claims(50),
  'Claims support for NIP-59 (Giftwrap)': claims(59),
  'Claims support for NIP-65 (Relay Lists)': claims(65),
  'Claims support for NIP-94 (File Metadata)': doesNotClaim(94, 'files are not kept here'),
  'Claims support for NIP-96 (HTTP file storage)': doesNotClaim(96, 'files are not kept here'),
};

const basics: Record<string, Item> = {
  'Prompts for AUTH when client connects': yes(async ({ relay }) => {
    const fresh = await Client.connect(relay.url);
    expect(await fresh.challenge()).toMatch(/^[0-9a-f]{64}$/);
    fresh.close();
  }),
  'Supports EOSE': yes(async ({ client }) =>
    expect(await client.query({ authors: [new Signer().pubkey] })).toEqual([]),
  ),
  'Closes complete subscriptions after EOSE': no(
    'an event that is not there yet may still come, and one that is may be sent again by nobody: a subscription lives until CLOSE',
    async ({ client, ann }) => {
      const event = ann.sign({});
      expect(await client.subscribe('one id', { ids: [event.id] })).toEqual({ events: [], closed: null });
      const from = client.frames.length;
      await client.store(event);
      await client.frame(([verb, id]) => verb === 'EVENT' && id === 'one id', from);
      client.send('CLOSE', 'one id');
    },
  ),
  'Public can write': yes(async ({ client }) => client.store(new Signer().sign({}))),
  'Accepts relay lists from the public': yes(async ({ client }) =>
    client.store(new Signer().sign({ kind: 10_002, tags: [['r', 'wss://relay.example']] })),
  ),
  'Accepts DM relay lists from the public': yes(async ({ client }) =>
    client.store(new Signer().sign({ kind: 10_050, tags: [['relay', 'wss://relay.example']] })),
  ),
  'Accepts ephemeral events from the public': yes(async ({ client }) =>
    client.store(new Signer().sign({ kind: 23_195 })),
  ),
  'Sends OK after EVENT': yes(async ({ client, ann }) =>
    expect(await client.publish(ann.sign({}))).toEqual({ accepted: true, message: '' }),
  ),
  'Verifies event signatures': yes(async ({ client, ann }) => {
    const [one, other] = [ann.sign({}), ann.sign({})];
    expect(await client.publish({ ...one, sig: other.sig })).toMatchObject(refused('invalid'));
  }),
  'Verifies event ID hashes': yes(async ({ client, ann }) => {
    const event = ann.sign({});
    const id = `${event.id.slice(0, 63)}${event.id.endsWith('0') ? '1' : '0'}`;
    expect(await client.publish({ ...event, id })).toMatchObject(refused('invalid'));
  }),
  'Supports large contact lists': yes(async ({ client }) => {
    const who = new Signer();
    const tags = Array.from({ length: 2_000 }, (_, at) => ['p', createHash('sha256').update(String(at)).digest('hex')]);
    const event = who.sign({ kind: 3, tags });
    await client.store(event);
    expect((await client.query({ kinds: [3], authors: [who.pubkey] }))[0].tags).toHaveLength(2_000);
  }),
};

const json: Record<string, Item> = {
  'Accepts NIP-01 JSON escape sequences': comesBack(
    'linebreak\ndoublequote"backslash\\return\rtab\tbackspace\bformfeed\fend',
  ),
  'Accepts unlisted JSON escape sequences': comesBack(
    '\u0000\u0001\u0007\u000b\u000e\u000f\u0010\u0016 /',
    '"\\u0000\\u0001\\u0007\\u000b\\u000e\\u000f\\u0010\\u0016 \\/"',
  ),
  'Accepts literals for JSON escape sequences': no(
    'a control character that stands bare in a JSON text makes it no JSON (RFC 8259 §7): the frame is refused, nothing is stored',
    async ({ client, ann }) => {
      const content = 'linebreak\nreturn\rtab\tbackspace\bformfeed\fend';
      const raw = rawEvent(ann, { content, contentJson: `"${content}"` });
      const from = client.frames.length;
      client.sendText(`["EVENT",${raw.text}]`);
      expect((await client.frame(([verb]) => verb === 'NOTICE' || verb === 'OK', from))[0]).toBe('NOTICE');
      expect(await client.ids({ ids: [raw.id] })).toEqual([]);
    },
  ),
  'Accepts UTF-8 non-characters': comesBack('\ufdd1\u{10fff2}\ufffe\uffff'),
  'Accepts events with empty tags': no('a tag has one item or more (NIP-01)', async ({ client, ann }) => {
    const raw = rawEvent(ann, { tags: [[], []] });
    expect(await publishRaw(client, raw)).toMatchObject(refused('invalid'));
    await client.store(ann.sign({ tags: [['']] }));
  }),
  'Preserves JSON field order': no(
    'an event is its seven fields; it comes back in the order of NIP-01',
    async ({ client, ann }) => {
      const raw = rawEvent(ann, {});
      await publishRaw(client, raw);
      const [event] = await client.query({ ids: [raw.id] });
      expect(Object.keys(event)).toEqual(['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig']);
    },
  ),
  'Preserves Non-standard JSON fields': no('what nobody signed is not kept', async ({ client, ann }) => {
    const raw = rawEvent(ann, { fields: '"extra":"unsigned",' });
    expect(await publishRaw(client, raw)).toMatchObject(accepted);
    const [event] = await client.query({ ids: [raw.id] });
    expect(event).not.toHaveProperty('extra');
  }),
  'Handles event.kind > 16 bit': yes(async ({ client, ann }) =>
    expect(await publishRaw(client, rawEvent(ann, { kind: 65_536 }))).toMatchObject(refused('invalid')),
  ),
  'Handles filter.kinds > 16 bit': yes(async ({ client }) => {
    expect(await client.query({ kinds: [65_536, 4_294_967_297] })).toEqual([]);
  }),
  'Accepts negative filter.since/until': yes(async ({ client, ann }) => {
    const event = ann.sign({});
    await client.store(event);
    expect(await client.ids({ ids: [event.id], since: -100 })).toEqual([event.id]);
    expect(await client.ids({ ids: [event.id], until: -100 })).toEqual([]);
  }),
  'Accepts null character': comesBack('before\u0000after', '"before\\u0000after"'),
  'Handles filter prefixes': yes(async ({ client, ann }) => {
    const from = client.frames.length;
    client.send('REQ', 'prefix', { authors: [ann.pubkey.slice(0, 8)] });
    const [, , reason] = await client.frame(([verb, id]) => verb === 'CLOSED' && id === 'prefix', from);
    expect(reason).toMatch(/^invalid: /);
  }),
};

const times: Record<string, Item> = {
  'Accepts event.created_at one week old': dated(() => now() - 7 * 86_400),
  'Accepts event.created_at one month old': dated(() => now() - 28 * 86_400),
  'Accepts event.created_at one year old': dated(() => now() - 365 * 86_400),
  'Accepts event.created_at from before nostr': dated(() => 1_420_070_461),
  'Accepts event.created_at from before 2000': dated(() => 915_148_861),
  'Accepts event.created_at from 1970': dated(() => 0),
  'Accepts event.created_at from before 1970': no(
    'no clock that signs says so, and stores of others cannot hold it: invalid',
    async ({ client, ann }) =>
      expect(await publishRaw(client, rawEvent(ann, { created_at: -200 }))).toMatchObject(refused('invalid')),
  ),
  'Accepts event.created_at in the distant future': no(
    'more than 900 s ahead is refused, as NIP-11 says of us: it would stand above everything for ever',
    async ({ relay, client, ann }) => {
      const { limitation } = (await information(relay)) as { limitation: { created_at_upper_limit: number } };
      const ahead = limitation.created_at_upper_limit;
      expect(await client.publish(ann.sign({ created_at: now() + ahead + 5 }))).toMatchObject(refused('invalid'));
      expect(await client.publish(ann.sign({ created_at: now() + ahead - 5 }))).toMatchObject(accepted);
      for (const created_at of [now() + 365 * 86_400, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])
        expect(await client.publish(ann.sign({ created_at }))).toMatchObject(refused('invalid'));
    },
  ),
};

/** Ten notes of one author, a second apart, newest first. */
async function tenNotes(client: Client): Promise<{ who: Signer; notes: NostrEvent[] }> {
  const who = new Signer();
  const start = now() - 5_000;
  const notes = Array.from({ length: 10 }, (_, at) =>
    who.sign({
      created_at: start + at,
      tags: [
        ['t', at % 2 === 0 ? 'even' : 'odd'],
        ['x', who.pubkey],
      ],
    }),
  );
  await client.store(...notes);
  return { who, notes: notes.reverse() };
}

const idsOf = (events: readonly NostrEvent[]) => events.map(({ id }) => id);

const finding: Record<string, Item> = {
  'Events are ordered from newest to oldest': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    expect(await client.ids({ authors: [who.pubkey] })).toEqual(idsOf(notes));
  }),
  'Newest events are returned when filter is limited': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    expect(await client.ids({ authors: [who.pubkey], limit: 3 })).toEqual(idsOf(notes.slice(0, 3)));
  }),
  'Finds by id': yes(async ({ client }) => {
    const { notes } = await tenNotes(client);
    expect(await client.ids({ ids: [notes[4].id, notes[2].id] })).toEqual([notes[2].id, notes[4].id]);
  }),
  'Finds by pubkey and kind': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    await client.store(who.sign({ kind: 7, tags: [['e', notes[0].id]], content: '+' }));
    expect(await client.ids({ authors: [who.pubkey], kinds: [1] })).toEqual(idsOf(notes));
  }),
  'Finds by pubkey and tags': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    const even = notes.filter(({ tags }) => tags[0][1] === 'even');
    expect(await client.ids({ authors: [who.pubkey], '#t': ['even'] })).toEqual(idsOf(even));
  }),
  'Finds by kind and tags': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    expect(await client.ids({ kinds: [1], '#x': [who.pubkey] })).toEqual(idsOf(notes));
  }),
  'Finds by tags': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    expect(await client.ids({ '#x': [who.pubkey] })).toEqual(idsOf(notes));
  }),
  'Finds by multiple tags': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    const odd = notes.filter(({ tags }) => tags[0][1] === 'odd');
    expect(await client.ids({ '#x': [who.pubkey], '#t': ['odd'] })).toEqual(idsOf(odd));
  }),
  'Finds by pubkey': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    expect(await client.ids({ authors: [who.pubkey] })).toEqual(idsOf(notes));
  }),
  'Finds by scrape': yes(async ({ client }) => {
    const { notes } = await tenNotes(client);
    const found = await client.ids({ since: notes[9].created_at, until: notes[0].created_at });
    expect(found).toEqual(expect.arrayContaining(idsOf(notes)));
    expect((await client.ids({})).length).toBeGreaterThanOrEqual(10);
  }),
  'Since and until filters are inclusive': yes(async ({ client }) => {
    const { who, notes } = await tenNotes(client);
    const range = { since: notes[6].created_at, until: notes[3].created_at };
    expect(await client.ids({ authors: [who.pubkey], ...range })).toEqual(idsOf(notes.slice(3, 7)));
  }),
  'Limit zero works': yes(async ({ client, ann }) => {
    expect(await client.subscribe('zero', { authors: [ann.pubkey], limit: 0 })).toEqual({ events: [], closed: null });
    const from = client.frames.length;
    await client.store(ann.sign({}));
    await client.frame(([verb, id]) => verb === 'EVENT' && id === 'zero', from);
    client.send('CLOSE', 'zero');
  }),
  'Serves post-EOSE events': yes(async ({ relay, client }) => {
    const [who, other] = [new Signer(), await Client.connect(relay.url)];
    await other.subscribe('live', { authors: [who.pubkey] });
    const event = who.sign({});
    await client.store(event);
    const [, , heard] = await other.frame(([verb]) => verb === 'EVENT');
    expect(heard).toEqual(event);
    other.close();
  }),
};

const ephemeral: Record<string, Item> = {
  'Ephemeral subscriptions work': yes(async ({ relay, client, ann }) => {
    const other = await Client.connect(relay.url);
    await other.subscribe('passing', { kinds: [20_001], authors: [ann.pubkey] });
    const event = ann.sign({ kind: 20_001 });
    await client.store(event);
    expect((await other.frame(([verb]) => verb === 'EVENT'))[2]).toEqual(event);
    other.close();
  }),
  'Persists ephemeral events': no('they are passed on and not kept (NIP-01)', async ({ client, ann }) => {
    const event = ann.sign({ kind: 20_001 });
    await client.store(event);
    expect(await client.ids({ ids: [event.id] })).toEqual([]);
    expect(await client.count({ kinds: [20_001], authors: [ann.pubkey] })).toBe(0);
  }),
};

/** An older and a newer version. */
function versions(who: Signer, kind: number, tags: string[][] = []): [NostrEvent, NostrEvent] {
  return [who.sign({ kind, tags, created_at: now() - 100 }), who.sign({ kind, tags, created_at: now() - 50 })];
}

const replaced = (kind: number, tags: string[][] = []) =>
  yes(async ({ client }) => {
    const who = new Signer();
    const [older, newer] = versions(who, kind, tags);
    await client.store(older, newer);
    expect(await client.ids({ kinds: [kind], authors: [who.pubkey] })).toEqual([newer.id]);
  });
const olderIsRefused = (kind: number, tags: string[][] = []) =>
  yes(async ({ client }) => {
    const who = new Signer();
    const [older, newer] = versions(who, kind, tags);
    await client.store(newer);
    expect(await client.publish(older)).toMatchObject({ accepted: false });
    expect(await client.ids({ kinds: [kind], authors: [who.pubkey] })).toEqual([newer.id]);
  });
const stored = (kind: number, tags: string[][] = []) =>
  yes(async ({ client }) => {
    const who = new Signer();
    const event = who.sign({ kind, tags });
    await client.store(event);
    expect(await client.ids({ kinds: [kind], authors: [who.pubkey] })).toEqual([event.id]);
  });

const replacing: Record<string, Item> = {
  'Accepts metadata': stored(0),
  'Replaces metadata': replaced(0),
  'Accepts Contactlists': stored(3, [['p', 'a'.repeat(64)]]),
  'Replaces Contactlists': replaced(3),
  'Replaced events are still available by ID': no(
    'what was replaced is erased: an old list of readers must not come back',
    async ({ client }) => {
      const [older, newer] = versions(new Signer(), 10_001);
      await client.store(older, newer);
      expect(await client.ids({ ids: [older.id] })).toEqual([]);
    },
  ),
  'Replaceable events replace older ones': replaced(10_001),
  'Replaceable events rejected if a newer one exists': olderIsRefused(10_001),
  'Addressable events replace older ones': replaced(30_001, [['d', 'place']]),
  'Addressable events rejected if a newer one exists': olderIsRefused(30_001, [['d', 'place']]),
  'Finds replaceable events': stored(10_001),
  'Finds addressable events': yes(async ({ client }) => {
    const who = new Signer();
    const event = who.sign({ kind: 30_001, tags: [['d', 'here']] });
    await client.store(event, who.sign({ kind: 30_001, tags: [['d', 'there']] }));
    expect(await client.ids({ kinds: [30_001], authors: [who.pubkey], '#d': ['here'] })).toEqual([event.id]);
  }),
};

const article = (who: Signer, created_at: number, d = 'a place', kind = 30_023) =>
  who.sign({ kind, created_at, tags: [['d', d]] });
const addressOf = (who: Signer, d = 'a place') => ['a', `30023:${who.pubkey}:${d}`];

const deleting: Record<string, Item> = {
  'Deletes by id': yes(async ({ client, ann }) => {
    const event = ann.sign({});
    const deletion = ann.sign({ kind: 5, tags: [['e', event.id]] });
    await client.store(event, deletion);
    expect(await client.ids({ ids: [event.id, deletion.id] })).toEqual([deletion.id]);
  }),
  'Deletes by a-tag address': yes(async ({ client, ann }) => {
    const event = article(ann, now() - 10);
    await client.store(event, ann.sign({ kind: 5, tags: [addressOf(ann)] }));
    expect(await client.ids({ ids: [event.id] })).toEqual([]);
  }),
  'Delete by a-tag deletes older but not newer': yes(async ({ client }) => {
    const who = new Signer();
    const [older, newer] = [article(who, now() - 300), article(who, now() - 60)];
    await client.store(older, newer, who.sign({ kind: 5, created_at: now() - 180, tags: [addressOf(who)] }));
    expect(await client.ids({ kinds: [30_023], authors: [who.pubkey] })).toEqual([newer.id]);
  }),
  'Delete by a-tag is bound by a-tag': yes(async ({ client }) => {
    const [who, other] = [new Signer(), new Signer()];
    const at = now() - 10;
    const others = [article(other, at), article(who, at, 'another place'), article(who, at, 'a place', 30_024)];
    const gone = article(who, at);
    await client.store(gone, ...others, who.sign({ kind: 5, tags: [addressOf(who)] }));
    expect((await client.ids({ ids: idsOf([gone, ...others]) })).sort()).toEqual(idsOf(others).sort());
  }),
  "Cannot delete by id of other people's events": yes(async ({ client, ann, bob }) => {
    const event = bob.sign({});
    await client.store(event);
    expect(await client.publish(ann.sign({ kind: 5, tags: [['e', event.id]] }))).toMatchObject(refused('invalid'));
    expect(await client.ids({ ids: [event.id] })).toEqual([event.id]);
  }),
  "Cannot delete by a-tag of other people's events": yes(async ({ client, ann, bob }) => {
    const event = article(bob, now() - 10);
    await client.store(event);
    expect(await client.publish(ann.sign({ kind: 5, tags: [addressOf(bob)] }))).toMatchObject(refused('invalid'));
    expect(await client.ids({ ids: [event.id] })).toEqual([event.id]);
  }),
  'Resubmission of deleted-by-id event is rejected': yes(async ({ client, ann }) => {
    const event = ann.sign({});
    await client.store(event, ann.sign({ kind: 5, tags: [['e', event.id]] }));
    expect(await client.publish(event)).toMatchObject(refused('blocked'));
  }),
  'Deleting an event deletes its reactions': no('a reaction is its own author’s', async ({ client, ann, bob }) => {
    const event = ann.sign({});
    const reaction = bob.sign({ kind: 7, tags: [['e', event.id]], content: '+' });
    await client.store(event, reaction, ann.sign({ kind: 5, tags: [['e', event.id]] }));
    expect(await client.ids({ ids: [reaction.id] })).toEqual([reaction.id]);
  }),
};

/** An answer to the challenge that is wrong in one place. */
const authRefused = (change: (right: { kind: number; created_at: number; tags: string[][] }) => object) =>
  yes(async ({ relay }) => {
    const [fresh, who] = [await Client.connect(relay.url), new Signer()];
    const tags = [
      ['relay', relay.url],
      ['challenge', await fresh.challenge()],
    ];
    const right = { kind: 22_242, created_at: now(), tags };
    expect(await fresh.authenticate(who.sign({ ...right, ...change(right) }))).toMatchObject({ accepted: false });
    expect(await fresh.authenticate(who.sign(right))).toEqual({ accepted: true, message: '' });
    fresh.close();
  });

const wrapTo = (who: Signer) => new Signer().sign({ kind: 1059, tags: [['p', who.pubkey]], content: 'sealed' });

async function authenticated(relay: RelayUnderTest): Promise<{ client: Client; who: Signer }> {
  const [client, who] = [await Client.connect(relay.url), new Signer()];
  expect(await client.prove(who, relay.url)).toMatchObject(accepted);
  return { client, who };
}

const authentication: Record<string, Item> = {
  'Auth event kind is verified': authRefused(() => ({ kind: 22_243 })),
  'Auth event relay is verified': authRefused(({ tags }) => ({ tags: [['relay', 'wss://other.example'], tags[1]] })),
  'Auth event challenge is verified': authRefused(({ tags }) => ({ tags: [tags[0], ['challenge', 'f'.repeat(64)]] })),
  'Auth event time is verified': authRefused(() => ({ created_at: now() - 3_600 })),
  'Can AUTH as unknown': yes(async ({ relay }) => (await authenticated(relay)).client.close()),
  'Nip-04 DMs require AUTH': no(
    'kind 4 has no rule of its own here: nobody should use it, and NIP-17 is what we guard',
    async ({ client, ann, bob }) => {
      const message = ann.sign({ kind: 4, tags: [['p', bob.pubkey]], content: 'ciphertext?iv=x' });
      await client.store(message);
      expect(await client.ids({ ids: [message.id] })).toEqual([message.id]);
    },
  ),
  'Giftwraps require AUTH': yes(async ({ relay, client }) => {
    const { client: addressee, who } = await authenticated(relay);
    const wrap = wrapTo(who);
    await client.store(wrap);
    const from = client.frames.length;
    client.send('REQ', 'wraps', { kinds: [1059] });
    expect((await client.frame(([, id]) => id === 'wraps', from)).slice(0, 3)).toEqual([
      'CLOSED',
      'wraps',
      expect.stringMatching(/^auth-required: /),
    ]);
    expect(await client.ids({ ids: [wrap.id] })).toEqual([]);
    expect(await client.count({ ids: [wrap.id] })).toBe(0);
    expect(await addressee.ids({ kinds: [1059] })).toEqual([wrap.id]);
    addressee.close();
  }),
};

/** In an open relay everybody is known once he has proven his key, and may write what others signed as well. */
const writing = (isKnown: boolean, own: boolean, readsBack: boolean) =>
  yes(async ({ relay }) => {
    const { client, who } = isKnown
      ? await authenticated(relay)
      : { client: await Client.connect(relay.url), who: new Signer() };
    const event = (own ? who : new Signer()).sign({});
    await client.store(event);
    if (readsBack) expect(await client.ids({ ids: [event.id] })).toEqual([event.id]);
    client.close();
  });

const standing: Record<string, Item> = {
  'Unknown can write own': writing(false, true, false),
  'Unknown can read back own': writing(false, true, true),
  'Unknown can write other': writing(false, false, false),
  'Unknown can read back other': writing(false, false, true),
  'Can AUTH as known': yes(async ({ relay }) => {
    const { client, who } = await authenticated(relay);
    const challenge = await client.challenge();
    const again = who.sign({
      kind: 22_242,
      tags: [
        ['relay', relay.url],
        ['challenge', challenge],
      ],
    });
    expect(await client.authenticate(again)).toMatchObject(accepted);
    client.close();
  }),
  'Known can write own': writing(true, true, false),
  'Known can read back own': writing(true, true, true),
  'Known can write other': writing(true, false, false),
  'Known can readback other': writing(true, false, true),
};

const connections: Record<string, Item> = {
  'Max subscriptions': yes(async ({ relay }) => {
    const { limitation } = (await information(relay)) as { limitation: { max_subscriptions: number } };
    const fresh = await Client.connect(relay.url);
    for (let at = 0; at < limitation.max_subscriptions; at++)
      expect(await fresh.subscribe(`s${at}`, { kinds: [1], limit: 0 })).toMatchObject({ closed: null });
    expect((await fresh.subscribe('one more', { kinds: [1], limit: 0 })).closed).toMatch(/^(restricted|blocked): /);
    fresh.close();
  }),
  'Max connections': yes(async ({ relay }) => {
    const many = await Promise.all(Array.from({ length: 200 }, () => Client.connect(relay.url)));
    await Promise.all(many.map((each) => each.challenge()));
    for (const each of many) each.close();
  }),
  'Allows immediate reconnect': yes(async ({ relay }) => {
    for (let at = 0; at < 20; at++) {
      const fresh = await Client.connect(relay.url);
      await fresh.challenge();
      fresh.close();
    }
  }),
  'No timeout while subscribed': yes(async ({ subscribed, client, ann, begunAt }) => {
    await pause(Math.max(0, 4_500 - (performance.now() - begunAt)));
    expect(subscribed).toMatchObject({ closeCode: null, pings: expect.toSatisfy((pings: number) => pings > 2) });
    const event = ann.sign({ tags: [['t', 'long after']] });
    await client.store(event);
    expect((await subscribed.frame(([verb]) => verb === 'EVENT'))[2]).toEqual(event);
  }),
  'Idle timeout if unsubscribed': no(
    'who answers our pings may stay: an idle socket costs little',
    async ({ idle, begunAt }) => {
      await pause(Math.max(0, 4_500 - (performance.now() - begunAt)));
      expect(idle.closeCode).toBeNull();
      expect(idle.pings).toBeGreaterThan(2);
    },
  ),
};

export const CHECKLIST: Readonly<Record<string, Item>> = {
  ...documents,
  ...basics,
  ...json,
  ...times,
  ...finding,
  ...ephemeral,
  ...replacing,
  ...deleting,
  ...authentication,
  ...standing,
  ...connections,
};
