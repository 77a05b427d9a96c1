// The steps of nostream's feature files, said again in our own words over a real socket. A step that is not here fails its scenario.
import type { Filter, NostrEvent } from '@hale/kernel';
import { createRumor, createSeal, createWrap } from 'nostr-tools/nip59';
import { expect } from 'vitest';
import { Client, information, now, pause, type RelayUnderTest, Signer } from './harness.ts';

/** Their names of kinds. */
const KIND: Readonly<Record<string, number>> = {
  set_metadata: 0,
  text_note: 1,
  recommend_server: 2,
  contact_list: 3,
  delete: 5,
  reaction: 7,
  channel_creation: 40,
  channel_metadata: 41,
  request_to_vanish: 62,
  gift_wrap: 1059,
  replaceable_event_0: 10_000,
  relay_list: 10_002,
  ephemeral_event_0: 20_000,
  parameterized_replaceable_event_0: 30_000,
  parameterized_replaceable_event_1: 30_001,
  parameterized_replaceable_event_2: 30_002,
};

interface Somebody {
  readonly signer: Signer;
  readonly client: Client;
  /** Published, the newest last. */
  readonly sent: NostrEvent[];
  draft: NostrEvent | null;
  /** What the newest subscription brought from the store. */
  stored: NostrEvent[];
  subscriptions: number;
  result: { accepted: boolean; message: string } | null;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One scenario. */
export class World {
  readonly relay: RelayUnderTest;
  /** Why we answer otherwise than this scenario expects; null = we do not. */
  readonly ourAnswer: string | null;
  readonly people = new Map<string, Somebody>();
  told: Told | null = null;
  /** So that of two versions of one second neither wins by its id. */
  #clock = now() - 1_000;

  constructor(relay: RelayUnderTest, ourAnswer: string | null) {
    this.relay = relay;
    this.ourAnswer = ourAnswer;
  }

  who(name: string): Somebody {
    const found = this.people.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  }

  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  async add(name: string): Promise<void> {
    const client = await Client.connect(this.relay.url);
    this.people.set(name, {
      signer: new Signer(),
      client,
      sent: [],
      draft: null,
      stored: [],
      subscriptions: 0,
      result: null,
    });
  }

  async send(name: string, kind: string, template: { content?: string; tags?: string[][]; created_at?: number } = {}) {
    const somebody = this.who(name);
    const event = somebody.signer.sign({ kind: kindOf(kind), created_at: this.tick(), ...template });
    somebody.result = await somebody.client.publish(event);
    somebody.sent.push(event);
    return somebody.result;
  }

  async sendTaken(name: string, kind: string, template: Parameters<World['send']>[2] = {}) {
    expect(await this.send(name, kind, template)).toMatchObject({ accepted: true });
  }

  async subscribe(name: string, ...filters: Filter[]): Promise<void> {
    const somebody = this.who(name);
    const id = `sub ${somebody.subscriptions++}`;
    let { events, closed } = await somebody.client.subscribe(id, ...filters);
    if (closed?.startsWith('auth-required:')) {
      expect(await somebody.client.prove(somebody.signer, this.relay.url)).toMatchObject({ accepted: true });
      ({ events, closed } = await somebody.client.subscribe(id, ...filters));
    }
    expect(closed).toBeNull();
    somebody.stored = events;
  }

  /** Waits until that person's socket brought an event like this. */
  async receives(name: string, wanted: (event: NostrEvent) => boolean): Promise<NostrEvent> {
    const [, , event] = await this.who(name).client.frame(
      ([verb, , event]) => verb === 'EVENT' && wanted(event as NostrEvent),
    );
    return event as NostrEvent;
  }

  /** Everybody vanishes, so that the next scenario finds nothing of this one. */
  async close(): Promise<void> {
    for (const { signer, client } of this.people.values()) {
      await client.store(signer.sign({ kind: 62, tags: [['relay', 'ALL_RELAYS']], created_at: now() + 1 }));
      client.close();
    }
  }
}

function kindOf(name: string): number {
  const kind = KIND[name];
  if (kind === undefined) throw new Error(`no kind is called ${name}`);
  return kind;
}

const hasTag = (event: NostrEvent, name: string, value: string) =>
  event.tags.some((tag) => tag[0] === name && tag[1] === value);

/** Their files escape quotes inside of quotes. */
const text = (quoted: string) => quoted.replaceAll('\\"', '"');

type Step = (world: World, ...parts: string[]) => Promise<void> | void;

const publishing: [RegExp, Step][] = [
  [/^someone called (\w+)$/, (world, name) => world.add(name)],
  [/^(\w+) sends an? (\w+) event$/, (world, name, kind) => sendPlain(world, name, kind)],
  [
    /^(\w+) sends an? (\w+) event with content (?:"([^"]*)"|'(.*)')$/,
    (world, name, kind, plain, json) => world.sendTaken(name, kind, { content: text(plain ?? json) }),
  ],
  [
    /^(\w+) sends an? (\w+) event with content "(.*)" on (\d+)$/,
    (world, name, kind, content, at) => world.sendTaken(name, kind, { content, created_at: Number(at) }),
  ],
  [
    /^(\w+) sends an? (\w+) event with content "([^"]*)" and tag (\w) containing "([^"]*)"$/,
    (world, name, kind, content, tag, value) => world.sendTaken(name, kind, { content, tags: [[tag, value]] }),
  ],
  [
    /^(\w+) sends an? (\w+) event with content "([^"]*)" and tag (\w) containing "([^"]*)" and expiring in the future$/,
    (world, name, kind, content, tag, value) =>
      world.sendTaken(name, kind, {
        content,
        tags: [
          [tag, value],
          ['expiration', String(now() + 100)],
        ],
      }),
  ],
  [
    /^(\w+) sends an? (\w+) event with content "([^"]*)" and expiration in the future$/,
    (world, name, kind, content) =>
      world.sendTaken(name, kind, { content, tags: [['expiration', String(now() + 100)]] }),
  ],
  [
    /^(\w+) sends an? (\w+) event with content "([^"]*)" and expiration in the past$/,
    async (world, name, kind, content) => {
      const { accepted, message } = await world.send(name, kind, {
        content,
        tags: [['expiration', String(now() - 10)]],
      });
      expect({ accepted, prefix: message.split(':')[0] }).toEqual({ accepted: false, prefix: 'invalid' });
    },
  ],
  [
    /^(\w+) has a stored (\w+) event with content "([^"]*)" and expiration in the past$/,
    async (world, name, kind, content) => {
      // Nothing comes into a store but by publishing: it expires while it lies there.
      await world.sendTaken(name, kind, { content, tags: [['expiration', String(now() + 2)]] });
      await pause(2_100);
    },
  ],
  [/^(\w+) sends a delete event for their last event$/, sendDeletion],
  [
    /^(\w+) drafts an? (\w+) event$/,
    (world, name, kind) => {
      const somebody = world.who(name);
      somebody.draft = somebody.signer.sign({ kind: kindOf(kind), created_at: world.tick(), content: '{}' });
    },
  ],
  [
    /^(\w+) drafts an? (\w+) event with content "([^"]*)"(?: and tag (\w) containing "([^"]*)")?$/,
    (world, name, kind, content, tag, value) => {
      const somebody = world.who(name);
      const tags = tag === undefined ? [] : [[tag, value]];
      somebody.draft = somebody.signer.sign({ kind: kindOf(kind), created_at: world.tick(), content, tags });
    },
  ],
  [
    /^(\w+) drafts a text_note event with invalid signature$/,
    (world, name) => {
      const somebody = world.who(name);
      const event = somebody.signer.sign({});
      somebody.draft = { ...event, sig: `${event.sig.slice(0, 127)}${event.sig.endsWith('0') ? '1' : '0'}` };
    },
  ],
  [
    /^(\w+) sends their last draft event successfully$/,
    async (world, name) => {
      const { accepted, message } = await sendDraft(world, name);
      // What was deleted before it came stays away (NIP-09: a relay may, the table of peers-nostr.md demands it).
      if (world.ourAnswer === null) expect({ accepted }).toEqual({ accepted: true });
      else expect({ accepted, prefix: message.split(':')[0] }).toEqual({ accepted: false, prefix: 'blocked' });
    },
  ],
  [
    /^(\w+) sends their last draft event unsuccessfully$/,
    async (world, name) => expect(await sendDraft(world, name)).toMatchObject({ accepted: false }),
  ],
  [
    /^(\w+) sends their last draft event unsuccessfully because "(\w+): .*"$/,
    async (world, name, prefix) => {
      const { accepted, message } = await sendDraft(world, name);
      if (world.ourAnswer === null)
        expect({ accepted, prefix: message.split(':')[0] }).toEqual({ accepted: false, prefix });
      else {
        // NIP-62 speaks of what is not newer than the request: that is blocked, and a newer event is a new beginning.
        expect(accepted).toBe(true);
        const { signer, client, sent } = world.who(name);
        const before = signer.sign({ created_at: sent[sent.length - 1].created_at });
        expect(await client.publish(before)).toMatchObject({
          accepted: false,
          message: expect.stringMatching(/^blocked:/),
        });
      }
    },
  ],
];

function sendPlain(world: World, name: string, kind: string): Promise<void> {
  const tags = kind === 'request_to_vanish' ? [['relay', 'ALL_RELAYS']] : [];
  return world.sendTaken(name, kind, { content: kind === 'set_metadata' ? '{"name":"somebody"}' : '', tags });
}

async function sendDeletion(world: World, name: string): Promise<void> {
  const { draft, sent } = world.who(name);
  const event = draft ?? sent[sent.length - 1];
  const d = event.tags.find(([tag]) => tag === 'd')?.[1];
  const address = event.kind >= 30_000 ? [['a', `${event.kind}:${event.pubkey}:${d}`]] : [];
  await world.sendTaken(name, 'delete', { content: '', tags: [['e', event.id], ...address] });
}

async function sendDraft(world: World, name: string) {
  const { client, draft } = world.who(name);
  if (!draft) throw new Error('there is no draft');
  return client.publish(draft);
}

const subscribing: [RegExp, Step][] = [
  [/^(\w+) subscribes to author (\w+)$/, (world, name, of) => world.subscribe(name, { authors: [key(world, of)] })],
  [
    /^(\w+) subscribes to author (\w+) with a limit of (\d+)$/,
    (world, name, of, limit) => world.subscribe(name, { authors: [key(world, of)], limit: Number(limit) }),
  ],
  [
    /^(\w+) unsubscribes from author \w+$/,
    (world, name) => {
      const { client, subscriptions } = world.who(name);
      client.send('CLOSE', `sub ${subscriptions - 1}`);
    },
  ],
  [
    /^(\w+) subscribes to last event from (\w+)$/,
    (world, name, of) => {
      const { sent } = world.who(of);
      return world.subscribe(name, { ids: [sent[sent.length - 1].id] });
    },
  ],
  [/^(\w+) subscribes to text_note events$/, (world, name) => world.subscribe(name, { kinds: [1] })],
  [
    /^(\w+) subscribes to (\w+) events from (\w+)$/,
    (world, name, kind, of) => world.subscribe(name, { kinds: [kindOf(kind)], authors: [key(world, of)] }),
  ],
  [
    /^(\w+) subscribes to (\w+) events from (\w+) and (\w+) events from (\w+)$/,
    (world, name, kind, of, otherKind, other) =>
      world.subscribe(
        name,
        { kinds: [kindOf(kind)], authors: [key(world, of)] },
        { kinds: [kindOf(otherKind)], authors: [key(world, other)] },
      ),
  ],
  [
    /^(\w+) subscribes to her (\w+) events$/,
    (world, name, kind) => world.subscribe(name, { kinds: [kindOf(kind)], authors: [key(world, name)] }),
  ],
  [
    /^(\w+) subscribes to tag (\w) with "(.*)"$/,
    (world, name, tag, value) => world.subscribe(name, { [`#${tag}`]: [value] }),
  ],
  [
    /^(\w+) subscribes to any event since (\d+) until (\d+)$/,
    (world, name, since, until) => world.subscribe(name, { since: Number(since), until: Number(until) }),
  ],
  [
    /^(\w+) subscribes to search for "([^"]*)"(?: with kinds (\d+))?$/,
    (world, name, search, kind) =>
      world.subscribe(name, { search, ...(kind === undefined ? {} : { kinds: [Number(kind)] }) }),
  ],
  [
    /^(\w+) subscribes to gift_wrap events tagged for (\w+)$/,
    (world, name, of) => world.subscribe(name, { kinds: [1059], '#p': [key(world, of)] }),
  ],
];

const key = (world: World, name: string) => world.who(name).signer.pubkey;

const receiving: [RegExp, Step][] = [
  [
    /^(\w+) receives an? (\w+) event from (\w+)$/,
    async (world, name, kind, of) => void (await world.receives(name, (event) => isOf(event, kind, key(world, of)))),
  ],
  [
    /^(\w+) receives an? (\w+) event from (\w+) with content (?:"([^"]*)"|'(.*)')$/,
    async (world, name, kind, of, plain, json) =>
      void (await world.receives(
        name,
        (event) => isOf(event, kind, key(world, of)) && event.content === text(plain ?? json),
      )),
  ],
  [
    /^(\w+) receives an? (\w+) event from (\w+) with content "([^"]*)" and tag (\w) containing "([^"]*)"$/,
    async (world, name, kind, of, content, tag, value) =>
      void (await world.receives(
        name,
        (event) => isOf(event, kind, key(world, of)) && event.content === content && hasTag(event, tag, value),
      )),
  ],
  [
    /^(\w+) receives a (\w+) event with content "([^"]*)"$/,
    async (world, name, kind, content) =>
      void (await world.receives(name, (event) => event.kind === kindOf(kind) && event.content === content)),
  ],
  [
    /^(\w+) receives (\d+) (\w+) events? (?:from (\w+) )?(?:with content "([^"]*)" )?and EOSE$/,
    (world, name, count, kind, of, content) => {
      const { stored } = world.who(name);
      expect(stored).toHaveLength(Number(count));
      for (const event of stored) {
        expect(event.kind).toBe(kindOf(kind));
        if (of !== undefined) expect(event.pubkey).toBe(key(world, of));
        if (content !== undefined) expect(event.content).toBe(content);
      }
    },
  ],
  [
    /^(\w+) receives (\d+) events from (\w+) and (\w+)$/,
    (world, name, count, one, other) => {
      const authors = world.who(name).stored.map(({ pubkey }) => pubkey);
      expect(authors).toHaveLength(Number(count));
      expect(new Set(authors)).toEqual(new Set([key(world, one), key(world, other)]));
    },
  ],
  [
    /^(\w+) receives (\d+) (?:text_note )?events? (?:from (\w+) with search match|for search) and EOSE$/,
    (world, name, count, of) => {
      const { stored } = world.who(name);
      expect(stored).toHaveLength(Number(count));
      if (of !== undefined) expect(stored[0].pubkey).toBe(key(world, of));
    },
  ],
];

const isOf = (event: NostrEvent, kind: string, pubkey: string) =>
  event.kind === kindOf(kind) && event.pubkey === pubkey;

const lists: [RegExp, Step][] = [
  [
    /^(\w+) sends a contact_list event with tags$/,
    (world, name) => world.sendTaken(name, 'contact_list', { content: '', tags: [['p', new Signer().pubkey]] }),
  ],
  [
    /^(\w+) sends a second contact_list event with different tags$/,
    (world, name) => world.sendTaken(name, 'contact_list', { content: '', tags: [['p', new Signer().pubkey]] }),
  ],
  [
    /^(\w+) receives 1 contact_list event from \w+ with the latest tags and EOSE$/,
    (world, name) => {
      const { stored, sent } = world.who(name);
      expect(stored.map(({ tags }) => tags)).toEqual([sent[sent.length - 1].tags]);
    },
  ],
  [
    /^(\w+) sends two identically-timestamped (\w+) events where the second has a lower ID$/,
    async (world, name, kind) => {
      const { signer, client, sent } = world.who(name);
      const created_at = world.tick();
      const pair = [1, 2].map((content) => signer.sign({ kind: kindOf(kind), created_at, content: String(content) }));
      const [lower, higher] = pair.sort((a, b) => (a.id < b.id ? -1 : 1));
      await client.store(higher, lower);
      sent.push(higher, lower);
    },
  ],
  [
    /^(\w+) receives 1 \w+ event from \w+ matching the lower ID event and EOSE$/,
    (world, name) => {
      const { stored, sent } = world.who(name);
      expect(stored.map(({ id }) => id)).toEqual([sent[sent.length - 1].id]);
    },
  ],
  [
    /^(\w+) sends a relay_list event with relays "([^"]*)"$/,
    (world, name, url) => world.sendTaken(name, 'relay_list', { content: '', tags: [['r', url]] }),
  ],
  [
    /^(\w+) sends a relay_list event with a read relay "([^"]*)" and a write relay "([^"]*)"$/,
    (world, name, read, write) => world.sendTaken(name, 'relay_list', { content: '', tags: readAndWrite(read, write) }),
  ],
  [
    /^(\w+) receives a relay_list event with relays "([^"]*)"$/,
    async (world, name, url) =>
      void (await world.receives(name, (event) => event.kind === 10_002 && hasTag(event, 'r', url))),
  ],
  [
    /^the relay_list event has relays "([^"]*)"$/,
    (world, url) => {
      const [{ stored }] = world.people.values();
      expect(stored.map(({ tags }) => tags)).toEqual([[['r', url]]]);
    },
  ],
  [
    /^(\w+) receives a relay_list event with a read relay "([^"]*)" and a write relay "([^"]*)"$/,
    async (world, name, read, write) => {
      const { tags } = await world.receives(name, ({ kind }) => kind === 10_002);
      expect(tags).toEqual(readAndWrite(read, write));
    },
  ],
  [
    /^(\w+) reacts to (\w+)'s note with "(.*)"$/,
    (world, name, of, content) => {
      const { sent } = world.who(of);
      return world.sendTaken(name, 'reaction', {
        content,
        tags: [
          ['e', sent[0].id],
          ['p', key(world, of)],
        ],
      });
    },
  ],
];

const readAndWrite = (read: string, write: string) => [
  ['r', read, 'read'],
  ['r', write, 'write'],
];

/** A wrap made by nostr-tools, signed anew by the person of the scenario, who is to be its author there. */
function wrapFor(world: World, name: string, addressees: readonly string[], content?: string) {
  const { signer } = world.who(name);
  const rumor = createRumor({ kind: 14, content: 'hello', tags: [] }, signer.secret);
  const wrap = createWrap(
    createSeal(rumor, signer.secret, addressees[0] ?? signer.pubkey),
    addressees[0] ?? signer.pubkey,
  );
  return world.send(name, 'gift_wrap', { content: content ?? wrap.content, tags: addressees.map((to) => ['p', to]) });
}

const wraps: [RegExp, Step][] = [
  [
    /^(\w+) sends a valid gift_wrap event for (\w+)$/,
    async (world, name, of) => void (await wrapFor(world, name, [key(world, of)])),
  ],
  [
    /^(\w+) sends an invalid gift_wrap event without a p tag$/,
    async (world, name) => void (await wrapFor(world, name, [])),
  ],
  [
    /^(\w+) sends an invalid gift_wrap event with recipients (\w+) and (\w+)$/,
    async (world, name, one, other) => void (await wrapFor(world, name, [key(world, one), key(world, other)])),
  ],
  [
    /^(\w+) sends an invalid gift_wrap event for (\w+) with malformed NIP-44 payload$/,
    async (world, name, of) => void (await wrapFor(world, name, [key(world, of)], 'not sealed')),
  ],
  [
    /^(\w+) receives a successful gift_wrap command result$/,
    (world, name) => expect(world.who(name).result).toMatchObject({ accepted: true }),
  ],
  [
    /^(\w+) receives an unsuccessful gift_wrap command result with reason containing "(\w+): .*"$/,
    (world, name, prefix) => {
      const { accepted, message } = world.who(name).result ?? { accepted: null, message: '' };
      if (world.ourAnswer !== null) return expect(accepted).toBe(true);
      expect({ accepted, prefix: message.split(':')[0] }).toEqual({ accepted: false, prefix });
    },
  ],
  [
    /^(\w+) receives 1 gift_wrap event from (\w+) tagged for (\w+) and EOSE$/,
    (world, name, from, to) => {
      const { stored } = world.who(name);
      expect(stored.map(({ pubkey, tags }) => [pubkey, tags])).toEqual([[key(world, from), [['p', key(world, to)]]]]);
    },
  ],
];

async function ask(world: World, accept: string): Promise<void> {
  const response = await fetch(world.relay.http, { headers: { accept } });
  world.told = { status: response.status, headers: response.headers, body: await response.text() };
}

const told = ({ told }: World): Told => told ?? { status: 0, headers: new Headers(), body: '' };
const limitation = (world: World) =>
  (JSON.parse(told(world).body) as { limitation: Record<string, unknown> }).limitation;

const documents: [RegExp, Step][] = [
  [/^a client requests the relay information document$/, (world) => ask(world, 'application/nostr+json')],
  [/^a client requests the root path with Accept header "([^"]*)"$/, ask],
  [/^a browser requests the root path$/, (world) => ask(world, 'text/html,application/xhtml+xml,*/*;q=0.8')],
  [/^the response status is (\d+)$/, (world, status) => expect(told(world).status).toBe(Number(status))],
  [
    /^the response Content-Type includes "([^"]*)"$/,
    (world, type) => expect(told(world).headers.get('content-type')).toContain(type),
  ],
  [
    /^the response Content-Type does not include "([^"]*)"$/,
    (world, type) => expect(told(world).headers.get('content-type') ?? '').not.toContain(type),
  ],
  [
    /^the relay information document contains the required fields$/,
    (world) => {
      const fields = Object.keys(JSON.parse(told(world).body) as object);
      expect(fields).toEqual(
        expect.arrayContaining(['name', 'description', 'pubkey', 'supported_nips', 'software', 'version']),
      );
    },
  ],
  [
    /^the supported_nips field matches the NIPs declared in package.json$/,
    // Ours are declared in the specification of the relay.
    async (world) => expect((await information(world.relay)).supported_nips).toEqual(await declaredNips()),
  ],
  [
    /^the relay information response includes required NIP-11 CORS headers$/,
    (world) => {
      for (const name of ['origin', 'headers', 'methods'])
        expect(told(world).headers.get(`access-control-allow-${name}`)).toMatch(/./);
    },
  ],
  [
    /^the limitation object contains NIP-11 parity fields and values$/,
    (world) =>
      expect(limitation(world)).toMatchObject({
        auth_required: false,
        payment_required: false,
        restricted_writes: false,
        max_subscriptions: 64,
        max_subid_length: 64,
      }),
  ],
  [/^the limitation object contains a max_filters field$/, (world) => expect(limitation(world).max_filters).toBe(16)],
  [
    /^the response body is not a relay information document$/,
    (world) => expect(told(world).body).not.toContain('supported_nips'),
  ],
];

async function declaredNips(): Promise<number[]> {
  const { readFile } = await import('node:fs/promises');
  const page = await readFile(new URL('../../specs/relay.md', import.meta.url), 'utf8');
  const [, list = ''] = /^NIPs served: (.*)\.$/m.exec(page) ?? [];
  return list.split(', ').map(Number);
}

export const STEPS: readonly [RegExp, Step][] = [
  ...[...publishing, ...subscribing, ...receiving],
  ...[...lists, ...wraps, ...documents],
];
