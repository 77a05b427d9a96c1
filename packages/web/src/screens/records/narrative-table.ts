// Heads of a table of a record's text: with them each cell can say on a phone what it is, where the table stands as rows below each other. Pure.
import type { TextElement, TextNode } from './xhtml.ts';

const isElement = (node: TextNode): node is TextElement => typeof node !== 'string';

const wordsOf = (node: TextNode): string => (isElement(node) ? node.children.map(wordsOf).join('') : node);

const partsOf = ({ children }: TextElement): TextElement[] => children.filter(isElement);

/** Rows in their order, without those of tables within its cells. */
function rowsOf(table: TextElement): TextElement[] {
  return partsOf(table).flatMap((part) =>
    part.name === 'tr' ? [part] : ['thead', 'tbody', 'tfoot'].includes(part.name) ? rowsOf(part) : [],
  );
}

const cellsOf = (row: TextElement): TextElement[] => partsOf(row).filter(({ name }) => name === 'td' || name === 'th');

const holdsTable = (node: TextElement): boolean =>
  partsOf(node).some((part) => part.name === 'table' || holdsTable(part));

/** Is it a row of heads and nothing else? */
export const isHeads = (row: TextElement): boolean => cellsOf(row).every(({ name }) => name === 'th');

/** Null: it has no one row of heads, or cells that span several, and can only be moved to and fro. */
export function headsOf(table: TextElement): string[] | null {
  const [first, ...rows] = rowsOf(table);
  if (first === undefined || rows.length === 0 || !isHeads(first) || holdsTable(table)) return null;
  const heads = cellsOf(first);
  const isPlain = [first, ...rows].every((row) => cellsOf(row).every(({ span }) => span === undefined));
  const isFitting = rows.every((row) => !isHeads(row) && cellsOf(row).length <= heads.length);
  return isPlain && isFitting ? heads.map((head) => wordsOf(head).trim()) : null;
}
