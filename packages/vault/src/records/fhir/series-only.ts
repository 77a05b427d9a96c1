// Observations that are readings of a device: they are series, and a record of each of them would bury the others.
import { fieldsOf, isFields, listOf, textOf } from '../../import/json-records.ts';
import { OWN_SERIES } from '../../kinds-codes.ts';
import type { Resource } from '../model.ts';

/** What Hale itself wrote out of a series, and what a device measured with nobody else by: no visit, nobody who performed it, no laboratory. */
export function isSeriesOnly(resource: Resource): boolean {
  if (resource.resourceType !== 'Observation') return false;
  if (textOf(fieldsOf(resource.meta).source) === OWN_SERIES) return true;
  const categories = listOf(resource.category).flatMap((each) => listOf(fieldsOf(each).coding).map(fieldsOf));
  const isLaboratory = categories.some(({ code }) => code === 'laboratory');
  const isMeasured = isFields(resource.valueQuantity) || isFields(resource.valueSampledData);
  const isAlone =
    resource.encounter === undefined && resource.performer === undefined && resource.basedOn === undefined;
  return isFields(resource.device) && isMeasured && isAlone && !isLaboratory;
}
