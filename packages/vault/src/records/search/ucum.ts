// Units of measure (UCUM 2.1, case sensitive), as far as one amount can be brought to the unit of another: the atoms that laboratories, devices and
// prescriptions use. What stands in none of these tables is its own unit: it matches itself, and converts to nothing.

/** Value in base units = factor × value + offset. */
export interface UnitMeaning {
  factor: number;
  offset: number;
  /** Base units with their powers, in one order: `g1 m-3`. Equal texts convert to each other. */
  dimension: string;
}

type Powers = Map<string, number>;
interface Measure {
  factor: number;
  powers: Powers;
}

/** UCUM table 1 to 3. `da` comes before `d`. */
const PREFIXES: readonly (readonly [string, number])[] = [
  ...([
    ['da', 1e1],
    ['Y', 1e24],
    ['Z', 1e21],
    ['E', 1e18],
    ['P', 1e15],
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
  ] as const),
  ...([
    ['k', 1e3],
    ['h', 1e2],
    ['d', 1e-1],
    ['c', 1e-2],
    ['m', 1e-3],
    ['u', 1e-6],
    ['n', 1e-9],
    ['p', 1e-12],
  ] as const),
  ...([
    ['f', 1e-15],
    ['a', 1e-18],
    ['z', 1e-21],
    ['y', 1e-24],
  ] as const),
];

/** Base units. UCUM takes a mole for a number; here it counts as a unit of its own, so that no amount becomes a count of molecules. */
const BASES = 'm s g rad K C cd mol';

/** `atom | factor | in units`. Atoms that take prefixes. */
const METRIC = `
L     | 0.001 | m3
l     | 0.001 | m3
t     | 1e6   | g
u     | 1.6605402e-24 | g
N     | 1000  | g.m/s2
Pa    | 1000  | g/m.s2
J     | 1000  | g.m2/s2
W     | 1000  | g.m2/s3
A     | 1     | C/s
V     | 1000  | g.m2/s2.C
F     | 0.001 | C2.s2/g.m2
Ohm   | 1000  | g.m2/s.C2
S     | 0.001 | C2.s/g.m2
Hz    | 1     | /s
Bq    | 1     | /s
Ci    | 3.7e10 | /s
Gy    | 1     | m2/s2
Sv    | 1     | m2/s2
RAD   | 0.01  | m2/s2
REM   | 0.01  | m2/s2
bar   | 1e8   | g/m.s2
cal   | 4184  | g.m2/s2
cal_IT | 4186.8 | g.m2/s2
cal_th | 4184 | g.m2/s2
kat   | 1     | mol/s
U     | 1.6666666666666667e-8 | mol/s
eq    | 1     | mol
osm   | 1     | mol
lm    | 1     | cd.rad2
lx    | 1     | cd.rad2/m2
T     | 1000  | g/s.C
Wb    | 1000  | g.m2/s.C
m[H2O] | 9.80665e6 | g/m.s2
m[Hg] | 133322000 | g/m.s2
sr    | 1     | rad2
dyn   | 0.01  | g.m/s2
erg   | 1e-4  | g.m2/s2
P     | 100   | g/m.s
St    | 1e-4  | m2/s
B     | 1     | [bel]
[iU]  | 1     | [iU]
[IU]  | 1     | [iU]
eV    | 1.60217733e-16 | g.m2/s2
By    | 1     | [byte]
`;

/** Atoms that take none. Months and years are the mean Julian ones. */
const PLAIN = `
min   | 60 | s
h     | 3600 | s
d     | 86400 | s
wk    | 604800 | s
mo    | 2629800 | s
mo_j  | 2629800 | s
a     | 31557600 | s
a_j   | 31557600 | s
deg   | 0.017453292519943295 | rad
'     | 2.908882086657216e-4 | rad
''    | 4.84813681109536e-6 | rad
%     | 0.01 |
[ppth] | 0.001 |
[ppm] | 1e-6 |
[ppb] | 1e-9 |
[pptr] | 1e-12 |
[pi]  | 3.141592653589793 |
atm   | 101325000 | g/m.s2
[psi] | 6894757.293168 | g/m.s2
[in_i] | 0.0254 | m
[in_us] | 0.025400050800101603 | m
[ft_i] | 0.3048 | m
[yd_i] | 0.9144 | m
[mi_i] | 1609.344 | m
[sin_i] | 6.4516e-4 | m2
[sft_i] | 0.09290304 | m2
[in_i'H2O] | 249088.91 | g/m.s2
[in_i'Hg] | 3386378.8 | g/m.s2
[lb_av] | 453.59237 | g
[oz_av] | 28.349523125 | g
[gr]  | 0.06479891 | g
[stone_av] | 6350.29318 | g
[foz_us] | 2.95735295625e-5 | m3
[cup_us] | 2.365882365e-4 | m3
[pt_us] | 4.73176473e-4 | m3
[qt_us] | 9.46352946e-4 | m3
[gal_us] | 0.003785411784 | m3
[tsp_us] | 4.92892159375e-6 | m3
[tbs_us] | 1.478676478125e-5 | m3
[tsp_m] | 5e-6 | m3
[tbs_m] | 1.5e-5 | m3
[cup_m] | 2.4e-4 | m3
[foz_m] | 3e-5 | m3
[drp] | 5e-8 | m3
[Cal] | 4184000 | g.m2/s2
st    | 1 | m3
ar    | 100 | m2
har   | 10000 | m2
[diop] | 1 | /m
[MET] | 5.833333333333333e-8 | m3/g.s
10*   | 10 |
10^   | 10 |
`;

/** Scales that do not begin at nothing: only alone, never in a product. */
const SCALES: Readonly<Record<string, UnitMeaning>> = {
  Cel: { factor: 1, offset: 273.15, dimension: 'K1' },
  '[degF]': { factor: 5 / 9, offset: 459.67 * (5 / 9), dimension: 'K1' },
};

const ATOMS = new Map<string, Measure & { isMetric: boolean }>();
for (const base of BASES.split(' ')) ATOMS.set(base, { factor: 1, powers: new Map([[base, 1]]), isMetric: true });
for (const [table, isMetric] of [
  [METRIC, true],
  [PLAIN, false],
] as const)
  for (const line of table.trim().split('\n')) {
    const [atom, factor, inUnits = ''] = line.split('|').map((cell) => cell.trim());
    ATOMS.set(atom, { factor: Number(factor), powers: powersIn(inUnits), isMetric });
  }

/** Of the tables above: `g.m2/s2.C`: after the stroke everything divides. */
function powersIn(text: string): Powers {
  const powers: Powers = new Map();
  const [over, under = ''] = text.split('/');
  for (const [part, sign] of [
    [over, 1],
    [under, -1],
  ] as const)
    for (const each of part.split('.').filter(Boolean)) {
      const [, name, power = ''] = /^(.*?)(\d*)$/.exec(each) ?? [];
      powers.set(name, sign * Number(power || 1));
    }
  return powers;
}

const meanings = new Map<string, UnitMeaning | null>();
const MEANINGS_KEPT_MAX = 2_000;

/** What a unit means in base units; null for one that is not understood. */
export function meaningOf(code: string): UnitMeaning | null {
  const known = meanings.get(code);
  if (known !== undefined) return known;
  if (meanings.size >= MEANINGS_KEPT_MAX) meanings.clear();
  const meaning = code.length > 100 ? null : readUnit(code);
  meanings.set(code, meaning);
  return meaning;
}

function readUnit(code: string): UnitMeaning | null {
  if (Object.hasOwn(SCALES, code)) return SCALES[code];
  const measure = new UnitParser(code).whole();
  if (measure === null || !Number.isFinite(measure.factor) || measure.factor === 0) return null;
  const powers = [...measure.powers].filter(([, power]) => power !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return { factor: measure.factor, offset: 0, dimension: powers.map(([name, power]) => name + power).join(' ') };
}

/** Value in the one unit as a value in the other: `factor × value + offset`; null where they are not of one kind. */
export function conversion(from: string, to: string): { factor: number; offset: number } | null {
  if (from === to) return { factor: 1, offset: 0 };
  const [a, b] = [meaningOf(from), meaningOf(to)];
  if (a === null || b === null || a.dimension !== b.dimension) return null;
  return { factor: a.factor / b.factor, offset: (a.offset - b.offset) / b.factor };
}

class UnitParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Measure | null {
    const measure = this.#term();
    return this.#at === this.#text.length && this.#text !== '' ? measure : null;
  }

  #takes(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  /** UCUM reads from left to right: `a/b.c` is `(a/b).c`. */
  #term(): Measure | null {
    const total: Measure = { factor: 1, powers: new Map() };
    let sign = this.#takes('/') ? -1 : 1;
    for (;;) {
      const part = this.#component();
      if (part === null) return null;
      multiply(total, part, sign);
      if (this.#takes('.')) sign = 1;
      else if (this.#takes('/')) sign = -1;
      else return total;
    }
  }

  #component(): Measure | null {
    if (this.#takes('(')) {
      const inner = this.#term();
      return inner !== null && this.#takes(')') ? inner : null;
    }
    const isAnnotated = this.#annotation();
    if (isAnnotated === null) return null;
    if (isAnnotated) return { factor: 1, powers: new Map() };
    const symbol = this.#symbol();
    if (symbol === '') return null;
    const measure = measureOf(symbol);
    return measure !== null && this.#annotation() !== null ? measure : null;
  }

  /** `{cells}` says what is counted and changes nothing. Null: it does not end. */
  #annotation(): boolean | null {
    if (this.#text[this.#at] !== '{') return false;
    const end = this.#text.indexOf('}', this.#at);
    if (end < 0) return null;
    this.#at = end + 1;
    return true;
  }

  #symbol(): string {
    const begin = this.#at;
    let inBrackets = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text[this.#at];
      if (letter === '[') inBrackets = true;
      else if (letter === ']') inBrackets = false;
      else if (!inBrackets && './(){}'.includes(letter)) break;
    }
    return this.#text.slice(begin, this.#at);
  }
}

function multiply(into: Measure, { factor, powers }: Measure, sign: number): void {
  into.factor *= sign > 0 ? factor : 1 / factor;
  for (const [name, power] of powers) into.powers.set(name, (into.powers.get(name) ?? 0) + sign * power);
}

/** An atom with its prefix and power: `mm[Hg]`, `m2`, `10*9`, `s-1`; or a number. */
function measureOf(symbol: string): Measure | null {
  if (/^\d+$/.test(symbol)) return { factor: Number(symbol), powers: new Map() };
  const [, name, power] = /^(10[*^]|.*?)([+-]?\d+)?$/.exec(symbol) ?? [];
  const atom = atomNamed(name);
  if (atom === null) return null;
  const n = power === undefined ? 1 : Number(power);
  if (Math.abs(n) > 30) return null;
  return { factor: atom.factor ** n, powers: new Map([...atom.powers].map(([base, each]) => [base, each * n])) };
}

function atomNamed(name: string): Measure | null {
  const own = ATOMS.get(name);
  if (own) return own;
  for (const [prefix, factor] of PREFIXES) {
    const atom = name.startsWith(prefix) ? ATOMS.get(name.slice(prefix.length)) : undefined;
    if (atom?.isMetric) return { factor: atom.factor * factor, powers: atom.powers };
  }
  // An arbitrary unit of some laboratory is a unit of its own.
  return /^\[[^\]]+\]$/.test(name) ? { factor: 1, powers: new Map([[name, 1]]) } : null;
}
