// What was chosen so far, always in sight.
import type { StreamInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { endWhen, zone } from '../../words/numbers.ts';
import { personOfKey } from '../../words/people.ts';
import { CATEGORIES } from '../records/said.ts';
import { capital } from '../sharing/words.ts';
import { type Draft, hasDays, periodOf } from './draft.ts';
import { firstOf, periodWords } from './period.ts';
import { hasRecords } from './records-draft.ts';
import { levelWords, recordsWords } from './sentence.ts';

export function recipientOf({ who, name, withPin }: Draft): string | null {
  const { facts } = words.value;
  if (who === null) return null;
  if (who.kind === 'person') return personOfKey(name.trim(), who.address);
  const reach = capital(withPin ? facts.anyonePin : facts.anyoneLink);
  return name.trim() === '' ? reach : `${reach} (“${name.trim()}”)`;
}

/** @param isSaid the sentence beside it says the same */
export function Summary(props: { draft: Draft; streams: readonly StreamInfo[]; isSaid: boolean }) {
  const { draft, streams, isSaid } = props;
  const { share, facts } = words.value;
  const titles = streams.filter(({ key }) => draft.streams.includes(key)).map(({ title }) => title);
  const records = hasRecords(draft) ? shortly(draft) : null;
  const period =
    titles.length === 0 && records === null
      ? 'dayMissing'
      : periodOf(draft, firstOf(draft, streams), Date.now(), zone.value);
  const none = <span class="quiet">{share.notYet}</span>;
  return (
    <aside class={`card stack so-far ${isSaid ? 'is-said' : ''}`} aria-label={share.soFar}>
      <h2>{share.soFar}</h2>
      <dl class="facts-stacked">
        <dt>{share.steps.who}</dt>
        <dd>{recipientOf(draft) ?? none}</dd>
        <dt>{share.steps.what}</dt>
        <dd>
          {titles.length === 0 && records === null && none}
          {titles.length > 0 && (
            <>
              {titles.slice(0, 6).join(', ')}
              {titles.length > 6 && ` + ${titles.length - 6}`}
              <br />
              <span class="caption">{capital(levelWords(draft))}</span>
            </>
          )}
          {records !== null && <div>{records}</div>}
        </dd>
        <dt>{share.steps.when}</dt>
        <dd>
          {typeof period === 'string' ? (
            none
          ) : (
            <>
              {capital(facts.ends(endWhen(period.until * 1000, Date.now() * 1000)))}
              <br />
              <span class="caption">{hasDays(draft) ? periodWords(period) : words.value.consent.check.anyTime}</span>
            </>
          )}
        </dd>
      </dl>
    </aside>
  );
}

/** Parts beyond are counted and not named. */
const PARTS = 3;

function shortly(draft: Draft): string {
  const { length } = draft.records.categories;
  const isNamed = length <= PARTS || length === CATEGORIES.length;
  return isNamed ? capital(recordsWords(draft)) : words.value.consent.check.partsCount(length);
}
