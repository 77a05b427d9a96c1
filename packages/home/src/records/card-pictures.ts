// QR codes of health cards: their digits in numeric mode, which other writers of codes leave to whole texts of digits; so a card that fits one
// picture fits version 22 (SMART Health Cards, "Encoding QRs").
import qrcode from 'qrcode-generator';

export interface Picture {
  /** Modules on a side, without the quiet zone. */
  size: number;
  isDark(row: number, column: number): boolean;
}

const CARD = /^(shc:\/(?:\d+\/\d+\/)?)(\d+)$/;
/** Modules of white around it (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;
/** Units of the drawing for one module. */
const MODULE = 4;

export function cardPicture(text: string): Picture {
  const [, head, digits] = CARD.exec(text) ?? [];
  // Paper that is creased is scanned again; more correction would make the modules of a long card too small.
  const code = qrcode(0, 'L');
  if (head === undefined) code.addData(text, 'Byte');
  else {
    code.addData(head, 'Byte');
    code.addData(digits, 'Numeric');
  }
  code.make();
  return { size: code.getModuleCount(), isDark: (row, column) => code.isDark(row, column) };
}

export function cardSvg(text: string): string {
  const { size, isDark } = cardPicture(text);
  const side = (size + 2 * QUIET) * MODULE;
  let path = '';
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1)
      if (isDark(row, column))
        path += `M${(column + QUIET) * MODULE} ${(row + QUIET) * MODULE}h${MODULE}v${MODULE}h-${MODULE}z`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}">` +
    `<rect width="${side}" height="${side}" fill="#fff"/><path d="${path}" fill="#000"/></svg>\n`
  );
}
