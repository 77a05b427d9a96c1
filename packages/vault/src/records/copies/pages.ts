// Copies put together to pages: which stand on one page follows from their names and sizes alone, so that neither the order of import nor what
// happened before shows, and a change of one copy is a change of one page.

export interface Copy {
  /** Hex, as good as random. */
  id: string;
  /** The resource as JSON. */
  json: string;
}

/** Characters of a page, unless one copy has more: packed it fits one event. */
export const PAGE_UNITS = 100_000;

/** Pages of copies, in the order of their names: whoever shares the first bits of a name is together until it becomes too much. */
export function pagesOf(copies: readonly Copy[], unitsMax = PAGE_UNITS): Copy[][] {
  const sorted = [...copies].sort((a, b) => (a.id < b.id ? -1 : 1));
  return split(sorted, 0, unitsMax);
}

function split(copies: Copy[], depth: number, unitsMax: number): Copy[][] {
  if (copies.length === 0) return [];
  const units = copies.reduce((sum, { json }) => sum + json.length, 0);
  if (units <= unitsMax || copies.length === 1 || depth === NAME_BITS) return [copies];
  const at = copies.findIndex(({ id }) => bitOf(id, depth) === 1);
  const middle = at < 0 ? copies.length : at;
  return [...split(copies.slice(0, middle), depth + 1, unitsMax), ...split(copies.slice(middle), depth + 1, unitsMax)];
}

const NAME_BITS = 128;

const bitOf = (id: string, bit: number): number => (Number.parseInt(id[bit >> 2], 16) >> (3 - (bit & 3))) & 1;

export const pageText = (copies: readonly Copy[]): string => `[${copies.map(({ json }) => json).join(',')}]`;
