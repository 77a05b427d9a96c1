// Files on their way into the node: gathered, sent in pieces, looked at, and handed over to an import that goes on there. It lives beside the
// screens, so that one may look elsewhere meanwhile.
import type { ImportReport } from '@hale/home';
import { signal } from '@preact/signals';
import { changed } from './asking.ts';
import { fetched, HomeError } from './home-link.ts';
import { call, ofSubject } from './state.ts';

export interface Chosen {
  file: File;
  path: string;
}

export type Bringing =
  | { state: 'none' }
  | { state: 'sending'; done: number; total: number; abort: AbortController }
  | { state: 'looking'; upload: string }
  /** Tables whose columns are not sure, and papers, wait for the person; everything else is on its way. */
  | {
      state: 'asking';
      upload: string;
      subject: { subject?: string };
      tables: ImportReport[];
      /** PDFs and pictures, of which one has to say what they are. */
      papers: string[];
    }
  | { state: 'failed'; why: 'empty' | 'changed' | 'unreadable' | 'gone' | 'other'; error: HomeError | null };

export const bringing = signal<Bringing>({ state: 'none' });

// What is still on its way, or waits to be told what it is, would be left behind: the browser asks first.
addEventListener('beforeunload', (event) => {
  if (['sending', 'looking', 'asking'].includes(bringing.value.state)) event.preventDefault();
});

const PIECE_BYTES = 8 * 1024 * 1024;
const TRIES = 6;

/** Everything that was dropped, folders with what lies in them; hidden files stay out. */
export async function filesIn(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return ofInput(transfer.files);
  const found: Chosen[] = [];
  for (const entry of entries) await gather(entry, found);
  return found;
}

async function gather(entry: FileSystemEntry, found: Chosen[]): Promise<void> {
  if (entry.name.startsWith('.')) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await gather(one, found);
  }
}

export function ofInput(files: FileList | null): Chosen[] {
  return [...(files ?? [])]
    .filter(({ name }) => !name.startsWith('.'))
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Sends them, looks what is inside, and starts the import. Never throws: what went wrong stands in `bringing`. */
export async function bring(chosen: Chosen[]): Promise<void> {
  if (chosen.length === 0) {
    bringing.value = { state: 'failed', why: 'empty', error: null };
    return;
  }
  const subject = ofSubject();
  try {
    const upload = await send(distinct(chosen));
    bringing.value = { state: 'looking', upload };
    await lookInto(upload, subject, chosen);
  } catch (error) {
    bringing.value = failure(error);
  }
}

function failure(error: unknown): Bringing {
  if ((error as Error).name === 'AbortError') return { state: 'none' };
  if (error instanceof HomeError) {
    const why =
      error.code === 'not-found'
        ? 'gone'
        : error.code === 'too-large' && !('max' in error.detail)
          ? 'changed'
          : 'other';
    return { state: 'failed', why, error };
  }
  return { state: 'failed', why: 'unreadable', error: null };
}

/** One path twice (two folders of one name): told apart. */
function distinct(chosen: Chosen[]): Chosen[] {
  const taken = new Set<string>();
  return chosen.map(({ file, path }) => {
    let free = path;
    for (let n = 2; taken.has(free); n++) free = `${n}/${path}`;
    taken.add(free);
    return { file, path: free };
  });
}

async function send(chosen: Chosen[]): Promise<string> {
  const abort = new AbortController();
  const files = chosen.map(({ file, path }) => ({
    path,
    sizeBytes: file.size,
    modifiedMicros: file.lastModified * 1000,
  }));
  const { upload, sizeBytes } = await call('upload.begin', { files });
  // One run of bytes, of which nothing is read before it is sent.
  const whole = new Blob(chosen.map(({ file }) => file));
  try {
    for (let at = 0; at < sizeBytes; ) {
      bringing.value = { state: 'sending', done: at, total: sizeBytes, abort };
      at = await sendPiece(upload, whole.slice(at, at + PIECE_BYTES), at, abort.signal);
    }
  } catch (error) {
    void call('upload.drop', { upload }).catch(() => {});
    throw error;
  }
  return upload;
}

/** Where the next piece begins. A line that breaks is tried again from where the node says. */
async function sendPiece(upload: string, piece: Blob, at: number, signal: AbortSignal): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetched(`/v1/upload/${upload}?at=${at}`, {
        method: 'PUT',
        body: piece,
        headers: { 'content-type': 'application/octet-stream' },
        signal,
      });
      const body = (await answer.json()) as {
        received?: number;
        code?: string;
        title?: string;
        detail?: { received?: number };
      };
      if (answer.ok && body.received !== undefined) return body.received;
      if (body.code === 'conflict' && body.detail?.received !== undefined) return body.detail.received;
      throw new HomeError(answer.status === 403 ? 'closed' : (body.code ?? 'bug'), body.title ?? '', body.detail ?? {});
    } catch (error) {
      if (!(error instanceof HomeError) || error.code !== 'offline' || tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
    }
  }
}

/** A table with a column that is not sure. In an archive the whole is taken as it is read. */
function isUnsure(report: ImportReport, paths: ReadonlySet<string>): boolean {
  if (!report.columns || !paths.has(report.file)) return false;
  const values = report.columns.filter(({ as }) => as === 'value');
  return values.length === 0 || values.some(({ kindKnown }) => kindKnown === false);
}

/** As a browser tells it by the name of the file; what the home then cannot keep as a document, it says itself. */
const PAPER = /^(application\/pdf|image\/(png|jpeg|gif|webp|tiff|heic))$/;

async function lookInto(upload: string, subject: { subject?: string }, chosen: Chosen[]): Promise<void> {
  const paths = new Set(chosen.map(({ path }) => path));
  const reports = await call('import.look', { upload, ...subject });
  const failed = new Set(reports.flatMap((report) => (report.failed ? [report.file] : [])));
  const papers = chosen.flatMap(({ file, path }) => (PAPER.test(file.type) && failed.has(path) ? [path] : []));
  const tables = reports.filter((report) => isUnsure(report, paths));
  const unsure = new Set([...papers, ...tables.map(({ file }) => file)]);
  const sure = [...paths].filter((path) => !unsure.has(path));
  if (sure.length > 0) await call('import.start', { upload, ...subject, ...(unsure.size > 0 ? { only: sure } : {}) });
  changed();
  bringing.value = unsure.size > 0 ? { state: 'asking', upload, subject, tables, papers } : { state: 'none' };
}

/** Some of the files that waited are taken in or left out. */
export function settled(files: readonly string[]): void {
  const now = bringing.value;
  if (now.state !== 'asking') return;
  const tables = now.tables.filter(({ file }) => !files.includes(file));
  const papers = now.papers.filter((file) => !files.includes(file));
  bringing.value = tables.length + papers.length > 0 ? { ...now, tables, papers } : { state: 'none' };
}
