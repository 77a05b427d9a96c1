// One night from several sources: what is held already is found, whatever the source's seconds and units, and nothing else is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOneSensor, originWith, overlapWith, type Scale, withoutHeld } from '../src/index.ts';
import { addStream, DAY, openVault, pairsOf, SECOND, samplesOf, T0 } from './fixture.ts';

const HEART: Scale = { kind: 'heart-rate', ucum: '/min', factor: 1, origin: 0, nominalPeriodMicros: SECOND };
const GLUCOSE: Scale = { kind: 'glucose-cgm', ucum: 'mg/dL', factor: 1, origin: 0, nominalPeriodMicros: 300 * SECOND };

function held(scale: Scale, pairs: [number, number][]) {
  const bench = openVault();
  const { kind, ucum, factor, origin } = scale;
  const stream = addStream(bench, kind, scale.nominalPeriodMicros / 1e6, { kind, ucum, factor, origin });
  bench.vault.ingest([{ stream, samples: samplesOf(pairs) }]);
  return (other: Scale, those: [number, number][]) =>
    overlapWith(bench.vault.rooms, stream, other, samplesOf(those)) ?? expect.fail('cannot be compared');
}

const night = Array.from({ length: 4000 }, (_, i): [number, number] => [T0 + i * SECOND, 50 + ((i * 7) % 31)]);

describe('the same samples', () => {
  test('are found wholly, and what is new is left', () => {
    const compare = held(HEART, night.slice(0, 3000));
    const overlap = compare(HEART, night);
    expect([overlap.same, overlap.different]).toEqual([3000, 0]);
    expect(pairsOf(withoutHeld(samplesOf(night), overlap.held))).toEqual(night.slice(3000));
    expect(isOneSensor(overlap)).toBe(true);
  });

  test('are found where one source keeps whole seconds and the other fractions of them', () => {
    const fractions = night.map(([time, value]): [number, number] => [time + ((time / SECOND) % 900) * 1000, value]);
    expect(held(HEART, fractions)(HEART, night).same).toBe(night.length);
    expect(held(HEART, night)(HEART, fractions).same).toBe(night.length);
    // Both fine, and at other instants: others.
    expect(
      held(HEART, fractions)(
        HEART,
        night.map(([time, value]) => [time + 999, value]),
      ).same,
    ).toBeLessThan(10);
  });

  test('are found across units and decimals', () => {
    const mass = Array.from({ length: 288 }, (_, i): [number, number] => [
      T0 + i * 300 * SECOND,
      80 + ((i * 13) % 140),
    ]);
    const molar = mass.map(([time, value]): [number, number] => [time, Math.round((value / 18.01559) * 10)]);
    const scale = { ...GLUCOSE, ucum: 'mmol/L', factor: 0.1 };
    expect(held(GLUCOSE, mass)(scale, molar).same).toBe(288);
    expect(held(scale, molar)(GLUCOSE, mass).same).toBe(288);
  });

  test('are found under the name that a file cut before its sport gives them', () => {
    const ride = night.slice(0, 134).map(([time, value]): [number, number] => [time, 10 * value]);
    const plain: Scale = { kind: 'cadence', ucum: '/min', factor: 0.1, origin: 0, nominalPeriodMicros: SECOND };
    const pedals: Scale = { ...plain, kind: 'cadence-cycling' };
    const steps: Scale = { ...plain, kind: 'cadence-steps', factor: 1 };
    expect(held(plain, ride)(pedals, ride).same).toBe(134);
    expect(held(pedals, ride)(plain, ride).same).toBe(134);
    const run = ride.map(([time, value]): [number, number] => [time, value / 5]);
    expect(held(plain, ride)(steps, run).same).toBe(134);
    expect(held(steps, run)(plain, ride).same).toBe(134);
    expect(held(plain, ride)(steps, ride).same).toBe(0);
    // Pedals and steps are two things.
    const bench = openVault();
    const stream = addStream(bench, 'c', 1, { kind: 'cadence-cycling', ucum: '/min', factor: 0.1, origin: 0 });
    bench.vault.ingest([{ stream, samples: samplesOf(ride) }]);
    expect(overlapWith(bench.vault.rooms, stream, steps, samplesOf(run))).toBeNull();
  });

  test('of a waveform have the same instant and no other', () => {
    const wave: Scale = { ...HEART, kind: 'ppg', ucum: '1', nominalPeriodMicros: 40_000 };
    const flat = Array.from({ length: 200 }, (_, i): [number, number] => [T0 + i * 40_000, 7]);
    const shifted = flat.map(([time, value]): [number, number] => [time + 20_000, value]);
    expect(held(wave, flat)(wave, shifted).same).toBe(0);
    expect(held(wave, flat)(wave, flat).same).toBe(200);
  });
});

describe('another sensor', () => {
  test('has other values at the same times', () => {
    const other = night.map(([time, value], i): [number, number] => [time, value + (i % 3 === 0 ? 0 : 4)]);
    const overlap = held(HEART, night)(HEART, other);
    expect(overlap.different).toBeGreaterThan(2000);
    expect(isOneSensor(overlap)).toBe(false);
  });

  test('at other times says nothing either way', () => {
    const overlap = held(HEART, night)(
      HEART,
      night.map(([time, value]) => [time + DAY, value]),
    );
    expect([overlap.same, overlap.different, isOneSensor(overlap)]).toEqual([0, 0, null]);
  });

  test('of another kind or an unknown unit is not compared', () => {
    const bench = openVault();
    const stream = addStream(bench, 'heart-rate', 1, { kind: 'heart-rate', ucum: '/min' });
    bench.vault.ingest([{ stream, samples: samplesOf(night) }]);
    for (const other of [
      { ...HEART, kind: 'steps' },
      { ...HEART, ucum: 'furlongs' },
    ])
      expect(overlapWith(bench.vault.rooms, stream, other, samplesOf(night))).toBeNull();
  });
});

test('property: a naive comparison finds the same', () => {
  const pairs = fc
    .uniqueArray(fc.tuple(fc.nat(60), fc.nat(3), fc.nat(3)), { selector: ([s]) => s, maxLength: 30 })
    .map((all) =>
      all
        .map(([second, part, value]): [number, number] => [T0 + second * SECOND + part * 250_000, 60 + value])
        .sort((a, b) => a[0] - b[0]),
    );
  fc.assert(
    fc.property(pairs, pairs, (ours, theirs) => {
      if (ours.length === 0 || theirs.length === 0) return;
      const { held: flags } = held(HEART, theirs)(HEART, ours);
      ours.forEach(([time, value], i) => {
        const twin = theirs.some(
          ([at, other]) =>
            value === other &&
            (at === time ||
              (Math.floor(at / SECOND) === Math.floor(time / SECOND) && (at % SECOND === 0 || time % SECOND === 0))),
        );
        expect(flags[i] === 1).toBe(twin);
      });
    }),
    { numRuns: 200 },
  );
});

test('what a source brought adds up', () => {
  const brought = { subject: 's', n: 1, source: 'watch', assurance: 'imported' as const, at: 5 };
  const first = originWith(undefined, { ...brought, samples: 3, elsewhere: 1, firstMicros: 10, lastMicros: 20 });
  expect(originWith(first, { ...brought, samples: 2, elsewhere: 0, firstMicros: 5, lastMicros: 12, at: 9 })).toEqual({
    ...brought,
    type: 'origin',
    samples: 5,
    elsewhere: 1,
    firstMicros: 5,
    lastMicros: 20,
    at: 9,
  });
});
