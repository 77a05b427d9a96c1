// The card to carry and the picture for a locked phone: her facts in plain words, readable without us, and a code that leads to the page for more. One
// page: a card of wallet size to cut out and fold, and below it the same in large letters for a door or a fridge.
import { collected, FONTS, newDocument, type PdfDocument } from '../filing/typesetter.ts';
import { cardPicture } from '../records/card-pictures.ts';
import {
  CARD,
  type CardPrint,
  cardFaces,
  codeDrawn,
  escaped,
  type FaceLine,
  facesSvg,
  heading,
  INK,
  QUIET,
  RED,
} from './faces.ts';
import { cardKinds, cardRows } from './rows.ts';
import { type CardWords, cardWords, inBoth } from './words.ts';

const MARGIN = 42;

/** Front and back as they are printed, to be looked at (SVG). */
export function emergencyFaces(print: CardPrint): [string, string] {
  return facesSvg(cardFaces(newSheet(print), print, cardWords(print.language)), print.link);
}

export async function emergencyPdf(print: CardPrint): Promise<Uint8Array> {
  const words = cardWords(print.language);
  const doc = newSheet(print);
  const whole = collected(doc);
  const left = (doc.page.width - 2 * CARD.width) / 2;
  const top = MARGIN + 14;
  const faces = cardFaces(doc, print, words);
  written(doc, faces.front, { x: left, y: top });
  written(doc, faces.back, { x: left + CARD.width, y: top });
  const { x, y, side } = faces.code;
  if (print.link !== null) code(doc, print.link, { x: left + CARD.width + x, y: top + y, side });
  outline(doc, words, { x: left, y: top });
  poster(doc, print, words, MARGIN + CARD.height + 60);
  doc.end();
  return whole;
}

function newSheet({ language, madeMicros }: CardPrint): PdfDocument {
  const at = new Date(madeMicros / 1000);
  return newDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
    bufferPages: true,
    font: FONTS.plain,
    lang: language,
    displayTitle: true,
    info: { Title: cardWords(language)[0].title, Creator: 'Hale', Producer: 'Hale', CreationDate: at, ModDate: at },
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

function written(doc: PdfDocument, lines: readonly FaceLine[], { x, y }: Place): void {
  for (const line of lines)
    doc
      .font(line.isBold ? 'bold' : 'plain')
      .fontSize(line.size)
      .fillColor(line.colour)
      .text(line.text, x + line.x, y + line.y, { lineBreak: false });
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
  for (const { label, items, isBold } of cardKinds(print.card, words)) {
    const bottom = doc.page.height - MARGIN - 30;
    if (doc.y > bottom) break;
    doc.font('bold').fontSize(10.5).fillColor(QUIET).text(label, MARGIN, doc.y, { width });
    doc
      .font(isBold ? 'bold' : 'plain')
      .fontSize(11)
      .fillColor(isBold ? RED : INK);
    for (const item of items) {
      const height = doc.heightOfString(`• ${item}`, { width });
      // One page, whatever there is: a second would be lost.
      if (doc.y + height > bottom) {
        doc
          .fontSize(9)
          .fillColor(QUIET)
          .text(`… ${inBoth(words, (of) => of.more)}`, MARGIN, doc.y, { width });
        return;
      }
      doc.text(`• ${item}`, MARGIN, doc.y, { width });
    }
    doc.moveDown(0.4);
  }
}

// --- the picture for a locked phone

const SCREEN = { width: 1080, height: 2340 };
/** Below clock and notices, above the buttons of phones. */
const SAFE = { top: 760, bottom: 2080, left: 70 };
const LINE = 54;
/** Modules of white around a code (ISO/IEC 18004 §6.3.8). */
const CODE_QUIET = 4;
/** Units of a line of text at its size: what a phone's sans has in that width, wide letters included. */
const UNITS_PER_LINE = 36;

/** A drawing (SVG) of the size of a phone's screen. Most phones want a photo: the page of the owner makes one of it. */
export function emergencySvg(print: CardPrint): string {
  const words = cardWords(print.language);
  const side = 420;
  const room = Math.floor((SAFE.bottom - side - 60 - SAFE.top) / LINE);
  const { rows } = cardRows(cardKinds(print.card, words), room, { wrap: wrapped, more: words[0].more });
  const texts = rows.map(({ text, isBold, labelUnits }, at) => {
    const [label, rest] = [text.slice(0, labelUnits), text.slice(labelUnits)].map(escaped);
    const head = label === '' ? '' : `<tspan font-weight="700" fill="#ffd7d7">${label}</tspan>`;
    return `<text x="${SAFE.left}" y="${SAFE.top + at * LINE}" fill="#ffffff"${isBold ? ' font-weight="700"' : ''}>${head}${rest}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SCREEN.width} ${SCREEN.height}" width="${SCREEN.width}" height="${SCREEN.height}">` +
    `<rect width="100%" height="100%" fill="#3a0d12"/>` +
    `<g font-family="sans-serif" font-size="40">` +
    `<text x="${SAFE.left}" y="${SAFE.top - 150}" font-size="64" font-weight="700" fill="#ffffff">${escaped(inBoth(words, (of) => of.title))}</text>` +
    `<text x="${SAFE.left}" y="${SAFE.top - 75}" font-size="50" fill="#ffffff">${escaped(heading(print, words))}</text>` +
    `${texts.join('')}</g>${codeDrawn(print.link, { x: (SCREEN.width - side) / 2, y: SAFE.bottom - side, side }, CODE_QUIET)}</svg>\n`
  );
}

function wrapped(text: string, isBold: boolean): string[] {
  const units = isBold ? UNITS_PER_LINE - 3 : UNITS_PER_LINE;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < units) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
