// Letters of DICOM's texts (Specific Character Set, PS3.3 C.12.1.1.2): those that Europe uses, and UTF-8. Of others the ASCII stays.
import { unitsToText } from '../../import/encoding.ts';

/** ISO 8859-2 from 0xa0 on. */
const LATIN_2 =
  '\u00a0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙';

/** ISO 8859-5: Cyrillic lies in Unicode in the same order. */
const cyrillic = (unit: number): string =>
  unit === 0xa0 || unit === 0xad
    ? String.fromCharCode(unit)
    : unit === 0xf0
      ? '№'
      : unit === 0xfd
        ? '§'
        : String.fromCharCode(unit + 0x360);

/** ISO 8859-7: Greek too, with some signs between. */
const greek = (unit: number): string => (unit < 0xb4 ? String.fromCharCode(unit) : String.fromCharCode(unit + 0x2d0));

const HIGHER: Readonly<Record<string, (unit: number) => string>> = {
  'ISO_IR 100': (unit) => String.fromCharCode(unit),
  'ISO_IR 101': (unit) => LATIN_2[unit - 0xa0] ?? '\ufffd',
  'ISO_IR 144': cyrillic,
  'ISO_IR 126': greek,
};

export function textOfBytes(bytes: Uint8Array, charset: string): string {
  const name = charset
    .split('\\')[0]
    .trim()
    .replace(/^ISO 2022 IR /, 'ISO_IR ');
  if (name === 'ISO_IR 192' || name === 'GB18030') return unitsToText(bytes, 0, bytes.length, 'utf-8');
  const higher = Object.hasOwn(HIGHER, name) ? HIGHER[name] : name === '' ? HIGHER['ISO_IR 100'] : () => '\ufffd';
  let text = '';
  for (const byte of bytes) text += byte < 0xa0 ? String.fromCharCode(byte) : higher(byte);
  return text;
}
