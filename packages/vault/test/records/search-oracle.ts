// A search that is as dumb as can be: every criterion is asked of every record, values come from fhirpath.js, units from ucum-lhc, dates from Date. It
// shares no code with the index, so that where both agree both are probably right.
import { UcumLhcUtils } from '@lhncbc/ucum-lhc';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { SearchParameter } from '../../src/records/definitions/index.ts';
import type { RecordEntry } from '../../src/records/index.ts';
import type { Resolve } from '../../src/records/search/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a resource holds is looked at here without any type, so that no table of ours is used
export type Json = any;
type Range = [from: number, to: number];

const ucum = UcumLhcUtils.getInstance();
const UCUM = 'http://unitsofmeasure.org';
const MOLES = /mol|eq|osm|kat|\bm?U\b/;
const lower = (text: string) => text.toLowerCase();

export class Oracle {
  readonly #entries: readonly RecordEntry[];
  readonly #parameters: readonly SearchParameter[];
  readonly #resolve: Resolve;
  readonly #compiled = new Map<string, (resource: never) => unknown>();
  readonly #values = new Map<string, unknown[]>();

  constructor(entries: readonly RecordEntry[], parameters: readonly SearchParameter[], resolve: Resolve) {
    this.#entries = entries;
    this.#parameters = parameters;
    this.#resolve = resolve;
  }

  #parameter(type: string, code: string): SearchParameter {
    const found = this.#parameters.find(
      (each) => each.code === code && each.base.some((base) => [type, 'Resource', 'DomainResource'].includes(base)),
    );
    if (!found) throw new Error(`no ${code} of ${type}`);
    return found;
  }

  /** Values of a search parameter, as they stand in the resource. `only`: what `resolve() is` asks of each. */
  values(entry: RecordEntry, code: string): Json[] {
    const key = `${entry.id} ${code}`;
    const known = this.#values.get(key);
    if (known) return known;
    const values = this.#parameter(entry.type, code)
      .expression.split(' | ')
      .filter((part) => part.replace('(', '').startsWith(`${entry.type}.`) || part.startsWith('Resource.'))
      .flatMap((part) => this.#part(entry, part));
    this.#values.set(key, values);
    return values;
  }

  #part(entry: RecordEntry, part: string): unknown[] {
    const only = /\.where\(resolve\(\) is ([A-Za-z]+)\)/.exec(part);
    const path = part
      .replace(/\(([A-Za-z.]+) as ([A-Za-z]+)\)/, '$1.ofType($2)')
      .replace(/\.as\(([A-Za-z]+)\)/, (_, type: string) => `.ofType(${type === 'DateTime' ? 'dateTime' : type})`)
      .replace(only?.[0] ?? '', '');
    const evaluate = this.#compiled.get(path) ?? fhirpath.compile(path, r4);
    this.#compiled.set(path, evaluate as never);
    const found = (evaluate(entry.resource as never) as Json[]).map((value) => value?.asStr ?? value);
    return only ? found.filter((value) => this.#target(entry, value)?.type === only[1]) : found;
  }

  #target(entry: RecordEntry, value: Json): RecordEntry | { type: string } | undefined {
    const text: string = typeof value === 'string' ? value : (value?.reference ?? '');
    const id = this.#resolve(entry.id, text);
    if (id !== null) return this.#entries.find((each) => each.id === id);
    const told = value?.type ?? /([A-Z][A-Za-z]+)\/[^/]+$/.exec(text)?.[1];
    return told === undefined ? undefined : { type: told };
  }

  /** Ids of the records of a type that pass. */
  ids(type: string, passes: (entry: RecordEntry) => boolean): string[] {
    return this.#entries
      .filter((entry) => entry.type === type && passes(entry))
      .map(({ id }) => id)
      .sort();
  }

  token(entry: RecordEntry, code: string, asked: string): boolean {
    const bar = asked.indexOf('|');
    const [system, wanted] = bar < 0 ? [undefined, asked] : [asked.slice(0, bar), asked.slice(bar + 1)];
    return this.values(entry, code)
      .flatMap(tokensOf)
      .some((token) => {
        const isSystem = system === undefined || (token.system ?? '') === system || (token.isPlain && wanted !== '');
        return isSystem && (wanted === '' || lower(token.code) === lower(wanted));
      });
  }

  text(entry: RecordEntry, code: string, asked: string): boolean {
    return this.values(entry, code)
      .flatMap((value) => [
        value?.text,
        value?.display,
        value?.type?.text,
        ...(value?.coding ?? []).map((c: Json) => c.display),
      ])
      .some((text) => typeof text === 'string' && bare(text).startsWith(bare(asked)));
  }

  string(entry: RecordEntry, code: string, passes: (text: string) => boolean): boolean {
    return this.values(entry, code).flatMap(stringsOf).some(passes);
  }

  isMissing(entry: RecordEntry, code: string): boolean {
    return this.values(entry, code).length === 0;
  }

  date(entry: RecordEntry, code: string, prefix: string, [from, to]: Range): boolean {
    return this.values(entry, code)
      .flatMap((value) => rangeOf(value) ?? [])
      .some(([lo, hi]) => {
        const inside = lo >= from && hi <= to;
        const tests: Record<string, boolean> = {
          ...{ eq: inside, ne: !inside, gt: hi > to, lt: lo < from, ge: hi > to || inside, le: lo < from || inside },
          ...{ sa: lo >= to, eb: hi <= from },
        };
        return tests[prefix];
      });
  }

  quantity(
    entry: RecordEntry,
    code: string,
    prefix: string,
    text: string,
    unit?: { system: string; code: string },
  ): boolean {
    return this.values(entry, code).some((value) => {
      const amount = amountIn(value, unit);
      if (amount === null) return false;
      const asked = Number(text);
      const half = 0.5 * 10 ** -(text.split('.')[1] ?? '').length;
      const near = Math.abs(asked) * 1e-12;
      const equal = amount >= asked - half && amount < asked + half;
      const tests: Record<string, boolean> = {
        ...{ eq: equal, ne: !equal, gt: amount > asked + near, lt: amount < asked - near },
        ...{
          ge: amount >= asked - near,
          le: amount <= asked + near,
          ap: Math.abs(amount - asked) <= Math.abs(asked) * 0.1 + near,
        },
      };
      return tests[prefix];
    });
  }

  /** Records that a reference of a record leads to. */
  targets(entry: RecordEntry, code: string): RecordEntry[] {
    return this.values(entry, code).flatMap((value) => {
      const target = this.#target(entry, value);
      return target && 'id' in target ? [target] : [];
    });
  }

  /** Records of a type that a reference of theirs leads from to this one. */
  referrers(entry: RecordEntry, type: string, code: string): RecordEntry[] {
    return this.#entries.filter(
      (each) => each.type === type && this.targets(each, code).some(({ id }) => id === entry.id),
    );
  }
}

interface Token {
  system: string | undefined;
  code: string;
  isPlain: boolean;
}

const CONTACTS = ['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other'];

function tokensOf(value: Json): Token[] {
  if (typeof value !== 'object') return [{ system: undefined, code: String(value), isPlain: true }];
  if (value.coding) return value.coding.flatMap((each: Json) => tokensOf({ ...each, isCoding: true }));
  if (value.code !== undefined) return [{ system: value.system, code: value.code, isPlain: false }];
  if (value.value === undefined) return [];
  const isContact = CONTACTS.includes(value.system);
  return [{ system: isContact ? undefined : value.system, code: value.value, isPlain: isContact }];
}

function stringsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  const { family, given, prefix, suffix, text, line, city, district, state, postalCode, country } = value ?? {};
  const parts = [family, given, prefix, suffix, text, line, city, district, state, postalCode, country];
  return parts.flat().filter((part) => typeof part === 'string');
}

export const bare = (text: string): string =>
  text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ł', 'l');

/** Of a date its beginning and end, micros. */
export function momentsOf(text: string): Range {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  const date = (y: number, m: number, d: number) => Date.UTC(y, m, d) * 1000;
  if (text.length === 4) return [date(year, 0, 1), date(year + 1, 0, 1)];
  if (text.length === 7) return [date(year, month - 1, 1), date(year, month, 1)];
  if (text.length === 10) return [date(year, month - 1, day), date(year, month - 1, day + 1)];
  const from = Date.parse(text) * 1000;
  const seconds = text.slice(11).split(/[Z+-]/)[0];
  return [from, from + (seconds.includes('.') ? 1e6 / 10 ** seconds.split('.')[1].length : 1e6)];
}

function rangeOf(value: Json): [Range] | null {
  if (typeof value === 'string') return [momentsOf(value)];
  if (value?.start || value?.end)
    return [[value.start ? momentsOf(value.start)[0] : -Infinity, value.end ? momentsOf(value.end)[1] : Infinity]];
  if (value?.event) {
    const all: Range[] = value.event.map(momentsOf);
    return [[Math.min(...all.map(([from]) => from)), Math.max(...all.map(([, to]) => to))]];
  }
  const bounds = value?.repeat?.boundsPeriod;
  return bounds ? rangeOf(bounds) : null;
}

function amountIn(value: Json, unit?: { system: string; code: string }): number | null {
  if (typeof value?.value !== 'number') return null;
  if (unit === undefined) return value.value;
  if (unit.system === '') return value.code === unit.code || value.unit === unit.code ? value.value : null;
  if (value.system !== unit.system) return null;
  if (value.code === unit.code) return value.value;
  if (unit.system !== UCUM) return null;
  // UCUM takes a mole for a number, so that an amount of substance would be one of molecules; here it is none.
  if (MOLES.test(value.code) !== MOLES.test(unit.code)) return null;
  const converted = ucum.convertUnitTo(value.code, value.value, unit.code);
  return converted.status === 'succeeded' ? converted.toVal : null;
}
