import type { Words } from '../en/index.ts';

export const notes: Words['notes'] = {
  title: 'Notatki',
  add: 'Dodaj notatkę',
  none: 'Nie ma jeszcze notatek do tej serii.',
  when: 'Kiedy',
  text: 'Notatka',
  save: 'Zachowaj notatkę',
  remove: 'Usuń notatkę',
  onlyYou: 'Notatki czytasz tylko Ty. Nie należą do tego, co udostępniasz.',
};
