/** Notes on a moment of a series. */
export const notes = {
  title: 'Notes',
  add: 'Add a note',
  none: 'No notes on this series yet.',
  when: 'When',
  text: 'Note',
  save: 'Keep the note',
  remove: 'Remove the note',
  onlyYou: 'Only you can read notes. They are not part of what you share.',
};
