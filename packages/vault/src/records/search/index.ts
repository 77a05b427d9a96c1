// Search over one subject's records: FHIR's own grammar, and the box that people type into. Pure. docs/operating/find.md
import { loadSearchParameters } from '../definitions/index.ts';
import { Parameters } from './parameters.ts';

export {
  type BoxAsked,
  type BoxFound,
  type BoxHit,
  type BoxReason,
  findInBox,
  parseBox,
  reasonsIn,
  type Term,
} from './box.ts';
export { BOX_FIELDS, type BoxField } from './box-texts.ts';
export { Parameters } from './parameters.ts';
export { RecordIndex, type Resolve } from './record-index.ts';
export { type SearchFound, type SearchOptions, searchRecords } from './search.ts';
export { decodeSnapshot, encodeSnapshot } from './snapshot.ts';

let parameters: Promise<Parameters> | null = null;

/** FHIR R4's search parameters by type. Read on the first call: a node that nobody searches never loads them. */
export function searchParameters(): Promise<Parameters> {
  parameters ??= loadSearchParameters().then((all) => new Parameters(all));
  return parameters;
}
