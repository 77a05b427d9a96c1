// How long a code is still good: a ring that empties, and the seconds.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { words } from '../words/index.ts';
import { number } from '../words/numbers.ts';

const RADIUS = 8;
const ROUND = 2 * Math.PI * RADIUS;

export function Countdown({ untilMicros }: { untilMicros: number }) {
  const whole = useSignal(0);
  const left = useSignal(0);
  useEffect(() => {
    const count = () => {
      left.value = Math.max(0, Math.ceil(untilMicros / 1e6 - Date.now() / 1000));
    };
    count();
    whole.value = left.value;
    const timer = setInterval(count, 1000);
    return () => clearInterval(timer);
  }, [untilMicros]);
  const share = whole.value === 0 ? 0 : left.value / whole.value;
  return (
    <span class="countdown" aria-live="off">
      <svg class="ring" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <circle class="whole" cx="10" cy="10" r={RADIUS} />
        <circle class="left" cx="10" cy="10" r={RADIUS} stroke-dasharray={`${ROUND * share} ${ROUND}`} />
      </svg>
      {words.value.phones.left(number(left.value, 0))}
    </span>
  );
}
