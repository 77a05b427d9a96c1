// In the room (specs/room.md): two real homes and real relays; and who stands in between.
import { fromHex, parsePairingCode, schnorrPublic, toHex } from '@hale/kernel';
import { parseRoomLink, roomSecret, roomWords } from '@hale/kernel/seal';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emitted, Parameters, RoomSaid } from '../src/api.ts';
import type { Home } from '../src/home.ts';
import { openLook, openReadings } from '../src/operations/desk.ts';
import { roomDecline, roomName, roomOpen, roomRefuse, roomShow, roomVisit } from '../src/operations/room.ts';
import { grants, revoke } from '../src/operations/share.ts';
import { receivedGrants, visitBefore } from '../src/received.ts';
import type { RelayHandle } from '../src/relay/host.ts';
import { OneVisit } from '../src/remote/one-visit.ts';
import { Guest } from '../src/room/guest.ts';
import { addStream, HOUR, Homes, samples, useRelay } from './homes.ts';

const homes = new Homes();
let patient: Home;
let desk: Home;
let hers: RelayHandle;
let his: RelayHandle;
const now = Date.now() * 1000;

beforeEach(async () => {
  patient = homes.make({ online: true });
  desk = homes.make({ online: true });
  [hers, his] = [await homes.relay(patient.keys), await homes.relay(desk.keys)];
  useRelay(patient, hers.url);
  useRelay(desk, his.url);
  const stream = addStream(patient, 'heart-rate');
  patient.vault.ingest([{ stream, samples: samples(now - HOUR, 600) }]);
  await Promise.all([patient.network.settle(5_000), desk.network.settle(5_000)]);
});

afterEach(() => homes.close());

/** An operation that says things while it runs. */
function begun<R>(
  home: Home,
  run: (context: { home: Home; emit: (said: Emitted) => void; signal: AbortSignal }) => Promise<R>,
) {
  const said: RoomSaid[] = [];
  const stop = new AbortController();
  const emit = (each: Emitted) => {
    if ('room' in each) said.push(each.room);
  };
  const done = run({ home, emit, signal: stop.signal });
  done.catch(() => {});
  const state = async <S extends RoomSaid['state']>(wanted: S) => {
    const find = () => said.find((each) => each.state === wanted) as Extract<RoomSaid, { state: S }> | undefined;
    await Promise.race([expect.poll(find, { timeout: 8_000 }).toBeDefined(), done]);
    const found = find();
    if (!found) throw new Error(`it ended before ${wanted}`);
    return found;
  };
  return { done, stop, state };
}

const open = (seconds = 60) => begun(desk, async (context) => roomOpen(context, { seconds }));
const visit = (code: string, home = patient) => begun(home, async (context) => roomVisit(context, { code }));
const at = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const wanted = (found: { id: string }): Parameters<'room.show'> => ({
  visit: found.id,
  streams: ['heart-rate'],
  from: new Date((now - 2 * HOUR) / 1000).toISOString(),
  until: new Date((now + 4 * HOUR) / 1000).toISOString(),
  as: 'Sam Novak',
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    ({ code, detail }) => `${code} ${detail?.why}`,
  );

async function met(seconds?: number) {
  const room = open(seconds);
  const { link } = await room.state('waiting');
  const guest = visit(link);
  const [found, shown] = await Promise.all([guest.state('found'), room.state('words')]);
  return { room, guest, found, shown, link };
}

describe('a meeting', () => {
  test('shows both the same three words, and only then opens what she chose: an ordinary grant, which she stops like any other', async () => {
    await roomName(at(desk), { name: 'Dr Ada Lee' });
    const { room, guest, found, shown } = await met();
    expect(found.words).toEqual(shown.words);
    expect(found.words).toHaveLength(3);
    expect(found).toMatchObject({ name: 'Dr Ada Lee', lastMicros: null });
    expect([await grants(at(patient), {}), receivedGrants(desk)]).toEqual([[], []]);
    const { grant } = await roomShow(at(patient), wanted(found));
    const { grant: id } = await room.done;
    await guest.done;
    const looked = await openLook(at(desk), { grant: id });
    expect(looked).toMatchObject({ name: 'Sam Novak', state: 'active', visit: { beforeMicros: null } });
    const { columns, level } = await openReadings(at(desk), { grant: id, stream: 'heart-rate', level: 'raw' });
    expect([level, columns.at.length, columns.mean[0]]).toEqual(['raw', 600, 60]);
    expect(await grants(at(patient), {})).toMatchObject([
      { id: grant.id, to: 'Dr Ada Lee', how: 'key', state: 'active' },
    ]);
    await revoke(at(patient), { grant: grant.id });
    await expect.poll(async () => (await openLook(at(desk), { grant: id })).state, { timeout: 10_000 }).toBe('ended');
  });

  test('is with one: a second phone with the same code is told that it was used, and the first goes on', async () => {
    const { room, found, link } = await met();
    expect(await failure(visit(link).done)).toBe('conflict used');
    await roomShow(at(patient), wanted(found));
    await room.done;
    // Afterwards the door is shut.
    expect(await failure(visit(link).done)).toBe('expired closed');
  });

  test('ends where she says that the words differ, or that she does not want to: nothing was shared', async () => {
    for (const why of ['words', 'declined'] as const) {
      const { room, guest, found } = await met();
      await roomDecline(at(patient), { visit: found.id, why });
      expect(await failure(room.done)).toBe(`not-permitted ${why}`);
      await guest.done;
      expect(await failure(Promise.resolve(roomShow(at(patient), wanted(found))))).toBe('expired closed');
    }
    expect([await grants(at(patient), { all: true }), receivedGrants(desk)]).toEqual([[], []]);
  });

  test('counts what she said although she leaves in the same moment', async () => {
    const { room, guest, found } = await met();
    await roomDecline(at(patient), { visit: found.id, why: 'words' });
    guest.stop.abort();
    expect(await failure(room.done)).toBe('not-permitted words');
  });

  test('ends where the desk says so, and she is told', async () => {
    const { room, guest, shown, found } = await met();
    roomRefuse(at(desk), { room: shown.id });
    expect(await failure(guest.done)).toBe('not-permitted words');
    expect(await failure(room.done)).toBe('not-permitted words');
    expect(await failure(Promise.resolve(roomShow(at(patient), wanted(found))))).toBe('expired closed');
  });

  test('ends with the desk: a page that is closed meanwhile gets nothing, and leaves no grant behind', async () => {
    const { room, guest, found } = await met();
    room.stop.abort();
    expect(await failure(guest.done)).toBe('unavailable desk');
    expect(await failure(Promise.resolve(roomShow(at(patient), wanted(found))))).toBe('expired closed');
    expect(await grants(at(patient), { all: true })).toEqual([]);
  });

  test('a code that nobody used in time, and a relay that is away', async () => {
    const room = open(1);
    const { link } = await room.state('waiting');
    expect(await failure(room.done)).toBe('expired nobody');
    expect(await failure(visit(link).done)).toBe('expired closed');
    // The same code after its minute is over: the time is what is said.
    const { code, relay } = parseRoomLink(link);
    const later = new Guest({ relay: relay ?? '', code, nowMillis: () => Date.now() + 300_000 });
    expect(await failure(later.meet())).toBe('expired late');
    await later.close();
    const nowhere = link.replace(/127.0.0.1:\d+/, '127.0.0.1:9');
    expect(await failure(visit(nowhere).done)).toBe('unavailable relay');
    expect(await failure(visit('7QK3M2XA').done)).toBe('malformed undefined');
    expect(await failure(visit(link.replace(/^.*=/, '')).done)).toBe('malformed address');
  });
});

describe('who stands in between', () => {
  /** Holds the code, and a relay of its own to which the patient's phone was led; plays the desk to her and her to the desk. */
  async function between(link: string, pass: (said: Record<string, string>) => object) {
    const own = homes.make();
    const relay = await homes.relay(own.keys);
    const { code, relay: real } = parseRoomLink(link);
    const asPatient = new Guest({ relay: real ?? '', code, nowMillis: Date.now });
    let words: string[] = [];
    const asDesk = new OneVisit({
      ...{ url: relay.url, member: own.keys.member, secret: roomSecret(code), seconds: 60, nowMillis: Date.now },
      run: async (name) => {
        if (name !== 'meet') return new Promise(() => {});
        const { keys } = await asPatient.meet();
        const said = { salt: keys.salt, npub: keys.npub, inbox: keys.pubkey };
        const hex = Object.fromEntries(Object.entries(said).map(([key, bytes]) => [key, toHex(bytes)]));
        return pass({ ...hex, kem: Buffer.from(keys.kemPublic ?? []).toString('base64'), name: 'Dr Ada Lee' });
      },
      onOpened: ({ check }) => {
        words = roomWords(check);
      },
      onEnded: () => {},
    });
    await asDesk.open();
    const swapped = link.replace(/^.*#/, `${relay.url.replace(/^ws/, 'http')}/#`);
    return { swapped, words: () => words, close: () => Promise.all([asDesk.close(), asPatient.close()]) };
  }

  test('passes everything on and swaps the keys of the line: the words differ', async () => {
    const room = open();
    const { link } = await room.state('waiting');
    const thief = await between(link, (said) => said);
    const guest = visit(thief.swapped);
    const [found, shown] = await Promise.all([guest.state('found'), room.state('words')]);
    expect(found.words).toEqual(thief.words());
    expect(found.words).not.toEqual(shown.words);
    await roomDecline(at(patient), { visit: found.id, why: 'words' });
    expect([await grants(at(patient), { all: true }), receivedGrants(desk)]).toEqual([[], []]);
    guest.stop.abort();
    await thief.close();
    await room.done.catch(() => {});
  });

  test('offers keys of its own: they are not what the code promised, and no words are shown', async () => {
    const room = open();
    const { link } = await room.state('waiting');
    const own = toHex(schnorrPublic(fromHex('11'.repeat(32))));
    const thief = await between(link, (said) => ({ ...said, inbox: own }));
    const guest = visit(thief.swapped);
    expect(await failure(guest.done)).toBe('not-authentic keys');
    await thief.close();
  });

  test('a code says nothing of anybody: it is new each time, and holds neither key nor name', async () => {
    const [first, second] = [open(), open()];
    const links = [(await first.state('waiting')).link, (await second.state('waiting')).link];
    const codes = links.map((link) => toHex(parsePairingCode(link.replace(/^.*=/, ''))));
    expect(codes[0].slice(0, 30)).not.toBe(codes[1].slice(0, 30));
    for (const link of links) expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#room=[0-9A-Z]{26}$/);
    first.stop.abort();
    second.stop.abort();
    await Promise.allSettled([first.done, second.done]);
  });
});

test('the visit before is the last one of the same person: not the same day’s, not her child’s', async () => {
  const { room, found } = await met();
  await roomShow(at(patient), wanted(found));
  const { grant: id } = await room.done;
  await openLook(at(desk), { grant: id });
  const [first] = receivedGrants(desk);
  const since = (hours: number, name: string) => {
    const visit = (first.visit ?? 0) + hours * HOUR;
    return visitBefore(desk, { ...first, visit, seen: { ...(first.seen as never as object), name } as never });
  };
  expect(since(1, 'Sam Novak')).toBeNull();
  expect(since(24, 'Sam Novak')).toBe(first.visit);
  expect(since(24, 'Mia')).toBeNull();
});
