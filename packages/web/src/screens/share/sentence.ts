// The sentence that a person reads before she shares: who, what, how exactly, which time, until when; in her language.
import type { StreamInfo } from '@hale/home';
import { subject } from '../../app/state.ts';
import { words } from '../../words/index.ts';
import { endWhen } from '../../words/numbers.ts';
import { personOfKey } from '../../words/people.ts';
import type { Draft, Period } from './draft.ts';
import { periodWords } from './period.ts';

/** Titles beyond are counted and not named. */
const TITLES = 8;

export function shareSentence(draft: Draft, streams: readonly StreamInfo[], period: Period): string {
  const { share } = words.value;
  const titles = streams.filter(({ key }) => draft.streams.includes(key)).map(({ title }) => title);
  const named = titles.slice(0, TITLES).join(', ') + (titles.length > TITLES ? ` + ${titles.length - TITLES}` : '');
  const name = draft.name.trim();
  const who = draft.who?.kind === 'person' ? personOfKey(name, draft.who.address) : share.anyone(name, draft.withPin);
  const said = share.sentence({
    who,
    what: share.as(named, share.levelWords[draft.level]),
    whose: whoseName(streams),
    period: periodWords(period),
    until: endWhen(period.until * 1000, Date.now() * 1000),
  });
  return draft.claim && draft.who?.kind === 'link' ? `${said} ${share.claimSentence}` : said;
}

/** Of somebody else than the owner of the node, the name. */
function whoseName(streams: readonly StreamInfo[]): string | null {
  const name = subject.value ?? streams[0]?.subject ?? 'me';
  return name === 'me' ? null : name;
}
