// In the room: the desk shows a code and takes what is handed over; the patient's home meets that desk, and makes an ordinary grant once
// she has seen the same three words on both screens. specs/room.md.
import {
  encodeNpub,
  HaleError,
  normalizeRelayUrl,
  parseEvent,
  schnorrPublic,
  toHex,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { kemPublicOf, parseRoomLink } from '@hale/kernel/seal';
import { checkName } from '@hale/vault';
import type { Parameters, RoomDesk } from '../api.ts';
import type { Home } from '../home.ts';
import { takeHandedOver } from '../received.ts';
import { chooseKey, type Recipient, wrapGrant } from '../recipients.ts';
import { Guest } from '../room/guest.ts';
import { ROOM_LIMITS } from '../room/limits.ts';
import { Meeting } from '../room/meeting.ts';
import type { Operation } from './context.ts';
import { give, grantInfo, grantRelays, wishOf } from './share.ts';

interface Rooms {
  meetings: Map<string, Meeting>;
  guests: Map<string, Met>;
}

interface Met {
  guest: Guest;
  desk: RoomDesk;
  recipient: Recipient;
  /** How the patient's question ends: shown, or not. */
  done: PromiseWithResolvers<void>;
  /** She decided: a second press does nothing more. */
  isDecided: boolean;
}

const rooms = new WeakMap<Home, Rooms>();

function roomsOf(home: Home): Rooms {
  const found = rooms.get(home) ?? { meetings: new Map(), guests: new Map() };
  rooms.set(home, found);
  return found;
}

// --- the desk

const NAME = 'room-name';

export const roomName: Operation<'room.name'> = ({ home }, { name }) => {
  const sealed = home.vault.store.state(NAME);
  if (name === undefined) return { name: sealed ? (home.local.open(NAME, sealed) as string) : '' };
  const given = checkName(name, 'desk').slice(0, ROOM_LIMITS.nameUnitsMax);
  home.vault.store.transact(() => home.vault.store.setState(NAME, home.local.seal(NAME, given)));
  return { name: given };
};

export const roomOpen: Operation<'room.open'> = async ({ home, emit, signal }, { relay, seconds }) => {
  const { meetings } = roomsOf(home);
  if (meetings.size >= ROOM_LIMITS.meetingsMax)
    throw new HaleError('full', 'this home shows as many codes as it can; close one first');
  const { name } = await roomName({ home, emit, signal }, {});
  const meeting = new Meeting({
    ...meetingPlace(home, relay),
    name: name || encodeNpub(schnorrPublic(home.keys.identity)).slice(0, 16),
    member: home.keys.member,
    seconds: Math.min(ROOM_LIMITS.codeSeconds, Math.max(1, Number(seconds ?? ROOM_LIMITS.codeSeconds))),
    keys: {
      npub: schnorrPublic(home.keys.identity),
      pubkey: schnorrPublic(home.keys.inboxSecret),
      kemPublic: kemPublicOf(home.keys.kemSeed),
    },
    nowMillis: () => home.nowMicros() / 1000,
    emit,
    take: (wrap) => takeHandedOver(home, wrapIn(wrap)).id,
  });
  meetings.set(meeting.id, meeting);
  try {
    return { grant: await meeting.run(signal) };
  } finally {
    meetings.delete(meeting.id);
  }
};

export const roomRefuse: Operation<'room.refuse'> = ({ home }, { room }) => {
  const meeting = roomsOf(home).meetings.get(String(room));
  if (!meeting) throw new HaleError('expired', 'this meeting is over; make a new code');
  meeting.refuse();
  return {};
};

/**
 * The relay where patients meet this desk: its own relay where they reach it, else one that keeps this vault.
 * @throws HaleError 'unavailable' where there is none · 'not-found' for one that is not this home's
 */
function meetingPlace(home: Home, wanted: string | undefined): { url: string; address: string } {
  const own = home.embedded?.url;
  const known = home.storeRelays();
  if (wanted !== undefined) {
    const url = normalizeRelayUrl(wanted);
    if (!known.includes(url))
      throw new HaleError('not-found', "this relay is not one of the home's; `hale relays list` shows them");
    return { url, address: url };
  }
  const [first] = known;
  if (first !== undefined) return { url: first, address: first };
  if (own !== undefined && !/^ws:\/\/(127\.|localhost|\[::1\])/.test(own)) return { url: own, address: own };
  throw new HaleError('unavailable', 'patients need a relay to meet this desk at: add one with `hale relays add`', {
    why: 'no-relay',
  });
}

/** @throws HaleError 'malformed' | 'too-large' */
function wrapIn(value: unknown): VerifiedEvent {
  const event = parseEvent(value);
  if (event.content.length > ROOM_LIMITS.wrapUnitsMax)
    throw new HaleError('too-large', 'what was handed over is too long', { max: ROOM_LIMITS.wrapUnitsMax });
  const verified = verifyEvent(event);
  if (!verified) throw new HaleError('not-authentic', 'what was handed over is not signed by its author');
  return verified;
}

// --- the patient

/** Address and code as they are scanned or typed. @throws HaleError 'malformed'; detail.why 'address' where only that is missing */
function placeOf({ code, address }: Parameters<'room.visit'>): { relay: string; code: Uint8Array } {
  const parsed = parseRoomLink(code);
  const typed = (address ?? '').trim().replace(/\/?(#.*)?$/, '');
  const relay = parsed.relay ?? (typed === '' ? null : addressed(typed));
  if (relay === null)
    throw new HaleError('malformed', 'the address that stands beside the code is needed too', { why: 'address' });
  return { relay: normalizeRelayUrl(relay), code: parsed.code };
}

/** 'relay.example.org', or with its scheme as a page or a relay has it. */
function addressed(text: string): string {
  if (/^(https?|wss?):\/\//i.test(text)) return text.replace(/^http/i, 'ws');
  return `wss://${text}`;
}

export const roomVisit: Operation<'room.visit'> = async ({ home, emit, signal }, parameters) => {
  const { guests } = roomsOf(home);
  if (guests.size >= ROOM_LIMITS.guestsMax)
    throw new HaleError('full', 'you are at as many desks as this home can be; close one first');
  const guest = new Guest({ ...placeOf(parameters), nowMillis: () => home.nowMicros() / 1000 });
  const done = Promise.withResolvers<void>();
  const leave = () => done.reject(new HaleError('not-permitted', 'the meeting was broken off', { why: 'closed' }));
  done.promise.catch(() => {});
  signal.addEventListener('abort', leave);
  try {
    const { keys, name, words } = await Promise.race([guest.meet(), guest.ended]);
    const npub = toHex(keys.npub);
    const recipient: Recipient = {
      pubkey: npub,
      name: encodeNpub(keys.npub),
      relays: [],
      envelope: { pubkey: keys.pubkey, kemPublic: keys.kemPublic },
    };
    const desk = { id: guest.id, name, npub: recipient.name, words, lastMicros: lastShown(home, npub) };
    const met: Met = { guest, desk, recipient, done, isDecided: false };
    guests.set(guest.id, met);
    // Once she has decided, the end of the line is expected.
    const ended = (error: unknown) => {
      if (!met.isDecided) done.reject(error);
    };
    guest.ended.catch(ended);
    emit({ room: { state: 'found', ...desk } });
    // Answered only when the desk says no.
    guest.call('wait', {}).catch(ended);
    await done.promise;
    return {};
  } finally {
    signal.removeEventListener('abort', leave);
    guests.delete(guest.id);
    await guest.close();
  }
};

/** When something was last shared with that person before today's visit, as far as this vault knows; null: never. */
function lastShown(home: Home, pubkey: string): number | null {
  const limit = home.nowMicros() - ROOM_LIMITS.sameVisitHours * 3_600e6;
  const times = home.grants
    .all()
    .flatMap(({ record }) => (record.recipient === pubkey && record.at < limit ? [record.at] : []));
  return times.length === 0 ? null : Math.max(...times);
}

function metAt(home: Home, visit: string): Met {
  const met = roomsOf(home).guests.get(visit);
  if (!met) throw new HaleError('expired', 'this meeting is over; scan a new code', { why: 'closed' });
  if (met.isDecided) throw new HaleError('conflict', 'this was decided already');
  return met;
}

export const roomShow: Operation<'room.show'> = async ({ home }, { visit, ...wanted }) => {
  const met = metAt(home, String(visit));
  const { guest, desk, recipient, done } = met;
  // The key that the desk was seen with first: another one is not believed, however the words agree.
  chooseKey(home, recipient, false);
  const name = desk.name === '' ? {} : { name: desk.name };
  const wish = wishOf(home, { ...wanted, ...name, with: desk.npub }, recipient);
  met.isDecided = true;
  const { made } = give(home, wish, null);
  try {
    // What the desk is told of has to be there when it asks.
    await home.network.settle(ROOM_LIMITS.settleMillis);
    const wrap = wrapGrant(home, made.grant, recipient, grantRelays(home));
    await guest.call('show', { wrap });
  } catch (error) {
    // Nothing half-shared is left behind.
    home.grants.end(made.grant.record.id, 'revoked', true);
    home.announce();
    done.reject(error);
    throw error;
  }
  done.resolve();
  return { grant: grantInfo(home, made.grant) };
};

export const roomDecline: Operation<'room.decline'> = ({ home }, { visit, why }) => {
  const met = metAt(home, String(visit));
  met.isDecided = true;
  // The desk is told where it listens; she has left in any case.
  void met.guest
    .call('decline', { why })
    .catch(() => {})
    .then(() => met.done.resolve());
  return {};
};
