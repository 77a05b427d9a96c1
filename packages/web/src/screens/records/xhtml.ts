// The text that a record brings for human eyes (FHIR's narrative, XHTML) as a tree of what may be shown: nothing of it ever becomes markup of the page.
// Elements that are not listed lose their tag and keep their words; scripts and their like lose both; of attributes only a few stay. Pure.

export interface TextElement {
  name: string;
  /** Columns and rows that a cell spans, and the language of a part. */
  span?: { columns: number; rows: number };
  lang?: string;
  children: TextNode[];
}
export type TextNode = string | TextElement;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const SHOWN = words(
  'abbr b blockquote br caption cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre q s samp small span strong sub sup ' +
    'table tbody td tfoot th thead tr u ul var',
);
/** Their words are not for reading. */
const DROPPED = words('script style head title template iframe object embed svg math form select textarea noscript');
const EMPTY = words('br hr img area col input link meta');
/** Headings of a text stand below those of the page. */
const RENAMED: Readonly<Record<string, string>> = { h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h6' };
const UNITS_MAX = 500_000;
const DEPTH_MAX = 60;
const SPAN_MAX = 100;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', hellip: '…', deg: '°' },
  ...{ micro: 'µ', plusmn: '±', le: '≤', ge: '≥', bull: '•', middot: '·', times: '×', euro: '€', copy: '©', reg: '®' },
  ...{ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', auml: 'ä', ouml: 'ö', uuml: 'ü', szlig: 'ß', eacute: 'é' },
};

const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/y;

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,31});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : '';
  });
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes);
  return found ? decoded(found[1] ?? found[2]) : '';
}

function elementOf(name: string, attributes: string): TextElement {
  const element: TextElement = { name: RENAMED[name] ?? name, children: [] };
  if (name === 'td' || name === 'th') {
    const number = (of: string) => Math.min(SPAN_MAX, Math.max(1, Number(attribute(attributes, of)) || 1));
    const span = { columns: number('colspan'), rows: number('rowspan') };
    if (span.columns > 1 || span.rows > 1) element.span = span;
  }
  const lang = attribute(attributes, 'lang');
  if (/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang)) element.lang = lang;
  return element;
}

/** Reads one text from its beginning; null where it is none, or too large or deep to be shown. */
export function readXhtml(text: string): TextNode[] | null {
  if (text.length > UNITS_MAX) return null;
  const root: TextElement = { name: 'div', children: [] };
  // What is open: the tag that has to close it, and where its words go (null: nowhere).
  const open: { tag: string; into: TextElement | null }[] = [{ tag: '', into: root }];
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const { into } = open[open.length - 1];
    const said = text.slice(at, next < 0 ? text.length : next);
    if (said !== '') into?.children.push(decoded(said));
    if (next < 0) break;
    const after = skipped(text, next);
    if (after !== null) {
      at = after;
      continue;
    }
    TAG.lastIndex = next;
    const found = TAG.exec(text);
    if (!found) {
      into?.children.push('<');
      at = next + 1;
      continue;
    }
    at = TAG.lastIndex;
    const [, closing, name, attributes, closed] = found;
    if (!take(open, name.toLowerCase(), { attributes, isEnd: closing !== '', isWhole: closed !== '' })) return null;
  }
  return root.children;
}

/** Where a comment, a declaration or an instruction ends; null for anything else. */
function skipped(text: string, at: number): number | null {
  const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<!', at) || text.startsWith('<?', at) ? '>' : null;
  if (end === null) return null;
  const found = text.indexOf(end, at);
  return found < 0 ? text.length : found + end.length;
}

/** False: deeper than anybody writes. */
function take(
  open: { tag: string; into: TextElement | null }[],
  name: string,
  { attributes, isEnd, isWhole }: { attributes: string; isEnd: boolean; isWhole: boolean },
): boolean {
  if (isEnd) {
    const from = open.findLastIndex(({ tag }) => tag === name);
    if (from > 0) open.length = from;
    return true;
  }
  const { into } = open[open.length - 1];
  const isShown = into !== null && SHOWN.has(name);
  const element = isShown ? elementOf(name, attributes) : null;
  if (element) into?.children.push(element);
  if (name === 'img') {
    const alt = attribute(attributes, 'alt');
    if (alt !== '') into?.children.push(`[${alt}]`);
  }
  if (isWhole || EMPTY.has(name)) return true;
  if (open.length >= DEPTH_MAX) return false;
  open.push({ tag: name, into: DROPPED.has(name) ? null : (element ?? into) });
  return true;
}

/** Has it any words? */
export const hasWords = (nodes: readonly TextNode[]): boolean =>
  nodes.some((node) => (typeof node === 'string' ? node.trim() !== '' : hasWords(node.children)));
