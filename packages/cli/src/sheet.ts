// The one sheet: 24 words, a relay, a date, and what to do with it. At most 78 columns, so that it prints on any paper.
import { bold, padEnd } from './terminal/style.ts';
import { facts, paragraph } from './terminal/table.ts';

export interface Sheet {
  words: string;
  relays: string[];
  npub: string;
  date: string;
  /** A second set after `hale rotate`: the old sheet has to go. */
  replacesOlder: boolean;
}

const COLUMNS = 4;

/** The lines of the sheet for a screen of `width`. */
export function sheetLines(sheet: Sheet, width: number): string[] {
  const inner = Math.min(78, width);
  const rule = '─'.repeat(inner);
  const title = 'HALE RECOVERY SHEET';
  const relays = sheet.relays.length > 0 ? sheet.relays.join('\n') : 'none yet; write one here: ______________________';
  return [
    rule,
    bold(title) + sheet.date.padStart(inner - title.length),
    rule,
    '',
    ...wordLines(sheet.words.trim().split(/\s+/)),
    '',
    ...facts(
      [
        ['Relay', relays],
        ['Address', sheet.npub],
      ],
      inner,
    ),
    '',
    ...whatToDo(sheet.replacesOlder).flatMap((text, index) => {
      const [first = '', ...rest] = paragraph(text, inner - 5);
      return [`  ${index + 1}. ${first}`, ...rest.map((line) => `     ${line}`)];
    }),
    rule,
  ];
}

/** Words in numbered columns, read downwards. */
function wordLines(words: string[]): string[] {
  const rows = Math.ceil(words.length / COLUMNS);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => {
      const at = column * rows + row;
      return at < words.length ? padEnd(`${String(at + 1).padStart(2)} ${words[at]}`, 13) : '';
    })
      .join(' ')
      .trimEnd(),
  ).map((line) => `  ${line}`);
}

function whatToDo(replacesOlder: boolean): string[] {
  return [
    'Print this or write it down by hand. Keep it where you keep a passport.',
    'Do not photograph it, mail it or save it in a file.',
    'Whoever has these words can read everything. Without them nobody can help you if this machine is lost.',
    'To rebuild everything on an empty machine: hale restore --relay ADDRESS',
    ...(replacesOlder ? ['Destroy the older sheet: its words open nothing new any more.'] : []),
  ];
}
