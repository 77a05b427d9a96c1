// Where each month and each record of a long list stands: heights are known beforehand, so that a hundred thousand records need only as many rows on
// the page as one sees. Pure arithmetic.
import type { RecordMonth } from '@hale/home';

export interface Block {
  month: string | null;
  count: number;
  /** Records before it in the whole list. */
  skip: number;
  /** Pixels from the top of the list. */
  top: number;
  /** A year begins here. */
  isYear: boolean;
  headHeight: number;
}

export interface Heights {
  row: number;
  year: number;
  month: number;
}

export interface Layout {
  blocks: Block[];
  height: number;
  total: number;
}

const yearOf = (month: string | null): string => month?.slice(0, 4) ?? '';

export function layoutOf(months: readonly RecordMonth[], heights: Heights): Layout {
  const blocks: Block[] = [];
  let top = 0;
  let skip = 0;
  for (const [i, { month, count }] of months.entries()) {
    const isYear = i === 0 || yearOf(month) !== yearOf(months[i - 1].month);
    const headHeight = heights.month + (isYear ? heights.year : 0);
    blocks.push({ month, count, skip, top, isYear, headHeight });
    top += headHeight + count * heights.row;
    skip += count;
  }
  return { blocks, height: top, total: skip };
}

/** Index of the last block that begins at or before a height; 0 where none does. */
export function blockAt({ blocks }: Layout, top: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (blocks[middle].top <= top) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Seen {
  block: Block;
  /** Of its records: the first that is seen, and the one behind the last. */
  from: number;
  to: number;
}

/** What stands between two heights. */
export function seenIn(layout: Layout, top: number, bottom: number, row: number): Seen[] {
  const seen: Seen[] = [];
  for (let i = blockAt(layout, top); i < layout.blocks.length && layout.blocks[i].top < bottom; i++) {
    const block = layout.blocks[i];
    const first = block.top + block.headHeight;
    const from = Math.min(block.count, Math.max(0, Math.floor((top - first) / row)));
    const to = Math.min(block.count, Math.max(0, Math.ceil((bottom - first) / row)));
    seen.push({ block, from, to });
  }
  return seen;
}
