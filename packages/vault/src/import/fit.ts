// FIT files of watches, straps, bike computers, scales and cuffs (Garmin, Wahoo, Suunto, Coros and others): an own decoder, see fit-wire.ts for the
// container and fit-profile.ts for what fields mean. A damaged file gives all that stands before the damage, and the files chained after it.
import { fail } from '@hale/kernel';
import { FitClock } from './fit-clock.ts';
import { FitMessages, type FitRoom } from './fit-messages.ts';
import { deviceLabel, FILE_TITLES, PLANNED } from './fit-profile.ts';
import { FitBook } from './fit-series.ts';
import { FitSurvey } from './fit-survey.ts';
import { type FitDamage, FitReader, isFitHeader } from './fit-wire.ts';
import type { ImportFormat } from './format.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readFully } from './source.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport, SeriesDescription, SourceFolder } from './types.ts';

const HEADER_BYTES = 14;
/** Numbers of messages that a note names. */
const NUMBERS_TOLD = 12;

async function isFit(source: ByteSource): Promise<boolean> {
  if (/\.fit$/i.test(source.name)) return true;
  return isFitHeader(await readFully(source, 0, HEADER_BYTES));
}

/** @throws HaleError 'malformed' where not even the header is that of a FIT file */
async function openFit(source: ByteSource, _folder: SourceFolder, options: ImportOptions): Promise<OpenedImport> {
  if (!isFitHeader(await readFully(source, 0, HEADER_BYTES)))
    fail('malformed', 'this FIT file has no FIT header: it is damaged from its first byte on, or of another kind', {
      bytes: source.sizeBytes,
    });
  const survey = new FitSurvey(options.zoneMinutes);
  const first = new FitReader(source, survey, { checksCrc: false });
  for await (const _ of first.pass(0, IMPORT_LIMITS.fitSurveyBytes));
  const preview = new FitRun(source, survey, options);
  const ready = await preview.preview();
  const { series } = preview.book;
  const persons = survey.persons;
  return {
    format: 'fit',
    what: whatIs(survey, first),
    series,
    persons: survey.labels,
    notes: persons > 1 ? [`The file holds the data of ${persons} persons; each becomes series of their own.`] : [],
    endPosition: source.sizeBytes,
    chunks: (from) => (ready && from === 0 ? handOver(ready) : new FitRun(source, survey, options).items(from, series)),
  };
}

async function* handOver(items: readonly ImportItem[]): AsyncGenerator<ImportItem, void, void> {
  yield* items;
}

function whatIs(survey: FitSurvey, reader: FitReader): string {
  const title = FILE_TITLES.get(survey.fileType) ?? 'A FIT file';
  const device = deviceLabel(survey.manufacturer, survey.product, '');
  const [workout] = survey.workouts;
  const minutes = survey.workouts.reduce((sum, one) => sum + Math.max(0, one.endSeconds - one.startSeconds), 0) / 60;
  const length = minutes >= 1 ? `, ${Math.round(minutes)} minutes` : '';
  const sport = workout && workout.workout !== 'other' ? ` (${workout.workout.replaceAll('-', ' ')})` : '';
  const parts = reader.files > 1 ? `, ${reader.files} files in one` : '';
  return `${title}${sport}${device === '' ? '' : ` from ${device}`}${length}${parts}`;
}

/** One pass that delivers samples. */
class FitRun {
  readonly book: FitBook;
  readonly reader: FitReader;
  readonly messages: FitMessages;
  readonly #clock: FitClock;
  readonly #survey: FitSurvey;
  readonly #options: ImportOptions;

  constructor(source: ByteSource, survey: FitSurvey, options: ImportOptions) {
    this.#survey = survey;
    this.#options = options;
    this.book = new FitBook(options.only, () => this.reader.byte, survey.records);
    this.book.device = deviceLabel(survey.manufacturer, survey.product, survey.productName);
    this.#clock = new FitClock(survey, options.endMicros);
    const room: FitRoom = { book: this.book, clock: this.#clock, survey, reader: () => this.reader };
    this.messages = new FitMessages(room);
    this.reader = new FitReader(source, this.messages);
  }

  /** Reads the beginning, to know the series. A file that ends there is read, and what it gives is returned: most files are small. */
  async preview(): Promise<ImportItem[] | null> {
    const items: ImportItem[] = [];
    let before = 0;
    for await (const position of this.reader.pass(0, IMPORT_LIMITS.fitPreviewBytes)) {
      if (this.reader.isDone) this.messages.finish();
      items.push(...this.book.take(before, position));
      before = position;
    }
    return this.reader.isDone ? [...items, ...this.#ending(before)] : null;
  }

  *#ending(position: number): Generator<ImportItem, void, void> {
    for (const damage of this.reader.damages) yield* toldOf(damage, position);
    for (const text of this.#notes()) yield { type: 'note', text };
  }

  /** What lies before `from` is decoded as well, since definitions, times and counters carry over, and not delivered. */
  async *items(from: number, announced: readonly SeriesDescription[]): AsyncGenerator<ImportItem, void, void> {
    const known = new Set(announced.map(({ key }) => key));
    let before = 0;
    for await (const position of this.reader.pass(from)) {
      if (this.reader.isDone) this.messages.finish();
      if (position <= from) this.book.drop();
      else {
        for (const series of this.book.series)
          if (!known.has(series.key)) {
            known.add(series.key);
            yield { type: 'series', series };
          }
        yield* this.book.take(before, position);
      }
      before = position;
    }
    yield* this.#ending(before);
  }

  #notes(): string[] {
    const { book, messages, reader } = this;
    const notes: string[] = [];
    if (reader.damagesUntold > 0)
      notes.push(`${reader.damagesUntold} more damages of the file are not told one by one.`);
    notes.push(...this.#clock.notes(this.#options.zoneMinutes), ...messages.notes());
    for (const [key, count] of book.notMeasured)
      notes.push(`${count} readings of ${key} say that the device could not measure; they are gaps.`);
    if (messages.plannedLeft > 0)
      notes.push(`${messages.plannedLeft} points are of a planned route and no measurements; they are not kept.`);
    if (book.seriesLeftOut > 0)
      notes.push(`The file has more than ${IMPORT_LIMITS.fitSeriesMax} series; readings of further ones are left out.`);
    if (book.series.length === 0 && !PLANNED.has(this.#survey.fileType)) notes.push('The file holds no readings.');
    const left = leftNote(reader.passedOver, messages.fieldsLeft);
    if (left !== '') notes.push(left);
    return notes;
  }
}

function leftNote(passedOver: ReadonlyMap<number, { count: number }>, fields: ReadonlySet<string>): string {
  const met = [...passedOver].filter(([, { count }]) => count > 0);
  if (met.length === 0 && fields.size === 0) return '';
  const numbers = met.map(([message]) => message).sort((a, b) => a - b);
  const sum = met.reduce((all, [, { count }]) => all + count, 0);
  const named = `${numbers.slice(0, NUMBERS_TOLD).join(', ')}${numbers.length > NUMBERS_TOLD ? ', …' : ''}`;
  const messages = numbers.length === 0 ? '' : `${sum} messages of ${numbers.length} other kinds (${named})`;
  const both = [messages, fields.size === 0 ? '' : `${fields.size} other fields`].filter((part) => part !== '');
  return `Not read, as far as known settings and summaries of the device: ${both.join(' and ')}.`;
}

function* toldOf({ byte, what }: FitDamage, position: number): Generator<ImportItem, void, void> {
  const place = `byte ${byte}`;
  if (what === 'file-crc')
    yield {
      type: 'note',
      text: `The checksum of the file that ends at ${place} is wrong, and it can be read all the same.`,
    };
  else if (what === 'header-crc')
    yield { type: 'note', text: `The checksum of the header at ${place} is wrong, and it can be read all the same.` };
  else if (what === 'no-header')
    yield { type: 'note', text: `From ${place} on there is no FIT data: what stands before it is kept.` };
  else {
    yield { type: 'rejection', place, reason: what === 'cut' ? 'cut off' : 'damaged', count: 1, position };
    yield {
      type: 'note',
      text:
        what === 'cut'
          ? `The file is cut off at ${place}: what stands before it is kept.`
          : `The file is damaged at ${place}: what stands before it is kept.`,
    };
  }
}

export const FIT: ImportFormat = { name: 'fit', detect: isFit, open: openFit };
