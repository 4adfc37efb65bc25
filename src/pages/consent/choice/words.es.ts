import type { ChoiceWords } from './words.types.ts';

export const spanish: ChoiceWords = {
  title: '¿Quién puede ayudarle?',
  intro: ({ sender, place, names }) =>
    `${sender}, de ${place}, quiere ponerle en contacto con alguien que pueda ayudarle y le da ${names.length} nombres. Usted escoge a quién se pregunta y en qué orden. No se comparte nada si usted no está de acuerdo.`,
  introDecided: ({ sender }) =>
    `${sender} le dio algunos nombres. Aquí puede ver cómo va, mirar su copia de lo que decidió y detenerlo.`,
  terms: ({ sender, place, purposes, atOnce, validUntil }) => [
    ['Quién lo pide', `${sender}, ${place}`],
    ['Para qué', purposes.join('; ')],
    [
      'Cuándo',
      atOnce
        ? 'Cada consultorio ve sus datos en cuanto se le pregunta.'
        : 'El consultorio al que se le pregunta ve quién es usted solo después de decir que puede ayudarle.',
    ],
    ['Hasta cuándo', `Su permiso termina por sí solo el ${validUntil}.`],
  ],
  statements: ({ sender, operator, part2 }) => [
    'Usted decide libremente. Los servicios que recibe no dependen de esto, acepte o no.',
    'Se pregunta a un consultorio a la vez, en el orden que usted diga. Si dice que no, o no contesta a tiempo, se pregunta al siguiente que usted escogió, sin preguntarle a usted otra vez. A quien deje fuera no se le pregunta.',
    'Cada consultorio sabe solo de sí mismo: no se le dice a quién más escogió usted.',
    `${sender} ve a quién escogió usted, a quién se pregunta y quién dijo que no, y puede retirarlo todo.`,
    `Puede escoger a otra persona: pídale otros nombres a ${sender} o busque ayuda por su cuenta.`,
    `${sender} y cada uno de estos consultorios se refieren clientes entre sí. No se paga nada por eso.`,
    'Puede ver cómo va, detenerlo y retirar su permiso en cualquier momento, en esta misma dirección. Desde entonces no se comparte nada más; lo que ya se compartió no se puede recuperar.',
    'Lo que reciba un consultorio podría llegar a otras personas, y entonces quizá ya no esté protegido por las mismas reglas.',
    ...(part2
      ? [
          'Su expediente (o la información que contiene) se puede volver a divulgar según los permisos del reglamento de HIPAA, excepto para usos y divulgaciones en procesos civiles, penales, administrativos y legislativos en su contra.',
          'La norma 42 CFR parte 2 prohíbe el uso o la divulgación no autorizados de estos expedientes.',
        ]
      : []),
    `${operator.name} opera la red entre ellos. Transmite lo que usted permite y guarda el registro.`,
    'Puede guardar una copia: aparece en esta página en cuanto usted acepte.',
  ],
  whom: '¿A quién se puede preguntar?',
  whomHint:
    'Diga a quién se pregunta primero. Si quiere, diga a quién se pregunta después, si no pueden ayudarle. Quien quede fuera no sabrá nada de usted.',
  who: 'Quién trabaja ahí',
  newClients: 'Clientes nuevos',
  capacity: {
    accepting: (day) => `recibe clientes nuevos (lo dijo el ${day})`,
    waitlist: (day) => `tiene lista de espera (lo dijo el ${day})`,
    not_accepting: (day) => `no recibe clientes nuevos por ahora (lo dijo el ${day})`,
    assessment_required: (day) =>
      `recibe clientes nuevos después de una primera evaluación (lo dijo el ${day})`,
  },
  receives: 'Qué recibiría',
  receivesWhat: (always, ticked) => `${always}${ticked === '' ? '' : `. Si lo marca abajo: ${ticked}`}`,
  ask: (name) => `¿Preguntar a ${name}?`,
  leaveOut: 'No, no les pregunten',
  ranks: [
    'Sí, primero',
    'Sí, en segundo lugar',
    'Sí, en tercer lugar',
    'Sí, en cuarto lugar',
    'Sí, en quinto lugar',
  ],
  feedbackHeading: ({ sender }) => `¿Puede quien le reciba contarle a ${sender} cómo le fue?`,
  denyHeading: '¿No quiere a ninguno de ellos?',
  denyButton: 'No escojo a nadie',
  denyAsk: ({ sender }) =>
    `¿Seguro? A ${sender} se le dice que usted no escogió a nadie, y nada más. Después no se puede cambiar en esta página.`,
  denySure: 'Sí, no escojo a nadie',
  errors: {
    none: 'Escoja al menos un consultorio al que se pueda preguntar',
    twice: 'Dos consultorios tienen este lugar. Dé a cada uno el suyo',
  },
  state: {
    chosen: 'Usted ya escogió',
    exhausted: 'Ya no se pregunta a nadie',
    refused: 'Usted no escogió a nadie',
  },
  refused: ({ sender }) => [
    `No se compartió nada. A ${sender} se le dice que usted no escogió a nadie, y nada más.`,
    `Si cambia de opinión o quiere a otra persona, dígaselo a ${sender}.`,
  ],
  exhausted: ({ sender }) => [
    `Nadie de quienes usted escogió puede recibirle por ahora. Puede pedirle otros nombres a ${sender}.`,
  ],
  withdrawn: ({ sender }) => [
    `${sender} lo retiró. No se comparte nada más. Puede pedirle a ${sender} otro nombre.`,
  ],
  expired: ({ sender }) => [`El plazo ya pasó. Puede pedirle a ${sender} otro nombre.`],
  nextIs: (name) => `Si no pueden ayudarle, o nadie contesta a tiempo, se pregunta a ${name}.`,
  wayHeading: 'El orden que usted escogió',
  standing: {
    offered: 'espera su decisión',
    not_named: 'sin escoger',
    in_line: 'se le pregunta si nadie antes puede ayudarle',
    asked: 'se le pregunta ahora',
    taken_on: 'dijo que puede ayudarle',
    declined: 'no puede recibirle',
    unanswered: 'no contestó a tiempo',
    not_asked: 'no se le preguntó y no supo nada de usted',
    ended: 'se le preguntó; esto ya terminó',
  },
  inReserve: 'no se le pregunta, a menos que la respuesta se retire en tres días',
  notNamed: (names) => `Usted no escogió a: ${names}. No se les preguntó.`,
  stopHeading: '¿Cambió de opinión?',
  stopText:
    'Deténgalo y retire su permiso: desde ese momento no se pregunta a nadie más y no se comparte nada más.',
  stopButton: 'Detenerlo y retirar mi permiso',
  stopAsk:
    '¿Seguro? Quien ya fue consultado no verá nada más de sus datos aquí, y después no se puede cambiar en esta página.',
  stopSure: 'Sí, detenerlo',
  stopped: (time) =>
    `Usted lo detuvo y retiró su permiso el ${time}. Desde entonces no se pregunta a nadie más y no se comparte nada más. Lo que ya se compartió no se puede recuperar.`,
  deletionText: ({ sender, operator }) =>
    `Si quiere que borren sus datos, pídaselo a ${sender}, que puede hacer que se borren aquí, y a quien los haya recibido. Si nadie le ayuda, escriba a ${operator.name}:`,
  sharedWith: 'Se puede compartir con',
  unavailable: ({ sender }) =>
    `Por ahora no se puede preguntar a nadie de quienes usted escogió. No se compartió nada. Pregúntele a ${sender}.`,
};
