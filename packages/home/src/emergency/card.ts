// The card to carry and the picture for a locked phone: her facts in plain words, readable without us, and a code that leads to the page for more. One
// page: a card of wallet size to cut out and fold, and below it the same in large letters for a door or a fridge.
import type { SheetLines } from '@hale/consent/emergency';
import { FONTS, newDocument, type PdfDocument } from '../filing/typesetter.ts';
import { cardPicture } from '../records/card-pictures.ts';
import { type CardWords, cardWords, inBoth } from './words.ts';

export interface CardPrint {
  name: string;
  born: string;
  /** BCP 47. */
  language: string;
  sections: readonly SheetLines[];
  link: string;
  hasPin: boolean;
  hours: number;
  madeMicros: number;
}

const INK = '#161b22';
const QUIET = '#4a5361';
const RED = '#a3161f';
const MARGIN = 42;
/** ISO/IEC 7810 ID-1 in points: 85.6 × 54 mm. */
const CARD = { width: 242.6, height: 153 };
const INSET = 9;
/** Points of letters on the card: from what is easy to read to what still can be. */
const SIZES = [8, 7.5, 7, 6.5, 6, 5.5, 5];

const heading = ({ name, born }: CardPrint, words: readonly CardWords[]): string =>
  born === '' ? name : `${name}, ${words[0].born} ${born}`;

export async function emergencyPdf(print: CardPrint): Promise<Uint8Array> {
  const words = cardWords(print.language);
  const at = new Date(print.madeMicros / 1000);
  const doc = newDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
    bufferPages: true,
    font: FONTS.plain,
    lang: print.language,
    displayTitle: true,
    info: { Title: words[0].title, Creator: 'Hale', Producer: 'Hale', CreationDate: at, ModDate: at },
  });
  for (const [name, path] of Object.entries(FONTS)) doc.registerFont(name, path);
  const whole = collected(doc);
  const left = (doc.page.width - 2 * CARD.width) / 2;
  front(doc, print, words, { x: left, y: MARGIN + 14 });
  back(doc, print, words, { x: left + CARD.width, y: MARGIN + 14 });
  outline(doc, words, { x: left, y: MARGIN + 14 });
  poster(doc, print, words, MARGIN + CARD.height + 60);
  doc.end();
  return whole;
}

function collected(doc: PdfDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (piece) => pieces.push(piece));
    doc.on('end', () => resolve(Buffer.concat(pieces)));
    doc.on('error', reject);
  });
}

interface Place {
  x: number;
  y: number;
}

function outline(doc: PdfDocument, words: readonly CardWords[], { x, y }: Place): void {
  doc.lineWidth(0.6).strokeColor(QUIET);
  doc.rect(x, y, 2 * CARD.width, CARD.height).stroke();
  const fold = x + CARD.width;
  // Dashes, so that nobody cuts where she should fold.
  for (let at = y; at < y + CARD.height; at += 6)
    doc
      .moveTo(fold, at)
      .lineTo(fold, Math.min(at + 3, y + CARD.height))
      .stroke();
  doc.font('plain').fontSize(7).fillColor(QUIET);
  doc.text(
    inBoth(words, (of) => of.fold),
    x,
    y - 12,
    { width: 2 * CARD.width, lineBreak: false, height: 9, ellipsis: true },
  );
}

function front(doc: PdfDocument, print: CardPrint, words: readonly CardWords[], { x, y }: Place): void {
  const width = CARD.width - 2 * INSET;
  doc.font('bold').fontSize(8.5).fillColor(RED);
  doc.text(inBoth(words, (of) => of.title).toUpperCase(), x + INSET, y + 7, { width, height: 11, ellipsis: true });
  doc
    .fontSize(11)
    .fillColor(INK)
    .text(heading(print, words), x + INSET, y + 18, { width, height: 15, ellipsis: true });
  const room = CARD.height - 36 - INSET;
  const lines = print.sections.map(
    ({ section, lines }) => `${inBoth(words, (of) => of.sections[section])}: ${lines.join(' · ')}`,
  );
  const fit = fitting(doc, lines, width, room, words);
  doc.font('plain').fontSize(fit.size).fillColor(INK);
  doc.text(fit.text, x + INSET, y + 35, { width, height: room, ellipsis: true });
}

/** As large as fits; of what fits at no size as much as does, with a word that there is more. */
function fitting(
  doc: PdfDocument,
  lines: readonly string[],
  width: number,
  room: number,
  words: readonly CardWords[],
): { size: number; text: string } {
  const heightOf = (size: number, text: string) => doc.font('plain').fontSize(size).heightOfString(text, { width });
  const whole = lines.join('\n');
  const size = SIZES.find((each) => heightOf(each, whole) <= room);
  if (size !== undefined) return { size, text: whole };
  const smallest = SIZES[SIZES.length - 1];
  const more = `\n… ${words[0].more}`;
  let [low, high] = [0, whole.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (heightOf(smallest, whole.slice(0, middle) + more) <= room) low = middle;
    else high = middle - 1;
  }
  return { size: smallest, text: whole.slice(0, low) + more };
}

function back(doc: PdfDocument, print: CardPrint, words: readonly CardWords[], { x, y }: Place): void {
  const side = 100;
  code(doc, print.link, { x: x + INSET, y: y + (CARD.height - side) / 2, side });
  const left = x + INSET + side + 8;
  const width = CARD.width - side - 2 * INSET - 8;
  const said = words.map((of) => (print.hasPin ? `${of.scan} ${of.pin}` : of.scan)).join('\n\n');
  const room = CARD.height - 2 * INSET - 18;
  const { size, text } = fitting(doc, [said], width, room, words);
  doc
    .font('plain')
    .fontSize(size)
    .fillColor(INK)
    .text(text, left, y + INSET, { width, height: room });
  const day = new Date(print.madeMicros / 1000).toISOString().slice(0, 10);
  doc
    .fontSize(6)
    .fillColor(QUIET)
    .text(`${words[0].printed} ${day}`, left, y + CARD.height - 18, { width, height: 9 });
}

function code(doc: PdfDocument, text: string, { x, y, side }: Place & { side: number }): void {
  const { size, isDark } = cardPicture(text);
  const module = side / size;
  doc.fillColor('#000000');
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      // A hair wider than its place, or printers leave white between modules.
      if (isDark(row, column)) doc.rect(x + column * module, y + row * module, module + 0.05, module + 0.05).fill();
}

function poster(doc: PdfDocument, print: CardPrint, words: readonly CardWords[], top: number): void {
  const width = doc.page.width - 2 * MARGIN;
  doc
    .font('bold')
    .fontSize(22)
    .fillColor(RED)
    .text(
      inBoth(words, (of) => of.title),
      MARGIN,
      top,
      { width },
    );
  doc.fontSize(16).fillColor(INK).text(heading(print, words)).moveDown(0.5);
  for (const { section, lines } of print.sections) {
    const bottom = doc.page.height - MARGIN - 30;
    if (doc.y > bottom) break;
    doc
      .font('bold')
      .fontSize(10.5)
      .fillColor(QUIET)
      .text(
        inBoth(words, (of) => of.sections[section]),
        MARGIN,
        doc.y,
        { width },
      );
    doc.font('plain').fontSize(11).fillColor(INK);
    for (const line of lines) {
      const height = doc.heightOfString(`• ${line}`, { width });
      // One page, whatever there is: a second would be lost.
      if (doc.y + height > bottom) {
        doc
          .fontSize(9)
          .fillColor(QUIET)
          .text(`… ${inBoth(words, (of) => of.more)}`, MARGIN, doc.y, { width });
        return;
      }
      doc.text(`• ${line}`, MARGIN, doc.y, { width });
    }
    doc.moveDown(0.4);
  }
}

// --- the picture for a locked phone

const SCREEN = { width: 1080, height: 2340 };
/** Below clock and notices, above the buttons of phones. */
const SAFE = { top: 760, bottom: 2080, left: 70 };
const LINE = 54;
/** Units of a line of text at its size: what a phone's sans has in that width, wide letters included. */
const UNITS_PER_LINE = 36;

/** A drawing (SVG) of the size of a phone's screen. Most phones want a photo: the page of the owner makes one of it. */
export function emergencySvg(print: CardPrint): string {
  const words = cardWords(print.language);
  const side = 420;
  const rows = rowsOf(print, words);
  const room = Math.floor((SAFE.bottom - side - 60 - SAFE.top) / LINE);
  const shown = rows.length > room ? [...rows.slice(0, room - 1), { text: `… ${words[0].more}`, isHead: true }] : rows;
  const texts = shown.map(
    ({ text, isHead }, at) =>
      `<text x="${SAFE.left}" y="${SAFE.top + at * LINE}" ${isHead ? 'font-weight="700" fill="#ffd7d7"' : 'fill="#ffffff"'}>${escaped(text)}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SCREEN.width} ${SCREEN.height}" width="${SCREEN.width}" height="${SCREEN.height}">` +
    `<rect width="100%" height="100%" fill="#3a0d12"/>` +
    `<g font-family="sans-serif" font-size="40">` +
    `<text x="${SAFE.left}" y="${SAFE.top - 150}" font-size="64" font-weight="700" fill="#ffffff">${escaped(inBoth(words, (of) => of.title))}</text>` +
    `<text x="${SAFE.left}" y="${SAFE.top - 75}" font-size="50" fill="#ffffff">${escaped(heading(print, words))}</text>` +
    `${texts.join('')}</g>${codeSvg(print.link, (SCREEN.width - side) / 2, SAFE.bottom - side, side)}</svg>\n`
  );
}

/** Whom to call stands before what can wait: a picture has less room than a page. */
function rowsOf({ sections }: CardPrint, words: readonly CardWords[]): { text: string; isHead: boolean }[] {
  const first: readonly string[] = ['allergies', 'medicines', 'conditions', 'contacts'];
  const rank = (section: string) => (first.includes(section) ? first.indexOf(section) : first.length);
  const ordered = [...sections].sort((a, b) => rank(a.section) - rank(b.section));
  return ordered.flatMap(({ section, lines }) => [
    ...wrapped(inBoth(words, (of) => of.sections[section])).map((text) => ({ text, isHead: true })),
    ...wrapped(lines.join(' · ')).map((text) => ({ text, isHead: false })),
  ]);
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < UNITS_PER_LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function codeSvg(text: string, x: number, y: number, side: number): string {
  const { size, isDark } = cardPicture(text);
  const quiet = 4;
  const module = side / (size + 2 * quiet);
  let path = '';
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      if (isDark(row, column)) path += `M${column + quiet} ${row + quiet}h1v1h-1z`;
  return `<g transform="translate(${x} ${y}) scale(${module})"><rect width="${size + 2 * quiet}" height="${size + 2 * quiet}" fill="#fff"/><path d="${path}" fill="#000"/></g>`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // What XML 1.0 has no place for.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
