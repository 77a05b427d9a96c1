// The sentence that a person reads before she shares: who, what, how exactly, which time, until when; in her language.
import type { StreamInfo } from '@hale/home';
import { country, subject } from '../../app/state.ts';
import { words } from '../../words/index.ts';
import { endWhen } from '../../words/numbers.ts';
import { personOfKey } from '../../words/people.ts';
import { CATEGORIES } from '../records/said.ts';
import { type Draft, hasDays, idleOf, levelOf, type Period } from './draft.ts';
import { periodWords } from './period.ts';
import { hasRecords, toldAt } from './records-draft.ts';

/** Titles beyond are counted and not named. */
const TITLES = 8;

export function shareSentence(draft: Draft, streams: readonly StreamInfo[], period: Period): string {
  const { share, consent } = words.value;
  const titles = streams.filter(({ key }) => draft.streams.includes(key)).map(({ title }) => title);
  const named = titles.slice(0, TITLES).join(', ') + (titles.length > TITLES ? ` + ${titles.length - TITLES}` : '');
  const name = draft.name.trim();
  const isWithRecords = hasRecords(draft);
  const who = draft.who?.kind === 'person' ? personOfKey(name, draft.who.address) : share.anyone(name, draft.withPin);
  const what = [
    ...(titles.length > 0 ? [share.as(named, levelWords(draft))] : []),
    ...(isWithRecords ? [recordsWords(draft)] : []),
  ];
  const said = share.sentence({
    who,
    what: what.join(', '),
    whose: whoseName(streams),
    period: hasDays(draft) ? periodWords(period) : consent.check.anyTime,
    until: endWhen(period.until * 1000, Date.now() * 1000),
  });
  const idle = idleOf(draft, period, Date.now());
  return [
    said,
    ...(idle === null ? [] : [consent.idle.sentence(consent.idle.months(idle))]),
    ...(isWithRecords ? recordsSaid(draft) : []),
    ...(draft.claim && draft.who?.kind === 'link' ? [share.claimSentence] : []),
  ].join(' ');
}

/** 'every reading', or how exactly each is where a visit needs them differently. */
export function levelWords(draft: Draft): string {
  const { share } = words.value;
  return [...new Set(draft.streams.map((key) => share.levelWords[levelOf(draft, key)]))].join(', ');
}

/** 'problems, medicines of the health record' */
export function recordsWords({ records: { categories } }: Draft): string {
  const { records, consent } = words.value;
  if (categories.length === CATEGORIES.length) return consent.check.whole;
  const named = CATEGORIES.filter((each) => categories.includes(each)).map((each) => records.categories[each]);
  return consent.check.parts(named.join(', '));
}

/** What more there is to be said of the records: their time, what is left out, and what is told of that. */
function recordsSaid({ streams, records }: Draft): string[] {
  const { check, areas } = words.value.consent;
  const { withholdAreas, withhold, documents, ofDays } = records;
  const left = [
    ...(withholdAreas.length > 0 ? [check.leftAreas(withholdAreas.map((area) => areas[area]).join(', '))] : []),
    ...(withhold.length > 0 ? [check.leftHand(withhold.length)] : []),
    ...(documents ? [] : [check.leftFiles]),
  ];
  return [
    ...(streams.length > 0 && !ofDays ? [check.recordsAnyTime] : []),
    ...(left.length > 0 ? [check.leftOut(left.join('; '))] : []),
    check.toldWords[toldAt(records, country.value)],
  ];
}

/** Of somebody else than the owner of the node, the name. */
function whoseName(streams: readonly StreamInfo[]): string | null {
  const name = subject.value ?? streams[0]?.subject ?? 'me';
  return name === 'me' ? null : name;
}
