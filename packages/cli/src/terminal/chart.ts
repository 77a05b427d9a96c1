// A chart in the terminal. Samples are a line, summaries a dotted band from lowest to highest with their average as a line; where
// nothing was measured nothing is drawn, and the time axis is broken there.
import type { LevelText, ShowRow } from '@hale/home';
import { timeTicks, type ValueAxis, valueAxis } from './axis.ts';
import { BrailleCanvas } from './braille.ts';
import { number } from './numbers.ts';
import { faint, widthOf } from './style.ts';
import type { LocalTimes } from './times.ts';

export interface ChartData {
  rows: ShowRow[];
  level: LevelText;
  fromMicros: number;
  toMicros: number;
  gaps: { fromMicros: number; toMicros: number }[];
  /** Shown above the value axis; '' for none. */
  unit: string;
}

export interface ChartSize {
  columns: number;
  /** Character rows of the picture itself. */
  rows: number;
}

/** Length of a bin in micros; 0 for samples. */
export const BIN_MICROS: Record<LevelText, number> = {
  raw: 0,
  '1m': 60e6,
  '15m': 900e6,
  '1h': 3600e6,
  '1d': 86_400e6,
};

/** What one dot column shows: the envelope of its samples, and their (count-weighted) average where bins have one. */
interface DotColumn {
  low: number;
  high: number;
  first: number;
  last: number;
  sum: number;
  weight: number;
}

/** The lines of the chart; [] where there is nothing to draw. */
export function chart(data: ChartData, size: ChartSize, times: LocalTimes): string[] {
  const extent = extentOf(data.rows);
  if (!extent || data.toMicros <= data.fromMicros) return [];
  const axis = valueAxis(extent.low, extent.high);
  const labels = axis.ticks.map((tick) => number(tick, axis.decimals));
  const gutter = Math.max(...labels.map(widthOf), widthOf(data.unit));
  const canvas = new BrailleCanvas(Math.max(10, size.columns - gutter - 2), size.rows);
  const columns = dotColumns(data, canvas.width);
  const covered = data.level === 'raw' ? drawSamples(canvas, columns, axis, data) : drawBins(canvas, columns, axis);
  return [
    ...(data.unit === '' ? [] : [faint(data.unit.padStart(gutter))]),
    ...canvas.lines().map((line, row) => valueLabel(axis, labels, row, size.rows, gutter) + line.trimEnd()),
    ...timeAxis(data, covered, gutter, times),
  ].map((line) => line.trimEnd());
}

function extentOf(rows: ShowRow[]): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const [least, most] = [lowOf(row), highOf(row)];
    if (least !== undefined && least < low) low = least;
    if (most !== undefined && most > high) high = most;
  }
  return low <= high ? { low, high } : null;
}

export const lowOf = (row: ShowRow): number | undefined => row.min ?? row.value ?? row.mean;
export const highOf = (row: ShowRow): number | undefined => row.max ?? row.value ?? row.mean;
export const middleOf = (row: ShowRow): number | undefined => row.value ?? row.mean;

function dotColumns(data: ChartData, width: number): (DotColumn | undefined)[] {
  const columns: (DotColumn | undefined)[] = new Array(width).fill(undefined);
  const scale = width / (data.toMicros - data.fromMicros);
  for (const row of data.rows) {
    const [low, high, middle] = [lowOf(row), highOf(row), middleOf(row)];
    if (low === undefined || high === undefined || middle === undefined) continue;
    const start = Math.floor((row.atMicros - data.fromMicros) * scale);
    // A bin fills its whole width, but never less than one dot column.
    const end = Math.ceil((row.atMicros + BIN_MICROS[data.level] - data.fromMicros) * scale) - 1;
    for (let x = Math.max(0, start); x <= Math.min(width - 1, Math.max(start, end)); x++) {
      const column = columns[x] ?? { low, high, first: middle, last: middle, sum: 0, weight: 0 };
      column.low = Math.min(column.low, low);
      column.high = Math.max(column.high, high);
      column.last = middle;
      column.sum += middle * (row.count ?? 1);
      column.weight += row.count ?? 1;
      columns[x] = column;
    }
  }
  return columns;
}

const heightOf = (value: number, axis: ValueAxis, dots: number) =>
  Math.round(((axis.high - value) / (axis.high - axis.low)) * (dots - 1));

/** Joins samples unless a gap lies between them. Returns which dot columns hold or pass data. */
function drawSamples(
  canvas: BrailleCanvas,
  columns: (DotColumn | undefined)[],
  axis: ValueAxis,
  data: ChartData,
): boolean[] {
  const scale = canvas.width / (data.toMicros - data.fromMicros);
  const gaps = data.gaps.map((gap) =>
    [gap.fromMicros, gap.toMicros].map((at) => Math.floor((at - data.fromMicros) * scale)),
  );
  const covered = columns.map((column) => column !== undefined);
  let before = -1;
  columns.forEach((column, x) => {
    if (!column) return;
    canvas.vertical(x, heightOf(column.low, axis, canvas.height), heightOf(column.high, axis, canvas.height));
    const previous = columns[before];
    const apart = gaps.some(([from = 0, to = 0]) => before <= from && to <= x && from < to);
    if (previous && !apart) {
      canvas.line(before, heightOf(previous.last, axis, canvas.height), x, heightOf(column.first, axis, canvas.height));
      covered.fill(true, before, x);
    }
    before = x;
  });
  return covered;
}

function drawBins(canvas: BrailleCanvas, columns: (DotColumn | undefined)[], axis: ValueAxis): boolean[] {
  const height = (value: number) => heightOf(value, axis, canvas.height);
  columns.forEach((column, x) => {
    if (!column) return;
    for (let y = height(column.high); y <= height(column.low); y++) if ((x + 2 * y) % 4 === 0) canvas.dot(x, y);
    const average = height(column.sum / column.weight);
    const left = columns[x - 1];
    canvas.vertical(x, average, left ? height(left.sum / left.weight) : average);
  });
  return columns.map((column) => column !== undefined);
}

function valueLabel(axis: ValueAxis, labels: string[], row: number, rows: number, gutter: number): string {
  const at = axis.ticks.findIndex((tick) => Math.floor(heightOf(tick, axis, rows * 4) / 4) === row);
  return at < 0 ? `${' '.repeat(gutter)} │` : `${faint((labels[at] ?? '').padStart(gutter))} ┤`;
}

function timeAxis(data: ChartData, covered: boolean[], gutter: number, times: LocalTimes): string[] {
  const cells = covered.length / 2;
  const line: string[] = Array.from({ length: cells }, (_, cell) =>
    covered[cell * 2] || covered[cell * 2 + 1] ? '─' : '╌',
  );
  const labels: string[] = new Array(cells + gutter + 8).fill(' ');
  let free = 0;
  const countMax = Math.max(2, Math.floor(cells / 12));
  for (const tick of timeTicks(data.fromMicros, data.toMicros, countMax, times)) {
    const cell = Math.min(
      cells - 1,
      Math.floor(((tick.at - data.fromMicros) / (data.toMicros - data.fromMicros)) * cells),
    );
    const wanted = gutter + 2 + cell - Math.floor(tick.label.length / 2);
    const start = Math.min(Math.max(0, wanted), gutter + 2 + cells - tick.label.length);
    if (start < free) continue;
    line[cell] = '┴';
    [...tick.label].forEach((character, offset) => {
      labels[start + offset] = character;
    });
    free = start + tick.label.length + 2;
  }
  return [`${' '.repeat(gutter)} └${line.join('')}`, faint(labels.join('').trimEnd())];
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** One character per value, lowest to highest; a flat line stays in the middle. */
export function sparkline(values: number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(high > low)) return '▄'.repeat(values.length);
  return values.map((value) => BLOCKS[Math.min(7, Math.floor(((value - low) / (high - low)) * 8))]).join('');
}
