// Cards of the first screen by what they tell: a level, an amount of the day, a night, a cuff's reading.
import type { Columns, GrantInfo } from '@hale/home';
import type { ComponentChildren } from 'preact';
import { type LiveReading, live } from '../app/live.ts';
import { isLiveNow } from '../chart/live.ts';
import { sparkMissing } from '../chart/sentence.ts';
import { Spark, SparkBars } from '../chart/spark.tsx';
import { type Pressure, pairs, sourceOf } from '../clinical/blood-pressure.ts';
import type { FoundRange, Verdict } from '../clinical/ranges.ts';
import {
  type Card,
  type Cuff,
  isJudgedByAverage,
  isStale,
  isWaveform,
  type NightFacts,
  type SumFacts,
} from '../clinical/today.ts';
import { Icon } from '../ui/icon.tsx';
import { MissingLine } from '../views/missing.tsx';
import { CategoryChip, pairFigures } from '../views/pressure-category.tsx';
import { rangeSentence, VerdictChip } from '../views/usual.tsx';
import { codeWord } from '../words/codes.ts';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { age, clock, day, dayMonth, dayShort, duration, lowered, number, signed } from '../words/numbers.ts';
import { shownUnit } from '../words/units.ts';
import { readersText } from './sharing/words.ts';

export interface Around {
  nowMicros: number;
  /** The shares that open it now. */
  readers: readonly GrantInfo[];
  /** Of two with one title: where this one comes from. */
  from: string | null;
}

/** What every card has: title, age, who can see it. */
function Shell(
  props: Around & {
    href: string;
    title: string;
    latest: { atMicros: number } | null;
    isLive?: boolean;
    chips?: ComponentChildren;
    children: ComponentChildren;
  },
) {
  const { today } = words.value;
  const { latest, nowMicros, readers, from } = props;
  const isOld = latest !== null && isStale(latest.atMicros, nowMicros);
  return (
    <a class="card-link" href={props.href}>
      <span class="card-title">
        <span>{props.title}</span>
        {props.isLive ? (
          <span class="chip good">
            <span class="live-dot" />
            {today.live}
          </span>
        ) : (
          latest && !isOld && <span class="caption">{age(latest.atMicros, nowMicros)}</span>
        )}
      </span>
      {props.children}
      {latest && isOld && (
        <span class="caption">{today.stale(age(latest.atMicros, nowMicros), day(latest.atMicros))}</span>
      )}
      {from !== null && <span class="caption">{from}</span>}
      <span class="row card-chips">
        {props.chips}
        <span class={`chip ${readers.length > 0 ? 'sharing' : ''}`}>
          <Icon name={readers.length > 0 ? 'people' : 'lock'} />
          {readers.length > 0 ? today.sharedWith(readers.length, readersText(readers)) : today.onlyYou}
        </span>
      </span>
    </a>
  );
}

function Value(props: { text: string; unit?: string; isWords?: boolean; isOld: boolean; after?: string }) {
  return (
    <span class={`value ${props.isWords ? 'words' : ''} ${props.isOld ? 'stale' : ''}`}>
      {props.text}
      {props.unit && <span class="unit">{props.unit}</span>}
      {props.after && <span class="unit">{props.after}</span>}
    </span>
  );
}

export const hrefOf = (key: string, view = ''): string => `#/series/${encodeURIComponent(key)}${view}`;

/** The newest reading, also where it came while the page was open. */
const newestOf = ({ stream, latest }: Card): (LiveReading | NonNullable<Card['latest']>) | null => {
  const fresh = live.value.get(stream.key);
  return fresh && fresh.atMicros >= (latest?.atMicros ?? 0) ? fresh : latest;
};

/** @param props.week of glucose and oxygen how much of the last week was in range; else '' */
export function LevelCard(
  props: Around & { card: Card; range: FoundRange | null; verdict: Verdict | null; week: string },
) {
  const { card, range, verdict, nowMicros, week } = props;
  const { stream, spark } = card;
  const { today } = words.value;
  const latest = newestOf(card);
  const isOld = latest !== null && isStale(latest.atMicros, nowMicros);
  const shown = shownUnit(stream.kind, stream.unit);
  const code = card.latest?.code;
  const word = isWaveform(stream.kind)
    ? today.recording
    : code === undefined
      ? undefined
      : codeWord(stream.kind, latest?.value, code);
  const title = kindTitle(stream);
  // What a word ended with is no news: the night is over.
  const isEnd = code !== undefined && latest?.value === 0;
  const isLive = latest !== null && isLiveNow(latest.atMicros, nowMicros, stream.periodMicros);
  const isByAverage = isJudgedByAverage(stream.kind);
  return (
    <Shell
      {...props}
      {...{ title, latest }}
      href={hrefOf(stream.key)}
      isLive={isLive}
      // Beside a value stands what is said of that value.
      chips={verdict && range && !isOld && !isByAverage && <VerdictChip verdict={verdict} range={range} />}
    >
      {latest && !isEnd && (
        <Value
          text={word ?? number(shown.of(latest.value), shown.decimals)}
          unit={word === undefined ? shown.unit : ''}
          isWords={word !== undefined}
          isOld={isOld}
          {...(isLive ? { after: age(latest.atMicros, nowMicros) } : {})}
        />
      )}
      {week !== '' && <span class="week-line">{week}</span>}
      {spark && <Spark {...spark} usual={range} label={today.sparkLabel(title)} />}
      {spark && <SparkDays {...spark} />}
      {!isWaveform(stream.kind) && <Trend card={card} verdict={isByAverage ? verdict : null} />}
      {spark && !isWaveform(stream.kind) && <SparkMissing kind={stream.kind} {...spark} />}
      {range && <span class="caption">{rangeSentence(range, shown)}</span>}
    </Shell>
  );
}

/** From which day to which a small chart goes. */
function SparkDays({ fromMicros, toMicros }: { fromMicros: number; toMicros: number }) {
  // A strip of minutes has its day beside its age.
  if (dayMonth(fromMicros) === dayMonth(toMicros)) return null;
  return (
    <span class="spark-days caption" aria-hidden="true">
      <span>{dayMonth(fromMicros)}</span>
      <span>{dayMonth(toMicros)}</span>
    </span>
  );
}

/** Why the line of a small chart is broken, in words. */
function SparkMissing(props: { kind: string } & NonNullable<Card['spark']>) {
  return <MissingLine text={sparkMissing(props.kind, props)} />;
}

/** This week's average beside that of the week before. @param verdict of the average, where that is judged */
function Trend({ card: { periods, stream }, verdict }: { card: Card; verdict: Verdict | null }) {
  const [now, before] = periods;
  const { today } = words.value;
  if (!now || now.mean === null) return null;
  const shown = shownUnit(stream.kind, stream.unit);
  const { verdict: judged } = words.value.vitals;
  const average = `${today.average7} ${number(shown.of(now.mean), shown.decimals)}`;
  const parts = [verdict === null ? average : `${average} (${lowered(judged[verdict])})`];
  if (before?.mean != null) {
    const by = shown.of(now.mean) - shown.of(before.mean);
    const isSame = number(by, shown.decimals) === number(0, shown.decimals);
    parts.push(isSame ? today.unchanged : today.change(signed(by, shown.decimals)));
  }
  return <span class="caption">{parts.join(' · ')}</span>;
}

/** What adds up: the day so far, and what whole days had. */
export function AmountCard(props: Around & { card: Card; facts: SumFacts }) {
  const { card, facts } = props;
  const { stream, days, latest } = card;
  const { today } = words.value;
  const shown = shownUnit(stream.kind, stream.unit);
  const title = kindTitle(stream);
  const text = (value: number) => number(shown.of(value), shown.decimals);
  const parts = [
    ...(facts.dayBefore === null ? [] : [(facts.isToday ? today.yesterday : today.dayBefore)(text(facts.dayBefore))]),
    ...(facts.week === null ? [] : [today.averageDay(text(facts.week))]),
  ];
  const isOld = latest !== null && isStale(latest.atMicros, props.nowMicros);
  return (
    <Shell {...props} {...{ title, latest }} href={hrefOf(stream.key)}>
      <Value
        text={text(facts.newest.sum)}
        unit={shown.unit}
        isOld={isOld}
        after={facts.isToday ? today.soFar : dayShort(facts.newest.fromMicros)}
      />
      <SparkBars
        values={(days ?? []).map(({ sum, count }) => (count === 0 ? null : sum))}
        label={today.daysLabel(title)}
      />
      {days && days.length > 0 && (
        <SparkDays fromMicros={days[0].fromMicros} toMicros={days[days.length - 1].fromMicros} />
      )}
      {parts.length > 0 && <span class="caption">{parts.join(' · ')}</span>}
    </Shell>
  );
}

/** How long the newest night was slept, from when to when, and how that compares. */
export function NightCard(props: Around & { card: Card; facts: NightFacts; minutes: readonly number[] }) {
  const { card, facts, nowMicros } = props;
  const { today, vitals } = words.value;
  const { night, meanMinutes } = facts;
  const latest = { atMicros: night.toMicros };
  const isOld = isStale(night.toMicros, nowMicros);
  const by = meanMinutes === null ? 0 : Math.round(night.asleepMinutes) - Math.round(meanMinutes);
  const parts =
    meanMinutes === null
      ? []
      : [
          ...(by === 0 ? [] : [(by > 0 ? today.longer : today.shorter)(duration(Math.abs(by)))]),
          today.nightsMean(duration(meanMinutes), facts.nightsBefore),
        ];
  return (
    <Shell {...props} title={vitals.sleep} latest={latest} href={hrefOf(card.stream.key, '?view=report')}>
      <Value text={duration(night.asleepMinutes)} isWords isOld={isOld} />
      <span class="small quiet">
        {isOld ? dayShort(night.toMicros) : today.lastNight}, {clock(night.fromMicros)}–{clock(night.toMicros)}
      </span>
      <SparkBars values={props.minutes} label={today.nightsLabel(vitals.sleep)} />
      {parts.length > 0 && <span class="caption">{parts.join(' · ')}</span>}
    </Shell>
  );
}

/** Upper and lower value of one moment. */
export function pressureOf({ systolic, diastolic }: Cuff): Pressure {
  const upper = newestOf(systolic);
  const lower = newestOf(diastolic);
  const [live] = pairs(
    { at: [upper?.atMicros ?? 0], value: [upper?.value ?? 0] },
    { at: [lower?.atMicros ?? 0], value: [lower?.value ?? 0] },
  ).pairs;
  // While only one of a new reading is here, the reading before stands.
  return (
    live ?? {
      atMicros: systolic.latest?.atMicros ?? 0,
      systolic: systolic.latest?.value ?? 0,
      diastolic: diastolic.latest?.value ?? 0,
    }
  );
}

/** One card for a cuff. @param hasCategory categories are made for adult people */
export function CuffCard(props: Around & { cuff: Cuff; hasCategory: boolean }) {
  const { cuff, hasCategory, nowMicros } = props;
  const { today, pressure } = words.value;
  const latest = pressureOf(cuff);
  const isOld = isStale(latest.atMicros, nowMicros);
  const pulse = cuff.pulse && newestOf(cuff.pulse);
  const spark = sparkOf(cuff);
  return (
    <Shell
      {...props}
      {...{ latest }}
      title={pressure.title}
      href={hrefOf(cuff.systolic.stream.key, '?view=report')}
      chips={hasCategory && !isOld && <CategoryChip of={latest} scheme="esc2024" setting="home" />}
    >
      <Value
        text={pairFigures(latest)}
        unit="mmHg"
        isOld={isOld}
        {...(pulse ? { after: today.pulse(number(Math.round(pulse.value))) } : {})}
      />
      {spark && <Spark {...spark} label={today.sparkLabel(pressure.title)} />}
      {spark && <SparkDays {...spark} />}
      <PressureTrend {...cuff} />
      {spark && <SparkMissing kind={cuff.systolic.stream.kind} {...spark} />}
      {hasCategory && <span class="caption">{today.pressureAs(sourceOf('esc2024', 'home').title)}</span>}
    </Shell>
  );
}

function PressureTrend({ systolic, diastolic }: Cuff) {
  const { today } = words.value;
  const [upper, upperBefore] = systolic.periods.map(({ mean }) => mean);
  const [lower, lowerBefore] = diastolic.periods.map(({ mean }) => mean);
  if (upper == null || lower == null) return null;
  const parts = [`${today.average7} ${number(upper, 0)}/${number(lower, 0)}`];
  if (upperBefore != null && lowerBefore != null)
    parts.push(today.change(`${signed(upper - upperBefore, 0)}/${signed(lower - lowerBefore, 0)}`));
  return <span class="caption">{parts.join(' · ')}</span>;
}

/** A band from lower to upper value. */
function sparkOf({ systolic, diastolic }: Cuff): Card['spark'] {
  const [upper, lower] = [systolic.spark, diastolic.spark];
  if (!upper || !lower) return null;
  const column = ({ at, mean }: Columns) => {
    const there = mean.flatMap((value, i) => (value === null ? [] : [{ at: at[i], value }]));
    return { at: there.map((each) => each.at), value: there.map((each) => each.value) };
  };
  const both = pairs(column(upper.columns), column(lower.columns)).pairs;
  const columns: Columns = {
    at: both.map(({ atMicros }) => atMicros),
    mean: both.map((each) => each.systolic),
    min: both.map((each) => each.diastolic),
    max: both.map((each) => each.systolic),
    count: [],
  };
  return { ...upper, columns, gapMicros: Math.max(upper.gapMicros, lower.gapMicros) };
}
