// Imports that go on in the node, whoever looks at them: one after the other, with how far they are and what became of each file. All of it is in
// the memory of the node and gone with it.
import { randomBytes } from 'node:crypto';
import { HaleError } from '@hale/kernel';
import type { Emitted, ImportJob, ImportTaste } from './api.ts';
import type { Home } from './home.ts';
import { HOME_LIMITS } from './limits.ts';
import { problemOf } from './problem.ts';
import type { Upload } from './uploads.ts';

interface Job extends ImportJob {
  readonly abort: AbortController;
  readonly upload: Upload;
  readonly taste: ImportTaste;
  readonly only: readonly string[] | undefined;
}

/** How far an import is, as it says it on its way. */
type Progress = Extract<Emitted, { progress: unknown }>['progress'];

export class ImportJobs {
  readonly #home: Home;
  #jobs: Job[] = [];
  #working = false;

  constructor(home: Home) {
    this.#home = home;
  }

  /** @throws HaleError 'unavailable' where too many wait */
  start(upload: Upload, only: readonly string[] | undefined, taste: ImportTaste, dryRun: boolean): ImportJob {
    if (this.#jobs.filter(isOpen).length >= HOME_LIMITS.importJobsMax)
      throw new HaleError('unavailable', 'many imports are waiting already; wait until some are done');
    upload.folders(only);
    const files = upload.files.filter(({ path }) => only === undefined || only.includes(path));
    const job: Job = {
      id: randomBytes(6).toString('hex'),
      subject: this.#home.vault.subject(taste.subject).name,
      files: files.slice(0, HOME_LIMITS.importJobNamesMax).map(({ path }) => path),
      fileCount: files.length,
      dryRun,
      state: 'waiting',
      progress: null,
      reports: [],
      problem: null,
      startedMicros: this.#home.nowMicros(),
      endedMicros: null,
      abort: new AbortController(),
      upload,
      taste,
      only,
    };
    upload.readers++;
    this.#jobs.push(job);
    this.#forgetOldest();
    void this.#work();
    return shown(job);
  }

  #forgetOldest(): void {
    const over = this.#jobs.filter((job) => !isOpen(job));
    for (const job of over.slice(0, Math.max(0, over.length - HOME_LIMITS.importJobsKeptMax))) this.forget(job.id);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#run(next);
    } finally {
      this.#working = false;
    }
  }

  #next(): Job | undefined {
    return this.#jobs.find(({ state }) => state === 'waiting');
  }

  async #run(job: Job): Promise<void> {
    job.state = 'running';
    // The file formats are much code, and most nodes import seldom: loaded at the first import.
    const { importBrought } = await import('./operations/import.ts');
    const emit = (said: Emitted) => {
      if ('progress' in said) job.progress = said.progress satisfies Progress;
    };
    try {
      const context = { home: this.#home, emit, signal: job.abort.signal };
      await importBrought(context, job.upload.folders(job.only), { ...job.taste, dryRun: job.dryRun }, job.reports);
      job.state = job.abort.signal.aborted ? 'cancelled' : 'done';
    } catch (error) {
      const { code, title } = problemOf(error);
      job.state = 'failed';
      job.problem = { code, text: title };
    } finally {
      job.upload.readers--;
      job.endedMicros = this.#home.nowMicros();
    }
  }

  list(): ImportJob[] {
    return this.#jobs.map(shown);
  }

  /** What was taken in stays; what has not begun is not begun. @throws HaleError 'not-found' */
  cancel(id: string): ImportJob {
    const job = this.#job(id);
    if (job.state === 'waiting') {
      job.state = 'cancelled';
      job.upload.readers--;
    }
    job.abort.abort();
    return shown(job);
  }

  /** Begins an import again with an answer to what it asked. @throws HaleError 'not-found' where its files are gone */
  answer(id: string, answer: Pick<ImportTaste, 'person' | 'anyway'>): ImportJob {
    const { upload, only, taste, dryRun } = this.#job(id);
    const begun = this.start(this.#home.uploads.get(upload.id), only, { ...taste, ...answer }, dryRun);
    this.forget(id);
    return begun;
  }

  /** Takes one that has ended off the list. */
  forget(id: string): void {
    this.#jobs = this.#jobs.filter((job) => job.id !== id || isOpen(job));
  }

  #job(id: string): Job {
    const job = this.#jobs.find((each) => each.id === id);
    if (!job) throw new HaleError('not-found', 'this import is not on the list any more');
    return job;
  }

  /** Ends what runs; resolves once it has. */
  async close(): Promise<void> {
    for (const job of this.#jobs) if (isOpen(job)) this.cancel(job.id);
    while (this.#working) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const isOpen = ({ state }: ImportJob): boolean => state === 'waiting' || state === 'running';

function shown({ abort: _, upload: _upload, taste: _taste, only: _only, ...job }: Job): ImportJob {
  return { ...job, reports: [...job.reports] };
}
