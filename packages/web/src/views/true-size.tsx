// No browser tells the size of a screen. Held against a bank card (ISO 7810 ID-1) once, this one knows; until then the paper is not to scale.
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { PaperScale } from '../clinical/ecg.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { words } from '../words/index.ts';

/** mm. */
const CARD = { width: 85.6, height: 53.98 };
const STORED = 'hale-pixels-per-mm';
const USUAL = 96 / 25.4;
const LEAST = 2;
const MOST = 9;

function stored(): number | null {
  try {
    const kept = Number(localStorage.getItem(STORED));
    return kept >= LEAST && kept <= MOST ? kept : null;
  } catch {
    return null;
  }
}

/** CSS pixels to a millimetre on this screen; says nothing about anybody's health, so it stays in this browser. */
const pixelsPerMm = signal<number | null>(stored());

export const usePixelsPerMm = (): number | null => pixelsPerMm.value;

function keep(value: number | null): void {
  pixelsPerMm.value = value;
  try {
    if (value === null) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, String(value));
  } catch {
    // Private windows may refuse: the size then lasts as long as the page.
  }
}

export function TrueSize({ scale }: { scale: PaperScale }) {
  const { ecg } = words.value;
  const matched = pixelsPerMm.value;
  const [tried, setTried] = useState<number | null>(null);
  const told = `${scale.speed} mm/s, ${scale.gain} mm/mV`;
  return (
    <div class="true-size no-print">
      <p class="small row">
        <span class={`chip ${matched === null ? 'caution' : 'good'}`}>
          <Icon name={matched === null ? 'info' : 'check'} />
          {matched === null ? ecg.notToScale(told) : ecg.toScale(told)}
        </span>
        {tried === null && <Button onPress={() => setTried(matched ?? USUAL)}>{ecg.match}</Button>}
        {matched !== null && tried === null && <Button onPress={() => keep(null)}>{ecg.unmatch}</Button>}
      </p>
      {tried !== null && (
        <div class="stack">
          <label class="field">
            <span class="label">{ecg.matchHow}</span>
            <input
              type="range"
              min={Math.ceil(LEAST * CARD.width)}
              max={Math.floor(MOST * CARD.width)}
              step="1"
              value={tried * CARD.width}
              onInput={(event) => setTried(Number(event.currentTarget.value) / CARD.width)}
            />
          </label>
          <div class="bank-card" style={{ width: `${tried * CARD.width}px`, height: `${tried * CARD.height}px` }} />
          <div class="actions">
            <Button
              kind="main-action"
              onPress={() => {
                keep(tried);
                setTried(null);
              }}
            >
              {ecg.matchDone}
            </Button>
            <Button onPress={() => setTried(null)}>{words.value.frame.cancel}</Button>
          </div>
        </div>
      )}
    </div>
  );
}
