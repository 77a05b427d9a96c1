// Codes and units of FHIR observations → kinds. LOINC and MDC (ISO/IEEE 11073-10101) codes decide; a display text only where there is neither.

import { acceptsUnit, allKinds, kindFor, kindMatching, loincFor, type SignalKind } from '../kinds.ts';
import { unitWritten } from '../kinds-units.ts';
import { slug } from './describe.ts';
import { type Fields, fieldsOf, listOf, textOf } from './json-records.ts';
import type { SeriesWanted } from './series-shelf.ts';

const LOINC = 'http://loinc.org';
const MDC = new Set(['urn:iso:std:iso:11073:10101', 'urn:oid:2.16.840.1.113883.6.24']);

/** Codes that are read as a kind and never written for it: a narrower code of the same quantity. */
const ALSO: Readonly<Record<string, string>> = {
  '2708-6': 'spo2',
  '41950-7': 'steps',
  '3141-9': 'body-weight',
  '8331-1': 'body-temperature',
  '8328-7': 'body-temperature',
  '8332-9': 'body-temperature',
};

const BY_LOINC = new Map<string, SignalKind>();
const BY_MDC = new Map<string, SignalKind>();
for (const kind of allKinds()) {
  const codes = [kind.loinc, ...kind.otherUnits.map(({ ucum }) => loincFor(kind, ucum))];
  for (const code of codes) if (code !== undefined && !BY_LOINC.has(code)) BY_LOINC.set(code, kind);
  if (kind.mdc !== undefined) BY_MDC.set(String(kind.mdc), kind);
}
for (const [code, key] of Object.entries(ALSO)) {
  const kind = kindFor(key);
  if (kind) BY_LOINC.set(code, kind);
}

function kindCoded(codings: Fields[]): SignalKind | undefined {
  for (const { system, code } of codings) {
    const told = typeof code === 'number' ? String(code) : textOf(code);
    const kind = system === LOINC ? BY_LOINC.get(told) : MDC.has(textOf(system)) ? BY_MDC.get(told) : undefined;
    if (kind) return kind;
  }
  return undefined;
}

/** The UCUM code of a quantity; annotations such as `{beats}` say nothing that the kind does not. Empty where there is none. */
export function unitOf(quantity: Fields): string {
  for (const written of [textOf(quantity.code), textOf(quantity.unit)]) {
    if (written === '') continue;
    const plain = written.replace(/\{[^}]*\}/g, '');
    const unit = plain === '' ? '1' : (unitWritten(plain) ?? plain);
    return unit.slice(0, 40);
  }
  return '';
}

/** What a coded value is. A code is certain even where no unit is told; a unit that its kind cannot have makes it something else. */
export function wantedBy(code: unknown, ucum: string): SeriesWanted {
  const codings = listOf(fieldsOf(code).coding).map(fieldsOf);
  const display = codings.map((coding) => textOf(coding.display)).find((text) => text !== '');
  const name =
    textOf(fieldsOf(code).text) || display || codings.map((coding) => textOf(coding.code)).join(' ') || 'observation';
  const coded = kindCoded(codings);
  const kind = coded && (ucum === '' || acceptsUnit(coded, ucum)) ? coded : kindMatching(name, ucum || undefined, null);
  const fits = kind !== undefined && (kind === coded || (ucum !== '' && acceptsUnit(kind, ucum)));
  if (fits) return { kind: kind.key, ucum, title: kind.title };
  const own = slug(name) || 'observation';
  // Its own name must not pass for a kind of which it has not the unit.
  return { kind: kindFor(own) ? `${own}-other` : own, ucum, title: name };
}
