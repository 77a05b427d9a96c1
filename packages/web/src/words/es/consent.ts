import type { Words } from '../en/index.ts';
import { counted } from '../plural.ts';

export const consent: Words['consent'] = {
  areas: {
    'mental-health': 'Salud mental',
    'substance-use': 'Alcohol y drogas',
    cognition: 'Memoria y desarrollo',
    hiv: 'VIH',
    'sexual-health': 'Salud sexual',
    pregnancy: 'Embarazo y anticoncepción',
    gender: 'Género',
    genetics: 'Genética',
    'sickle-cell': 'Anemia falciforme',
    violence: 'Violencia',
    social: 'Cómo vives',
    origin: 'Origen y fe',
    other: 'Apartado por otras razones',
  },
  visits: {
    skin: {
      name: 'Revisión de la piel',
      why: 'Quien mira una verruga o un lunar necesita tus alergias, tus medicinas y lo que tu piel tuvo antes, y nada más.',
    },
    anaesthesia: {
      name: 'Anestesia general',
      why: 'Quien te duerme tiene que saber cada medicina, alergia, enfermedad y operación anterior: si falta una, puede costarte la vida.',
    },
    'chest-pain': {
      name: 'Dolor de pecho',
      why: 'El corazón se juzga por sus registros y valores anteriores, por tus medicinas y por lo que hay en tu familia.',
    },
    pregnancy: {
      name: 'Embarazo',
      why: 'El cuidado tuyo y del bebé se apoya en enfermedades, medicinas, vacunas, resultados y partos anteriores, hasta unas semanas después del parto.',
    },
    'second-opinion': {
      name: 'Segunda opinión',
      why: 'Un segundo médico juzga por los mismos hallazgos, imágenes y cartas que el primero. A las dos semanas termina por sí solo.',
    },
    gp: {
      name: 'Mi médico de cabecera',
      why: 'Quien te conoce desde hace años trabaja con todo tu historial. Al año se te pregunta de nuevo.',
    },
    dentist: {
      name: 'Dentista',
      why: 'Las inyecciones, el sangrado y los calmantes dependen de tus alergias, medicinas y enfermedades. Lo demás no es cosa de dientes.',
    },
    emergency: {
      name: 'Urgencias lejos de casa',
      why: 'Quien no te conoce y tiene que actuar enseguida necesita lo que puede hacerte daño y lo que tomas, durante tres días.',
    },
    vaccination: {
      name: 'Vacunas y viajes',
      why: 'Qué vacuna puedes recibir depende de las que tuviste, de las alergias y de enfermedades y medicinas que debilitan tus defensas.',
    },
    'school-doctor': {
      name: 'Médico escolar',
      why: 'Una escuela tiene que saber las vacunas, las alergias y lo que puede pasar en clase, y nada que señale a un niño.',
    },
    vet: {
      name: 'Veterinario',
      why: 'Un veterinario que ve a tu animal por primera vez necesita sus enfermedades, medicinas, vacunas y hallazgos.',
    },
  },
  what: {
    visitQuestion: '¿Para qué es?',
    visitNone: 'Lo elijo yo',
    visitThen: 'Es una propuesta. Cambia abajo lo que quieras.',
    parts: 'Partes del historial médico',
    partsText: 'Lo que llegue después a una parte también se comparte.',
    allParts: 'Todo el historial médico',
    nothingYet: 'aún no hay nada',
    series: 'Mediciones',
    locked:
      'Un enlace con PIN, o solo para un navegador, no abre el historial médico. Para compartirlo, quita eso en el primer paso.',
    fromVisit: 'Cada una como la visita la necesita',
  },
  when: {
    recordsQuestion: '¿Historial médico de qué tiempo?',
    times: { any: 'De cualquier tiempo', same: 'Solo de los días de abajo' },
    timesHint: { any: 'Una alergia no envejece.', same: 'Los registros sin fecha quedan entonces fuera.' },
  },
  without: {
    step: 'Dejar fuera',
    question: '¿Qué no deben ver?',
    lead: 'Lo que dejas fuera no se envía. No reciben ninguna llave para ello.',
    areas: 'Dejar fuera lo que trata de …',
    none: 'Hale no encontró nada delicado en estas partes. No lo encuentra todo: mira la lista de abajo.',
    whyShow: (records) => `Mostrar ${records}, y por qué`,
    whyCode: (code) => `Tiene el código «${code}».`,
    whyWords: (text) => `Dice «${text}».`,
    whyOwner: 'Lo dijiste tú.',
    showOne: 'Mostrar este de todos modos',
    documents: 'Dar también cartas, PDF e imágenes',
    documentsText: (records) =>
      `Con archivos que nadie pudo mirar por dentro: ${records}. Un archivo puede nombrar lo que dejas fuera.`,
    byHand: 'Dejar fuera registros sueltos',
    byHandFind: 'Buscar un registro',
    byHandSome: (records) => `Dejados fuera a mano: ${records}`,
    told: '¿Pueden saber que algo queda fuera?',
    toldWays: {
      none: 'No. Nada lo muestra',
      exists: 'Sí, que hay algo',
      category: 'Sí, y en qué parte',
      count: 'Sí, y cuántos registros',
    },
    toldHint: {
      none: 'Se ve igual que si no existiera.',
      exists: 'Pueden preguntarte por ello.',
      category: 'Por ejemplo: medicinas.',
      count: 'Por ejemplo: 2 registros.',
    },
    place: '¿En qué país se leerá?',
    placeHint: 'Su ley dice si se les puede decir. Este navegador lo recuerda.',
    placeNone: 'No se ha dicho',
    lawForbids: (source) =>
      `La ley de allí no lo permite: quien te trata no debe saber que algo queda fuera (${source}). Se ve igual que si no existiera.`,
    lawUnknown: 'Sin un país no se dice nada.',
  },
  check: {
    hiddenTitle: 'Lo que queda oculto',
    hiddenText: 'Solo tú ves esta lista.',
    hiddenNone: 'De estas partes no queda nada fuera.',
    hiddenMore: (records) => `y ${records} más`,
    because: { hand: 'dejado fuera por ti', document: 'un archivo que nadie pudo mirar por dentro' },
    filesOut: 'Van sin sus archivos',
    filesWhy: { 'too-large': 'más de 20 MB', 'not-here': 'el archivo no está aquí' },
    warnTitle: 'Piénsalo antes de ocultarlo',
    warnHides: (titles) => `Ocultas: ${titles}.`,
    warnOn: (titles) => `Importa para lo que muestras: ${titles}.`,
    warnVisit: 'Importa para esta visita.',
    warnSources: 'Dónde se dice',
    warnEnd: 'No están aquí todos los riesgos. Nada de esto sale de tu casa.',
    warnShow: 'Mostrarles esto',
    whole: 'todo el historial médico',
    parts: (parts) => `${parts} del historial médico`,
    partsCount: counted('es', { one: 'parte del historial médico', other: 'partes del historial médico' }),
    anyTime: 'de cualquier tiempo, con lo que llegue',
    recordsAnyTime: 'El historial médico es de cualquier tiempo.',
    leftOut: (what) => `Queda fuera: ${what}.`,
    leftAreas: (areas) => `lo que trata de ${areas}`,
    leftHand: counted('es', { one: 'registro a mano', other: 'registros a mano' }),
    leftFiles: 'cartas, PDF e imágenes',
    toldWords: {
      none: 'Nada les muestra si algo queda fuera.',
      exists: 'Se les dice que algo queda fuera.',
      category: 'Se les dice en qué partes algo queda fuera.',
      count: 'Se les dice cuántos registros quedan fuera.',
    },
  },
  warns: {
    'pde5-nitrate':
      'Con nitratos, que se dan para el dolor de pecho, puede bajar la tensión de forma peligrosa.',
    'nitrate-pde5':
      'Junto con la medicina para la erección que muestras puede bajar la tensión de forma peligrosa.',
    'lithium-kidney':
      'Calmantes como el ibuprofeno y algunas medicinas para la tensión suben el litio a un nivel venenoso.',
    'lithium-anaesthesia':
      'Alarga el efecto de los relajantes musculares y suele suspenderse antes de una operación.',
    maoi: 'Con petidina, tramadol y algunas medicinas para la circulación puede poner en peligro la vida.',
    serotonergic:
      'Con tramadol y calmantes parecidos puede causar un síndrome serotoninérgico, y hace algo más probable el sangrado.',
    'opioid-treatment':
      'Quien lo toma necesita otro alivio del dolor y hay que evitar la abstinencia: la dosis se planea antes.',
    'methadone-qt':
      'Alarga una parte del latido (QT), y otras medicinas que hacen lo mismo aumentan el riesgo para el ritmo del corazón.',
    naltrexone: 'Bloquea los opioides: el alivio usual del dolor en una operación o un accidente no funciona.',
    anticoagulant:
      'Te hace sangrar más: quizá haya que suspenderlo, y una inyección junto a la columna puede acabar en parálisis.',
    disulfiram:
      'El metronidazol ha causado con él reacciones psicóticas, y el alcohol, que algunas medicinas contienen, te pone muy mal.',
    'booster-anaesthesia':
      'Frena la eliminación del fentanilo y de algunos sedantes: actúan más tiempo y pueden parar la respiración.',
    'booster-steroid':
      'Los esteroides, también en spray, crema e inyección, se acumulan con él y pueden parar las glándulas suprarrenales.',
    'booster-statin': 'Con la medicina para el colesterol que muestras puede destruir músculos.',
    'contraceptive-clot':
      'Aumenta el riesgo de coágulos, que importa antes de una operación y con dolor de pecho.',
    'contraceptive-inducer': 'La medicina que muestras puede hacer que falle.',
    'inducer-contraceptive': 'Puede hacer que falle el anticonceptivo que muestras.',
    pregnancy:
      'Anestésicos, radiografías, algunas vacunas y muchas medicinas se eligen de otro modo, o se dejan, por el bebé.',
    teratogen: 'Puede dañar al bebé que se espera.',
    'malignant-hyperthermia':
      'Los gases anestésicos usuales y el suxametonio pueden matar. Otros son seguros, si se sabe antes.',
    porphyria: 'Los barbitúricos y otras medicinas usuales pueden provocar un ataque.',
    'hiv-vaccination': 'Qué vacunas puedes recibir, y cuáles necesitas, depende de cómo están tus defensas.',
    'sleep-apnoea':
      'Los sedantes y los opioides pueden parar tu respiración tras la operación: se vigila más tiempo.',
    latex: 'Guantes y tubos de látex pueden causar un choque.',
    allergy: 'Pueden darte lo que no toleras antes de que nadie pregunte.',
  },
  given: {
    title: 'Historial médico',
    nothing: 'Ahora no hay registros en este permiso.',
    states: {
      none: 'El historial aún no está aquí. Aparece por sí solo.',
      incomplete: 'Parte del historial no llegó. Lo que hay aquí no es todo lo que se compartió.',
      'older-than-known': 'El punto de encuentro dio un estado del historial más antiguo que el que ya se vio.',
    },
    toldExists: 'El paciente ha dejado algo fuera.',
    toldParts: (parts) => `El paciente ha dejado algo fuera en: ${parts}.`,
    toldCount: (records) => `El paciente ha dejado fuera: ${records}.`,
    part2: 'Algunos de estos registros están protegidos por una ley de EE. UU. (42 CFR Part 2)',
    sensitive: (areas) => `Delicado: ${areas}`,
    restricted: 'Delicado',
  },
  grant: {
    times: (from, to) => `del ${from} al ${to}`,
    since: (from) => `desde el ${from}, con lo que llegue`,
    before: (to) => `hasta el ${to}`,
    eyes: 'Lo que ven ahora',
    eyesText: 'Son los registros tal como llegan a quien los recibe, dibujados igual.',
    look: 'Mirar con sus ojos',
    close: 'Cerrar',
  },
  record: {
    title: '¿Delicado?',
    text: 'Al compartir puedes dejar fuera áreas enteras. Aquí ves a cuál pertenece este registro.',
    none: 'No pertenece a ninguna área delicada, hasta donde Hale puede saber.',
    opaque: 'Contiene un archivo que nadie pudo mirar por dentro.',
    apart: 'Apartarlo como …',
    apartNone: 'Elige un área',
    drop: 'No es cierto',
    dropArea: (area) => `No es cierto: ${area}`,
    reset: 'Como lo encontró Hale',
    raised: 'Apartado. Los permisos que dejan esto fuera lo retiran enseguida.',
    readers: 'Quién tiene una copia de este registro',
    readersNone: 'Nadie más que tú.',
    until: (when) => `hasta ${when}`,
    filter: 'Trata de',
    listTitle: 'Registros delicados',
  },
  history: {
    words: 'Con tus palabras',
    title: 'Cada consentimiento, con las palabras que diste',
    noWords: 'Las palabras de este permiso no se guardaron entonces.',
    givenOn: (when) => `Dado el ${when}`,
    endedOn: (when) => `Terminado el ${when}`,
    endedSelf: (when) => `Terminó por sí solo el ${when}`,
    running: 'Abierto ahora',
    save: 'Guardar para un hospital (FHIR)',
    print: 'Imprimir',
    events: 'Lo que pasó',
    wordsView: 'Consentimientos',
    viewLabel: 'Mostrar',
  },
};
