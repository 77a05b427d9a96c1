// One series of a share: the latest value, live, and its chart.
import type { LookedInto, OpenedSeries, ShowRow } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../app/state.ts';
import { OpenedChart } from '../../chart/opened-chart.tsx';
import { words } from '../../words/index.ts';
import { age } from '../../words/numbers.ts';
import { shownUnit, withUnit } from '../../words/units.ts';

const LIVE_MICROS = 120e6;
const RETRY_MILLIS = 5_000;
/** What is fetched before the first live reading. */
const BACK_MICROS = 60e6;
/** The chart takes live readings in at most so often. */
const REDRAW_MILLIS = 2_000;

/** The newest reading of a series as it comes in; null before. */
function useFollowed(grant: string, stream: string, isLive: boolean): ShowRow | null {
  const newest = useSignal<ShowRow | null>(null);
  useEffect(() => {
    if (!isLive) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    let heard: ShowRow | null = null;
    const emit = (said: object) => {
      if (!('row' in said)) return;
      heard = said.row as ShowRow;
      timer ??= setTimeout(() => {
        timer = null;
        newest.value = heard;
      }, REDRAW_MILLIS);
    };
    const follow = async () => {
      while (!abort.signal.aborted) {
        const from = new Date(Date.now() - BACK_MICROS / 1000).toISOString();
        const parameters = { grant, stream, follow: true, from };
        await call('open', parameters, { emit, signal: abort.signal, isIdle: true }).catch(() => {});
        if (!abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    };
    void follow();
    return () => {
      abort.abort();
      if (timer) clearTimeout(timer);
    };
  }, [grant, stream, isLive]);
  return newest.value;
}

export function StreamCard(props: { grant: string; stream: LookedInto['opened'][number]; isLive: boolean }) {
  const { grant, stream, isLive } = props;
  const { desk, share } = words.value;
  const canFollow = isLive && stream.levels[0] === 'raw';
  const live = useFollowed(grant, stream.key, canFollow);
  const grown = Math.max(live?.atMicros ?? 0, stream.held?.lastMicros ?? 0);
  return (
    <figure class="card">
      <OpenedChart
        id={`${grant}/${stream.key}/${stream.held === null ? 'empty' : ''}`}
        ask={(range, signal) => call('open.series', { grant, stream: stream.key, ...range }, { signal, isIdle: true })}
        seenMicros={stream.held?.lastMicros ?? 0}
        grownMicros={grown}
        hasTable
        head={(series) => (
          <figcaption class="stack tight">
            <div class="row apart">
              <h2 class="chart-title">{stream.title}</h2>
              <span class="chip">{share.levels[stream.levels[0]]}</span>
            </div>
            <Latest series={series} live={live} />
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

function Latest({ series, live }: { series: OpenedSeries; live: ShowRow | null }) {
  const { desk, series: texts } = words.value;
  const { columns, stream } = series;
  const last = columns.at.length - 1;
  const isLiveNewest = live !== null && live.atMicros >= (columns.at[last] ?? 0);
  const at = isLiveNewest ? live.atMicros : columns.at[last];
  const value = isLiveNewest ? live.value : columns.mean[last];
  if (at === undefined || value === undefined || value === null) return null;
  const now = Date.now() * 1000;
  const isNow = Math.abs(now - at) < LIVE_MICROS;
  const word = isLiveNewest ? live.code : columns.code?.[last];
  const shown = word ?? withUnit(shownUnit(stream.kind, stream.unit), value);
  return (
    <p class="row">
      <strong class="latest">{isNow ? desk.now(shown) : desk.last(shown, age(at, now))}</strong>
      {live !== null && isNow && (
        <span class="chip good">
          <span class="live-dot" />
          {texts.live}
        </span>
      )}
    </p>
  );
}
