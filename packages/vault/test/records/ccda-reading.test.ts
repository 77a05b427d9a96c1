// What single things of a document become: times, reasons for nothing, negation, values, texts by reference, attachments.
import { parseBlobPlace } from '@hale/vault/records';
import { loadChecker } from '@hale/vault/records/check';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeText } from '../../src/records/hl7-time.ts';
import { documentOf, readOne, readText, sectionOf } from './ccda-text.ts';

describe('times', () => {
  test.each([
    ['2013', '2013'],
    ['201308', '2013-08'],
    ['20130815', '2013-08-15'],
    ['20130815-0800', '2013-08-15'],
    ['2013081510', '2013-08-15T10:00:00'],
    ['201308151030', '2013-08-15T10:30:00'],
    ['201308151030-0800', '2013-08-15T10:30:00-08:00'],
    ['20130815103059+0530', '2013-08-15T10:30:59+05:30'],
    ['20130815103059.123+0000', '2013-08-15T10:30:59.123+00:00'],
    ['2013-08-15', '2013-08-15'],
    ['20130231', ''],
    ['20013103', ''],
    ['00000000', ''],
    ['200130212', ''],
    ['yesterday', ''],
    ['', ''],
  ])('%s', (written, told) => expect(timeText(written)).toBe(told));

  test('any text is a FHIR time or nothing', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.+-]{0,26}$/), (text) => {
        expect(timeText(text)).toMatch(/^$|^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?$/);
      }),
    ));
});

const observation = (inner: string, attributes = '') =>
  `<entry><observation classCode="OBS" moodCode="EVN" ${attributes}><code code="718-7" codeSystem="2.16.840.1.113883.6.1" displayName="Hemoglobin"/><statusCode code="completed"/><effectiveTime value="20260101"/>${inner}</observation></entry>`;
const result = (inner: string, attributes?: string) => documentOf(sectionOf('30954-2', observation(inner, attributes)));

describe('values', () => {
  test.each([
    [
      '<value xsi:type="PQ" value="5.4" unit="mmol/L"/>',
      { valueQuantity: { value: 5.4, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' } },
    ],
    [
      '<value xsi:type="PQ" value="5.4" unit="units per litre"/>',
      { valueQuantity: { value: 5.4, unit: 'units per litre' } },
    ],
    [
      '<value xsi:type="PQ" nullFlavor="OTH"><translation value="7" displayName="drops"/></value>',
      { valueQuantity: { value: 7, unit: 'drops' } },
    ],
    [
      '<value xsi:type="IVL_PQ"><low value="8" unit="mg/L" inclusive="false"/></value>',
      { valueQuantity: { value: 8, comparator: '>' } },
    ],
    [
      '<value xsi:type="IVL_PQ"><high value="3" unit="mg/L"/></value>',
      { valueQuantity: { value: 3, comparator: '<=' } },
    ],
    [
      '<value xsi:type="IVL_PQ"><low value="1" unit="d"/><high value="2" unit="d"/></value>',
      { valueRange: { low: { value: 1 }, high: { value: 2 } } },
    ],
    ['<value xsi:type="INT" value="3"/>', { valueInteger: 3 }],
    ['<value xsi:type="BL" value="false"/>', { valueBoolean: false }],
    ['<value xsi:type="ST">  Two\n  words </value>', { valueString: 'Two words' }],
    ['<value xsi:type="TS" value="20251231"/>', { valueDateTime: '2025-12-31' }],
    [
      '<value xsi:type="RTO_PQ_PQ"><numerator value="1"/><denominator value="128"/></value>',
      { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } },
    ],
    ['<value xsi:type="PQ" nullFlavor="ASKU"/>', { dataAbsentReason: { coding: [{ code: 'asked-unknown' }] } }],
    [
      '<value xsi:type="CD" nullFlavor="OTH"><originalText>Odd</originalText></value>',
      { valueCodeableConcept: { text: 'Odd' } },
    ],
  ])('%s', async (inner, told) => expect(await readOne('Observation', result(inner))).toMatchObject(told));

  test('a second value stands among the components', async () => {
    const found = await readOne(
      'Observation',
      result('<value xsi:type="INT" value="3"/><value xsi:type="ST">more</value>'),
    );
    expect(found).toMatchObject({ valueInteger: 3, component: [{ valueString: 'more' }] });
  });

  test('something that is not so never reads as if it were', async () => {
    const value = '<value xsi:type="CD" code="56018004" codeSystem="2.16.840.1.113883.6.96" displayName="Wheezing"/>';
    const found = await readOne('Observation', result(value, 'negationInd="true"'));
    expect(found.valueCodeableConcept).toEqual({ text: 'Not so: Wheezing' });
    expect(JSON.stringify(found)).not.toContain('56018004');
  });
});

test('codes have all their translations, systems by identifier, and the words that stand in the section', async () => {
  const value = `<value xsi:type="CD" code="233604007" codeSystem="2.16.840.1.113883.6.96" displayName="Pneumonia"><originalText><reference value="#p1"/></originalText>
    <translation code="J18.9" codeSystem="2.16.840.1.113883.6.90"/><translation code="x" codeSystem="1.2.3.4"/></value>`;
  const text = '<text><table><tbody><tr ID="p1"><td>Pneumonia,</td><td>left lung</td></tr></tbody></table></text>';
  const found = await readOne('Observation', documentOf(sectionOf('30954-2', observation(value), text)));
  expect(found.valueCodeableConcept).toEqual({
    coding: [
      { system: 'http://snomed.info/sct', code: '233604007', display: 'Pneumonia' },
      { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J18.9' },
      { system: 'urn:oid:1.2.3.4', code: 'x' },
    ],
    text: 'Pneumonia, left lung',
  });
});

const problem = (attributes: string) =>
  documentOf(
    sectionOf(
      '11450-4',
      `<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><code code="CONC"/><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" ${attributes}><templateId root="2.16.840.1.113883.10.20.22.4.4"/><code code="55607006"/><value xsi:type="CD" code="73211009" codeSystem="2.16.840.1.113883.6.96" displayName="Diabetes"/></observation></entryRelationship></act></entry>`,
    ),
  );

test('a problem that is denied is refuted', async () => {
  expect(await readOne('Condition', problem(''))).toMatchObject({
    verificationStatus: { coding: [{ code: 'confirmed' }] },
  });
  const denied = await readOne('Condition', problem('negationInd="true"'));
  expect(denied).toMatchObject({ verificationStatus: { coding: [{ code: 'refuted' }] } });
  expect(denied.clinicalStatus).toBeUndefined();
});

test('no known allergies has a code of its own, and a denied one is refuted', async () => {
  const allergy = (participant: string) =>
    documentOf(
      sectionOf(
        '48765-2',
        `<entry><observation classCode="OBS" moodCode="EVN" negationInd="true"><templateId root="2.16.840.1.113883.10.20.22.4.7"/><code code="ASSERTION"/><value xsi:type="CD" code="416098002" codeSystem="2.16.840.1.113883.6.96"/>${participant}</observation></entry>`,
      ),
    );
  expect(await readOne('AllergyIntolerance', allergy(''))).toMatchObject({
    code: { coding: [{ code: '409137002' }] },
    verificationStatus: { coding: [{ code: 'confirmed' }] },
  });
  const named =
    '<participant typeCode="CSM"><participantRole><playingEntity><code code="70618" codeSystem="2.16.840.1.113883.6.88" displayName="Penicillin"/></playingEntity></participantRole></participant>';
  expect(await readOne('AllergyIntolerance', allergy(named))).toMatchObject({
    code: { coding: [{ code: '70618' }] },
    verificationStatus: { coding: [{ code: 'refuted' }] },
  });
});

describe('what is not known', () => {
  test('a section and statements of no known kind are kept: text, and each by what its element is', async () => {
    const inner = `<entry><observation classCode="OBS" moodCode="EVN"><templateId root="9.9.9"/><code code="zz" codeSystem="9.9"/><value xsi:type="ST">seen</value>
      <entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN"><code code="yy" codeSystem="9.9"/></procedure></entryRelationship></observation></entry>
      <entry><regionOfInterest classCode="ROIOVL" moodCode="EVN"><code code="ELLIPSE"/></regionOfInterest></entry>`;
    const read = await readText(
      documentOf(
        sectionOf(
          '00000-0',
          inner,
          '<text><paragraph>Odd <content styleCode="Bold">words</content></paragraph></text>',
        ),
      ),
    );
    expect(read.made.map(({ resource }) => resource.resourceType)).toEqual([
      'Patient',
      'Composition',
      'Observation',
      'Procedure',
    ]);
    expect(read.sections).toMatchObject([
      { name: '1', entries: 2, read: 1, narrative: 1, statements: 3, statementsRead: 2 },
    ]);
    expect(JSON.stringify(read.made[1].resource)).toContain('<p>Odd <span class=\\"Bold\\">words</span></p>');
  });

  test('an entry that says nothing is counted as that', async () => {
    const read = await readText(
      documentOf(sectionOf('48765-2', '<entry><act classCode="ACT" moodCode="EVN" nullFlavor="NI"/></entry>')),
    );
    expect(read.sections).toMatchObject([{ entries: 1, read: 0, silent: 1, narrative: 0 }]);
  });

  test('an empty section says why', async () => {
    const section = sectionOf('48765-2', '').replace('<section>', '<section nullFlavor="NASK">');
    const composition = await readOne('Composition', documentOf(section));
    expect(composition).toMatchObject({ section: [{ emptyReason: { coding: [{ code: 'notasked' }] } }] });
  });

  test('sections lie in sections', async () => {
    const inner = sectionOf('8716-3', observation('<value xsi:type="INT" value="1"/>')).replaceAll(
      /<\/?structuredBody>|^<component>|<\/component>$/g,
      '',
    );
    const composition = await readOne('Composition', documentOf(sectionOf('29545-1', inner)));
    expect(composition).toMatchObject({ section: [{ section: [{ entry: [{}] }] }] });
  });
});

test('the text of a section runs nothing and loads nothing', async () => {
  const text = `<text><script>alert(1)</script><content onclick="x()" ID="a b">A</content><linkHtml href="javascript:alert(1)">L</linkHtml>
    <linkHtml href="https://example.org/a?b=1&amp;c=2">M</linkHtml><img src="http://192.0.2.1/x.png"/><iframe src="x">in</iframe><style>p{}</style>
    <list listType="ordered"><caption>Title</caption><item>One</item></list><renderMultiMedia referencedObject="X1"><caption>Pic</caption></renderMultiMedia>
    a &lt; b &amp; c<br/></text>`;
  const composition = await readOne('Composition', documentOf(sectionOf('29545-1', '', text)));
  const { div } = (composition.section as { text: { div: string } }[])[0].text;
  expect(div).not.toMatch(/script|onclick|javascript|img|iframe|style/);
  expect(div).toContain('<a href="https://example.org/a?b=1&amp;c=2">M</a>');
  expect(div).toContain('<p><b>Title</b></p><ol><li>One</li></ol>');
  expect(div).toContain('[Pic: X1]');
  expect(div).toContain('a &lt; b &amp; c<br/>');
  expect((await loadChecker()).check(composition)).toEqual([]);
});

describe('files inside', () => {
  const pdf = Buffer.from(`%PDF-1.4\n${'0123456789'.repeat(9_000)}`);
  const wrapped = pdf.toString('base64').replace(/.{76}/g, '$&\r\n');
  const body = (data: string) =>
    documentOf(
      `<component><nonXMLBody><text mediaType="application/pdf" representation="B64">${data}</text></nonXMLBody></component>`,
    );

  test.each([7, 1_000, 1 << 20])(
    'a long one is not held: its place in the file is (pieces of %i bytes)',
    async (pieceBytes) => {
      // Letters of several bytes before it: a place counts bytes.
      const text = body(wrapped).replace('<title>Summary</title>', '<title>Zażółć 医</title>');
      const read = await readText(text, pieceBytes);
      const document = read.made.find(({ resource }) => resource.resourceType === 'DocumentReference')!.resource;
      const [{ attachment }] = document.content as { attachment: { contentType: string; data: string } }[];
      const place = parseBlobPlace(attachment.data)!;
      expect(place.n).toBe(7);
      const written = Buffer.from(text)
        .subarray(place.offset, place.offset + place.length)
        .toString();
      expect(Buffer.from(written, 'base64').equals(pdf)).toBe(true);
      expect(document.description).toBe('Zażółć 医');
    },
  );

  test('a short one stands in the record', async () => {
    const document = await readOne('DocumentReference', body('JVBERi0x\n  LjQ='));
    expect(document).toMatchObject({
      content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERi0xLjQ=' } }],
    });
  });

  test('a picture among the entries is one', async () => {
    const entry =
      '<entry><observationMedia classCode="OBS" moodCode="EVN" ID="P1"><value mediaType="image/png" representation="B64">iVBORw0KGgo=</value></observationMedia></entry>';
    expect(await readOne('Media', documentOf(sectionOf('29545-1', entry)))).toMatchObject({
      content: { contentType: 'image/png', title: 'P1' },
    });
  });
});

test('windows-1252 and UTF-16 are read as they say', async () => {
  const text = documentOf('').replace('Summary<', 'Müller’s<');
  const latin = Buffer.from(text.replace('UTF-8', 'windows-1252').replace('’', '\u0092'), 'latin1');
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('UTF-8', 'UTF-16'), 'utf16le')]);
  for (const bytes of [latin, wide]) expect((await readText(new Uint8Array(bytes))).title).toBe('Müller’s');
});

test('prefixes of namespaces do not matter', async () => {
  const text = documentOf(sectionOf('30954-2', observation('<value xsi:type="INT" value="3"/>')));
  const prefixed = text
    .replace(/<(\/?)(?!\?)([a-zA-Z])/g, '<$1cda:$2')
    .replace('xmlns="urn', 'xmlns:cda="urn')
    .replace('xsi:type="INT"', 'xsi:type="cda:INT"');
  expect(await readOne('Observation', prefixed)).toMatchObject({ valueInteger: 3 });
});

test('the same document read twice has the same ids, and one with a changed value too', async () => {
  const ids = async (value: string) => {
    const text = result(`<value xsi:type="INT" value="${value}"/>`).replace(
      '<statusCode',
      '<id root="1.2" extension="77"/><statusCode',
    );
    return (await readText(text)).made.map(({ resource }) => resource.id);
  };
  expect(await ids('3')).toEqual(await ids('3'));
  const [before, after] = [await ids('3'), await ids('4')];
  expect(after.at(-1)).toBe(before.at(-1));
});
