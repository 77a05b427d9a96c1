// ECG paper: a millivolt is ten millimetres, a second twenty-five, and nothing that was measured disappears.
import { describe, expect, test } from 'vitest';
import {
  gridPath,
  isUnbroken,
  LEAD_IN,
  meanRate,
  measured,
  millivoltsPer,
  placeOf,
  pulsePath,
  SHEET_WIDTH,
  type Signal,
  sheetOfOne,
  sheetOfTwelve,
  tracePath,
} from '../src/clinical/ecg.ts';

const SCALE = { speed: 25, gain: 10 };
const lead = { kind: 'ecg-lead-i', label: 'I' };
const start = Date.UTC(2026, 0, 1) * 1000;

const signalOf = (hertz: number, seconds: number, of: (second: number) => number): Signal => {
  const at = Array.from({ length: hertz * seconds }, (_, i) => start + Math.round((i * 1e6) / hertz));
  return { at, millivolts: at.map((micros) => of((micros - start) / 1e6)), gapMicros: 1.5e6 / hertz };
};

const pointsOf = (path: string) =>
  [...path.matchAll(/([ML])([-\d.]+) ([-\d.]+)/g)].map(([, command, x, y]) => ({
    command,
    x: Number(x),
    y: Number(y),
  }));

describe('scale', () => {
  test('1 mV is 10 mm high, 1 s is 25 mm long', () => {
    const sheet = sheetOfOne(lead, start, SCALE);
    // Zero for a second, then a millivolt for less than one: zero is the median.
    const points = pointsOf(
      tracePath(
        signalOf(250, 10, (second) => (Math.round(second * 250) % 500 < 300 ? 0 : 1)),
        sheet.panels[0],
        SCALE,
      ),
    );
    const heights = points.map(({ y }) => y);
    expect(Math.max(...heights) - Math.min(...heights)).toBeCloseTo(10, 5);
    const zero = Math.max(...heights);
    const rises = points.filter(({ y }, i) => i > 0 && y < zero && points[i - 1].y === zero).map(({ x }) => x);
    expect(rises.slice(1).map((x, i) => x - rises[i])).toEqual([50, 50, 50, 50]);
    expect(rises[0]).toBeCloseTo(LEAD_IN + 1.2 * 25, 1);
  });

  test('the pulse is 5 × 10 mm at the usual scale, and follows the gain', () => {
    expect(pulsePath(20, SCALE)).toBe('M0 20H1V10H6V20H7');
    expect(pulsePath(20, { speed: 25, gain: 20 })).toContain('V0');
  });

  test('three rows hold thirty seconds, and the sheet fits the narrower paper on its side', () => {
    const { fromMicros, toMicros, panels } = sheetOfOne(lead, start, SCALE);
    expect((toMicros - fromMicros) / 1e6).toBe(30);
    expect(panels.map((panel) => (panel.fromMicros - start) / 1e6)).toEqual([0, 10, 20]);
    expect(SHEET_WIDTH).toBeLessThanOrEqual(279.4 - 20);
  });

  test('bold lines cross the start of the trace, fine ones are between', () => {
    expect(gridPath(120, 5)).toContain(`M${LEAD_IN} 0V120`);
    expect(gridPath(120, 1)).not.toContain(`M${LEAD_IN} 0V`);
    expect(gridPath(120, 1).match(/V/g)).toHaveLength(206);
  });

  test('microvolts and volts', () => expect(['uV', 'mV', 'V', '%'].map(millivoltsPer)).toEqual([0.001, 1, 1000, null]));
});

test('twelve leads stand in their order, each column a quarter of the time, and II goes through below', () => {
  const { panels } = sheetOfTwelve(start, SCALE);
  expect(panels.map(({ label }) => label).join(' ')).toBe('I aVR V1 V4 II aVL V2 V5 III aVF V3 V6 II');
  expect(panels.slice(0, 4).map((panel) => (panel.fromMicros - start) / 1e6)).toEqual([0, 2.5, 5, 7.5]);
  expect(panels[0].fromMicros).toBe(panels[8].fromMicros);
  expect(panels[12]).toMatchObject({ width: 250, toMicros: start + 10e6 });
  for (const { x, width } of panels) expect(x + width).toBeLessThanOrEqual(SHEET_WIDTH);
});

describe('what is drawn', () => {
  test('a spike of one sample at 4,000 Hz is there', () => {
    const signal = signalOf(4000, 10, () => 0);
    const millivolts = [...signal.millivolts];
    millivolts[12_345] = 1.7;
    const path = tracePath({ ...signal, millivolts }, sheetOfOne(lead, start, SCALE).panels[0], SCALE);
    const points = pointsOf(path);
    expect(Math.min(...points.map(({ y }) => y))).toBeCloseTo(20 - 17, 5);
    expect(points.length).toBeLessThan(12_000);
  });

  test('a gap breaks the line; where there is nothing, there is no path', () => {
    const whole = signalOf(250, 10, () => 0);
    const signal = {
      ...whole,
      at: whole.at.filter((_, i) => i < 500 || i > 700),
      millivolts: whole.millivolts.filter((_, i) => i < 500 || i > 700),
    };
    const sheet = sheetOfOne(lead, start, SCALE);
    expect(pointsOf(tracePath(signal, sheet.panels[0], SCALE)).filter(({ command }) => command === 'M')).toHaveLength(
      2,
    );
    expect(tracePath(signal, sheet.panels[1], SCALE)).toBe('');
  });
});

test('calipers tell time, rate and voltage, across rows too', () => {
  const sheet = sheetOfOne(lead, start, SCALE);
  const a = placeOf(sheet, LEAD_IN + 25, 20, SCALE);
  expect(measured(a, placeOf(sheet, LEAD_IN + 45, 10, SCALE))).toEqual({
    ...{ milliseconds: 800, perMinute: 75, millivolts: 1 },
  });
  expect(measured(a, placeOf(sheet, LEAD_IN + 25, 60, SCALE))).toMatchObject({ milliseconds: 10_000, millivolts: 0 });
  expect(measured(a, a).perMinute).toBeNull();
});

test('a rhythm holds only while the recording goes on', () => {
  const seconds = (...of: number[]) => of.map((second) => second * 1e6);
  expect(isUnbroken(seconds(0, 1, 2, 3), 0, 4e6, 1.5e6)).toBe(true);
  expect(isUnbroken(seconds(0, 1, 3), 0, 4e6, 1.5e6)).toBe(false);
  expect(isUnbroken(seconds(0, 1, 2), 0, 400e6, 1.5e6)).toBe(false);
  expect(isUnbroken([], 0, 400e6, 1.5e6)).toBe(false);
});

test('the mean rate of beats', () => {
  expect(meanRate([0, 0.8e6, 1.6e6])).toBe(75);
  expect(meanRate([0, 1e6])).toBeNull();
});
