// The part of the relay store's contract that is about emergency lockers.
import { HaleError } from '@hale/kernel';
import type { EmergencyOpening, EmergencyRow, RelayStore } from '@hale/relay/server';
import { expect, test } from 'vitest';
import { RELAY_TEST_SECONDS as now, someId } from '../relay-people.ts';

const EMPTY = {
  ...{
    round: 0,
    share: '',
    author: '',
    hours: 0,
    factor: 'none' as const,
    pinHash: '',
    institutions: [],
    parts: 0,
    told: 0,
  },
  ...{ isClosed: false, wrong: 0, triedAt: 0 },
};

export function emergencyTests(store: () => RelayStore): void {
  const row = (name: string, seconds: number): EmergencyRow => ({
    ...EMPTY,
    ...{ id: someId(name), owner: someId('owner'), verifierHash: someId('v'), expires: now + seconds },
  });
  const opening = (number: number): EmergencyOpening => ({
    ...{ number, round: 2, at: now, until: now + 60, key: '04aa', relay: 'ws://here', challenge: someId('c') },
    ...{ statement: 'c2VhbGVk', signature: 'ee', factor: 'pin' },
  });

  test('an emergency locker is there once, keeps the parts of one round and its openings, and goes when it expires', () => {
    const lockers = store().emergencies;
    const [one, two] = [row('emergency one', 10), row('emergency two', 20)];
    expect([lockers.add(one), lockers.add({ ...one, hours: 5 }), lockers.add(two)]).toEqual([true, false, true]);
    expect(lockers.get(one.id)).toEqual(one);
    for (const [round, part, text] of [[2, 1, 'B'] as const, [2, 0, 'A'] as const, [3, 0, 'C'] as const])
      lockers.putPart(one.id, round, part, text);
    lockers.putPart(two.id, 2, 0, 'T');
    expect([lockers.units(one.id, 2), lockers.units(one.id, 4)]).toEqual([2, 0]);
    expect([lockers.text(one.id, 2, 2), lockers.text(one.id, 2, 3), lockers.text(one.id, 3, 1)]).toEqual([
      'AB',
      null,
      'C',
    ]);
    const armed = { share: someId('s'), author: someId('a'), round: 3, hours: 24, factor: 'either' } as const;
    lockers.change(one.id, { ...armed, institutions: [someId('i')], wrong: 2, triedAt: now });
    lockers.keepParts(one.id, 3);
    expect([lockers.text(one.id, 2, 2), lockers.text(one.id, 3, 1), lockers.text(two.id, 2, 1)]).toEqual([
      null,
      'C',
      'T',
    ]);
    expect(lockers.get(one.id)).toEqual({ ...one, ...armed, institutions: [someId('i')], wrong: 2, triedAt: now });
    for (const number of [1, 2]) lockers.addOpening(one.id, opening(number));
    lockers.addOpening(two.id, opening(1));
    lockers.endOpening(one.id, 1, now + 1);
    expect(lockers.openings(one.id)).toEqual([{ ...opening(1), until: now + 1 }, opening(2)]);
    store().sweep(now + 10);
    expect([lockers.get(one.id), lockers.openings(one.id), lockers.text(one.id, 3, 1)]).toEqual([null, [], null]);
    expect([lockers.get(two.id), lockers.openings(two.id).length, lockers.text(two.id, 2, 1)]).toEqual([two, 1, 'T']);
  });

  test('what a transaction that fails wrote of an opening is not there', () => {
    const lockers = store().emergencies;
    const one = row('emergency three', 10);
    lockers.add(one);
    const broken = () =>
      store().transact(() => {
        lockers.addOpening(one.id, opening(1));
        throw new HaleError('unavailable', 'broken off');
      });
    expect(broken).toThrow(HaleError);
    expect(lockers.openings(one.id)).toEqual([]);
  });
}
