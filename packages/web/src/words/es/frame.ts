import type { Words } from '../en/index.ts';
import { counted } from '../plural.ts';

export const frame: Words['frame'] = {
  appName: 'Hale',
  skip: 'Ir al contenido',
  nav: { today: 'Hoy', add: 'Añadir datos', sharing: 'Compartir', desk: 'Compartido conmigo', settings: 'Ajustes' },
  navShort: { today: 'Hoy', add: 'Añadir', sharing: 'Acceso', desk: 'Para mí', settings: 'Ajustes' },
  navLabel: 'Principal',
  person: 'Persona',
  lock: 'Bloquear',
  back: 'Atrás',
  close: 'Cerrar',
  cancel: 'Cancelar',
  tryAgain: 'Intentar de nuevo',
  copy: 'Copiar',
  copied: 'Copiado',
  loading: 'Cargando',
  stillWorking: 'Sigue trabajando. Tus datos están a salvo.',
  offline: (time) => `Sin conexión. Se muestra lo que este dispositivo vio a las ${time}.`,
  offlineTitle: 'Tu nodo no responde.',
  offlineText:
    'Comprueba que el ordenador de casa está encendido y que allí funciona `hale start`. No se ha perdido nada.',
  failedTitle: 'No ha funcionado.',
  failedText: 'No se ha perdido nada.',
  fault: 'Es un fallo de Hale, no tuyo.',
  readings: counted('es', { one: 'lectura', other: 'lecturas' }),
  series: counted('es', { one: 'serie', other: 'series' }),
  days: counted('es', { one: 'día', other: 'días' }),
  justNow: 'ahora mismo',
  noPage: 'No existe esa página.',
  toToday: 'Ir a Hoy',
};
