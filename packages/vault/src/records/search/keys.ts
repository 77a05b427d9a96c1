// How values are named in the index's dictionaries: parts with a sign between them that no text of FHIR may hold.
const SEPARATOR = '\u0001';

/** System null: it goes without saying, as of a state or a sex. */
export const tokenKey = (system: string | null, code: string): string =>
  [system ?? '', system === null ? '*' : '', code].join(SEPARATOR);

export function tokenParts(key: string): { system: string | null; code: string } {
  const [system, implied, code] = key.split(SEPARATOR);
  return { system: implied === '*' ? null : system, code };
}

export const unitKey = (system: string, code: string, unit: string): string => [system, code, unit].join(SEPARATOR);

export function unitParts(key: string): { system: string; code: string; unit: string } {
  const [system, code, unit] = key.split(SEPARATOR);
  return { system, code, unit };
}

export const referenceKey = (only: string, told: string, text: string): string => [only, told, text].join(SEPARATOR);

export function referenceParts(key: string): { only: string; told: string; text: string } {
  const [only, told, text] = key.split(SEPARATOR);
  return { only, told, text };
}

export const idsKey = (ids: readonly string[]): string => [...new Set(ids)].join(SEPARATOR);
export const idsIn = (key: string): string[] => key.split(SEPARATOR);
