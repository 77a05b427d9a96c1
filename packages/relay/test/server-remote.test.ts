// What a paired phone and its home say through a relay (specs/remote.md §2): who may, who hears it, and that nothing of it stays.
import { KINDS, REMOTE_UNITS_MAX } from '@hale/kernel';
import { RELAY_LIMITS } from '@hale/relay/server';
import { accessEvent, RELAY_TEST_SECONDS as now, type Person, person, someId } from '@hale/testkit/relay-people';
import { beforeEach, describe, expect, test } from 'vitest';
import { TestRelay } from './server-fixture.ts';

const home = person('home author');
const phone = person('phone author');
const reader = person('phone reader');
const member = person('member');
const stranger = person('stranger');

const frame = (from: Person, content = 'AAAA') => from.sign({ kind: KINDS.remote, tags: [['-']], content });
const heardBy = (who: Person) => ({ kinds: [KINDS.remote], authors: [who.pubkey] });
let relay: TestRelay;

beforeEach(() => {
  relay = new TestRelay({ private: true });
  relay.store.addMember(member.pubkey, now);
  relay.store.put(accessEvent(home, [[reader, now + 60]]));
  relay.store.put(accessEvent(phone, []));
});

describe('a frame', () => {
  test('passes from the phone to the home and back, and nothing of it is stored', () => {
    const atHome = relay.connect(member, home, phone);
    const away = relay.connect(reader, phone);
    atHome.send('REQ', 'f', heardBy(phone));
    away.send('REQ', 'f', heardBy(home));
    const asked = frame(phone);
    const answered = frame(home);
    expect(away.publish(asked)).toEqual([true, '']);
    expect(atHome.publish(answered)).toEqual([true, '']);
    expect(atHome.eventsSince(0)).toEqual([asked.id]);
    expect(away.eventsSince(0)).toEqual([answered.id]);
    expect(relay.store.get(asked.id)).toBeNull();
    expect(relay.store.find({ kinds: [KINDS.remote] })).toEqual([]);
    expect(atHome.ids(heardBy(phone))).toEqual([]);
  });

  test('is heard by nobody else: another member, a reader of another stream, a stranger in an open relay', () => {
    const other = person('other author');
    const otherReader = person('other reader');
    relay.store.put(accessEvent(other, [[otherReader, now + 60]]));
    const listeners = [relay.connect(member), relay.connect(otherReader, stranger)];
    for (const listener of listeners)
      listener.send('REQ', 'f', heardBy(phone), heardBy(home), { kinds: [KINDS.remote] });
    relay.connect(member, home).publish(frame(home));
    relay.connect(reader, phone).publish(frame(phone));
    for (const listener of listeners) expect(listener.eventsSince(0)).toEqual([]);
  });

  test('needs its author proven, and an access event of that author that stands', () => {
    expect(relay.connect(member).publish(frame(phone))?.[1]).toMatch(/^auth-required/);
    expect(relay.connect(reader, stranger).publish(frame(stranger))?.[1]).toMatch(/^restricted/);
    const away = relay.connect(reader, phone);
    expect(away.publish(frame(phone))?.[0]).toBe(true);
    relay
      .connect(member, phone)
      .publish(phone.sign({ kind: KINDS.vanish, tags: [['relay', 'ALL_RELAYS']], created_at: now }));
    expect(away.publish(frame(phone, 'BBBB'))?.[0]).toBe(false);
  });

  test('ends with the list that named the phone: its socket closes', () => {
    const away = relay.connect(reader, phone);
    relay.connect(member, home).publish(accessEvent(home, [], now + 1));
    away.send('REQ', 'f', heardBy(home));
    expect(away.closed).toBe(4403);
  });

  test('also in an open relay only by the rules', () => {
    const open = new TestRelay();
    expect(open.connect(null, stranger).publish(frame(stranger))?.[1]).toMatch(/^restricted/);
    open.store.put(accessEvent(home, [[reader, now + 60]]));
    const listener = open.connect(null, stranger);
    listener.send('REQ', 'f', { kinds: [KINDS.remote] });
    const away = open.connect(null, reader);
    away.send('REQ', 'f', heardBy(home));
    const said = frame(home);
    expect(open.connect(null, home).publish(said)).toEqual([true, '']);
    expect(listener.eventsSince(0)).toEqual([]);
    expect(away.eventsSince(0)).toEqual([said.id]);
    expect(open.connect().ids({ kinds: [KINDS.remote] })).toMatch(/^auth-required/);
  });

  test('is bounded in size and in number, by author and minute', () => {
    const atHome = relay.connect(member, home);
    expect(atHome.publish(frame(home, 'A'.repeat(REMOTE_UNITS_MAX + 4)))?.[1]).toMatch(/^invalid/);
    for (let i = 0; i < RELAY_LIMITS.remotePerMinuteMax; i++) {
      const said = frame(home, someId(String(i)));
      relay.flushing = i % 100 === 0;
      atHome.send('EVENT', said);
    }
    relay.flushing = true;
    expect(atHome.publish(frame(home, 'last'))?.[1]).toMatch(/^rate-limited/);
    expect(relay.connect(reader, phone).publish(frame(phone))?.[0]).toBe(true);
    relay.now += 60;
    expect(atHome.publish(frame(home, 'next'))?.[0]).toBe(true);
  });
});
