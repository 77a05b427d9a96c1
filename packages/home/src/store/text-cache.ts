// Texts by number, as many as fit into a number of characters; the one that came first gives way.
export class TextCache {
  readonly #unitsMax: number;
  readonly #texts = new Map<number, string>();
  #units = 0;

  constructor(unitsMax: number) {
    this.#unitsMax = unitsMax;
  }

  get(key: number): string | undefined {
    return this.#texts.get(key);
  }

  put(key: number, text: string): void {
    // One large text must not push out everything.
    if (text.length > this.#unitsMax / 64) return;
    this.delete(key);
    this.#texts.set(key, text);
    this.#units += text.length;
    for (const [oldest] of this.#texts) {
      if (this.#units <= this.#unitsMax) return;
      this.delete(oldest);
    }
  }

  delete(key: number): void {
    this.#units -= this.#texts.get(key)?.length ?? 0;
    this.#texts.delete(key);
  }

  clear(): void {
    this.#texts.clear();
    this.#units = 0;
  }
}
