// Bluetooth GATT values: published vectors, values worked out by hand from the specifications, and bytes that no device should send.
import { readFileSync } from 'node:fs';
import { fromHex, HaleError } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CgmFrame,
  clockMicros,
  crc16,
  type DeviceClock,
  decodeBloodPressure,
  decodeCgm,
  decodeContinuousOximeter,
  decodeGlucose,
  decodeGlucoseContext,
  decodeHeartRate,
  decodeMeasurement,
  decodeSessionStart,
  decodeTemperature,
  FieldReader,
  MEASUREMENTS,
  type Measured,
  numberOf,
} from '../src/live/gatt/index.ts';

interface Vector {
  char: string;
  hex: string;
  expect: 'invalid' | Record<string, unknown>;
}

const vectors = (
  JSON.parse(readFileSync(new URL('../../../test/data/telemetry/ble-gatt/vectors.json', import.meta.url), 'utf8')) as {
    vectors: Vector[];
  }
).vectors;

const hex = (text: string) => fromHex(text.replaceAll(' ', '').toLowerCase());
const plain = (measured: Measured) => (typeof measured === 'string' ? measured : numberOf(measured));
const two = (n: number) => String(n).padStart(2, '0');
const face = ({ year, month, day, hours, minutes, seconds }: DeviceClock) =>
  `${year === 0 ? 'year-unknown' : year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}`;
const iso = (micros: number | null) => (micros === null ? null : new Date(micros / 1000).toISOString().slice(0, 19));

/** Our frames in the words of the vectors. */
const SAID: Record<string, (bytes: Uint8Array) => Record<string, unknown>> = {
  '2A37': (bytes) => {
    const frame = decodeHeartRate(bytes);
    return {
      hr: frame.beatsPerMinute,
      contact: frame.contact,
      energyKJ: frame.energyKilojoules,
      rr1024: frame.intervals.length > 0 ? frame.intervals : undefined,
    };
  },
  '2A18': (bytes) => {
    const frame = decodeGlucose(bytes);
    const { concentration } = frame;
    return {
      seq: frame.sequence,
      baseTime: face(frame.baseTime),
      offsetMin: frame.offsetMinutes,
      userTime: iso((clockMicros(frame.baseTime) ?? 0) + frame.offsetMinutes * 60e6),
      unit: concentration?.unit,
      value: concentration && plain(concentration.value),
      typeLoc: concentration && [concentration.type, concentration.location],
      status: frame.status,
      contextFollows: frame.contextFollows,
    };
  },
  '2A1C': (bytes) => {
    const { value, unit, clock, type } = decodeTemperature(bytes);
    return { value: plain(value), unit, time: clock && face(clock), type };
  },
  '2A35': (bytes) => {
    const frame = decodeBloodPressure(bytes);
    return {
      sys: plain(frame.systolic),
      dia: plain(frame.diastolic),
      map: plain(frame.mean),
      unit: frame.unit,
      pulse: frame.pulse && plain(frame.pulse),
      user: frame.user,
      status: frame.status,
      time: frame.clock && face(frame.clock),
    };
  },
  '2AA7': (bytes) => {
    const [frame] = decodeCgm(bytes) as [CgmFrame];
    return {
      value: plain(frame.glucose),
      timeOffsetMin: frame.offsetMinutes,
      status: frame.status.length > 0 ? frame.status : undefined,
      trend: frame.trend && plain(frame.trend),
      quality: frame.quality && plain(frame.quality),
      crcOk: frame.crcRight,
    };
  },
};

const codeOf = (work: () => unknown) => {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof HaleError) return error.code;
    throw error;
  }
};

describe('vectors of Nordic Semiconductor', () => {
  test('there are thirteen', () => expect(vectors.length).toBe(13));
  test.each(vectors)('$char $hex', ({ char, hex: text, expect: expected }) => {
    if (expected === 'invalid')
      expect(codeOf(() => decodeMeasurement(char.toLowerCase(), hex(text)))).toBe('malformed');
    else expect(SAID[char](hex(text))).toEqual(expected);
  });
});

describe('decimal floats of IEEE 11073-20601', () => {
  const sfloat = (text: string) => plain(new FieldReader(hex(text)).sfloat());
  const float = (text: string) => plain(new FieldReader(hex(text)).float());

  test('numbers come out as written, without float noise', () => {
    expect(sfloat('72 f0')).toBe(11.4);
    expect(sfloat('72 00')).toBe(114);
    expect(sfloat('ff 0f')).toBe(-1);
    expect(sfloat('03 80')).toBe(3e-8);
    expect(sfloat('03 70')).toBe(3e7);
    // 2047 × 10^-1 is a number, although its mantissa alone would say "not a number".
    expect(sfloat('ff f7')).toBe(204.7);
    expect(float('6c 01 00 ff')).toBe(36.4);
    expect(float('94 fe ff ff')).toBe(-36.4);
    expect(float('ff ff 7f ff')).toBe(838_860.7);
  });

  test('special values are said and are never numbers', () => {
    expect(['ff 07', '00 08', 'fe 07', '02 08', '01 08'].map(sfloat)).toEqual([
      'not a number',
      'not at this resolution',
      'above range',
      'below range',
      'reserved value',
    ]);
    expect(['ff ff 7f 00', '00 00 80 00', 'fe ff 7f 00', '02 00 80 00', '01 00 80 00'].map(float)).toEqual([
      'not a number',
      'not at this resolution',
      'above range',
      'below range',
      'reserved value',
    ]);
  });

  test('property: every number comes out as its decimal text says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2045, max: 2045 }), fc.integer({ min: -8, max: 7 }), (mantissa, exponent) => {
        const word = ((exponent & 15) << 12) | (mantissa & 0xfff);
        const value = plain(new FieldReader(Uint8Array.of(word & 255, word >> 8)).sfloat());
        expect(value).toBe(Number(`${mantissa}e${exponent}`) + 0);
      }),
    );
  });
});

const readings = (characteristic: string, text: string) =>
  (decodeMeasurement(characteristic, hex(text)) ?? []).flatMap((record) =>
    record.readings.map(({ kind, value, ucum }) => `${kind} ${value} ${ucum}`.trim()),
  );
const refusals = (characteristic: string, text: string) =>
  (decodeMeasurement(characteristic, hex(text)) ?? []).flatMap((record) =>
    record.refusals.map(({ kind, reason }) => `${kind}: ${reason}`),
  );

describe('readings', () => {
  test('heart rate: each RR interval ends where the next begins', () => {
    const [record] = decodeMeasurement('2a37', hex('10 3c 00 04 00 02')) ?? [];
    expect(record.readings.map(({ kind, value, microsBefore }) => [kind, value, microsBefore])).toEqual([
      ['heart-rate', 60, 0],
      ['rr-interval', 500, 0],
      ['rr-interval', 1000, 500_000],
    ]);
  });

  test('heart rate without contact is marked, and 0 is none', () => {
    expect(readings('2a37', '04 ff')).toEqual(['heart-rate 255 /min', 'heart-rate-quality 0 %']);
    expect(refusals('2a37', '00 00')).toEqual(['heart-rate: measurement failed']);
  });

  test('RR intervals of odd length are an error', () =>
    expect(codeOf(() => decodeMeasurement('2a37', hex('10 3c 00 04 00')))).toBe('malformed'));

  test('glucose: 120 mg/dL and 6.7 mmol/L; venous plasma is laboratory; control solution is nobody’s', () => {
    const time = 'ea 07 0b 14 09 00 00';
    expect(readings('2a18', `02 0100 ${time} 78 b0 11`)).toEqual(['glucose-capillary 120 mg/dL']);
    expect(readings('2a18', `06 0100 ${time} 43 c0 11`)).toEqual(['glucose-capillary 6.7 mmol/L']);
    expect(readings('2a18', `02 0100 ${time} 78 b0 14`)).toEqual(['glucose-lab 120 mg/dL']);
    expect(readings('2a18', `02 0100 ${time} 78 b0 1a`)).toEqual([]);
    expect(refusals('2a18', `02 0100 ${time} 78 b0 1a`)).toEqual(['glucose-capillary: control solution']);
    expect(refusals('2a18', `02 0100 ${time} ff 07 11`)).toEqual(['glucose-capillary: not a number']);
  });

  test('the context of a glucose reading: 45 g at a meal, HbA1c 7.1 %', () => {
    const text = '43 0100 01 2d d0 02 47 f0';
    expect(decodeGlucoseContext(hex(text))).toMatchObject({ sequence: 1, meal: 2 });
    expect(readings('2a34', text)).toEqual(['carbohydrate-intake 45 g', 'glucose-meal 2', 'hba1c 7.1 %']);
  });

  test('several CGM records in one notification; a wrong check sum costs only its own', () => {
    const right = hex('0fe3d2e405000214ff02f0e5f38e3f');
    const wrong = right.slice();
    wrong[2] ^= 1;
    const both = Uint8Array.from([...wrong, ...hex('06000c100600'), ...right]);
    const records = decodeMeasurement('2aa7', both) ?? [];
    expect(records.map(({ refusals: refused }) => refused.map(({ reason }) => reason))).toEqual([
      ['wrong check sum'],
      [],
      [],
    ]);
    expect(records.map(({ readings: read }) => read.map(({ kind, value }) => `${kind} ${value}`))).toEqual([
      [],
      ['glucose-cgm 120'],
      ['glucose-cgm 12.34', 'glucose-cgm-trend 0.2', 'glucose-cgm-quality 99.7'],
    ]);
    expect(codeOf(() => decodeCgm(right.subarray(0, 14)))).toBe('malformed');
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x6f91);
  });

  test('the start of a CGM session, with its zone', () => {
    const start = decodeSessionStart(hex('ea 07 0b 14 09 00 00 04 04'));
    expect([face(start.clock), start.zoneMinutes]).toEqual(['2026-11-20T09:00:00', 120]);
    expect(decodeSessionStart(hex('ea 07 0b 14 09 00 00 80 ff')).zoneMinutes).toBeUndefined();
    expect(codeOf(() => decodeSessionStart(hex('ea 07 0b 14 09 00 00 04 04 00 00')))).toBe('malformed');
  });

  test('temperature: rectum is core, ear is body, Fahrenheit stays Fahrenheit', () => {
    expect(readings('2a1c', '04 b0 0e 00 fe 07')).toEqual(['core-temperature 37.6 Cel']);
    expect(readings('2a1c', '05 da 03 00 ff 03')).toEqual(['body-temperature 98.6 [degF]']);
    expect(refusals('2a1c', '00 ff ff 7f 00')).toEqual(['body-temperature: not a number']);
  });

  test('blood pressure: mean that the cuff does not know, irregular pulse, user', () => {
    const text = '1c 7a 00 50 00 ff 07 48 00 02 04 00';
    expect(readings('2a35', text)).toEqual([
      'blood-pressure-systolic 122 mm[Hg]',
      'blood-pressure-diastolic 80 mm[Hg]',
      'pulse-rate 72 /min',
      'rhythm-event 3',
    ]);
    expect(refusals('2a35', text)).toEqual(['blood-pressure-mean: not a number']);
    expect(decodeMeasurement('2a35', hex(text))?.[0].user).toBe(2);
  });

  test('oximeter: spot check whose clock was never set; continuous with fast and slow', () => {
    expect(readings('2a5e', '18 61 00 48 00 8b e0')).toEqual([
      'spo2 97 %',
      'pulse-rate 72 /min',
      'perfusion-index 1.39 %',
    ]);
    expect(decodeMeasurement('2a5e', hex('18 61 00 48 00 8b e0'))?.[0].clock).toBeNull();
    const frame = decodeContinuousOximeter(hex('03 61 00 48 00 60 00 49 00 62 00 47 00'));
    expect([frame.saturation, frame.fast?.saturation, frame.slow?.pulse].map((each) => each && plain(each))).toEqual([
      97, 96, 71,
    ]);
    expect(refusals('2a5f', '00 ff 07 ff 07')).toEqual(['spo2: not a number', 'pulse-rate: not a number']);
  });

  test('scales: steps of 5 g and 0.01 lb, without float noise; 0xFFFF is a failure', () => {
    expect(readings('2a9d', '00 b1 36')).toEqual(['body-weight 70.005 kg']);
    expect(readings('2a9d', '01 39 3c')).toEqual(['body-weight 154.17 [lb_av]']);
    expect(refusals('2a9d', '00 ff ff')).toEqual(['body-weight: measurement failed']);
    expect(readings('2a9c', '32 04 eb 00 ea 07 0b 14 07 00 00 a9 01 58 1b b0 36')).toEqual([
      'body-fat 23.5 %',
      'muscle-percentage 42.5 %',
      'muscle-mass 35 kg',
      'body-weight 70 kg',
    ]);
    expect(readings('2a19', '57')).toEqual(['device-battery 87 %']);
    expect(refusals('2a19', 'ff')).toEqual(['device-battery: reserved value']);
  });

  test('what is no measurement is null', () => expect(decodeMeasurement('2a29', hex('4142'))).toBeNull());
});

describe('hostile bytes', () => {
  test('property: any bytes give finite readings or a clear error', () => {
    const characteristic = fc.constantFrom(...MEASUREMENTS);
    fc.assert(
      fc.property(characteristic, fc.uint8Array({ maxLength: 64 }), (name, bytes) => {
        try {
          for (const record of decodeMeasurement(name, bytes) ?? [])
            for (const { value, factor, microsBefore } of record.readings) {
              expect(Number.isFinite(value) && factor > 0 && microsBefore >= 0).toBe(true);
            }
        } catch (error) {
          expect(error).toBeInstanceOf(HaleError);
          expect((error as HaleError).code).toBe('malformed');
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('every vector cut at every byte is an error or a shorter reading, never anything else', () => {
    for (const { char, hex: text } of vectors) {
      const bytes = hex(text);
      for (let length = 0; length < bytes.length; length++)
        expect([null, 'malformed']).toContain(
          codeOf(() => decodeMeasurement(char.toLowerCase(), bytes.subarray(0, length))),
        );
    }
  });
});
