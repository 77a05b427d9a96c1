// A grant in words: who, what, which time, until when, and what the relays say of it; and how many are open, counted in one place for every screen.
import type { GrantInfo, StreamInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { age, day, endWhen } from '../../words/numbers.ts';
import { isKey, personOfKey, shortAddress } from '../../words/people.ts';

/** What the node calls links and files that were given no name. */
const NAMELESS = ['anyone with the link', 'anyone with the link and the PIN', 'anyone who opens the file'];
const NAMELESS_FILE = NAMELESS[2];

export type Titles = ReadonlyMap<string, string>;

export const titlesOf = (streams: readonly StreamInfo[]): Titles =>
  new Map(streams.map(({ subject, key, title }) => [`${subject}/${key}`, title]));

export const titleOf = (titles: Titles, { subject }: Pick<GrantInfo, 'subject'>, key: string): string =>
  titles.get(`${subject}/${key}`) ?? key;

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
  if (NAMELESS.includes(grant.to)) return capital(reachOf(grant));
  if (grant.lock?.claim) return `${capital(reachOf(grant))} (${facts.linkNamed(grant.to)})`;
  return capital(facts.anyoneNamed(grant.to, asksPin(grant)));
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** In a narrow place: the name, or what tells it from others. */
export function shortWho(grant: Whose): string {
  const { facts } = words.value;
  if (grant.how === 'link') return NAMELESS.includes(grant.to) ? reachOf(grant) : titleOfGrant(grant);
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

/** Titles beyond are counted and not named. */
const TITLES = 4;

export function whatOf(grant: GrantInfo, titles: Titles): string {
  const { levelWords } = words.value.share;
  const named = grant.streams.map(({ key }) => titleOf(titles, grant, key));
  const levels = [...new Set(grant.streams.map(({ level }) => levelWords[level]))];
  const more = named.length > TITLES ? ` + ${named.length - TITLES}` : '';
  return `${named.slice(0, TITLES).join(', ')}${more} (${levels.join(', ')})`;
}

export function periodOf({ fromMicros, toMicros }: GrantInfo): string {
  const { sharing } = words.value;
  return toMicros === null ? sharing.newIncluded(day(fromMicros)) : sharing.period(day(fromMicros), day(toMicros - 1));
}

export function endOf({ untilMicros, endedMicros, state }: GrantInfo): string {
  const { sharing } = words.value;
  if (state !== 'active' && endedMicros !== null) return sharing.endedOn(day(endedMicros));
  return untilMicros === null ? sharing.endless : words.value.facts.ends(endWhen(untilMicros, Date.now() * 1000));
}

/** The same after a word that says 'ends' already. */
export const endFact = (grant: GrantInfo): string =>
  grant.state === 'active' && grant.untilMicros !== null
    ? endWhen(grant.untilMicros, Date.now() * 1000)
    : capital(endOf(grant));

export const relayName = (url: string): string => url.replace(/^wss?:\/\//, '').replace(/\/$/, '');

export function servedOf({ served }: GrantInfo): string {
  const { sharing } = words.value;
  const last = served.reduce<GrantInfo['served'][number] | null>(
    (newest, each) => (newest === null || each.hourMicros > newest.hourMicros ? each : newest),
    null,
  );
  return last === null
    ? sharing.neverServed
    : sharing.lastServed(age(last.hourMicros, Date.now() * 1000), relayName(last.relay));
}

export const TONES = { active: 'good', stopping: 'caution', ended: '', expired: '' } as const;

export const isOpen = ({ state }: GrantInfo): boolean => state === 'active' || state === 'stopping';
