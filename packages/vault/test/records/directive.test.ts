// How a directive is called: by what it says, and never by a name that leaves out the "not".
import { readFileSync } from 'node:fs';
import { titleOf } from '@hale/vault/records';
import { expect, test } from 'vitest';
import { briefOf } from '../../src/records/brief.ts';
import { sectionOf } from '../../src/records/ips/sections.ts';
import type { Resource } from '../../src/records/model.ts';

const SUMMARY = new URL('../../../../test/data/fhir/ips/Bundle-bundle-ips-all-sections.json', import.meta.url);

const scope = (code: string) => ({
  coding: [{ code, display: code === 'adr' ? 'Advanced Care Directive' : 'Treatment' }],
});
const coded = (code: string, display: string) => ({ coding: [{ code, display }] });
const consent = (more: object): Resource =>
  ({ resourceType: 'Consent', status: 'active', scope: scope('treatment'), ...more }) as Resource;

test('the one of the published summary says that nobody shall resuscitate', () => {
  const { entry } = JSON.parse(readFileSync(SUMMARY, 'utf8')) as { entry: { resource: Resource }[] };
  const found = entry.find(({ resource }) => resource.resourceType === 'Consent')?.resource as Resource;
  expect(titleOf(found)).toBe('Do Not Resuscitate: Not for resuscitation');
  expect(briefOf(found, 0).isDirective).toBe(true);
  expect(sectionOf(found)).toBe('directives');
});

const dnr = coded('dnr', 'Do Not Resuscitate');
const measure = [coded('89666000', 'Cardiopulmonary resuscitation')];

test.each<[string, object, string]>([
  ['its category alone says it', { category: [dnr] }, 'Do Not Resuscitate'],
  [
    'a kind of wish with what it is',
    { category: [{ text: 'Intubation' }], provision: { code: [{ text: 'No' }] } },
    'Intubation: No',
  ],
  [
    'several wishes',
    { provision: { code: [{ text: 'No dialysis' }, { text: 'No ventilation' }] } },
    'No dialysis, No ventilation',
  ],
  ['the name of a paper says nothing', { category: [coded('hcd', 'Healthcare directive')] }, ''],
  ['nor does a measure without its answer', { category: [{ text: 'Resuscitation' }] }, ''],
  ['what is refused is not named as if it were wished', { provision: { type: 'deny', code: measure } }, ''],
  [
    'also where the refusal is an exception',
    { provision: { type: 'permit', code: measure, provision: [{ type: 'deny' }] } },
    '',
  ],
  ['nothing but its scope', {}, ''],
])('%s', (_, more, title) => {
  expect(titleOf(consent(more))).toBe(title);
  expect(titleOf(consent({ ...more, scope: scope('adr') }))).toBe(title);
});

test('a consent about who may read keeps its own name', () => {
  const privacy = {
    scope: coded('patient-privacy', 'Privacy Consent'),
    category: [coded('59284-0', 'Consent Document')],
  };
  expect(briefOf(consent(privacy), 0).isDirective).toBeUndefined();
  expect(titleOf(consent(privacy))).toBe('Privacy Consent');
});
