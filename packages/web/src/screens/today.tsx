// The first screen: one card for each series, what changed first; signal quality and what is not known folded below.
import type { GrantInfo, Overview } from '@hale/home';
import { useAsked, useTicks } from '../app/asking.ts';
import { live } from '../app/live.ts';
import { personOf } from '../app/readings.ts';
import { call, ofSubject } from '../app/state.ts';
import { isLiveNow } from '../chart/live.ts';
import { Spark } from '../chart/spark.tsx';
import { type FoundRange, usualRange, verdictOf } from '../clinical/ranges.ts';
import { type CardFacts, inOrder, isBackground, isStale } from '../clinical/today.ts';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty } from '../ui/states.tsx';
import { rangeSentence, VerdictChip } from '../views/usual.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { age, day, number, percent, signed } from '../words/numbers.ts';
import { shownUnit } from '../words/units.ts';

type Card = Overview['cards'][number];

const REFRESH_MILLIS = 60_000;
const JUDGED_BY_AVERAGE = /^(heart-rate|pulse-rate|hrv-.+)$/;
/** One sample of these says nothing. */
const WAVEFORM = /^(ecg-lead-.+|ppg|accelerometer|gyroscope|magnetometer)$/;

export function Today() {
  const asked = useAsked(async () => {
    const parameters = ofSubject();
    const [overview, grants] = await Promise.all([
      call('overview', parameters, { isIdle: true }),
      call('grants', parameters, { isIdle: true }),
    ]);
    return { overview, grants };
  });
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again} rows={4}>
        {({ overview, grants }) => <Cards overview={overview} grants={grants} />}
      </Answer>
    </div>
  );
}

/** A card with what decides where it stands. */
interface Placed extends CardFacts {
  card: Card;
  range: FoundRange | null;
}

function placed(card: Card): Placed {
  const { stream, latest, periods } = card;
  const range = usualRange(stream.kind, stream.unit, personOf(stream.subject));
  // A pulse of one moment is noise: its average is judged, as on its own page.
  const last = live.value.get(stream.key)?.value ?? latest?.value ?? null;
  const value = JUDGED_BY_AVERAGE.test(stream.kind) ? (periods[0]?.mean ?? last) : last;
  return {
    ...{ card, range, kind: stream.kind, lastMicros: stream.lastMicros },
    isKnown: Object.hasOwn(words.value.kinds, stream.kind),
    verdict: range && value !== null ? verdictOf(value, range) : null,
    now: periods[0]?.mean ?? null,
    before: periods[1]?.mean ?? null,
  };
}

function Cards({ overview, grants }: { overview: Overview; grants: GrantInfo[] }) {
  const { today } = words.value;
  const { nowMicros } = overview;
  const all = inOrder(overview.cards.map(placed), nowMicros);
  const [front, behind] = [all.filter((each) => !isBackground(each)), all.filter(isBackground)];
  const grid = (cards: Placed[]) => (
    <ul class="grid-cards">
      {cards.map((each) => (
        <li key={each.card.stream.key}>
          <SeriesCard
            placed={each}
            nowMicros={nowMicros}
            readers={readersOf(grants, each.card.stream.key)}
            from={twinOf(each, cards)}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <header class="page-head">
        <div>
          <h1>{today.title}</h1>
          {all.length > 0 && <p class="quiet">{leadOf(front, nowMicros)}</p>}
        </div>
        {front.length > 0 && (
          <div class="actions">
            <a class="button" href="#/compare">
              <Icon name="chart" />
              {today.compare}
            </a>
          </div>
        )}
      </header>
      {all.length === 0 ? <NothingYet /> : grid(front)}
      {behind.length > 0 && (
        <details class="folded">
          <summary>{today.background(behind.length)}</summary>
          {grid(behind)}
        </details>
      )}
    </>
  );
}

/** The page in a sentence: how much is new, and what left its usual range. */
function leadOf(front: readonly Placed[], nowMicros: number): string {
  const { today, frame } = words.value;
  const fresh = front.filter(({ lastMicros }) => lastMicros !== null && !isStale(lastMicros, nowMicros));
  const out = fresh.filter(({ verdict }) => verdict !== null && verdict !== 'within');
  const parts = [fresh.length === 0 ? today.nothingNew : today.newToday(fresh.length, frame.series(front.length))];
  if (fresh.length > 0)
    parts.push(
      out.length === 0 ? today.allWithin : today.outside(out.map(({ card }) => kindTitle(card.stream)).join(', ')),
    );
  return parts.join(' ');
}

function NothingYet() {
  const { today } = words.value;
  return (
    <div class="card">
      <Empty icon="heart" title={today.emptyTitle} text={today.emptyText}>
        <a class="button main-action" href="#/add">
          <Icon name="add" />
          {today.emptyAction}
        </a>
      </Empty>
    </div>
  );
}

/** Of two with one title: where this one comes from. */
function twinOf({ card: { stream } }: Placed, all: readonly Placed[]): string | null {
  const isOnly = all.filter(({ card }) => kindTitle(card.stream) === kindTitle(stream)).length === 1;
  return isOnly ? null : (stream.device ?? stream.origins.at(-1)?.source ?? stream.key);
}

/** How many grants open this series now. */
const readersOf = (grants: readonly GrantInfo[], key: string): number =>
  grants.filter(({ state, streams }) => state === 'active' && streams.some((stream) => stream.key === key)).length;

function SeriesCard(props: { placed: Placed; nowMicros: number; readers: number; from: string | null }) {
  const { nowMicros, readers, from } = props;
  const { card, range, verdict } = props.placed;
  const { stream, spark } = card;
  const { today } = words.value;
  const fresh = live.value.get(stream.key);
  const latest = fresh && fresh.atMicros >= (card.latest?.atMicros ?? 0) ? fresh : card.latest;
  const isLive = latest !== null && isLiveNow(latest.atMicros, nowMicros, stream.periodMicros);
  const isOld = latest !== null && isStale(latest.atMicros, nowMicros);
  const shown = shownUnit(stream.kind, stream.unit);
  const word = WAVEFORM.test(stream.kind) ? today.recording : card.latest?.code;
  const title = kindTitle(stream);
  // What a word ended with is no news: the night is over.
  const isEnd = card.latest?.code !== undefined && latest?.value === 0;
  return (
    <a class="card-link" href={`#/series/${encodeURIComponent(stream.key)}`}>
      <span class="card-title">
        <span>{title}</span>
        {isLive ? (
          <span class="chip good">
            <span class="live-dot" />
            {today.live}
          </span>
        ) : (
          latest && !isOld && <span class="caption">{age(latest.atMicros, nowMicros)}</span>
        )}
      </span>
      {latest && !isEnd && (
        <span class={`value ${word === undefined ? '' : 'words'} ${isOld ? 'stale' : ''}`}>
          {word ?? number(shown.of(latest.value), shown.decimals)}
          {word === undefined && <span class="unit">{shown.unit}</span>}
        </span>
      )}
      {latest && isOld && (
        <span class="caption">{today.stale(age(latest.atMicros, nowMicros), day(latest.atMicros))}</span>
      )}
      {from !== null && <span class="caption">{from}</span>}
      {spark && <Spark {...spark} usual={range} label={today.sparkLabel(title)} />}
      {!WAVEFORM.test(stream.kind) && <Trend card={card} />}
      {range && <span class="caption">{rangeSentence(range, shown)}</span>}
      <span class="row card-chips">
        {verdict && range && !isOld && <VerdictChip verdict={verdict} range={range} />}
        <span class={`chip ${readers > 0 ? 'sharing' : ''}`}>
          <Icon name={readers > 0 ? 'people' : 'lock'} />
          {readers > 0 ? today.sharedWith(readers) : today.onlyYou}
        </span>
      </span>
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
