// Taking samples out again: CSV and FHIR R4.

export { csvHeader, csvRows, type ExportSamples, type ExportSeries } from './csv.ts';
export { DecimalFormat } from './decimal.ts';
export {
  type Bundle,
  type FhirOptions,
  type FhirSeries,
  fhirBundle,
  fhirObservations,
  type Observation,
  type SampledData,
} from './fhir.ts';
export { observationProblems } from './fhir-shape.ts';
export { fhirSummaries } from './fhir-summary.ts';
export { isoTime } from './iso-time.ts';
