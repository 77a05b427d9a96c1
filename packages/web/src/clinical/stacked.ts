// One bar out of parts, to scale as far as every part is seen: what is smaller than one can see is drawn as small as one can, and the others
// share what is left in their proportions.

export interface Stacked {
  /** Of the whole, in the order given; 0 for a part that is not drawn. They add up to 1 where anything is drawn. */
  heights: number[];
  /** Every part that is drawn is as long as its share says. */
  isToScale: boolean;
}

/** @param parts share of the whole, and the least of it at which a part is seen; a share of 0 is not drawn */
export function stacked(parts: readonly { share: number; least: number }[]): Stacked {
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  if (whole <= 0) return { heights: parts.map(() => 0), isToScale: true };
  const heights = parts.map(({ share }) => share / whole);
  const raised = new Set<number>();
  for (;;) {
    const small = heights.findIndex((height, i) => height > 0 && !raised.has(i) && height < parts[i].least - 1e-9);
    if (small < 0) return { heights, isToScale: raised.size === 0 };
    raised.add(small);
    const taken = [...raised].reduce((sum, i) => sum + parts[i].least, 0);
    const left = parts.reduce((sum, { share }, i) => sum + (raised.has(i) ? 0 : share), 0);
    parts.forEach(({ share, least }, i) => {
      if (raised.has(i)) heights[i] = left > 0 ? least : least / taken;
      else if (share > 0) heights[i] = (share / left) * (1 - taken);
    });
  }
}

/** Middles of labels beside their parts, 0..1, ascending, kept `apart` from each other and within the whole. */
export function labelMiddles(wanted: readonly number[], apart: number): number[] {
  const middles = [...wanted];
  for (let i = 0; i < middles.length; i++)
    middles[i] = Math.max(middles[i], i === 0 ? apart / 2 : middles[i - 1] + apart);
  for (let i = middles.length - 1; i >= 0; i--)
    middles[i] = Math.min(middles[i], i === middles.length - 1 ? 1 - apart / 2 : middles[i + 1] - apart);
  return middles;
}
