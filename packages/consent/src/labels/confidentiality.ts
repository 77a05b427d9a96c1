// How confidential: HL7 v3-Confidentiality, of which a resource bears exactly one. https://terminology.hl7.org/CodeSystem-v3-Confidentiality.html
import { fail } from '@hale/kernel';

export const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** From the lowest: unrestricted, low, moderate, normal, restricted, very restricted. */
export const CONFIDENTIALITIES = ['U', 'L', 'M', 'N', 'R', 'V'] as const;
export type Confidentiality = (typeof CONFIDENTIALITIES)[number];

export const isConfidentiality = (code: unknown): code is Confidentiality =>
  CONFIDENTIALITIES.some((each) => each === code);

/** Negative, 0 or positive as `a` is less, as much or more confidential than `b`. */
export const compareConfidentiality = (a: Confidentiality, b: Confidentiality): number =>
  CONFIDENTIALITIES.indexOf(a) - CONFIDENTIALITIES.indexOf(b);

/**
 * The high-water mark: whatever is put together is as confidential as its most confidential part (DS4P, "high water mark").
 * @throws HaleError 'malformed' for no part at all
 */
export function highest(parts: Iterable<Confidentiality>): Confidentiality {
  let mark: Confidentiality | null = null;
  for (const part of parts) if (mark === null || compareConfidentiality(part, mark) > 0) mark = part;
  return mark ?? fail('malformed', 'nothing has no confidentiality');
}
