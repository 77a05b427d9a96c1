// What a recipient may be told of records that are kept back, and what the law of the place says to it.

/** What a recipient is told of records that are kept back. */
export const TELLINGS = ['none', 'exists', 'category', 'count'] as const;
export type Telling = (typeof TELLINGS)[number];

/**
 * States of the European Economic Area: the law of the Union holds there. EHDS (Regulation (EU) 2025/327) Art. 8: professionals
 * "shall not be made aware" that access was restricted. https://eur-lex.europa.eu/eli/reg/2025/327/oj
 */
export const EEA: ReadonlySet<string> = new Set(
  'EU AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '),
);

export interface TellingLaw {
  allowed: readonly Telling[];
  /** Where it stands; '' where no rule is known. */
  source: string;
}

/** What may be told where. Null: the place is not known, and whoever tells must say it. */
export function tellingLaw(jurisdiction: string): TellingLaw | null {
  if (jurisdiction === '') return null;
  if (EEA.has(jurisdiction)) return { allowed: ['none'], source: 'Regulation (EU) 2025/327 (EHDS), Article 8' };
  return { allowed: TELLINGS, source: '' };
}
