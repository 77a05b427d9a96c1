// Everything by time, the newest first, year by year and month by month. Only the rows that one sees stand on the page, and only the records of
// those rows are asked for.
import type { Category, RecordInfo, RecordMonth, RecordSourceInfo } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, query, setQuery } from '../../app/state.ts';
import { SelectField } from '../../ui/field.tsx';
import { Answer, Empty, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { Head } from './head.tsx';
import { RecordRow } from './row.tsx';
import { type Layout, layoutOf, type Seen, seenIn } from './rows.ts';
import { CATEGORIES, monthName } from './said.ts';

/** Records in one question. */
const PIECE = 100;
/** Heights in rem: they grow with the letters. */
const REM = { row: 4.75, year: 3.5, month: 2.5 } as const;
/** Drawn beyond what is seen, so that neither a finger nor the Tab key meets the end. */
const BESIDE_PIXELS = 600;

interface Wish {
  category?: Category;
  source?: string;
}

function wishOf(): Wish {
  const category = query.value.get('category') as Category | null;
  const source = query.value.get('source');
  return {
    ...(category !== null && CATEGORIES.includes(category) ? { category } : {}),
    ...(source === null ? {} : { source }),
  };
}

export function Timeline() {
  const asked = useAsked(async () => {
    const wish = wishOf();
    const subject = ofSubject();
    const [months, sources] = await Promise.all([
      call('records.months', { ...subject, ...wish }),
      call('records.sources', subject),
    ]);
    return { months, sources, wish };
  });
  const { records } = words.value;
  return (
    <div class="page">
      <Head title={records.timeline} />
      <Answer asked={asked.value} again={asked.again}>
        {({ months, sources, wish }) => <Filtered months={months} sources={sources} wish={wish} />}
      </Answer>
    </div>
  );
}

function useHeights() {
  return useMemo(() => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    return { row: Math.round(REM.row * rem), year: Math.round(REM.year * rem), month: Math.round(REM.month * rem) };
  }, []);
}

function Filtered({ months, sources, wish }: { months: RecordMonth[]; sources: RecordSourceInfo[]; wish: Wish }) {
  const heights = useHeights();
  const layout = useMemo(() => layoutOf(months, heights), [months]);
  const list = useRef<HTMLElement>(null);
  const { records } = words.value;
  const years = layout.blocks.filter(({ isYear, month }) => isYear && month !== null);
  const toYear = (month: string) => {
    const block = years.find((each) => each.month === month);
    const { top = 0 } = list.current?.getBoundingClientRect() ?? {};
    if (block) scrollTo(0, scrollY + top + block.top - barHeight());
  };
  return (
    <>
      <div class="record-filters">
        <SelectField
          label={records.filterCategory}
          value={wish.category ?? ''}
          onValue={(category) => setQuery({ category: category === '' ? null : category })}
          options={[
            ['', records.everything],
            ...CATEGORIES.map((name) => [name, records.categories[name]] as const),
          ].map(([value, title]) => [value, title] as [string, string])}
        />
        {sources.length > 1 && (
          <SelectField
            label={records.filterSource}
            value={wish.source ?? ''}
            onValue={(source) => setQuery({ source: source === '' ? null : source })}
            options={[['', records.everySource], ...sources.map(({ id, name }) => [id, name] as [string, string])]}
          />
        )}
        {years.length > 1 && (
          <SelectField
            label={records.goToYear}
            value=""
            onValue={toYear}
            options={[
              ['', records.yearNow],
              ...years.map(({ month }) => [month ?? '', month?.slice(0, 4) ?? ''] as [string, string]),
            ]}
          />
        )}
      </div>
      {layout.total === 0 ? (
        <div class="card">
          <Empty icon="clock" title={records.noneFound} />
        </div>
      ) : (
        <Rows key={JSON.stringify(wish)} layout={layout} row={heights.row} wish={wish} list={list} />
      )}
    </>
  );
}

/** What sticks to the upper edge of a phone's screen. */
const barHeight = (): number => document.querySelector<HTMLElement>('.top')?.offsetHeight ?? 0;

/** Height of the list that is seen, and a little beyond, as the page is scrolled. */
function useWindow(list: { current: HTMLElement | null }): { top: number; bottom: number } {
  const [seen, setSeen] = useState({ top: 0, bottom: innerHeight + BESIDE_PIXELS });
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const { top = 0 } = list.current?.getBoundingClientRect() ?? {};
      setSeen({ top: -top - BESIDE_PIXELS, bottom: -top + innerHeight + BESIDE_PIXELS });
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, []);
  return seen;
}

function Rows(props: { layout: Layout; row: number; wish: Wish; list: { current: HTMLElement | null } }) {
  const { layout, row, wish, list } = props;
  const { top, bottom } = useWindow(list);
  const seen = seenIn(layout, top, bottom, row);
  const { pieces, failed } = usePieces(wish, seen, layout);
  const { records } = words.value;
  return (
    <section
      class="record-timeline"
      ref={list}
      style={{ height: `${layout.height}px` }}
      aria-label={records.timelineLabel}
    >
      {failed.value !== '' && (
        <Notice tone="caution" isUrgent>
          {sentence(failed.value)}
        </Notice>
      )}
      {seen.map((each) => (
        <Month key={each.block.month ?? ''} seen={each} row={row} pieces={pieces.value} total={layout.total} />
      ))}
    </section>
  );
}

type Pieces = ReadonlyMap<number, readonly RecordInfo[]>;

/** Records by their place in the list, asked for a hundred at a time where one looks. */
function usePieces(
  wish: Wish,
  seen: readonly Seen[],
  layout: Layout,
): { pieces: Signal<Pieces>; failed: Signal<string> } {
  const pieces = useSignal<Pieces>(new Map());
  const failed = useSignal('');
  const asked = useRef(new Set<number>());
  const first = seen[0] ? seen[0].block.skip + seen[0].from : 0;
  const last = seen.at(-1);
  const end = last ? last.block.skip + last.to : 0;
  useEffect(() => {
    asked.current = new Set();
    pieces.value = new Map();
  }, [layout]);
  useEffect(() => {
    for (let piece = Math.floor(first / PIECE); piece * PIECE < end; piece++) {
      if (asked.current.has(piece)) continue;
      asked.current.add(piece);
      call('records', { ...ofSubject(), ...wish, skip: piece * PIECE, limit: PIECE }).then(
        (found) => {
          pieces.value = new Map(pieces.value).set(piece, found.records);
          failed.value = '';
        },
        (error: Error) => {
          asked.current.delete(piece);
          failed.value = error.message;
        },
      );
    }
  }, [first, end, layout]);
  return { pieces, failed };
}

function Month({ seen, row, pieces, total }: { seen: Seen; row: number; pieces: Pieces; total: number }) {
  const { block, from, to } = seen;
  const { records } = words.value;
  const year = block.month?.slice(0, 4) ?? '';
  const places = Array.from({ length: to - from }, (_, i) => from + i);
  return (
    <div
      class="timeline-month"
      style={{ insetBlockStart: `${block.top}px`, height: `${block.headHeight + block.count * row}px` }}
    >
      {block.isYear && <h2 class="timeline-year">{block.month === null ? records.undated : year}</h2>}
      <h3 class="timeline-name">
        {block.month === null ? '' : monthName(block.month)}{' '}
        <span class="quiet small">{records.counted(block.count)}</span>
      </h3>
      <ul class="timeline-rows" style={{ paddingBlockStart: `${from * row}px` }}>
        {places.map((place) => {
          const at = block.skip + place;
          const record = pieces.get(Math.floor(at / PIECE))?.[at % PIECE];
          return (
            <li key={at} style={{ height: `${row}px` }} aria-setsize={total} aria-posinset={at + 1}>
              {record ? (
                <RecordRow record={record} hasIcon />
              ) : (
                <div class="skeleton" aria-label={records.loadingRow} role="img" />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
