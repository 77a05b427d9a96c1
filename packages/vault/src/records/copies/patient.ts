// The person herself as a copy: who she is stands in it only as far as her owner said so.
import type { Coding } from '@hale/consent';
import { textOf } from '../../import/json-records.ts';
import type { Resource } from '../model.ts';

export interface PatientGiven {
  id: string;
  /** How the owner calls her to the recipient; '' = she gave no name. */
  name: string;
  /** The part of the record that tells of people is given: sex and birth may stand here. */
  isTold: boolean;
  security: readonly Coding[];
}

/** Without identifiers, addresses, pictures and relatives; without a name of what was born only the year. */
export function patientCopy(patient: Resource, { id, name, isTold, security }: PatientGiven): Resource {
  const birthDate = textOf(patient.birthDate);
  const born = name === '' ? birthDate.slice(0, 4) : birthDate;
  const gender = textOf(patient.gender);
  return {
    resourceType: 'Patient',
    id,
    meta: { security: [...security] },
    ...(name === '' ? {} : { name: [{ text: name }] }),
    ...(isTold && gender !== '' ? { gender } : {}),
    ...(isTold && born !== '' ? { birthDate: born } : {}),
  };
}
