// Reports of imports that the fake home gives, and the gaps of its readings.
import type { ImportReport, Result, ShowRow } from '@hale/home';

/** One of many files of a watch: number 3 has a note more, `broken` none of it. */
export function fitReport(file: string): ImportReport {
  const number = Number(/(\d)\.fit$/.exec(file)?.[1] ?? 0);
  const notes = [
    `Not read, as far as known settings and summaries of the device: ${number} messages of 2 other kinds (22, 34).`,
  ];
  if (number === 3)
    notes.push('The checksum of the file that ends at byte 769 is wrong, and it can be read all the same.');
  const report = {
    ...{ file, format: 'fit', what: 'A workout (running) from Garmin 1967, 47 minutes', read: 2000 + number },
    ...{
      accepted: 2000,
      duplicate: number,
      corrected: 0,
      rejected: 0,
      rejections: [],
      streams: ['heart-rate', 'speed'],
    },
    ...{ named: {}, elsewhere: [], notes, interrupted: false, seconds: 0.1 },
  };
  if (!file.includes('broken')) return report;
  return {
    ...report,
    read: 0,
    accepted: 0,
    duplicate: 0,
    notes: [],
    streams: [],
    failed: { code: 'malformed', text: 'this FIT file has no FIT header' },
  };
}

/** A wearable's table. */
export function tableReport(file: string): Result<'import'>[number] {
  return {
    file,
    format: 'csv',
    what: 'Wearable recording as CSV: 22 columns, one row a second, 29 Aug 2017 04:00 to 10:00',
    read: 21_600,
    accepted: 21_580,
    duplicate: 0,
    corrected: 0,
    rejected: 20,
    rejections: [
      { place: 'line 7, column Heart Rate', reason: 'not a number', count: 18 },
      { place: 'line 90', reason: 'time before the line above', count: 2 },
    ],
    streams: ['heart-rate'],
    named: {},
    elsewhere: [],
    notes: ['The column "Motion" was left out: its meaning is not known.'],
    interrupted: false,
    seconds: 1.6,
  };
}

/** Where readings lie farther apart than twice their step. */
export function gapsOf(rows: ShowRow[], step: number): { fromMicros: number; toMicros: number }[] {
  return rows.slice(1).flatMap((row, index) => {
    const before = rows[index]!.atMicros;
    return row.atMicros - before > 2 * step ? [{ fromMicros: before, toMicros: row.atMicros }] : [];
  });
}

export const DOCTOR = {
  lines: [
    { name: 'Runtime', value: 'Node 26.10.0', ok: true },
    { name: 'Signatures', value: 'native secp256k1', ok: true },
    { name: 'Disk', value: '212 MB free; Hale refuses new data below 200 MB, so make room soon', ok: false },
  ],
};
