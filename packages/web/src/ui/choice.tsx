// One of a few, each with a line of explanation; and any of many.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export function Choices<T extends string>(props: {
  label: string;
  value: T | null;
  onValue: (value: T) => void;
  options: readonly { value: T; title: ComponentChildren; hint?: string | undefined }[];
}) {
  const name = useId();
  return (
    <fieldset class="picks">
      <legend>{props.label}</legend>
      {props.options.map(({ value, title, hint }) => (
        <label class="pick" key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onValue(value)}
          />
          <span>
            <span class="pick-title">{title}</span>
            {hint !== undefined && <span class="hint">{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Check(props: {
  title: ComponentChildren;
  hint?: ComponentChildren;
  value: boolean;
  onValue: (value: boolean) => void;
}) {
  return (
    <label class="pick">
      <input type="checkbox" checked={props.value} onChange={(event) => props.onValue(event.currentTarget.checked)} />
      <span>
        <span class="pick-title">{props.title}</span>
        {props.hint !== undefined && <span class="hint">{props.hint}</span>}
      </span>
    </label>
  );
}
