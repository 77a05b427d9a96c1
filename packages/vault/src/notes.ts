// Notes: events in a laboratory's or a person's own words. A sample holds the number of its text, which is made from the text alone, so that the
// same note from two sources, or written by two homes, is the same sample. The texts of a stream stand in the catalogue, each once
// (specs/catalogue.md, rule 19): sealed and restored with everything that it says.
import { sha256, utf8Encode } from '@hale/kernel';
import type { CatalogueState, SettingEntry, StreamEntry } from './catalogue.ts';

/** The number of a text: the first 31 bits of its SHA-256, in UTF-8; never 0, which ends things. */
export function noteNumber(text: string): number {
  const [a, b, c, d] = sha256(utf8Encode(text));
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 1 || 1;
}

type StreamName = Pick<StreamEntry, 'subject' | 'n'>;

const prefixOf = ({ subject, n }: StreamName): string => `notes/${subject}/${n}/`;

/** The texts of a stream of notes by their numbers. */
export function notesOf(state: CatalogueState, stream: StreamName): Map<number, string> {
  const prefix = prefixOf(stream);
  const notes = new Map<number, string>();
  for (const [name, text] of state.settings)
    if (name.startsWith(prefix) && typeof text === 'string') notes.set(Number(name.slice(prefix.length)), text);
  return notes;
}

/** What the catalogue is to say of a text; null takes it back. */
export function noteEntry(stream: StreamName, number: number, text: string | null): SettingEntry {
  return { type: 'setting', name: `${prefixOf(stream)}${number}`, value: text };
}
