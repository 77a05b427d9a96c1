// The XML of a clinical document as a tree, by a kept parser. What makes XML dangerous ends the reading: a DTD, entities but the five of XML itself,
// depth, numbers without bound. Nothing outside of the file is ever asked for.
import { fail } from '@hale/kernel';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { CDA_ATTRIBUTES_MAX, CDA_DEPTH_MAX, CDA_ELEMENTS_MAX, CDA_TEXT_UNITS_MAX } from './limits.ts';

export interface XmlElement {
  /** Without prefix; those of HL7's extensions `sdtc:name`. */
  readonly name: string;
  /** By local name; `xsi:type` as `xsi:type`, of HL7's extensions `sdtc:name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly nodes: (XmlElement | string)[];
}

const SDTC = 'urn:hl7-org:sdtc';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * Reads a document.
 * @throws HaleError 'malformed' with the line where it is damaged or ends too early, 'unsupported' for a DTD, 'too-large' beyond a limit
 */
export async function parseXml(pieces: AsyncIterable<string>): Promise<XmlElement> {
  const builder = new TreeBuilder();
  for await (const piece of pieces) builder.write(piece);
  return builder.close();
}

class TreeBuilder {
  readonly #parser = new SaxesParser();
  readonly #open: XmlElement[] = [];
  readonly #prefixes = new Map<string, string>([
    ['sdtc', 'sdtc:'],
    ['xsi', 'xsi:'],
    ['xml', 'xml:'],
  ]);
  #root: XmlElement | null = null;
  #elements = 0;
  #units = 0;
  #isClosing = false;

  constructor() {
    const parser = this.#parser;
    parser.on('error', () => this.#damaged());
    parser.on('doctype', () =>
      fail(
        'unsupported',
        'this document defines types of its own (a DTD), which health documents never need and attacks do: it is not read',
      ),
    );
    parser.on('opentag', (tag) => this.#openTag(tag));
    parser.on('closetag', () => this.#open.pop());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
  }

  write(piece: string): void {
    this.#units += piece.length;
    if (this.#units > CDA_TEXT_UNITS_MAX) this.#tooLarge('longer');
    this.#parser.write(piece);
  }

  close(): XmlElement {
    this.#isClosing = true;
    if (this.#open.length > 0) this.#damaged();
    this.#parser.close();
    return this.#root ?? this.#damaged();
  }

  #damaged(): never {
    const { line } = this.#parser;
    if (this.#isClosing) return fail('malformed', 'this document ends too early: it is cut off. Get it anew', { line });
    return fail('malformed', `this document is damaged: its XML is broken in line ${line}. Get it anew`, { line });
  }

  #tooLarge(how: string): never {
    return fail('too-large', `this document is ${how} than a clinical document can be`);
  }

  #openTag({ name, attributes }: SaxesTagPlain): void {
    if (++this.#elements > CDA_ELEMENTS_MAX) this.#tooLarge('longer');
    if (this.#open.length >= CDA_DEPTH_MAX) this.#tooLarge('nested more deeply');
    const given = Object.entries(attributes);
    if (given.length > CDA_ATTRIBUTES_MAX) this.#tooLarge('wider');
    for (const [attribute, value] of given) this.#declare(attribute, value);
    const element: XmlElement = {
      name: this.#plain(name),
      attributes: new Map(given.map(([attribute, value]) => [this.#plain(attribute), value])),
      nodes: [],
    };
    const parent = this.#open.at(-1);
    if (parent) parent.nodes.push(element);
    else this.#root = element;
    this.#open.push(element);
  }

  #declare(attribute: string, value: string): void {
    if (!attribute.startsWith('xmlns:')) return;
    this.#prefixes.set(attribute.slice(6), value === SDTC ? 'sdtc:' : value === XSI ? 'xsi:' : '');
  }

  #plain(name: string): string {
    const colon = name.indexOf(':');
    return colon < 0 ? name : (this.#prefixes.get(name.slice(0, colon)) ?? '') + name.slice(colon + 1);
  }

  #text(text: string): void {
    this.#open.at(-1)?.nodes.push(text);
  }
}

export const isElement = (node: XmlElement | string): node is XmlElement => typeof node !== 'string';

export const childrenOf = (element: XmlElement | undefined, ...names: readonly string[]): XmlElement[] =>
  (element?.nodes ?? []).filter(isElement).filter(({ name }) => names.length === 0 || names.includes(name));

/** The first element on a path of names. */
export function childOf(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at?.nodes.find((node): node is XmlElement => isElement(node) && node.name === name);
  return at;
}

export const attributeOf = (element: XmlElement | undefined, name: string): string =>
  element?.attributes.get(name)?.trim() ?? '';

/** All text below, blanks as one, blocks apart from each other. */
export function plainText(element: XmlElement | undefined): string {
  const parts: string[] = [];
  const walk = ({ nodes }: XmlElement): void => {
    for (const node of nodes)
      if (!isElement(node)) parts.push(node);
      else {
        walk(node);
        if (node.name !== 'content' && node.name !== 'sub' && node.name !== 'sup') parts.push(' ');
      }
  };
  if (element) walk(element);
  return parts.join('').replace(/\s+/g, ' ').trim();
}

/** All elements below, itself first, the outer ones before the inner. */
export function elementsIn(element: XmlElement): XmlElement[] {
  const all = [element];
  for (let i = 0; i < all.length; i++) for (const node of all[i].nodes) if (isElement(node)) all.push(node);
  return all;
}
