// What kinds of signal Hale knows: unit, codes, scale, limits, histogram edges. Kinds that are not here are kept all the same.

import { fail } from '@hale/kernel';
import { isAmount } from './kinds-amounts.ts';
import { COLUMN_NAMES } from './kinds-names.ts';
import { KINDS_TABLE, OWN_KINDS } from './kinds-table.ts';
import { type UnitConversion, unitConversions, unitInTitle } from './kinds-units.ts';

export { isAmount } from './kinds-amounts.ts';
export { codedKinds, codeFor, codesOf, isCoded, type KindCode, NOTE_KIND, NOTHING, OWN_CODES } from './kinds-codes.ts';

/** `number`: single readings · `waveform`: dense samples · `code`, `event`: not a quantity, listed so that the name is known. */
export type KindForm = 'number' | 'waveform' | 'code' | 'event';

export interface SignalKind {
  key: string;
  title: string;
  group: string;
  form: KindForm;
  /** UCUM code of the kind's own unit; empty for codes and events. */
  ucum: string;
  /** Units in which sources also deliver it: own = factor × other + offset. */
  otherUnits: readonly UnitConversion[];
  /** Only where the code was read in an official definition or another named source. Valid for `ucum`; see `loincFor`. */
  loinc?: string;
  /** ISO/IEEE 11073 code, partition × 65536 + term, only where read. */
  mdc?: number;
  /** Smallest step stored by default, in `ucum`. */
  scale: number;
  /** What a device can say at all; not a clinical range. */
  deviceMin: number;
  deviceMax: number;
  /** Histogram edges in `ucum`, ascending; empty where no edges mean something. */
  edges: readonly number[];
  nominalPeriodSeconds: number;
  /** Readings are amounts that add up over a day (steps, doses), not levels at a moment. */
  isAmount: boolean;
}

const QUALITY_SUFFIX = '-quality';

/** LOINC tells mass from molar: the verified code of the other property. Source: kinds.csv, notes marked A. */
const LOINC_OF_OTHER_PROPERTY: Readonly<Record<string, string>> = {
  'glucose-cgm mmol/L': '105272-9',
  'glucose-lab mmol/L': '14749-6',
  'cgm-mean-glucose mmol/L': '105273-7',
  'cholesterol-total mg/dL': '2093-3',
  'cholesterol-hdl mg/dL': '2085-9',
  'cholesterol-ldl mg/dL': '13457-7',
};

function parseRow(line: string): SignalKind {
  const cells = line.split('|').map((cell) => cell.trim());
  if (cells.length !== 13) fail('corrupt', 'a row of the kinds table does not have 13 cells');
  const [key, title, group, form, ucum, scale, min, max, period, loinc, sure, mdc, edges] = cells;
  const kind: SignalKind = {
    key,
    title,
    group,
    form: form as KindForm,
    ucum,
    otherUnits: unitConversions(key, ucum),
    scale: scale === '' ? 1 : Number(scale),
    deviceMin: min === '' ? -2147483648 : Number(min),
    deviceMax: max === '' ? 2147483647 : Number(max),
    edges: edges === '' ? [] : edges.split(' ').map(Number),
    nominalPeriodSeconds: Number(period),
    isAmount: isAmount(key),
  };
  if (loinc !== '' && (sure === 'A' || sure === 'B')) kind.loinc = loinc;
  if (mdc !== '') kind.mdc = Number(mdc);
  return kind;
}

const ROWS = [...KINDS_TABLE.trim().split('\n').slice(1), ...OWN_KINDS.trim().split('\n')].map(parseRow);
const BY_KEY: ReadonlyMap<string, SignalKind> = new Map(ROWS.map((kind) => [kind.key, kind]));

/** All kinds, in the order of the table. */
export function allKinds(): readonly SignalKind[] {
  return ROWS;
}

/** The kind of that key, or undefined: unknown kinds are allowed. `<kind>-quality` is a kind of its own: a device's 0–100 % trust in its reading. */
export function kindFor(key: string): SignalKind | undefined {
  const kind = BY_KEY.get(key);
  if (kind || !key.endsWith(QUALITY_SUFFIX)) return kind;
  const base = BY_KEY.get(key.slice(0, -QUALITY_SUFFIX.length));
  if (!base) return undefined;
  const { nominalPeriodSeconds } = base;
  const title = `${base.title} quality`;
  return {
    key,
    title,
    group: 'device',
    form: 'number',
    ucum: '%',
    otherUnits: [],
    scale: 1,
    deviceMin: 0,
    deviceMax: 100,
    edges: [],
    nominalPeriodSeconds,
    isAmount: false,
  };
}

const BRACKETED = /[([{][^)\]}]*[)\]}]/g;

/** An abbreviation that begins small, as a whole word (aVR, pH, eGFR), or the seam of two words written as one (heartRate). */
const SHORT_OR_SEAM = /(?<!\p{L})[a-z][A-Z]+(?!\p{L})|(?<=[a-z])(?=[A-Z])/gu;

/** Lower-case words of a column title without units in brackets: `Heart_Rate (bpm)` → `heart rate`. */
export function columnWords(columnName: string): string {
  return columnName
    .replace(SHORT_OR_SEAM, (found) => (found === '' ? ' ' : found))
    .replace(BRACKETED, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.%]+/gu, ' ')
    .trim();
}

function keyTitled(words: string): string | undefined {
  const byTitle = BY_KEY.get(words.replaceAll(' ', '-')) ?? ROWS.find((kind) => kind.title.toLowerCase() === words);
  return byTitle?.key ?? COLUMN_NAMES.get(words) ?? COLUMN_NAMES.get(words.replaceAll(' ', ''));
}

/**
 * The kind that a column with this title most likely holds, or undefined. Matches whole titles, not fragments: a wrong kind is worse than none.
 * `ucum` settles titles shared by several kinds, `periodSeconds` tells continuous from single readings (glucose); null: readings come one by one from
 * anywhere, and glucose of which nobody says where it was measured is of no certain kind.
 */
export function kindMatching(columnName: string, ucum?: string, periodSeconds?: number | null): SignalKind | undefined {
  const words = columnWords(columnName);
  // A unit in brackets is none of the words: only one that stands as the last of them is left out.
  const isUnitLast = columnName.search(BRACKETED) < 0 && unitInTitle(columnName) !== undefined;
  const named = keyTitled(words) ?? (isUnitLast ? keyTitled(words.split(' ').slice(0, -1).join(' ')) : undefined);
  if (named === undefined || (named === 'glucose' && periodSeconds === null)) return undefined;
  const dense = typeof periodSeconds !== 'number' || periodSeconds <= 1800;
  const kind = BY_KEY.get(named === 'glucose' ? (dense ? 'glucose-cgm' : 'glucose-capillary') : named);
  if (!kind || !ucum || acceptsUnit(kind, ucum)) return kind;
  return undefined;
}

/** Whether values of this kind may come in that unit. */
export function acceptsUnit(kind: SignalKind, ucum: string): boolean {
  return kind.ucum === ucum || kind.otherUnits.some((unit) => unit.ucum === ucum);
}

/** The verified LOINC code for this kind in this unit. Mass and molar concentrations have different codes; never copied across. */
export function loincFor(kind: SignalKind, ucum: string): string | undefined {
  if (ucum === kind.ucum) return kind.loinc;
  const other = kind.otherUnits.find((unit) => unit.ucum === ucum);
  if (!other) return undefined;
  return other.otherProperty ? LOINC_OF_OTHER_PROPERTY[`${kind.key} ${ucum}`] : kind.loinc;
}

/** The kind's histogram edges in another of its units; empty where the unit is not one of them. */
export function edgesIn(kind: SignalKind, ucum: string): number[] {
  if (ucum === kind.ucum) return [...kind.edges];
  const other = kind.otherUnits.find((unit) => unit.ucum === ucum);
  if (!other) return [];
  return kind.edges.map((edge) => {
    const converted = (edge - other.offset) / other.factor;
    // Clinics round molar limits to one decimal: 70 mg/dL is 3.9 mmol/L.
    return other.otherProperty ? Math.round(converted * 10) / 10 : Number(converted.toPrecision(6));
  });
}
