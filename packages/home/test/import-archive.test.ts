// Archives as a person has them: made by the zip program's rules, whole, cut, locked, lying and exploding.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync } from 'node:zlib';
import { type ByteSource, sourcesIn, zipFolder } from '@hale/vault/import';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FileSource, Folder, foldersBelow, importTools } from '../src/import-sources.ts';
import { memorySource, type ZipPart, zipOf } from './zip-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'hale-archive-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function textOf(source: ByteSource): Promise<string> {
  let text = '';
  for (let at = 0; at < source.sizeBytes; ) {
    const piece = await source.read(at, 1000);
    if (piece.length === 0) break;
    text += Buffer.from(piece).toString('latin1');
    at += piece.length;
  }
  return text;
}

const TABLE = `time,heart rate (bpm)\n${Array.from({ length: 3000 }, (_, i) => `2026-05-01T00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}Z,${60 + (i % 9)}`).join('\n')}\n`;

describe('an archive', () => {
  test('is a folder of its entries, stored or packed, in clear names', async () => {
    const parts: ZipPart[] = [
      { path: 'a/b/table.csv', content: TABLE },
      { path: 'stored.txt', content: 'as it is', stored: true },
      { path: 'empty/', content: '' },
    ];
    const folder = await zipFolder(memorySource('x.zip', zipOf(parts)), importTools);
    expect(folder.list().map(({ path, name }) => [path, name])).toEqual([
      ['a/b/table.csv', 'table.csv'],
      ['stored.txt', 'stored.txt'],
    ]);
    expect(await textOf(folder.find('table.csv')!)).toBe(TABLE);
    expect(await textOf(folder.find('stored.txt')!)).toBe('as it is');
    expect((await sourcesIn(folder)).map(({ source, format }) => [source.name, format])).toEqual([
      ['table.csv', 'csv'],
    ]);
  });

  test('reads right wherever it is read, back and forth', async () => {
    const content = Array.from({ length: 200_000 }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90))).join('');
    const folder = await zipFolder(memorySource('x.zip', zipOf([{ path: 'x', content }])), importTools);
    const [one] = folder.list();
    await fc.assert(
      fc.asyncProperty(fc.nat(200_100), fc.nat(9000), async (offset, length) => {
        const read = Buffer.from(await one.read(offset, length)).toString('latin1');
        expect(read).toBe(content.slice(offset, offset + length));
      }),
      { numRuns: 60 },
    );
  });

  test('with zip64 sizes and names that climb is read, and its names are nothing but labels', async () => {
    const bytes = zipOf([{ path: '../../etc/passwd', content: 'no' }], { zip64: true });
    const [one] = (await zipFolder(memorySource('x.zip', bytes), importTools)).list();
    expect([one.name, await textOf(one)]).toEqual(['passwd', 'no']);
  });

  test('cut at any byte is a clear error or a shorter archive, never a crash', async () => {
    const bytes = zipOf([{ path: 'table.csv', content: TABLE.slice(0, 2000) }]);
    for (let end = 0; end < bytes.length; end += 3)
      await expect(zipFolder(memorySource('x.zip', bytes.subarray(0, end)), importTools)).rejects.toMatchObject({
        code: 'malformed',
      });
  });

  test.each([
    ['locked with a password', { encrypted: true }, 'unsupported'],
    ['packed in an unknown way', { method: 99 }, 'unsupported'],
    ['larger than it says', { lieBytes: 10 }, 'malformed'],
    ['smaller than it says', { lieBytes: TABLE.length + 10 }, 'malformed'],
    ['damaged inside', { damage: true }, 'malformed'],
    ['another than its checksum tells', { crc: 1 }, 'malformed'],
    ['stored, another than its checksum tells', { crc: 1, stored: true }, 'malformed'],
  ] as const)('%s: said when it is read', async (_, over, code) => {
    const bytes = zipOf([{ path: 'x', content: TABLE, ...over }]);
    const [one] = (await zipFolder(memorySource('x.zip', bytes), importTools)).list();
    await expect(textOf(one)).rejects.toMatchObject({ code });
  });

  test('with a wrong checksum stays refused when its last bytes are read again', async () => {
    for (const stored of [false, true]) {
      const bytes = zipOf([{ path: 'x', content: TABLE, crc: 1, stored }]);
      const [one] = (await zipFolder(memorySource('x.zip', bytes), importTools)).list();
      await expect(textOf(one)).rejects.toMatchObject({ code: 'malformed' });
      await expect(one.read(TABLE.length - 5, 5)).rejects.toMatchObject({ code: 'malformed' });
    }
  });

  test('a bomb ends at the size that it tells of, in little memory', async () => {
    const packed = deflateRawSync(Buffer.alloc(200_000_000));
    const bytes = zipOf([{ path: 'bomb', content: '', packed, lieBytes: 1000 }]);
    const [one] = (await zipFolder(memorySource('x.zip', bytes), importTools)).list();
    const before = process.memoryUsage().rss;
    await expect(textOf(one)).rejects.toMatchObject({ code: 'malformed' });
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });
});

describe('a foreign database', () => {
  const made = new DatabaseSync(':memory:');
  made.exec("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL); CREATE VIEW v AS SELECT * FROM t");
  const bytes = made.serialize();

  test('is read from a file and out of an archive alike', async () => {
    writeFileSync(join(dir, 'my file?#%.db'), bytes);
    const zip = await zipFolder(memorySource('x.zip', zipOf([{ path: 'x.db', content: bytes }])), importTools);
    for (const source of [new FileSource(join(dir, 'my file?#%.db')), zip.list()[0]]) {
      const database = await importTools.openDatabase(source);
      expect(database.tables()).toEqual(['t']);
      expect(database.columns('t')).toEqual(['a', 'b']);
      expect(database.columns('nothing')).toEqual([]);
      expect([...database.rows('SELECT a, b FROM t WHERE a > ?', 1)]).toEqual([[2, null]]);
      expect(() => [...database.rows('SELECT c FROM t')]).toThrow(expect.objectContaining({ code: 'malformed' }));
      database.close();
    }
  });

  test('kept with a write-ahead log is read out of an archive', async () => {
    const logged = Uint8Array.from(bytes);
    logged.fill(2, 18, 20);
    const database = await importTools.openDatabase(memorySource('x.db', logged));
    expect([...database.rows('SELECT a FROM t')]).toEqual([[1], [2]]);
    database.close();
  });

  test('with readings that are still in the log beside it is refused, not read without them', async () => {
    const path = join(dir, 'app.db');
    const app = new DatabaseSync(path);
    app.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    await expect(importTools.openDatabase(new FileSource(path))).rejects.toMatchObject({ code: 'unsupported' });
    app.close();
    const database = await importTools.openDatabase(new FileSource(path));
    expect([...database.rows('SELECT a FROM t')]).toEqual([[1]]);
    database.close();
  });

  test('whose columns are computed on reading, or that is virtual, has no such table', async () => {
    const hostile = new DatabaseSync(':memory:');
    hostile.exec(`CREATE TABLE late (a, b GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL);
      CREATE TABLE kept (a, b GENERATED ALWAYS AS (a + 1) STORED);
      CREATE VIRTUAL TABLE search USING fts5(a); CREATE TABLE plain (a)`);
    const database = await importTools.openDatabase(memorySource('x.db', hostile.serialize()));
    const columns = ['late', 'kept', 'search', 'plain'].map((table) => database.columns(table));
    expect(columns).toEqual([[], [], [], ['a']]);
    expect(database.tables()).not.toContain('search');
    database.close();
  });

  test('damaged anywhere: a clear error or rows, never a crash', async () => {
    for (let at = 0; at < bytes.length; at += 37) {
      const bad = Uint8Array.from(bytes);
      bad[at] ^= 0xff;
      try {
        const database = await importTools.openDatabase(memorySource('x.db', bad));
        try {
          for (const table of database.tables()) database.columns(table);
          for (const _ of database.rows('SELECT * FROM t'));
        } finally {
          database.close();
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'malformed' });
      }
    }
    await expect(importTools.openDatabase(memorySource('x.db', new Uint8Array(50)))).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

test('folders below a folder are found, without hidden ones', () => {
  mkdirSync(join(dir, 'tree/a/b'), { recursive: true });
  mkdirSync(join(dir, 'tree/.git'), { recursive: true });
  writeFileSync(join(dir, 'tree/a/b/t.csv'), TABLE);
  const folders = foldersBelow(join(dir, 'tree'));
  expect(folders.map((path) => path.slice(path.indexOf('tree')))).toEqual(['tree', 'tree/a', 'tree/a/b']);
  expect(folders.flatMap((path) => new Folder(path).list().map(({ name }) => name))).toEqual(['t.csv']);
});
