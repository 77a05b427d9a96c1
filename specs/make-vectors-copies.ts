/**
 * Makes specs/vectors/copies.json: `node specs/make-vectors-copies.ts`. Deterministic: every secret is the SHA-256 of its name, so two runs write
 * the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { encodeCbor, sha256, toHex, utf8Encode } from '@hale/kernel';
import {
  type CopiesVectors,
  copiesKeysOf,
  copyMade,
  logRead,
  pagesMade,
  patientMade,
} from '@hale/testkit/vectors/copies';
import type { Resource } from '@hale/vault/records';

const hex = (name: string) => toHex(sha256(utf8Encode(`hale vector/${name}`)));
const cbor = (value: unknown) => toHex(encodeCbor(value));
const TIME = 1_780_617_600_000_000;

const page = (byte: number, part = 0, parts = 1) => ({ type: 'page', part, parts, data: new Uint8Array([byte, part]) });
const index = (pages: number[], told: unknown = null) => ({
  type: 'index',
  pages,
  count: pages.length,
  told,
  time: TIME,
});

function entryVectors(): CopiesVectors['entries'] {
  const valid: [string, object][] = [
    ['a page', page(1)],
    ['a part of one', page(1, 2, 3)],
    ['an index', index([0, 2])],
    ['of nothing', index([])],
    ['told: something', index([0], { exists: true })],
    ['told: where', index([0], { categories: ['results', 'visits'] })],
    ['told: how much', index([0], { count: 3 })],
  ];
  const invalid: [string, unknown, string][] = [
    ['not a map', [], 'malformed'],
    ['a field that is not known', { ...page(1), n: 1 }, 'malformed'],
    ['a part beyond the last', page(1, 1, 1), 'out-of-range'],
    ['two things told', index([0], { exists: true, count: 3 }), 'malformed'],
    ['told of none', index([0], { count: 0 }), 'out-of-range'],
  ];
  return {
    valid: valid.map(([name, value]) => ({ name, cbor: cbor(value) })),
    invalid: invalid.map(([name, value, error]) => ({ name, cbor: cbor(value), error })),
  };
}

function logVectors(): CopiesVectors['logs'] {
  const written: [number, number, object][] = [
    [0, 0, page(10)],
    [1, 0, page(11)],
    [2, 0, index([0, 1])],
    [3, 0, page(13, 0, 2)],
    [4, 0, page(13, 1, 2)],
    [5, 0, index([0, 3])],
  ];
  const restored: typeof written = [...written.slice(0, 5), [5, 0, page(15)], [5, 1, page(25)], [6, 1, index([5, 3])]];
  const logs: [string, typeof written][] = [
    ['a page in the place of another', written],
    ['a page whose part is missing', written.filter(([seq]) => seq !== 4)],
    ['no index', written.filter(([seq]) => seq !== 2 && seq !== 5)],
    ['a home that was restored counts on from what it found', restored],
    ['what a later version wrote', [...written, [6, 0, { type: 'later' }]]],
  ];
  return logs.map(([name, entries]) => {
    const coded = entries.map(([seq, generation, value]) => [seq, generation, cbor(value)] as const);
    return { name, entries: coded, expected: logRead(coded) };
  });
}

const given = { reference: 'Observation/1', display: 'Ferritin' };
const gone = { reference: 'Condition/9', display: 'withheld, or never there', identifier: { value: '9' } };
const LEADS = { 'Observation/1': { type: 'Observation', id: 'one' } };
const div = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">all of it</div>' };

const RESOURCES: [string, Resource][] = [
  [
    'a name of its own',
    {
      resourceType: 'Condition',
      id: '7',
      meta: { versionId: '3', source: '#x', profile: ['urn:p'] },
      code: { text: 'Fever' },
    },
  ],
  ['a reference', { resourceType: 'Condition', text: div, evidence: [{ detail: [given] }] }],
  [
    'one that leads nowhere',
    { resourceType: 'Condition', text: div, code: { text: 'Fever' }, evidence: [{ detail: [given, gone] }] },
  ],
  [
    'a list',
    {
      resourceType: 'List',
      status: 'current',
      mode: 'snapshot',
      entry: [{ item: given }, { flag: { text: 'x' }, item: gone }],
    },
  ],
  ['a report', { resourceType: 'DiagnosticReport', status: 'final', conclusion: 'both', result: [given, gone] }],
  [
    'a report of which all is given',
    { resourceType: 'DiagnosticReport', status: 'final', conclusion: 'one', result: [given] },
  ],
  [
    'a document',
    {
      resourceType: 'Composition',
      title: 'Letter',
      section: [
        { title: 'a', text: div, entry: [given] },
        { title: 'b', entry: [gone] },
      ],
    },
  ],
  [
    'contained',
    {
      resourceType: 'Procedure',
      contained: [{ resourceType: 'Device', id: 'd', owner: gone }],
      focalDevice: [{ manipulated: { reference: '#d' } }],
    },
  ],
  ['a note keeps its words', { resourceType: 'Condition', note: [{ text: 'said', authorReference: gone }] }],
  [
    'an attachment',
    {
      resourceType: 'DocumentReference',
      content: [{ attachment: { contentType: 'text/plain', data: 'QQ==', title: 'A' } }],
    },
  ],
];

function patientVectors(): CopiesVectors['patients'] {
  const patient: Resource = {
    ...{ resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1980-05-02', name: [{ family: 'Willms' }] },
    identifier: [{ value: '17' }],
  };
  const asked = [
    { name: '', isTold: true, patient },
    { name: 'A. W.', isTold: true, patient },
    { name: '', isTold: false, patient },
  ];
  return asked.map((each) => ({ ...each, copy: patientMade(each) }));
}

function pageVectors(): CopiesVectors['pages'] {
  const copies = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [hex(`copy ${i}`).slice(0, 32), 100 + 10 * i]),
  );
  return [2000, 400, 50].map((unitsMax) => ({ unitsMax, copies, pages: pagesMade({ unitsMax, copies }) }));
}

/** The file's text. */
export function makeCopiesVectors(): string {
  const keys = [0, 1].map((round) =>
    copiesKeysOf(hex('catalogue'), 'grant-copies', hex('grant key'), round, '0123456789abcdef'),
  );
  const vectors: CopiesVectors = {
    keys,
    entries: entryVectors(),
    logs: logVectors(),
    copies: RESOURCES.map(([name, resource]) => ({ name, resource, leads: LEADS, copy: copyMade(resource, LEADS) })),
    patients: patientVectors(),
    pages: pageVectors(),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/copies.json', import.meta.url), makeCopiesVectors());
