// The emergency card of who is looked at: what it says and to whom it opens, who opened it, and the card itself.
import type { EmergencyInfo } from '@hale/home';
import { useEffect } from 'preact/hooks';
import { changed, useAsked, useTicks } from '../../app/asking.ts';
import { call, ofSubject, shownSubject } from '../../app/state.ts';
import { Answer, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { givenName } from '../../words/people.ts';
import { About, Facts, Never } from './facts.tsx';
import { MakeCard, OffAndForbid } from './make.tsx';
import { Openings } from './openings.tsx';
import { Preview } from './preview.tsx';
import { Rules } from './rules.tsx';

const REFRESH_MILLIS = 30_000;
const TONES = { none: '', on: 'good', forbidden: 'caution' } as const;

export function Emergency() {
  const { ownCard, settings } = words.value;
  const asked = useAsked(() => call('emergency', ofSubject(), { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  useEffect(() => {
    // What is known here stands at once; whether somebody opened it just now, only the meeting points know.
    call('emergency', { ...ofSubject(), look: true }, { isIdle: true }).then(changed, () => {});
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <a class="small no-print" href="#/settings">
            ← {settings.title}
          </a>
          <h1>{ownCard.title(givenName(shownSubject()))}</h1>
          <p class="quiet">{ownCard.lead}</p>
        </div>
      </header>
      <Answer asked={asked.value} again={asked.again} rows={4}>
        {(info) => (
          <div class="stack" key={info.subject}>
            <State info={info} />
            <Openings openings={info.openings} />
            {info.state !== 'forbidden' && (
              <>
                <Preview info={info} />
                <MakeCard info={info} />
                <Facts info={info} />
                <About info={info} />
                <Never info={info} />
                <Rules info={info} />
              </>
            )}
            <OffAndForbid info={info} />
          </div>
        )}
      </Answer>
    </div>
  );
}

function State({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const { state, card, failed, closing } = info;
  const ready = card?.relays.filter(({ armedMicros }) => armedMicros !== null).length ?? 0;
  return (
    <div class="stack tight">
      <p class="row">
        <span class={`chip ${TONES[state]}`}>{ownCard.states[state]}</span>
        {card && <span class="small">{ownCard.made(day(card.madeMicros))}</span>}
        {ready > 0 && <span class="small quiet">{ownCard.kept(ready)}</span>}
      </p>
      {card && ready === 0 && <Notice tone="caution">{ownCard.notKept}</Notice>}
      {closing.map((relay) => (
        <Notice tone="caution" key={relay}>
          {ownCard.closing(relay)}
        </Notice>
      ))}
      {failed.map(({ relay }) => (
        <Notice tone="caution" key={relay}>
          {ownCard.failed(relay)}
        </Notice>
      ))}
    </div>
  );
}
