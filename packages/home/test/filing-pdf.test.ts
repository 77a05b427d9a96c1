// The PDF of a copy: every word and figure in it read back by the rules of the format, the same bytes each time, pages numbered.
import { pdfText } from '@hale/testkit/pdf-text';
import { expect, test } from 'vitest';
import type { OpenedStream } from '../src/api.ts';
import { type FilingOrigin, filingPdf } from '../src/filing/pdf.ts';
import { parseSheet } from '../src/filing/sheet.ts';
import { SHEET } from './filing-sheet.ts';

const T = Date.UTC(2026, 4, 1, 10) * 1000;
const ORIGIN: FilingOrigin = {
  grant: 'ab'.repeat(32),
  from: '',
  relays: ['wss://relay.example'],
  receivedMicros: T,
  filedMicros: T + 3_600e6,
  bundleHash: 'cd'.repeat(32),
  program: 'Hale 0.1.0',
};
const stream = (key: string, rows: OpenedStream['rows']): OpenedStream => ({
  ...{ key, title: key, kind: key, unit: '', loinc: null, level: 'raw', rows },
});
const STREAMS = [
  stream(
    'glucose',
    Array.from({ length: 500 }, (_, i) => ({ atMicros: T + i * 300e6, value: 100 + (i % 50) })),
  ),
  stream('sleep-stage', [
    { atMicros: T, value: 1, code: 'Awake' },
    { atMicros: T + 1e6, value: 2, code: 'Deep' },
    { atMicros: T + 2e6, value: 2, code: 'Deep' },
  ]),
  stream('empty', []),
];

test('says what it holds, where it came from and what lies beside it, in any letters that Noto Sans has', async () => {
  const pages = pdfText(await filingPdf(SHEET, STREAMS, ORIGIN));
  const lines = pages.join('\n').replaceAll('\u00a0', ' ').split('\n');
  const all = lines.join(' ');
  for (const text of [SHEET.title, ...SHEET.said, 'Glukoza (sensor)', 'W zakresie: 92%', 'Fazy snu', '1 / 2'])
    expect(all).toContain(text);
  const after = (label: string) => lines.flatMap((text, i) => (text === label ? [lines[i + 1]] : []));
  expect(after('Odczyty')).toEqual(['500', '3', 'nic']);
  expect([after('Najniższy'), after('Średnia'), after('Najwyższy')]).toEqual([
    ['100 mg/dL'],
    ['124,5 mg/dL'],
    ['149 mg/dL'],
  ]);
  expect([after('Głęboki'), after('Awake')]).toEqual([['2'], ['1']]);
  // Ten o'clock in UTC is noon in Warsaw.
  expect(after('Pierwszy')[0]).toMatch(/1 maj 2026, 12:00/);
  expect(after('Od')).toEqual(['link']);
  expect(after('Przekaźniki')).toEqual(['wss://relay.example']);
  expect([after('Udostępnienie'), after('SHA-256 pliku FHIR')]).toEqual([['ab'.repeat(32)], ['cd'.repeat(32)]]);
});

test('the same copy is the same bytes; another moment or another hash makes others', async () => {
  const [one, again] = [await filingPdf(SHEET, STREAMS, ORIGIN), await filingPdf(SHEET, STREAMS, ORIGIN)];
  expect(Buffer.from(one).equals(again)).toBe(true);
  const other = await filingPdf(SHEET, STREAMS, { ...ORIGIN, bundleHash: 'ef'.repeat(32) });
  expect(Buffer.from(one).equals(other)).toBe(false);
  // Only the letters that stand there: both fonts whole have more than a megabyte.
  expect(one.length).toBeLessThan(60_000);
});

test('many series fill pages, each numbered, and none is torn from its heading', async () => {
  const series = Array.from({ length: 9 }, (_, i) => ({ ...SHEET.series[0], key: `s${i}`, title: `Seria ${i}` }));
  const streams = series.map(({ key }) => stream(key, STREAMS[0].rows));
  const pages = pdfText(await filingPdf({ ...SHEET, series }, streams, ORIGIN));
  expect(pages.length).toBeGreaterThan(2);
  pages.forEach((page, i) => {
    expect(page.split('\n').at(-1)).toBe(`${i + 1} / ${pages.length}`);
  });
  for (const { title } of series) {
    const on = pages.filter((page) => page.split('\n').includes(title));
    expect(on.length, title).toBe(1);
    expect(on[0].slice(on[0].indexOf(title))).toContain('Najwyższy');
  }
});

test('a sheet is bounded, and has a language and a zone that there are', () => {
  expect(parseSheet(JSON.parse(JSON.stringify(SHEET)))).toEqual(SHEET);
  const spoilt = [
    { ...SHEET, language: '!!' },
    { ...SHEET, zone: 'Mars/Olympus' },
    { ...SHEET, said: Array.from({ length: 100 }, () => 'x') },
    { ...SHEET, title: 'x'.repeat(2000) },
    { ...SHEET, words: {} },
    null,
  ];
  for (const given of spoilt) expect(() => parseSheet(given)).toThrow();
});
