// An ECG on millimetre paper: true to size in print, on a screen only once it was held against a bank card, and saying so.
import { useMemo, useState } from 'preact/hooks';
import {
  BEAT_LETTERS,
  GAINS,
  isUnbroken,
  meanRate,
  millivoltsPer,
  type PaperScale,
  type Sheet,
  type Signal,
  SPEEDS,
  STANDARD_LEADS,
  sheetOfOne,
  sheetOfTwelve,
} from '../clinical/ecg.ts';
import { missingIn } from '../clinical/gaps.ts';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/field.tsx';
import { Answer, Notice } from '../ui/states.tsx';
import { codeWord } from '../words/codes.ts';
import { words } from '../words/index.ts';
import { clockExact, day, momentExact, number } from '../words/numbers.ts';
import { EcgSheet } from './ecg-sheet.tsx';
import { MissingLine } from './missing.tsx';
import { missingText } from './missing-text.ts';
import { plain, type ReadingsOf, type ReadingsSource, useReadings, type ViewProps } from './port.ts';
import { Report } from './report.tsx';
import { TrueSize, usePixelsPerMm } from './true-size.tsx';

/** So many of the twelve leads make a twelve-lead sheet by themselves. */
const LEADS_FOR_TWELVE = 6;
const LAYOUTS = ['one', 'twelve'] as const;
type Layout = (typeof LAYOUTS)[number];

/** What a beat or a rhythm says, and from when. */
export interface Mark {
  atMicros: number;
  text: string;
}

interface Strip {
  sheet: Sheet;
  signals: ReadonlyMap<string, Signal>;
  beats: Mark[];
  /** The rhythm in force when the strip begins, and those that begin within. */
  rhythms: Mark[];
  letters: Map<string, string>;
  rate: number | null;
  hertz: number | null;
}

const leadLabel = ({ kind, title }: ReadingsSource): string =>
  STANDARD_LEADS.get(kind) ?? title.replace(/^ECG( lead)? /, '');

export function EcgView({ source, all, person }: ViewProps) {
  const { ecg } = words.value;
  const [scale, setScale] = useState<PaperScale>({ speed: 25, gain: 10 });
  const leads = useMemo(() => recordedWith(source, all), [source, all]);
  const [layout, setLayout] = useState<Layout>(leads.length >= LEADS_FOR_TWELVE ? 'twelve' : 'one');
  const [hasCalipers, setCalipers] = useState(false);
  const [hasGrid, setGrid] = useState(true);
  const { first, last } = source.bounds;
  const lengthMicros = sheetFor(source, layout, 0, scale).toMicros;
  const [start, setStart] = useState(Math.max(first, last - lengthMicros));
  const sheet = sheetFor(source, layout, start, scale);
  const shownLeads = layout === 'twelve' ? leads : [source];
  const { asked, again } = useStrip(sheet, shownLeads, all);
  const holds = useHolding(source, sheet, asked.value?.at(-1) ?? null);
  const pixelsPerMm = usePixelsPerMm();
  const strip = asked.value && stripOf(sheet, shownLeads, asked.value, holds);
  return (
    <Report
      title={ecg.title(layout === 'twelve' ? ecg.twelve : leadLabel(source))}
      person={person}
      period={`${day(start)}, ${clockExact(start)}`}
      isWide
      lead={
        strip && strip.rate !== null
          ? { title: words.value.kinds['heart-rate'], text: `${number(strip.rate, 0)} /min` }
          : null
      }
      text={() => (strip ? linesOf(strip, source, scale) : [])}
      controls={
        <>
          <Places {...{ start, first, last, lengthMicros }} onStart={setStart} />
          {leads.length > 2 && (
            <Segments
              label={ecg.layout}
              value={layout}
              onValue={(value) => setLayout(value as Layout)}
              options={LAYOUTS.map((each) => [each, ecg.layouts[each]] as const)}
            />
          )}
          <Paper scale={scale} onScale={setScale} />
          <Button onPress={() => setCalipers(!hasCalipers)}>{hasCalipers ? ecg.calipersOff : ecg.calipersOn}</Button>
          <Button onPress={() => setGrid(!hasGrid)}>{hasGrid ? ecg.gridOff : ecg.gridOn}</Button>
        </>
      }
    >
      <Answer asked={asked} again={again} rows={3}>
        {() =>
          strip && (
            <>
              {strip.signals.size === 0 && <Notice>{ecg.noSignal}</Notice>}
              <MissingLine text={missingOf(strip, source)} />
              <EcgSheet {...strip} {...{ scale, hasCalipers, hasGrid, pixelsPerMm }} />
              <TrueSize scale={scale} />
              <Facts strip={strip} source={source} scale={scale} />
            </>
          )
        }
      </Answer>
    </Report>
  );
}

const STRIP_SCALE: PaperScale = { speed: 25, gain: 10 };

/** The newest ten seconds of one lead, for a page on which other things stand. */
export function EcgStrip({ source, all }: Pick<ViewProps, 'source' | 'all'>) {
  const { ecg } = words.value;
  const { first, last } = source.bounds;
  const lead = { kind: source.kind, label: leadLabel(source) };
  const { toMicros } = sheetOfOne(lead, 0, STRIP_SCALE, 1);
  const sheet = sheetOfOne(lead, Math.max(first, last - toMicros), STRIP_SCALE, 1);
  const { asked, again } = useStrip(sheet, [source], all);
  const holds = useHolding(source, sheet, asked.value?.at(-1) ?? null);
  const pixelsPerMm = usePixelsPerMm();
  const strip = asked.value && stripOf(sheet, [source], asked.value, holds);
  const told = `${STRIP_SCALE.speed} mm/s, ${STRIP_SCALE.gain} mm/mV`;
  return (
    <Answer asked={asked} again={again} rows={1}>
      {() =>
        strip && (
          <>
            {strip.signals.size === 0 && <Notice>{ecg.noSignal}</Notice>}
            <EcgSheet {...strip} {...{ pixelsPerMm }} scale={STRIP_SCALE} hasCalipers={false} hasGrid />
            <p class="caption">
              {momentExact(sheet.fromMicros)}
              {strip.rate !== null && ` · ${ecg.rate(number(strip.rate, 0))}`} · {ecg.scale(told)}
              <span class="no-print"> · {pixelsPerMm === null ? ecg.notToScale(told) : ecg.toScale(told)}</span>
            </p>
          </>
        )
      }
    </Answer>
  );
}

/** Strip by strip through the recording. */
function Places(props: {
  start: number;
  first: number;
  last: number;
  lengthMicros: number;
  onStart: (micros: number) => void;
}) {
  const { start, first, last, lengthMicros, onStart } = props;
  const { ecg, series } = words.value;
  const newest = Math.max(first, last - lengthMicros);
  const move = (by: number) => onStart(Math.max(first, Math.min(last - 1, start + by * lengthMicros)));
  const isLast = start + lengthMicros > last;
  return (
    <>
      <div class="row tight">
        <Button kind="bare" icon="left" label={ecg.previous} disabled={start <= first} onPress={() => move(-1)} />
        <Button kind="bare" icon="right" label={ecg.next} disabled={isLast} onPress={() => move(1)} />
      </div>
      <Button disabled={start <= first} onPress={() => onStart(first)}>
        {ecg.first}
      </Button>
      <Button disabled={isLast} onPress={() => onStart(newest)}>
        {series.toNewest}
      </Button>
    </>
  );
}

function Paper({ scale, onScale }: { scale: PaperScale; onScale: (scale: PaperScale) => void }) {
  const { ecg } = words.value;
  return (
    <>
      <Choice
        label={ecg.speed}
        unit="mm/s"
        value={scale.speed}
        of={SPEEDS}
        onValue={(speed) => onScale({ ...scale, speed })}
      />
      <Choice
        label={ecg.gain}
        unit="mm/mV"
        value={scale.gain}
        of={GAINS}
        onValue={(gain) => onScale({ ...scale, gain })}
      />
    </>
  );
}

function Choice(props: {
  label: string;
  unit: string;
  value: number;
  of: readonly number[];
  onValue: (value: number) => void;
}) {
  return (
    <Segments
      label={props.label}
      value={String(props.value)}
      onValue={(value) => props.onValue(Number(value))}
      options={props.of.map((each) => [String(each), `${each} ${props.unit}`] as const)}
    />
  );
}

const sheetFor = (source: ReadingsSource, layout: Layout, start: number, scale: PaperScale): Sheet =>
  layout === 'twelve'
    ? sheetOfTwelve(start, scale)
    : sheetOfOne({ kind: source.kind, label: leadLabel(source) }, start, scale);

/** Standard leads recorded at the same time as this one. */
function recordedWith(source: ReadingsSource, all: readonly ReadingsSource[]): ReadingsSource[] {
  return all.filter(
    ({ kind, bounds }) =>
      STANDARD_LEADS.has(kind) && bounds.first < source.bounds.last && bounds.last > source.bounds.first,
  );
}

/** The leads of the strip, then beats within it and rhythms up to its end. */
function useStrip(sheet: Sheet, leads: readonly ReadingsSource[], all: readonly ReadingsSource[]) {
  const { fromMicros, toMicros } = sheet;
  const ofKind = (kind: string) => all.find((each) => each.kind === kind) ?? null;
  const rhythm = ofKind('rhythm-event');
  return useReadings([
    ...leads.map((source) => ({ source, fromMicros, toMicros, isRaw: true })),
    { source: ofKind('ecg-beat'), fromMicros, toMicros, isRaw: true },
    { source: rhythm, fromMicros: Math.min(fromMicros, rhythm?.bounds.first ?? fromMicros), toMicros },
  ]);
}

/** A rhythm that was told longer ago belongs to another recording. */
const RHYTHM_HOLDS_MAX = 86_400e6;
const BIN_MICROS: Partial<Record<ReadingsOf['level'], number>> = { '1m': 60e6, '15m': 900e6, '1h': 3_600e6 };
const GAP_MICROS_MIN = 1e6;

/** Does the rhythm told before the strip still hold? Only where the recording went on without a break from then to now. */
function useHolding(source: ReadingsSource, { fromMicros }: Sheet, rhythm: ReadingsOf | null): boolean {
  const told = rhythm?.columns.at.findLast((at) => at <= fromMicros) ?? null;
  const isNear = told !== null && told >= source.bounds.first && fromMicros - told <= RHYTHM_HOLDS_MAX;
  const { asked } = useReadings(
    isNear && told < fromMicros ? [{ source, fromMicros: told, toMicros: fromMicros }] : [],
  );
  if (!isNear) return false;
  if (told === fromMicros) return true;
  const [between] = asked.value ?? [];
  if (!between) return false;
  const gap = (BIN_MICROS[between.level] ?? between.periodMicros) * 1.5;
  return isUnbroken(between.columns.at, told, fromMicros, Math.max(gap, GAP_MICROS_MIN));
}

function stripOf(
  sheet: Sheet,
  leads: readonly ReadingsSource[],
  answers: readonly ReadingsOf[],
  holds: boolean,
): Strip {
  const signals = new Map<string, Signal>();
  leads.forEach((lead, i) => {
    const factor = millivoltsPer(lead.unit);
    const { at, value } = plain(answers[i]);
    if (factor === null || at.length === 0) return;
    const gapMicros = Math.max(1.5 * (answers[i].periodMicros || 0), 20_000);
    signals.set(lead.kind, { at, millivolts: value.map((each) => each * factor), gapMicros });
  });
  const [beat, rhythm] = answers.slice(leads.length);
  const beats = beat.columns.at.map((atMicros, i) => ({
    atMicros,
    text: BEAT_LETTERS[beat.columns.mean[i] ?? 0] ?? '',
    code: codeWord('ecg-beat', beat.columns.mean[i], beat.columns.code?.[i]),
  }));
  const told = beats.filter(({ text }) => text !== '');
  const period = answers[0]?.periodMicros ?? 0;
  return {
    ...{ sheet, signals },
    beats: told,
    letters: new Map(told.map(({ text, code }) => [text, code])),
    rhythms: rhythmsOf(sheet, rhythm, holds),
    rate: meanRate(told.map(({ atMicros }) => atMicros)),
    hertz: period > 0 ? 1e6 / period : null,
  };
}

function rhythmsOf({ fromMicros }: Sheet, { columns }: ReadingsOf, holds: boolean): Mark[] {
  const marks = columns.at.map((atMicros, i) => ({
    atMicros,
    text: codeWord('rhythm-event', columns.mean[i], columns.code?.[i]),
  }));
  const before = holds ? marks.findLast(({ atMicros }) => atMicros <= fromMicros) : undefined;
  const within = marks.filter(({ atMicros }) => atMicros > fromMicros);
  return [...(before ? [{ ...before, atMicros: fromMicros }] : []), ...within];
}

/** Device, filter, rate, scale, lead, who classified it, page, record: what a reader of the paper has to know. */
function factsOf(strip: Strip, source: ReadingsSource, scale: PaperScale): string[] {
  const { ecg } = words.value;
  const device = source.device ?? source.origins.map((origin) => origin.source).join(', ');
  return [
    ecg.scale(`${scale.speed} mm/s, ${scale.gain} mm/mV`),
    ecg.lead([...strip.signals.keys()].map((kind) => STANDARD_LEADS.get(kind) ?? leadLabel(source)).join(', ')),
    strip.hertz === null ? ecg.hertzUnknown : ecg.hertz(number(strip.hertz, 0)),
    ecg.filterUnknown,
    ecg.device(device === '' ? ecg.deviceUnknown : device),
    ...(strip.rhythms.length > 0 || strip.beats.length > 0 ? [ecg.classifiedBy] : []),
    ecg.centred,
    ecg.record(source.key, new Date(strip.sheet.fromMicros / 1000).toISOString()),
    ecg.page(1, 1),
  ];
}

function Facts({ strip, source, scale }: { strip: Strip; source: ReadingsSource; scale: PaperScale }) {
  const { ecg } = words.value;
  return (
    <div class="stack tight">
      {(strip.rate !== null || strip.letters.size > 0) && (
        <p class="small">
          {strip.rate !== null && <strong>{ecg.rate(number(strip.rate, 0))}</strong>}{' '}
          <span class="quiet">{[...strip.letters].map(([letter, title]) => `${letter} ${title}`).join(' · ')}</span>
        </p>
      )}
      <p class="caption">{factsOf(strip, source, scale).join(' · ')}</p>
    </div>
  );
}

/** Of the lead with the least signal within the strip, as far as the recording goes. */
function missingOf({ sheet, signals }: Strip, { bounds }: ReadingsSource): string {
  const range = { from: Math.max(sheet.fromMicros, bounds.first), to: Math.min(sheet.toMicros, bounds.last) };
  const all = [...signals.values()].map(({ at, gapMicros }) => missingIn(at, range, gapMicros / 1.5));
  const [least] = all.sort((a, b) => a.covered - b.covered);
  return least === undefined ? '' : missingText(least, { at: clockExact });
}

function linesOf(strip: Strip, source: ReadingsSource, scale: PaperScale): string[] {
  const { ecg } = words.value;
  return [
    missingOf(strip, source),
    ...(strip.rate === null ? [] : [ecg.rate(number(strip.rate, 0))]),
    ...strip.rhythms.map(({ atMicros, text }) => `${momentExact(atMicros)}: ${text}`),
    ...[...strip.letters].map(
      ([letter, title]) => `${letter} ${title}: ${strip.beats.filter(({ text }) => text === letter).length}`,
    ),
    '',
    ...factsOf(strip, source, scale),
  ];
}
