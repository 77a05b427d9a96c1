import type { Words } from '../en/index.ts';

export const notes: Words['notes'] = {
  title: 'Notas',
  add: 'Añadir una nota',
  none: 'Aún no hay notas en esta serie.',
  when: 'Cuándo',
  text: 'Nota',
  save: 'Guardar la nota',
  remove: 'Quitar la nota',
  onlyYou: 'Solo tú puedes leer las notas. No forman parte de lo que compartes.',
};
