// A button that says what it is doing while it does it, and cannot be pressed twice.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export function Button(props: {
  onPress: () => unknown;
  icon?: IconName;
  /** 'main-action', 'sharing', 'stop', 'bare'; nothing: an ordinary one. */
  kind?: 'main-action' | 'sharing' | 'stop' | 'bare';
  /** For a button that shows only its icon. */
  label?: string;
  disabled?: boolean;
  type?: 'button' | 'submit';
  children?: ComponentChildren;
}) {
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      await props.onPress();
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type={props.type ?? 'button'}
      class={`button ${props.kind ?? ''} ${props.children ? '' : 'icon-only'}`}
      aria-label={props.label}
      title={props.children ? undefined : props.label}
      aria-busy={isBusy}
      disabled={props.disabled === true}
      onClick={() => void press()}
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </button>
  );
}
