// What readers of JSON records share whose times are written as text: a shelf, a reader of times, and at the end how many named no zone.
import type { RecordReading } from './json-records.ts';
import type { SeriesShelf } from './series-shelf.ts';
import { TextTimes } from './text-times.ts';
import type { ImportOptions } from './types.ts';

export abstract class TimedRecords implements RecordReading {
  protected readonly shelf: SeriesShelf;
  protected readonly times: TextTimes;

  constructor(shelf: SeriesShelf, options: ImportOptions) {
    this.shelf = shelf;
    this.times = new TextTimes(options);
  }

  abstract record(value: unknown): void;

  close(): void {
    this.times.tell(this.shelf);
  }
}
