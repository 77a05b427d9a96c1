// The first screen: one card for each series, what changed last first.
import type { Overview } from '@hale/home';
import { useAsked, useTicks } from '../app/asking.ts';
import { live } from '../app/live.ts';
import { call, ofSubject } from '../app/state.ts';
import { Spark } from '../chart/spark.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { age, number, percent, signed } from '../words/numbers.ts';
import { shownUnit } from '../words/units.ts';

type Card = Overview['cards'][number];

const REFRESH_MILLIS = 60_000;
const LIVE_MICROS = 120e6;

export function Today() {
  const asked = useAsked(() => call('overview', ofSubject(), { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const { today, frame } = words.value;
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again} rows={4}>
        {(overview) => (
          <>
            <header class="page-head">
              <div>
                <h1>{today.title}</h1>
                {overview.cards.length > 0 && <p class="quiet">{today.lead(frame.series(overview.cards.length))}</p>}
              </div>
            </header>
            {overview.cards.length === 0 ? (
              <div class="card">
                <Empty icon="heart" title={today.emptyTitle} text={today.emptyText}>
                  <a class="button main-action" href="#/add">
                    <Icon name="add" />
                    {today.emptyAction}
                  </a>
                </Empty>
              </div>
            ) : (
              <ul class="grid-cards">
                {overview.cards.map((card) => (
                  <li key={card.stream.key}>
                    <SeriesCard card={card} nowMicros={overview.nowMicros} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Answer>
    </div>
  );
}

function SeriesCard({ card, nowMicros }: { card: Card; nowMicros: number }) {
  const { stream, spark } = card;
  const { today } = words.value;
  const fresh = live.value.get(stream.key);
  const latest = fresh && fresh.atMicros >= (card.latest?.atMicros ?? 0) ? fresh : card.latest;
  const isLive = latest !== null && Math.abs(nowMicros - latest.atMicros) < LIVE_MICROS;
  const shown = shownUnit(stream.kind, stream.unit);
  const word = card.latest?.code;
  return (
    <a class="card-link" href={`#/series/${encodeURIComponent(stream.key)}`}>
      <span class="card-title">
        <span>{stream.title}</span>
        {isLive ? (
          <span class="chip good">
            <span class="live-dot" />
            {today.live}
          </span>
        ) : (
          latest && <span class="caption">{age(latest.atMicros, nowMicros)}</span>
        )}
      </span>
      {latest && (
        <span class={`value ${word === undefined ? '' : 'words'}`}>
          {word ?? number(shown.of(latest.value), shown.decimals)}
          {word === undefined && <span class="unit">{shown.unit}</span>}
        </span>
      )}
      {spark && <Spark {...spark} label={today.sparkLabel(stream.title)} />}
      <Trend card={card} />
    </a>
  );
}

/** This week's average beside that of the week before, and how much of the week was recorded. */
function Trend({ card: { periods, stream } }: { card: Card }) {
  const [now, before] = periods;
  const { today } = words.value;
  if (!now || now.mean === null) return null;
  const shown = shownUnit(stream.kind, stream.unit);
  const parts = [`${today.average7} ${number(shown.of(now.mean), shown.decimals)}`];
  if (before?.mean != null) {
    const by = shown.of(now.mean) - shown.of(before.mean);
    const isSame = number(by, shown.decimals) === number(0, shown.decimals);
    parts.push(isSame ? today.unchanged : today.change(signed(by, shown.decimals)));
  }
  if (now.coverage !== null) parts.push(today.coverage(percent(now.coverage)));
  return <span class="caption">{parts.join(' · ')}</span>;
}
