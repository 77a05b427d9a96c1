// Sharing and stopping: what a person asked for becomes a grant, a link or a message to a key, and in plain words what it opens.

import { encodeLink, encodeLockerLink, parseScope, type Scope } from '@hale/consent';
import { encodeNpub, fromHex, HaleError, LEVELS, type Level, schnorrPublic, toHex } from '@hale/kernel';
import type { GrantWish, IssuedGrant, NewGrant } from '@hale/vault';
import { countSamples, fullBins, rehearse, type SummaryLevel } from '@hale/vault';
import { isCoded } from '@hale/vault/kinds';
import { CATEGORIES } from '@hale/vault/records';
import type { GrantInfo, LevelText, ShareParameters, SharePreview } from '../api.ts';
import type { Home } from '../home.ts';
import { IDLE_MONTHS, lapsesOf, lookedAt } from '../idle.ts';
import { HOME_LIMITS } from '../limits.ts';
import { filingsOf } from '../reader-messages.ts';
import { servedTo } from '../receipts.ts';
import { chooseKey, findRecipient, postQuantumOf, postRelays, type Recipient, sendGrant } from '../recipients.ts';
import { findStream, type Operation } from './context.ts';
import { openedSeries } from './opened-chart.ts';
import { recordsAsked, recordsPreview, recordWords } from './share-records.ts';
import { unlessShut } from './shut.ts';
import { microsOf } from './times.ts';

export const shareFind: Operation<'share.find'> = async ({ home }, parameters) => {
  const recipient = await findRecipient(home, parameters.with);
  return {
    npub: recipient.name,
    postQuantum: postQuantumOf(home, recipient),
    hasPostBox: recipient.relays.length > 0,
  };
};

export const sharePreview: Operation<'share.preview'> = ({ home }, parameters) => {
  const wish = wishOf(home, parameters, null);
  return previewOf(home, parameters, wish);
};

export const shareSeries: Operation<'share.series'> = ({ home }, parameters) => {
  const wish = wishOf(home, parameters, null);
  writeSummaries(home, wish);
  return openedSeries(rehearse(home.vault, home.grants, wish), parameters, home.nowMicros());
};

/** What a grant shows has to stand: summaries up to now are written first. */
function writeSummaries(home: Home, wish: GrantWish): void {
  home.vault.flush((stream) =>
    wish.scope.streams.some(({ streamKey }) => streamKey === stream.entry.key && stream.entry.subject === wish.subject),
  );
}

export function wishOf(home: Home, parameters: ShareParameters, recipient: Recipient | null): GrantWish {
  const subject = home.vault.subject(parameters.subject);
  const streams = parameters.streams.map((key) => findStream(home, subject.name, key));
  const ofRecords = recordsAsked(home, subject.id, parameters);
  if (streams.length === 0 && ofRecords === null)
    throw new HaleError('usage', 'say which streams to share; `hale streams` shows them');
  const now = home.nowMicros();
  const isLink = parameters.with === 'link';
  const scope: Scope = parseScope({
    streams: streams.map((stream) => {
      const level: Level = parameters.levels?.[stream.entry.key] ?? parameters.level ?? 'raw';
      if (!stream.grid.levels.some((candidate) => LEVELS.indexOf(candidate) >= LEVELS.indexOf(level)))
        throw new HaleError(
          'usage',
          `the stream ${stream.entry.key} has no level ${level}; it has ${stream.grid.levels.join(', ')}`,
        );
      if (level !== 'raw' && isCoded(stream.entry.kind))
        throw new HaleError(
          'usage',
          `the readings of ${stream.entry.key} are words and have no averages: share it without a level, by itself`,
        );
      return { streamKey: stream.entry.key, level };
    }),
    // Times of a share of records alone are those of the records.
    from: streams.length === 0 ? now : (microsOf(parameters.from, 'from') ?? now),
    // A copy has what there is: nothing comes after it.
    to: streams.length === 0 ? null : (microsOf(parameters.to, 'to') ?? (parameters.asCopy ? now : null)),
    until: microsOf(parameters.until, 'until') ?? null,
    purpose: { code: parameters.purposeCode ?? 'TREAT', text: parameters.purpose ?? '' },
    recipient: isLink
      ? { kind: 'link', ...(parameters.name ? { name: parameters.name } : {}) }
      : {
          kind: 'person',
          npub: recipient?.pubkey ?? '0'.repeat(64),
          ...(parameters.name ? { name: parameters.name } : {}),
        },
    ...(parameters.mayFile ? { mayFile: true } : {}),
    ...(ofRecords ? { records: ofRecords.scoped } : {}),
  });
  return {
    subject: subject.id,
    scope,
    how: isLink ? 'link' : 'key',
    to: parameters.name ?? (isLink ? anybodyWith(parameters) : (recipient?.name ?? parameters.with)),
    recipient: recipient?.pubkey ?? null,
    recipientText: isLink ? null : parameters.with,
    classic: !isLink && recipient !== null && recipient.envelope.kemPublic === null,
    names: { subject: parameters.as ?? subject.name, owner: parameters.as ?? subject.name },
    ...(ofRecords ? { records: ofRecords.policy } : {}),
    ...idleWish(parameters),
  };
}

/** @throws HaleError 'usage' */
function idleWish({ idleMonths, asCopy }: ShareParameters): Pick<GrantWish, 'idleMonths'> {
  if (idleMonths === undefined) return {};
  if (asCopy) throw new HaleError('usage', 'a saved copy is out of reach: it cannot end by itself');
  if (!IDLE_MONTHS.some((months) => months === idleMonths))
    throw new HaleError('usage', `a share ends by itself after ${IDLE_MONTHS.join(', ')} months without a look`);
  return { idleMonths };
}

const ANYBODY_WITH_PIN = 'anyone with the link and the PIN';

const anybodyWith = ({ asCopy, withPin }: ShareParameters): string =>
  asCopy ? 'anyone who opens the file' : withPin ? ANYBODY_WITH_PIN : 'anyone with the link';

export function previewOf(home: Home, parameters: ShareParameters, wish: GrantWish): SharePreview {
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
          ? countSamples(home.vault.rooms, open, from, to)
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
  const { from, to } = wish.scope;
  const froms = planned.length === 0 ? [from] : planned.map((stream) => stream.levels[0].from);
  const tos = planned.length === 0 ? [to] : planned.map((stream) => stream.levels[0].to);
  const toMicros = tos.some((to) => to === null) ? null : Math.max(...(tos as number[]));
  const records = recordsPreview(home, wish, parameters.visit);
  return {
    ...(records ? { records } : {}),
    sentence: sentenceOf(parameters, wish, planned),
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

/** The consent in plain words. @param planned of the same wish */
export function sentenceOf(
  parameters: ShareParameters,
  wish: GrantWish,
  planned: ReturnType<Home['grants']['preview']>,
): string {
  const titles = planned.map(({ title, levels }) => `${title} (${levelWords(levels[0].level as LevelText)})`);
  const zone = parameters.zone ?? 'UTC';
  const at = (micros: number) =>
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(
      new Date(micros / 1000),
    );
  const { until, streams } = wish.scope;
  const { from, to } = streams.length === 0 && wish.records ? wish.records : wish.scope;
  const range =
    from === null
      ? beforeWords(to === null ? null : at(to), parameters.asCopy === true)
      : to === null
        ? `from ${at(from)} on${parameters.asCopy ? '' : ', including what comes'}`
        : `from ${at(from)} to ${at(to)}`;
  const ofLink = until === null ? 'until you stop it' : `until ${at(until)}`;
  const ofWhom = wish.names.subject === '' ? '' : ` of ${wish.names.subject}`;
  const end = parameters.asCopy ? 'for good: a copy cannot be taken back' : ofLink;
  const only = parameters.claim ? ' It opens only in the first browser that opens the link.' : '';
  const idle =
    wish.idleMonths === undefined ? '' : ` It ends by itself if it is not looked at for ${wish.idleMonths} months.`;
  const records = recordWords(wish);
  const what = [...titles, ...(records ? [records.what] : [])].join(', ');
  const told = records ? ` ${records.told}` : '';
  const isOwnTime = streams.length > 0 && wish.records?.from === null && wish.records.to === null;
  const anyTime = isOwnTime ? ' Records are of any time.' : '';
  return `${whoReads(parameters, wish)} will be able to read ${what}${ofWhom}, ${range} (${zone}), ${end}.${idle}${anyTime}${only}${told}`;
}

/** Of a link its name is whom she means it for, and whoever has it can read it. */
function whoReads(parameters: ShareParameters, { how, to }: GrantWish): string {
  if (how !== 'link') return to;
  const anybody = anybodyWith(parameters);
  return `${anybody.replace(/^anyone/, 'Anyone')}${to === anybody ? '' : ` (meant for ${to})`}`;
}

/** Records have no first moment unless one was said. */
function beforeWords(to: string | null, isCopy: boolean): string {
  if (to !== null) return `from before ${to}`;
  return isCopy ? 'of any time' : 'of any time, including what comes';
}

export const share: Operation<'share'> = async (context, parameters) => {
  const { home } = context;
  if (parameters.claim) throw new HaleError('usage', 'only a link with a locker can belong to one browser');
  const check = unlessShut(context);
  const recipient = parameters.with === 'link' ? null : await findRecipient(home, parameters.with);
  check();
  if (recipient?.pubkey === home.identityPublic())
    throw new HaleError('usage', 'this is your own key: what you have need not be shared with yourself');
  if (recipient) chooseKey(home, recipient, parameters.allowClassic === true);
  const wish = wishOf(home, parameters, recipient);
  const preview = previewOf(home, parameters, wish);
  const given = give(home, { ...wish, ...agreedWords(parameters, preview) }, recipient);
  await home.network.settle(3000);
  const link = parameters.with === 'link' ? given.link : null;
  return { grant: grantInfo(home, given.made.grant), link, preview, pickupLink: given.sent ? null : given.link };
};

/** As she read it, which may name what she leaves out; and as its recipient may read it. @throws HaleError 'too-large' */
export function agreedWords(
  { words }: Pick<ShareParameters, 'words'>,
  { sentence }: SharePreview,
): Required<Pick<GrantWish, 'sentence' | 'sentenceGiven'>> {
  if (words === undefined) return { sentence, sentenceGiven: sentence };
  if (words.length > HOME_LIMITS.consentUnitsMax)
    throw new HaleError('too-large', 'the sentence is too long', { unitsMax: HOME_LIMITS.consentUnitsMax });
  return { sentence: words, sentenceGiven: sentence };
}

/**
 * Makes a grant and queues everything that its recipient needs.
 * @param also is part of the same transaction
 * @throws HaleError 'unavailable' where nobody could open it
 */
export function give(
  home: Home,
  wish: GrantWish,
  recipient: Recipient | null,
  also: (made: NewGrant) => void = () => {},
): { made: NewGrant; link: string; sent: boolean } {
  const relays = grantRelays(home);
  if (relays.length === 0)
    throw new HaleError(
      'unavailable',
      'nobody could open this: no relay is set and no node runs here. Run `hale start`, or `hale relays add URL`.',
    );
  writeSummaries(home, wish);
  home.vault.publishAll();
  const { made, sent } = home.vault.change(() => {
    const issued = home.grants.issue(wish);
    also(issued);
    return { made: issued, sent: recipient === null || sendGrant(home, issued.grant, recipient, relays) };
  });
  home.writeHeads();
  home.useRelays();
  home.network.listenAgain();
  home.announce();
  return { made, link: linkOf(made.grant, relays), sent };
}

/** Where the recipient finds it: the owner's store relays, and her own node where it runs. */
export function grantRelays(home: Home): string[] {
  const relays = home.storeRelays();
  return home.embedded && !relays.includes(home.embedded.url) ? [...relays, home.embedded.url] : relays;
}

/** @param known where its streams lie; its locker is at the first relay of the link */
function linkOf({ owner, record: { locker } }: IssuedGrant, known: string[]): string {
  const relays = locker ? [locker.relay, ...known.filter((relay) => relay !== locker.relay)] : known;
  const [first] = relays;
  const origin = first.replace(/^ws/, 'http').replace(/^(https?:\/\/[^/]+).*$/, '$1');
  const { grantAuthor, grantKey } = owner;
  const isOrigin = relays.length === 1 && first.replace(/\/+$/, '') === origin.replace(/^http/, 'ws');
  const address = { origin, author: grantAuthor, relays: isOrigin ? [] : relays };
  return locker ? encodeLockerLink({ ...address, ...locker }) : encodeLink({ ...address, grantKey });
}

// --- grants

export const grants: Operation<'grants'> = ({ home }, { subject, all }) => {
  const only = subject === undefined ? undefined : home.vault.subject(subject).id;
  const waiting = waitingAt(home);
  return home.grants
    .all()
    .filter(({ record }) => only === undefined || record.subject === only)
    .map((grant) => grantInfo(home, grant, waiting))
    .filter((grant) => all || grant.state === 'active' || grant.state === 'stopping');
};

/** How much each relay has still to get: counted once for all grants of one answer. */
type Waiting = (url: string) => number;

export function waitingAt(home: Home): Waiting {
  const counts = new Map<string, number>();
  return (url) => {
    const known = counts.get(url) ?? home.outbox.pendingCount(url);
    counts.set(url, known);
    return known;
  };
}

export function grantInfo(home: Home, grant: IssuedGrant, waiting: Waiting = waitingAt(home)): GrantInfo {
  const { record, owner } = grant;
  const { scope } = owner;
  const relays = relayStates(home, grant, waiting);
  const end = home.vault.state.ends.get(record.id);
  const hasRunOut =
    owner.ended === null ? scope.until !== null && scope.until <= home.nowMicros() : end?.reason === 'expired';
  const sentence = sentenceKept(grant);
  const stopping = owner.ended !== null && relays.some((relay) => relay.state === 'pending');
  return {
    id: record.id,
    subject: home.vault.state.subjects.get(record.subject)?.name ?? record.subject,
    to: record.to,
    as: owner.subjectName,
    how: record.how,
    recipient: record.recipient === null ? null : encodeNpub(fromHex(record.recipient, 32)),
    streams: record.streams.map(({ key, level }) => ({ key, level })),
    fromMicros: scope.from,
    toMicros: scope.to,
    untilMicros: scope.until,
    purpose: scope.purpose.text,
    state: stopping ? 'stopping' : hasRunOut ? 'expired' : owner.ended !== null ? 'ended' : 'active',
    issuedMicros: record.at,
    endedMicros: owner.ended,
    relays,
    served: servedTo(home, grant),
    classicOnly: record.classic,
    lock: record.locker ? { pin: record.locker.pin, claim: record.locker.claim } : null,
    mayFile: scope.mayFile === true,
    filed: filingsOf(home, record.id).map(({ at, readings, hash, document }) => ({
      atMicros: at,
      readings,
      hash,
      documentHash: document ?? null,
    })),
    ...recordsOf(scope),
    ...(sentence === '' ? {} : { sentence }),
    ...idleOf(home, grant),
  };
}

function idleOf(home: Home, grant: IssuedGrant): Pick<GrantInfo, 'idle'> {
  const { id, idleMonths: months } = grant.record;
  const lapsesMicros = lapsesOf(home, grant);
  if (months === undefined || lapsesMicros === null) return {};
  const lapsed = home.vault.state.ends.get(id)?.idleMonths !== undefined;
  return { idle: { months, lookedMicros: lookedAt(home, grant), lapsesMicros, lapsed } };
}

function recordsOf({ records }: Scope): Partial<GrantInfo> {
  if (records === undefined) return {};
  const categories = CATEGORIES.filter((each) => records.categories.includes(each));
  return { records: categories, recordsFromMicros: records.from, recordsToMicros: records.to };
}

/** The words that its owner agreed to; '' of a share that was made before they were kept. */
export function sentenceKept({ record }: IssuedGrant): string {
  if (record.sentence !== undefined) return record.sentence;
  if (record.consent === undefined) return '';
  const { sourceAttachment } = JSON.parse(record.consent) as { sourceAttachment?: { title?: string } };
  return sourceAttachment?.title ?? '';
}

function relayStates(home: Home, { record, owner }: IssuedGrant, waiting: Waiting): GrantInfo['relays'] {
  const isEnded = owner.ended !== null;
  const authors = record.streams
    .flatMap(({ key }) => home.vault.findStream(record.subject, key)?.author ?? [])
    .map(toHex);
  if (owner.copiesAuthor !== null) authors.push(owner.copiesAuthor);
  const states: GrantInfo['relays'] = home.storeRelays().map((url) => {
    if (!isEnded) {
      const isTold = [...authors, owner.grantAuthor].every((author) => knowsReaders(home, url, author));
      return { url, state: isTold ? 'serving' : 'pending', waiting: waiting(url) };
    }
    const stopped = authors.every((author) => {
      const current = home.vault.store.accessEvent(author);
      // No list of this home's own: what relays serve is not known.
      if (!current) return false;
      return home.network
        .revocation(author, home.outbox.seqOf(current.id))
        .some((each) => each.relay === url && each.state === 'stopped');
    });
    return { url, state: stopped ? 'stopped' : 'pending', waiting: waiting(url) };
  });
  // The embedded relay reads the same store: what is committed there holds at once.
  if (home.embedded) states.push({ url: home.embedded.url, state: isEnded ? 'stopped' : 'serving', waiting: 0 });
  return states;
}

/** Has this relay taken the newest list of who may read this author? One that is in the queue no more was taken everywhere. */
function knowsReaders(home: Home, url: string, author: string): boolean {
  const current = home.vault.store.accessEvent(author);
  const seq = current ? home.outbox.seqOf(current.id) : 0;
  if (seq === 0) return true;
  return home.outbox
    .accessDeliveries(author)
    .some((each) => each.relay === url && each.seq >= seq && ['accepted', 'confirmed'].includes(each.state));
}

export const revoke: Operation<'revoke'> = async ({ home }, parameters) => {
  const grant = home.grants.get(parameters.grant);
  if (grant.owner.ended === null || parameters.delete)
    home.grants.end(grant.record.id, 'revoked', parameters.delete === true);
  home.announce();
  await home.network.settle(5000);
  return grantInfo(home, grant);
};

export const grantsLink: Operation<'grants.link'> = ({ home }, parameters) => {
  const grant = home.grants.get(parameters.grant);
  if (grant.record.how !== 'link') throw new HaleError('usage', 'this was shared with a person, not by a link');
  if (!home.grants.active().includes(grant))
    throw new HaleError('expired', 'this link has ended; nothing opens with it');
  // What this home could write down again would open without the PIN.
  if (grant.record.to === ANYBODY_WITH_PIN && !grant.record.locker)
    throw new HaleError(
      'unsupported',
      'this link with a PIN was made before they could be shown again; stop it and make another',
    );
  return { link: linkOf(grant, grantRelays(home)) };
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
