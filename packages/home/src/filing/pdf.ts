// The PDF of a copy that is filed: what the sheet says, each series drawn and in figures, where it came from, and the hash of the FHIR bundle that lies
// beside it. The same readings filed at the same moment give the same bytes. Letters are Noto Sans, of which only those used go in.
import { encodeNpub, fromHex } from '@hale/kernel';
import type { FilingSheet, OpenedStream, ShowRow } from '../api.ts';
import { drawChart } from './chart.ts';
import { collected, FONTS, newDocument, type PdfDocument } from './typesetter.ts';

export interface FilingOrigin {
  /** Author of the grant's stream, hex. */
  grant: string;
  /** Who sent it, hex; empty: a link. */
  from: string;
  relays: readonly string[];
  receivedMicros: number;
  filedMicros: number;
  bundleHash: string;
  /** Name and version of the program. */
  program: string;
}

const MARGINS = { top: 56, bottom: 64, left: 56, right: 56 };
const CHART_HEIGHT = 110;
const QUIET = '#4a5361';
const INK = '#161b22';
const TABLE_LABEL_WIDTH = 150;
/** Words of a coded series that are told one by one. */
const WORDS_TOLD = 12;

/** One way to write numbers and times on this sheet. */
interface Writing {
  number(value: number): string;
  time(micros: number): string;
}

function writingOf({ language, zone }: FilingSheet): Writing {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const times = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  return {
    number: (value) => numbers.format(value),
    time: (micros) => times.format(micros / 1000),
  };
}

export async function filingPdf(
  sheet: FilingSheet,
  streams: readonly OpenedStream[],
  origin: FilingOrigin,
): Promise<Uint8Array> {
  const at = new Date(origin.filedMicros / 1000);
  const doc = newDocument({
    size: 'A4',
    margins: MARGINS,
    bufferPages: true,
    font: FONTS.plain,
    lang: sheet.language,
    displayTitle: true,
    info: { Title: sheet.title, Creator: origin.program, Producer: origin.program, CreationDate: at, ModDate: at },
  });
  const whole = collected(doc);
  const writing = writingOf(sheet);
  head(doc, sheet, writing, origin);
  for (const told of sheet.series) {
    const stream = streams.find(({ key }) => key === told.key);
    if (stream) series(doc, sheet, told, stream, writing);
  }
  originOf(doc, sheet, origin, writing);
  feet(doc, sheet, origin);
  doc.end();
  return whole;
}

const widthOf = (doc: PdfDocument): number => doc.page.width - MARGINS.left - MARGINS.right;

/** A new page where what comes would be torn. */
function keepTogether(doc: PdfDocument, height: number): void {
  if (doc.y + height > doc.page.height - MARGINS.bottom) doc.addPage();
}

function head(doc: PdfDocument, sheet: FilingSheet, writing: Writing, { filedMicros }: FilingOrigin): void {
  doc.font('bold').fontSize(18).fillColor(INK).text(sheet.title);
  doc.font('plain').fontSize(10.5).moveDown(0.4);
  for (const sentence of sheet.said) doc.text(sentence);
  const times = `${sheet.words.times}: ${sheet.zone}. ${sheet.words.filed}: ${writing.time(filedMicros)}`;
  doc.fillColor(QUIET).fontSize(9).text(times).moveDown(1);
}

function series(
  doc: PdfDocument,
  { words }: FilingSheet,
  told: FilingSheet['series'][number],
  stream: OpenedStream,
  writing: Writing,
): void {
  const isWords = stream.rows.some(({ code }) => code !== undefined);
  const isDrawn = !isWords && stream.rows.some((row) => row.value !== undefined || row.mean !== undefined);
  keepTogether(doc, (isDrawn ? CHART_HEIGHT : 0) + 130);
  doc.font('bold').fontSize(12.5).fillColor(INK).text(told.title, MARGINS.left, doc.y);
  const quiet = told.unit === '' ? told.level : `${told.unit} · ${told.level}`;
  doc.font('plain').fontSize(9).fillColor(QUIET).text(quiet).moveDown(0.4);
  if (isDrawn) {
    const place = { x: MARGINS.left, y: doc.y, width: widthOf(doc), height: CHART_HEIGHT };
    drawChart(doc, stream.rows, place, writing);
    doc.x = MARGINS.left;
    doc.y = place.y + place.height + 8;
  }
  table(
    doc,
    isWords ? wordFacts(stream.rows, told.codes, words, writing) : facts(stream.rows, told.unit, words, writing),
  );
  doc.fontSize(9.5).fillColor(INK).moveDown(0.3);
  for (const line of told.lines) {
    if (line === '') doc.moveDown(0.4);
    else doc.text(line);
  }
  doc.moveDown(1.2);
}

type Facts = [string, string][];

function facts(rows: readonly ShowRow[], unit: string, words: FilingSheet['words'], { number, time }: Writing): Facts {
  if (rows.length === 0) return [[words.readings, words.nothing]];
  let [lowest, highest, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const row of rows) {
    const of = row.count ?? 1;
    const value = row.value ?? row.mean;
    count += of;
    if (value === undefined) continue;
    sum += value * of;
    lowest = Math.min(lowest, row.min ?? value);
    highest = Math.max(highest, row.max ?? value);
  }
  const withUnit = (value: number) => (unit === '' ? number(value) : `${number(value)} ${unit}`);
  const figures: Facts =
    lowest > highest
      ? []
      : [
          [words.lowest, withUnit(lowest)],
          [words.average, withUnit(sum / count)],
          [words.highest, withUnit(highest)],
        ];
  return [[words.readings, number(count)], ...range(rows, words, time), ...figures];
}

function range(rows: readonly ShowRow[], words: FilingSheet['words'], time: Writing['time']): Facts {
  return [
    [words.first, time(rows[0].atMicros)],
    [words.last, time(rows[rows.length - 1].atMicros)],
  ];
}

/** Of words: how often each stands there, the most frequent first. */
function wordFacts(
  rows: readonly ShowRow[],
  codes: Record<string, string>,
  words: FilingSheet['words'],
  { number, time }: Writing,
): Facts {
  const counts = new Map<string, number>();
  for (const { value, code } of rows) {
    const word = codes[String(value)] ?? code;
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const told = [...counts].sort((a, b) => b[1] - a[1]).slice(0, WORDS_TOLD);
  return [
    [words.readings, number(rows.length)],
    ...range(rows, words, time),
    ...told.map(([word, count]): [string, string] => [word, number(count)]),
  ];
}

/** A key or a hash, which has to be compared letter by letter: on one line. */
const LONG_WORD = /^\S{60,}$/;

function table(doc: PdfDocument, rows: Facts): void {
  const width = widthOf(doc) - TABLE_LABEL_WIDTH;
  for (const [label, value] of rows) {
    const size = LONG_WORD.test(value) ? 7.8 : 9.5;
    const height = Math.max(
      doc.fontSize(9.5).heightOfString(label, { width: TABLE_LABEL_WIDTH - 8 }),
      doc.fontSize(size).heightOfString(value, { width }),
    );
    keepTogether(doc, height);
    const { y } = doc;
    doc
      .fontSize(9.5)
      .fillColor(QUIET)
      .text(label, MARGINS.left, y, { width: TABLE_LABEL_WIDTH - 8 });
    doc
      .fontSize(size)
      .fillColor(INK)
      .text(value, MARGINS.left + TABLE_LABEL_WIDTH, y, { width });
    doc.x = MARGINS.left;
    doc.y = y + height + 2;
  }
}

function originOf(doc: PdfDocument, { words }: FilingSheet, origin: FilingOrigin, { time }: Writing): void {
  keepTogether(doc, 170);
  doc.font('bold').fontSize(12.5).fillColor(INK).text(words.origin, MARGINS.left, doc.y).font('plain').moveDown(0.3);
  table(doc, [
    [words.grant, origin.grant],
    [words.from, origin.from === '' ? words.byLink : encodeNpub(fromHex(origin.from, 32))],
    [words.relays, origin.relays.join(', ')],
    [words.received, time(origin.receivedMicros)],
    [words.filed, time(origin.filedMicros)],
    [words.bundleHash, origin.bundleHash],
  ]);
}

/** Which grant, which page of how many: a sheet that fell out finds its way back. */
function feet(doc: PdfDocument, { title }: FilingSheet, { grant, program }: FilingOrigin): void {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    // Below the margin a text would begin a page of its own.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - 40;
    const line = { height: 12, ellipsis: true, lineBreak: false };
    doc.font('plain').fontSize(8).fillColor(QUIET);
    doc.text(`${title} · ${grant.slice(0, 16)} · ${program}`, MARGINS.left, y, { ...line, width: widthOf(doc) - 60 });
    doc.text(`${page + 1} / ${count}`, MARGINS.left, y, { ...line, width: widthOf(doc), align: 'right' });
  }
}
