// The patient summary: HL7's smallest example, which is right, and what is taken from it or added, one thing at a time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Checker, IPS_SECTIONS, loadChecker } from '../../src/records/check/index.ts';

const EXAMPLE = join(import.meta.dirname, '../../../../test/data/records/ips/Bundle-bundle-minimal.json');

// biome-ignore lint/suspicious/noExplicitAny: a test takes any record apart
type Any = any;

let checker: Checker;
beforeAll(async () => {
  checker = await loadChecker();
});

const minimal = (): Any => JSON.parse(readFileSync(EXAMPLE, 'utf8'));
const ofIps = (bundle: unknown) =>
  checker
    .check(bundle)
    .flatMap(({ rule, path, severity }) => (rule.startsWith('ips-') ? [`${severity} ${rule} ${path}`] : []));
const resource = (bundle: Any, type: string) =>
  bundle.entry.find((entry: Any) => entry.resource.resourceType === type).resource;
const section = (bundle: Any, loinc: string) =>
  bundle.entry[0].resource.section.find((each: Any) => each.code.coding.some((coding: Any) => coding.code === loinc));
const COMPOSITION = 'Bundle.entry[0].resource';

/** What is done to the example, and what is found then. */
const CHANGES: readonly (readonly [what: string, change: (bundle: Any) => unknown, found: string])[] = [
  ['no document', (b) => Object.assign(b, { type: 'collection' }), 'ips-document Bundle.type'],
  ['the patient first', (b) => b.entry.reverse(), 'ips-composition Bundle.entry[0]'],
  ['two compositions', (b) => b.entry.push({ ...b.entry[0], fullUrl: 'urn:x' }), 'ips-composition Bundle.entry'],
  [
    'no patient',
    (b) => Object.assign(b, { entry: b.entry.filter((entry: Any) => entry.resource.resourceType !== 'Patient') }),
    'ips-patient Bundle.entry',
  ],
  ['another type', (b) => Object.assign(b.entry[0].resource, { type: { text: 'x' } }), `ips-type ${COMPOSITION}.type`],
  [
    'a subject in words',
    (b) => Object.assign(b.entry[0].resource, { subject: { display: 'x' } }),
    `ips-subject ${COMPOSITION}.subject`,
  ],
  [
    'no allergies',
    (b) => b.entry[0].resource.section.splice(b.entry[0].resource.section.indexOf(section(b, '48765-2')), 1),
    `ips-section ${COMPOSITION}.section`,
  ],
  [
    'allergies twice',
    (b) => b.entry[0].resource.section.push(section(b, '48765-2')),
    `ips-section ${COMPOSITION}.section`,
  ],
  [
    'a section without a text',
    (b) => delete b.entry[0].resource.section[0].text,
    `ips-section ${COMPOSITION}.section[0]`,
  ],
  [
    'a required section with neither entries nor a reason',
    (b) => {
      const one = section(b, '11450-4');
      delete one.entry;
      delete one.emptyReason;
    },
    `ips-comp-1 ${COMPOSITION}.section`,
  ],
  [
    'a problem among the allergies',
    (b) => Object.assign(section(b, '48765-2'), { entry: section(b, '11450-4').entry }),
    `ips-entry ${COMPOSITION}.section`,
  ],
  ['a patient without a date of birth', (b) => delete resource(b, 'Patient').birthDate, 'ips-field Bundle.entry['],
  [
    'a patient without a name that can be read',
    (b) => Object.assign(resource(b, 'Patient'), { name: [{ use: 'official' }] }),
    'ips-pat-1 Bundle.entry[',
  ],
  ['a problem without a code', (b) => delete resource(b, 'Condition').code, 'ips-field Bundle.entry['],
  [
    'a problem of somebody in words',
    (b) => Object.assign(resource(b, 'Condition'), { subject: { display: 'x' } }),
    'ips-subject Bundle.entry[',
  ],
];

describe('patient summary', () => {
  test("HL7's example is right, and knows that it is one", () => {
    expect(checker.check(minimal())).toEqual([]);
    expect(ofIps({ ...minimal(), entry: [] })).not.toEqual([]);
  });

  test.each(CHANGES)('%s', (_, change, found) => {
    const bundle = minimal();
    change(bundle);
    expect(
      ofIps(bundle).some((each) => each.startsWith(`error ${found}`)),
      ofIps(bundle).join('\n'),
    ).toBe(true);
  });

  test('a reason why nothing is there is enough', () => {
    const bundle = minimal();
    const allergies = section(bundle, '48765-2');
    delete allergies.entry;
    allergies.emptyReason = {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'unavailable' }],
    };
    expect(ofIps(bundle)).toEqual([]);
  });

  test('whoever says nothing of the guide is held to it only when asked', () => {
    const bundle = { resourceType: 'Bundle', type: 'collection' };
    expect(checker.check(bundle)).toEqual([]);
    expect(checker.check(bundle, { ips: true }).map(({ rule }) => rule)).toContain('ips-document');
    expect(
      checker.check({ ...minimal(), type: 'collection' }, { ips: false }).filter(({ rule }) => rule.startsWith('ips-')),
    ).toEqual([]);
  });

  test('16 sections, three of them required', () => {
    expect(IPS_SECTIONS).toHaveLength(16);
    expect(IPS_SECTIONS.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'Problems',
      'Allergies',
      'Medication summary',
    ]);
  });
});
