// The first screen: one card for each series (one for a cuff), what changed first; signal quality and what is not known folded below.
import type { GrantInfo, Overview } from '@hale/home';
import { useAsked, useTicks } from '../app/asking.ts';
import { live } from '../app/live.ts';
import { personOf } from '../app/readings.ts';
import { call, ofSubject } from '../app/state.ts';
import { categoryOf } from '../clinical/blood-pressure.ts';
import { Calendar } from '../clinical/civil.ts';
import { type FoundRange, usualRange, verdictOf } from '../clinical/ranges.ts';
import { type Night, nightsOf } from '../clinical/sleep.ts';
import {
  type Card,
  type CardFacts,
  type Cuff,
  cuffsOf,
  inOrder,
  isBackground,
  isJudgedByAverage,
  isStale,
  type NightFacts,
  nightFacts,
  type SumFacts,
  sumFacts,
} from '../clinical/today.ts';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty } from '../ui/states.tsx';
import { plain, type ReadingsOf, type Subject } from '../views/port.ts';
import { hasWeek, weekRange, weekSentence } from '../views/week.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { zone } from '../words/numbers.ts';
import { ReadersLine } from './sharing/readers.tsx';
import { openShares } from './sharing/words.ts';
import { AmountCard, type Around, CuffCard, LevelCard, NightCard, pressureOf } from './today-cards.tsx';
import { CardOpened } from './today-opened.tsx';

const REFRESH_MILLIS = 60_000;
const ADULT_YEARS = 18;
/** Of sleep so much is asked for: the newest night and a week before it. */
const NIGHTS_MICROS = 8.5 * 86_400e6;

export function Today() {
  const asked = useAsked(async () => {
    const parameters = ofSubject();
    const calendar = new Calendar(zone.value);
    const [overview, grants, openings] = await Promise.all([
      call('overview', { ...parameters, zone: zone.value }, { isIdle: true }),
      call('grants', {}, { isIdle: true }),
      call('emergency.openings', {}, { isIdle: true }),
    ]);
    const [nights, weeks] = await Promise.all([nightsIn(overview, calendar), weeksIn(overview)]);
    return { overview, grants, openings, nights, weeks };
  });
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again} rows={4}>
        {({ openings, ...cards }) => (
          <>
            <CardOpened openings={openings} />
            <Cards {...cards} />
          </>
        )}
      </Answer>
    </div>
  );
}

type Nights = ReadonlyMap<string, readonly Night[]>;

/** The newest nights of each series of sleep stages, by its key. */
async function nightsIn({ cards, subject }: Overview, calendar: Calendar): Promise<Nights> {
  const asleep = cards.flatMap(({ stream: { kind, key, lastMicros } }) =>
    kind === 'sleep-stage' && lastMicros !== null ? [{ key, lastMicros }] : [],
  );
  const all = asleep.map(async ({ key, lastMicros }) => {
    const range = { fromMicros: lastMicros - NIGHTS_MICROS, toMicros: lastMicros + 1 };
    const { at, value } = plain(await call('readings', { stream: key, subject, ...range }, { isIdle: true }));
    return [key, nightsOf(at, value, calendar)] as const;
  });
  return new Map(await Promise.all(all));
}

type Weeks = ReadonlyMap<string, ReadingsOf>;

/** The readings of the last week of what is told of a week, by its key. */
async function weeksIn({ cards, subject, nowMicros }: Overview): Promise<Weeks> {
  const told = cards.flatMap(({ stream: { kind, key, lastMicros } }) =>
    hasWeek(kind) && lastMicros !== null ? [{ key, range: weekRange({ last: lastMicros }, nowMicros) }] : [],
  );
  const all = told.map(
    async ({ key, range }) =>
      [key, await call('readings', { stream: key, subject, ...range }, { isIdle: true })] as const,
  );
  return new Map(await Promise.all(all));
}

/** A card with what decides where it stands. */
type Placed = CardFacts & { key: string; title: string; card: Card } & (
    | { tells: 'level'; range: FoundRange | null }
    | { tells: 'amount'; facts: SumFacts }
    | { tells: 'night'; facts: NightFacts; minutes: number[] }
    | { tells: 'pressure'; cuff: Cuff; hasCategory: boolean }
  );

function placedCuff(cuff: Cuff): Placed {
  const card = cuff.systolic;
  const person = personOf(card.stream.subject);
  const hasCategory = isAdult(person);
  const category = hasCategory ? categoryOf(pressureOf(cuff), 'esc2024', 'home') : null;
  return {
    ...{ tells: 'pressure', cuff, card, hasCategory, key: card.stream.key, title: words.value.pressure.title },
    ...{ kind: card.stream.kind, isKnown: true, lastMicros: card.stream.lastMicros },
    verdict: category && (category.tone === 'good' ? 'within' : 'above'),
    now: card.periods[0]?.mean ?? null,
    before: card.periods[1]?.mean ?? null,
  };
}

const isAdult = ({ species, age }: Subject): boolean => species === 'human' && (age === null || age >= ADULT_YEARS);

function placed(card: Card, nights: Nights, nowMicros: number): Placed {
  const { stream, periods } = card;
  const given = {
    ...{ card, key: stream.key, title: kindTitle(stream), kind: stream.kind, lastMicros: stream.lastMicros },
    isKnown: Object.hasOwn(words.value.kinds, stream.kind),
  };
  const sums = card.days && sumFacts(card.days, nowMicros);
  if (sums) return { ...given, tells: 'amount', facts: sums, verdict: null, now: sums.week, before: sums.weekBefore };
  const slept = nights.get(stream.key) ?? [];
  const night = nightFacts(slept);
  if (night) {
    const minutes = slept.map(({ asleepMinutes }) => asleepMinutes);
    const [now, before] = [night.night.asleepMinutes, night.meanMinutes];
    const title = words.value.vitals.sleep;
    return { ...given, title, tells: 'night', facts: night, minutes, verdict: null, now, before };
  }
  const range = usualRange(stream.kind, stream.unit, personOf(stream.subject));
  // A pulse of one moment is noise: its average is judged, as on its own page.
  const last = live.value.get(stream.key)?.value ?? card.latest?.value ?? null;
  const value = isJudgedByAverage(stream.kind) ? (periods[0]?.mean ?? last) : last;
  return {
    ...{ ...given, tells: 'level', range },
    verdict: range && value !== null ? verdictOf(value, range) : null,
    now: periods[0]?.mean ?? null,
    before: periods[1]?.mean ?? null,
  };
}

function Cards(props: { overview: Overview; grants: GrantInfo[]; nights: Nights; weeks: Weeks }) {
  const { overview, grants, nights, weeks } = props;
  const { today } = words.value;
  const { nowMicros } = overview;
  const { cuffs, others } = cuffsOf(overview.cards);
  const all = inOrder([...cuffs.map(placedCuff), ...others.map((card) => placed(card, nights, nowMicros))], nowMicros);
  const [front, behind] = [all.filter((each) => !isBackground(each)), all.filter(isBackground)];
  const grid = (cards: Placed[]) => (
    <ul class="grid-cards">
      {cards.map((each) => (
        <li key={each.key}>
          <OneCard
            placed={each}
            week={weekOf(each, weeks, nowMicros)}
            around={{ nowMicros, readers: readersOf(grants, each), from: twinOf(each, cards) }}
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
          {all.length > 0 && <ReadersLine grants={grants} />}
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
    parts.push(out.length === 0 ? today.allWithin : today.outside(out.map(({ title }) => title).join(', ')));
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
function twinOf({ title, card: { stream } }: Placed, all: readonly Placed[]): string | null {
  const isOnly = all.filter((each) => each.title === title).length === 1;
  return isOnly ? null : (stream.device ?? stream.origins.at(-1)?.source ?? stream.key);
}

/** The shares that open this series now; of a cuff any of its series. */
function readersOf(grants: readonly GrantInfo[], of: Placed): GrantInfo[] {
  const { systolic, diastolic, pulse } =
    of.tells === 'pressure' ? of.cuff : { systolic: of.card, diastolic: null, pulse: null };
  const keys = [systolic, diastolic, pulse].flatMap((card) => card?.stream.key ?? []);
  return openShares(grants, { subject: systolic.stream.subject, keys });
}

/** '' for what is not told of a week. */
function weekOf({ card: { stream } }: Placed, weeks: Weeks, nowMicros: number): string {
  const week = weeks.get(stream.key);
  const { kind, unit, lastMicros } = stream;
  const bounds = { first: 0, last: lastMicros ?? 0 };
  return week ? weekSentence({ kind, unit, bounds }, week, personOf(stream.subject), nowMicros) : '';
}

function OneCard({ placed: of, around, week }: { placed: Placed; around: Around; week: string }) {
  switch (of.tells) {
    case 'pressure':
      return <CuffCard {...around} cuff={of.cuff} hasCategory={of.hasCategory} />;
    case 'amount':
      return <AmountCard {...around} card={of.card} facts={of.facts} />;
    case 'night':
      return <NightCard {...around} card={of.card} facts={of.facts} minutes={of.minutes} />;
    case 'level':
      return <LevelCard {...around} card={of.card} range={of.range} verdict={of.verdict} week={week} />;
  }
}
