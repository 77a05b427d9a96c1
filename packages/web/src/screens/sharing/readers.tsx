// Who can read this: of everything in one line, of one series share by share; by the same count as the list of shares.
import type { GrantInfo } from '@hale/home';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { capital, endOf, openShares, periodOf, reachOf, shortWho, subjectOf, type Titles, whoOf } from './words.ts';

/** Of all shares together more names have room. */
const NAMES = 6;

/** The names of all who can read something, each once. */
function namesText(open: readonly GrantInfo[]): string {
  const { facts } = words.value;
  const names = [...new Set(open.map(shortWho))];
  const text = names.slice(0, NAMES).join(', ');
  return names.length > NAMES ? facts.moreNames(text, names.length - NAMES) : text;
}

/** Shares one below the other: whose, what and what for, until when. */
export function ShareLines({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  return (
    <ul class="share-lines small">
      {grants.map((grant) => (
        <li key={grant.id}>
          <strong>{shortWho(grant)}</strong>
          <span>
            {subjectOf(grant, titles)}, {endOf(grant)}
            {grant.lock && ` (${reachOf(grant)})`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Of everything: leads to Sharing. */
export function ReadersLine({ grants }: { grants: readonly GrantInfo[] }) {
  const { facts } = words.value;
  const open = openShares(grants);
  const text =
    open.length === 0 ? facts.nobodyReads : facts.sharesOfSeries(facts.sharesOpen(open.length), namesText(open));
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
              {facts.canReadIt(capital(whoOf(grant)))}: {periodOf(grant)}, {endOf(grant)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
