// What a clinical view is given: readings of a series, wherever they lie. The owner's home has them, and so has whoever opened a share.
import type { ReadingsResult, StreamInfo } from '@hale/home';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Asked, asHomeError } from '../app/asking.ts';

export type ReadingsOf = Pick<ReadingsResult, 'level' | 'columns' | 'periodMicros'>;

export interface ReadingsSource {
  /** Changes when the readings behind it do. */
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  /** UCUM. */
  readonly unit: string;
  readonly bounds: { first: number; last: number };
  /** Who recorded it, as far as is known: device, file, assurance. */
  readonly origins: StreamInfo['origins'];
  readonly device: string | null;
  /** `isRaw`: every reading or a failure, never a summary. */
  readings(range: { fromMicros: number; toMicros: number; isRaw?: boolean }, signal: AbortSignal): Promise<ReadingsOf>;
}

/** Whose data it is; what is not known is not guessed at. */
export interface Subject {
  name: string;
  species: 'human' | 'dog' | 'cat' | 'horse' | 'other';
  /** Years; null where the birth year is not known: an adult is taken, and the page says so. */
  age: number | null;
  sex: 'female' | 'male' | null;
  born?: string;
}

export interface ViewProps {
  source: ReadingsSource;
  /** Every series of the same person, this one among them. */
  all: readonly ReadingsSource[];
  person: Subject;
  /** What has not been lived yet is not missing. */
  nowMicros: number;
}

export type ClinicalView = ComponentType<ViewProps>;

const NO_READINGS: ReadingsOf = {
  level: 'raw',
  columns: { at: [], mean: [], min: [], max: [], count: [] },
  periodMicros: 0,
};

export interface Wanted {
  source: ReadingsSource | null;
  fromMicros: number;
  toMicros: number;
  isRaw?: boolean;
}

const LOADING: Asked<ReadingsOf[]> = { state: 'loading', value: null };

/** Readings of one or more series, asked for anew when range or series change; a series that is not there has none. */
export function useReadings(wanted: readonly Wanted[]): { asked: Asked<ReadingsOf[]>; again: () => void } {
  const [answer, setAnswer] = useState<{ key: string; asked: Asked<ReadingsOf[]> }>({ key: '', asked: LOADING });
  const [round, setRound] = useState(0);
  const key = wanted.map(({ source, fromMicros, toMicros }) => `${source?.id} ${fromMicros} ${toMicros}`).join('|');
  useEffect(() => {
    const abort = new AbortController();
    const set = (asked: Asked<ReadingsOf[]>) => {
      if (!abort.signal.aborted) setAnswer({ key, asked });
    };
    set(LOADING);
    const each = wanted.map(({ source, ...range }) =>
      source ? source.readings(range, abort.signal) : Promise.resolve(NO_READINGS),
    );
    Promise.all(each).then(
      (value) => set({ state: 'there', value }),
      (error: unknown) => set({ state: 'failed', value: null, error: asHomeError(error) }),
    );
    return () => abort.abort();
  }, [key, round]);
  // An answer to an earlier question is not shown as one to this.
  return { asked: answer.key === key ? answer.asked : LOADING, again: () => setRound((before) => before + 1) };
}

/** Times and values without the holes. */
export function plain({ columns }: ReadingsOf): { at: number[]; value: number[] } {
  const at: number[] = [];
  const value: number[] = [];
  columns.mean.forEach((mean, i) => {
    if (mean === null) return;
    at.push(columns.at[i]);
    value.push(mean);
  });
  return { at, value };
}
