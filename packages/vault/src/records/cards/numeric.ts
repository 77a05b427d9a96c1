// The text of a card's QR picture: `shc:/` and two digits for each character of its JWS (SMART Health Cards, "Encoding QRs"). Several
// pictures for one card (`shc:/2/3/…`) are out of use, and still met on paper.
import { type CardFinding, finding } from './findings.ts';
import { CHUNKS_MAX, QR_CARD_UNITS_MAX, QR_CHUNK_UNITS_MAX } from './limits.ts';

const PICTURE = /^shc:\/(?:(\d{1,4})\/(\d{1,4})\/)?(\d*)$/;
/** Two digits stand for the character of this code and the number. */
const FIRST_CODE = 45;
/** `z`, the last character of base64url. */
const LAST_NUMBER = 122 - FIRST_CODE;

export interface NumericReading {
  /** null: refused. */
  jws: string | null;
  findings: CardFinding[];
}

interface Picture {
  index: number;
  count: number;
  text: string;
}

/** The pictures of one card, in any order. */
export function readNumeric(texts: readonly string[]): NumericReading {
  const findings: CardFinding[] = [];
  const pictures = texts.map((text, at) => readPicture(text, texts.length === 1 ? '' : `picture ${at + 1}`, findings));
  const read = pictures.filter((picture) => picture !== null);
  const count = Math.max(1, ...read.map((picture) => picture.count));
  const byIndex = new Map<number, string>();
  for (const { index, count: told, text } of read) {
    if (told !== count) findings.push(finding('qr-count', `picture ${index}`));
    if (index < 1 || index > told || told > CHUNKS_MAX)
      findings.push(finding('qr-index', `picture ${index} of ${told}`));
    else if (byIndex.has(index) && byIndex.get(index) !== text) findings.push(finding('qr-twice', `picture ${index}`));
    else byIndex.set(index, text);
  }
  if (read.length === texts.length && byIndex.size < count)
    findings.push(finding('qr-missing', `${count - byIndex.size} of ${count}`));
  const jws = [...byIndex]
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text)
    .join('');
  if (count > 1 && byIndex.size === count && jws.length <= QR_CARD_UNITS_MAX) findings.push(finding('qr-needless'));
  if (count === 1 && read.length === 1 && /^shc:\/1\/1\//.test(texts[0])) findings.push(finding('qr-single'));
  return { jws: findings.some(({ severity }) => severity === 'refusal') ? null : jws, findings };
}

function readPicture(text: string, place: string, findings: CardFinding[]): Picture | null {
  const [, index, count, digits] = PICTURE.exec(text) ?? [];
  if (digits === undefined || digits === '') {
    findings.push(finding('qr-header', place));
    return null;
  }
  const unitsMax = count === undefined ? QR_CARD_UNITS_MAX : QR_CHUNK_UNITS_MAX;
  if (digits.length % 2 === 1) {
    findings.push(finding('qr-digits', place));
    return null;
  }
  if (digits.length / 2 > unitsMax) findings.push(finding('qr-long', place));
  let out = '';
  for (let at = 0; at + 1 < digits.length; at += 2) {
    const number = Number(digits.slice(at, at + 2));
    if (number > LAST_NUMBER) {
      findings.push(finding('qr-number', place));
      break;
    }
    out += String.fromCharCode(number + FIRST_CODE);
  }
  return { index: Number(index ?? 1), count: Number(count ?? 1), text: out };
}

/** The texts of the pictures of a card: one where it fits into one, else as many of like size as it needs. */
export function writeNumeric(jws: string): string[] {
  const count = jws.length <= QR_CARD_UNITS_MAX ? 1 : Math.ceil(jws.length / QR_CHUNK_UNITS_MAX);
  const units = Math.ceil(jws.length / count);
  return Array.from({ length: count }, (_, at) => {
    const part = jws.slice(at * units, (at + 1) * units);
    return `shc:/${count === 1 ? '' : `${at + 1}/${count}/`}${digitsOf(part)}`;
  });
}

const digitsOf = (text: string): string =>
  [...text].map((character) => String(character.charCodeAt(0) - FIRST_CODE).padStart(2, '0')).join('');
