// Summaries as FHIR R4 Observations: one for each bin, with what it tells as components. The codes are those of FHIR's own list of statistics
// (http://hl7.org/fhir/R4/valueset-observation-statistics.html).
import type { Row } from '../rows.ts';
import { type FhirOptions, type FhirSeries, type Observation, quantity, shell } from './fhir.ts';
import { isoTime } from './iso-time.ts';

const STATISTICS = 'http://terminology.hl7.org/CodeSystem/observation-statistics';

const NAMES = { count: 'Count', average: 'Average', minimum: 'Minimum', maximum: 'Maximum' } as const;

type Component = NonNullable<Observation['component']>[number];

function component(code: keyof typeof NAMES, value: number | undefined, ucum: string): Component[] {
  if (value === undefined) return [];
  const text = NAMES[code];
  return [
    { code: { coding: [{ system: STATISTICS, code, display: text }], text }, valueQuantity: quantity(value, ucum) },
  ];
}

/** @param binSeconds how long each of the rows is; bins of few readings tell their count and mean alone. Of words there is only the count. */
export function* fhirSummaries(
  series: FhirSeries,
  rows: Iterable<Row>,
  binSeconds: number,
  options: FhirOptions,
): Generator<Observation, void, void> {
  const { ucum } = series;
  for (const { atMicros, count, mean, min, max } of rows) {
    if (count === undefined || count === 0) continue;
    yield {
      ...shell(series, options),
      effectivePeriod: { start: isoTime(atMicros), end: isoTime(atMicros + binSeconds * 1e6) },
      component: [
        ...component('count', count, '1'),
        ...component('average', mean, ucum),
        ...component('minimum', min, ucum),
        ...component('maximum', max, ucum),
      ],
    };
  }
}
