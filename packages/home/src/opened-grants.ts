// Grants of others that somebody is looking at: their connections stay open between questions, so that a zoom asks no door again, and close
// when nobody has asked for a while.
import type { GrantSession } from '@hale/consent';
import { KINDS } from '@hale/kernel';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { grantSession, keepMemory, keepMore, type ReceivedGrant, readerMemory } from './received.ts';

interface Held {
  session: Promise<GrantSession<ReceivedGrant>>;
  usedMillis: number;
  /** What was fetched, by stream and level. */
  fetched: Map<string, { from: number; to: number }[]>;
}

const rooms = new WeakMap<Home, Map<string, Held>>();

function roomOf(home: Home): Map<string, Held> {
  let room = rooms.get(home);
  if (!room) {
    const made = new Map<string, Held>();
    room = made;
    rooms.set(home, made);
    const timer = setInterval(() => closeIdle(made), 10_000);
    timer.unref();
    home.whenClosing.add(() => {
      clearInterval(timer);
      closeIdle(made, 0);
    });
  }
  return room;
}

function closeIdle(room: Map<string, Held>, idleMillis: number = HOME_LIMITS.openedIdleSeconds * 1000): void {
  for (const [id, { session, usedMillis }] of room)
    if (Date.now() - usedMillis >= idleMillis) {
      room.delete(id);
      session.then((open) => open.close()).catch(() => {});
    }
}

async function begun(home: Home, grant: ReceivedGrant): Promise<GrantSession<ReceivedGrant>> {
  const session = grantSession(grant, readerMemory(home, grant));
  try {
    await session.open();
  } catch (error) {
    await session.close();
    throw error;
  }
  session.follow(home.nowMicros() / 1e6, (event) => {
    if (event.kind === KINDS.tileBatch) session.take(event);
  });
  return session;
}

/** @throws HaleError as `GrantSession.open` */
export async function openedGrant(
  home: Home,
  grant: ReceivedGrant,
): Promise<{ session: GrantSession<ReceivedGrant>; held: Held }> {
  const room = roomOf(home);
  let held = room.get(grant.id);
  if (!held) {
    if (room.size >= HOME_LIMITS.openedMax) closeOldest(room);
    held = { session: begun(home, grant), usedMillis: Date.now(), fetched: new Map() };
    room.set(grant.id, held);
  }
  held.usedMillis = Date.now();
  try {
    const session = await held.session;
    keepMemory(home, grant, session.reader.memory);
    for (const more of session.reader.state.more) keepMore(home, grant, more);
    return { session, held };
  } catch (error) {
    if (room.get(grant.id) === held) room.delete(grant.id);
    throw error;
  }
}

/** Ends what is open of a grant: the next question begins anew. */
export function forgetOpened(home: Home, id: string): void {
  const room = roomOf(home);
  const held = room.get(id);
  room.delete(id);
  held?.session.then((open) => open.close()).catch(() => {});
}

function closeOldest(room: Map<string, Held>): void {
  const [oldest] = [...room].sort(([, a], [, b]) => a.usedMillis - b.usedMillis);
  room.delete(oldest[0]);
  oldest[1].session.then((open) => open.close()).catch(() => {});
}

/** True when that part was fetched while this session stood, and what came later came live. */
export function wasFetched({ fetched }: Held, name: string, from: number, to: number): boolean {
  const ranges = fetched.get(name) ?? [];
  if (ranges.some((range) => range.from <= from && range.to >= to)) return true;
  fetched.set(name, [...ranges, { from, to }].slice(-64));
  return false;
}
