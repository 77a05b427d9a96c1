// Frames of a gateway: what a line may say, and where in time a device's own clock puts its measurements.
import { utf8Encode } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BluetoothDeviceState, FrameTimeline, parseFrames } from '../src/live/index.ts';

const SECOND = 1e6;
const at = (text: string) => Date.parse(text) * 1000;

interface Line {
  at: string | number;
  device?: string;
  characteristic: string;
  value: string;
  [field: string]: unknown;
}

function read(lines: Line[], known = new Map<string, BluetoothDeviceState>()) {
  const body = lines.map((line) => JSON.stringify({ device: 'AA:BB:CC:00:11:22', ...line })).join('\n');
  const { frames, bad } = parseFrames(utf8Encode(body));
  const timeline = new FrameTimeline(known);
  for (const frame of frames) timeline.read(frame);
  const readout = timeline.finish();
  const samples = Object.fromEntries(
    readout.runs.map(({ series, times, values }) => [
      series.replace('ble:aa:bb:cc:00:11:22/', ''),
      Array.from(times, (time, i) => [new Date(time / 1000).toISOString().replace('.000Z', 'Z'), values[i]]),
    ]),
  );
  return { ...readout, bad, samples };
}

describe('lines', () => {
  const bad = (line: string) => parseFrames(utf8Encode(line)).bad.map(({ reason }) => reason);
  const line = { at: 1_795_256_430_000_000, device: 'strap', characteristic: '2A37', value: '0055' };

  test('micros or a time with its zone; hex or base64; any way of writing a 16-bit number', () => {
    for (const [change, characteristic] of [
      [{}, '2a37'],
      [{ at: '2026-11-21T11:20:30+01:00' }, '2a37'],
      [{ characteristic: '00002a37-0000-1000-8000-00805f9b34fb' }, '2a37'],
      [{ characteristic: '00002A37' }, '2a37'],
      [{ value: undefined, base64: 'AFU=' }, '2a37'],
    ] as const) {
      const { frames, bad: none } = parseFrames(utf8Encode(JSON.stringify({ ...line, ...change })));
      expect(none).toEqual([]);
      expect(frames[0]).toMatchObject({ at: 1_795_256_430_000_000, device: 'strap', characteristic, line: 1 });
      expect([...frames[0].value]).toEqual([0, 0x55]);
    }
  });

  test('a bad line says why, in our words, and costs only itself', () => {
    const wrong = [
      { at: '2026-11-21T10:20:30' },
      { at: 1.5 },
      { at: 9e18 },
      { at: 1_795_256_430_000 },
      { device: '../etc' },
      { device: 7 },
      { characteristic: '2A3' },
      { characteristic: '12345678-0000-1000-8000-00805f9b34fb' },
      { value: '005' },
      { value: 'zz' },
      { value: undefined },
      { base64: 'AFU=' },
      { value: '00'.repeat(513) },
      { zoneMinutes: 1000 },
      { deviceTime: '2026-11-21T10:20:30Z' },
      { synchronised: 'yes' },
      { patient: 'Ann' },
    ];
    const lines = [...wrong.map((change) => JSON.stringify({ ...line, ...change })), 'no JSON', '[1]', 'null'];
    const { frames, bad: found } = parseFrames(utf8Encode([JSON.stringify(line), ...lines, ''].join('\n')));
    expect(frames.length).toBe(1);
    expect(found.map((each) => each.line)).toEqual(lines.map((_, i) => i + 2));
    expect(found.map(({ reason }) => reason).join(' ')).not.toMatch(/etc|Ann|zz/);
    expect(bad('{}')).toEqual(['characteristic is not the 16-bit number of one']);
  });

  test('property: any text is lines and reasons, never a crash', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (texts) => {
        const { frames } = parseFrames(utf8Encode(texts.join('\n')));
        const timeline = new FrameTimeline(new Map());
        for (const frame of frames) timeline.read(frame);
        expect(timeline.finish().runs.every((run) => run.times.length === run.values.length)).toBe(true);
      }),
    );
  });
});

/** 36.6 °C with the device's own time. */
const temperature = (time: string) => {
  const [year, ...rest] = time.split(/[-T:]/).map(Number);
  const bytes = [year & 255, year >> 8, ...rest].map((n) => n.toString(16).padStart(2, '0')).join('');
  return { characteristic: '2a1c', value: `026e0100ff${bytes}` };
};
const clock = (time: string) => ({ characteristic: '2a08', value: temperature(time).value.slice(10) });

describe('where a measurement lies in time', () => {
  test('without a clock of its own: when the gateway received it', () => {
    const { samples } = read([{ at: '2026-11-20T09:00:00Z', characteristic: '2a37', value: '103c00040002' }]);
    expect(samples).toEqual({
      'heart-rate': [['2026-11-20T09:00:00Z', 60]],
      'rr-interval': [
        ['2026-11-20T09:00:00Z', 500],
        ['2026-11-20T08:59:59.500Z', 1000],
      ],
    });
  });

  test('a clock that nobody compared is taken at its word, in the zone of the gateway', () => {
    const { samples } = read([{ at: '2026-11-20T09:00:00Z', zoneMinutes: 60, ...temperature('2026-11-20T09:55:00') }]);
    expect(samples).toEqual({
      'body-temperature': [['2026-11-20T08:55:00Z', 36.6]],
      'device-time-shift': [['2026-11-20T08:55:00Z', 3600]],
    });
  });

  test('a clock three minutes ahead is set right by the gateway’s; the raw time can be had again', () => {
    const { samples } = read([
      { at: '2026-11-20T09:00:00Z', ...clock('2026-11-20T10:03:00'), zoneMinutes: 60 },
      { at: '2026-11-20T09:00:01Z', ...temperature('2026-11-20T08:33:00'), zoneMinutes: 60 },
    ]);
    expect(samples).toEqual({
      'device-clock-offset': [['2026-11-20T09:00:00Z', 3780]],
      'body-temperature': [['2026-11-20T07:30:00Z', 36.6]],
      'device-time-shift': [['2026-11-20T07:30:00Z', 3780]],
    });
  });

  test('what is sent again after the clock drifted or was set lands on itself', () => {
    const known = new Map<string, BluetoothDeviceState>();
    const stored = temperature('2026-11-20T08:33:00');
    const first = read(
      [
        { at: '2026-11-20T09:00:00Z', ...clock('2026-11-20T09:03:00') },
        { at: '2026-11-20T09:00:01Z', ...stored },
      ],
      known,
    );
    const later = read(
      [
        { at: '2026-11-27T09:00:00Z', ...clock('2026-11-27T09:03:40') },
        { at: '2026-11-27T09:00:01Z', ...stored },
        { at: '2026-11-27T09:00:02Z', ...temperature('2026-11-26T08:00:00') },
      ],
      known,
    );
    expect(later.samples['body-temperature'][0]).toEqual(first.samples['body-temperature'][0]);
    expect(later.samples['body-temperature'][1][0]).toBe('2026-11-26T07:56:20Z');
    // The battery was changed: the clock begins again at 2010, and says so.
    const reset = read(
      [
        { at: '2026-12-04T09:00:00Z', ...clock('2010-01-01T00:10:00') },
        { at: '2026-12-04T09:00:01Z', ...temperature('2010-01-01T00:05:00') },
        { at: '2026-12-04T09:00:02Z', ...stored },
      ],
      known,
    );
    expect(reset.samples['body-temperature'].map(([time]) => time)).toEqual([
      '2026-12-04T08:55:00Z',
      first.samples['body-temperature'][0][0],
    ]);
  });

  test('a clock set a day ahead and into another zone, and back: what was measured between contacts stands at its moment', () => {
    const known = new Map<string, BluetoothDeviceState>();
    const right = { at: '2026-11-20T09:00:00Z', ...clock('2026-11-20T10:00:00'), zoneMinutes: 60 };
    // 32 hours ahead: a day, and Tokyo for Zurich.
    const ahead = { at: '2026-11-20T10:00:00Z', ...clock('2026-11-21T19:00:00'), zoneMinutes: 60 };
    const back = { at: '2026-11-20T11:00:00Z', ...clock('2026-11-20T12:00:00'), zoneMinutes: 60 };
    const measured = [
      { shown: '2026-11-20T10:20:00', moment: '2026-11-20T09:20:00Z' }, // after the first contact, before it was set
      { shown: '2026-11-21T18:50:00', moment: '2026-11-20T09:50:00Z' }, // set, before the contact that showed it
      { shown: '2026-11-21T19:30:00', moment: '2026-11-20T10:30:00Z' }, // set, after that contact
      { shown: '2026-11-20T11:50:00', moment: '2026-11-20T10:50:00Z' }, // set back
    ];
    const lines = (at: string, from: number, to: number) =>
      measured.slice(from, to).map(({ shown }) => ({ at, zoneMinutes: 60, ...temperature(shown) }));
    const moments = (readout: ReturnType<typeof read>) => readout.samples['body-temperature'].map(([time]) => time);
    const wanted = measured.map(({ moment }) => moment);
    read([right], known);
    expect(moments(read([ahead, ...lines(ahead.at, 0, 2)], known))).toEqual(wanted.slice(0, 2));
    const last = read([back, ...lines(back.at, 0, 4)], known);
    expect(moments(last)).toEqual(wanted);
    expect(last.atReception).toBe(0);
    // Days later the clock has come as far again by itself; the device sends all it has.
    const later = { at: '2026-11-24T09:00:00Z', ...clock('2026-11-24T10:00:00'), zoneMinutes: 60 };
    expect(moments(read([later, ...lines(later.at, 0, 4)], known))).toEqual(wanted);
  });

  test('set ahead and back between two contacts: what cannot be stands at its first reception, however often it comes', () => {
    const known = new Map<string, BluetoothDeviceState>();
    read([{ at: '2026-11-20T09:00:00Z', ...clock('2026-11-20T09:00:00') }], known);
    const stored = temperature('2026-11-21T17:30:00');
    const send = (time: string) =>
      read(
        [
          { at: time, ...clock(time.slice(0, 19)) },
          { at: time, ...stored },
        ],
        known,
      ).samples['body-temperature'];
    expect(send('2026-11-20T10:00:00Z')).toEqual([['2026-11-20T10:00:00Z', 36.6]]);
    expect(send('2026-11-20T11:00:00Z')).toEqual([['2026-11-20T10:00:00Z', 36.6]]);
    expect(send('2026-11-24T11:00:00Z')).toEqual([['2026-11-20T10:00:00Z', 36.6]]);
  });

  test('year 0, a time to come and a time long gone stand at their reception, and are counted', () => {
    const { samples, atReception } = read([
      { at: '2026-11-20T09:00:00Z', ...temperature('0-11-20T08:00:00') },
      { at: '2026-11-20T09:00:10Z', ...temperature('2027-11-20T08:00:00') },
      { at: '2026-11-20T09:00:20Z', ...temperature('2000-01-01T00:05:00') },
    ]);
    expect(samples['body-temperature'].map(([time]) => time)).toEqual([
      '2026-11-20T09:00:00Z',
      '2026-11-20T09:00:10Z',
      '2026-11-20T09:00:20Z',
    ]);
    expect(samples['device-time-shift'].length).toBe(2);
    expect(atReception).toBe(2);
  });

  test('a gateway whose own clock is not set says nothing about the device’s', () => {
    const lines = [
      { at: '2026-11-20T09:00:00Z', synchronised: false, ...clock('2026-11-20T12:00:00') },
      { at: '2026-11-20T09:00:01Z', synchronised: false, ...temperature('2026-11-20T11:59:00') },
    ];
    expect(read(lines).samples).toMatchObject({ 'body-temperature': [['2026-11-20T11:59:00Z', 36.6]] });
  });

  test('glucose and its context stand at one moment, linked by their number, across deliveries too', () => {
    const known = new Map<string, BluetoothDeviceState>();
    const glucose = { characteristic: '2a18', value: '12 0700 ea070b14 080000 78b0 11'.replaceAll(' ', '') };
    read([{ at: '2026-11-20T09:00:00Z', ...glucose }], known);
    const { samples } = read(
      [
        { at: '2026-11-20T09:00:01Z', characteristic: '2a34', value: '0107000 12dd0'.replaceAll(' ', '') },
        { at: '2026-11-20T09:00:02Z', characteristic: '2a34', value: '01080001 2dd0'.replaceAll(' ', '') },
      ],
      known,
    );
    expect(samples).toEqual({
      'carbohydrate-intake': [
        ['2026-11-20T08:00:00Z', 45],
        ['2026-11-20T09:00:02Z', 45],
      ],
    });
  });

  test('CGM: minutes since the session’s start, which has to be known', () => {
    const record = { characteristic: '2aa7', value: '06000c10060006000d100b00' };
    const lost = read([{ at: '2026-11-20T12:00:00Z', ...record }]);
    expect(lost.samples).toEqual({});
    expect(lost.rejected.length).toBe(2);
    const { samples } = read([
      { at: '2026-11-20T12:00:00Z', characteristic: '2aaa', value: 'ea070b140900000400' },
      { at: '2026-11-20T12:00:00Z', ...record },
    ]);
    expect(samples['glucose-cgm']).toEqual([
      ['2026-11-20T08:06:00Z', 120],
      ['2026-11-20T08:11:00Z', 130],
    ]);
  });

  test('persons that share a cuff, and other units, are series of their own', () => {
    const { runs } = read([
      { at: '2026-11-20T09:00:00Z', characteristic: '2a35', value: '087a0050006000 01'.replaceAll(' ', '') },
      { at: '2026-11-20T09:00:00Z', characteristic: '2a35', value: '097a0050006000 02'.replaceAll(' ', '') },
    ]);
    expect(runs.map(({ series }) => series).filter((name) => name.includes('systolic'))).toEqual([
      'ble:aa:bb:cc:00:11:22/user-1/blood-pressure-systolic',
      'ble:aa:bb:cc:00:11:22/user-2/blood-pressure-systolic/kpa',
    ]);
  });

  test('what carries no measurement is counted by its number; what is broken is named by its line', () => {
    const { unknown, rejected, decoded } = read([
      { at: '2026-11-20T09:00:00Z', characteristic: '2a29', value: '4142' },
      { at: '2026-11-20T09:00:00Z', characteristic: '2a29', value: '4142' },
      { at: '2026-11-20T09:00:00Z', characteristic: '2a37', value: '1055ff' },
      { at: '2026-11-20T09:00:00Z', characteristic: '2a19', value: '57' },
    ]);
    expect(unknown).toEqual({ '2a29': 2 });
    expect(rejected).toEqual([{ line: 3, reason: 'the RR intervals of the frame are not whole' }]);
    expect(decoded).toBe(1);
  });

  test('property: however clocks run, a stored time sent twice is one moment', () => {
    const step = fc.record({ days: fc.integer({ min: 1, max: 30 }), drift: fc.integer({ min: -90, max: 90 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const known = new Map<string, BluetoothDeviceState>();
        const seen = new Map<string, string>();
        let now = at('2026-01-01T00:00:00Z');
        let offset = 0;
        const stored: Line[] = [];
        for (const { days, drift } of steps) {
          now += days * 86_400 * SECOND;
          offset += drift;
          const shown = new Date(now / 1000 + offset * 1000).toISOString().slice(0, 19);
          stored.push({ at: now, ...temperature(shown) });
          const { samples } = read(
            [{ at: now, ...clock(shown) }, ...stored.map((line) => ({ ...line, at: now }))],
            known,
          );
          samples['body-temperature'].forEach(([time], i) => {
            const name = String(stored[i].value);
            expect(seen.get(name) ?? time).toBe(time);
            seen.set(name, String(time));
          });
        }
      }),
      { numRuns: 50 },
    );
  });
});
