// A relay without sockets and the clients around it, for the engine's tests.
import { type Filter, KINDS, type NostrEvent } from '@hale/kernel';
import { TokenPress } from '@hale/kernel/blind';
import { conversationKey, encryptNip44, signEvent } from '@hale/kernel/seal';
import {
  type Effect,
  type Faults,
  policyOf,
  RelayEngine,
  type RelayFact,
  type RelayPolicy,
  type RelaySigner,
  type TokenMint,
} from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { type Person, person, RELAY_TEST_SECONDS, seededRandom } from '@hale/testkit/relay-people';

export const RELAY_URL = 'wss://relay.example';
export const relayPerson = person('the relay');

export function testSigner(who: Person = relayPerson): RelaySigner {
  const random = seededRandom('signer');
  return {
    pubkey: who.pubkey,
    sign: (template) => signEvent(template, who.secret, random(32)),
    sealTo: (pubkey, plaintext) =>
      encryptNip44(plaintext, conversationKey(who.secret, Buffer.from(pubkey, 'hex')), random(32)),
  };
}

export const openPolicy: RelayPolicy = policyOf({
  private: false,
  urls: [RELAY_URL],
  name: 'test',
  jurisdiction: ['DE'],
});

/** The relay's keys for tokens, from a seed. */
export const testMint: TokenMint = new TokenPress(relayPerson.secret, seededRandom('mint'));

type Message = [string, ...unknown[]];

interface TestRelayOptions extends Partial<RelayPolicy> {
  faults?: Partial<Faults>;
  store?: MemoryRelayStore;
}

export class TestRelay {
  readonly store: MemoryRelayStore;
  readonly engine: RelayEngine;
  readonly policy: RelayPolicy;
  readonly facts: RelayFact[] = [];
  readonly clients = new Map<string, TestClient>();
  now = RELAY_TEST_SECONDS;
  /** false: publications gather, as within one turn of the event loop. */
  flushing = true;

  constructor(options: TestRelayOptions = {}) {
    const { faults, store, ...policy } = options;
    this.store = store ?? new MemoryRelayStore();
    this.policy = { ...openPolicy, ...policy };
    this.engine = new RelayEngine({
      store: this.store,
      policy: this.policy,
      signer: testSigner(),
      mint: testMint,
      now: () => this.now,
      random: seededRandom('engine'),
      note: (fact) => this.facts.push(fact),
      ...(faults ? { faults } : {}),
    });
  }

  /** A socket, admitted by a key where one is given, with these keys proven by NIP-42. */
  connect(admitted: Person | null = null, ...proven: Person[]): TestClient {
    const client = new TestClient(this, String(this.clients.size));
    this.clients.set(client.id, client);
    const proof = admitted ? { key: admitted.pubkey, proof: 'ad'.repeat(32) } : null;
    this.carryOut(this.engine.open({ id: client.id, admitted: proof }));
    for (const key of proven) client.prove(key);
    return client;
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      const client = this.clients.get(effect.to);
      if (!client) continue;
      if ('close' in effect) client.closed = effect.close.code;
      else client.inbox.push(JSON.parse(effect.frame));
    }
    if (this.flushing && this.engine.hasPending) this.carryOut(this.engine.flush());
  }

  flush(): void {
    this.carryOut(this.engine.flush());
  }
}

export class TestClient {
  readonly inbox: Message[] = [];
  readonly id: string;
  readonly #relay: TestRelay;
  closed: number | null = null;

  constructor(relay: TestRelay, id: string) {
    this.#relay = relay;
    this.id = id;
  }

  /** Sends one frame and returns what came back to this client because of it. */
  send(...message: unknown[]): Message[] {
    return this.sendText(JSON.stringify(message));
  }

  sendText(text: string): Message[] {
    const before = this.inbox.length;
    this.#relay.carryOut(this.#relay.engine.receive(this.id, text));
    while (this.#relay.engine.hasMore(this.id)) this.#relay.carryOut(this.#relay.engine.drain(this.id));
    return this.inbox.slice(before);
  }

  prove(key: Person): Message[] {
    const challenge = this.inbox.find(([verb]) => verb === 'AUTH')?.[1] as string;
    return this.send('AUTH', key.prove(challenge, RELAY_URL, this.#relay.now));
  }

  /** The OK for an event: [accepted, message]; null = none came. */
  publish(event: NostrEvent): [boolean, string] | null {
    const ok = this.send('EVENT', event).find(([verb, id]) => verb === 'OK' && id === event.id);
    return ok ? [ok[2] as boolean, ok[3] as string] : null;
  }

  /** Ids of the stored events, in order; a text where the relay closed the subscription. */
  ids(...filters: Filter[]): string[] | string {
    const answer = this.send('REQ', 'q', ...filters);
    const closed = answer.find(([verb]) => verb === 'CLOSED');
    if (closed) return closed[2] as string;
    this.send('CLOSE', 'q');
    return answer.filter(([verb]) => verb === 'EVENT').map(([, , event]) => (event as NostrEvent).id);
  }

  count(...filters: Filter[]): number | string {
    const [[verb, , body]] = this.send('COUNT', 'c', ...filters);
    return verb === 'COUNT' ? (body as { count: number }).count : (body as string);
  }

  /** Ids that came by a subscription since the given place in the inbox. */
  eventsSince(place: number): string[] {
    return this.inbox
      .slice(place)
      .filter(([verb]) => verb === 'EVENT')
      .map(([, , event]) => (event as NostrEvent).id);
  }

  leave(): void {
    this.#relay.engine.close(this.id);
    this.#relay.carryOut([]);
  }
}

/** Receipts that lie in the store, oldest first. */
export function storedReceipts(relay: TestRelay) {
  return relay.store
    .find({ kinds: [KINDS.receipt] })
    .toReversed()
    .flatMap(({ id }) => relay.store.get(id) ?? []);
}
