// A grant in words: who, what, which time, until when, and what the relays say of it.
import type { GrantInfo, StreamInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { age, day } from '../../words/numbers.ts';
import { shortAddress } from '../share/who.tsx';

/** What the node calls links that were given no name. */
const NAMELESS_LINKS = ['anyone with the link', 'anyone with the link and the PIN'];

export type Titles = ReadonlyMap<string, string>;

export const titlesOf = (streams: readonly StreamInfo[]): Titles =>
  new Map(streams.map(({ subject, key, title }) => [`${subject}/${key}`, title]));

export const titleOf = (titles: Titles, { subject }: Pick<GrantInfo, 'subject'>, key: string): string =>
  titles.get(`${subject}/${key}`) ?? key;

export function whoOf({ how, to }: Pick<GrantInfo, 'how' | 'to'>): string {
  if (how === 'link') return words.value.sharing.link(NAMELESS_LINKS.includes(to) ? '' : to);
  return to.startsWith('npub1') ? shortAddress(to) : to;
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
  return untilMicros === null ? sharing.endless : sharing.until(day(untilMicros - 1));
}

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
