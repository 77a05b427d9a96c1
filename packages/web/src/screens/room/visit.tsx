// The page of a visit: the glucose profile, a strip of the ECG, and what changed since the last visit; on screen at once, on paper one sheet.
import type { LookedInto } from '@hale/home';
import { useMemo } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { openedSources } from '../../app/opened-readings.ts';
import { call } from '../../app/state.ts';
import { Calendar } from '../../clinical/civil.ts';
import { TARGETS } from '../../clinical/glucose.ts';
import { glucoseReport } from '../../clinical/glucose-report.ts';
import { VISIT_DAYS } from '../../clinical/visit.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { EcgStrip } from '../../views/ecg-view.tsx';
import { GlucoseSheet, shownIn } from '../../views/glucose-report.tsx';
import { missingReadings } from '../../views/missing-text.ts';
import { plain, type ReadingsSource, useReadings } from '../../views/port.ts';
import { between } from '../../views/report.tsx';
import { words } from '../../words/index.ts';
import { age, day, endWhen, moment, zone } from '../../words/numbers.ts';
import { nameOf } from '../desk/words.ts';
import { Changes } from './changes.tsx';

export function VisitPage({ of }: { of: string }) {
  const asked = useAsked((signal) => call('open.look', { grant: of }, { signal, isIdle: true }));
  const { desk } = words.value;
  return (
    <div class="page">
      <a class="back-link no-print" href="#/desk">
        <Icon name="back" />
        {desk.title}
      </a>
      <Answer asked={asked.value} again={asked.again} rows={5}>
        {(looked) => <Visit looked={looked} />}
      </Answer>
    </div>
  );
}

function Visit({ looked }: { looked: LookedInto }) {
  const { room, report, desk } = words.value;
  const visit = looked.visit ?? { atMicros: looked.receivedMicros ?? 0, beforeMicros: null };
  const isOver = looked.state === 'ended' || looked.state === 'expired';
  return (
    <article class="report wide visit" aria-label={room.visitOf(nameOf(looked))}>
      <Tools looked={looked} />
      {isOver && (
        <Notice tone="alert" icon="stop" isUrgent>
          <strong>{desk.endedTitleNoDate(nameOf(looked))}</strong> {desk.endedText}
        </Notice>
      )}
      <div class="sheet-paper">
        <header class="report-head">
          <div>
            <h1>{nameOf(looked)}</h1>
            <p class="small">
              {visit.beforeMicros === null
                ? room.firstVisit
                : room.lastVisit(day(visit.beforeMicros), age(visit.beforeMicros, visit.atMicros))}
            </p>
          </div>
          <p class="small report-period">
            {moment(visit.atMicros)}
            <br />
            <span class="quiet">{report.zone(zone.value)}</span>
          </p>
        </header>
        <Sheet looked={looked} visit={visit} />
        <footer class="report-foot caption">
          <span>{report.madeBy}</span>
          <span class="only-print">{report.printedOn(moment(Date.now() * 1000))}</span>
        </footer>
      </div>
    </article>
  );
}

function Tools({ looked }: { looked: LookedInto }) {
  const { room, report, desk, facts } = words.value;
  return (
    <div class="row apart no-print">
      <p class="small quiet">
        {looked.untilMicros === null ? desk.opensEndless : facts.endsAt(endWhen(looked.untilMicros, Date.now() * 1000))}
      </p>
      <div class="actions">
        <a class="button" href={`#/desk/${looked.grant}`}>
          <Icon name="chart" />
          {room.allCharts}
        </a>
        <Button icon="print" onPress={() => print()}>
          {report.print}
        </Button>
      </div>
    </div>
  );
}

function Sheet({ looked, visit }: { looked: LookedInto; visit: NonNullable<LookedInto['visit']> }) {
  const { room } = words.value;
  const all = useMemo(() => openedSources(looked), [looked]);
  const glucose = newestOf(all, /^glucose-cgm$/);
  const ecg = newestOf(all, /^ecg-lead-/);
  return (
    <div class="visit-grid">
      <section class="panel visit-glucose" aria-labelledby="visit-glucose">
        {glucose ? (
          <Glucose source={glucose} />
        ) : (
          <Lacking id="visit-glucose" title={room.glucose} text={room.noGlucose} />
        )}
      </section>
      <section class="panel visit-changes" aria-labelledby="visit-changes">
        <h2 id="visit-changes">{room.changes}</h2>
        <Changes looked={looked} visit={visit} />
      </section>
      <section class="panel visit-ecg" aria-labelledby="visit-ecg">
        {ecg ? (
          <>
            <h2 id="visit-ecg">{room.ecg(day(ecg.bounds.last))}</h2>
            <EcgStrip source={ecg} all={all} />
          </>
        ) : (
          <Lacking id="visit-ecg" title={room.ecgTitle} text={room.noEcg} />
        )}
      </section>
    </div>
  );
}

function newestOf(all: readonly ReadingsSource[], kind: RegExp): ReadingsSource | null {
  const found = all.filter((each) => kind.test(each.kind)).sort((a, b) => b.bounds.last - a.bounds.last);
  return found[0] ?? null;
}

function Lacking({ id, title, text }: { id: string; title: string; text: string }) {
  return (
    <>
      <h2 id={id}>{title}</h2>
      <p class="lacking">
        <Icon name="info" />
        <span>{text}</span>
      </p>
    </>
  );
}

/** The two weeks up to the newest reading; what they do not suffice for is refused where it would stand. */
function Glucose({ source }: { source: ReadingsSource }) {
  const { room } = words.value;
  const calendar = useMemo(() => new Calendar(zone.value), [zone.value]);
  const last = calendar.dayOf(source.bounds.last);
  const first = last - VISIT_DAYS + 1;
  const range = { fromMicros: calendar.startOf(first), toMicros: calendar.startOf(last + 1) };
  const { asked, again } = useReadings([{ source, ...range, isRaw: true }]);
  const shown = shownIn(source.unit === 'mmol/L' ? 'mmol/L' : 'mg/dL', TARGETS.standard);
  const answer = asked.value?.[0] ?? null;
  const made = useMemo(
    () =>
      answer &&
      glucoseReport(plain(answer), { first, last }, shown.stored, TARGETS.standard, calendar, Date.now() * 1000),
    [answer],
  );
  const missing = answer ? missingReadings(answer, { calendar, first, last, ...range }, source) : '';
  return (
    <>
      <h2 id="visit-glucose">
        {room.glucose} <span class="caption">{between(range.fromMicros, range.toMicros)}</span>
      </h2>
      <Answer asked={asked} again={again} rows={4}>
        {() => made && <GlucoseSheet {...{ made, shown, missing, calendar }} preset="standard" isShort />}
      </Answer>
    </>
  );
}
