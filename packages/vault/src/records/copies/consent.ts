// The owner's own FHIR Consent: what the recipient's says, and beside it what is kept back. It stands in her catalogue and is never sent.
import { ACT_CODE, codeOfArea } from '@hale/consent';
import { fieldsOf, listOf } from '../../import/json-records.ts';
import type { RecordPolicy } from './policy.ts';

/** An instance of a record, by its own id. */
const RECORD = 'urn:hale:record';

const instances = (ids: readonly string[]): object[] =>
  ids.map((id) => ({ meaning: 'instance', reference: { identifier: { system: RECORD, value: id } } }));

/** @param told the recipient's Consent, FHIR R4 as JSON */
export function ownerConsent(told: string, policy: RecordPolicy): string {
  const consent = fieldsOf(JSON.parse(told));
  const { provision } = consent;
  const codes = [...policy.withholdAreas.map(codeOfArea), ...policy.withholdCodes];
  const denied = [...new Set(codes)].map((code) => ({ system: ACT_CODE, code }));
  const more = [
    ...(policy.include.length > 0 ? [{ type: 'permit', data: instances(policy.include) }] : []),
    ...(denied.length > 0 ? [{ type: 'deny', securityLabel: denied }] : []),
    ...(policy.withhold.length > 0 ? [{ type: 'deny', data: instances(policy.withhold) }] : []),
  ];
  const inner = [...listOf(fieldsOf(provision).provision), ...more];
  return JSON.stringify({
    ...consent,
    provision: { ...fieldsOf(provision), ...(inner.length > 0 && { provision: inner }) },
  });
}
