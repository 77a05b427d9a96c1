// Marks on a copy: how sensitive its owner's home found it, as `meta.security` says; and the law that some of them rest on.
import { type Area, areasOf, isSensitivityCode, LABEL_BASIS, PART2_NOTICE_LONG } from '@hale/consent';
import type { Resource } from '@hale/home';
import { type Fields, isFields, listOf } from '../screens/records/fields.ts';

export interface Marks {
  areas: Area[];
  /** Marked above normal. */
  isRestricted: boolean;
}

export const PART2_NOTICE = PART2_NOTICE_LONG;
const PART2 = '42CFRPart2';

const securityIn = (resource: Resource): Fields[] => {
  const { meta } = resource as Fields;
  return isFields(meta) ? listOf(meta.security).filter(isFields) : [];
};

export function marksOf(resource: Resource): Marks {
  const codes = securityIn(resource).map(({ code }) => code);
  const labels = codes.filter(isSensitivityCode).map((code) => ({ code }));
  return { areas: areasOf(labels), isRestricted: codes.some((code) => code === 'R' || code === 'V') };
}

/** Does 42 CFR Part 2 bind what its reader may do with it? Then its notice goes with it. */
export function restsOnPart2(resource: Resource): boolean {
  return securityIn(resource).some(({ extension }) =>
    listOf(extension)
      .filter(isFields)
      .some(({ url, valueCoding }) => url === LABEL_BASIS && isFields(valueCoding) && valueCoding.code === PART2),
  );
}
