// A grant in words: who, what, which time, until when, and what the relays say of it; and how many are open, counted in one place for every screen.
import type { GrantInfo, StreamInfo } from '@hale/home';
import { recordsTime } from '../../given/time.ts';
import { words } from '../../words/index.ts';
import { clock, day, dayMonth, endWhen, listed, momentShort } from '../../words/numbers.ts';
import { isKey, personOfKey, shortAddress } from '../../words/people.ts';
import { CATEGORIES } from '../records/said.ts';

/** What the node calls links and files that were given no name. */
const NAMELESS = ['anyone with the link', 'anyone with the link and the PIN', 'anyone who opens the file'];
const NAMELESS_FILE = NAMELESS[2];

export type Titles = ReadonlyMap<string, string>;

export const titlesOf = (streams: readonly StreamInfo[]): Titles =>
  new Map(streams.map(({ subject, key, title }) => [`${subject}/${key}`, title]));

/** Of what was handed out, health records have no key. */
export const titleOf = (titles: Titles, { subject }: Pick<GrantInfo, 'subject'>, key: string): string =>
  key === '' ? words.value.consent.given.title : (titles.get(`${subject}/${key}`) ?? key);

type Whose = Pick<GrantInfo, 'how' | 'to' | 'recipient'> & { lock?: GrantInfo['lock'] };

/** Of a link: is a PIN asked for? Those without a name always said so, also before it was noted. */
const asksPin = ({ lock, to }: Whose): boolean => lock?.pin === true || to === NAMELESS[1];

/** Its name as a heading: of a link the name that it was given, of a person hers. */
export function titleOfGrant({ how, to }: Whose): string {
  const { facts } = words.value;
  if (how === 'link') return NAMELESS.includes(to) ? facts.linkNameless : facts.linkNamed(to);
  return isKey(to) ? facts.nameless : to;
}

/** 'anyone with the link and the PIN', 'Dr Ada Lee (key npub1abc…uvwxyz)': who can read what it opens. */
export function reachOf(grant: Whose): string {
  const { how, to, recipient, lock } = grant;
  const { facts } = words.value;
  if (how !== 'link') return personOfKey(to, recipient ?? to);
  if (to === NAMELESS_FILE) return facts.anyoneFile;
  if (lock?.claim) return facts.firstBrowser(asksPin(grant));
  return asksPin(grant) ? facts.anyonePin : facts.anyoneLink;
}

/** Both in one, for the middle of a sentence. */
export function whoOf(grant: Whose): string {
  if (grant.how !== 'link') return reachOf(grant);
  const { facts } = words.value;
  if (grant.to === NAMELESS_FILE) return facts.anyoneFile;
  if (NAMELESS.includes(grant.to) && !grant.lock?.claim) return facts.anyoneNameless(asksPin(grant));
  if (grant.lock?.claim) return `${reachOf(grant)} (${titleOfGrant(grant)})`;
  return facts.anyoneNamed(grant.to, asksPin(grant));
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** In a narrow place: the name, or what tells it from others. */
export function shortWho(grant: Whose): string {
  const { facts } = words.value;
  if (grant.how === 'link') return titleOfGrant(grant);
  return isKey(grant.to) ? facts.withKey(facts.nameless, shortAddress(grant.to)) : grant.to;
}

/** The shares that open something now: all of them, or those of one series. What Today counts, Sharing lists. */
export function openShares(
  grants: readonly GrantInfo[],
  of?: { subject: string; keys: readonly string[] },
): GrantInfo[] {
  return grants.filter(
    ({ state, subject, streams }) =>
      state === 'active' && (!of || (subject === of.subject && streams.some(({ key }) => of.keys.includes(key)))),
  );
}

/**
 * Each of these shares in a narrow place, and how many it stands for: by name; those of one name by what tells them apart, which is when they end,
 * else what for, else which time, else a PIN; and where nothing does, counted.
 */
export function toldApart(grants: readonly GrantInfo[]): { text: string; count: number }[] {
  const { facts, sharing } = words.value;
  const groups = new Map<string, GrantInfo[]>();
  for (const grant of grants) groups.set(shortWho(grant), [...(groups.get(shortWho(grant)) ?? []), grant]);
  const marks: ((grant: GrantInfo) => string)[] = [
    ({ untilMicros }) => (untilMicros === null ? sharing.endless : facts.until(dayMonth(untilMicros - 1))),
    ({ purpose }) => purpose,
    periodOf,
    (grant) => (asksPin(grant) ? facts.withPin : facts.withoutPin),
  ];
  return [...groups].flatMap(([name, group]) => {
    if (group.length === 1) return [{ text: name, count: 1 }];
    const mark = marks.find((each) => new Set(group.map(each)).size === group.length);
    return mark
      ? group.map((grant) => ({ text: [name, mark(grant)].filter(Boolean).join(', '), count: 1 }))
      : [{ text: `${name} (${group.length}×)`, count: group.length }];
  });
}

/** Beyond, shares are counted and not named. */
const NAMED = 3;

/** 'Dr Ada Lee, Link “Holiday”, until 4 Dec; Link “Holiday”, until 29 Dec and 2 more': as many as the number before it says. */
export function readersText(open: readonly GrantInfo[]): string {
  const { facts } = words.value;
  const told = toldApart(open);
  const named = told.slice(0, NAMED);
  const text = named.map((each) => each.text).join('; ');
  const left = open.length - named.reduce((sum, { count }) => sum + count, 0);
  return left > 0 ? facts.more(text, left) : text;
}

/** All that one name has open: a person may hold links of her name, and shares to her key. Of what has no name the share alone. */
export function allOfName(grants: readonly GrantInfo[], of: GrantInfo): GrantInfo[] {
  const hasName = !NAMELESS.includes(of.to);
  return openShares(grants).filter(({ id, to }) => id === of.id || (hasName && to === of.to));
}

/** Titles beyond are counted and not named. */
const TITLES = 4;

/** What it opens, and what for: by this two shares of one name are known. */
export function subjectOf(grant: GrantInfo, titles: Titles): string {
  const { records, consent } = words.value;
  const parts = grant.records?.map((each) => records.categories[each]) ?? [];
  const ofRecords =
    parts.length === 0
      ? []
      : [parts.length === CATEGORIES.length ? consent.check.whole : consent.check.parts(parts.join(', '))];
  const named = [...ofRecords.map(capital), ...grant.streams.map(({ key }) => titleOf(titles, grant, key))];
  const more = named.length > TITLES ? ` + ${named.length - TITLES}` : '';
  const what = `${named.slice(0, TITLES).join(', ')}${more}`;
  return grant.purpose === '' ? what : `${what} · ${grant.purpose}`;
}

/** Every reading, one value per hour. */
export function levelsOf({ streams }: GrantInfo): string {
  const { levelWords } = words.value.share;
  return [...new Set(streams.map(({ level }) => levelWords[level]))].join(', ');
}

export function whatOf(grant: GrantInfo, titles: Titles): string {
  const what = subjectOf({ ...grant, purpose: '' }, titles);
  return grant.streams.length === 0 ? what : `${what} (${levelsOf(grant)})`;
}

export function periodOf(grant: GrantInfo): string {
  const { sharing } = words.value;
  const { fromMicros, toMicros, streams, recordsFromMicros = null, recordsToMicros = null } = grant;
  if (streams.length === 0) return recordsTime(recordsFromMicros, recordsToMicros);
  return toMicros === null ? sharing.newIncluded(day(fromMicros)) : sharing.period(day(fromMicros), day(toMicros - 1));
}

export function endOf(grant: GrantInfo): string {
  const { untilMicros, endedMicros, state, idle } = grant;
  const { sharing, consent } = words.value;
  if (idle?.lapsed && endedMicros !== null)
    return `${sharing.endedOn(day(endedMicros))}. ${consent.idle.lapsed(consent.idle.months(idle.months))}`;
  if (state !== 'active' && endedMicros !== null) return sharing.endedOn(day(endedMicros));
  const end = untilMicros === null ? sharing.endless : words.value.facts.ends(endWhen(untilMicros, Date.now() * 1000));
  const lapse = lapseOf(grant);
  return lapse === '' ? end : `${end}; ${lapse}`;
}

/** When it ends before, for want of a look; '' where it does not. */
export function lapseOf({ untilMicros, state, idle }: Pick<GrantInfo, 'untilMicros' | 'state' | 'idle'>): string {
  const isBefore = idle && idle.lapsesMicros < (untilMicros ?? Number.POSITIVE_INFINITY);
  return state === 'active' && isBefore ? words.value.consent.idle.lapses(day(idle.lapsesMicros)) : '';
}

/** What counts as the last look; '' of a share that does not lapse. */
export function lookedOf(grant: GrantInfo): string {
  const { idle } = words.value.consent;
  if (!grant.idle) return '';
  const { lookedMicros } = grant.idle;
  return lookedMicros === null ? idle.neverLooked : idle.looked(servedWhen(lookedMicros, grant, Date.now() * 1000));
}

/** Can the same be given again with one press? */
export const mayGiveAgain = ({ idle, untilMicros }: GrantInfo): boolean =>
  idle?.lapsed === true && (untilMicros === null || untilMicros > Date.now() * 1000);

/** The same after a word that says 'ends' already. */
export const endFact = (grant: GrantInfo): string =>
  grant.state === 'active' && grant.untilMicros !== null
    ? endWhen(grant.untilMicros, Date.now() * 1000)
    : capital(endOf(grant));

/** Until when an ask can be answered: what is asked for ends with the share, and an answer after that would be to another question. */
export const answerBy = (askMicros: number, shareMicros: number | null): number =>
  shareMicros !== null && shareMicros > Date.now() * 1000 ? Math.min(askMicros, shareMicros) : askMicros;

/** A meeting point as people may know it: its address, or that it is the computer that holds everything. */
export function relayName(url: string): string {
  const name = url.replace(/^wss?:\/\//, '').replace(/\/$/, '');
  return /^(127\.|localhost|\[::1\])/.test(name) ? words.value.sharing.atHome : name;
}

const HOUR_MICROS = 3_600e6;

/** Known is the hour of a download: never before the share was given, never after now. 'Sun 29 Nov, between 03:25 and 04:00' */
export function servedWhen(hourMicros: number, { issuedMicros }: GrantInfo, nowMicros: number): string {
  const from = Math.max(hourMicros, issuedMicros);
  const to = Math.max(from, Math.min(hourMicros + HOUR_MICROS, nowMicros));
  return clock(from) === clock(to) ? momentShort(from) : words.value.sharing.between(momentShort(from), clock(to));
}

/** Has this relay all that it shall hand out? */
const liesThere = ({ state, waiting }: GrantInfo['relays'][number]): boolean => state === 'serving' && waiting === 0;

export function servedOf(grant: GrantInfo): string {
  const { sharing } = words.value;
  const { served } = grant;
  const last = served.reduce<GrantInfo['served'][number] | null>(
    (newest, each) => (newest === null || each.hourMicros > newest.hourMicros ? each : newest),
    null,
  );
  const isReady = grant.state === 'active' && grant.relays.every(liesThere);
  const said =
    last === null ? sharing.neverServed : sharing.lastServed(servedWhen(last.hourMicros, grant, Date.now() * 1000));
  return isReady && grant.relays.length > 0 ? `${sharing.ready} · ${said}` : said;
}

/** Does all that a share opens lie where it is fetched from? Of its series, or of one of them; '' once it has ended. */
export function lackOf(grant: GrantInfo, streams: readonly StreamInfo[], keys = grant.streams.map(({ key }) => key)) {
  const { lack } = words.value.sharing;
  if (grant.state !== 'active') return '';
  if (grant.relays.length === 0) return lack.onlyHere;
  const late = grant.relays.filter((relay) => !liesThere(relay));
  if (late.length > 0) return lack.onTheWay([...new Set(late.map(({ url }) => relayName(url)))].join(', '));
  if (grant.records && keys.length === 0) return '';
  const shared = streams.filter(({ subject, key }) => subject === grant.subject && keys.includes(key));
  const before = grant.toMicros ?? Number.POSITIVE_INFINITY;
  const inTime = shared.filter(
    ({ firstMicros, lastMicros }) =>
      firstMicros !== null && lastMicros !== null && firstMicros < before && lastMicros >= grant.fromMicros,
  );
  if (inTime.length === 0) return lack.noReadings;
  const newest = Math.max(...inTime.map(({ lastMicros }) => lastMicros ?? 0));
  return newest < before ? lack.nothingUpTo(momentShort(newest)) : lack.nothing;
}

/** What she has and did not put into a share: that it is not there is no fault. */
export function notPartOf(grant: GrantInfo): string {
  const { notPart } = words.value.sharing;
  const hasSeries = grant.streams.length > 0;
  const parts = [
    ...(hasSeries ? [notPart.before(day(grant.fromMicros))] : []),
    ...(hasSeries && grant.toMicros !== null ? [notPart.after(day(grant.toMicros))] : []),
    ...(grant.streams.some(({ level }) => level !== 'raw') ? [notPart.singles] : []),
    notPart.series,
    notPart.notes,
    grant.records ? notPart.restOfRecord : notPart.record,
  ];
  return capital(listed(parts));
}

export const TONES = { active: 'sharing', stopping: 'caution', ended: '', expired: '' } as const;

export const isOpen = ({ state }: GrantInfo): boolean => state === 'active' || state === 'stopping';
