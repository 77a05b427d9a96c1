// One series of a share: the latest value, live, and its chart.
import type { LookedInto, ShowRow } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../app/state.ts';
import { isLiveNow } from '../../chart/live.ts';
import { OpenedChart } from '../../chart/opened-chart.tsx';
import type { ReadingsSource, Subject } from '../../views/port.ts';
import { hasWeek, WeekLine } from '../../views/week.tsx';
import { codeWord } from '../../words/codes.ts';
import { words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { age } from '../../words/numbers.ts';
import { shownUnit, withUnit } from '../../words/units.ts';

const RETRY_MILLIS = 5_000;
/** What is fetched before the first live reading. */
const BACK_MICROS = 60e6;
/** The chart takes live readings in at most so often. */
const REDRAW_MILLIS = 2_000;

export type Followed = ReadonlyMap<string, ShowRow>;

/**
 * The newest reading of each series of a share as it comes in. One question for all of them: a browser keeps six lines to a node, and each
 * that is followed holds one.
 */
export function useFollowed(grant: string, isLive: boolean): Followed {
  const newest = useSignal<Followed>(new Map());
  useEffect(() => {
    if (!isLive) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const heard = new Map<string, ShowRow>();
    const emit = (said: object) => {
      if (!('row' in said)) return;
      const row = said.row as ShowRow & { stream: string };
      heard.set(row.stream, row);
      timer ??= setTimeout(() => {
        timer = null;
        newest.value = new Map(heard);
      }, REDRAW_MILLIS);
    };
    const follow = async () => {
      while (!abort.signal.aborted) {
        const from = new Date(Date.now() - BACK_MICROS / 1000).toISOString();
        await call('open', { grant, follow: true, from }, { emit, signal: abort.signal, isIdle: true }).catch(() => {});
        if (!abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    };
    void follow();
    return () => {
      abort.abort();
      if (timer) clearTimeout(timer);
    };
  }, [grant, isLive]);
  return newest.value;
}

export function StreamCard(props: {
  grant: string;
  stream: LookedInto['opened'][number];
  live: ShowRow | null;
  /** The same as clinical views read it; null: nothing there yet. */
  source: ReadingsSource | null;
  person: Subject;
}) {
  const { grant, stream, live, source, person } = props;
  const { desk, share } = words.value;
  const grown = Math.max(live?.atMicros ?? 0, stream.held?.lastMicros ?? 0);
  return (
    <figure class="card">
      <OpenedChart
        id={`${grant}/${stream.key}/${stream.held === null ? 'empty' : ''}`}
        ask={(range, signal) => call('open.series', { grant, stream: stream.key, ...range }, { signal, isIdle: true })}
        seenMicros={stream.held?.lastMicros ?? 0}
        grownMicros={grown}
        hasTable
        head={() => (
          <figcaption class="stack tight">
            <div class="row apart">
              <h2 class="chart-title">{kindTitle(stream)}</h2>
              <span class="chip">{share.levels[stream.levels[0]]}</span>
            </div>
            <Latest stream={stream} live={live} />
            {source && hasWeek(stream.kind) && (
              <WeekLine source={source} person={person} nowMicros={Date.now() * 1000} />
            )}
          </figcaption>
        )}
        nothing={() => <p class="quiet">{desk.nothingYet}</p>}
        notes={(series) =>
          series.withoutExtremes > 0 ? <p class="small quiet">{share.thin(series.withoutExtremes)}</p> : null
        }
      />
    </figure>
  );
}

function Latest({ stream, live }: { stream: LookedInto['opened'][number]; live: ShowRow | null }) {
  const { desk, series: texts } = words.value;
  const { held } = stream;
  const isLiveNewest = live !== null && live.atMicros >= (held?.lastMicros ?? 0);
  const at = isLiveNewest ? live.atMicros : held?.lastMicros;
  const value = isLiveNewest ? live.value : held?.lastValue;
  if (at === undefined || value === undefined || value === null) return null;
  const now = Date.now() * 1000;
  const isNow = isLiveNow(at, now, 0);
  const word = isLiveNewest ? live.code : held?.lastCode;
  const shown =
    word === undefined ? withUnit(shownUnit(stream.kind, stream.unit), value) : codeWord(stream.kind, value, word);
  return (
    <p class="row">
      <strong class="latest">{isNow ? desk.now(shown, age(at, now)) : desk.last(shown, age(at, now))}</strong>
      {isNow && (
        <span class="chip good">
          <span class="live-dot" />
          {texts.live}
        </span>
      )}
    </p>
  );
}
