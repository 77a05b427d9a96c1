// What has been chosen in the wizard so far, and what it means: whole days in the person's zone become the moments of a grant.
import type { LevelText, ShareParameters, StreamInfo, VisitOffer } from '@hale/home';
import { hasRecords, NO_RECORDS, type RecordsDraft, recordsAsked } from './records-draft.ts';

export type Who =
  | { kind: 'link' }
  /** `npub`: who the address belongs to, once it was found. */
  | { kind: 'person'; address: string; npub: string; postQuantum: 'found' | 'none' | 'changed' };

export type Until = 'visit' | 'month' | 'year' | 'day';
export type History = 'today' | 'ninety' | 'all' | 'days';

export interface Draft {
  who: Who | null;
  /** How the recipient is called; '' for none. */
  name: string;
  /** How the recipient sees the person whose data it is; '' for no name. */
  as: string;
  purpose: string;
  streams: readonly string[];
  level: LevelText;
  /** Of single series, as a visit needs them: before `level`. */
  levels: Readonly<Record<string, LevelText>>;
  /** What it is for, where that is a visit that we know. */
  visit: VisitOffer['visit'] | null;
  purposeCode?: NonNullable<ShareParameters['purposeCode']>;
  records: RecordsDraft;
  until: Until;
  /** 'YYYY-MM-DD', of until 'day'. */
  untilDay: string;
  history: History;
  /** Of history 'days'; `toDay` counts only without new readings. */
  fromDay: string;
  toDay: string;
  withNew: boolean;
  allowClassic: boolean;
  mayFile: boolean;
  /** Months without a look after which it ends by itself; null: it does not. */
  idleMonths: number | null;
  /** Of a link: it opens together with a PIN only. */
  withPin: boolean;
  /** Of a link: it opens in the first browser only. */
  claim: boolean;
}

export const LEVELS: readonly LevelText[] = ['raw', '1m', '15m', '1h', '1d'];
const DAY_MILLIS = 86_400_000;
const VISIT_DAYS = 2;
const NINETY = 90;

/** @param as the name that is known, to be changed or taken away */
export function emptyDraft(streams: readonly string[], as: string): Draft {
  return {
    who: null,
    name: '',
    as,
    purpose: '',
    streams,
    level: 'raw',
    levels: {},
    visit: null,
    records: NO_RECORDS,
    until: 'visit',
    untilDay: '',
    history: 'ninety',
    fromDay: '',
    toDay: '',
    withNew: true,
    allowClassic: false,
    mayFile: false,
    idleMonths: null,
    withPin: false,
    claim: false,
  };
}

// --- days in a zone

const formats = new Map<string, Intl.DateTimeFormat>();

/** The day of a moment in a zone, 'YYYY-MM-DD'. */
export function dayOf(millis: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format.format(new Date(millis));
}

/** When a day begins in a zone, milliseconds; NaN for what is no day. Where a change of the clock takes midnight away: the first moment after. */
export function dayStart(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  // Zones lie within 14 hours of UTC: the first quarter of an hour that belongs to the day begins it.
  const step = 900_000;
  for (let at = utc - 14 * 3_600_000; at <= utc + 14 * 3_600_000; at += step) if (dayOf(at, zone) === day) return at;
  return Number.NaN;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MILLIS).toISOString().slice(0, 10);
}

/** The same day of another month, or its last where it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

// --- what the days mean

export interface Period {
  /** Milliseconds. */
  from: number;
  /** null: new readings are included. */
  to: number | null;
  until: number;
}

export type PeriodFault = 'daysWrong' | 'untilWrong' | 'dayMissing';

/** @param firstMillis of the oldest reading of what is shared */
export function periodOf(draft: Draft, firstMillis: number, nowMillis: number, zone: string): Period | PeriodFault {
  const today = dayOf(nowMillis, zone);
  const until = untilOf(draft, today, nowMillis, zone);
  if (Number.isNaN(until)) return 'dayMissing';
  if (until <= nowMillis) return 'untilWrong';
  // Nothing is shared that days would bound.
  if (!hasDays(draft)) return { from: nowMillis, to: null, until };
  const from = fromOf(draft, today, firstMillis, zone);
  if (Number.isNaN(from)) return 'dayMissing';
  if (draft.withNew || draft.history === 'today') return from < until ? { from, to: null, until } : 'daysWrong';
  const to = draft.history === 'days' ? dayStart(addedOrNothing(draft.toDay), zone) : nowMillis;
  if (Number.isNaN(to)) return 'dayMissing';
  return to > from && from < until ? { from, to, until } : 'daysWrong';
}

const addedOrNothing = (day: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? addDays(day, 1) : '');

function untilOf({ until, untilDay }: Draft, today: string, nowMillis: number, zone: string): number {
  if (until === 'visit') return nowMillis + VISIT_DAYS * DAY_MILLIS;
  if (until === 'month') return dayStart(addMonths(today, 1), zone);
  if (until === 'year') return dayStart(addMonths(today, 12), zone);
  return dayStart(addedOrNothing(untilDay), zone);
}

function fromOf({ history, fromDay }: Draft, today: string, firstMillis: number, zone: string): number {
  if (history === 'today') return dayStart(today, zone);
  if (history === 'ninety') return dayStart(addDays(today, -NINETY), zone);
  return dayStart(history === 'all' ? dayOf(firstMillis, zone) : fromDay, zone);
}

const IDLE_MONTHS = [3, 6, 12] as const;
const MONTH_DAYS_MAX = 31;

/** After how many months without a look it may end before its own end. */
export const idleChoices = ({ until }: Period, nowMillis: number): number[] =>
  IDLE_MONTHS.filter((months) => nowMillis + months * MONTH_DAYS_MAX * DAY_MILLIS < until);

/** What was chosen counts while its end lies behind. */
export const idleOf = ({ idleMonths }: Draft, period: Period, nowMillis: number): number | null =>
  idleMonths !== null && idleChoices(period, nowMillis).includes(idleMonths) ? idleMonths : null;

/** Levels that every one of the streams has, or something coarser. */
export function levelsFor(streams: readonly StreamInfo[]): LevelText[] {
  const coarsest = Math.min(...streams.map(({ levels }) => Math.max(...levels.map((level) => LEVELS.indexOf(level)))));
  const offered = new Set(streams.flatMap(({ levels }) => levels));
  return LEVELS.filter((level, i) => i <= coarsest && offered.has(level));
}

/** How exactly one of the series is shown. */
export const levelOf = ({ level, levels }: Pick<Draft, 'level' | 'levels'>, key: string): LevelText =>
  levels[key] ?? level;

/** Are days asked for at all? Records of any time alone have none. */
export const hasDays = (draft: Draft): boolean => draft.streams.length > 0 || draft.records.ofDays;

/** @param place where it will be read, as ISO 3166 names it; '' where that was not said */
export function parametersOf(
  draft: Draft,
  period: Period,
  subject: { subject?: string },
  place: string,
): ShareParameters {
  const idleMonths = idleOf(draft, period, Date.now());
  const iso = (millis: number) => new Date(millis).toISOString();
  const { who, name, as, purpose, allowClassic, mayFile, withPin, claim } = draft;
  return {
    streams: [...draft.streams],
    ...subject,
    with: who?.kind === 'person' ? who.address : 'link',
    level: draft.level,
    ...(Object.keys(draft.levels).length > 0 ? { levels: { ...draft.levels } } : {}),
    ...(draft.purposeCode === undefined ? {} : { purposeCode: draft.purposeCode }),
    ...(draft.visit === null ? {} : { visit: draft.visit }),
    ...(hasRecords(draft) ? { records: recordsAsked(draft, place) } : {}),
    from: iso(period.from),
    ...(period.to === null ? {} : { to: iso(period.to) }),
    until: iso(period.until),
    ...(purpose.trim() === '' ? {} : { purpose: purpose.trim() }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    // Left empty, no name is given: not saying it would give the one by which the person is kept here.
    as: as.trim(),
    ...(mayFile && who?.kind === 'person' ? { mayFile } : {}),
    ...(idleMonths === null ? {} : { idleMonths }),
    ...(allowClassic ? { allowClassic } : {}),
    ...(withPin && who?.kind === 'link' ? { withPin } : {}),
    ...(claim && who?.kind === 'link' ? { claim } : {}),
  };
}

/** There are readings, and the chosen days leave out all of them. */
export const isOutside = (
  { samples, firstMicros, lastMicros }: Pick<StreamInfo, 'samples' | 'firstMicros' | 'lastMicros'>,
  { from, to }: Pick<Period, 'from' | 'to'>,
): boolean => samples > 0 && ((lastMicros ?? 0) < from * 1000 || (to !== null && (firstMicros ?? 0) >= to * 1000));

// --- groups

export const GROUPS = ['heart', 'glucose', 'sleep', 'activity', 'body', 'other', 'intimate'] as const;
export type Group = (typeof GROUPS)[number];

const BELONGS: readonly [Group, RegExp][] = [
  ['intimate', /^(menstrual|ovulation|cervical|mood|phq9|gad7|stress|symptom|blood-alcohol|position)/],
  [
    'heart',
    /^(ecg|ppg|heart|pulse|rr-|hrv|resting-heart|walking-heart|afib|rhythm|blood-pressure|cholesterol|trigly|inr)/,
  ],
  ['glucose', /^(glucose|cgm|insulin|ketone|carbo|hba1c)/],
  ['sleep', /^(sleep|time-in-bed|snore|breath|resp|spo2|perfusion|peak-exp|fev|fvc|inhaler)/],
  [
    'activity',
    /^(steps|distance|floors|elevation|energy|exercise|workout|cadence|speed|power|vo2|physical|acc|gyro|magneto|fall|walking|wheel)/,
  ],
  ['body', /^(body|bmi|lean|muscle|bone|visceral|waist|core-temp|basal-body|skin|hydration|dietary|pain)/],
];

export const groupOf = (kind: string): Group => BELONGS.find(([, pattern]) => pattern.test(kind))?.[0] ?? 'other';
