// Through the recipient's eyes: a session like hers over the sealed events that this home has published, in the place of a relay. So what its owner
// sees comes out of the very tiles that the grant opens, by the recipient's own reader.
import { type ConnectAsReader, GrantSession } from '@hale/consent';
import { HaleError, type Level } from '@hale/kernel';
import type { IssuedGrant } from '@hale/vault';
import type { GrantSeen } from '../api.ts';
import type { Home } from '../home.ts';
import type { ReceivedGrant } from '../received.ts';
import type { Operation } from './context.ts';
import { readAll } from './open.ts';
import { describedStream, extentOf, type Opened, openedSeries } from './opened-chart.ts';

const connectAtHome =
  (home: Home): ConnectAsReader =>
  async () => ({
    queryAll: async (filter) => ({ events: home.events.query(filter) }),
    addKey: () => {},
    subscribe: () => ({ close: () => {} }),
    close: async () => {},
  });

/** @throws HaleError 'not-found' · 'expired' once it has ended */
async function sessionOf(
  home: Home,
  id: string,
): Promise<{ grant: IssuedGrant; session: GrantSession<ReceivedGrant> }> {
  const grant = home.grants.get(id);
  if (!home.grants.active().includes(grant))
    throw new HaleError('expired', 'this share has ended: nothing opens with it. What was read before stays read.');
  const { record, owner } = grant;
  const address = { key: owner.grantKey, author: owner.grantAuthor, relays: ['this home'] };
  const session = new GrantSession({ id: record.id, from: '', at: record.at, ...address }, connectAtHome(home));
  await session.open();
  return { grant, session };
}

function openedOf(session: GrantSession<ReceivedGrant>): Opened {
  const tiles = async (stream: number, level: Level, from: number, to: number) => {
    await session.fetch(stream, level, from, to);
    return session.tilesOf(stream, level, from, to);
  };
  return { reader: session.reader, tiles };
}

export const grantsLook: Operation<'grants.look'> = async ({ home }, asked) => {
  const { grant, session } = await sessionOf(home, asked.grant);
  const opened = openedOf(session);
  const { scope } = grant.owner;
  const streams: GrantSeen['streams'] = [];
  for (const [number, described] of session.reader.state.streams) {
    const { streamKey } = scope.streams[number];
    const held = await extentOf(opened, number, home.nowMicros());
    streams.push({ ...describedStream(streamKey, described), held, here: hereOf(home, grant, streamKey) });
  }
  return { opensFromMicros: scope.from, opensToMicros: scope.to, streams, unseen: unseenBy(home, grant) };
};

function hereOf(home: Home, { record }: IssuedGrant, key: string): GrantSeen['streams'][number]['here'] {
  const stream = home.vault.findStream(record.subject, key);
  const { firstMicros, lastMicros } = stream
    ? home.vault.store.sampleCount(stream.number)
    : { firstMicros: null, lastMicros: null };
  return firstMicros === null || lastMicros === null ? null : { firstMicros, lastMicros };
}

function unseenBy(home: Home, { record, owner }: IssuedGrant): GrantSeen['unseen'] {
  const { subject, records: policy } = record;
  const isIn = new Set(record.streams.map(({ key }) => key));
  const others = home.vault.streams(subject).filter(({ entry }) => !isIn.has(entry.key));
  const wanted = policy && { subject, policy, subjectName: owner.subjectName };
  return {
    streams: others.map(({ entry: { key, title } }) => ({ key, title })),
    records: wanted ? home.recordGrants.preview(wanted).withheld.length : home.records.count(subject),
  };
}

export const grantsSeries: Operation<'grants.series'> = async ({ home }, asked) => {
  const { session } = await sessionOf(home, asked.grant);
  return openedSeries(openedOf(session), asked, home.nowMicros());
};

export const grantsOpen: Operation<'grants.open'> = async ({ home }, asked) => {
  const { session } = await sessionOf(home, asked.grant);
  return readAll(session, asked, home.nowMicros());
};
