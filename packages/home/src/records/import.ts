// One source of health records on its way into the vault: looked into (whose is it?), its bytes kept, its resources taken in batch by batch. A
// usual file is one batch and one transaction; a larger one says in the ledger that it has begun, and goes on when it comes again.
import { randomBytes } from 'node:crypto';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import type { ByteSource, SourceFolder } from '@hale/vault/import';
import {
  type BlobRef,
  calledBy,
  type FoundPatient,
  INTAKE_BYTES_MAX,
  INTAKE_RECORDS_MAX,
  type IncomingResource,
  Intake,
  type KnownPerson,
  type LedgerEntry,
  type Look,
  labelsOf,
  lookInto,
  nobody,
  type OpenedRecords,
  RECORD_NOTES,
  type RecordFormat,
  type SourceEntry,
  type Whose,
  whoseRecords,
  withPerson,
} from '@hale/vault/records';
import type { RecordsReport } from '../api-records.ts';
import type { Home } from '../home.ts';
import { importTools } from '../import-sources.ts';
import type { Context } from '../operations/context.ts';
import { turns } from '../turns.ts';
import { recordTools } from './tools.ts';

export interface RecordsWish {
  subject?: string;
  person?: string;
  anyway?: boolean;
  dryRun?: boolean;
  isLook?: boolean;
  isBehindLink?: boolean;
  unsigned?: boolean;
}

type Taken = Extract<Whose, { outcome: 'take' }>;

export interface RecordsTaken {
  report: RecordsReport;
  opened: OpenedRecords;
  /** A question was asked first: nothing of the source may be taken, its series neither. */
  isAsked: boolean;
  /** As whom its series name the person; null: all that they name are hers. */
  labels: string[] | null;
}

/** @throws HaleError as `RecordFormat.open`; then nothing of it was kept */
export async function takeRecords(
  context: Context,
  format: RecordFormat,
  source: ByteSource,
  folder: SourceFolder,
  wish: RecordsWish,
): Promise<RecordsTaken> {
  const { cardChecks } = await import('./card-checks.ts');
  const tools = {
    ...recordTools,
    import: importTools,
    cards: { ...cardChecks(context.home), takesUnsigned: wish.unsigned === true },
  };
  const opened = await format.open(source, folder, tools);
  // What lies behind a link is told as that, whatever it was written in.
  if (wish.isBehindLink) Object.assign(opened, { kind: 'shl', what: `${opened.what}, from a SMART Health Link` });
  return new RecordsImport(context, opened, source.path ?? source.name, wish).run();
}

export class RecordsImport {
  readonly #context: Context;
  readonly #opened: OpenedRecords;
  readonly #name: string;
  readonly #wish: RecordsWish;
  readonly #subject: string;
  readonly #turn = turns();
  readonly #report: RecordsReport;

  constructor(context: Context, opened: OpenedRecords, name: string, wish: RecordsWish) {
    this.#context = context;
    this.#opened = opened;
    this.#name = name;
    this.#wish = wish;
    this.#subject = context.home.vault.subject(wish.subject).id;
    this.#report = {
      kind: opened.kind,
      source: null,
      counts: { read: 0, added: 0, revised: 0, merged: 0, same: 0, others: 0, unusable: 0 },
      types: {},
      unusable: [],
      notes: [],
      isKnownFile: false,
      interrupted: false,
    };
  }

  get #home(): Home {
    return this.#context.home;
  }

  async run(): Promise<RecordsTaken> {
    const look = await lookInto(this.#opened, this.#turn);
    this.#tellLook(look);
    const { person, anyway } = this.#wish;
    const wish = { ...(person === undefined ? {} : { only: person }), ...(anyway ? { anyway } : {}) };
    const whose = whoseRecords(this.#home.records.person(this.#subject), look, wish);
    if (whose.outcome === 'ask') {
      this.#report.question = { ...whose.question, known: this.#known() };
      return { report: this.#report, opened: this.#opened, isAsked: true, labels: [] };
    }
    const labels = whose.others.length === 0 ? null : labelsOf(look, whose.own);
    const done = { report: this.#report, opened: this.#opened, isAsked: false, labels };
    // Only series, which have their own report, or nothing that can be used.
    if (this.#report.counts.read === 0) return done;
    if (whose.note !== undefined) this.#report.notes.push(whose.note);
    if (this.#wish.dryRun) await this.#rehearse(whose);
    else if (!this.#wish.isLook) await this.#take(whose);
    return done;
  }

  /** She compares both: two people of one family have one name. */
  #known(): string {
    const records = this.#home.records;
    for (const { id, type, state } of records.heads(this.#subject))
      if (type === 'Patient' && state === 'current') return calledBy(records.read(this.#subject, id).resource);
    const [born = ''] = records.person(this.#subject).birthDates;
    return [this.#home.vault.subject(this.#wish.subject).name, born].filter(Boolean).join(', ');
  }

  #tellLook({ types, unusable, unusableCount, notes }: Look): void {
    this.#report.types = Object.fromEntries(types);
    this.#report.unusable = unusable;
    this.#report.counts.unusable = unusableCount;
    this.#report.counts.read = [...types.values()].reduce((sum, count) => sum + count, 0);
    this.#report.notes.push(...notes);
  }

  async #rehearse(whose: Taken): Promise<void> {
    const intake = new Intake(this.#home.records, this.#subject, this.#intakeSource('rehearsal', whose), () =>
      this.#home.nowMicros(),
    );
    for await (const item of this.#opened.items()) {
      if (item.type === 'resource') intake.rehearse([item]);
      await this.#turn();
    }
    this.#tellIntake(intake);
  }

  #intakeSource(id: string, { own, others, isAnyway }: Taken) {
    return { id, system: this.#opened.system, own, others, ...(isAnyway ? { isAnyway } : {}) };
  }

  async #take(whose: Taken): Promise<void> {
    const hashes = await this.#hashes();
    const sha = hashes.length === 1 ? hashes[0] : toHex(sha256(utf8Encode(hashes.join(''))));
    const known = this.#home.records.sourceOf(this.#subject, sha);
    if (known?.state === 'done') {
      this.#report.isKnownFile = true;
      this.#report.source = known.id;
      this.#report.counts = { ...this.#report.counts, same: this.#report.counts.read };
      return;
    }
    const files = await this.#keepOriginals(hashes);
    if (this.#context.signal.aborted) {
      this.#report.interrupted = true;
      return;
    }
    const id = known?.id ?? toHex(new Uint8Array(randomBytes(8)));
    const intake = new Intake(this.#home.records, this.#subject, this.#intakeSource(id, whose), () =>
      this.#home.nowMicros(),
    );
    const entry = (state: SourceEntry['state']): SourceEntry => ({
      id,
      name: this.#name,
      kind: this.#opened.kind,
      system: intake.system,
      importedAt: this.#home.nowMicros(),
      sha256: sha,
      blob: files[0],
      files,
      counts: { ...intake.counts, unusable: this.#report.counts.unusable },
      state,
    });
    await this.#takeAll(intake, files, entry, whose.own);
    this.#report.source = id;
    this.#tellIntake(intake);
  }

  async #takeAll(
    intake: Intake,
    files: readonly BlobRef[],
    entry: (state: SourceEntry['state']) => SourceEntry,
    own: readonly FoundPatient[],
  ): Promise<void> {
    let batch: IncomingResource[] = [];
    let bytes = 0;
    const commit = (state: SourceEntry['state']) => {
      const ledger: LedgerEntry[] = state === 'done' ? [{ type: 'person', person: personOfAll(own) }] : [];
      const isNew = intake.take(batch, ledger, () => ({ type: 'source', source: entry(state) }));
      if (isNew) this.#home.network.listenAgain();
      batch = [];
      bytes = 0;
    };
    for await (const item of this.#opened.items(files.map(({ n }) => n))) {
      if (item.type !== 'resource') continue;
      if (batch.length >= INTAKE_RECORDS_MAX || bytes >= INTAKE_BYTES_MAX) {
        commit('begun');
        if (this.#context.signal.aborted) {
          this.#report.interrupted = true;
          return;
        }
        this.#progress(intake);
      }
      batch.push(item);
      bytes += JSON.stringify(item.resource).length;
      await this.#turn();
    }
    commit('done');
  }

  #progress({ counts }: Intake): void {
    const total = this.#report.counts.read;
    this.#context.emit({ progress: { what: this.#name, done: counts.read, total, unit: 'records' } });
  }

  async #hashes(): Promise<string[]> {
    const hashes: string[] = [];
    for (const { source } of this.#opened.originals) hashes.push(await this.#home.records.hash(source, this.#turn));
    return hashes;
  }

  async #keepOriginals(hashes: readonly string[]): Promise<BlobRef[]> {
    const kept: BlobRef[] = [];
    for (const [i, { source, mediaType }] of this.#opened.originals.entries()) {
      const told = async (done: number) => {
        this.#context.emit({
          progress: { what: source.name, done, total: source.sizeBytes, unit: 'bytes' },
        });
        await this.#turn();
      };
      const blob = { source, name: source.name, mediaType };
      kept.push(await this.#home.records.keepBlob(this.#subject, blob, hashes[i], told));
      if (this.#context.signal.aborted) break;
    }
    return kept;
  }

  #tellIntake({ counts, twoOfOneId, undated, noted }: Intake): void {
    const { notes } = this.#report;
    this.#report.counts = { ...counts, unusable: this.#report.counts.unusable };
    for (const [note, count] of noted)
      if (Object.hasOwn(RECORD_NOTES, note))
        notes.push(`${count} × ${RECORD_NOTES[note as keyof typeof RECORD_NOTES]}`);
    if (twoOfOneId > 0)
      notes.push(`${twoOfOneId} share an id with another one of this file and are something else: both are kept.`);
    if (undated > 0) notes.push(`${undated} tell no date: they stand without one.`);
  }
}

const personOfAll = (own: readonly FoundPatient[]): KnownPerson =>
  own.reduce((known, { person }) => withPerson(known, person), nobody());

/** @throws HaleError 'not-found' */
export function readRange(home: Home, subject: string, n: number, offset: number, length: number): Promise<Uint8Array> {
  const { blob, source } = home.records.blob(subject, n);
  if (offset + length > blob.sizeBytes) throw new HaleError('usage', 'this reaches beyond the end of the file');
  return source.read(offset, length);
}
