// What the page of a link knows, as its worker tells it, and the questions of its charts.

import type { OpenedRecords } from '@hale/home';
import type { Drawn } from '@hale/vault/chart';
import { signal } from '@preact/signals';
import { type ChartSource, EXACT_READINGS_MAX, gapsOf } from '../chart/source.ts';
import { words } from '../words/index.ts';
import { named } from '../words/kinds.ts';
import type {
  CardAsks,
  CardFailure,
  Completeness,
  FailedWhy,
  FromWorker,
  LineState,
  SharedFacts,
  SharedStream,
  SheetShown,
  Stated,
  ToWorker,
} from './protocol.ts';

export type Phase =
  | { phase: 'opening' }
  | { phase: 'open'; facts: SharedFacts }
  /** A code or a PIN has to be typed first. */
  | {
      phase: 'asking';
      for: 'code' | 'pin';
      ask: (typed: string) => void;
      wrong: Wrong | null;
      belongsToFirst?: boolean;
    }
  /** Before the link is taken for this browser. */
  | { phase: 'claiming'; claim: () => void }
  | { phase: 'taken'; atMicros: number }
  /** `was`: what it showed here, and for whom; '' where this page never opened it. */
  | {
      phase: 'ended';
      reason: 'stopped' | 'expired';
      atMicros: number | null;
      subject: string;
      idleMonths: number | null;
      was: string;
    }
  /** Of an emergency card: who are you, and why? */
  | { phase: 'stating'; asks: CardAsks }
  | { phase: 'sheet'; shown: SheetShown }
  | { phase: 'no-card'; why: CardFailure }
  | { phase: 'failed'; why: FailedWhy | 'old-browser' | 'closed' };

/** Of what was typed: it was wrong, so many tries are left · it came too early */
export type Wrong = { is: 'wrong'; left: number | null } | { is: 'early'; seconds: number };

export const phase = signal<Phase>({ phase: 'opening' });
/** A PIN was asked for: the link alone opens nothing. */
export const withPin = signal(false);
export const streams = signal<readonly SharedStream[]>([]);
/** null: the share has none, or they have not come yet. */
export const givenRecords = signal<OpenedRecords | null>(null);
export const completeness = signal<Completeness | null>(null);
/** That the link belongs to this browser, and whether it does since now; null: it opens for whoever has it. */
export const claimed = signal<{ atMicros: number; isFirst: boolean } | null>(null);
export const line = signal<LineState>('lost');
/** By how many seconds this device's clock is wrong, where the relay had to say so. */
export const clockWrong = signal(0);
/** Now by the worker's clock, microseconds. */
export const nowMicros = signal(Date.now() * 1000);

const TICK_MILLIS = 15_000;
let offsetMicros = 0;
setInterval(() => {
  nowMicros.value = Date.now() * 1000 + offsetMicros;
}, TICK_MILLIS);

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, (drawn: Drawn | null) => void>();

export const tell = (message: ToWorker): void => worker?.postMessage(message);

/** How a wrong code is asked for again. */
let askAgain: (() => void) | null = null;

/** What was open before is put away. */
export function begin(started: Worker, first: ToWorker | null): void {
  withPin.value = false;
  over({ phase: 'opening' });
  worker = started;
  started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => hear(data));
  started.addEventListener('error', () => over({ phase: 'failed', why: 'damaged' }));
  if (first) tell(first);
}

/** A saved copy whose key is not in it: asks for the code until one opens it. */
export function askForCode(sealed: string, isWrong = false): void {
  askAgain = () => askForCode(sealed, true);
  const ask = (code: string) => {
    phase.value = { phase: 'opening' };
    tell({ ask: 'open-file', sealed, code });
  };
  const wrong: Wrong | null = isWrong ? { is: 'wrong', left: null } : null;
  phase.value = { phase: 'asking', for: 'code', ask, wrong };
}

function askForPin({ left, waitSeconds, belongsToFirst }: Extract<FromWorker, { say: 'needs-pin' }>): void {
  withPin.value = true;
  const ask = (pin: string) => {
    phase.value = { phase: 'opening' };
    tell({ ask: 'pin', pin: pin.replace(/\s/g, '') });
  };
  const wrong: Wrong | null =
    waitSeconds > 0 ? { is: 'early', seconds: waitSeconds } : left === null ? null : { is: 'wrong', left };
  phase.value = { phase: 'asking', for: 'pin', ask, wrong, belongsToFirst };
}

function askWhetherToClaim(): void {
  const claim = () => {
    phase.value = { phase: 'opening' };
    tell({ ask: 'claim' });
  };
  phase.value = { phase: 'claiming', claim };
}

/** Kept over a wrong PIN, so that nobody types it twice while somebody lies there. */
/** No reason is chosen for anybody: it is her word. */
interface Stating extends Omit<Stated, 'reason'> {
  reason: Stated['reason'] | null;
}
export const stated = signal<Stating>({ reason: null, why: '', name: '', institution: '', pin: '', code: '' });

export function openCard(): void {
  const { reason, ...rest } = stated.value;
  if (reason === null) return;
  tell({ ask: 'state', ...rest, reason });
  phase.value = { phase: 'opening' };
}

/** It takes itself off the screen when its hours are over. */
function showSheet(shown: SheetShown): void {
  phase.value = { phase: 'sheet', shown };
  const left = shown.untilMicros / 1000 - Date.now();
  // A timer holds 24 days at most, and an opening lasts three.
  setTimeout(
    () => {
      if (phase.value.phase === 'sheet') over({ phase: 'no-card', why: 'over' });
    },
    Math.max(0, left),
  );
}

/** Once more from the beginning: the worker still has the link. */
export function tryAgain(): void {
  phase.value = { phase: 'opening' };
  tell({ ask: 'again' });
}

/** The page was put away: nothing of it stays in memory. */
export function putAway(): void {
  if (['open', 'opening', 'asking', 'claiming', 'stating', 'sheet'].includes(phase.value.phase))
    over({ phase: 'failed', why: 'closed' });
}

/** The end of this link in this page: keys and readings go with the worker, drawings with the screen. */
function over(last: Phase): void {
  worker?.terminate();
  worker = null;
  for (const settle of waiting.values()) settle(null);
  waiting.clear();
  streams.value = [];
  givenRecords.value = null;
  completeness.value = null;
  claimed.value = null;
  phase.value = last;
}

function hear(said: FromWorker): void {
  switch (said.say) {
    case 'opened':
      setNow(said.nowMicros);
      phase.value = { phase: 'open', facts: said.facts };
      break;
    case 'streams':
      setNow(said.nowMicros);
      streams.value = said.streams.map(named);
      completeness.value = said.completeness;
      break;
    case 'records':
      givenRecords.value = said.records;
      break;
    case 'needs-pin':
      askForPin(said);
      break;
    case 'needs-claim':
      askWhetherToClaim();
      break;
    case 'claimed':
      claimed.value = { atMicros: said.atMicros, isFirst: said.isFirst };
      break;
    case 'taken':
      over({ phase: 'taken', atMicros: said.atMicros });
      break;
    case 'line':
      line.value = said.line;
      break;
    case 'clock':
      clockWrong.value = said.seconds;
      break;
    case 'ended':
      over(endedPhase(said));
      break;
    case 'failed':
      // Where trying again may help, the worker keeps the link.
      if (said.why === 'wrong-code') askAgain?.();
      else if (said.why === 'away' || said.why === 'damaged') phase.value = { phase: 'failed', why: said.why };
      else over({ phase: 'failed', why: said.why });
      break;
    case 'needs-statement':
      phase.value = { phase: 'stating', asks: said };
      break;
    case 'sheet':
      showSheet(said);
      break;
    case 'no-card':
      over({ phase: 'no-card', why: said.why });
      break;
    case 'series':
      waiting.get(said.id)?.(said.drawn);
      waiting.delete(said.id);
  }
}

function endedPhase(said: Extract<FromWorker, { say: 'ended' }>): Extract<Phase, { phase: 'ended' }> {
  const { say: _say, ...ended } = said;
  return { phase: 'ended', ...ended, was: shownHere() };
}

/** 'Glucose (sensor), for Dr Ada Lee': by this somebody with several such pages knows which one has ended. */
function shownHere(): string {
  if (phase.value.phase !== 'open') return '';
  const { recipient, records } = phase.value.facts;
  const given = records ? [words.value.consent.given.title] : [];
  return [...streams.value.map(({ title }) => title), ...given, recipient].filter((part) => part !== '').join(', ');
}

function setNow(now: number): void {
  offsetMicros = now - Date.now() * 1000;
  nowMicros.value = now;
}

/** A stream of the grant as charts and clinical views read it. */
export function sourceOf(stream: SharedStream, bounds: { first: number; last: number }): ChartSource {
  const load: ChartSource['load'] = ({ fromMicros, toMicros, pointsMax }, abort) =>
    new Promise((resolve, reject) => {
      asked += 1;
      const id = asked;
      waiting.set(id, (drawn) => (drawn ? resolve(drawn) : reject(new Error('this range cannot be opened now'))));
      abort.addEventListener('abort', () => waiting.delete(id));
      tell({ ask: 'series', id, question: { stream: stream.number, fromMicros, toMicros, pointsMax } });
    });
  return {
    id: `${stream.number}/${stream.version}`,
    title: stream.title,
    kind: stream.kind,
    unit: stream.unit,
    bounds,
    load,
    ...(stream.finest === 'raw'
      ? { gaps: async (range, abort) => gapsOf(await load({ ...range, pointsMax: EXACT_READINGS_MAX }, abort)) }
      : {}),
  };
}
