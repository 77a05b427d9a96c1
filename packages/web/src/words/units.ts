// UCUM units as people write them, and the two preferences that change a value: glucose and temperature.
import { signal } from '@preact/signals';
import { number } from './numbers.ts';

/** What the person prefers; where she has said nothing, values stay in the unit in which they came. */
export const preferred = signal<{ glucose: 'mg/dL' | 'mmol/L' | null; temperature: 'Cel' | '[degF]' | null }>({
  glucose: null,
  temperature: null,
});

const PRINTED: Record<string, string> = {
  '/min': '/min',
  'mm[Hg]': 'mmHg',
  Cel: '°C',
  '[degF]': '°F',
  '[iU]': 'IU',
  '[iU]/h': 'IU/h',
  '1': '',
  uV: 'µV',
  ug: 'µg',
  'm/s2': 'm/s²',
  kcal: 'kcal',
  '{steps}': 'steps',
  deg: '°',
};

/** Source: molar mass of glucose 180.156 g/mol; the factor that reports use (research of screens.md §1). */
export const GLUCOSE_MG_PER_MMOL = 18.01559;

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (digits: string): string => [...digits].map((digit) => SUPERSCRIPT[Number(digit)]).join('');

/** `10*6/uL` → `×10⁶/µL`, `kg/m2` → `kg/m²`, `m[IU]/L` → `mIU/L`; a count or a score has no unit but its name. */
export function printedUnit(ucum: string): string {
  if (Object.hasOwn(PRINTED, ucum)) return PRINTED[ucum];
  return ucum
    .replace(/\bmm\[Hg\]/, 'mmHg')
    .replace(/\[i?IU\]|\[iU\]/g, 'IU')
    .replace(/(?<![\dA-Za-z])(?:[x×] ?)?10[*^](\d+)/g, (_, power: string) => `×10${raised(power)}`)
    .replace(/(^|[/.])u(?=(?:g|L|mol|m|U|IU|kat|s|V|S)\b)/g, '$1µ')
    .replace(
      /(^|[/._ {])([cmdk]?m)([23])\b/g,
      (_, before: string, unit: string, power: string) => `${before === '_' ? ' ' : before}${unit}${raised(power)}`,
    )
    .replace(/^\{(score|Score|#|ratio|index)\}$/, '')
    .replace(/[{}[\]]/g, '');
}

export interface Shown {
  /** What a stored value becomes. */
  of(value: number): number;
  unit: string;
  /** Undefined: as many as the size of the number makes sense of. */
  decimals?: number;
}

const same = (value: number): number => value;

/** How values of that kind and unit are shown to this person. */
export function shownUnit(kind: string, ucum: string): Shown {
  const { glucose, temperature } = preferred.value;
  if (kind.startsWith('glucose') && glucose !== null && ['mg/dL', 'mmol/L'].includes(ucum)) {
    const factor = ucum === glucose ? 1 : glucose === 'mmol/L' ? 1 / GLUCOSE_MG_PER_MMOL : GLUCOSE_MG_PER_MMOL;
    return { of: (value) => value * factor, unit: glucose, decimals: glucose === 'mmol/L' ? 1 : 0 };
  }
  if (temperature !== null && ucum !== temperature && ['Cel', '[degF]'].includes(ucum))
    return {
      of: temperature === '[degF]' ? (value) => value * 1.8 + 32 : (value) => (value - 32) / 1.8,
      unit: printedUnit(temperature),
      decimals: 1,
    };
  return { of: same, unit: printedUnit(ucum) };
}

/** A value with its unit, as text. */
export function withUnit(shown: Shown, value: number): string {
  return `${number(shown.of(value), shown.decimals)}${shown.unit === '' ? '' : ` ${shown.unit}`}`;
}
