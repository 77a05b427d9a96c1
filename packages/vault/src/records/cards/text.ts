// What a person gives as a card: a `.smart-health-card` file, the answer of a hospital's $health-cards-issue, a deep link, the text of one or
// more QR pictures, or the JWS itself. What comes out are the JWS texts in it, unchecked.
import { isFields, listOf, textOf } from '../../import/json-records.ts';
import { type CardFinding, finding } from './findings.ts';
import { CARD_TEXT_UNITS_MAX, CARDS_MAX } from './limits.ts';
import { readNumeric } from './numeric.ts';

export interface CardTexts {
  jws: string[];
  /** Of the whole; what is wrong with one card comes with its check. */
  findings: CardFinding[];
}

const JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** Whether this looks like a card at all, for telling formats apart. A file of JSON is one when it says so. */
export function isCardText(text: string): boolean {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (/^shc:\/?\d/.test(start) || /^https:\/\/[^#\s]*#\s*(?:\{|%7B)\s*(?:"|%22)verifiableCredential/.test(start))
    return true;
  if (start.startsWith('{')) return /"verifiableCredential"/.test(start.slice(0, 4096));
  return /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/.test(start);
}

/** @param fileName of a file that should be called `.smart-health-card` */
export function readCardText(text: string, fileName?: string): CardTexts {
  if (text.length > CARD_TEXT_UNITS_MAX) return { jws: [], findings: [finding('too-long')] };
  const findings: CardFinding[] = [];
  const unmarked = text.replace(/^\ufeff/, '');
  if (unmarked !== text) findings.push(finding('byte-order-mark'));
  const trimmed = unmarked.trim();
  // A line break at the end is what editors leave.
  if (trimmed !== unmarked.replace(/\r?\n$/, '')) findings.push(finding('white-space'));
  if (fileName !== undefined && trimmed.startsWith('{') && !/\.(smart-health-card|json)$/i.test(fileName))
    findings.push(finding('file-name'));
  const read = readTrimmed(trimmed);
  const many = read.jws.length > CARDS_MAX ? [finding('cards-many')] : [];
  return { jws: many.length > 0 ? [] : read.jws, findings: [...findings, ...read.findings, ...many] };
}

function readTrimmed(text: string): CardTexts {
  if (/^shc:/i.test(text)) {
    const { jws, findings } = readNumeric(text.split(/[\s,]+/));
    return { jws: jws === null ? [] : [jws], findings };
  }
  const fragment = /^https:\/\/[^#\s]*#(.*)$/s.exec(text);
  if (fragment) return readFile(unescaped(fragment[1]));
  if (text.startsWith('{')) return readFile(text);
  // One card in each line: as exports of wallets have them.
  const lines = text.split(/\s+/);
  return lines.every((line) => JWS.test(line)) || /^eyJ/.test(text)
    ? { jws: lines, findings: [] }
    : { jws: [], findings: [finding('not-a-card')] };
}

function unescaped(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function readFile(text: string): CardTexts {
  const value = parsed(text);
  if (!isFields(value)) return { jws: [], findings: [finding('file-json')] };
  const jws = value.resourceType === 'Parameters' ? credentialsOf(value.parameter) : listOf(value.verifiableCredential);
  if (!jws.every((each) => typeof each === 'string')) return { jws: [], findings: [finding('file-json')] };
  return { jws, findings: jws.length === 0 ? [finding('file-empty')] : [] };
}

/** The answer of `$health-cards-issue`. */
const credentialsOf = (parameters: unknown): string[] =>
  listOf(parameters)
    .filter(isFields)
    .filter(({ name }) => name === 'verifiableCredential')
    .map(({ valueString }) => textOf(valueString));

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
