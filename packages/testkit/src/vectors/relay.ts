/** Checks specs/vectors/relay.json. The types are the file's format, as specs/relay.md §11 tells it. */
import { type Filter, fromHex, type NostrEvent, verifyEvent } from '@hale/kernel';
import { signAuth, signEvent } from '@hale/kernel/seal';
import { parseAccess, policyOf, RelayEngine, type RelaySigner, settle } from '@hale/relay/server';
import { MemoryRelayStore } from '../memory-relay-store.ts';
import type { Tally } from './tally.ts';

/** A relay with a history, and one connection to it. Events by name, keys by the names of `people`. */
export interface RelayCase {
  readonly name: string;
  readonly nowSeconds: number;
  readonly private: boolean;
  readonly members: readonly string[];
  /** Names of events in the order in which they arrived, each over a connection that was permitted to bring it. */
  readonly arrived: readonly string[];
  /** Who opened the socket (NIP-98), null where nobody proved a key. */
  readonly admitted: string | null;
  /** Keys proven by NIP-42. */
  readonly proven: readonly string[];
}

export interface ServingCase extends RelayCase {
  readonly filter: Filter;
  /** Names of the events served, in order; or why there is no answer. */
  readonly answer: readonly string[] | 'no socket' | 'auth-required';
  /** null where the relay refuses to count. */
  readonly count: number | null;
}

export interface PublishingCase extends RelayCase {
  readonly event: string;
  readonly accepted: boolean;
  /** The NIP-01 prefix of a refusal. */
  readonly prefix: string | null;
}

export interface RelayVectors {
  readonly relayUrl: string;
  /** Among them the relay itself. Secrets and public keys, hex. */
  readonly people: Readonly<Record<string, { readonly secret: string; readonly pubkey: string }>>;
  readonly events: Readonly<Record<string, NostrEvent>>;
  readonly access: {
    readonly valid: readonly { event: string; readers: readonly { key: string; until: number }[] }[];
    readonly invalid: readonly { name: string; tags: readonly (readonly string[])[] }[];
  };
  readonly serving: readonly ServingCase[];
  readonly publishing: readonly PublishingCase[];
}

export function checkRelayVectors(vectors: RelayVectors, tally: Tally): void {
  for (const [name, event] of Object.entries(vectors.events)) {
    tally.equal(`event: ${name}`, () => verifyEvent(event) !== null, true);
  }
  for (const { event, readers } of vectors.access.valid) {
    tally.equal(`access: ${event}`, () => parseAccess(vectors.events[event]), readers);
  }
  for (const { name, tags } of vectors.access.invalid) {
    const event = { ...vectors.events[vectors.access.valid[0].event], tags };
    tally.refuses(`access: ${name}`, () => parseAccess(event), 'malformed');
  }
  for (const one of vectors.serving) {
    tally.equal(`serving: ${one.name}`, () => askBoth(vectors, one), { answer: one.answer, count: one.count });
  }
  for (const one of vectors.publishing) {
    const expected = { accepted: one.accepted, prefix: one.prefix };
    tally.equal(`publishing: ${one.name}`, () => publish(vectors, one), expected);
  }
}

type Frame = [string, ...unknown[]];

/** Sets the relay up as the case tells; null = the socket was refused. */
function connect(vectors: RelayVectors, one: RelayCase): ((...message: unknown[]) => Frame[]) | null {
  const store = new MemoryRelayStore();
  for (const name of one.members) store.addMember(vectors.people[name].pubkey, 0);
  for (const name of one.arrived) {
    const event = verifyEvent(vectors.events[name]);
    if (event) store.transact(() => settle(store, event));
  }
  const engine = newEngine(vectors, one, store);
  const admitted = one.admitted === null ? null : { key: vectors.people[one.admitted].pubkey, proof: '00'.repeat(32) };
  const [first] = engine.open({ id: 'c', admitted });
  if ('close' in first) return null;
  const send = (...message: unknown[]): Frame[] => {
    const effects = [...engine.receive('c', JSON.stringify(message)), ...engine.flush()];
    return effects.flatMap((effect) => ('frame' in effect ? [JSON.parse(effect.frame) as Frame] : []));
  };
  const [, challenge] = JSON.parse(first.frame) as [string, string];
  for (const name of one.proven) {
    const secret = fromHex(vectors.people[name].secret);
    const relayUrl = vectors.relayUrl;
    send('AUTH', signAuth({ challenge, relayUrl, secret, nowSeconds: one.nowSeconds, random: zeros }));
  }
  return send;
}

const zeros = (byteLength: number) => new Uint8Array(byteLength);

function newEngine(vectors: RelayVectors, one: RelayCase, store: MemoryRelayStore): RelayEngine {
  const policy = policyOf({ private: one.private, urls: [vectors.relayUrl], quota: null });
  const { secret, pubkey } = vectors.people.relay;
  // What receipts hold is not looked at here.
  const signer: RelaySigner = {
    pubkey,
    sign: (template) => signEvent(template, fromHex(secret), zeros(32)),
    sealTo: () => '',
  };
  return new RelayEngine({ store, policy, signer, now: () => one.nowSeconds, random: zeros });
}

function askBoth(vectors: RelayVectors, one: ServingCase): Pick<ServingCase, 'answer' | 'count'> {
  const send = connect(vectors, one);
  if (!send) return { answer: 'no socket', count: null };
  const answer = send('REQ', 'q', one.filter);
  const [[verb, , counted]] = send('COUNT', 'c', one.filter);
  const count = verb === 'COUNT' ? (counted as { count: number }).count : null;
  if (answer.some(([first]) => first === 'CLOSED')) return { answer: 'auth-required', count };
  const names = new Map(Object.entries(vectors.events).map(([name, { id }]) => [id, name]));
  const served = answer.flatMap(([first, , event]) => (first === 'EVENT' ? [(event as NostrEvent).id] : []));
  return { answer: served.map((id) => names.get(id) ?? id), count };
}

function publish(vectors: RelayVectors, one: PublishingCase): Pick<PublishingCase, 'accepted' | 'prefix'> {
  const send = connect(vectors, one);
  if (!send) return { accepted: false, prefix: 'no socket' };
  const ok = send('EVENT', vectors.events[one.event]).find(([verb]) => verb === 'OK');
  const accepted = ok?.[2] === true;
  return { accepted, prefix: accepted ? null : String(ok?.[3]).split(':')[0] };
}
