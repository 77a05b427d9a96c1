// One record made over for somebody else: what stays of it, and that nothing of what she does not get stays with it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyOf, type Extraction, pagesOf, patientCopy } from '../../src/records/copies/index.ts';
import { blobPlace, filePlace, type Resource } from '../../src/records/index.ts';

const SECURITY = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }];
const extraction = (more: Partial<Extraction> = {}): Extraction => ({
  ...{ id: 'copy', leads: () => null, attached: () => null, documents: false, security: SECURITY },
  ...more,
});
const toObservation = (reference: string) =>
  reference === 'Observation/1' ? { type: 'Observation', id: 'one' } : null;
const copied = (resource: object, more: Partial<Extraction> = {}): Record<string, unknown> => {
  const { meta: _, id: __, ...rest } = copyOf({ resourceType: 'Basic', ...resource } as Resource, extraction(more));
  return rest;
};

describe('a copy', () => {
  test('has a name of its own, profile and marks, and nothing else of its origin', () => {
    const marks = [
      {
        system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
        code: 'PATAST',
        display: 'patient asserted',
      },
      { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'L' },
    ];
    const meta = {
      versionId: '7',
      lastUpdated: '2024-01-01T00:00:00Z',
      source: '#abc',
      profile: ['urn:p'],
      tag: [{ code: 't' }],
      security: marks,
    };
    expect(
      copyOf({ resourceType: 'Basic', id: '12', meta, implicitRules: 'urn:r', language: 'de' }, extraction()),
    ).toEqual({
      ...{ resourceType: 'Basic', id: 'copy', language: 'de' },
      meta: { profile: ['urn:p'], security: [...SECURITY, marks[0]] },
    });
  });

  test.each<[string, object, object]>([
    [
      'a reference to a copy leads to it',
      { a: { reference: 'Observation/1', display: 'x' } },
      { a: { reference: 'Observation/one' } },
    ],
    [
      'any other is gone, words and number with it',
      { a: { reference: 'Observation/2', display: 'x' }, b: 1 },
      { b: 1 },
    ],
    [
      'one that is only displayed too',
      { a: { display: 'Dr Lee' }, b: { type: 'Patient', identifier: { value: '1' } } },
      {},
    ],
    ['not a code that is only displayed', { a: { coding: [{ display: 'x' }] } }, { a: { coding: [{ display: 'x' }] } }],
    [
      'of a list those that lead',
      { a: [{ reference: 'Observation/1' }, { reference: 'Observation/2' }] },
      { a: [{ reference: 'Observation/one' }] },
    ],
    ['a list of none is gone', { a: [{ reference: 'Observation/2' }] }, {}],
    [
      'an entry goes with what it names',
      { entry: [{ flag: 1, item: { reference: 'Observation/2' } }, { item: { reference: 'Observation/1' } }] },
      { entry: [{ item: { reference: 'Observation/one' } }] },
    ],
    [
      'a note stays without its author',
      { note: [{ text: 'n', authorReference: { reference: 'Observation/2' } }] },
      { note: [{ text: 'n' }] },
    ],
    [
      'an extension goes with its value',
      { extension: [{ url: 'urn:e', valueReference: { reference: 'Observation/2' } }], b: 1 },
      { b: 1 },
    ],
    [
      'extensions of ours stay at home',
      { extension: [{ url: 'urn:hale:dicom-file', valueUrl: 'hale-file:1/2/3' }] },
      {},
    ],
    [
      'narrative stays where nothing fell away',
      { text: { div: 'd' }, a: { reference: 'Observation/1' } },
      { text: { div: 'd' }, a: { reference: 'Observation/one' } },
    ],
    ['and goes where something did', { text: { div: 'd' }, a: { reference: 'Observation/2' } }, {}],
    [
      'values of primitive lists keep their places',
      { given: ['a', 'b'], _given: [null, { extension: [{ url: 'urn:e', valueCode: 'c' }] }] },
      { given: ['a', 'b'], _given: [null, { extension: [{ url: 'urn:e', valueCode: 'c' }] }] },
    ],
    ['a signature holds no more', { signature: [{ data: 'AAAA', when: '2024' }], b: 1 }, { b: 1 }],
    ['ids inside say nothing', { a: [{ id: 'third', b: 1 }] }, { a: [{ b: 1 }] }],
    [
      'contained stays with what refers to it',
      {
        contained: [{ resourceType: 'Device', id: 'd', text: { div: 'x' }, owner: { reference: 'Observation/2' } }],
        a: { reference: '#d', display: 'x' },
      },
      { contained: [{ resourceType: 'Device', id: 'd' }], a: { reference: '#d' } },
    ],
    [
      'and goes without',
      {
        contained: [{ resourceType: 'Device', id: 'd' }],
        a: [{ x: { reference: '#d' }, y: { reference: 'Observation/2' } }],
      },
      {},
    ],
  ])('%s', (_, resource, expected) => {
    expect(copied(resource, { leads: toObservation })).toEqual({ resourceType: 'Basic', ...expected });
  });

  test('a report says nothing in words about results that it does not list any more', () => {
    const report = {
      resourceType: 'DiagnosticReport',
      conclusion: 'c',
      presentedForm: [{ contentType: 'application/pdf', title: 't' }],
      status: 'final',
    };
    const [one, two] = [{ reference: 'Observation/1' }, { reference: 'Observation/2' }];
    expect(copied({ ...report, result: [one] }, { leads: toObservation })).toMatchObject({ conclusion: 'c' });
    expect(copied({ ...report, result: [one, two] }, { leads: toObservation })).toEqual({
      ...{ resourceType: 'DiagnosticReport', status: 'final', result: [{ reference: 'Observation/one' }] },
    });
  });

  test('a document that lost an entry of one section has no words in any', () => {
    const [one, two] = [{ reference: 'Observation/1' }, { reference: 'Observation/2' }];
    const text = { div: 'd' };
    const document = {
      resourceType: 'Composition',
      section: [
        { title: 'a', text, entry: [one] },
        { title: 'b', text, section: [{ title: 'c', text }] },
      ],
    };
    expect(copied(document, { leads: toObservation })).toEqual({
      ...document,
      section: [{ title: 'a', text, entry: [{ reference: 'Observation/one' }] }, document.section[1]],
    });
    const cut = { ...document, section: [...document.section, { title: 'd', text, entry: [two] }] };
    expect(copied(cut, { leads: toObservation })).toEqual({
      resourceType: 'Composition',
      section: [
        { title: 'a', entry: [{ reference: 'Observation/one' }] },
        { title: 'b', section: [{ title: 'c' }] },
      ],
    });
  });

  test('of a bundle it has the addresses of copies', () => {
    const entry = [
      { fullUrl: 'urn:x', resource: { resourceType: 'Observation', id: '1', valueString: 'v' } },
      { resource: { resourceType: 'Observation', id: '2', valueString: 'w' } },
    ];
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      total: 2,
      link: [{ relation: 'self', url: 'urn:s' }],
      entry,
    };
    expect(copied(bundle, { leads: toObservation, documents: true })).toEqual({
      ...{ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'Observation/one' }] },
    });
  });

  test('attachments: their bytes only where documents are given, and a place of ours never', () => {
    const [inText, inFile] = [blobPlace({ n: 1, offset: 2, length: 3 }), filePlace({ n: 1, offset: 2, length: 3 })];
    const content = [
      { attachment: { contentType: 'image/png', data: inText, hash: 'h', size: 3 } },
      { attachment: { contentType: 'application/pdf', title: 't', url: inFile } },
      { attachment: { contentType: 'text/plain', data: 'QQ==' } },
      { attachment: { contentType: 'text/html', url: 'https://hospital.example/secret/17' } },
    ];
    expect(copied({ content })).toEqual({
      resourceType: 'Basic',
      content: [
        { attachment: { contentType: 'image/png' } },
        { attachment: { contentType: 'application/pdf', title: 't' } },
        { attachment: { contentType: 'text/plain' } },
        { attachment: { contentType: 'text/html' } },
      ],
    });
    const attached = (_: object, isFile: boolean) => (isFile ? 'RklMRQ==' : 'VEVYVA==');
    expect(copied({ content, data: inText }, { documents: true, attached })).toEqual({
      ...{ resourceType: 'Basic', data: 'VEVYVA==' },
      content: [
        { attachment: { contentType: 'image/png', data: 'VEVYVA==', hash: 'h', size: 3 } },
        { attachment: { contentType: 'application/pdf', title: 't', data: 'RklMRQ==' } },
        { attachment: { contentType: 'text/plain', data: 'QQ==' } },
        { attachment: { contentType: 'text/html' } },
      ],
    });
    expect(JSON.stringify(copied({ content, data: inText }, { documents: true }))).not.toContain('hale-');
  });

  test('a person is called as her owner said, and by nothing else', () => {
    const patient: Resource = {
      ...{ resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1980-05-02', name: [{ family: 'Willms' }] },
      ...{
        identifier: [{ value: '17' }],
        address: [{ city: 'Ulm' }],
        telecom: [{ value: '0' }],
        contact: [{ name: { text: 'B' } }],
      },
    };
    const given = { id: 'copy', security: SECURITY };
    expect(patientCopy(patient, { ...given, name: '', isTold: true })).toEqual({
      ...{ resourceType: 'Patient', id: 'copy', meta: { security: SECURITY }, gender: 'female', birthDate: '1980' },
    });
    expect(patientCopy(patient, { ...given, name: 'A. W.', isTold: true })).toMatchObject({
      name: [{ text: 'A. W.' }],
      birthDate: '1980-05-02',
    });
    expect(patientCopy(patient, { ...given, name: '', isTold: false })).toEqual({
      ...{ resourceType: 'Patient', id: 'copy', meta: { security: SECURITY } },
    });
  });
});

/** A word that one record alone has. */
const wordOf = (n: number): string => `word-of-${n}-alone`;
const referenceTo = (n: number) => ({
  reference: `Basic/${n}`,
  display: wordOf(n),
  identifier: { system: 'urn:n', value: wordOf(n) },
});

/** Ways in which a resource refers to another. */
const WAYS: ((n: number) => object)[] = [
  (n) => ({ one: referenceTo(n) }),
  (n) => ({ many: [referenceTo(n)] }),
  (n) => ({ entry: [{ item: referenceTo(n), flag: { text: wordOf(n) } }] }),
  (n) => ({ deep: { er: [{ evidence: [{ detail: [referenceTo(n)] }] }] } }),
  (n) => ({ extension: [{ url: 'urn:e', extension: [{ url: 'urn:i', valueReference: referenceTo(n) }] }] }),
  (n) => ({ contained: [{ resourceType: 'Device', id: 'd', owner: referenceTo(n) }], device: { reference: '#d' } }),
  (n) => ({
    contained: [{ resourceType: 'Device', id: 'e', model: wordOf(n), owner: referenceTo(n) }],
    list: [{ a: { reference: '#e' }, b: referenceTo(n) }],
  }),
  (n) => ({ section: [{ title: wordOf(n), text: { div: wordOf(n) }, entry: [referenceTo(n)] }] }),
  (n) => ({ named: { display: wordOf(n) } }),
  (n) => ({ link: { url: `https://h.example/Basic/${n}?${wordOf(n)}`, title: 'link' } }),
];

test('whatever refers to whatever in whatever way: nothing of a record that is not given is in a copy', () => {
  const record = fc.record({
    isGiven: fc.boolean(),
    // Each field once: two ways have the same.
    ways: fc.uniqueArray(fc.tuple(fc.nat(WAYS.length - 1), fc.nat(5)), {
      maxLength: 6,
      selector: ([way]) => (way === 6 ? 5 : way),
    }),
    hasText: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 6, maxLength: 6 }), (records) => {
      const leads = (reference: string) => {
        const n = Number(/^Basic\/(\d)$/.exec(reference)?.[1]);
        return records[n]?.isGiven ? { type: 'Basic', id: `copy-${n}` } : null;
      };
      const copies = records.flatMap(({ isGiven, ways, hasText }, n) => {
        if (!isGiven) return [];
        const parts = ways.map(([way, to]) => WAYS[way](to));
        const words = [n, ...ways.map(([, to]) => to)].map(wordOf).join(' ');
        // A resource whose references all lead says of them what it likes.
        const text = hasText ? { text: { div: words } } : {};
        return [
          copyOf(
            Object.assign({ resourceType: 'Basic', word: wordOf(n), ...text }, ...parts),
            extraction({ leads, id: `copy-${n}` }),
          ),
        ];
      });
      const all = JSON.stringify(copies);
      records.forEach(({ isGiven }, n) => {
        expect(all.includes(wordOf(n))).toBe(isGiven);
        if (!isGiven) expect(all).not.toContain(`Basic/${n}`);
      });
    }),
    { numRuns: 300 },
  );
});

describe('pages', () => {
  const name = fc
    .array(fc.nat(15), { minLength: 32, maxLength: 32 })
    .map((digits) => digits.map((n) => n.toString(16)).join(''));
  const copy = fc.record({ id: name, json: fc.nat(400).map((units) => JSON.stringify('x'.repeat(units))) });
  const copies = fc.uniqueArray(copy, { selector: ({ id }) => id, maxLength: 60 });

  test('have every copy once, none too full unless one is, and do not tell in which order or by what way it came to that', () => {
    fc.assert(
      fc.property(copies, fc.nat(), (given, seed) => {
        const pages = pagesOf(given, 1000);
        expect(pages.flat().map(({ id }) => id)).toEqual(given.map(({ id }) => id).sort());
        for (const page of pages) {
          const units = page.reduce((sum, { json }) => sum + json.length, 0);
          expect(units <= 1000 || page.length === 1).toBe(true);
        }
        const turned = given.map((_, i) => given[(i + seed) % given.length]).reverse();
        expect(pagesOf(turned, 1000)).toEqual(pages);
      }),
    );
  });

  test('one copy less or more changes the pages around it alone', () => {
    const many = fc.sample(copy, { numRuns: 200, seed: 7 });
    const before = new Set(pagesOf(many, 2000).map((page) => JSON.stringify(page)));
    const after = pagesOf(many.slice(1), 2000).map((page) => JSON.stringify(page));
    expect(after.filter((page) => !before.has(page)).length).toBeLessThanOrEqual(1);
  });
});
