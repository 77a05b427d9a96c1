import type { Words } from '../en/index.ts';
import { counted } from '../plural.ts';

const events = counted('es', { one: 'evento', many: 'eventos', other: 'eventos' });
const deliveries = counted('es', { one: 'entrega', many: 'entregas', other: 'entregas' });
const pieces = counted('es', { one: 'pieza', many: 'piezas', other: 'piezas' });

export const warnings: Words['warnings'] = {
  'disk-full': () =>
    'El disco está lleno: no se aceptan datos nuevos hasta que haya sitio. Libere espacio en ese ordenador.',
  stumbled: (what, code) => `Algo falló por dentro (${what}: ${code}) y se intenta de nuevo. No se perdió nada.`,
  'another-home': () => 'Otro nodo escribe ahora sus datos; este solo lee.',
  'taken-over': (_, given) =>
    `Otro nodo ha tomado el relevo. Este entregó lo que ningún relé tenía (${pieces(given)}) y desde ahora solo lee.`,
  'handed-over': (given) => `Otro nodo entregó lo que ningún relé tenía aún (${pieces(given)}); se ha incorporado.`,
  'also-wrote': (tiles) =>
    `Otro nodo con las mismas palabras también escribió (${pieces(tiles)}). Se ha unido todo, no se descartó nada.`,
  senseless: (count) => `Firmado con sus propias claves, pero sin sentido: ${events(count)}; no se aceptó.`,
  'locked-elsewhere': () =>
    'Llegaron datos de dispositivos mientras este nodo estaba bloqueado, y otro nodo ha tomado el relevo: esos datos están sin leer en esta carpeta. Dirija los dispositivos al nodo nuevo.',
  'locked-unreadable': (count) =>
    `Llegado mientras el nodo estaba bloqueado, y no se puede leer: ${deliveries(count)}; se ha omitido.`,
  'locked-damaged': (count) =>
    `Llegado mientras el nodo estaba bloqueado, y dañado: ${deliveries(count)}. El archivo se guardó aparte.`,
  'codes-withdrawn': () =>
    'Se retiraron los códigos de enlace porque llegaron códigos erróneos. ¿Fue usted? Si no, alguien de su red intentó dejar entrar un dispositivo.',
  'receipts-unsigned': () => 'Algunos recibos no estaban firmados por el relé en el que estaban. No se contaron.',
  'receipts-hole': () => 'Un relé omitió recibos, o caducaron antes de recogerlos: faltan números en su serie.',
  'receipts-contradict': () => 'Un relé se contradice: sus recibos no siguen unos a otros.',
  'catalogue-holes': (entries) => `El catálogo tiene huecos; entradas que faltaban: ${entries}.`,
  'heads-differ': (days, stream) =>
    `Lo recogido difiere de lo último que declaró en ${days} días (el primero: ${stream}). Otros relés pueden tener el resto: pulse «Comparar y enviar ahora» en Relés y seguridad.`,
  'shares-torn': (shares) => `Comparticiones incompletas: ${shares}. Faltaban entradas de lo que tienen sus lectores.`,
  'documents-torn': (months) => `Meses de documentos que no están completos: ${months}.`,
  'records-torn': (logs, files) =>
    `Los registros médicos no están completos: faltan entradas en ${logs} listas y partes de ${files} archivos. Otros relés pueden tenerlas.`,
  'keys-ahead': (streams) =>
    `Series con datos sellados después del último cambio de claves del que habla el catálogo: ${streams}.`,
  'shares-closed': (open) =>
    `Puede que un relé haya ocultado que usted dejó de compartir algo. Por eso se cerraron todas las comparticiones (abiertas antes: ${open}), y lo que llegue desde ahora no se abre para nadie. Mire en Compartir y comparta de nuevo.`,
  'relay-no-room': () => 'Un relé ya no da más espacio este mes. Lo que no cabe espera aquí y se envía más tarde.',
  'relay-two-keys': () =>
    'Un relé no respeta la clave que publicó para los vales de admisión: con ella podría saber qué series son suyas. No se le pide ninguno, así que allí no se guardan series nuevas.',
  merged: (tiles) => `Escrito por dos nodos y unido: ${pieces(tiles)}.`,
  'emergency-opened': (name, at) =>
    `Se ha abierto la tarjeta de emergencia de ${name} (${at} UTC). En Emergencia ves quién y por qué; di si estuvo bien.`,
  'emergency-of-other': (npub, at) =>
    `Se ha abierto la tarjeta de emergencia de alguien que te nombró (mensaje de ${at} UTC de ${npub}). Si sabes dónde está, ve o llama.`,
  'not-described': (streams) =>
    `Series con datos pero sin descripción en el catálogo: ${streams}. Sus datos sellados quedan en el relé.`,
};
