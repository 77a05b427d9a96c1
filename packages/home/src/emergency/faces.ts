// Both faces of a card of wallet size as lines of text in their places: laid out once, so that what is printed and what is shown before are the same.
import type { CardFact } from '@hale/vault/records/emergency';
import type { PdfDocument } from '../filing/typesetter.ts';
import { cardPicture } from '../records/card-pictures.ts';
import { type CardKind, type CardRow, cardKinds, cardRows } from './rows.ts';
import { type CardWords, inBoth } from './words.ts';

export interface CardPrint {
  name: string;
  born: string;
  /** BCP 47. */
  language: string;
  card: readonly CardFact[];
  /** null: there is no card yet, and the place of the code stays empty. */
  link: string | null;
  asksPin: boolean;
  hours: number;
  madeMicros: number;
}

export const INK = '#161b22';
export const QUIET = '#4a5361';
export const RED = '#a3161f';
/** ISO/IEC 7810 ID-1 in points: 85.6 × 54 mm. */
export const CARD = { width: 242.6, height: 153 };
const INSET = 9;
const CODE_SIDE = 100;
/** Points of letters on the card: from what is easy to read to what still can be. */
const SIZES = [8, 7.5, 7, 6.5, 6, 5.5, 5];
/** Of facts: what would be smaller than this is left to the code. */
const FACT_SIZES = SIZES.filter((size) => size >= 6);
/** Of Noto Sans, in ems: from the top of a line down to the foot of its letters. */
const ASCENT = 1.069;

/** One line; lengths in points from the left upper corner of its face. */
export interface FaceLine {
  text: string;
  x: number;
  /** Top of the line. */
  y: number;
  size: number;
  isBold: boolean;
  colour: string;
  width: number;
}

export interface CardFaces {
  front: FaceLine[];
  back: FaceLine[];
  /** Place of the code on the back. */
  code: { x: number; y: number; side: number };
}

type Style = Pick<FaceLine, 'size' | 'isBold' | 'colour'>;

export const heading = ({ name, born }: CardPrint, words: readonly CardWords[]): string =>
  born === '' ? name : `${name}, ${words[0].born} ${born}`;

/** @param doc measures letters; nothing is drawn on it */
export function cardFaces(doc: PdfDocument, print: CardPrint, words: readonly CardWords[]): CardFaces {
  const width = CARD.width - 2 * INSET;
  const line = (text: string, x: number, y: number, room: number, style: Style): FaceLine => {
    const fit = cut(doc, text, room, style);
    return { text: fit, x, y, ...style, width: widthOf(doc, fit, style) };
  };
  const body = (text: string, x: number, y: number, room: { width: number; height: number }): FaceLine[] => {
    const { size, lines } = fitting(doc, text, room, words);
    const style = { size, isBold: false, colour: INK };
    return lines.map((each, at) => line(each, x, y + at * heightOf(doc, style), room.width, style));
  };
  const title = inBoth(words, (of) => of.title).toUpperCase();
  const facts = factRows(doc, cardKinds(print.card, words), { width, height: CARD.height - 36 - INSET }, words);
  const factLine = ({ text, isBold }: CardRow, at: number) => {
    const style = { size: facts.size, isBold, colour: isBold ? RED : INK };
    return line(text, INSET, 35 + at * heightOf(doc, style), width, style);
  };
  const said = words.map((of) => (print.asksPin ? `${of.scan} ${of.pin}` : of.scan)).join('\n\n');
  const left = INSET + CODE_SIDE + 8;
  const beside = CARD.width - left - INSET;
  const printed = `${words[0].printed} ${new Date(print.madeMicros / 1000).toISOString().slice(0, 10)}`;
  return {
    front: [
      line(title, INSET, 7, width, { size: 8.5, isBold: true, colour: RED }),
      line(heading(print, words), INSET, 18, width, { size: 11, isBold: true, colour: INK }),
      ...facts.rows.map(factLine),
    ],
    back: [
      ...body(said, left, INSET, { width: beside, height: CARD.height - 2 * INSET - 18 }),
      line(printed, left, CARD.height - 18, beside, { size: 6, isBold: false, colour: QUIET }),
    ],
    code: { x: INSET, y: (CARD.height - CODE_SIDE) / 2, side: CODE_SIDE },
  };
}

const styled = (doc: PdfDocument, { size, isBold }: Pick<Style, 'size' | 'isBold'>): PdfDocument =>
  doc.font(isBold ? 'bold' : 'plain').fontSize(size);
const widthOf = (doc: PdfDocument, text: string, style: Pick<Style, 'size' | 'isBold'>): number =>
  styled(doc, style).widthOfString(text);
const heightOf = (doc: PdfDocument, style: Pick<Style, 'size' | 'isBold'>): number =>
  styled(doc, style).currentLineHeight(true);

function cut(doc: PdfDocument, text: string, room: number, style: Style): string {
  if (widthOf(doc, text, style) <= room) return text;
  const letters = [...text];
  while (letters.length > 0 && widthOf(doc, `${letters.join('').trimEnd()}…`, style) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Widths of words in ems by the document that measured them: shaping a text is slow, and its width grows with the size of its letters. */
const measured = new WeakMap<PdfDocument, Map<string, number>>();

function emsOf(doc: PdfDocument, word: string, isBold: boolean): number {
  const known = measured.get(doc) ?? new Map<string, number>();
  measured.set(doc, known);
  const name = `${isBold ? 'b' : 'p'}${word}`;
  const ems = known.get(name) ?? widthOf(doc, word, { size: 1, isBold });
  known.set(name, ems);
  return ems;
}

/** Lines of words as many as go into a width, in ems; a word that is wider goes on in the next line. */
function wrapped(doc: PdfDocument, text: string, width: number, isBold = false): string[] {
  const of = (word: string) => emsOf(doc, word, isBold);
  const space = of(' ');
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let [line, ems] = ['', 0];
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? of(word) : ems + space + of(word);
      if (longer <= width) [line, ems] = [line === '' ? word : `${line} ${word}`, longer];
      else {
        if (line !== '') lines.push(line);
        line = word;
        while (of(line) > width) {
          let head = line.length - 1;
          while (head > 1 && of(line.slice(0, head)) > width) head -= 1;
          lines.push(line.slice(0, head));
          line = line.slice(head);
        }
        ems = of(line);
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Facts as large as all of them fit; where they fit at no size, as many as do at the smallest. */
function factRows(
  doc: PdfDocument,
  kinds: readonly CardKind[],
  { width, height }: { width: number; height: number },
  words: readonly CardWords[],
): { size: number; rows: CardRow[] } {
  for (const size of FACT_SIZES) {
    const most = Math.floor(height / heightOf(doc, { size, isBold: true }));
    const wrap = (text: string, isBold: boolean) => wrapped(doc, text, width / size, isBold);
    const { rows, isWhole } = cardRows(kinds, most, { wrap, more: words[0].more });
    if (isWhole || size === FACT_SIZES.at(-1)) return { size, rows };
  }
  return { size: FACT_SIZES[0], rows: [] };
}

/** As large as fits; of what fits at no size as much as does, with a word that there is more. */
function fitting(
  doc: PdfDocument,
  text: string,
  { width, height }: { width: number; height: number },
  words: readonly CardWords[],
): { size: number; lines: string[] } {
  for (const size of SIZES) {
    const lines = wrapped(doc, text, width / size);
    const most = Math.floor(height / heightOf(doc, { size, isBold: false }));
    if (lines.length <= most) return { size, lines };
    if (size === SIZES[SIZES.length - 1]) return { size, lines: [...lines.slice(0, most - 1), `… ${words[0].more}`] };
  }
  return { size: SIZES[0], lines: [] };
}

/** Modules of the code as a path of squares, each one unit. */
function codePath(text: string): { size: number; path: string } {
  const { size, isDark } = cardPicture(text);
  let path = '';
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) if (isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
  return { size, path };
}

/** Front and back (SVG, 85.6 × 54 mm each). */
export function facesSvg({ front, back, code }: CardFaces, link: string | null): [string, string] {
  return [faceSvg(front, ''), faceSvg(back, codeDrawn(link, code))];
}

function faceSvg(lines: readonly FaceLine[], more: string): string {
  const { width, height } = CARD;
  const texts = lines
    .filter(({ text }) => text.trim() !== '')
    .map(
      ({ text, x, y, size, isBold, colour, width: long }) =>
        `<text x="${x.toFixed(2)}" y="${(y + ASCENT * size).toFixed(2)}" font-size="${size}" fill="${colour}"` +
        // Whatever letters the browser has: each line is as long as on paper.
        `${isBold ? ' font-weight="700"' : ''} textLength="${long.toFixed(2)}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`,
    )
    .join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="85.6mm" height="54mm">` +
    `<rect width="100%" height="100%" fill="#fff"/><g font-family="'Noto Sans', sans-serif">${texts}</g>${more}` +
    `<rect x="0.3" y="0.3" width="${width - 0.6}" height="${height - 0.6}" fill="none" stroke="${QUIET}" stroke-width="0.6"/></svg>\n`
  );
}

/** The code in its place, or the frame that waits for one. */
export function codeDrawn(
  link: string | null,
  { x, y, side }: { x: number; y: number; side: number },
  quiet = 0,
): string {
  if (link === null)
    return `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="#fff" stroke="${QUIET}" stroke-dasharray="4 4"/>`;
  const { size, path } = codePath(link);
  const whole = size + 2 * quiet;
  return (
    `<g transform="translate(${x} ${y}) scale(${side / whole})"><rect width="${whole}" height="${whole}" fill="#fff"/>` +
    `<path transform="translate(${quiet} ${quiet})" d="${path}" fill="#000" shape-rendering="crispEdges"/></g>`
  );
}

export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // What XML 1.0 has no place for.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
