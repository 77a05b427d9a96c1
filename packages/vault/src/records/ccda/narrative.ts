// The text of a section, which every document has whatever else it says: as the XHTML that FHIR allows, with nothing in it that runs or loads.
import { attributeOf, childrenOf, isElement, plainText, type XmlElement } from './xml.ts';

/** What it becomes; what is not named is passed through to what it holds. */
const ELEMENTS: Readonly<Record<string, string>> = {
  content: 'span',
  paragraph: 'p',
  list: 'ul',
  item: 'li',
  footnote: 'span',
  footnoteref: 'sup',
  linkhtml: 'a',
  table: 'table',
  caption: 'caption',
  thead: 'thead',
  tbody: 'tbody',
  tfoot: 'tfoot',
  tr: 'tr',
  th: 'th',
  td: 'td',
  sub: 'sub',
  sup: 'sup',
  br: 'br',
  colgroup: 'colgroup',
  col: 'col',
  // Of XHTML itself, which some write although the schema has it not.
  p: 'p',
  b: 'b',
  i: 'i',
  u: 'u',
  em: 'em',
  strong: 'strong',
  span: 'span',
  div: 'div',
  pre: 'pre',
  hr: 'hr',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  h1: 'h1',
  h2: 'h2',
  h3: 'h3',
  h4: 'h4',
  h5: 'h5',
  h6: 'h6',
  a: 'a',
};
const EMPTY = new Set(['br', 'hr', 'col']);
/** Attributes that stay as they are, where they are numbers or short words. */
const KEPT = ['colspan', 'rowspan', 'align', 'valign', 'scope'];
const KEPT_ELEMENTS = new Set(['td', 'th', 'tr', 'col', 'colgroup', 'tbody', 'thead', 'tfoot']);

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const wrapped = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;

/** A `div`; empty where the text says nothing. @param pictures words for a picture that the text shows, by its ID */
export function narrativeOf(text: XmlElement | undefined, pictures: (id: string) => string): string {
  if (text === undefined || !hasContent(text)) return '';
  return wrapped(inside(text, pictures));
}

/** Words of a person or of a document as a `div`. */
export const paragraphDiv = (text: string): string => wrapped(`<p>${escapeXml(text)}</p>`);

function hasContent(element: XmlElement): boolean {
  if (plainText(element) !== '') return true;
  return [...element.nodes].some(
    (node) => isElement(node) && (/^renderMultiMedia$/i.test(node.name) || hasContent(node)),
  );
}

function inside({ nodes }: XmlElement, pictures: (id: string) => string): string {
  return nodes.map((node) => (isElement(node) ? elementText(node, pictures) : escapeXml(node))).join('');
}

function elementText(element: XmlElement, pictures: (id: string) => string): string {
  const name = element.name.toLowerCase();
  if (name === 'rendermultimedia') return pictureText(element, pictures);
  const inner = inside(element, pictures);
  if (!Object.hasOwn(ELEMENTS, name)) return inner;
  // Outside of a table a caption is a line of its own.
  const tag = name === 'list' && attributeOf(element, 'listType') === 'ordered' ? 'ol' : ELEMENTS[name];
  if (EMPTY.has(tag)) return `<${tag}/>`;
  if (name === 'list' || name === 'paragraph' || name === 'item' || name === 'content')
    return captioned(element, tag, pictures);
  return `<${tag}${attributesOf(element, tag)}>${inner}</${tag}>`;
}

function captioned(element: XmlElement, tag: string, pictures: (id: string) => string): string {
  const [caption] = childrenOf(element, 'caption');
  const rest = { ...element, nodes: element.nodes.filter((node) => node !== caption) };
  const title = caption ? `<b>${inside(caption, pictures)}</b> ` : '';
  const inner = inside(rest, pictures);
  const opening = `<${tag}${attributesOf(element, tag)}>`;
  if (tag !== 'ul' && tag !== 'ol') return `${opening}${title}${inner}</${tag}>`;
  return `${title === '' ? '' : `<p>${title.trim()}</p>`}${opening}${inner}</${tag}>`;
}

function attributesOf(element: XmlElement, tag: string): string {
  const attributes: [string, string][] = [];
  const id = attributeOf(element, 'ID') || attributeOf(element, 'id');
  if (/^[A-Za-z_][\w.-]*$/.test(id)) attributes.push(['id', id]);
  const style = attributeOf(element, 'styleCode').replace(/[^\w -]/g, '');
  if (style !== '') attributes.push(['class', style]);
  const address = attributeOf(element, 'href');
  if (tag === 'a' && /^(https?:|mailto:|#)[^\s"'<>]+$/i.test(address)) attributes.push(['href', address]);
  for (const name of KEPT) {
    const value = attributeOf(element, name);
    if (KEPT_ELEMENTS.has(tag) && /^\w+$/.test(value)) attributes.push([name, value]);
  }
  return attributes.map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
}

function pictureText(element: XmlElement, pictures: (id: string) => string): string {
  const [caption] = childrenOf(element, 'caption');
  const shown = attributeOf(element, 'referencedObject').split(/\s+/).map(pictures).filter(Boolean);
  const words = [plainText(caption), ...shown].filter(Boolean).join(': ');
  return words === '' ? '' : `<span>[${escapeXml(words)}]</span>`;
}
