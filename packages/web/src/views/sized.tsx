// A drawing in the width of its place on the screen, and once more in the width of paper: letters keep their size in both, and
// a print does not have to wait for a script.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

/** CSS pixels between the margins of A4 (210 mm − 2 × 12 mm). */
const PAPER_WIDTH = 703;
const WIDTH_MIN = 240;

/** @param children draws in a width, CSS pixels, with an id of its own */
export function Sized({ children }: { children: (width: number, id: string) => ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const id = useId();
  useEffect(() => {
    if (!box.current) return;
    const seen = new ResizeObserver(([entry]) => {
      if (entry.contentRect.width > 0) setWidth(Math.max(WIDTH_MIN, Math.round(entry.contentRect.width)));
    });
    seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  return (
    <div class="drawing">
      <div class="no-print" ref={box}>
        {children(width, `${id}-screen`)}
      </div>
      <div class="only-print" aria-hidden="true">
        {children(PAPER_WIDTH, `${id}-paper`)}
      </div>
    </div>
  );
}
