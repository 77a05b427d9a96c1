// Reports of imports that the fake home gives.
import type { ImportReport } from '@hale/home';

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
    ...{ elsewhere: [], notes, interrupted: false, seconds: 0.1 },
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
