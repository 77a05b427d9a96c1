// Streams of words (sleep stages, beats, workouts) for the eye: what was when. Never an average: a hypnogram bar, a sum per word, a row per stretch.
import type { ShowRow } from '@hale/home';
import { counted, duration, number } from './numbers.ts';
import { faint, padEnd, padStart, widthOf } from './style.ts';
import { table } from './table.ts';
import type { LocalTimes } from './times.ts';

export interface TimelineRows {
  kind: string;
  fromMicros: number;
  toMicros: number;
  rows: ShowRow[];
}

/** A stretch in which one word held. `toMicros` is null where nobody knows its end, and for what happens at a moment. */
export interface Stretch {
  code: string;
  fromMicros: number;
  toMicros: number | null;
}

/** Kinds whose words are moments: they begin nothing that lasts. */
const MOMENTS = /^(note|ecg-beat|ovulation-test|medication-taken|cervical-mucus|menstrual-flow|symptom)$/;
/** Kinds whose words last only where their end is told. */
const ENDS_TOLD = /^sleep-event$/;
/** More words than this make no picture. */
const BAR_WORDS_MAX = 9;
/** From awake to deep, as hypnograms are drawn; other words follow in the order of their first appearance. */
const ORDER = ['Out of bed', 'In bed', 'Awake', 'REM', 'Asleep, stage not told', 'Light', 'N1', 'N2', 'N3', 'Deep'];

/** Stretches of a stream of words: equal words in a row are one, value 0 ends what was. */
export function stretchesOf({ kind, rows }: TimelineRows): Stretch[] {
  const stretches: Stretch[] = [];
  const moments = MOMENTS.test(kind);
  let open: Stretch | null = null;
  for (const { atMicros, value, code = '' } of rows) {
    const ends = value === 0;
    if (open && (ends || !ENDS_TOLD.test(kind)) && (ends || code !== open.code)) open.toMicros = atMicros;
    if (ends) open = null;
    else if (moments) stretches.push({ code, fromMicros: atMicros, toMicros: null });
    else if (open === null || code !== open.code || ENDS_TOLD.test(kind)) {
      open = { code, fromMicros: atMicros, toMicros: null };
      stretches.push(open);
    }
  }
  return stretches;
}

/** The lines of a timeline: bar, sums, stretches (first and last ones, `rowsShown` of them). */
export function timeline(
  shown: TimelineRows,
  { rowsShown, width }: { rowsShown: number; width: number },
  times: LocalTimes,
): string[] {
  const stretches = stretchesOf(shown);
  if (stretches.length === 0) return ['Nothing was recorded in this time.'];
  const words = inOrder(stretches);
  const lasting = stretches.some(({ toMicros }) => toMicros !== null);
  const bar = lasting && words.length <= BAR_WORDS_MAX ? [...hypnogram(stretches, words, width, times), ''] : [];
  const lines = [...bar, ...sums(stretches, words, lasting, width)];
  if (rowsShown > 0) lines.push('', ...rowsOf(stretches, lasting, rowsShown, width, times));
  return lines;
}

function inOrder(stretches: Stretch[]): string[] {
  const rank = (word: string): number => (ORDER.indexOf(word) + ORDER.length + 1) % (ORDER.length + 1);
  const words = [...new Set(stretches.map(({ code }) => code))];
  const known = words.every((word) => ORDER.includes(word));
  return known ? words.sort((a, b) => rank(a) - rank(b)) : words;
}

/** A line per word; a cell is full where the word held for most of its time, half where it held at all. */
function hypnogram(stretches: Stretch[], words: string[], width: number, times: LocalTimes): string[] {
  const names = Math.max(...words.map(widthOf));
  const cells = Math.max(10, width - names - 2);
  const from = stretches[0]?.fromMicros ?? 0;
  const to = Math.max(...stretches.map((one) => one.toMicros ?? one.fromMicros));
  const step = (to - from) / cells;
  const shares = new Map(words.map((word) => [word, new Float64Array(cells)]));
  for (const { code, fromMicros, toMicros } of stretches) {
    const share = shares.get(code) ?? new Float64Array(cells);
    const end = toMicros ?? fromMicros;
    for (let cell = Math.floor((fromMicros - from) / step); cell < cells && from + cell * step < end; cell++) {
      const overlap = Math.min(end, from + (cell + 1) * step) - Math.max(fromMicros, from + cell * step);
      share[cell] = (share[cell] ?? 0) + Math.max(0, overlap) / step;
    }
  }
  const picture = (share: Float64Array): string =>
    Array.from(share, (part) => (part > 0.5 ? '█' : part > 0 ? '▄' : ' '))
      .join('')
      .trimEnd();
  const label = (micros: number): string => (to - from > 86_400e6 ? times.dayOfMonth(micros) : times.clock(micros));
  const [first, last] = [label(from), label(to)];
  const axis = ' '.repeat(names + 2) + first + padStart(last, cells - first.length);
  return [
    ...words.map((word) => `${padEnd(word, names)}  ${picture(shares.get(word) ?? new Float64Array(0))}`.trimEnd()),
    faint(axis),
  ];
}

const secondsOf = ({ fromMicros, toMicros }: Stretch): number =>
  toMicros === null ? 0 : (toMicros - fromMicros) / 1e6;

function sums(stretches: Stretch[], words: string[], lasting: boolean, width: number): string[] {
  const all = stretches.reduce((sum, stretch) => sum + secondsOf(stretch), 0);
  const rows = words.map((word) => {
    const own = stretches.filter(({ code }) => code === word);
    const seconds = own.reduce((sum, stretch) => sum + secondsOf(stretch), 0);
    const cells = [word, number(own.length, 0)];
    return lasting ? [...cells, duration(seconds), all > 0 ? `${Math.round((100 * seconds) / all)} %` : ''] : cells;
  });
  const right = (head: string) => ({ head, align: 'right' as const });
  const columns = [{ head: 'What', wrapTo: 12 }, right('How often')];
  return table(lasting ? [...columns, right('How long'), right('Share')] : columns, rows, width);
}

function rowsOf(stretches: Stretch[], lasting: boolean, rowsShown: number, width: number, times: LocalTimes): string[] {
  const whole = stretches.length <= rowsShown;
  const head = whole ? stretches.length : Math.ceil(rowsShown / 2);
  const tail = whole ? 0 : Math.floor(rowsShown / 2);
  const shown = [...stretches.slice(0, head), ...(tail > 0 ? stretches.slice(-tail) : [])];
  const micros = shown.flatMap(({ fromMicros, toMicros }) => [fromMicros, toMicros ?? fromMicros]);
  const precision = micros.every((at) => at % 60e6 === 0)
    ? 'minute'
    : micros.every((at) => at % 1e6 === 0)
      ? 'second'
      : 'millisecond';
  const sameDay = new Set(stretches.map(({ fromMicros }) => times.date(fromMicros))).size === 1;
  const at = (time: number): string => (sameDay ? times.clock(time, precision) : times.dateTime(time, precision));
  const cells = shown.map((stretch) => {
    const { code, fromMicros, toMicros } = stretch;
    if (!lasting) return [at(fromMicros), code];
    return [
      at(fromMicros),
      toMicros === null ? '' : times.clock(toMicros, precision),
      toMicros === null ? '' : duration(secondsOf(stretch)),
      code,
    ];
  });
  const columns = lasting
    ? [{ head: 'From' }, { head: 'To' }, { head: 'For', align: 'right' as const }, { head: 'What', wrapTo: 12 }]
    : [{ head: 'Time' }, { head: 'What', wrapTo: 12 }];
  const lines = table(columns, cells, width);
  if (whole) return lines;
  const between = counted(stretches.length - head - tail, 'stretch', 'stretches');
  lines.splice(1 + head, 0, faint(`… ${between} between; --rows N shows more, --csv all …`));
  return lines;
}
