// Texts by name, as many as fit into a number of characters; the one that came first gives way.
export class TextCache {
  readonly #unitsMax: number;
  readonly #texts = new Map<string, string>();
  #units = 0;

  constructor(unitsMax: number) {
    this.#unitsMax = unitsMax;
  }

  get(name: string): string | undefined {
    return this.#texts.get(name);
  }

  put(name: string, text: string): void {
    // One large text must not push out everything.
    if (text.length > this.#unitsMax / 64) return;
    this.delete(name);
    this.#texts.set(name, text);
    this.#units += text.length;
    for (const [oldest] of this.#texts) {
      if (this.#units <= this.#unitsMax) return;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    this.#units -= this.#texts.get(name)?.length ?? 0;
    this.#texts.delete(name);
  }

  clear(): void {
    this.#texts.clear();
    this.#units = 0;
  }
}
