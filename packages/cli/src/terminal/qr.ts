// A link as a QR code made of half blocks, for a camera held to the terminal.
import { encode } from 'uqr';

/** The lines of the code with its quiet zone, or null when it would be wider than `columns`. Dark modules are printed as spaces on light blocks. */
export function qrLines(text: string, columns: number): string[] | null {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  if (size > columns) return null;
  const lines: string[] = [];
  for (let row = 0; row < size; row += 2) {
    let line = '';
    for (let column = 0; column < size; column++) {
      const light = (at: number) => !(data[at]?.[column] ?? false);
      line += light(row) ? (light(row + 1) ? '█' : '▀') : light(row + 1) ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines;
}
