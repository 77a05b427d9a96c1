// A picture of dots: each character cell is a braille pattern of 2 × 4 dots (Unicode U+2800 + bits).

const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export class BrailleCanvas {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  /** `columns` × `rows` character cells; dots are (0,0) at the top left to (2·columns−1, 4·rows−1). */
  constructor(columns: number, rows: number) {
    this.width = columns * 2;
    this.height = rows * 4;
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets one dot; outside the canvas nothing happens. */
  dot(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const cell = (y >> 2) * this.#columns + (x >> 1);
    this.#cells[cell] = (this.#cells[cell] ?? 0) | BITS[(y & 3) as 0 | 1 | 2 | 3][(x & 1) as 0 | 1];
  }

  /** All dots of one column between two heights, ends included, in either order. */
  vertical(x: number, y0: number, y1: number): void {
    for (let y = Math.min(y0, y1); y <= Math.max(y0, y1); y++) this.dot(x, y);
  }

  /** A straight line; each dot column gets at least one dot. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let step = 0; step <= steps; step++) {
      this.dot(Math.round(x0 + ((x1 - x0) * step) / steps), Math.round(y0 + ((y1 - y0) * step) / steps));
    }
  }

  lines(): string[] {
    const lines: string[] = [];
    for (let start = 0; start < this.#cells.length; start += this.#columns) {
      const cells = this.#cells.subarray(start, start + this.#columns);
      lines.push(Array.from(cells, (bits) => (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits))).join(''));
    }
    return lines;
  }
}
