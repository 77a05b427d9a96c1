import type { Words } from '../en/index.ts';

export const codes: Words['codes'] = {
  unknown: (code) => `Código ${code}`,
  unknownNote: 'Una nota cuyas palabras no están aquí',
  of: {
    'sleep-stage': {
      ...{
        0: 'Fin',
        1: 'En cama',
        2: 'Despierto',
        3: 'Dormido, fase no indicada',
        4: 'Ligero',
        5: 'Profundo',
        6: 'REM',
      },
      ...{ 7: 'Fuera de la cama', 8: 'N1', 9: 'N2', 10: 'N3', 11: 'Inquieto' },
    },
    'workout-session': {
      ...{ 0: 'Fin', 1: 'Otro', 2: 'Caminar', 3: 'Correr', 4: 'Ciclismo', 5: 'Natación', 6: 'Senderismo' },
      ...{ 7: 'Fuerza', 8: 'Yoga', 9: 'Remo', 10: 'Elíptica', 11: 'Baile', 12: 'Intervalos', 13: 'Esquí', 14: 'Tenis' },
      ...{ 15: 'Fútbol', 16: 'Golf', 17: 'Pilates', 18: 'Escaleras', 19: 'Transición', 20: 'Multideporte' },
    },
    'rhythm-event': {
      ...{ 0: 'Fin', 1: 'Frecuencia cardíaca alta', 2: 'Frecuencia cardíaca baja', 3: 'Ritmo irregular' },
      ...{ 4: 'Ritmo sinusal', 5: 'Fibrilación auricular', 6: 'No concluyente', 7: 'Registro deficiente' },
      ...{ 8: 'Aleteo auricular', 9: 'Bigeminismo auricular', 10: 'Bigeminismo ventricular' },
      ...{ 11: 'Trigeminismo ventricular', 12: 'Bloqueo de primer grado', 13: 'Bloqueo de segundo grado' },
      ...{ 14: 'Bloqueo de tercer grado', 15: 'Ritmo idioventricular', 16: 'Ritmo nodal', 17: 'Ritmo de marcapasos' },
      ...{ 18: 'Preexcitación', 19: 'Bradicardia sinusal', 20: 'Taquiarritmia supraventricular' },
      ...{ 21: 'Aleteo ventricular', 22: 'Fibrilación ventricular', 23: 'Taquicardia ventricular', 24: 'Asistolia' },
    },
    'sleep-event': {
      ...{ 0: 'Fin', 1: 'Luz apagada', 2: 'Luz encendida', 3: 'Microdespertar', 4: 'Apnea', 5: 'Apnea obstructiva' },
      ...{ 6: 'Apnea central', 7: 'Apnea mixta', 8: 'Hipopnea', 9: 'Despertar por esfuerzo respiratorio' },
      ...{ 10: 'Desaturación', 11: 'Movimiento de una extremidad', 12: 'Movimiento periódico de las extremidades' },
      ...{ 13: 'Ronquido', 14: 'Respiración periódica', 15: 'Hipoventilación', 16: 'Inicio del registro' },
      ...{ 17: 'Fin del registro', 18: 'Movimiento del cuerpo' },
    },
    'menstrual-flow': { 0: 'Fin', 1: 'Sin especificar', 2: 'Ninguno', 3: 'Ligero', 4: 'Medio', 5: 'Abundante' },
    'ovulation-test': {
      ...{ 0: 'Fin', 1: 'Negativo', 2: 'Pico de hormona luteinizante', 3: 'Indeterminado', 4: 'Pico de estrógenos' },
      5: 'Positivo',
    },
    'cervical-mucus': { 0: 'Fin', 1: 'Seco', 2: 'Pegajoso', 3: 'Cremoso', 4: 'Acuoso', 5: 'Clara de huevo' },
    symptom: {
      ...{ 0: 'Fin', 1: 'Presente', 2: 'Ausente', 3: 'Leve', 4: 'Moderado', 5: 'Grave', 6: 'Disminuido' },
      7: 'Aumentado',
    },
    'mindful-session': { 0: 'Fin', 1: 'Sesión' },
    'stand-hour': { 0: 'Fin', 1: 'De pie', 2: 'Inactivo' },
    'workout-event': {
      ...{ 0: 'Fin', 1: 'Pausa', 2: 'Reanudación', 3: 'Vuelta', 4: 'Marca', 5: 'Segmento', 6: 'Movimiento en pausa' },
      ...{ 7: 'Movimiento reanudado', 8: 'Pausa o reanudación pedida' },
    },
    'medication-taken': { 0: 'Fin', 1: 'Tomado', 2: 'Omitido' },
    'glucose-meal': {
      ...{ 0: 'Fin', 1: 'Antes de comer', 2: 'Después de comer', 3: 'En ayunas', 4: 'A cualquier hora' },
      5: 'Al acostarse',
    },
    'ecg-beat': {
      ...{ 0: 'Fin', 1: 'Normal', 2: 'Bloqueo de rama izquierda', 3: 'Bloqueo de rama derecha' },
      ...{ 4: 'Auricular prematuro con aberrancia', 5: 'Ventricular prematuro', 6: 'Fusión', 7: 'Nodal prematuro' },
      ...{ 8: 'Auricular prematuro', 9: 'Supraventricular prematuro', 10: 'Escape ventricular', 11: 'Escape nodal' },
      ...{ 12: 'Estimulado', 13: 'No clasificable', 14: 'Cambio de la calidad de la señal', 16: 'Artefacto aislado' },
      ...{ 18: 'Cambio del ST', 19: 'Cambio de la onda T', 20: 'Sístole', 21: 'Diástole', 22: 'Comentario' },
      ...{ 23: 'Medida', 24: 'Pico de la onda P', 25: 'Bloqueo de rama izquierda o derecha' },
      ...{ 26: 'Espiga de marcapasos no conducida', 27: 'Pico de la onda T', 28: 'Cambio de ritmo' },
      ...{ 29: 'Pico de la onda U', 30: 'Aprendizaje', 31: 'Onda de aleteo ventricular' },
      ...{ 32: 'Inicio de aleteo ventricular', 33: 'Fin de aleteo ventricular', 34: 'Escape auricular' },
      ...{ 35: 'Escape supraventricular', 36: 'Enlace', 37: 'Onda P no conducida' },
      ...{
        38: 'Fusión de estimulado y normal',
        39: 'Inicio de la onda',
        40: 'Fin de la onda',
        41: 'Prematuro R sobre T',
      },
    },
  },
};
