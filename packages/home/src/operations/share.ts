// Sharing and stopping: what a person asked for becomes a grant, a link or a message to a key, and in plain words what it opens.

import { randomBytes } from 'node:crypto';
import { encodeLink, parseScope, type Scope } from '@hale/consent';
import {
  base64Encode,
  decodeNpub,
  encodeCbor,
  encodeNpub,
  equalBytes,
  fromHex,
  HaleError,
  type HybridRecipient,
  KINDS,
  LEVELS,
  type Level,
  parseHybridKey,
  schnorrPublic,
  sha256,
  toHex,
} from '@hale/kernel';
import { giftWrap, wrapHybrid, wrapKey } from '@hale/kernel/seal';
import type { GrantWish, IssuedGrant, NewGrant } from '@hale/vault';
import { fullBins, rawSamples, type SummaryLevel } from '@hale/vault';
import type { GrantInfo, LevelText, ShareParameters, SharePreview } from '../api.ts';
import type { Home } from '../home.ts';
import { lookupNip05 } from '../net/nip05.ts';
import { servedTo } from '../receipts.ts';
import { type Context, findStream, type Operation } from './context.ts';
import { microsOf } from './times.ts';

/** The unsigned message inside a gift wrap that hands over a grant key. */
export const GRANT_MESSAGE_KIND = 1982;

interface Recipient {
  pubkey: string;
  name: string;
  relays: string[];
  /** What the envelope is sealed to: her inbox key with its post-quantum half, or just the npub where none was found. */
  envelope: HybridRecipient;
}

export const sharePreview: Operation<'share.preview'> = ({ home }, parameters) => {
  const wish = wishOf(home, parameters, null);
  return previewOf(home, parameters, wish);
};

function wishOf(home: Home, parameters: ShareParameters, recipient: Recipient | null): GrantWish {
  const subject = home.vault.subject(parameters.subject);
  const streams = parameters.streams.map((key) => findStream(home, subject.name, key));
  if (streams.length === 0) throw new HaleError('usage', 'say which streams to share; `hale streams` shows them');
  const level = (parameters.level ?? 'raw') as Level;
  const now = home.nowMicros();
  const isLink = parameters.with === 'link';
  const scope: Scope = parseScope({
    streams: streams.map((stream) => {
      if (!stream.grid.levels.some((candidate) => LEVELS.indexOf(candidate) >= LEVELS.indexOf(level)))
        throw new HaleError(
          'usage',
          `the stream ${stream.entry.key} has no level ${level}; it has ${stream.grid.levels.join(', ')}`,
        );
      return { streamKey: stream.entry.key, level };
    }),
    from: microsOf(parameters.from, 'from') ?? now,
    to: microsOf(parameters.to, 'to') ?? null,
    until: microsOf(parameters.until, 'until') ?? null,
    purpose: { code: 'TREAT', text: parameters.purpose ?? '' },
    recipient: isLink
      ? { kind: 'link', ...(parameters.name ? { name: parameters.name } : {}) }
      : {
          kind: 'person',
          npub: recipient?.pubkey ?? '0'.repeat(64),
          ...(parameters.name ? { name: parameters.name } : {}),
        },
  });
  return {
    subject: subject.id,
    scope,
    how: isLink ? 'link' : 'key',
    to: parameters.name ?? (isLink ? 'anyone with the link' : (recipient?.name ?? parameters.with)),
    recipient: recipient?.pubkey ?? null,
    recipientText: isLink ? null : parameters.with,
    classic: !isLink && recipient !== null && recipient.envelope.kemPublic === null,
    names: { subject: subject.name, owner: subject.name },
  };
}

function previewOf(home: Home, parameters: ShareParameters, wish: GrantWish): SharePreview {
  const planned = home.grants.preview(wish);
  const streams = planned.map((stream) => {
    const open = home.vault.stream(wish.subject, stream.streamKey);
    const finest = stream.levels[0];
    const { firstMicros, lastMicros } = home.vault.store.sampleCount(open.number);
    const from = Math.max(finest.from, firstMicros ?? finest.from);
    const to = Math.min(finest.to ?? Number.MAX_SAFE_INTEGER, (lastMicros ?? finest.from) + 1);
    const count =
      to <= from
        ? 0
        : finest.level === 'raw'
          ? rawSamples(home.vault.rooms, open, from, to).times.length
          : fullBins(
              home.vault.rooms,
              open,
              finest.level as SummaryLevel,
              finest.from,
              Math.min(finest.to ?? to, to),
            ).filter((bin) => bin.start >= finest.from && (finest.to === null || bin.start < finest.to)).length;
    return {
      key: stream.streamKey,
      title: stream.title,
      level: finest.level as LevelText,
      samplesOrBins: count,
      containsExtremes: finest.containsExtremes || finest.containsSamples,
    };
  });
  const froms = planned.map((stream) => stream.levels[0].from);
  const tos = planned.map((stream) => stream.levels[0].to);
  const toMicros = tos.some((to) => to === null) ? null : Math.max(...(tos as number[]));
  return {
    sentence: sentenceOf(
      parameters,
      wish,
      planned.map((stream) => `${stream.title} (${levelWords(stream.levels[0].level as LevelText)})`),
    ),
    fromMicros: Math.min(...froms),
    toMicros,
    untilMicros: wish.scope.until,
    streams,
  };
}

const LEVEL_WORDS: Record<LevelText, string> = {
  raw: 'every sample',
  '1m': 'per minute',
  '15m': 'per quarter of an hour',
  '1h': 'hourly',
  '1d': 'daily',
};
const levelWords = (level: LevelText): string => LEVEL_WORDS[level];

function sentenceOf(parameters: ShareParameters, wish: GrantWish, titles: string[]): string {
  const zone = parameters.zone ?? 'UTC';
  const at = (micros: number) =>
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(
      new Date(micros / 1000),
    );
  const { from, to, until } = wish.scope;
  const range = to === null ? `from ${at(from)} on, including what comes` : `from ${at(from)} to ${at(to)}`;
  const end = until === null ? 'until you stop it' : `until ${at(until)}`;
  return `${wish.to} will be able to read ${titles.join(', ')} of ${wish.names.subject}, ${range} (${zone}), ${end}.`;
}

export const share: Operation<'share'> = async (context, parameters) => {
  const { home } = context;
  const recipient = parameters.with === 'link' ? null : await findRecipient(context, parameters);
  if (recipient) pinKey(home, recipient, parameters);
  const wish = wishOf(home, parameters, recipient);
  const preview = previewOf(home, parameters, wish);
  const relays = grantRelays(home);
  if (relays.length === 0)
    throw new HaleError(
      'unavailable',
      'nobody could open this: no relay is set and no node runs here. Run `hale start`, or `hale relays add URL`.',
    );
  // What the grant will show has to stand on the relays: summaries up to now are written first.
  home.vault.flush((stream) =>
    wish.scope.streams.some(({ streamKey }) => streamKey === stream.entry.key && stream.entry.subject === wish.subject),
  );
  home.vault.publishAll();
  const made = home.grants.issue(wish);
  home.writeHeads();
  const link = parameters.with === 'link' ? linkOf(made, relays) : null;
  const sent = recipient ? sendKey(home, made, recipient, relays) : true;
  home.useRelays();
  home.announce();
  await home.network.settle(3000);
  return { grant: grantInfo(home, made.grant), link, preview, pickupLink: sent ? null : linkOf(made, relays) };
};

/** Where the recipient finds it: the owner's store relays, and her own node where it runs. */
function grantRelays(home: Home): string[] {
  const relays = home.storeRelays();
  return home.embedded && !relays.includes(home.embedded.url) ? [...relays, home.embedded.url] : relays;
}

function linkOf(made: NewGrant, relays: string[]): string {
  const [first] = relays;
  const origin = first.replace(/^ws/, 'http').replace(/^(https?:\/\/[^/]+).*$/, '$1');
  const { grantAuthor, grantKey } = made.grant.owner;
  const isOrigin = relays.length === 1 && first.replace(/\/+$/, '') === origin.replace(/^http/, 'ws');
  return encodeLink({ origin, author: grantAuthor, grantKey, relays: isOrigin ? [] : relays });
}

/** Sends the grant key in the hybrid envelope, inside a gift wrap. False when no post box of the recipient is known. */
function sendKey(home: Home, made: NewGrant, recipient: Recipient, relays: string[]): boolean {
  const boxes = [...new Set([...recipient.relays, ...postRelays(home)])];
  if (boxes.length === 0 && !home.embedded) return false;
  const { owner, record } = made.grant;
  const payload = encodeCbor({ v: 1, grantKey: owner.grantKey, author: owner.grantAuthor, relays });
  const pubkey = fromHex(recipient.pubkey, 32);
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const envelope = wrapHybrid(payload, recipient.envelope, { random, classic: recipient.envelope.kemPublic === null });
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const wrap = giftWrap(
    { kind: GRANT_MESSAGE_KIND, created_at: nowSeconds, tags: [], content: base64Encode(envelope) },
    {
      secret: home.keys.identity,
      recipient: pubkey,
      wrapSecret: wrapKey(home.keys.wrapSecret, record.wrapKeyNumber),
      nowSeconds,
      random,
    },
  );
  home.vault.store.transact(() => home.vault.store.enqueue({ event: wrap, target: { post: boxes } }));
  return true;
}

function postRelays(home: Home): string[] {
  return [...home.vault.state.relays.values()]
    .filter((relay) => !relay.removed && relay.uses.includes('post'))
    .map((relay) => relay.url);
}

async function findRecipient({ home }: Context, parameters: ShareParameters): Promise<Recipient> {
  const found = parameters.with.includes('@')
    ? await lookupNip05(parameters.with)
    : { pubkey: toHex(decodeNpub(parameters.with)), relays: [] as string[] };
  const filters = [{ kinds: [KINDS.hybridKey, KINDS.dmRelays], authors: [found.pubkey] }];
  const events = [...home.events.query(filters[0])];
  for (const url of home.network.urls()) {
    const answer = await home.network.connection(url).queryResult(filters, { timeoutMs: 5000 });
    if (answer.outcome === 'complete') events.push(...answer.events);
  }
  events.sort((a, b) => b.created_at - a.created_at);
  const key = events.find((event) => event.kind === KINDS.hybridKey);
  const listed =
    events
      .find((event) => event.kind === KINDS.dmRelays)
      ?.tags.flatMap(([name, url]) => (name === 'relay' && url ? [url] : [])) ?? [];
  const pubkey = fromHex(found.pubkey, 32);
  return {
    pubkey: found.pubkey,
    name: encodeNpub(pubkey),
    relays: listed.slice(0, 3),
    envelope: key ? parseHybridKey(key) : { pubkey, kemPublic: null },
  };
}

/** A recipient once seen with a post-quantum key is held to it (DESIGN §3). */
function pinKey(home: Home, recipient: Recipient, parameters: ShareParameters): void {
  const pinned = home.vault.state.pins.get(recipient.pubkey);
  const { kemPublic } = recipient.envelope;
  if (kemPublic === null) {
    if (!parameters.allowClassic)
      throw new HaleError(
        'not-permitted',
        pinned
          ? "the recipient's post-quantum key, seen before, was not found on any relay now; try again later, or accept weaker protection with --allow-classic"
          : 'no post-quantum key of the recipient was found on your relays; ask her to run `hale relays add` on one you both use, or accept weaker protection with --allow-classic',
      );
    return;
  }
  const hash = sha256(kemPublic);
  if (pinned && !equalBytes(pinned, hash))
    throw new HaleError(
      'not-permitted',
      "the recipient's post-quantum key has changed since it was first seen; check with her before you share",
    );
  if (!pinned) home.vault.record([{ type: 'pin', npub: recipient.pubkey, kemHash: hash }]);
}

// --- grants

export const grants: Operation<'grants'> = ({ home }, { subject, all }) => {
  const only = subject === undefined ? undefined : home.vault.subject(subject).id;
  return home.grants
    .all()
    .filter(({ record }) => only === undefined || record.subject === only)
    .map((grant) => grantInfo(home, grant))
    .filter((grant) => all || grant.state === 'active' || grant.state === 'stopping');
};

export function grantInfo(home: Home, grant: IssuedGrant): GrantInfo {
  const { record, owner } = grant;
  const { scope } = owner;
  const relays = relayStates(home, grant);
  const expired = owner.ended === null && scope.until !== null && scope.until <= home.nowMicros();
  const stopping = owner.ended !== null && relays.some((relay) => relay.state === 'pending');
  return {
    id: record.id,
    to: record.to,
    how: record.how,
    streams: record.streams.map(({ key, level }) => ({ key, level })),
    fromMicros: scope.from,
    toMicros: scope.to,
    untilMicros: scope.until,
    purpose: scope.purpose.text,
    state: stopping ? 'stopping' : owner.ended !== null ? 'ended' : expired ? 'expired' : 'active',
    issuedMicros: record.at,
    endedMicros: owner.ended,
    relays,
    served: servedTo(home, grant),
    classicOnly: record.classic,
  };
}

function relayStates(home: Home, { record, owner }: IssuedGrant): GrantInfo['relays'] {
  const isEnded = owner.ended !== null;
  const authors = record.streams
    .flatMap(({ key }) => home.vault.findStream(record.subject, key)?.author ?? [])
    .map(toHex);
  const states: GrantInfo['relays'] = home.storeRelays().map((url) => {
    if (!isEnded) return { url, state: 'serving' };
    const stopped = authors.every((author) => {
      const current = home.vault.store.accessEvent(author);
      // No list of this home's own: what relays serve is not known.
      if (!current) return false;
      return home.network
        .revocation(author, home.outbox.seqOf(current.id))
        .some((each) => each.relay === url && each.state === 'stopped');
    });
    return { url, state: stopped ? 'stopped' : 'pending' };
  });
  // The embedded relay reads the same store: what is committed there holds at once.
  if (home.embedded) states.push({ url: home.embedded.url, state: isEnded ? 'stopped' : 'serving' });
  return states;
}

export const revoke: Operation<'revoke'> = async ({ home }, parameters) => {
  const grant = home.grants.get(parameters.grant);
  if (grant.owner.ended === null || parameters.delete)
    home.grants.end(grant.record.id, 'revoked', parameters.delete === true);
  home.announce();
  await home.network.settle(5000);
  return grantInfo(home, grant);
};

export const whoami: Operation<'whoami'> = ({ home }) => {
  const listedOn = postRelays(home);
  return {
    npub: encodeNpub(schnorrPublic(home.keys.identity)),
    postQuantumKeyId: home.kemKeyId(),
    member: toHex(schnorrPublic(home.keys.member)),
    listedOn,
  };
};
