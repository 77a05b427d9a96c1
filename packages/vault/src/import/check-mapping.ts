// A mapping that comes back from outside is checked before it steers anything.

import { fail } from '@hale/kernel';
import { IMPORT_LIMITS } from './limits.ts';
import { type Mapping, type TableMapping, TIME_FORMS } from './mapping.ts';

/** Checks a mapping that came back from a person or a program. @throws HaleError 'malformed' */
export function checkMapping(mapping: Mapping): void {
  const bad = (what: string): never => fail('malformed', `the mapping is not usable: ${what}`);
  if (mapping.version !== 1) bad('version');
  if (!['utf-8', 'utf-16le', 'utf-16be', 'latin-1'].includes(mapping.encoding)) bad('encoding');
  if (![',', ';', '\t', '|'].includes(mapping.delimiter)) bad('delimiter');
  if (mapping.decimalMark !== '.' && mapping.decimalMark !== ',') bad('decimal mark');
  if (!Array.isArray(mapping.tables) || mapping.tables.length === 0 || mapping.tables.length > IMPORT_LIMITS.tablesMax)
    bad('tables');
  const isName = (name: unknown): boolean => typeof name === 'string' && name.length <= IMPORT_LIMITS.fieldPathCharsMax;
  if (mapping.fields !== undefined) {
    const { fields } = mapping;
    if (!Array.isArray(fields) || fields.length > IMPORT_LIMITS.columnsMax || !fields.every(isName)) bad('fields');
  }
  if (mapping.under !== undefined && !isName(mapping.under)) bad('key');
  for (const table of mapping.tables) checkTable(table, bad);
}

function checkTable(table: TableMapping, bad: (what: string) => never): void {
  const isColumn = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < IMPORT_LIMITS.columnsMax;
  const { time } = table;
  if (typeof table.section !== 'string' || !isColumn(table.skipRows) || !isColumn(table.columns)) bad('table');
  if (!TIME_FORMS.includes(time?.form) || !isColumn(time.column)) bad('time');
  const { zoneMinutes = 0 } = time;
  if (!Number.isInteger(zoneMinutes) || Math.abs(zoneMinutes) > 840) bad('time zone');
  for (const column of [time.clockColumn, time.zoneColumn, table.personColumn])
    if (column !== undefined && !isColumn(column)) bad('column');
  if (!Array.isArray(table.values) || table.values.length === 0 || table.values.length > IMPORT_LIMITS.columnsMax)
    bad('values');
  for (const value of table.values) {
    const texts = [value.title, value.kind, value.ucum];
    if (
      !isColumn(value.column) ||
      texts.some((text) => typeof text !== 'string' || text.length > IMPORT_LIMITS.labelCharsMax)
    )
      bad('value column');
    if (!/^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u.test(value.kind)) bad('kind');
    if (!(value.factor > 0) || !Number.isFinite(value.factor) || !Number.isFinite(value.origin)) bad('factor');
    if (!(value.nominalPeriodSeconds > 0) || !Number.isFinite(value.nominalPeriodSeconds)) bad('period');
  }
}
