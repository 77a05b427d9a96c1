// Colour as marks inside text. Foreign text (names, purposes, notices of a relay) may hold terminal escapes; so all text is
// stripped of control characters on its way out, and only these marks, never an escape, become colour there.

const MARK = 0xe000; // private use area: U+E000 + SGR code

const styled = (code: number) => (text: string) =>
  text === '' ? '' : `${String.fromCharCode(MARK + code)}${text}${String.fromCharCode(MARK)}`;

export const bold = styled(1);
export const faint = styled(2);
export const red = styled(31);
export const green = styled(32);
export const yellow = styled(33);
export const blue = styled(36);
/** Reserved for sharing: whatever is purple answers "who can see". */
export const purple = styled(35);
/** Bright on black whatever the terminal's own colours are: a QR code has to keep its contrast. */
export const white = (text: string): string => styled(97)(styled(40)(text));

const marks = /[\uE000-\uE0FF]/g;
// Controls (all but the line break), and the format characters that reorder or hide text (a name could pretend to be another).
const controls = /(?!\n)[\p{Cc}\p{Cf}]/gu;

/** Text fit for the terminal: controls gone, marks turned into colour or dropped. Keeps line breaks. */
export function forTerminal(text: string, colour: boolean): string {
  const clean = text.replace(controls, '');
  return clean.replace(marks, (mark) => (colour ? `\u001B[${mark.charCodeAt(0) - MARK}m` : ''));
}

/** JSON without characters that a terminal would obey. */
export function forJson(value: unknown, spaces = 0): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, spaces).replace(controls, (found) => found.split('').map(escaped).join(''));
}

const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** Width in terminal cells: marks and combining characters 0, East Asian wide characters 2. */
export function widthOf(text: string): number {
  const plain = text.replace(marks, '').replace(controls, '');
  if (/^[\x20-\x7E]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * Breaks text at spaces into lines of at most `width` cells, each indented like its paragraph. A longer word (an address, a link)
 * stays whole so that it can be copied, unless `cutLong`. A colour spanning a break is closed and reopened.
 */
export function wrap(text: string, width: number, cutLong = false): string[] {
  return reopenColour(text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, cutLong)));
}

function wrapParagraph(paragraph: string, width: number, cutLong: boolean): string[] {
  const indent = /^ */.exec(paragraph)?.[0] ?? '';
  const room = Math.max(1, width - indent.length);
  const words = paragraph.slice(indent.length).split(' ');
  const lines: string[] = [];
  let line = '';
  for (const word of cutLong ? words.flatMap((each) => cut(each, room)) : words) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(indent + line.trimEnd());
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (widthOf(piece + character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}

function reopenColour(lines: string[]): string[] {
  let open = '';
  return lines.map((line) => {
    const before = open;
    for (const mark of line.match(marks) ?? []) open = mark.charCodeAt(0) === MARK ? '' : mark;
    return before + line + (open === '' ? '' : String.fromCharCode(MARK));
  });
}
