// A sheet as a page would send it, with letters of four alphabets.
import type { FilingSheet, FilingWord } from '../src/api.ts';

const WORDS: Record<FilingWord, string> = {
  readings: 'Odczyty',
  first: 'Pierwszy',
  last: 'Ostatni',
  lowest: 'Najniższy',
  average: 'Średnia',
  highest: 'Najwyższy',
  nothing: 'nic',
  times: 'Czas',
  origin: 'Pochodzenie',
  grant: 'Udostępnienie',
  from: 'Od',
  byLink: 'link',
  relays: 'Przekaźniki',
  received: 'Nadeszło',
  filed: 'Zachowano',
  bundleHash: 'SHA-256 pliku FHIR',
};
export const SHEET: FilingSheet = {
  language: 'pl',
  zone: 'Europe/Warsaw',
  title: 'Kopia do dokumentacji: Zażółć Gęślą-Jaźń',
  said: ['Año español: señor Ibáñez, ¿qué tal?', 'Пациент, Ελληνικά'],
  series: [
    {
      key: 'glucose',
      title: 'Glukoza (sensor)',
      unit: 'mg/dL',
      level: 'Każdy odczyt',
      codes: {},
      lines: ['W zakresie: 92%'],
    },
    { key: 'sleep-stage', title: 'Fazy snu', unit: '', level: 'Każdy odczyt', codes: { 2: 'Głęboki' }, lines: [] },
    { key: 'empty', title: 'Puste', unit: 'kg', level: 'Każdy odczyt', codes: {}, lines: [] },
  ],
  words: WORDS,
};
