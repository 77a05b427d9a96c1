// From a mapped column or signal to the description of a series.

import { edgesIn, kindFor, loincFor } from '../kinds.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { ValueMapping } from './mapping.ts';
import type { SeriesDescription } from './types.ts';

const SLUG_CHARS_MAX = 48;

/** Lower-case words joined by hyphens; empty when the text has no letter or digit. */
export function slug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, SLUG_CHARS_MAX)
    .replace(/-+$/, '');
}

/** Text from a source as a label: control characters out, length bounded. */
export function label(text: string): string {
  return text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, IMPORT_LIMITS.labelCharsMax);
}

/** Gives each name once: a second `steps` becomes `steps-2`. */
export class UniqueNames {
  private readonly taken = new Set<string>();

  /** The first candidate that is free, else the first one numbered. */
  take(...candidates: string[]): string {
    const wanted = candidates.filter((name) => name !== '');
    let name = wanted.find((one) => !this.taken.has(one)) ?? '';
    for (let n = 2; name === ''; n++) {
      const numbered = `${wanted[0] ?? 'series'}-${n}`;
      if (!this.taken.has(numbered)) name = numbered;
    }
    this.taken.add(name);
    return name;
  }
}

/** What a series is, with the codes and edges that the kinds table has verified for its unit. */
export function describeSeries(
  key: string,
  value: Omit<ValueMapping, 'column'>,
  personLabel?: string,
): SeriesDescription {
  const kind = kindFor(value.kind);
  const series: SeriesDescription = {
    key,
    kind: value.kind,
    kindKnown: kind !== undefined,
    title: kind && !kind.key.endsWith('-unspecified') ? kind.title : value.title,
    ucum: value.ucum,
    factor: value.factor,
    origin: value.origin,
    nominalPeriodSeconds: value.nominalPeriodSeconds,
    sourceLabel: value.title,
  };
  const loinc = value.loinc ?? (kind && loincFor(kind, value.ucum));
  if (loinc !== undefined) series.loinc = loinc;
  if (kind?.mdc !== undefined) series.mdc = kind.mdc;
  const edges = kind ? edgesIn(kind, value.ucum) : [];
  if (edges.length > 0) series.edges = edges;
  if (personLabel !== undefined) series.personLabel = personLabel;
  return series;
}
