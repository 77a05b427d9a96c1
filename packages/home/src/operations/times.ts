// Times in parameters: ISO 8601 with a zone, or microseconds as a number in text. Relative words are the command's business.
import { HaleError } from '@hale/kernel';

/** @throws HaleError 'usage' naming the parameter */
export function microsOf(text: string | undefined, parameter: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d{13,17}$/.test(text)) return Number(text);
  const millis = Date.parse(/([zZ]|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(millis))
    throw new HaleError('usage', `${parameter} is not a time; write it like 2017-08-29T13:00:00Z`);
  // Date knows milliseconds only; finer digits are read from the text.
  const finer = /\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
  return millis * 1000 + Number(finer.padEnd(3, '0').slice(0, 3) || 0);
}
