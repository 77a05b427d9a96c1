import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonItem, jsonItems, parseItem } from '../src/import/json-items.ts';
import { IMPORT_LIMITS } from '../src/import/limits.ts';
import { source } from './import-sources.ts';

async function split(text: string | Uint8Array, under: string[] = [], partBytes = 7): Promise<JsonItem[]> {
  const items: JsonItem[] = [];
  for await (const item of jsonItems(source('a.json', text, partBytes), under)) items.push(item);
  return items;
}

const values = (items: JsonItem[]): unknown[] =>
  items.map((item) => (item.kind === 'text' ? parseItem(item) : item.kind));

describe('splitting JSON into records', () => {
  it('gives the elements of a list, with their places', async () => {
    const text = '[{"a":1}, {"b":[1,{"c":"]}"}]} ,3,"x,]",null]';
    const items = await split(text);
    expect(values(items)).toEqual([{ a: 1 }, { b: [1, { c: ']}' }] }, 3, 'x,]', null]);
    expect(items.map(({ record }) => record)).toEqual([1, 2, 3, 4, 5]);
    expect(items.map(({ end }) => text.slice(0, end).length)).toEqual([8, 30, 33, 39, 44]);
  });

  it('gives the lines of JSON Lines, objects one after the other, and one object alone', async () => {
    expect(values(await split('{"a":1}\n{"a":2}\r\n\n{"a":3}'))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(values(await split('{"a":1}{"a":2}'))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(values(await split('{\n  "a": {\n"b": 1 }\n}'))).toEqual([{ a: { b: 1 } }]);
  });

  it('gives the elements under named keys of a top object and nothing else of it', async () => {
    const text =
      '{"type":"entry","meta":{"entry":[9]},"entry":[{"a":1},{"a":{"entry":[1]}}],"x":[1,"]"],"more":[2],"last":{}}';
    const items = await split(text, ['entry', 'more']);
    expect(values(items)).toEqual([{ a: 1 }, { a: { entry: [1] } }, 2]);
    expect(items.map(({ under }) => under)).toEqual(['entry', 'entry', 'more']);
    expect(values(await split('{"entry":[{"a":1}]}\n{"b":1}\n{"entry":[]}{"c":2}', ['entry']))).toEqual([
      { a: 1 },
      { b: 1 },
      { c: 2 },
    ]);
    expect(values(await split('{"more":["a"],"entry":[{"a":1}]}', ['entry', 'more']))).toEqual(['a', { a: 1 }]);
    expect(values(await split('{"entry":{"a":1}}', ['entry']))).toEqual([{ entry: { a: 1 } }]);
  });

  it('reads text beyond ASCII, escapes and a byte-order mark', async () => {
    const text = '\ufeff[{"ü\\"}":"日本\\u00e4"},{"a":"😀"}]';
    expect(values(await split(text, [], 1))).toEqual([{ 'ü"}': '日本ä' }, { a: '😀' }]);
  });

  it('says where a list or a record ends too early', async () => {
    expect(values(await split('[{"a":1},{"a":'))).toEqual([{ a: 1 }, 'cut-off']);
    expect(values(await split('[{"a":1},'))).toEqual([{ a: 1 }, 'cut-off']);
    expect(values(await split('{"entry":[{"a":1}', ['entry']))).toEqual([{ a: 1 }, 'cut-off']);
  });

  it('loses one line that was cut off and none behind it', async () => {
    expect(values(await split('{"a":1}\n{"a":"2\n{"a":3}\n{"a":4}'))).toEqual([
      { a: 1 },
      'cut-off',
      { a: 3 },
      { a: 4 },
    ]);
  });

  it('passes over a record that is too long, in little memory', async () => {
    const long = IMPORT_LIMITS.jsonItemBytesMax + 10;
    const text = `[{"a":1},{"a":"${'x'.repeat(long)}"},{"a":2}]`;
    expect(values(await split(text, [], 1 << 20))).toEqual([{ a: 1 }, 'too-long', { a: 2 }]);
  });

  it('gives back any list, and ends on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (list, part) => {
          const plain = JSON.parse(JSON.stringify(list)) as unknown[];
          expect(values(await split(JSON.stringify(list), [], part))).toEqual(plain);
          expect(values(await split(JSON.stringify(list, null, 1), [], part))).toEqual(plain);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
    const soup = fc.array(fc.constantFrom(...'{}[]":,\\ \n1a'), { maxLength: 60 }).map((chars) => chars.join(''));
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        const items = await split(text, ['a', '1a'], 3);
        expect(items.length).toBeLessThanOrEqual(text.length + 1);
        for (const { end } of items) expect(end).toBeLessThanOrEqual(text.length);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
