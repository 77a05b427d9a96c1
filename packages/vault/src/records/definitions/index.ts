import { Definitions, parseSearchParameters, type SearchParameter } from './tables.ts';

export type {
  Definitions,
  ElementDefinition,
  ExtensionDefinition,
  Field,
  Fields,
  SearchParameter,
  TypeDefinition,
  TypeUse,
} from './tables.ts';

let definitions: Promise<Definitions> | null = null;
let parameters: Promise<readonly SearchParameter[]> | null = null;

/** FHIR R4's types, required codes and extensions. Read on the first call: a node that checks no records never loads them. */
export function loadDefinitions(): Promise<Definitions> {
  definitions ??= Promise.all([import('./elements.ts'), import('./value-sets.ts'), import('./extensions.ts')]).then(
    ([{ ELEMENTS }, { VALUE_SETS }, { EXTENSIONS }]) => new Definitions(ELEMENTS, VALUE_SETS, EXTENSIONS),
  );
  return definitions;
}

/** FHIR R4's search parameters, in the order of their codes. */
export function loadSearchParameters(): Promise<readonly SearchParameter[]> {
  parameters ??= import('./search-parameters.ts').then(({ SEARCH_PARAMETERS }) =>
    parseSearchParameters(SEARCH_PARAMETERS),
  );
  return parameters;
}
