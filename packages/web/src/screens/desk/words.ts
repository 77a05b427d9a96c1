// How somebody who shares is called: the name that she gave, else said to be nameless, with her key in short.
import type { InboxItem } from '@hale/home';
import { words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { endWhen } from '../../words/numbers.ts';
import { givenName, isKey, shortAddress } from '../../words/people.ts';

/** As a heading. */
export const nameOf = ({ name }: Pick<InboxItem, 'name'>): string => givenName(name) || words.value.facts.nameless;

/** From whom it came: her key, or that it was a link. */
export function originOf({ from }: Pick<InboxItem, 'from'>): string {
  const { facts, desk } = words.value;
  return isKey(from) ? desk.sentBy(shortAddress(from)) : facts.fromSomeLink;
}

/** Called as their kinds are in the language in use; of what an older version saw the kind is not known. */
export const titlesOf = ({ streams, records }: Pick<InboxItem, 'streams' | 'records'>): string[] => [
  ...(records ? [words.value.consent.given.title] : []),
  ...streams.map(({ kind, title }) => (kind === undefined ? title : kindTitle({ kind, title }))),
];

/** Until when it opens, and how long that still is. */
export function endsOf({ untilMicros, idleMonths }: Pick<InboxItem, 'untilMicros' | 'idleMonths'>): string {
  const { facts, desk, consent } = words.value;
  const end = untilMicros === null ? desk.opensEndless : facts.endsAt(endWhen(untilMicros, Date.now() * 1000));
  return idleMonths === undefined
    ? end
    : `${end.replace(/\.$/, '')}. ${consent.idle.reader(consent.idle.months(idleMonths))}`;
}
