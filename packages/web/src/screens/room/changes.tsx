// What changed since the last visit: of each series the latest reading, the mean then and the mean now. Worked out from what is open now;
// of the last visit this desk keeps only when it was.
import type { LookedInto, OpenedSeries } from '@hale/home';
import { useAsked } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { hasMean, isOnVisitPage, visitWindows, type Window, weightedMean } from '../../clinical/visit.ts';
import { Answer } from '../../ui/states.tsx';
import { TableScroll } from '../../ui/table-scroll.tsx';
import { words } from '../../words/index.ts';
import { named } from '../../words/kinds.ts';
import { age, day, number, signed } from '../../words/numbers.ts';
import { shownUnit, withUnit } from '../../words/units.ts';

type Stream = OpenedSeries['stream'];
type Visit = NonNullable<LookedInto['visit']>;

interface Changed {
  stream: Stream;
  now: number | null;
  before: number | null;
}

const POINTS = 4000;
/** Two weeks of them are some hundred. */
const COARSE = ['1h', '1d'] as const;

async function meanIn(
  grant: string,
  stream: Stream,
  window: Window | null,
  signal: AbortSignal,
): Promise<number | null> {
  if (window === null || window.toMicros <= window.fromMicros || !hasMean(stream.kind)) return null;
  const level = COARSE.find((each) => stream.levels.includes(each));
  const { columns, isReduced } = await call(
    'open.series',
    { grant, stream: stream.key, ...window, pointsMax: POINTS, ...(level ? { level } : {}) },
    { signal, isIdle: true },
  );
  // Points that stand for several readings without saying for how many give no mean.
  return isReduced && level === undefined ? null : weightedMean(columns);
}

async function changesOf(looked: LookedInto, visit: Visit, signal: AbortSignal): Promise<Changed[]> {
  const windows = visitWindows(visit.atMicros, visit.beforeMicros, looked.fromMicros);
  const streams = looked.opened.filter(({ kind, held }) => held !== null && isOnVisitPage(kind) && hasMean(kind));
  return Promise.all(
    streams.map(async (stream) => {
      const [now, before] = await Promise.all([
        meanIn(looked.grant, stream, windows.now, signal),
        meanIn(looked.grant, stream, windows.before, signal),
      ]);
      return { stream: named(stream), now, before };
    }),
  );
}

export function Changes({ looked, visit }: { looked: LookedInto; visit: Visit }) {
  const asked = useAsked((signal) => changesOf(looked, visit, signal));
  const { room } = words.value;
  const { before } = visitWindows(visit.atMicros, visit.beforeMicros, looked.fromMicros);
  const isFirst = visit.beforeMicros === null;
  return (
    <>
      <p class="small quiet">
        {isFirst
          ? room.firstText
          : before === null
            ? room.notBack(day(visit.beforeMicros ?? 0))
            : room.changesText(day(visit.beforeMicros ?? 0))}
      </p>
      <Answer asked={asked.value} again={asked.again} rows={3}>
        {(changes) =>
          changes.length === 0 ? (
            <p class="quiet">{room.noChanges}</p>
          ) : (
            <Table changes={changes} visit={visit} hasThen={before !== null} />
          )
        }
      </Answer>
    </>
  );
}

function Table({ changes, visit, hasThen }: { changes: readonly Changed[]; visit: Visit; hasThen: boolean }) {
  const { room } = words.value;
  return (
    <TableScroll label={room.changes}>
      <table class="visit-table">
        <thead>
          <tr>
            <th scope="col">{room.series}</th>
            <th scope="col">{room.latest}</th>
            {hasThen && <th scope="col">{room.meanThen}</th>}
            <th scope="col">{room.meanNow}</th>
            {hasThen && <th scope="col">{room.difference}</th>}
          </tr>
        </thead>
        <tbody>
          {changes.map((each) => (
            <Row key={each.stream.key} {...each} visit={visit} hasThen={hasThen} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

/** A difference is as fine as what it is the difference of. */
const decimalsOf = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

function Row({ stream, now, before, visit, hasThen }: Changed & { visit: Visit; hasThen: boolean }) {
  const { room } = words.value;
  const { held, kind, unit, title } = stream;
  const shown = shownUnit(kind, unit);
  const text = (value: number | null) => (value === null ? '–' : number(shown.of(value), shown.decimals));
  const last = held?.lastValue ?? null;
  return (
    <tr>
      <th scope="row">
        {title}
        <span class="caption"> {shown.unit}</span>
      </th>
      <td data-label={room.latest}>
        {last === null ? '–' : <strong>{withUnit({ ...shown, unit: '' }, last)}</strong>}
        <span class="caption">{age(held?.lastMicros ?? 0, visit.atMicros)}</span>
      </td>
      {hasThen && <td data-label={room.meanThen}>{text(before)}</td>}
      <td data-label={room.meanNow}>{text(now)}</td>
      {hasThen && (
        <td data-label={room.difference}>
          {now === null || before === null
            ? '–'
            : signed(shown.of(now) - shown.of(before), shown.decimals ?? decimalsOf(shown.of(now)))}
        </td>
      )}
    </tr>
  );
}
