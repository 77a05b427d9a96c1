// What a screen shows when it has nothing to show (yet): each state says what is the matter and what can be done.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Asked } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { words } from '../words/index.ts';
import { Icon, type IconName } from './icon.tsx';
import { Said } from './said.tsx';

const SKELETON_AFTER_MILLIS = 400;
const STILL_AFTER_MILLIS = 8_000;

/** Nothing at first, then a still outline, then a sentence: a fast answer never flickers, a slow one never looks dead. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [
      setTimeout(() => setStage(1), SKELETON_AFTER_MILLIS),
      setTimeout(() => setStage(2), STILL_AFTER_MILLIS),
    ];
    return () => timers.forEach(clearTimeout);
  }, []);
  const { loading, stillWorking } = words.value.frame;
  return (
    <div class="stack" role="status" aria-label={loading}>
      {stage > 0 && Array.from({ length: rows }, (_, i) => <div class="skeleton" style={{ height: '72px' }} key={i} />)}
      {stage > 1 && <p class="quiet">{stillWorking}</p>}
    </div>
  );
}

export function Empty(props: { icon: IconName; title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      <h2>{props.title}</h2>
      {props.text !== undefined && <p class="quiet">{props.text}</p>}
      {props.children}
    </div>
  );
}

export function Notice(props: {
  tone?: 'info' | 'good' | 'caution' | 'alert' | 'sharing';
  icon?: IconName;
  /** Said at once by a screen reader. */
  isUrgent?: boolean;
  children: ComponentChildren;
}) {
  const { tone = 'info', icon = tone === 'info' ? 'info' : tone === 'good' ? 'check' : 'alert' } = props;
  return (
    <div class={`notice ${tone}`} role={props.isUrgent ? 'alert' : 'note'}>
      <Icon name={icon} />
      <div>{props.children}</div>
    </div>
  );
}

export function Failed({ error, again }: { error: HomeError; again?: () => void }) {
  const { frame } = words.value;
  const isOffline = error.code === 'offline';
  return (
    <div class="empty" role="alert">
      <Icon name={isOffline ? 'relay' : 'alert'} />
      <h2>{isOffline ? frame.offlineTitle : frame.failedTitle}</h2>
      <p class="quiet">
        <Said text={isOffline ? frame.offlineText : `${sentence(error.message)} ${frame.failedText}`} />
      </p>
      {again && (
        <button type="button" class="button" onClick={again}>
          {frame.tryAgain}
        </button>
      )}
    </div>
  );
}

/** The node's own words, as a sentence. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** Shows the answer to a question; the last one stays to be seen while it is asked again. */
export function Answer<T>(props: {
  asked: Asked<T>;
  again?: () => void;
  rows?: number;
  children: (value: T) => ComponentChildren;
}) {
  const { asked, again } = props;
  if (asked.value !== null)
    return (
      <>
        {asked.state === 'failed' && (
          <Notice tone="caution" isUrgent>
            {asked.error.code === 'offline' ? words.value.frame.offlineTitle : sentence(asked.error.message)}
          </Notice>
        )}
        {props.children(asked.value)}
      </>
    );
  if (asked.state === 'failed') return <Failed error={asked.error} {...(again ? { again } : {})} />;
  return <Loading {...(props.rows === undefined ? {} : { rows: props.rows })} />;
}
