// Files, folders and archives of this machine as sources for the import, and what the pure importers lack: DEFLATE and SQLite.
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import type { ByteSource, ForeignDatabase, ImportTools, SourceFolder } from '@hale/vault/import';
import { HOME_LIMITS } from './limits.ts';

/** A source that knows when it was last changed: where a recording has no date of its own, its end. */
export interface DatedSource extends ByteSource {
  readonly modifiedMicros: number;
}

export const modifiedOf = (source: ByteSource): number | undefined => (source as Partial<DatedSource>).modifiedMicros;

export class FileSource implements DatedSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMicros: number;
  readonly filePath: string;
  #handle: number | null = null;
  /** Those with a file open, the one longest so first: a recording may have thousands of files, a process only some open ones. */
  static readonly #held = new Set<FileSource>();

  constructor(filePath: string) {
    const stat = statSync(filePath);
    this.filePath = filePath;
    this.name = basename(filePath);
    this.sizeBytes = stat.size;
    this.modifiedMicros = Math.round(stat.mtimeMs * 1000);
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    const buffer = into ?? new Uint8Array(length);
    const read = readSync(this.#opened(), buffer, 0, length, offset);
    return buffer.subarray(0, read);
  }

  #opened(): number {
    if (this.#handle !== null) return this.#handle;
    const [oldest] = FileSource.#held;
    if (FileSource.#held.size >= HOME_LIMITS.importFilesOpenMax) oldest?.close();
    FileSource.#held.add(this);
    this.#handle = openSync(this.filePath, 'r');
    return this.#handle;
  }

  close(): void {
    FileSource.#held.delete(this);
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }
}

export class Folder implements SourceFolder {
  readonly #dir: string;
  readonly #open = new Map<string, FileSource>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** By name: what a disk lists first is chance, and the first of two series of one name keeps it. */
  list(): FileSource[] {
    return readdirSync(this.#dir, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
      .map((name) => this.#source(name));
  }

  find(name: string): FileSource | null {
    if (name !== basename(name)) return null;
    const stat = statSync(join(this.#dir, name), { throwIfNoEntry: false });
    return stat?.isFile() ? this.#source(name) : null;
  }

  #source(name: string): FileSource {
    let source = this.#open.get(name);
    if (!source) {
      source = new FileSource(join(this.#dir, name));
      this.#open.set(name, source);
    }
    return source;
  }

  close(): void {
    for (const source of this.#open.values()) source.close();
  }
}

/** A folder with all that lies below it, as a CD is: its directory names files by their paths. */
export class DeepFolder implements SourceFolder {
  readonly #folders: { path: string; folder: Folder }[];

  /** @throws HaleError 'too-large' */
  constructor(dir: string) {
    this.#folders = foldersBelow(dir).map((each) => ({
      path: relative(realpathSync(dir), each),
      folder: new Folder(each),
    }));
  }

  list(): ByteSource[] {
    return this.#folders.flatMap(({ path, folder }) => folder.list().map((source) => withPath(source, path)));
  }

  find(name: string): ByteSource | null {
    return this.#folders[0].folder.find(name);
  }

  close(): void {
    for (const { folder } of this.#folders) folder.close();
  }
}

function withPath(source: FileSource, path: string): DatedSource {
  const { name, sizeBytes, modifiedMicros } = source;
  const inFolder = path === '' ? name : `${path.split(sep).join('/')}/${name}`;
  return { name, path: inFolder, sizeBytes, modifiedMicros, read: (...given) => source.read(...given) };
}

/** The directory of a radiology CD lies in it. */
export const isDisc = (dir: string): boolean =>
  readdirSync(dir, { withFileTypes: true }).some((entry) => entry.isFile() && isDiscDirectory(entry.name));

export const isDiscDirectory = (name: string): boolean => /^DICOMDIR$/i.test(name);

/** A folder and those below it, level by level and by name, without links and hidden ones. @throws HaleError 'too-large' */
export function foldersBelow(dir: string): string[] {
  const found = [realpathSync(dir)];
  for (let at = 0; at < found.length; at++) {
    const names = readdirSync(found[at], { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(({ name }) => name);
    for (const name of names.sort()) found.push(join(found[at], name));
    if (found.length > HOME_LIMITS.importFoldersMax)
      throw new HaleError('too-large', 'too many folders below this one: name the one that you mean', {
        max: HOME_LIMITS.importFoldersMax,
      });
  }
  return found;
}

export const importTools: ImportTools = { inflateRaw, openDatabase };

async function* inflateRaw(compressed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const packed = Readable.from(compressed, { objectMode: false });
  const inflate = createInflateRaw();
  packed.on('error', (error) => inflate.destroy(error));
  packed.pipe(inflate);
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
  } catch (error) {
    if (error instanceof HaleError) throw error;
    throw new HaleError('malformed', 'an entry of the archive is damaged: it cannot be unpacked');
  } finally {
    packed.destroy();
    inflate.destroy();
  }
}

/** A file is read where it lies; what comes out of an archive is held in memory, so that nothing of it gets onto a disk. */
async function openDatabase(source: ByteSource): Promise<ForeignDatabase> {
  if (source instanceof FileSource) refuseUnmerged(source);
  const database =
    source instanceof FileSource
      ? new DatabaseSync(`file:${encodeURI(source.filePath).replace(/[?#]/g, encodeURIComponent)}?immutable=1`, {
          readOnly: true,
        })
      : new DatabaseSync(':memory:');
  try {
    if (!(source instanceof FileSource)) database.deserialize(withoutLog(await wholeOf(source)));
    database.enableDefensive(true);
    // The file is a stranger's: neither its views and triggers nor its functions run.
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA temp_store = 2; PRAGMA cell_size_check = ON');
    return new OpenedDatabase(database);
  } catch (error) {
    database.close();
    if (error instanceof HaleError) throw error;
    throw new HaleError('malformed', 'this database is damaged or of another kind');
  }
}

/** Read as it lies, a database leaves out what still stands in the log beside it: its newest readings would be missing, and nobody told. */
function refuseUnmerged(source: FileSource): void {
  const log = statSync(`${source.filePath}-wal`, { throwIfNoEntry: false });
  if ((log?.size ?? 0) > 0)
    throw new HaleError(
      'unsupported',
      `the newest readings of this database still lie in ${source.name}-wal beside it: close the app that writes it or export it again, then import once more`,
    );
}

/** Bytes 18 and 19 of the header ask for a write-ahead log (2), which memory cannot have; 1 reads the same pages without one. */
function withoutLog(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 19 && bytes[18] === 2) bytes[18] = 1;
  if (bytes.length > 19 && bytes[19] === 2) bytes[19] = 1;
  return bytes;
}

async function wholeOf(source: ByteSource): Promise<Uint8Array> {
  if (source.sizeBytes > HOME_LIMITS.databaseInMemoryBytesMax)
    throw new HaleError('too-large', 'this database is too large to read out of an archive: unpack it first', {
      max: HOME_LIMITS.databaseInMemoryBytesMax,
    });
  const bytes = new Uint8Array(source.sizeBytes);
  for (let at = 0; at < bytes.length; ) {
    const piece = await source.read(at, Math.min(1024 * 1024, bytes.length - at));
    if (piece.length === 0) throw new HaleError('malformed', 'this database ends early', { offset: at });
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

class OpenedDatabase implements ForeignDatabase {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.tables();
  }

  tables(): string[] {
    // A virtual table has no page of its own.
    return [...this.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")].map(([name]) =>
      String(name),
    );
  }

  /** Only of tables that hold what they give: a column that is computed on reading may make gigabytes of nothing, a virtual table runs code. */
  columns(table: string): string[] {
    const [kind] = this.rows("SELECT type FROM pragma_table_list(?) WHERE schema = 'main'", table);
    if (kind?.[0] !== 'table') return [];
    const columns = [...this.rows('SELECT name, hidden FROM pragma_table_xinfo(?)', table)];
    return columns.some(([, hidden]) => hidden !== 0) ? [] : columns.map(([name]) => String(name));
  }

  *rows(sql: string, ...parameters: (number | string)[]): Iterable<unknown[]> {
    try {
      const statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      yield* statement.iterate(...parameters) as Iterable<unknown> as Iterable<unknown[]>;
    } catch {
      throw new HaleError('malformed', 'this database is damaged or its tables are of another kind');
    }
  }

  close(): void {
    this.#database.close();
  }
}
