// The relays of this home: which ones, in what state, with what still to be delivered.

import { randomBytes } from 'node:crypto';
import { HaleError, hybridKeyTemplate, KINDS, normalizeRelayUrl, schnorrPublic } from '@hale/kernel';
import { kemPublicOf, signEvent } from '@hale/kernel/seal';
import type { RelayInfo } from '../api.ts';
import type { Home } from '../home.ts';
import { fetchRelayInfo, join, joinByVouch } from '../net/relay-info.ts';
import { keyOf } from '../relay/wishes.ts';
import type { Operation } from './context.ts';

export const relaysAdd: Operation<'relays.add'> = async ({ home }, { url: text, invite, vouch, uses }) => {
  const url = normalizeRelayUrl(text);
  const before = home.vault.state.relays.get(url);
  if (vouch !== undefined) await joinByVouch(url, readVouch(vouch), home.keys.member);
  await addRelay(home, url, invite, uses ?? ['store', 'post']);
  try {
    await greet(home, url);
  } catch (error) {
    // A relay that never takes anything is worse than none: everything would seem kept.
    if (!before || before.removed) {
      home.vault.record([{ type: 'relay', url, uses: uses ?? ['store', 'post'], removed: true }]);
      home.useRelays();
    }
    throw error;
  }
  return relayInfo(home, url);
};

/** Sends a new relay what there is. @throws HaleError 'not-permitted' where it refuses this home */
export async function greet(home: Home, url: string): Promise<void> {
  await home.network.settle(5000);
  if (home.network.state(url).state === 'refused')
    throw new HaleError('not-permitted', 'this relay is private and does not know this home; it takes an invitation');
}

/** Joins where an invitation is given, notes the relay in the catalogue, lists the person's post-quantum key there. */
export async function addRelay(
  home: Home,
  url: string,
  invite: string | undefined,
  uses: ('store' | 'post')[],
): Promise<void> {
  if (invite !== undefined) await join(url, invite, home.keys.member);
  else await fetchRelayInfo(url);
  home.vault.record([{ type: 'relay', url, uses, removed: false }]);
  if (uses.includes('post')) listAt(home, url);
  home.useRelays();
}

/** The two public events of a person: where messages reach her, and the post-quantum key to seal them with. */
function listAt(home: Home, url: string): void {
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const inboxKey = { pubkey: schnorrPublic(home.keys.inboxSecret), kemPublic: kemPublicOf(home.keys.kemSeed) };
  const templates = [
    hybridKeyTemplate(inboxKey, nowSeconds),
    { kind: KINDS.dmRelays, created_at: nowSeconds, tags: [['relay', url]], content: '' },
  ];
  home.vault.store.transact(() => {
    for (const template of templates)
      home.vault.store.enqueue({
        event: signEvent(template, home.keys.identity, new Uint8Array(randomBytes(32))),
        target: { post: [url] },
      });
  });
}

export const relaysRemove: Operation<'relays.remove'> = async ({ home }, { url: text }) => {
  const url = normalizeRelayUrl(text);
  const known = home.vault.state.relays.get(url);
  if (!known || known.removed)
    throw new HaleError('not-found', 'this relay is not one of the home’s; `hale relays list` shows them');
  const info = relayInfo(home, url);
  home.vault.record([{ ...known, removed: true }]);
  home.useRelays();
  return info;
};

export const relaysList: Operation<'relays.list'> = async ({ home }) => {
  await home.network.settle(1500);
  return relayInfos(home);
};

export function relayInfos(home: Home): RelayInfo[] {
  return [...home.vault.state.relays.values()]
    .filter((relay) => !relay.removed)
    .map((relay) => relayInfo(home, relay.url));
}

export const relaysSync: Operation<'relays.sync'> = async ({ home, emit }, parameters) => {
  const only = parameters.url === undefined ? null : normalizeRelayUrl(parameters.url);
  if (only !== null && home.vault.state.relays.get(only)?.removed !== false)
    throw new HaleError('not-found', 'this relay is not one of the home’s; `hale relays list` shows them');
  await home.network.greetAll(5000);
  for (const url of home.storeRelays().filter((each) => only === null || each === only))
    await home.fetchAll(url).catch((error: unknown) => {
      if (!(error instanceof HaleError)) throw error;
      emit({ notice: `${url}: ${error.message}` });
    });
  if (home.vault.retiredBy === null) home.settle();
  await home.network.settle(60_000);
  return relayInfos(home);
};

/** What a clinic gave is one line of base64url, so that it survives a message or a code for a camera. */
function readVouch(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw new HaleError('malformed', 'what follows --vouch is no vouch of a clinic');
  }
}

export const relaysVouch: Operation<'relays.vouch'> = ({ home }, { relay, member, days }) => {
  const now = Math.floor(home.nowMicros() / 1e6);
  const tags = [
    ['-'],
    ['p', keyOf(member)],
    ['relay', normalizeRelayUrl(relay)],
    ['expiration', String(now + days * 86_400)],
  ];
  const template = { kind: KINDS.vouch, created_at: now, tags, content: '' };
  const event = signEvent(template, home.keys.identity, new Uint8Array(randomBytes(32)));
  return { vouch: Buffer.from(JSON.stringify(event)).toString('base64url') };
};

export const relaysInvite: Operation<'relays.invite'> = ({ home }) => {
  if (!home.embedded)
    throw new HaleError('unavailable', 'an invitation needs the running node: start it with `hale start`');
  return { claim: home.embedded.invite(), url: home.embedded.url };
};

function relayInfo(home: Home, url: string): RelayInfo {
  const { state, lastContactMicros, reason } = home.network.state(url);
  const refusals = home.outbox.refusals(url);
  return {
    url,
    uses: home.vault.state.relays.get(url)?.uses ?? [],
    state,
    pending: home.outbox.pendingCount(url),
    lastContactMicros,
    reason: refusals > 0 ? `${refusals} events were refused` : reason,
  };
}
