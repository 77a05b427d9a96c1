// The first of many in an order, without putting the rest in order.

/** Below zero: the first comes before the second. */
export type Before = (a: number, b: number) => number;

/**
 * Of the marked numbers the first `wanted`: a heap of those that are best so far, the worst of them on top.
 * @param keys decides first, the smaller before the larger; not a number comes last
 * @param before decides between equal keys
 */
export function firstOf(marked: Uint8Array, wanted: number, keys: Float64Array, before: Before): number[] {
  const heap = new Heap(keys, before);
  if (wanted === 0) return [];
  // From the end: what came last is often what is wanted first, and then nearly all the rest is only looked at.
  for (let i = marked.length - 1; i >= 0; i--) {
    if (!marked[i]) continue;
    if (heap.numbers.length < wanted) heap.rise(i);
    else if (heap.compare(i, heap.numbers[0]) < 0) heap.sink(i);
  }
  return heap.numbers.sort((a, b) => heap.compare(a, b));
}

class Heap {
  readonly numbers: number[] = [];
  readonly #keys: Float64Array;
  readonly #before: Before;

  constructor(keys: Float64Array, before: Before) {
    this.#keys = keys;
    this.#before = before;
  }

  compare(a: number, b: number): number {
    const [x, y] = [this.#keys[a], this.#keys[b]];
    if (x < y) return -1;
    if (x > y) return 1;
    const [isNoX, isNoY] = [Number.isNaN(x), Number.isNaN(y)];
    return isNoX === isNoY ? this.#before(a, b) : isNoX ? 1 : -1;
  }

  rise(value: number): void {
    const { numbers } = this;
    let at = numbers.push(value) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.compare(numbers[above], value) >= 0) break;
      numbers[at] = numbers[above];
      at = above;
    }
    numbers[at] = value;
  }

  /** Instead of the worst. */
  sink(value: number): void {
    const { numbers } = this;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= numbers.length) break;
      if (below + 1 < numbers.length && this.compare(numbers[below + 1], numbers[below]) > 0) below++;
      if (this.compare(numbers[below], value) <= 0) break;
      numbers[at] = numbers[below];
      at = below;
    }
    numbers[at] = value;
  }
}
