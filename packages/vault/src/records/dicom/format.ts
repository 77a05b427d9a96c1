// A radiology CD, or images by themselves, as a format of records. The images of one series are kept as one run of bytes: a CT has a thousand files,
// and each blob is an author of its own at the relay.
import { fail, HaleError } from '@hale/kernel';
import { readFully } from '../../import/source.ts';
import type { ByteSource, SourceFolder } from '../../import/types.ts';
import { clinicalTime } from '../clinical-time.ts';
import type { OpenedRecords, RecordFormat, RecordItem } from '../format.ts';
import { BLOB_BYTES_MAX } from '../limits.ts';
import type { DirectoryEntry } from './directory.ts';
import { DICOM_DIRECTORY_BYTES_MAX, DICOM_FILES_MAX } from './limits.ts';
import type { ImageFile } from './study.ts';

const MEDIA_TYPE = 'application/dicom';
const PREAMBLE_BYTES = 128;

async function hasMark(source: ByteSource): Promise<boolean> {
  if (source.sizeBytes < PREAMBLE_BYTES + 4) return false;
  return String.fromCharCode(...(await readFully(source, PREAMBLE_BYTES, 4))) === 'DICM';
}

const pathOf = ({ name, path = name }: ByteSource): string => path;
const isDirectory = ({ name }: ByteSource): boolean => /^DICOMDIR$/i.test(name);

/** The files of a folder are looked at once, however often one of them is asked for. */
const groups = new WeakMap<SourceFolder, Promise<ByteSource[]>>();

async function lookThrough(folder: SourceFolder): Promise<ByteSource[]> {
  const found: ByteSource[] = [];
  for (const source of folder.list()) if (await hasMark(source)) found.push(source);
  return found;
}

/** All DICOM files of the folder, its directory first; itself alone where it does not lie there. */
async function groupOf(source: ByteSource, folder: SourceFolder): Promise<ByteSource[]> {
  const looking = groups.get(folder) ?? lookThrough(folder);
  groups.set(folder, looking);
  const found = await looking;
  if (!found.some((each) => pathOf(each) === pathOf(source))) return [source];
  return [...found.filter(isDirectory), ...found.filter((each) => !isDirectory(each))];
}

export const DICOM_RECORDS: RecordFormat = {
  name: 'dicom',
  detect: hasMark,
  head: async (source, folder) => (await groupOf(source, folder))[0],
  open: async (source, folder): Promise<OpenedRecords> => {
    const files = await groupOf(source, folder);
    if (files.length > DICOM_FILES_MAX)
      fail('too-large', 'these are more images than one import takes: bring them in parts', { max: DICOM_FILES_MAX });
    return new Disc(files).open();
  },
};

/** Files behind one another as one source. */
class JoinedSource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #parts: { source: ByteSource; from: number }[] = [];

  constructor(name: string, sources: readonly ByteSource[]) {
    let from = 0;
    for (const source of sources) {
      this.#parts.push({ source, from });
      from += source.sizeBytes;
    }
    this.name = name;
    this.sizeBytes = from;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const part = this.#parts.find(({ source, from }) => offset >= from && offset < from + source.sizeBytes);
    if (!part) return new Uint8Array(0);
    const within = offset - part.from;
    return part.source.read(within, Math.min(length, part.source.sizeBytes - within));
  }
}

class Disc {
  readonly #sources: readonly ByteSource[];
  readonly #images: ImageFile[] = [];
  readonly #originals: ByteSource[] = [];
  readonly #unusable: { place: string; reason: 'cut off' | 'section not understood' }[] = [];
  readonly #notes: string[] = [];
  #directory: DirectoryEntry[] = [];

  constructor(sources: readonly ByteSource[]) {
    this.#sources = sources;
  }

  async open(): Promise<OpenedRecords> {
    const parts = await import('./index.ts');
    const bySeries = new Map<string, { source: ByteSource; header: ImageFile['header'] }[]>();
    for (const source of this.#sources) {
      const header = await this.#header(source, parts.readHeader);
      if (header === null) continue;
      if (header.text('x00020002') === parts.DIRECTORY_CLASS) {
        this.#directory.push(...parts.readDirectory(header));
        this.#originals.push(source);
      } else {
        const key = `${header.text('x0020000d')} ${header.text('x0020000e')}`;
        const known = bySeries.get(key);
        if (known) known.push({ source, header });
        else bySeries.set(key, [{ source, header }]);
      }
    }
    for (const files of bySeries.values()) this.#keep(files);
    if (this.#originals.length === 0 && this.#sources.length === 1)
      return fail('malformed', 'this DICOM file is damaged or breaks off: its header does not fit its length');
    this.#tellMissing(parts.filesIn(this.#directory));
    return {
      kind: 'dicom',
      what: this.#what(bySeries.size),
      system: '',
      originals: this.#originals.map((source) => ({ source, mediaType: MEDIA_TYPE })),
      items: async function* (this: Disc, blobs?: readonly number[]): AsyncGenerator<RecordItem, void, void> {
        for (const text of this.#notes) yield { type: 'note', text };
        for (const each of this.#unusable) yield { type: 'unusable', ...each };
        for (const { resource, path } of parts.studyResources(this.#images, blobs ?? []))
          yield {
            type: 'resource',
            resource,
            place: path,
            fullUrl: `urn:uuid:${resource.id}`,
            notes: clinicalTime(resource)?.lacksZone ? ['no-zone'] : [],
          };
      }.bind(this),
    };
  }

  /** Null: damaged, which is told, and the others are taken. */
  async #header(
    source: ByteSource,
    read: typeof import('./header.ts').readHeader,
  ): Promise<ImageFile['header'] | null> {
    try {
      return await read(source, isDirectory(source) ? DICOM_DIRECTORY_BYTES_MAX : undefined);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      if (this.#sources.length === 1) throw error;
      this.#unusable.push({
        place: pathOf(source),
        reason: error.code === 'malformed' ? 'cut off' : 'section not understood',
      });
      return null;
    }
  }

  /** One run of bytes for a series; several where it is larger than a blob. */
  #keep(files: readonly { source: ByteSource; header: ImageFile['header'] }[]): void {
    let part: ByteSource[] = [];
    let bytes = 0;
    const [{ header }] = files;
    const name = ['series', header.text('x00200011'), header.text('x00080060')].filter(Boolean).join(' ');
    const close = () => {
      if (part.length > 0) this.#originals.push(part.length === 1 ? part[0] : new JoinedSource(`${name}.dcm`, part));
      part = [];
      bytes = 0;
    };
    for (const { source, header: own } of files) {
      if (bytes + source.sizeBytes > BLOB_BYTES_MAX) close();
      const place = { original: this.#originals.length, offset: bytes, length: source.sizeBytes };
      this.#images.push({ header: own, path: pathOf(source), place });
      part.push(source);
      bytes += source.sizeBytes;
    }
    close();
  }

  #tellMissing(named: readonly string[]): void {
    const here = new Set(this.#sources.map((source) => pathOf(source).toLowerCase()));
    const isHere = (path: string) =>
      [...here].some((each) => each === path.toLowerCase() || each.endsWith(`/${path.toLowerCase()}`));
    const missing = named.filter((path) => !isHere(path)).length;
    if (missing > 0)
      this.#notes.push(`${missing} of the ${named.length} files that the CD’s directory names are not there.`);
  }

  #what(series: number): string {
    const images = `${this.#images.length} ${this.#images.length === 1 ? 'image' : 'images'} in ${series} series`;
    return this.#directory.length > 0 ? `A radiology CD: ${images}` : `Radiology (DICOM): ${images}`;
  }
}
