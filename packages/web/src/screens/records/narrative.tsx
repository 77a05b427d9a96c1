// A record's own text on the page: built of elements that we make, out of the tree that xhtml.ts lets through.
import { type ComponentChild, h } from 'preact';
import { useMemo } from 'preact/hooks';
import { TableScroll } from '../../ui/table-scroll.tsx';
import { words } from '../../words/index.ts';
import { headsOf, isHeads } from './narrative-table.ts';
import { hasWords, readXhtml, type TextElement, type TextNode } from './xhtml.ts';

const VOID = new Set(['br', 'hr']);
/** Blanks between rows and cells are no text. */
const HOLDS_NO_TEXT = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'ul', 'ol', 'dl']);

/** @param heads of the table within which it stands, by column */
function drawn(nodes: readonly TextNode[], within: string, heads: readonly string[] | null = null): ComponentChild[] {
  let column = 0;
  return nodes.flatMap((node, i): ComponentChild[] => {
    if (typeof node === 'string') return HOLDS_NO_TEXT.has(within) && node.trim() === '' ? [] : [node];
    if (node.name === 'table') return [drawnTable(node, i)];
    const { name, span, lang, children } = node;
    const isCell = within === 'tr' && (name === 'td' || name === 'th');
    const given = {
      key: i,
      ...(span ? { colSpan: span.columns, rowSpan: span.rows } : {}),
      ...(lang === undefined ? {} : { lang }),
      ...(isCell && heads ? { 'data-head': heads[column++] } : {}),
      ...(heads && name === 'tr' && isHeads(node) ? { class: 'heads' } : {}),
    };
    return [h(name, given, VOID.has(name) ? null : drawn(children, name, heads))];
  });
}

/** On a phone its rows stand below each other, each cell with its head; a table that has no heads is moved to and fro. */
function drawnTable(table: TextElement, key: number): ComponentChild {
  const heads = headsOf(table);
  const { lang, children } = table;
  return (
    <TableScroll key={key} label={words.value.records.narrative}>
      <table class={heads ? 'by-rows' : ''} {...(lang === undefined ? {} : { lang })}>
        {drawn(children, 'table', heads)}
      </table>
    </TableScroll>
  );
}

/** Has the text of a resource any words to be shown? */
export function textOfRecord(narrative: unknown): TextNode[] | null {
  const { div } = (narrative ?? {}) as { div?: unknown };
  const nodes = typeof div === 'string' ? readXhtml(div) : null;
  return nodes && hasWords(nodes) ? nodes : null;
}

export function Narrative({ narrative }: { narrative: unknown }) {
  const nodes = useMemo(() => textOfRecord(narrative), [narrative]);
  if (nodes === null) return <p class="quiet">{words.value.records.narrativeNone}</p>;
  return <div class="narrative">{drawn(nodes, 'div')}</div>;
}
