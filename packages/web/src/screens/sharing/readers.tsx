// Who can read this: of everything in one line, of one series share by share; by the same count as the list of shares.
import type { GrantInfo } from '@hale/home';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { endOf, openShares, periodOf, shortWho, whoOf } from './words.ts';

/** Beyond, shares are counted and not named. */
const NAMED = 3;

/** 'Dr Ada Lee, link “Holiday” (2×) and 2 more'; two of one name are told apart where each has a line of its own. */
export function readersText(open: readonly GrantInfo[]): string {
  const { facts } = words.value;
  const counts = new Map<string, number>();
  for (const grant of open) counts.set(shortWho(grant), (counts.get(shortWho(grant)) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count}×)`));
  const text = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? facts.more(text, names.length - NAMED) : text;
}

/** Of everything: leads to Sharing. */
export function ReadersLine({ grants }: { grants: readonly GrantInfo[] }) {
  const { facts } = words.value;
  const open = openShares(grants);
  const text =
    open.length === 0 ? facts.nobodyReads : facts.sharesOfSeries(facts.sharesOpen(open.length), readersText(open));
  return (
    <a class="readers-line small" href="#/sharing">
      <Icon name={open.length === 0 ? 'lock' : 'people'} />
      <span>{text}</span>
    </a>
  );
}

/** Of one series: who, which time of it, until when. */
export function ReadersOf({ grants, of }: { grants: readonly GrantInfo[]; of: { subject: string; key: string } }) {
  const { facts } = words.value;
  const open = openShares(grants, { subject: of.subject, keys: [of.key] });
  if (open.length === 0)
    return (
      <p class="readers-line small">
        <Icon name="lock" />
        <span>{facts.onlyYou}</span>
      </p>
    );
  return (
    <ul class="small readers-of" aria-label={facts.canRead}>
      {open.map((grant) => (
        <li key={grant.id}>
          <a class="readers-line" href={`#/sharing/${grant.id}`}>
            <Icon name={grant.how === 'link' ? 'link' : 'person'} />
            <span>
              {facts.canReadIt(whoOf(grant))}: {periodOf(grant)}, {endOf(grant)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
