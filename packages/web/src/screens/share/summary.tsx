// What was chosen so far, always in sight.
import type { StreamInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { day, zone } from '../../words/numbers.ts';
import { type Draft, periodOf } from './draft.ts';
import { firstOf, periodWords } from './period.ts';
import { shortAddress } from './who.tsx';

export function recipientOf({ who, name }: Draft): string | null {
  const { share } = words.value;
  if (who === null) return null;
  if (who.kind === 'link') return name.trim() === '' ? share.byLink : `${share.byLink} (${name.trim()})`;
  const address = who.address.startsWith('npub1') ? shortAddress(who.address) : who.address;
  return name.trim() === '' ? address : `${name.trim()} (${address})`;
}

/** @param isSaid the sentence beside it says the same */
export function Summary(props: { draft: Draft; streams: readonly StreamInfo[]; isSaid: boolean }) {
  const { draft, streams, isSaid } = props;
  const { share, sharing } = words.value;
  const titles = streams.filter(({ key }) => draft.streams.includes(key)).map(({ title }) => title);
  const period = titles.length === 0 ? 'dayMissing' : periodOf(draft, firstOf(draft, streams), Date.now(), zone.value);
  const none = <span class="quiet">{share.notYet}</span>;
  return (
    <aside class={`card stack so-far ${isSaid ? 'is-said' : ''}`} aria-label={share.soFar}>
      <h2>{share.soFar}</h2>
      <dl class="facts-stacked">
        <dt>{share.steps.who}</dt>
        <dd>{recipientOf(draft) ?? none}</dd>
        <dt>{share.steps.what}</dt>
        <dd>
          {titles.length === 0 ? (
            none
          ) : (
            <>
              {titles.slice(0, 6).join(', ')}
              {titles.length > 6 && ` + ${titles.length - 6}`}
              <br />
              <span class="caption">{share.levels[draft.level]}</span>
            </>
          )}
        </dd>
        <dt>{share.steps.when}</dt>
        <dd>
          {typeof period === 'string' ? (
            none
          ) : (
            <>
              {sharing.until(day(period.until * 1000 - 1))}
              <br />
              <span class="caption">{periodWords(period)}</span>
            </>
          )}
        </dd>
      </dl>
    </aside>
  );
}
