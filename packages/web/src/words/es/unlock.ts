import type { Words } from '../en/index.ts';

export const unlock: Words['unlock'] = {
  title: 'Abre tu bóveda',
  lockedText: 'Tus datos están sellados en este ordenador. Tu contraseña los abre.',
  passphrase: 'Contraseña',
  open: 'Abrir',
  wrong: 'Esa no es la contraseña. No se ha cambiado nada.',
  codeTitle: 'Ábrela desde tu ordenador',
  codeText:
    'Esta bóveda no tiene contraseña. En el ordenador donde funciona, escribe `hale web` y abre la dirección que muestra. Sirve una vez, durante diez minutos.',
  codeUsed: 'Esa dirección ya se usó o es demasiado antigua. Escribe `hale web` para obtener otra.',
  tooMany: 'Demasiados intentos. Espera unos minutos.',
  ended: 'Bloqueada tras un rato sin uso.',
};
