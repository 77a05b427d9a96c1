// A day (and a time) in fields of our own: a browser's date field speaks the browser's language and not the one that was chosen here. Day and
// year are typed, the month is chosen by its name, in the order of the language; an ISO date typed or pasted into either fills all three.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { words } from '../words/index.ts';
import { locale } from '../words/numbers.ts';
import { TextField } from './field.tsx';
import { type DateParts, isoOf, isWhole, monthsIn, orderIn, type Part, partsOf, timeOf } from './typed-date.ts';

interface DateFieldProps {
  label: string;
  /** '2026-11-09', or '' where there is none yet. */
  value: string;
  /** Told '' as long as what is typed is no day. */
  onValue: (iso: string) => void;
  wrong?: string | undefined;
  /** In the same row. */
  after?: ComponentChildren;
}

const NOTHING: DateParts = { day: '', month: '', year: '' };

export function DateField(props: DateFieldProps) {
  const { value, onValue } = props;
  const id = useId();
  const { date } = words.value.frame;
  const [parts, setParts] = useState<DateParts>(() => partsOf(value) ?? NOTHING);
  const told = useRef(value);
  useEffect(() => {
    // Only what somebody else changed: half a date must not vanish under the hands that type it.
    if (value !== told.current) setParts(partsOf(value) ?? NOTHING);
    told.current = value;
  }, [value]);
  const change = (part: Part, text: string) => {
    const next = partsOf(text) ?? { ...parts, [part]: text };
    setParts(next);
    told.current = isoOf(next) ?? '';
    onValue(told.current);
  };
  const isNoDay = isWhole(parts) && isoOf(parts) === null;
  const wrong = isNoDay ? date.none : props.wrong;
  const given = (part: Part) => ({
    id: `${id}-${part}`,
    class: `input date-${part}`,
    value: parts[part],
    'aria-invalid': wrong ? true : undefined,
    'aria-describedby': wrong ? `${id}-wrong` : undefined,
  });
  return (
    <fieldset class="field">
      <legend>{props.label}</legend>
      <div class="date-parts">
        {orderIn(locale.value).map((part) => (
          <div key={part} class="date-part">
            <label class="caption" for={`${id}-${part}`}>
              {date[part]}
            </label>
            {part === 'month' ? (
              <select {...given(part)} onChange={(event) => change(part, event.currentTarget.value)}>
                <option value="" />
                {monthsIn(locale.value).map(([number, name]) => (
                  <option key={number} value={number}>
                    {name}
                  </option>
                ))}
              </select>
            ) : (
              <input
                {...given(part)}
                type="text"
                inputMode="numeric"
                autocomplete="off"
                maxLength={10}
                onInput={(event) => change(part, event.currentTarget.value)}
              />
            )}
          </div>
        ))}
        {props.after}
      </div>
      {wrong && (
        <span class="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </span>
      )}
    </fieldset>
  );
}

/** A day and a time of 24 hours; `value` as '2026-11-09T07:05'. */
export function MomentField(props: { label: string; value: string; onValue: (typed: string) => void }) {
  const [day = '', clock = ''] = props.value.split('T');
  const { date } = words.value.frame;
  const [typed, setTyped] = useState(clock);
  const isNoTime = typed.trim().length >= 4 && timeOf(typed) === null;
  const tell = (iso: string, time: string) => props.onValue(`${iso}T${timeOf(time) ?? ''}`);
  return (
    <DateField
      label={props.label}
      value={day}
      wrong={isNoTime ? date.noTime : undefined}
      onValue={(iso) => tell(iso, typed)}
      after={
        <div class="date-part date-time">
          <TextField
            label={date.time}
            value={typed}
            input={{ inputMode: 'text', autocomplete: 'off', maxLength: 5 }}
            onValue={(text) => {
              setTyped(text);
              tell(day, text);
            }}
          />
        </div>
      }
    />
  );
}
