// The typesetter, and what we use of it: pdfkit comes without types of its own.
import { createRequire } from 'node:module';

interface TextOptions {
  width?: number;
  align?: 'left' | 'right' | 'center';
  lineBreak?: boolean;
  height?: number;
  ellipsis?: boolean;
}
export interface PdfDocument {
  x: number;
  y: number;
  page: { height: number; width: number; margins: { top: number; bottom: number; left: number; right: number } };
  registerFont(name: string, path: string): this;
  font(name: string): this;
  fontSize(points: number): this;
  fillColor(colour: string): this;
  strokeColor(colour: string): this;
  lineWidth(points: number): this;
  text(text: string, options?: TextOptions): this;
  text(text: string, x: number, y: number, options?: TextOptions): this;
  moveDown(lines?: number): this;
  moveTo(x: number, y: number): this;
  lineTo(x: number, y: number): this;
  rect(x: number, y: number, width: number, height: number): this;
  stroke(): this;
  fill(): this;
  heightOfString(text: string, options?: TextOptions): number;
  widthOfString(text: string): number;
  currentLineHeight(withGap: boolean): number;
  addPage(): this;
  switchToPage(page: number): this;
  bufferedPageRange(): { start: number; count: number };
  on(event: 'data', heard: (piece: Uint8Array) => void): this;
  on(event: 'end', heard: () => void): this;
  on(event: 'error', heard: (error: Error) => void): this;
  end(): void;
}

export interface PdfOptions {
  size: 'A4';
  margins: { top: number; bottom: number; left: number; right: number };
  bufferPages: true;
  /** A path: without one, fonts of its own are loaded that know Latin-1 alone. */
  font: string;
  lang: string;
  displayTitle: true;
  info: { Title: string; Creator: string; Producer: string; CreationDate: Date; ModDate: Date };
}

const load = createRequire(import.meta.url);

/** Letters of four alphabets, under the SIL Open Font License. */
export const FONTS = {
  plain: load.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
  bold: load.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'),
};

export function newDocument(options: PdfOptions): PdfDocument {
  const Document = load('pdfkit') as new (options: PdfOptions) => PdfDocument;
  const doc = new Document(options);
  for (const [name, path] of Object.entries(FONTS)) doc.registerFont(name, path);
  return doc;
}

/** What is written, once it has ended. */
export function collected(doc: PdfDocument): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (piece) => pieces.push(piece));
    doc.on('end', () => resolve(Buffer.concat(pieces)));
    doc.on('error', reject);
  });
}
