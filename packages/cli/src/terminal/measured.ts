// What a list says of an observation: value, range and flag together, as the screens say it.
import type { RecordInfo } from '@hale/home';
import { flagCode, labDecimals, pressureIn } from '@hale/vault/records/measured';
import { number } from './numbers.ts';
import { unitText, withUnit } from './units.ts';

type Result = NonNullable<RecordInfo['brief']['results']>[number];

/** v3-ObservationInterpretation, the common ones; others stand as the source writes them. */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ N: 'within range', H: 'high', HH: 'very high', L: 'low', LL: 'very low', A: 'outside range' },
  ...{ AA: 'far outside range', POS: 'positive', NEG: 'negative', DET: 'found', ND: 'not found' },
};

const figure = ({ value, low, high }: Result): string => number(value ?? 0, labDecimals(value ?? 0, [low, high]));

function textOf(result: Result): string {
  if (result.value === null) return result.text;
  return [result.comparator, withUnit(figure(result), unitText(result.unit))].filter(Boolean).join(' ');
}

function rangeOf({ low, high, range, value }: Result, isResult: boolean): string {
  if (low !== null && high !== null) return `${low}–${high}`;
  if (high !== null) return `up to ${high}`;
  if (low !== null) return `from ${low}`;
  return range || (isResult && value !== null ? 'the lab gave no range' : '');
}

/** `11 ng/mL (very low; 30–300)`, `112/72 mmHg`. */
export function measuredText({ brief: { results = [] }, value, category }: RecordInfo): string {
  const [only] = results;
  if (only === undefined) return value;
  const pressure = pressureIn(results);
  const text =
    pressure && results.length === 2
      ? withUnit([pressure.systolic, pressure.diastolic].map(figure).join('/'), unitText(pressure.systolic.unit))
      : results.map((each) => (results.length > 1 ? `${each.title} ` : '') + textOf(each)).join(', ');
  const flags = results.map(flagCode).filter((code) => code !== '' && (results.length === 1 || code !== 'N'));
  const said = [
    ...new Set(flags.map((code) => FLAGS[code] ?? code)),
    ...(results.length === 1 ? [rangeOf(only, category === 'results')] : []),
  ].filter(Boolean);
  return said.length === 0 ? text : `${text} (${said.join('; ')})`;
}
