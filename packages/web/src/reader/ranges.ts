/** Which ranges of time were fetched already: nothing is asked for twice. */
export class Ranges {
  /** Ascending, none touching another. */
  #held: { from: number; to: number }[] = [];

  /** What of [from, to) is not there yet, ascending. */
  missing(from: number, to: number): { from: number; to: number }[] {
    const gaps: { from: number; to: number }[] = [];
    let at = from;
    for (const each of this.#held) {
      if (each.to <= at || each.from >= to) continue;
      if (each.from > at) gaps.push({ from: at, to: each.from });
      at = each.to;
    }
    if (at < to) gaps.push({ from: at, to });
    return gaps;
  }

  add(from: number, to: number): void {
    const touching = this.#held.filter((each) => each.from <= to && from <= each.to);
    const joined = touching.reduce(
      (all, each) => ({ from: Math.min(all.from, each.from), to: Math.max(all.to, each.to) }),
      { from, to },
    );
    const others = this.#held.filter((each) => !touching.includes(each));
    this.#held = [...others, joined].sort((a, b) => a.from - b.from);
  }
}
