// Labelled inputs with hint and error, tied together for whoever listens to the page.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
}

interface InputExtras {
  autocomplete?: string;
  autofocus?: boolean;
  required?: boolean;
  spellcheck?: boolean;
  autocapitalize?: 'none';
  inputMode?: 'text' | 'numeric' | 'decimal' | 'url';
  maxLength?: number;
}

export function TextField(
  props: FieldProps & {
    value: string;
    onValue: (value: string) => void;
    type?: 'text' | 'password' | 'search' | 'number';
    area?: boolean;
    input?: InputExtras;
  },
) {
  const id = useId();
  const described = [props.hint && `${id}-hint`, props.wrong && `${id}-wrong`].filter(Boolean).join(' ');
  const given = {
    id,
    class: 'input',
    value: props.value,
    'aria-invalid': props.wrong ? true : undefined,
    'aria-describedby': described || undefined,
    onInput: (event: { currentTarget: { value: string } }) => props.onValue(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.hint && (
        <span class="hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
      {props.area ? (
        <textarea {...(props.input as object)} {...given} />
      ) : (
        <input {...(props.input as object)} {...given} type={(props.type ?? 'text') as 'text'} />
      )}
      {props.wrong && (
        <span class="wrong" id={`${id}-wrong`} role="alert">
          {props.wrong}
        </span>
      )}
    </div>
  );
}

export function SelectField(
  props: FieldProps & { value: string; onValue: (value: string) => void; options: readonly [string, string][] },
) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.hint && (
        <span class="hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
      <select
        id={id}
        class="input"
        value={props.value}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.options.map(([value, title]) => (
          <option value={value} key={value}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A few choices of which one holds. */
export function Segments(props: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  options: readonly [string, ComponentChildren][];
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a border and a legend around three buttons
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map(([value, title]) => (
        <button type="button" key={value} aria-pressed={props.value === value} onClick={() => props.onValue(value)}>
          {title}
        </button>
      ))}
    </div>
  );
}
