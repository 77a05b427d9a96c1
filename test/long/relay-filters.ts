// The relay's engine over its SQLite store beside a filter that is as dumb as it can be: questions, counts and live delivery, over random
// events, filters and people (issue 5, done when 3).
import {
  type Filter,
  KINDS,
  type NostrEvent,
  newestFirst,
  trustVerifiedUnsafe,
  type VerifiedEvent,
} from '@hale/kernel';
import { policyOf, RelayEngine } from '@hale/relay/server';
import { RELAY_TEST_SECONDS, seededRandom, someId } from '@hale/testkit/relay-people';
import { matchFilter as matchFilterOfNostrTools } from 'nostr-tools';
import { EventStore } from '../../packages/home/src/store/events.ts';
import { seeded } from './ledger.ts';
import { expiryOf } from './relay-model.ts';

const NOW = RELAY_TEST_SECONDS;
const EVENTS = 200;
const QUESTIONS = 2_000;
const URL_OF_RELAY = 'wss://relay.example';

export interface FilterReport {
  questions: number;
  /** Pairs of an event and a filter that both sides decided. */
  pairs: number;
  served: number;
  counts: number;
  live: number;
  stores: number;
  problems: string[];
}

interface Client {
  readonly id: string;
  /** The key that opened it. */
  readonly key: string;
  readonly inbox: string[][];
  /** Subscriptions that stand open. */
  readonly open: Map<string, readonly Filter[]>;
}

/** Asks until `questions` are answered; stops at the first ten problems. */
export function compareFilters(questions: number, seed: number, say: (line: string) => void): FilterReport {
  const report: FilterReport = { questions: 0, pairs: 0, served: 0, counts: 0, live: 0, stores: 0, problems: [] };
  while (report.questions < questions && report.problems.length < 10) {
    new Round(seed + report.stores, report).run();
    report.stores++;
    if (report.stores % 50 === 0) say(`${report.questions} questions, ${report.problems.length} problems`);
  }
  return report;
}

/** One store filled at random and asked two thousand times. */
class Round {
  readonly #chance: () => number;
  readonly #report: FilterReport;
  readonly #store = new EventStore(':memory:');
  readonly #engine: RelayEngine;
  readonly #people: string[];
  readonly #events: VerifiedEvent[] = [];
  readonly #clients: Client[] = [];
  /** Authors who have a stream here, and the deletions of theirs that came after it. */
  readonly #signers = new Set<string>();
  readonly #gated = new Set<string>();
  readonly #seed: number;
  #made = 0;

  constructor(seed: number, report: FilterReport) {
    this.#seed = seed;
    this.#chance = seeded(seed);
    this.#report = report;
    this.#people = ['ann', 'bob', 'cid', 'dan', 'eve'].map((name) => someId(`${name} ${seed}`));
    this.#engine = new RelayEngine({
      store: this.#store,
      policy: policyOf({ private: true, urls: [URL_OF_RELAY], quota: null }),
      signer: {
        pubkey: someId('relay'),
        sign: (template) =>
          trustVerifiedUnsafe({ ...template, id: this.#id(), pubkey: someId('relay'), sig: '0'.repeat(128) }),
        sealTo: () => '',
      },
      now: () => NOW,
      random: seededRandom(`engine ${seed}`),
    });
  }

  run(): void {
    try {
      for (let made = 0; made < EVENTS; made++) this.#put(this.#event());
      this.#connect();
      for (let asked = 0; asked < QUESTIONS; asked++) this.#ask();
      for (let said = 0; said < 40; said++) this.#announce();
    } finally {
      this.#store.close();
    }
  }

  #below = (limit: number): number => Math.floor(this.#chance() * limit);
  #oneOf = <Value>(values: readonly Value[]): Value => values[this.#below(values.length)];
  #some = <Value>(values: readonly Value[], most: number): Value[] =>
    Array.from({ length: this.#below(most + 1) }, () => this.#oneOf(values));
  #id = (): string => someId(`${this.#seed} ${this.#made++}`);

  #put(event: VerifiedEvent): void {
    if (!this.#store.put(event)) return;
    this.#events.push(event);
    if (event.kind === KINDS.tileBatch || event.kind === KINDS.access) this.#signers.add(event.pubkey);
    if (event.kind === KINDS.deletion && this.#signers.has(event.pubkey)) this.#gated.add(event.id);
  }

  /** Two members; the others have a socket where they read a stream or are written to. */
  #connect(): void {
    const [ann, bob, cid, dan, eve] = this.#people;
    this.#store.addMember(ann, NOW);
    this.#store.addMember(eve, NOW);
    // Whoever is no member has a socket only as long as something waits for him.
    for (const key of [bob, cid, dan]) this.#put(this.#wrapTo(key));
    for (const key of [ann, bob, cid, dan, eve]) {
      const id = String(this.#clients.length);
      this.#clients.push({ id, key, inbox: [], open: new Map() });
      this.#carryOut(this.#engine.open({ id, admitted: { key, proof: 'ad'.repeat(32) } }));
    }
  }

  #carryOut(effects: readonly ({ to: string; frame: string } | { to: string; close: unknown } | object)[]): void {
    for (const effect of effects) {
      if ('frame' in effect) this.#clients[Number(effect.to)].inbox.push(JSON.parse(effect.frame));
    }
  }

  #event(): VerifiedEvent {
    const kind = this.#oneOf([1, 1, 4, 7, KINDS.tileBatch, KINDS.wrap, KINDS.access, 30_000, 5, 10_002, 40_000]);
    const text = ['x', 'ä😀', '', '00', 'ff'.repeat(40), someId('tag'), 'a'.repeat(200)];
    const tags: string[][] = this.#some(['t', 'l', 'u', 'e', 'p', 'd', 'title', 'K'], 4).map((name) =>
      name === 'p' || name === 'e'
        ? [name, this.#chance() < 0.9 ? this.#oneOf(this.#people) : someId('nobody')]
        : this.#chance() < 0.05
          ? [name]
          : [name, this.#oneOf(text), 'second value'],
    );
    if (kind === KINDS.wrap) tags.push(['p', this.#oneOf(this.#people)]);
    if (kind === KINDS.access) tags.push(['reader', this.#oneOf(this.#people), String(NOW + this.#below(5) - 2)]);
    if (this.#chance() < 0.1) tags.push(['expiration', String(NOW + this.#below(7) - 3)]);
    return trustVerifiedUnsafe({
      id: this.#id(),
      pubkey: this.#oneOf(this.#people),
      kind,
      created_at: NOW - this.#below(12),
      tags,
      content: kind === KINDS.tileBatch ? 'AQIDBA==' : 'x"\\\u0001ä',
      sig: 'ab'.repeat(64),
    });
  }

  #wrapTo(key: string): VerifiedEvent {
    const [id, pubkey, tags] = [this.#id(), this.#oneOf(this.#people), [['p', key]]];
    return trustVerifiedUnsafe({
      id,
      pubkey,
      kind: KINDS.wrap,
      created_at: NOW,
      tags,
      content: '',
      sig: 'ab'.repeat(64),
    });
  }

  #filter(): Filter {
    const filter: Record<string, unknown> = {};
    const maybe = (field: string, chance: number, value: () => unknown) => {
      if (this.#chance() < chance) filter[field] = value();
    };
    const texts = ['x', 'ä😀', '', '00', 'ff'.repeat(40), someId('tag'), 'a'.repeat(200), 'other'];
    maybe('ids', 0.1, () => [...this.#some(this.#events, 4).map(({ id }) => id), ...this.#some([someId('none')], 1)]);
    maybe('authors', 0.4, () => this.#some(this.#people, 3));
    maybe('kinds', 0.5, () => this.#some([1, 4, 5, 7, KINDS.tileBatch, KINDS.wrap, KINDS.access, 30_000, 9], 4));
    for (const name of ['t', 'l', 'u', 'd', 'K']) maybe(`#${name}`, 0.1, () => this.#some(texts, 3));
    maybe('#p', 0.15, () => this.#some(this.#people, 3));
    maybe('#e', 0.08, () => this.#some(this.#people, 2));
    maybe('since', 0.2, () => NOW - this.#below(14));
    maybe('until', 0.2, () => NOW - this.#below(14) + 1);
    maybe('limit', 0.4, () => this.#below(30));
    return filter as Filter;
  }

  // --- the dumb side

  #mayRead({ key }: Client, event: NostrEvent): boolean {
    const isMember = key === this.#people[0] || key === this.#people[4];
    if (isAddressed(event)) return event.tags.some(([name, value]) => name === 'p' && value === key);
    if (event.kind === KINDS.access) return event.pubkey === key;
    if (event.kind === KINDS.tileBatch || (event.kind === 5 && this.#gated.has(event.id)))
      return event.pubkey === key || this.#isListed(key, event.pubkey);
    return isMember;
  }

  #isListed(reader: string, author: string): boolean {
    const newest = this.#events
      .filter(({ kind, pubkey }) => kind === KINDS.access && pubkey === author)
      .sort(newestFirst)[0];
    if (newest === undefined || isOver(newest)) return false;
    return newest.tags.some(([name, key, until]) => name === 'reader' && key === reader && Number(until) > NOW);
  }

  #expected(client: Client, filters: readonly Filter[], limited: boolean): string[] {
    const visible = this.#events.filter((event) => !isOver(event) && this.#mayRead(client, event));
    const found = new Map<string, NostrEvent>();
    for (const filter of filters) {
      this.#report.pairs += visible.length;
      const matching = visible.filter((event) => isFoundBy(filter, event, client.key)).sort(newestFirst);
      const first = limited && filter.limit !== undefined ? matching.slice(0, filter.limit) : matching;
      for (const event of first) found.set(event.id, event);
    }
    return [...found.values()].sort(newestFirst).map(({ id }) => id);
  }

  // --- questions

  #ask(): void {
    const client = this.#oneOf(this.#clients);
    const filters = Array.from({ length: this.#chance() < 0.8 ? 1 : 2 + this.#below(2) }, () => this.#filter());
    const id = `s${this.#below(40)}`;
    client.inbox.length = 0;
    this.#noteReceipts();
    if (this.#chance() < 0.2) this.#count(client, id, filters);
    else this.#request(client, id, filters);
    this.#report.questions++;
  }

  /** The relay writes receipts of its own, to whom it served somebody's tiles. */
  #noteReceipts(): void {
    const known = new Set(this.#events.map(({ id }) => id));
    this.#events.push(...this.#store.query({ kinds: [KINDS.receipt] }).filter(({ id }) => !known.has(id)));
  }

  #request(client: Client, id: string, filters: readonly Filter[]): void {
    this.#carryOut(this.#engine.receive(client.id, JSON.stringify(['REQ', id, ...filters])));
    while (this.#engine.hasMore(client.id)) this.#carryOut(this.#engine.drain(client.id));
    if (this.#engine.hasPending) this.#carryOut(this.#engine.flush());
    const end = client.inbox.findIndex(([verb, to]) => verb === 'EOSE' && to === id);
    const stored = client.inbox.slice(0, end).filter(([verb, to]) => verb === 'EVENT' && to === id);
    const got = stored.map(([, , event]) => event as unknown as NostrEvent);
    const ids = got.map((event) => event.id);
    this.#report.served += ids.length;
    client.open.set(id, filters);
    this.#hold(ids, this.#expected(client, filters, true), 'REQ', client, filters);
    for (const event of got) this.#holdWhole(event);
    if (end < 0) this.#report.problems.push(`no EOSE for ${JSON.stringify(filters)} (seed ${this.#seed})`);
  }

  /** Every byte of it, as it was stored. */
  #holdWhole(event: NostrEvent): void {
    const stored = this.#events.find(({ id }) => id === event.id);
    const { id, pubkey, created_at, kind, tags, content, sig } = stored ?? event;
    if (
      JSON.stringify([event.pubkey, event.created_at, event.kind, event.tags, event.content, event.sig]) !==
      JSON.stringify([pubkey, created_at, kind, tags, content, sig])
    )
      this.#report.problems.push(`event ${id} came back changed (seed ${this.#seed})`);
  }

  #count(client: Client, id: string, filters: readonly Filter[]): void {
    this.#carryOut(this.#engine.receive(client.id, JSON.stringify(['COUNT', id, ...filters])));
    const answer = client.inbox.find(([verb]) => verb === 'COUNT') as [string, string, { count: number }] | undefined;
    const expected = this.#expected(client, filters, false).length;
    this.#report.counts++;
    if (answer?.[2].count !== expected)
      this.#report.problems.push(
        `COUNT ${JSON.stringify(filters)}: ${answer?.[2].count}, not ${expected} (seed ${this.#seed}, client ${client.id})`,
      );
  }

  #hold(got: string[], expected: string[], what: string, client: Client, filters: readonly Filter[]): void {
    if (got.length === expected.length && got.every((id, at) => id === expected[at])) return;
    this.#report.problems.push(
      `${what} ${JSON.stringify(filters)}: ${got.length} events, not ${expected.length}, or in another order (seed ${this.#seed}, client ${client.id})`,
    );
  }

  /** What is new reaches every open subscription that it matches, and no other. */
  #announce(): void {
    const event = this.#event();
    if (isOver(event)) return;
    this.#put(event);
    for (const client of this.#clients) client.inbox.length = 0;
    this.#carryOut(this.#engine.announce(event));
    for (const client of this.#clients) {
      const heard = client.inbox.filter(([verb]) => verb === 'EVENT').map(([, id]) => id);
      const wanted = [...client.open]
        .filter(([, filters]) => this.#mayRead(client, event) && filters.some((filter) => matches(filter, event)))
        .map(([id]) => id);
      this.#report.pairs += client.open.size;
      this.#report.live += wanted.length;
      if (heard.toSorted().join() !== wanted.toSorted().join())
        this.#report.problems.push(
          `live, kind ${event.kind}: heard by ${heard.join()}, not ${wanted.join()} (seed ${this.#seed}, client ${client.id})`,
        );
    }
  }
}

/** NIP-01 in its own words, and the same by nostr-tools where both speak of the same: an empty list matches nothing here. */
function matches(filter: Filter, event: NostrEvent): boolean {
  if (Object.values(filter).some((value) => Array.isArray(value) && value.length === 0)) return false;
  const { limit: _, ...conditions } = filter;
  return matchFilterOfNostrTools(conditions as Parameters<typeof matchFilterOfNostrTools>[0], event as never);
}

/** What is addressed is found by the key that may read it: a question for another's is answered as if there were none (specs/relay.md). */
function isFoundBy(filter: Filter, event: NostrEvent, key: string): boolean {
  return matches(filter, event) && (!isAddressed(event) || (filter['#p'] ?? [key]).includes(key));
}

function isAddressed({ kind }: NostrEvent): boolean {
  return kind === KINDS.wrap || kind === KINDS.receipt;
}

const isOver = (event: NostrEvent): boolean => expiryOf(event) <= NOW;
