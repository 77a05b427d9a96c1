// The tables beside the JSON of Fitbit's export (oxygen, wrist temperature, breathing). Their column titles say too little: the file's name says
// what is measured. From the published shapes, never seen on a real file here.

import { kindFor } from '../kinds.ts';
import { isCsv, openCsv } from './csv.ts';
import type { ImportFormat } from './format.ts';
import type { OpenedImport } from './types.ts';

/** `name of the file: column: kind: unit`. Temperatures of the wrist are deviations from the person's own baseline. */
const COLUMNS: readonly [RegExp, string, string, string][] = [
  [/^Minute SpO2 - /i, 'value', 'spo2', '%'],
  [/^Daily SpO2 - /i, 'average_value', 'spo2-night-average', '%'],
  [/^Daily SpO2 - /i, 'lower_bound', 'spo2-night-lower-bound', '%'],
  [/^Daily SpO2 - /i, 'upper_bound', 'spo2-night-upper-bound', '%'],
  [/^Wrist Temperature - /i, 'temperature', 'skin-temperature-deviation', 'K'],
  [/^Device Temperature - /i, 'temperature', 'device-temperature', 'Cel'],
  [/^Daily Respiratory Rate Summary - /i, 'daily_respiratory_rate', 'respiratory-rate', '/min'],
];

export const FITBIT_TABLE: ImportFormat = {
  name: 'fitbit-table',
  detect: async (source) => COLUMNS.some(([name]) => name.test(source.name)) && (await isCsv(source)),
  open: async (source, _, options): Promise<OpenedImport> => {
    const { mapping, notes } = await openCsv(source, options);
    for (const value of mapping?.tables.flatMap(({ values }) => values) ?? []) {
      const known = COLUMNS.find(([name, column]) => name.test(source.name) && column === value.title);
      if (!known) continue;
      const [, , kind, ucum] = known;
      const factor = Math.min(value.factor, kindFor(kind)?.scale ?? value.factor);
      Object.assign(value, { kind, ucum, factor });
    }
    const opened = await openCsv(source, mapping ? { ...options, mapping } : options);
    return { ...opened, format: 'fitbit-table', notes: notes.filter((note) => note.includes('time zone')) };
  },
};
