// FHIR observations, R4 and R5: single, in a list, one a line (NDJSON), or as entries of a Bundle. Values, components and SampledData.

import { codesOf, NOTHING, OWN_CODES } from '../kinds-codes.ts';
import { unitOf, wantedBy } from './fhir-codes.ts';
import { readSampledData } from './fhir-sampled.ts';
import type { ImportFormat } from './format.ts';
import { type Fields, fieldsOf, firstRecords, isFields, listOf, openRecords, textOf } from './json-records.ts';
import type { SeriesShelf, SeriesWanted } from './series-shelf.ts';
import { TimedRecords } from './timed-records.ts';
import type { ByteSource, ImportOptions, OpenedImport, RejectionReason } from './types.ts';

/** Observations that were taken back. */
const WITHDRAWN = new Set(['entered-in-error', 'cancelled']);
const NO_QUANTITY = [
  'valueCodeableConcept',
  'valueString',
  'valueBoolean',
  'valueRange',
  'valueRatio',
  'valueTime',
  'valueDateTime',
  'valuePeriod',
  'valueAttachment',
  'valueReference',
];

const resourceOf = (record: Fields): Fields => (isFields(record.resource) ? record.resource : record);

/** Where every resource is kept as a record too, nothing is lost that is no number: then only the numbers are told of. */
class Observations extends TimedRecords {
  private readonly isBesideRecords: boolean;

  /** End of the observation under work; NaN where none is told. */
  private endsAt = Number.NaN;

  constructor(shelf: SeriesShelf, options: ImportOptions, isBesideRecords: boolean) {
    super(shelf, options);
    this.isBesideRecords = isBesideRecords;
  }

  private refuse(reason: RejectionReason): void {
    if (!this.isBesideRecords) this.shelf.reject(reason);
  }

  private tell(text: string): void {
    if (!this.isBesideRecords) this.shelf.tell(text);
  }

  record(value: unknown): void {
    const resource = isFields(value) ? resourceOf(value) : null;
    if (resource === null || typeof resource.resourceType !== 'string') this.refuse('kind of record not known');
    else if (resource.resourceType === 'Bundle') for (const entry of listOf(resource.entry)) this.record(entry);
    else if (resource.resourceType !== 'Observation') this.tell('Resources that are no observations, not imported');
    else if (WITHDRAWN.has(textOf(resource.status))) this.refuse('not a final result');
    else this.observation(resource);
  }

  private observation(observation: Fields): void {
    const at = this.time(observation);
    if (at === null) {
      this.refuse('time missing');
      return;
    }
    if (Number.isNaN(at)) {
      this.refuse('time not understood');
      return;
    }
    const whose: Pick<SeriesWanted, 'source' | 'person'> = {};
    const device = textOf(fieldsOf(observation.device).display);
    const subject = fieldsOf(observation.subject);
    const person = textOf(subject.display) || textOf(subject.reference);
    if (device !== '') whose.source = device;
    if (person !== '') whose.person = person;
    const { end } = fieldsOf(observation.effectivePeriod);
    this.endsAt = end === undefined ? Number.NaN : this.times.read(end);
    const components = listOf(observation.component).filter(isFields);
    for (const part of [observation, ...components])
      this.value(part, at, whose, part === observation && components.length > 0);
  }

  /** Null where there is no time at all. A period gives its start. */
  private time(observation: Fields): number | null {
    const { effectiveDateTime, effectiveInstant, effectivePeriod, effectiveTiming, issued } = observation;
    const period = fieldsOf(effectivePeriod);
    const written =
      effectiveDateTime ?? effectiveInstant ?? period.start ?? period.end ?? listOf(fieldsOf(effectiveTiming).event)[0];
    if (written === undefined && issued === undefined) return null;
    if (written === undefined) this.tell('Observations that say only when they were issued; that time is taken');
    const micros = this.times.read(written ?? issued);
    if (!Number.isNaN(micros) && !this.times.hadClock)
      this.tell('Observations that name only a day, taken at its start');
    return micros;
  }

  private value(part: Fields, at: number, whose: Pick<SeriesWanted, 'source' | 'person'>, isPanel: boolean): void {
    if (isFields(part.valueQuantity)) this.quantity(part, part.valueQuantity, at, whose);
    else if (typeof part.valueInteger === 'number')
      this.shelf.sample({ ...wantedBy(part.code, '1'), ...whose }, at, part.valueInteger);
    else if (isFields(part.valueSampledData)) {
      const data = part.valueSampledData;
      const ucum = unitOf(fieldsOf(data.origin));
      if (ucum === '') this.tell('Recordings that name no unit');
      readSampledData(this.shelf, data, { ...wantedBy(part.code, ucum), ...whose }, at);
    } else if (this.coded(part, at, whose)) return;
    else if (NO_QUANTITY.some((name) => part[name] !== undefined))
      this.tell('Observations whose value is no number, not imported');
    else if (!isPanel) this.refuse('value missing');
  }

  /** A code of Hale's own, as its export writes it: what begins, and where a period says so its end. */
  private coded(part: Fields, at: number, whose: Pick<SeriesWanted, 'source' | 'person'>): boolean {
    for (const { system, code } of listOf(fieldsOf(part.valueCodeableConcept).coding).map(fieldsOf)) {
      const kind = textOf(system).startsWith(OWN_CODES) ? textOf(system).slice(OWN_CODES.length) : '';
      const found = codesOf(kind).find(({ key }) => key === code);
      if (!found) continue;
      const wanted = { kind, ucum: '', factor: 1, origin: 0, ...whose };
      this.shelf.sample(wanted, at, found.value);
      if (this.endsAt > at) this.shelf.sample(wanted, this.endsAt, NOTHING);
      return true;
    }
    return false;
  }

  private quantity(part: Fields, quantity: Fields, at: number, whose: Pick<SeriesWanted, 'source' | 'person'>): void {
    const { value, comparator } = quantity;
    if (comparator === '<' || comparator === '<=') {
      this.refuse('below sensor range');
      return;
    }
    if (comparator === '>' || comparator === '>=') {
      this.refuse('above sensor range');
      return;
    }
    if (value === undefined) {
      this.refuse('value missing');
      return;
    }
    if (typeof value !== 'number') {
      this.refuse('not a number');
      return;
    }
    const ucum = unitOf(quantity);
    if (ucum === '') this.tell('Values that name no unit');
    this.shelf.sample({ ...wantedBy(part.code, ucum), ...whose }, at, value);
  }
}

/** An observation, or whatever stands in a Bundle. Other resources by themselves are health records and no telemetry. */
function isObservation(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { resourceType, resource } = value;
  return (
    resourceType === 'Observation' ||
    resourceType === 'Bundle' ||
    (isFields(resource) && typeof resource.resourceType === 'string')
  );
}

const opened = (sources: ByteSource | readonly ByteSource[], options: ImportOptions, isBesideRecords: boolean) =>
  openRecords(
    sources,
    {
      name: 'fhir',
      under: ['entry'],
      what: (series) => `FHIR observations, ${series === 1 ? 'one measurement' : `${series} measurements`}`,
      begin: (shelf, own) => new Observations(shelf, own, isBesideRecords),
    },
    options,
  );

const holdsObservations = async (source: ByteSource): Promise<boolean> =>
  (await firstRecords(source, ['entry']))?.some(isObservation) ?? false;

/** The series among FHIR resources that are kept as records as well; null where there can be none. */
export async function openFhirSeries(
  sources: readonly ByteSource[],
  options: ImportOptions,
): Promise<OpenedImport | null> {
  const holding: ByteSource[] = [];
  for (const source of sources) if (await holdsObservations(source)) holding.push(source);
  return holding.length === 0 ? null : await opened(holding, options, true);
}

export const FHIR: ImportFormat = {
  name: 'fhir',
  detect: holdsObservations,
  open: (source, _, options) => opened(source, options, false),
};
