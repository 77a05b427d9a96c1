// Hostile and damaged documents: a clear answer, and nothing half-read.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HaleError } from '@hale/kernel';
import { CCDA_RECORDS, type RecordItem, type RecordTools } from '@hale/vault/records';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentOf, readText, sectionOf, sourceOf } from './ccda-text.ts';

/** Documents need nothing that a pure room lacks. */
const TOOLS = {} as RecordTools;
const NO_FOLDER = { list: () => [], find: () => null };

const refusal = async (content: string | Uint8Array): Promise<HaleError> => {
  try {
    await readText(content);
  } catch (error) {
    if (error instanceof HaleError) return error;
    throw error;
  }
  throw new Error('it was taken');
};

test('a definition of types is refused before anything of it is read: no bomb, no file of the machine', async () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>';
  const outer = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
  const far = '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">';
  for (const dtd of [bomb, outer, far]) {
    const error = await refusal(documentOf(sectionOf('48765-2', '', '<text>&c;&e;</text>'), dtd));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/DTD/);
  }
});

test('an entity that XML itself does not have is damage', async () => {
  const error = await refusal(documentOf(sectionOf('48765-2', '', '<text>&nbsp;&c;</text>')));
  expect(error.code).toBe('malformed');
  expect(error.message).toMatch(/line \d+/);
});

test('a document that breaks off says so, wherever it does', async () => {
  const whole = documentOf(sectionOf('48765-2', '<entry><act classCode="ACT" moodCode="EVN"/></entry>'));
  await readText(whole);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 60, max: whole.length - 1 }), async (at) => {
      const error = await refusal(whole.slice(0, at));
      expect(error.code).toBe('malformed');
      expect(error.message).toMatch(/cut off|ends too early|damaged/);
    }),
    { numRuns: 100 },
  );
});

test('what a message says holds nothing of the document', async () => {
  const error = await refusal(documentOf('<component><Penicillin></component>'));
  expect(error.message + JSON.stringify(error.detail ?? {})).not.toMatch(/Penicillin|Doe/);
});

test('depth and width are bounded', async () => {
  const deep = documentOf(
    sectionOf('48765-2', '', `<text>${'<content>'.repeat(500)}x${'</content>'.repeat(500)}</text>`),
  );
  expect((await refusal(deep)).code).toBe('too-large');
  const wide = documentOf(`<component ${Array.from({ length: 90 }, (_, i) => `a${i}="1"`).join(' ')}/>`);
  expect((await refusal(wide)).code).toBe('too-large');
});

test('more entries than a document can have are refused', async () => {
  const entry = '<entry><act classCode="ACT" moodCode="EVN"/></entry>';
  expect((await refusal(documentOf(sectionOf('48765-2', entry.repeat(20_001))))).code).toBe('too-large');
});

test('an encoding that is not read is said, not guessed', async () => {
  const bytes = new TextEncoder().encode(documentOf('').replace('UTF-8', 'EBCDIC-US'));
  expect((await refusal(bytes)).code).toBe('unsupported');
});

test('XML of another kind is no clinical document', async () => {
  expect((await refusal('<note>hello</note>')).message).toMatch(/no clinical document/);
  const source = sourceOf('<?xml version="1.0"?><gpx/>', 'walk.gpx');
  expect(await CCDA_RECORDS.detect(source, NO_FOLDER)).toBe(false);
  expect(await CCDA_RECORDS.detect(sourceOf('<!-- <ClinicalDocument > --><svg/>', 'a.xml'), NO_FOLDER)).toBe(false);
  const apple = sourceOf(documentOf(''), 'export_cda.xml');
  expect(await CCDA_RECORDS.detect(apple, NO_FOLDER)).toBe(false);
});

test('the head of a document may have pages of comments before it', async () => {
  const source = sourceOf(
    `<?xml version="1.0"?><!-- ${'words '.repeat(8_000)} -->${documentOf('').replace(/^<\?.*?\?>/, '')}`,
    'a.xml',
  );
  expect(await CCDA_RECORDS.detect(source, NO_FOLDER)).toBe(true);
});

test('an attachment that is no base64 is told, and the head is kept', async () => {
  const body =
    '<component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBER%%%</text></nonXMLBody></component>';
  const opened = await CCDA_RECORDS.open(sourceOf(documentOf(body)), NO_FOLDER, TOOLS);
  const items: RecordItem[] = [];
  for await (const item of opened.items()) items.push(item);
  expect(items).toContainEqual({ type: 'unusable', place: 'body', reason: 'attachment damaged' });
  expect(items.filter(({ type }) => type === 'resource')).toHaveLength(1);
});

test('whatever bytes a document has in the middle, the answer is a document or a plain no', async () => {
  const path = fileURLToPath(new URL('../../../../test/data/records/ccda/Unstructured_text.xml', import.meta.url));
  const whole = new Uint8Array(readFileSync(path));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, spoilt) => {
      const bytes = whole.slice();
      bytes.set(spoilt.subarray(0, bytes.length - at), at);
      try {
        await readText(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(HaleError);
      }
    }),
    { numRuns: 200 },
  );
});
