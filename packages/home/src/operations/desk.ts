// The desk of who receives: looking into a grant, series of it for charts, notes of one's own, asking for more.

import { randomBytes } from 'node:crypto';
import { type GrantSession, LIMITS, type ReaderMessage, scopeEnd, sealMessage } from '@hale/consent';
import { HaleError, type Level } from '@hale/kernel';
import type { DeskNote, LookedInto } from '../api.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { openedGrant, wasFetched } from '../opened-grants.ts';
import { newMessageId } from '../reader-messages.ts';
import {
  findReceived,
  keepAsked,
  keepOpened,
  keepSeen,
  type ReceivedGrant,
  receivedGrants,
  visitBefore,
} from '../received.ts';
import type { Operation } from './context.ts';
import { itemOf } from './open.ts';
import { describedStream, extentOf, type Opened, openedReadings, openedSeries } from './opened-chart.ts';

/** A grant as the charts read it: tiles are fetched once, and then come live. */
async function openedOf(
  home: Home,
  grant: ReceivedGrant,
): Promise<{ session: GrantSession<ReceivedGrant>; opened: Opened }> {
  const { session, held } = await openedGrant(home, grant);
  const tiles = async (stream: number, level: Level, from: number, to: number) => {
    if (to > from && !wasFetched(held, `${stream}/${level}`, from, to)) await session.fetch(stream, level, from, to);
    return session.tilesOf(stream, level, from, to);
  };
  return { session, opened: { reader: session.reader, tiles } };
}

export const openLook: Operation<'open.look'> = async ({ home }, parameters): Promise<LookedInto> => {
  const grant = findReceived(home, parameters.grant);
  keepOpened(home, grant);
  const { session, opened } = await openedOf(home, grant);
  const { consent, streams, ended, more, headTime } = session.reader.state;
  const item = itemOf(session, home.nowMicros());
  if (!item || !consent)
    throw new HaleError(
      ended ? 'expired' : 'unavailable',
      ended ? 'the owner has ended this grant' : 'the relay has not given the consent of this grant yet',
    );
  // The name tells whose visit it was, also once no relay has the grant any more.
  if (grant.visit !== undefined && grant.seen?.name !== item.name) keepSeen(home, grant, item);
  // Asked at the same time: somebody in the room is waiting for the page.
  const looked = await Promise.all(
    [...streams].map(async ([number, described]): Promise<LookedInto['opened'][number]> => {
      const { streamKey } = consent.scope.streams[number];
      return { ...describedStream(streamKey, described), held: await extentOf(opened, number, home.nowMicros()) };
    }),
  );
  const report = session.check();
  const known = receivedGrants(home);
  return {
    ...item,
    streams: item.streams,
    opened: looked,
    endedMicros: ended?.time ?? null,
    endReason: ended?.reason ?? null,
    completeness: report.verdict,
    statedMicros: headTime,
    mayFile: consent.scope.mayFile === true,
    more: known.filter(({ via }) => via === grant.id).map(({ id }) => id),
    moreCount: more.length,
    asked: askedOf(home, grant, session),
    sentByLink: grant.from === '',
    opensUntilMicros: scopeEnd(consent.scope),
    visit:
      grant.visit === undefined
        ? null
        : { atMicros: grant.visit, beforeMicros: visitBefore(home, { ...grant, seen: item }) },
  };
};

export const openSeries: Operation<'open.series'> = async ({ home }, parameters) => {
  const grant = findReceived(home, parameters.grant);
  const { session, opened } = await openedOf(home, grant);
  const series = await openedSeries(opened, parameters, home.nowMicros());
  return { ...series, completeness: session.check().verdict };
};

export const openReadings: Operation<'open.readings'> = async ({ home }, parameters) => {
  const { opened } = await openedOf(home, findReceived(home, parameters.grant));
  return openedReadings(opened, parameters, home.nowMicros());
};

// --- saying something back

const ASK_MICROS = LIMITS.askSeconds * 1e6;

/** What still waits: not what has run out, nor what another grant has answered since. */
function askedOf(home: Home, { asked }: ReceivedGrant, { reader }: GrantSession<ReceivedGrant>): LookedInto['asked'] {
  const isAnswered = asked && reader.state.more.some(({ time }) => time >= asked.at);
  return asked && !isAnswered && asked.at + ASK_MICROS > home.nowMicros()
    ? { atMicros: asked.at, untilMicros: asked.at + ASK_MICROS, kinds: asked.kinds, why: asked.why }
    : null;
}

/** Leaves a message for the owner at a relay of the grant. @throws HaleError 'unavailable' */
export async function say(
  home: Home,
  session: GrantSession<ReceivedGrant>,
  { key, author }: ReceivedGrant,
  message: ReaderMessage,
): Promise<void> {
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const nowSeconds = Math.floor(home.nowMicros() / 1e6);
  const wrap = sealMessage({ grantKey: key, grantAuthor: author }, message, { nowSeconds, random });
  if (!(await session.publish(wrap)))
    throw new HaleError('unavailable', 'no relay of this grant took the message; try again in a moment');
}

export const ask: Operation<'ask'> = async ({ home }, parameters) => {
  const grant = findReceived(home, parameters.grant);
  const { session } = await openedGrant(home, grant);
  const before = askedOf(home, grant, session);
  if (before)
    throw new HaleError('conflict', 'you have asked already; the owner has two weeks to answer', {
      untilMicros: before.untilMicros,
    });
  const at = home.nowMicros();
  const { kinds = [], days = null, level = null, why = '' } = parameters;
  const message = { type: 'ask' as const, id: newMessageId(), time: at, kinds, days, level, why };
  await say(home, session, grant, message);
  keepAsked(home, grant, { at, kinds, why });
  return { untilMicros: at + ASK_MICROS };
};

// --- notes

const noteText = (grant: ReceivedGrant): string => `note/${grant.author}`;

export const deskNote: Operation<'desk.note'> = ({ home }, parameters) => {
  const grant = findReceived(home, parameters.grant);
  const name = home.local.name(noteText(grant));
  if (parameters.text !== undefined) {
    if (parameters.text.length > HOME_LIMITS.noteUnitsMax)
      throw new HaleError('too-large', 'this note is too long', { unitsMax: HOME_LIMITS.noteUnitsMax });
    const note: DeskNote = { text: parameters.text, savedMicros: home.nowMicros() };
    const sealed = parameters.text === '' ? null : home.local.seal(noteText(grant), note);
    home.vault.store.transact(() => home.vault.store.setState(name, sealed));
    return note;
  }
  const sealed = home.vault.store.state(name);
  return sealed ? (home.local.open(noteText(grant), sealed) as DeskNote) : { text: '', savedMicros: null };
};
