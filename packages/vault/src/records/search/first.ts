// The first of many in an order, without putting the rest in order.

/** Below zero: the first comes before the second. */
export type Before = (a: number, b: number) => number;

/** Of the marked numbers the first `wanted` of the order: a heap of those that are best so far, the worst of them on top. */
export function firstOf(marked: Uint8Array, wanted: number, before: Before): number[] {
  const heap: number[] = [];
  if (wanted === 0) return heap;
  for (let i = 0; i < marked.length; i++) {
    if (!marked[i]) continue;
    if (heap.length < wanted) rise(heap, i, before);
    else if (before(i, heap[0]) < 0) sink(heap, i, before);
  }
  return heap.sort(before);
}

function rise(heap: number[], value: number, before: Before): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (before(heap[above], value) >= 0) break;
    heap[at] = heap[above];
    at = above;
  }
  heap[at] = value;
}

function sink(heap: number[], value: number, before: Before): void {
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(heap[below + 1], heap[below]) > 0) below++;
    if (before(heap[below], value) <= 0) break;
    heap[at] = heap[below];
    at = below;
  }
  heap[at] = value;
}
