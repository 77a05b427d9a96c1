// What the page and its worker say to each other. Keys and sealed data are the worker's; the page gets what it draws.
import type { Factor, OpeningReason, Sheet } from '@hale/consent/emergency';
import type { OpenedRecords } from '@hale/home';
import type { Level } from '@hale/kernel';
import type { Drawn } from '@hale/vault/chart';

export interface SharedStream {
  /** Its number in the grant. */
  number: number;
  key: string;
  title: string;
  kind: string;
  /** UCUM. */
  unit: string;
  /** The finest level that the grant opens. */
  finest: Level;
  /** First and last moment of what there is, microseconds; null: nothing yet. */
  bounds: { first: number; last: number } | null;
  latest: { atMicros: number; value?: number; code?: string } | null;
  /** Grows with everything that comes in: who draws it asks again. 0: still being looked at. */
  version: number;
}

export interface CopyFacts {
  made: number;
  isKeyInside: boolean;
}

export interface SharedFacts {
  /** Whose data it is, as the owner wrote it. */
  subject: string;
  /** For whom, as the owner wrote it; '' = whoever has the link. */
  recipient: string;
  purpose: string;
  /** [from, to) of what was measured; to null = what comes is included. Microseconds. */
  from: number;
  to: number | null;
  /** When it ends by itself. */
  until: number | null;
  /** Months without a look after which it ends before; null: it does not. */
  idleMonths: number | null;
  /** It opens series; else health records alone. */
  hasStreams: boolean;
  /** Health records: which clinical time, [from, to) in micros, null = any; null: it opens none. */
  records: { from: number | null; to: number | null } | null;
  /** Of a saved copy: when it was made, and whether its key is in the file. */
  copy: CopyFacts | null;
}

/** In plain words on the page: is anything missing of what the owner says there is? */
export interface Completeness {
  verdict: 'complete' | 'no-head' | 'changed-since-head' | 'incomplete' | 'older-than-known';
  /** When the owner last stated what there is, microseconds. */
  headTime: number | null;
  /** Some part was damaged and is left out. */
  isDamaged: boolean;
}

/** live: a socket is open · polling: asked again every few seconds · lost: no relay answers now · file: there is no line, and none is needed */
export type LineState = 'live' | 'polling' | 'lost' | 'file';

export type FailedWhy =
  /** The address is no link, or its secret part is missing. */
  | 'broken'
  /** The relay knows no such grant: stopped, ended, or never there. */
  | 'refused'
  /** No relay answers. */
  | 'away'
  /** What the relay gave cannot be opened by this link, or is damaged. */
  | 'damaged'
  /** The code does not open this file. */
  | 'wrong-code'
  /** Too many wrong PINs: the locker has destroyed its share. */
  | 'destroyed'
  /** The link would belong to this browser, which cannot keep the key for that. */
  | 'keeps-nothing';

/** Why an emergency card opens nothing (specs/emergency.md §4). */
export type CardFailure = 'closed' | 'exhausted' | 'shut' | 'over' | 'unknown';

/** What whoever opens an emergency card says. */
export interface Stated {
  reason: OpeningReason;
  why: string;
  name: string;
  institution: string;
  pin: string;
  code: string;
}

export interface SheetShown {
  sheet: Sheet;
  /** FHIR Bundle as JSON; null = none. */
  bundle: string | null;
  atMicros: number;
  untilMicros: number;
  /** How many others than the owner are told. */
  told: number;
}

export interface CardAsks {
  factor: Factor;
  hours: number;
  told: number;
  /** Of what was shown before. */
  wrong: { is: 'wrong'; left: number | null } | { is: 'early'; seconds: number } | null;
}

export interface SeriesQuestion {
  stream: number;
  fromMicros: number;
  toMicros: number;
  pointsMax: number;
}

export type ToWorker =
  | { ask: 'open'; link: string }
  /** A saved copy: what stands in the file, and the code typed for it; '' where the key is inside. */
  | { ask: 'open-file'; sealed: string; code: string }
  /** The PIN that a link asks for. */
  | { ask: 'pin'; pin: string }
  /** Take the link for this browser. */
  | { ask: 'claim' }
  | { ask: 'again' }
  /** Of an emergency card: who opens it, and why. */
  | ({ ask: 'state' } & Stated)
  | { ask: 'series'; id: number; question: SeriesQuestion };

export type FromWorker =
  | { say: 'opened'; facts: SharedFacts; nowMicros: number }
  | { say: 'streams'; streams: SharedStream[]; completeness: Completeness | null; nowMicros: number }
  /** Whenever they change. */
  | { say: 'records'; records: OpenedRecords }
  /** `left`: tries, after a wrong one · `waitSeconds`: before the next counts · `belongsToFirst`: with the PIN the link becomes this browser's */
  | { say: 'needs-pin'; left: number | null; waitSeconds: number; belongsToFirst: boolean }
  /** Nobody has opened it so far: opened here it belongs to this browser. */
  | { say: 'needs-claim' }
  /** It belongs to this browser. `isFirst`: since now */
  | { say: 'claimed'; atMicros: number; isFirst: boolean }
  /** It belongs to another browser. */
  | { say: 'taken'; atMicros: number }
  | { say: 'line'; line: LineState }
  /** This device's clock is wrong by so many seconds; times are judged by the relay's. */
  | { say: 'clock'; seconds: number }
  | { say: 'ended'; reason: 'stopped' | 'expired'; atMicros: number | null; subject: string; idleMonths: number | null }
  | { say: 'failed'; why: FailedWhy }
  | ({ say: 'needs-statement' } & CardAsks)
  | ({ say: 'sheet' } & SheetShown)
  | { say: 'no-card'; why: CardFailure }
  | { say: 'series'; id: number; drawn: Drawn | null };
