// A record's own text on the page: built of elements that we make, out of the tree that xhtml.ts lets through.
import { type ComponentChild, h } from 'preact';
import { useMemo } from 'preact/hooks';
import { TableScroll } from '../../ui/table-scroll.tsx';
import { words } from '../../words/index.ts';
import { hasWords, readXhtml, type TextNode } from './xhtml.ts';

const VOID = new Set(['br', 'hr']);
/** Blanks between rows and cells are no text. */
const HOLDS_NO_TEXT = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'ul', 'ol', 'dl']);

function drawn(nodes: readonly TextNode[], within: string): ComponentChild[] {
  return nodes.flatMap((node, i): ComponentChild[] => {
    if (typeof node === 'string') return HOLDS_NO_TEXT.has(within) && node.trim() === '' ? [] : [node];
    const { name, span, lang, children } = node;
    const given = {
      key: i,
      ...(span ? { colSpan: span.columns, rowSpan: span.rows } : {}),
      ...(lang === undefined ? {} : { lang }),
    };
    return [h(name, given, VOID.has(name) ? null : drawn(children, name))];
  });
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
  return (
    <TableScroll label={words.value.records.narrative}>
      <div class="narrative">{drawn(nodes, 'div')}</div>
    </TableScroll>
  );
}
