// What a file format is to the import. A new one is one file that exports an ImportFormat, and one line in formats.ts.
import type { ByteSource, ImportOptions, OpenedImport, SourceFolder } from './types.ts';

export interface ImportFormat {
  /** Short, lower case: `wfdb`, `fit`. */
  readonly name: string;
  /**
   * Is this source of the format? Reads little (at most some 64 kB, see takeSample) and never throws for what is merely another format; a
   * source that is plainly meant to be of this format and broken is claimed, so that `open` can say what is wrong.
   */
  detect(source: ByteSource, folder: SourceFolder): Promise<boolean>;
  /**
   * Where several files make one recording or export, the one that stands for all: only that is opened, once. Left out: each file by itself.
   * null = this file cannot be read without another that is not there.
   */
  head?(source: ByteSource, folder: SourceFolder): ByteSource | null | Promise<ByteSource | null>;
  /** @throws HaleError 'malformed' | 'unsupported' | 'not-found' | 'too-large' | 'usage', with a place and without any content of the file */
  open(source: ByteSource, folder: SourceFolder, options: ImportOptions): Promise<OpenedImport>;
}
