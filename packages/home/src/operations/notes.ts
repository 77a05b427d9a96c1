// Notes of the person on a moment of a series. They lie sealed among the documents of the subject (specs/catalogue.md §8), go with her
// to a new home and to new words, and are part of no grant: nobody else reads them.
import { HaleError, toHex } from '@hale/kernel';
import type { StoredDocument } from '@hale/vault';
import type { Note } from '../api.ts';
import type { Operation } from './context.ts';

/** No collection of Nightscout has that name: no device reaches it. */
const COLLECTION = 'hale-notes';
const NOTE_CHARACTERS_MAX = 2000;
/** Notes of one answer. */
const NOTES_MAX = 1000;
const ID_RANDOM_BYTES = 8;

interface Kept {
  stream: string;
  atMicros: number;
  text: string;
}

const noteOf = ({ id, json, modifiedMillis }: StoredDocument): Note => ({
  id,
  ...(JSON.parse(json) as Kept),
  changedMicros: modifiedMillis * 1000,
});

export const notes: Operation<'notes'> = ({ home }, { subject, stream, fromMicros, toMicros }) => {
  const { id } = home.vault.subject(subject);
  const from = (fromMicros ?? Number.NEGATIVE_INFINITY) / 1000;
  const to = (toMicros ?? Number.POSITIVE_INFINITY) / 1000;
  const found: Note[] = [];
  for (const document of home.documents.between(id, COLLECTION, from, to, 'descending')) {
    if (!document.isValid) continue;
    const note = noteOf(document);
    if (stream === undefined || note.stream === stream) found.push(note);
    if (found.length >= NOTES_MAX) break;
  }
  return found.reverse();
};

export const noteAdd: Operation<'note.add'> = ({ home }, { subject, stream, atMicros, text }) => {
  const { id: of } = home.vault.subject(subject);
  const said = String(text).trim();
  if (said === '') throw new HaleError('usage', 'a note needs words');
  if (said.length > NOTE_CHARACTERS_MAX)
    throw new HaleError('too-large', 'the note is too long', { most: NOTE_CHARACTERS_MAX, has: said.length });
  if (!Number.isSafeInteger(atMicros)) throw new HaleError('usage', 'a note needs the moment that it is about');
  if (!home.vault.findStream(of, stream)) throw new HaleError('not-found', 'no such stream');
  const millis = Math.floor(atMicros / 1000);
  const nowMillis = Math.floor(home.nowMicros() / 1000);
  const seconds = Math.max(0, Math.floor(millis / 1000))
    .toString(16)
    .padStart(8, '0');
  const kept: Kept = { stream, atMicros, text: said };
  const after: StoredDocument = {
    id: `${seconds}${toHex(home.vault.random.bytes(ID_RANDOM_BYTES))}`,
    collection: COLLECTION,
    identifier: null,
    key: null,
    device: '',
    isValid: true,
    isUndated: false,
    millis,
    createdMillis: nowMillis,
    modifiedMillis: nowMillis,
    json: JSON.stringify(kept),
  };
  if (home.documents.put(of, [{ before: null, after }])) home.network.listenAgain();
  return noteOf(after);
};

export const noteRemove: Operation<'note.remove'> = ({ home }, { subject, id }) => {
  const { id: of } = home.vault.subject(subject);
  const before = home.documents.byId(of, COLLECTION, id);
  if (!before?.isValid) throw new HaleError('not-found', 'no such note');
  const nowMillis = Math.floor(home.nowMicros() / 1000);
  // What was written is not kept in the newest state; the sealed log holds it until the subject is erased.
  const after = { ...before, isValid: false, modifiedMillis: nowMillis, json: '{}' };
  home.documents.put(of, [{ before, after }]);
  return noteOf(before);
};
