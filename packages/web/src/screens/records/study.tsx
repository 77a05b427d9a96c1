// An imaging study: its pictures one by one, in the window of grey that shows what one looks for. Each is decoded at home when it is looked at.
import type { RecordShown } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { number } from '../../words/numbers.ts';
import { type Fields, isFields, listOf } from './fields.ts';

interface Place {
  series: number;
  image: number;
  frame: number;
  window: { center: number; width: number } | null;
}
type Told = NonNullable<Awaited<ReturnType<typeof ask>>>;

const ask = (record: string, { window, ...place }: Place, signal: AbortSignal) =>
  call('record.frame', { ...ofSubject(), record, ...place, ...(window ?? {}) }, { signal });

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function Study({ record }: { record: RecordShown }) {
  const place = useSignal<Place>({ series: 0, image: 0, frame: 0, window: null });
  const asked = useAsked((signal) => ask(record.id, place.value, signal));
  const { records } = words.value;
  const series = listOf((record.resource as Fields).series).filter(isFields);
  const go = (change: Partial<Place>) => {
    place.value = { ...place.value, ...change };
  };
  return (
    <section class="card stack" aria-label={records.pictures}>
      <h2 class="h3">{records.pictures}</h2>
      {series.length > 1 && (
        <div class="no-print">
          <SelectField
            label={records.fields.series}
            value={String(place.value.series)}
            onValue={(value) => go({ series: Number(value), image: 0, frame: 0, window: null })}
            options={series.map(({ description, bodySite }, i) => [
              String(i),
              [number(i + 1), text(description) || text(isFields(bodySite) ? bodySite.display : '')]
                .filter(Boolean)
                .join(' · '),
            ])}
          />
        </div>
      )}
      <Answer asked={asked.value} again={asked.again} rows={2}>
        {(told) => <Frame told={told} place={place.value} go={go} />}
      </Answer>
    </section>
  );
}

function Frame({ told, place, go }: { told: Told; place: Place; go: (change: Partial<Place>) => void }) {
  const { records } = words.value;
  const images = told.images[place.series] ?? 1;
  return (
    <>
      <Pixels told={told} />
      <p class="caption">
        {records.pictureSize(number(told.columns), number(told.rows))}
        {told.window && ` · ${records.window(number(told.window.center), number(told.window.width))}`}
      </p>
      <div class="stack tight no-print">
        {images > 1 && (
          <Steps label={records.pictureOf} at={place.image} of={images} go={(image) => go({ image, frame: 0 })} />
        )}
        {told.frames > 1 && (
          <Steps label={records.frameOf} at={place.frame} of={told.frames} go={(frame) => go({ frame })} />
        )}
        {told.window && <Window told={told} window={told.window} go={go} />}
      </div>
    </>
  );
}

/** The picture as an address of this page; the home gives it in base64. */
function Pixels({ told }: { told: Told }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const bytes = Uint8Array.from(atob(told.data), (char) => char.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: told.mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [told.data]);
  return (
    <div class="study-picture">
      {url !== '' && <img class="record-picture" src={url} alt={words.value.records.pictures} />}
    </div>
  );
}

function Steps(props: { label: (at: string, of: string) => string; at: number; of: number; go: (at: number) => void }) {
  const { at, of } = props;
  const { series } = words.value;
  const label = props.label(number(at + 1), number(of));
  return (
    <div class="row">
      <Button icon="left" label={series.earlier} disabled={at === 0} onPress={() => props.go(at - 1)} />
      <input
        class="slider"
        type="range"
        aria-label={label}
        min={0}
        max={of - 1}
        value={at}
        onInput={(event) => props.go(Number(event.currentTarget.value))}
      />
      <Button icon="right" label={series.later} disabled={at >= of - 1} onPress={() => props.go(at + 1)} />
      <span class="small">{label}</span>
    </div>
  );
}

/** The machine's own windows, and brightness and contrast by hand. */
function Window(props: { told: Told; window: NonNullable<Told['window']>; go: (change: Partial<Place>) => void }) {
  const { told, window, go } = props;
  const { records } = words.value;
  const reach = Math.max(1, ...told.windows.map(({ width }) => width), window.width);
  const middle = told.windows[0]?.center ?? window.center;
  const slider = (label: string, value: number, min: number, max: number, change: (value: number) => void) => (
    <label class="row small">
      <span class="slider-name">{label}</span>
      <input
        class="slider"
        type="range"
        min={min}
        max={max}
        value={value}
        onInput={(event) => change(Number(event.currentTarget.value))}
      />
    </label>
  );
  return (
    <>
      {told.windows.length > 1 && (
        <div class="row">
          {told.windows.map(({ center, width, name }, i) => (
            <Button key={i} onPress={() => go({ window: { center, width } })}>
              {name || records.window(number(center), number(width))}
            </Button>
          ))}
        </div>
      )}
      {slider(records.brightness, window.center, middle - reach, middle + reach, (center) =>
        go({ window: { center, width: window.width } }),
      )}
      {slider(records.contrast, window.width, 1, reach * 2, (width) =>
        go({ window: { center: window.center, width } }),
      )}
    </>
  );
}
