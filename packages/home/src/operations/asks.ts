// The owner's side of asking for more: who asks for what, and the answer: a further grant for the same reader, or silence.
import { parseEntry, type Scope } from '@hale/consent';
import { LEVELS, type Level } from '@hale/kernel';
import type { GrantWish, IssuedGrant } from '@hale/vault';
import type { AskInfo, LevelText } from '../api.ts';
import type { Home } from '../home.ts';
import { collectOwnMessages, expiryOf, findAsk, type KeptAsk, openAsks, settleAsk } from '../reader-messages.ts';
import { chooseKey, recipientOf } from '../recipients.ts';
import { findStream, type Operation } from './context.ts';
import { give, grantInfo, grantRelays } from './share.ts';
import { unlessShut } from './shut.ts';
import { microsOf } from './times.ts';

const DAY_MICROS = 86_400e6;
/** A share that has ended is not made longer than a month by answering an ask. */
const RENEWED_DAYS = 30;

export const asks: Operation<'asks'> = ({ home }) => {
  collectOwnMessages(home, true);
  return openAsks(home).map((ask) => infoOf(home, ask));
};

function infoOf(home: Home, ask: KeptAsk): AskInfo {
  const grant = home.grants.get(ask.grant);
  const scope = widened(home, grant, ask);
  const before = new Map(grant.owner.scope.streams.map(({ streamKey, level }) => [streamKey, level]));
  const { kinds, days, level, why } = ask;
  return {
    id: ask.id,
    grant: ask.grant,
    to: grant.record.to,
    how: grant.record.how,
    recipient: grantInfo(home, grant).recipient,
    subject: home.vault.state.subjects.get(grant.record.subject)?.name ?? '',
    atMicros: ask.at,
    untilMicros: expiryOf(ask),
    kinds,
    days,
    level,
    why,
    opens: {
      streams: scope.streams.map(({ streamKey, level: finest }) => ({
        key: streamKey,
        title: home.vault.findStream(grant.record.subject, streamKey)?.entry.title ?? streamKey,
        level: finest as LevelText,
        levelBefore: before.get(streamKey) ?? null,
      })),
      fromMicros: scope.from,
      toMicros: scope.to,
      untilMicros: scope.until,
    },
  };
}

const isOfKind = (kind: string, asked: string): boolean => kind === asked || kind.startsWith(`${asked}-`);
const finer = (a: Level, b: Level): Level => (LEVELS.indexOf(a) < LEVELS.indexOf(b) ? a : b);

/** What the grant would be if all that is asked for were allowed. */
function widened(home: Home, { record, owner }: IssuedGrant, { kinds, days, level }: KeptAsk): Scope {
  const now = home.nowMicros();
  const { scope } = owner;
  const before = scope.streams.filter(({ streamKey }) => home.vault.findStream(record.subject, streamKey));
  const added = home.vault
    .streams(record.subject)
    .filter(({ entry }) => kinds.some((kind) => isOfKind(entry.kind, kind)))
    .filter(({ entry }) => !before.some(({ streamKey }) => streamKey === entry.key))
    .map(({ entry, grid }) => {
      const wanted = level ?? before[0]?.level ?? 'raw';
      const offered = grid.levels.find((each) => LEVELS.indexOf(each) >= LEVELS.indexOf(wanted));
      return { streamKey: entry.key, level: offered ?? grid.levels[grid.levels.length - 1] };
    });
  const streams = [
    ...before.map(({ streamKey, level: had }) => ({ streamKey, level: level === null ? had : finer(level, had) })),
    ...added,
  ];
  const from = days === null ? scope.from : Math.min(scope.from, now - days * DAY_MICROS);
  const isOver = owner.ended !== null || (scope.until !== null && scope.until <= now);
  return { ...scope, streams, from, until: isOver ? now + RENEWED_DAYS * DAY_MICROS : scope.until };
}

export const asksAnswer: Operation<'asks.answer'> = async (context, parameters) => {
  const { home } = context;
  const check = unlessShut(context);
  collectOwnMessages(home, true);
  const ask = findAsk(home, parameters.ask);
  if (parameters.answer === 'not-now') {
    settleAsk(home, ask.id, 'set-aside');
    return { grant: null };
  }
  const before = home.grants.get(ask.grant);
  const wish = wishOf(home, before, ask, parameters);
  const recipient = wish.recipient === null ? null : await recipientOf(home, wish.recipient, []);
  check();
  if (recipient) chooseKey(home, recipient, before.record.classic);
  const given = give(home, wish, recipient, ({ grant: { owner } }) => {
    const { grantKey, grantAuthor: author } = owner;
    // Where the owner left nothing behind, its reader has nowhere to look.
    if (!home.vault.state.ends.get(before.record.id)?.deleted)
      home.grants.pointTo(before.record.id, {
        type: 'more',
        grantKey,
        author,
        relays: grantRelays(home),
        time: home.nowMicros(),
      });
    settleAsk(home, ask.id, 'allowed');
  });
  await home.network.settle(3000);
  return { grant: grantInfo(home, given.made.grant) };
};

/** How the reader knows the person; null where the grant's stream does not say it any more. */
function namesIn({ log }: IssuedGrant): { subject: string; owner: string } | null {
  for (const { value } of log.entries().reverse()) {
    const entry = parseEntry(value);
    if (entry?.type === 'consent') return entry.names;
  }
  return null;
}

/** All that is asked for, or the part of it that the owner chose. */
function wishOf(
  home: Home,
  grant: IssuedGrant,
  ask: KeptAsk,
  chosen: { streams?: string[]; level?: LevelText; from?: string; to?: string; until?: string },
): GrantWish {
  const { record } = grant;
  const all = widened(home, grant, ask);
  const subject = home.vault.subject(record.subject);
  const level = chosen.level as Level | undefined;
  const streams = chosen.streams?.map((key) => {
    const stream = findStream(home, subject.name, key);
    const asked = all.streams.find(({ streamKey }) => streamKey === stream.entry.key)?.level ?? stream.grid.levels[0];
    return { streamKey: stream.entry.key, level: level ?? asked };
  });
  const to = microsOf(chosen.to, 'to');
  const scope: Scope = {
    ...all,
    streams: streams ?? all.streams,
    from: microsOf(chosen.from, 'from') ?? all.from,
    // A chosen beginning without an end is open.
    to: chosen.from === undefined ? all.to : (to ?? null),
    until: microsOf(chosen.until, 'until') ?? all.until,
  };
  const { how, to: name, recipient, recipientText, classic } = record;
  return {
    subject: record.subject,
    scope,
    how,
    to: name,
    recipient,
    recipientText,
    classic,
    names: namesIn(grant) ?? { subject: subject.name, owner: subject.name },
  };
}
