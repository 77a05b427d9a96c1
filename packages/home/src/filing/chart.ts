// A series as a small drawing in a PDF: in each column of the paper from the lowest to the highest reading, and a gap where there is none.
import type { ShowRow } from '../api.ts';
import type { PdfDocument } from './typesetter.ts';

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Writing {
  number(value: number): string;
  time(micros: number): string;
}

interface Column {
  low: number;
  high: number;
  /** Where the line comes in from the column before, and where it leaves. */
  first: number;
  last: number;
  firstMicros: number;
  lastMicros: number;
}

const AXIS_WIDTH = 44;
const AXIS_HEIGHT = 14;
const LINE = '#2a78d0';
const GRID = '#c3c9d1';
const QUIET = '#4a5361';
const COLUMNS = 240;
/** Usual steps between two readings, beyond which nothing is joined: what was not measured is not drawn. */
const GAP_STEPS = 3;

export function drawChart(doc: PdfDocument, rows: readonly ShowRow[], place: Place, writing: Writing): void {
  const from = rows[0].atMicros;
  const to = Math.max(rows[rows.length - 1].atMicros, from + 1);
  const columns = columnsOf(rows, from, to);
  const known = columns.filter((column) => column !== null);
  const low = Math.min(...known.map((column) => column.low));
  const high = Math.max(...known.map((column) => column.high));
  const plot = {
    x: place.x + AXIS_WIDTH,
    y: place.y + 4,
    width: place.width - AXIS_WIDTH,
    height: place.height - AXIS_HEIGHT - 4,
  };
  const yOf = (value: number) => plot.y + plot.height * (high === low ? 0.5 : (high - value) / (high - low));
  const xOf = (column: number) => plot.x + (plot.width * (column + 0.5)) / COLUMNS;
  doc.lineWidth(0.5).strokeColor(GRID);
  for (const value of high === low ? [low] : [low, (low + high) / 2, high])
    doc
      .moveTo(plot.x, yOf(value))
      .lineTo(plot.x + plot.width, yOf(value))
      .stroke();
  doc.fontSize(8).fillColor(QUIET);
  const line = { lineBreak: false };
  for (const value of high === low ? [low] : [low, high])
    doc.text(writing.number(value), place.x, yOf(value) - 5, { ...line, width: AXIS_WIDTH - 6, align: 'right' });
  const below = plot.y + plot.height + 4;
  doc.text(writing.time(from), plot.x, below, { ...line, width: plot.width / 2 });
  doc.text(writing.time(to), plot.x + plot.width / 2, below, { ...line, width: plot.width / 2, align: 'right' });
  drawLine(doc, columns, GAP_STEPS * usualStep(rows), { xOf, yOf });
}

function columnsOf(rows: readonly ShowRow[], from: number, to: number): (Column | null)[] {
  const columns: (Column | null)[] = new Array(COLUMNS).fill(null);
  for (const row of rows) {
    const value = row.value ?? row.mean;
    if (value === undefined) continue;
    const at = Math.min(COLUMNS - 1, Math.floor(((row.atMicros - from) / (to - from)) * COLUMNS));
    const [low, high] = [row.min ?? value, row.max ?? value];
    const before = columns[at];
    const { atMicros } = row;
    columns[at] = before
      ? {
          ...before,
          ...{ low: Math.min(before.low, low), high: Math.max(before.high, high), last: value, lastMicros: atMicros },
        }
      : { low, high, first: value, last: value, firstMicros: atMicros, lastMicros: atMicros };
  }
  return columns;
}

/** Median of the steps, sampled where there are very many. */
function usualStep(rows: readonly ShowRow[]): number {
  const every = Math.ceil(rows.length / 10_000);
  const steps: number[] = [];
  for (let i = 1; i < rows.length; i += every) steps.push(rows[i].atMicros - rows[i - 1].atMicros);
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0;
}

function drawLine(
  doc: PdfDocument,
  columns: readonly (Column | null)[],
  gapMicros: number,
  { xOf, yOf }: { xOf: (column: number) => number; yOf: (value: number) => number },
): void {
  doc.lineWidth(1).strokeColor(LINE);
  let before: { at: number; last: number; lastMicros: number } | null = null;
  columns.forEach((column, at) => {
    if (!column) return;
    if (before && column.firstMicros - before.lastMicros <= gapMicros)
      doc.moveTo(xOf(before.at), yOf(before.last)).lineTo(xOf(at), yOf(column.first)).stroke();
    // A reading by itself is a dot.
    const height = Math.max(1, yOf(column.low) - yOf(column.high));
    doc
      .moveTo(xOf(at), yOf(column.high))
      .lineTo(xOf(at), yOf(column.high) + height)
      .stroke();
    before = { at, last: column.last, lastMicros: column.lastMicros };
  });
}
