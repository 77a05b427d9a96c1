// An ECG on millimetre paper: where each lead stands and where each sample falls, in millimetres. Small square 1 mm = 40 ms × 0.1 mV at
// 25 mm/s and 10 mm/mV. Source: Kligfield 2007 doi:10.1161/CIRCULATIONAHA.106.180200; research of screens.md §2.
import { median } from './quantile.ts';

export interface PaperScale {
  /** mm/s: 25 or 50. */
  speed: number;
  /** mm/mV: 5, 10 or 20. */
  gain: number;
}

export const SPEEDS = [25, 50] as const;
export const GAINS = [5, 10, 20] as const;

/** Room for the pulse at the start of each row, then 250 mm of signal: fits A4 and Letter on their sides. */
export const LEAD_IN = 7;
export const TRACE_WIDTH = 250;
export const SHEET_WIDTH = LEAD_IN + TRACE_WIDTH;
/** 1 mV for 200 ms, whatever the scale. */
export const PULSE_MILLIVOLTS = 1;
export const PULSE_SECONDS = 0.2;

export interface Panel {
  /** The lead as a kind of series, such as `ecg-lead-ii`. */
  lead: string;
  label: string;
  row: number;
  /** Left edge and zero line, mm. */
  x: number;
  baseline: number;
  width: number;
  fromMicros: number;
  toMicros: number;
}

export interface Sheet {
  rows: number;
  rowHeight: number;
  height: number;
  panels: Panel[];
  fromMicros: number;
  toMicros: number;
}

const ROWS_OF_ONE = 3;
const ONE_ROW_HEIGHT = 40;
const TWELVE_ROW_HEIGHT = 30;

/** One lead in three rows, or as many as there is room for. */
export function sheetOfOne(
  lead: { kind: string; label: string },
  fromMicros: number,
  { speed }: PaperScale,
  rows = ROWS_OF_ONE,
): Sheet {
  const rowMicros = (TRACE_WIDTH / speed) * 1e6;
  const panels = Array.from({ length: rows }, (_, row) => ({
    lead: lead.kind,
    label: lead.label,
    row,
    x: LEAD_IN,
    baseline: (row + 0.5) * ONE_ROW_HEIGHT,
    width: TRACE_WIDTH,
    fromMicros: fromMicros + row * rowMicros,
    toMicros: fromMicros + (row + 1) * rowMicros,
  }));
  return sheetOf(panels, rows, ONE_ROW_HEIGHT, fromMicros, fromMicros + rows * rowMicros);
}

/** The twelve leads in their order on paper, three rows of four, then ten seconds of II. */
export const TWELVE: readonly (readonly [string, string])[][] = [
  [
    ['ecg-lead-i', 'I'],
    ['ecg-lead-avr', 'aVR'],
    ['ecg-lead-v1', 'V1'],
    ['ecg-lead-v4', 'V4'],
  ],
  [
    ['ecg-lead-ii', 'II'],
    ['ecg-lead-avl', 'aVL'],
    ['ecg-lead-v2', 'V2'],
    ['ecg-lead-v5', 'V5'],
  ],
  [
    ['ecg-lead-iii', 'III'],
    ['ecg-lead-avf', 'aVF'],
    ['ecg-lead-v3', 'V3'],
    ['ecg-lead-v6', 'V6'],
  ],
];

export const STANDARD_LEADS: ReadonlyMap<string, string> = new Map(TWELVE.flat());

export function sheetOfTwelve(fromMicros: number, { speed }: PaperScale): Sheet {
  const rowMicros = (TRACE_WIDTH / speed) * 1e6;
  const width = TRACE_WIDTH / 4;
  const panels = TWELVE.flatMap((leads, row) =>
    leads.map(([lead, label], column) => ({
      ...{ lead, label, row, width },
      x: LEAD_IN + column * width,
      baseline: (row + 0.5) * TWELVE_ROW_HEIGHT,
      fromMicros: fromMicros + (column * rowMicros) / 4,
      toMicros: fromMicros + ((column + 1) * rowMicros) / 4,
    })),
  );
  const rhythm = {
    ...{ lead: 'ecg-lead-ii', label: 'II', row: 3, x: LEAD_IN, width: TRACE_WIDTH },
    baseline: 3.5 * TWELVE_ROW_HEIGHT,
    ...{ fromMicros, toMicros: fromMicros + rowMicros },
  };
  return sheetOf([...panels, rhythm], 4, TWELVE_ROW_HEIGHT, fromMicros, fromMicros + rowMicros);
}

const sheetOf = (panels: Panel[], rows: number, rowHeight: number, fromMicros: number, toMicros: number): Sheet => ({
  ...{ panels, rows, rowHeight, fromMicros, toMicros },
  height: rows * rowHeight,
});

/** Millivolts in one unit (UCUM); null for a unit that is no voltage. */
export function millivoltsPer(unit: string): number | null {
  const factors: Record<string, number> = { uV: 0.001, mV: 1, V: 1000 };
  return factors[unit] ?? null;
}

export interface Signal {
  /** Microseconds, ascending. */
  at: readonly number[];
  millivolts: readonly number[];
  /** A wider space between two samples is a gap, microseconds. */
  gapMicros: number;
}

/** Columns of this width, mm, keep first, lowest, highest and last of their samples: a spike never disappears, and a path stays short. */
const COLUMN = 0.1;
const COLUMN_SAMPLES = 4;

/** Commands of an SVG path in mm for one panel; empty where the signal has nothing there. Centred on the median of what is shown. */
export function tracePath(signal: Signal, panel: Panel, { speed, gain }: PaperScale): string {
  const { at, millivolts, gapMicros } = signal;
  const from = firstAtOrAfter(at, panel.fromMicros);
  const to = firstAtOrAfter(at, panel.toMicros);
  const centre = median(millivolts.slice(from, to)) ?? 0;
  const x = (micros: number) => panel.x + ((micros - panel.fromMicros) / 1e6) * speed;
  const y = (value: number) => panel.baseline - (value - centre) * gain;
  let path = '';
  let previous = Number.NEGATIVE_INFINITY;
  for (const i of kept(at, millivolts, from, to, (COLUMN / speed) * 1e6)) {
    path += `${at[i] - previous > gapMicros ? 'M' : 'L'}${x(at[i]).toFixed(2)} ${y(millivolts[i]).toFixed(2)}`;
    previous = at[i];
  }
  return path;
}

/** Where a place of ascending times begins. */
export function firstAtOrAfter(at: readonly number[], micros: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < micros) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices to draw: all, or four of each column where a column has more. */
function* kept(at: readonly number[], value: readonly number[], from: number, to: number, column: number) {
  let i = from;
  while (i < to) {
    const end = at[i] + column;
    let last = i;
    let lowest = i;
    let highest = i;
    for (let k = i; k < to && at[k] < end; k++) {
      last = k;
      if (value[k] < value[lowest]) lowest = k;
      if (value[k] > value[highest]) highest = k;
    }
    if (last - i < COLUMN_SAMPLES) for (let k = i; k <= last; k++) yield k;
    else yield* new Set([i, Math.min(lowest, highest), Math.max(lowest, highest), last]);
    i = last + 1;
  }
}

/** The calibration pulse before a row: flat, up, flat, down. mm. */
export function pulsePath(baseline: number, { speed, gain }: PaperScale): string {
  const width = PULSE_SECONDS * Math.min(speed, 25);
  const top = baseline - PULSE_MILLIVOLTS * gain;
  const left = (LEAD_IN - width) / 2;
  return `M0 ${baseline}H${left}V${top}H${left + width}V${baseline}H${LEAD_IN}`;
}

/** Lines of the paper every `step` mm, bold ones through the start of the trace; fine ones leave them out. */
export function gridPath(height: number, step: 1 | 5): string {
  let path = '';
  const phase = LEAD_IN % 5;
  for (let x = 0; x <= SHEET_WIDTH; x++)
    if (step === 1 ? (x - phase) % 5 !== 0 : (x - phase) % 5 === 0) path += `M${x} 0V${height}`;
  for (let y = 0; y <= height; y++) if (step === 1 ? y % 5 !== 0 : y % 5 === 0) path += `M0 ${y}H${SHEET_WIDTH}`;
  return path;
}

/** A place on the sheet as time and voltage: what a caliper stands on. */
export function placeOf(sheet: Sheet, x: number, y: number, scale: PaperScale): { micros: number; millivolts: number } {
  const row = Math.min(sheet.rows - 1, Math.max(0, Math.floor(y / sheet.rowHeight)));
  const panel = sheet.panels.find((each) => each.row === row && x < each.x + each.width) ?? sheet.panels[0];
  return {
    micros: panel.fromMicros + ((x - panel.x) / scale.speed) * 1e6,
    millivolts: (panel.baseline - y) / scale.gain,
  };
}

export interface Measured {
  milliseconds: number;
  /** Beats a minute if this were the time from one beat to the next; null where it is nothing. */
  perMinute: number | null;
  millivolts: number;
}

export function measured(a: { micros: number; millivolts: number }, b: typeof a): Measured {
  const milliseconds = Math.abs(b.micros - a.micros) / 1000;
  return {
    milliseconds,
    perMinute: milliseconds < 1 ? null : 60_000 / milliseconds,
    millivolts: b.millivolts - a.millivolts,
  };
}

/** Was the signal there without a break from one moment to another? What was said at the first then still holds at the second. */
export function isUnbroken(at: readonly number[], fromMicros: number, toMicros: number, gapMicros: number): boolean {
  let reached = fromMicros;
  for (const micros of at) {
    if (micros < fromMicros) continue;
    if (micros >= toMicros) break;
    if (micros - reached > gapMicros) return false;
    reached = micros;
  }
  return toMicros - reached <= gapMicros;
}

/** Letters of beats as WFDB writes them (ecgcodes.h), by the number of the code. */
export const BEAT_LETTERS: Readonly<Record<number, string>> = {
  ...{ 1: 'N', 2: 'L', 3: 'R', 4: 'a', 5: 'V', 6: 'F', 7: 'J', 8: 'A', 9: 'S', 10: 'E', 11: 'j', 12: '/', 13: 'Q' },
  ...{ 25: 'B', 30: '?', 34: 'e', 35: 'n', 38: 'f', 41: 'r' },
};

/** Mean rate over the beats, per minute; null below three. */
export function meanRate(beats: readonly number[]): number | null {
  return beats.length < 3 ? null : ((beats.length - 1) * 60e6) / (beats[beats.length - 1] - beats[0]);
}
