// The text of a record that a human being reads (`text.div`): well-formed XHTML of the harmless part that FHIR allows (txt-1), and not empty
// (txt-2). http://hl7.org/fhir/R4/narrative.html
import type { Findings } from './finding.ts';
import { NARRATIVE_DEPTH_MAX, NARRATIVE_UNITS_MAX } from './limits.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const ELEMENTS = words(
  'a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ' +
    'ins kbd li map ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var',
);
const ATTRIBUTES = words(
  'id class style title lang xml:lang xml:space dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan ' +
    'colspan idref',
);
const ATTRIBUTES_OF: Readonly<Record<string, ReadonlySet<string>>> = {
  a: words('href name charset type hreflang rel rev shape coords'),
  area: words('href alt shape coords nohref'),
  blockquote: words('cite'),
  del: words('cite datetime'),
  img: words('src alt height border longdesc usemap ismap'),
  ins: words('cite datetime'),
  map: words('name'),
  ol: words('type start'),
  li: words('value'),
  pre: words('space'),
  q: words('cite'),
  table: words('summary border frame rules cellspacing cellpadding'),
  td: words('nowrap'),
  th: words('nowrap'),
};

const XHTML = 'http://www.w3.org/1999/xhtml';
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const REFERENCE = /&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/g;
/** Addresses that run something, however they are spaced. */
const ACTIVE_ADDRESS = /^\s*(javascript|vbscript|data\s*:\s*text\/html)/i;

const BROKEN =
  'The text of this record is broken: its tags do not fit together. Write it again as XHTML with every tag closed.';

/** Reads a narrative and tells what is wrong; the first damage of its form ends it. */
export function checkNarrative(div: string, findings: Findings) {
  if (div.length > NARRATIVE_UNITS_MAX)
    return findings.error(
      'txt-1',
      `The text is longer than ${NARRATIVE_UNITS_MAX} characters and was not looked at. Attach it as a document.`,
    );
  const reading = new Reading(findings);
  if (!reading.read(div)) return findings.error('txt-1', BROKEN);
  if (!reading.hasContent)
    findings.error('txt-2', 'The text of this record is empty. Write what the record says, or leave the text out.');
}

class Reading {
  hasContent = false;
  readonly #findings: Findings;
  readonly #open: string[] = [];
  readonly #told = new Set<string>();
  #rootClosed = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** False: no well-formed XHTML with one `div` around it all. */
  read(div: string): boolean {
    let at = 0;
    while (at < div.length) {
      const next = div.indexOf('<', at);
      const end = next < 0 ? div.length : next;
      if (!this.#text(div.slice(at, end))) return false;
      if (next < 0) break;
      const after = div.startsWith('<!--', next) ? behindComment(div, next) : this.#tag(div, next);
      if (after < 0) return false;
      at = after;
    }
    return this.#rootClosed && this.#open.length === 0;
  }

  #text(text: string): boolean {
    if (text.trim() === '') return true;
    if (this.#open.length === 0) return false;
    this.hasContent = true;
    return !text.includes('&') || !text.replace(REFERENCE, '').includes('&');
  }

  /** Where the tag ends; -1: it is none. */
  #tag(div: string, at: number): number {
    TAG.lastIndex = at;
    const found = TAG.exec(div);
    if (!found) return -1;
    const [, closing, name, attributes, closed] = found;
    if (closing) {
      if (this.#open.pop() !== name || attributes.trim() !== '') return -1;
      this.#rootClosed ||= this.#open.length === 0;
      return TAG.lastIndex;
    }
    if (this.#rootClosed || this.#open.length >= NARRATIVE_DEPTH_MAX) return -1;
    if (this.#open.length === 0 && !this.#root(name, attributes)) return -1;
    this.#element(name, attributes);
    if (!closed) this.#open.push(name);
    else if (this.#open.length === 0) this.#rootClosed = true;
    return TAG.lastIndex;
  }

  #root(name: string, attributes: string): boolean {
    if (name !== 'div') return false;
    if (!attributes.includes(`"${XHTML}"`) && !attributes.includes(`'${XHTML}'`))
      this.#once('txt-1', `The outermost div of the text must say xmlns="${XHTML}". Add it.`, name);
    return true;
  }

  #element(name: string, attributes: string): void {
    if (!ELEMENTS.has(name))
      this.#once(
        'txt-1',
        'The text holds a tag that FHIR does not allow in it (no scripts, forms, frames, styles). Remove it.',
        name,
      );
    if (name === 'img') this.hasContent = true;
    for (const [, attribute, double, single] of attributes.matchAll(ATTRIBUTE))
      this.#attribute(name, attribute, double ?? single);
  }

  #attribute(element: string, name: string, value: string): void {
    const known =
      ATTRIBUTES.has(name) ||
      ATTRIBUTES_OF[element]?.has(name) ||
      (name === 'xmlns' && value === XHTML) ||
      name.startsWith('xmlns:');
    if (!known)
      this.#once('txt-1', 'A tag of the text has an attribute that FHIR does not allow there. Remove it.', name);
    if (/^(href|src)$/.test(name) && ACTIVE_ADDRESS.test(value))
      this.#once('txt-1', 'A link in the text would run a script. Remove it.', name);
    if (value.includes('&') && value.replace(REFERENCE, '').includes('&'))
      this.#once('txt-1', 'An ampersand in the text must be written as &amp;. Correct it.', name);
  }

  /** One finding for each kind of thing: a table of a hundred rows has one fault, not a hundred. */
  #once(rule: string, text: string, value: string): void {
    if (this.#told.has(text + value)) return;
    this.#told.add(text + value);
    this.#findings.error(rule, text, value);
  }
}

function behindComment(div: string, at: number): number {
  const end = div.indexOf('-->', at + 4);
  return end < 0 ? -1 : end + 3;
}
