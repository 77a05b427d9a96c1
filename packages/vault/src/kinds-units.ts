// Units: how titles of columns write them, and how the other units of a kind convert to its own.

import { KINDS_TABLE } from './kinds-table.ts';

export interface UnitConversion {
  /** UCUM code of the other unit. */
  ucum: string;
  /** Value in the kind's own unit = factor × value + offset. */
  factor: number;
  offset: number;
  /** True where the other unit measures another property (mass or molar concentration): codes and edges differ. */
  otherProperty: boolean;
}

/** `own unit | kinds (empty: all with that unit, * at the end: prefix) | other unit | factor | offset | other property`. Source: kinds.csv other_units. */
const CONVERSIONS = `
uV       | ecg-*                | mV            | 1000
uV       | ecg-*                | V             | 1000000
/min     |                      | Hz            | 60
/min     |                      | {beats}/min   | 1
ms       |                      | s             | 1000
%        | spo2 body-fat afib-burden body-water walking-steadiness relative-humidity | 1 | 100
Cel      |                      | [degF]        | 0.5555555555555556 | -17.77777777777778
Cel      |                      | K             | 1 | -273.15
K        |                      | [degF]        | 0.5555555555555556
mm[Hg]   |                      | kPa           | 7.50062
mg/dL    | glucose-* cgm-mean-glucose | mmol/L  | 18.01559 | 0 | yes
mmol/L   | ketones-blood        | mg/dL         | 0.0961 | 0 | yes
mmol/L   | lactate              | mg/dL         | 0.111 | 0 | yes
mmol/L   | cholesterol-*        | mg/dL         | 0.02585983966899405 | 0 | yes
mmol/L   | triglycerides        | mg/dL         | 0.01129050468555944 | 0 | yes
%        | hba1c                | mmol/mol      | 0.09148 | 2.152 | yes
kg       |                      | [lb_av]       | 0.45359237
kg       |                      | g             | 0.001
kg       |                      | [stone_av]    | 6.35029318
cm       |                      | [in_i]        | 2.54
cm       |                      | m             | 100
cm       |                      | [ft_i]        | 30.48
L/min    |                      | L/s           | 60
L        |                      | mL            | 0.001
mL       |                      | L             | 1000
mL       | hydration            | [foz_us]      | 29.5735295625
mL/h     |                      | L/h           | 1000
mL/h     |                      | mL/min        | 60
m        |                      | km            | 1000
m        |                      | [mi_i]        | 1609.344
m        |                      | [ft_i]        | 0.3048
kcal     |                      | kJ            | 0.2390057361376673
kcal     |                      | [Cal]         | 1
kcal     |                      | cal           | 0.001
min      |                      | s             | 0.016666666666666666
min      |                      | h             | 60
m/s      |                      | km/h          | 0.2777777777777778
m/s      |                      | [mi_i]/h      | 0.44704
W        |                      | kW            | 1000
m/s2     |                      | [g]           | 9.80665
deg/s    |                      | rad/s         | 57.29577951
uT       |                      | G             | 100
uS       |                      | S             | 1000000
ug/m3    |                      | mg/m3         | 1000
[ppm]    | co2                  | %             | 10000
uSv/h    |                      | mSv/h         | 1000
uSv/h    |                      | nSv/h         | 0.001
hPa      |                      | Pa            | 0.01
hPa      |                      | mbar          | 1
hPa      |                      | bar           | 1000
hPa      |                      | mm[Hg]        | 1.33322
hPa      |                      | [in_i'Hg]     | 33.863788
[iU]     |                      | U             | 1
[iU]/h   |                      | U/h           | 1
`;

/** Codes of what no kind of the table measures, as devices and exports give them. */
const OTHER_CODES = 'rad/s rad/s2 mT Ohm kJ/d mg/dL/min min/km min/[mi_i] dL/min';

/** `UCUM | spellings`: case matters only where two spellings differ by it alone (µS is not µs). */
const SPELLINGS = `
/min     | bpm, beats/min, beats/minute, beats per minute, br/min, brpm, breaths/min, breaths per minute, rpm, 1/min, count/min, /minute
%        | percent, pct, prozent
mm[Hg]   | mmhg, mm hg
kPa      | kpa
Cel      | c, °c, degc, deg c, ºc, celsius, degrees celsius
[degF]   | f, °f, degf, deg f, ºf, fahrenheit
mg/dL    | mg/dl, mgdl, mg dl, mg-dl
mmol/L   | mmol/l, mmol, mmoll
mmol/mol | mmol/mol
kg       | kg, kgs, kilogram, kilograms
g        | g, gram, grams
mg       | mg, milligram, milligrams
[lb_av]  | lb, lbs, pound, pounds
[stone_av] | st, stone
mm       | mm, millimeter, millimeters, millimetre, millimetres
cm       | cm
m        | m, meter, meters, metre, metres
km       | km, kilometer, kilometers
[mi_i]   | mi, mile, miles
[ft_i]   | ft, feet
[in_i]   | in, inch, inches
ms       | ms, msec, millisecond, milliseconds
s        | s, sec, secs, second, seconds
min      | min, mins, minute, minutes
h        | h, hr, hrs, hour, hours
d        | d, day, days
kcal     | kcal, kilocalories
kJ       | kj
mV       | mv, millivolt, millivolts
uV       | uv, µv, μv, microvolt, microvolts
V        | v, volt, volts
hPa      | hpa
cm[H2O]  | cmh2o, cm h2o
mbar     | mbar
Pa       | pa
[ppm]    | ppm
[ppb]    | ppb
ug/m3    | ug/m3, µg/m3, μg/m3, µg/m³, μg/m³
lx       | lx, lux
W        | w, watt, watts
m/s      | m/s, mps
km/h     | km/h, kph, kmh
[mi_i]/h | mph
[g]      | gee
m/s2     | m/s2, m/s^2, m/s²
L        | l, liter, liters, litre, litres
mL       | ml
L/min    | l/min
L/s      | l/s
[iU]     | iu, u, units
mL/h     | ml/h, ml/hr
dB       | db, dba, db(a), dbspl
1        | count, steps, floors
`;

/** Written with capitals that matter: these win over the case-blind spellings. */
const EXACT_SPELLINGS = new Map([
  ['µS', 'uS'],
  ['μS', 'uS'],
  ['uS', 'uS'],
  ['S', 'S'],
  ['K', 'K'],
  ['Hz', 'Hz'],
]);

function cells(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}

const CONVERSION_ROWS = CONVERSIONS.trim().split('\n').map(cells);

const BY_SPELLING = new Map<string, string>();
/** The codes themselves, as the kinds table and the conversions write them: what Hale exports, it reads again. */
const UCUM_CODES = new Set([
  ...KINDS_TABLE.trim()
    .split('\n')
    .slice(1)
    .map((line) => cells(line)[4]),
  ...CONVERSION_ROWS.map((row) => row[2]),
  ...OTHER_CODES.split(' '),
]);
for (const [ucum, spellings] of SPELLINGS.trim().split('\n').map(cells)) {
  BY_SPELLING.set(ucum.toLowerCase(), ucum);
  for (const spelling of spellings.split(',')) BY_SPELLING.set(spelling.trim(), ucum);
}

function covers(pattern: string, key: string): boolean {
  if (pattern === '') return true;
  return pattern.split(' ').some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : one === key));
}

/** The other units in which a kind with this own unit is also delivered. */
export function unitConversions(key: string, ownUnit: string): UnitConversion[] {
  return CONVERSION_ROWS.filter(([own, kinds]) => own === ownUnit && covers(kinds, key)).map(
    ([, , ucum, factor, offset, other]) => ({
      ucum,
      factor: Number(factor),
      offset: Number(offset ?? 0),
      otherProperty: other === 'yes',
    }),
  );
}

/** The UCUM code for a unit as people write it (`bpm`, `°C`, `mmHg`), or undefined. */
export function unitWritten(text: string): string | undefined {
  const trimmed = text.trim();
  if (UCUM_CODES.has(trimmed) && trimmed !== '') return trimmed;
  return EXACT_SPELLINGS.get(trimmed) ?? BY_SPELLING.get(trimmed.toLowerCase());
}

/** What stands in brackets behind a title where its source told no unit. */
export const UNIT_UNKNOWN = 'unit unknown';

/** The unit in a column's title: in brackets, or as its last word (`hr_bpm`). */
export function unitInTitle(title: string): string | undefined {
  const bracketed = /\((.+)\)/.exec(title) ?? /[[{]\s*([^\]}]+?)\s*[\]}]/.exec(title);
  if (bracketed) return unitWritten(bracketed[1]);
  const words = title.trim().split(/[\s_]+|[-](?=[a-zA-Z%]+$)/);
  const last = words[words.length - 1];
  // A single letter at the end is rather a name (`group c`) than a unit.
  return words.length > 1 && last.length > 1 ? unitWritten(last) : undefined;
}
