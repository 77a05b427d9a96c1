// Aligned tables that know the width they have: long text wraps inside its column, and where even that does not fit, each row
// becomes a card of "name  value" lines.
import { bold, faint, padEnd, padStart, widthOf, wrap } from './style.ts';

export interface Column {
  head: string;
  align?: 'left' | 'right';
  /** May be wrapped down to this many cells; columns without it keep their width. */
  wrapTo?: number;
}

const GAP = '  ';

/** Cells that the longest word of a text takes. */
export const longestWord = (text: string): number => Math.max(...text.split(/\s+/).map(widthOf));

/** Whether a table of this width needs no cards. */
export function fits(columns: Column[], rows: string[][], width: number): boolean {
  return shrink(columns, naturalWidths(columns, rows), width - GAP.length * (columns.length - 1)) !== null;
}

function naturalWidths(columns: Column[], rows: string[][]): number[] {
  return columns.map((column, index) =>
    Math.max(widthOf(column.head), ...rows.map((row) => Math.max(...(row[index] ?? '').split('\n').map(widthOf)))),
  );
}

/** The lines of a table at most `width` cells wide. No trailing spaces. */
export function table(columns: Column[], rows: string[][], width: number): string[] {
  const widths = shrink(columns, naturalWidths(columns, rows), width - GAP.length * (columns.length - 1));
  if (!widths) return cards(columns, rows, width);
  const head = layRow(
    columns,
    columns.map((column) => faint(column.head)),
    widths,
  );
  return [...head, ...rows.flatMap((row) => layRow(columns, row, widths))];
}

function shrink(columns: Column[], natural: number[], room: number): number[] | null {
  const widths = [...natural];
  let over = widths.reduce((sum, each) => sum + each, 0) - room;
  while (over > 0) {
    // The widest column that may still wrap gives one cell at a time, so that several share the loss.
    let widest = -1;
    columns.forEach((column, index) => {
      const mayGive = column.wrapTo !== undefined && (widths[index] ?? 0) > column.wrapTo;
      if (mayGive && (widest < 0 || (widths[index] ?? 0) > (widths[widest] ?? 0))) widest = index;
    });
    if (widest < 0) return null;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
  return widths;
}

function layRow(columns: Column[], cells: string[], widths: number[]): string[] {
  const wrapped = cells.map((cell, index) => wrap(cell, widths[index] ?? 1, true));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, index) => {
        const text = wrapped[index]?.[line] ?? '';
        return column.align === 'right' ? padStart(text, widths[index] ?? 0) : padEnd(text, widths[index] ?? 0);
      })
      .join(GAP)
      .trimEnd(),
  );
}

function cards(columns: Column[], rows: string[][], width: number): string[] {
  return rows.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    bold(row[0] ?? ''),
    ...facts(
      columns.slice(1).map((column, at) => [column.head, row[at + 1] ?? '']),
      width,
    ),
  ]);
}

/** Lines of "  name  value", values aligned and wrapped; facts with an empty value are left out. */
export function facts(pairs: [string, string][], width: number, indent = '  '): string[] {
  const shown = pairs.filter(([, value]) => value !== '');
  const nameWidth = Math.max(0, ...shown.map(([name]) => widthOf(name)));
  const room = Math.max(16, width - indent.length - nameWidth - GAP.length);
  return shown.flatMap(([name, value]) =>
    wrap(value, room).map((line, at) =>
      (indent + faint(padEnd(at === 0 ? name : '', nameWidth)) + GAP + line).trimEnd(),
    ),
  );
}

/** Two columns as text: the second begins at the same place in each line. */
export function columns(pairs: [string, string][]): string {
  const width = Math.max(0, ...pairs.map(([first]) => widthOf(first)));
  return pairs.map(([first, second]) => padEnd(first, width) + GAP + second).join('\n');
}

/** Text wrapped to the width, each further line indented like the first. */
export function paragraph(text: string, width: number, indent = ''): string[] {
  return wrap(text, width - indent.length).map((line) => (indent + line).trimEnd());
}
