// Six documents that nobody on this project wrote: what Python counts in each section is read, what was read in them by eye is what comes out.
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DocumentRead, parseXml, piecesOf, readDocument } from '@hale/vault/records/ccda';
import { loadChecker } from '@hale/vault/records/check';
import { beforeAll, describe, expect, test } from 'vitest';

interface Expected {
  sections: { code: string; entries: number; statements: number; textWords: number }[];
  values: { type: string; with: Record<string, unknown>; is: Record<string, unknown> }[];
  attachment?: { bytes: number; begins: string };
}

const FOLDER = fileURLToPath(new URL('../../../../test/data/records/ccda', import.meta.url));
const FILES = globSync(`${FOLDER}/*.xml`).sort();

async function readFile(path: string): Promise<DocumentRead> {
  const bytes = new Uint8Array(readFileSync(path));
  const source = {
    name: basename(path),
    sizeBytes: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  return readDocument(await parseXml(piecesOf(source, 0)));
}

/** `code.coding.0.code` of a value; null where there is none. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((of, key) => (of as Record<string, unknown> | undefined)?.[key], value) ?? null;

const expectedOf = (path: string): Expected =>
  JSON.parse(readFileSync(path.replace(/\.xml$/, '.expected.json'), 'utf8'));

const wordsOf = (div: unknown): number =>
  String(div ?? '')
    .replace(/<[^>]*>/g, ' ')
    .split(/\s+/)
    .filter(Boolean).length;

test('all six are here', () => expect(FILES).toHaveLength(6));

describe.each(FILES.map((path) => [basename(path), path]))('%s', (_, path) => {
  const expected = expectedOf(path);
  let read: DocumentRead;
  beforeAll(async () => {
    read = await readFile(path);
  });

  test('every section and every statement in it is read', () => {
    const counted = read.sections.map(({ code, entries, statements }) => ({ code, entries, statements }));
    expect(counted).toEqual(expected.sections.map(({ code, entries, statements }) => ({ code, entries, statements })));
    for (const section of read.sections) {
      expect(section.read + section.silent).toBe(section.entries);
      expect(section.statementsRead, section.name).toBe(section.statements);
    }
    expect(read.unusable).toEqual([]);
  });

  test('the text of every section is kept, word by word', () => {
    const composition = read.made.find(({ resource }) => resource.resourceType === 'Composition')?.resource;
    const flat = (sections: unknown): Record<string, unknown>[] =>
      ((sections ?? []) as Record<string, unknown>[]).flatMap((each) => [each, ...flat(each.section)]);
    const words = flat(composition?.section).map((each) => wordsOf(at(each, 'text.div')));
    // Letters that were apart only by a tag (`H<sub>2</sub>O`) are counted apart here and as one there.
    expect(words).toHaveLength(expected.sections.length);
    for (const [i, { textWords }] of expected.sections.entries()) expect(words[i]).toBeGreaterThanOrEqual(textWords);
  });

  test('values read by eye', () => {
    expect(expected.values.flatMap(({ is }) => Object.keys(is)).length).toBeGreaterThanOrEqual(11);
    for (const { type, with: wanted, is } of expected.values) {
      const found = read.made.filter(
        ({ resource }) =>
          resource.resourceType === type &&
          Object.entries(wanted).every(([path, value]) => at(resource, path) === value),
      );
      const what = `${type} ${JSON.stringify(wanted)}`;
      expect(found.length, what).toBeGreaterThan(0);
      const told = (resource: unknown) => Object.fromEntries(Object.keys(is).map((path) => [path, at(resource, path)]));
      // A document may tell a thing twice: one of them is what was read by eye.
      const all = found.map(({ resource }) => told(resource));
      expect(all, what).toContainEqual(is);
    }
  });

  test('all of it is FHIR R4', async () => {
    const checker = await loadChecker();
    const errors = read.made.flatMap(({ resource }) =>
      checker.check(resource).map(({ rule, path }) => `${resource.resourceType} ${rule} ${path}`),
    );
    expect(errors).toEqual([]);
  });

  test('every reference leads to something in the document, and no two have one id', () => {
    const ids = new Set(read.made.map(({ resource }) => `urn:uuid:${resource.id}`));
    expect(ids.size).toBe(read.made.length);
    const references = [...JSON.stringify(read.made).matchAll(/"reference":"([^"]+)"/g)].map(
      ([, reference]) => reference,
    );
    expect(references.filter((each) => !ids.has(each))).toEqual([]);
  });

  test.runIf(expected.attachment)('the file inside is whole', () => {
    const document = read.made.find(({ resource }) => resource.resourceType === 'DocumentReference')?.resource;
    const data = Buffer.from(String(at(document, 'content.0.attachment.data')), 'base64');
    expect(data).toHaveLength(expected.attachment!.bytes);
    expect(data.toString('utf8').startsWith(expected.attachment!.begins)).toBe(true);
  });
});
