import type { Words } from './words.types.ts';

export const spanish: Words = {
  title: '¿Desea compartir sus datos?',
  intro: ({ sender, receiver, parties }) =>
    `${sender}, de ${parties.sender.place}, quiere ponerle en contacto con ${receiver}, de ${parties.receiver.place}. No se comparte nada si usted no está de acuerdo.`,
  introDecided: ({ sender, receiver }) =>
    `${sender} le puso en contacto con ${receiver}. Aquí puede ver su copia de lo que decidió y retirar un permiso.`,
  crisis: '¿Está en crisis?',
  crisisCall: ['No espere una respuesta aquí: llame al ', ' o mande un texto al ', ', de día o de noche.'],
  crisis988:
    'Es gratis. Para español, oprima 2 al llamar o mande la palabra AYUDA. Si hay peligro inmediato, llame al 911.',
  runBy: ({ name, address }) =>
    `Esta página está a cargo de ${[name, address].filter(Boolean).join(', ')}. Correo electrónico:`,
  roles: 'Quién hace qué con sus datos',
  nameHeading: 'Primero, confirme que es usted',
  nameHint: 'Así nadie más que tenga este enlace puede ver sus datos.',
  nameLabel: 'Su apellido',
  nameButton: 'Continuar',
  nameWrong: 'Ese no es el apellido que nos dieron.',
  triesLeft: (left) => (left === 1 ? 'Le queda 1 intento.' : `Le quedan ${left} intentos.`),
  lockedTitle: 'Intente de nuevo más tarde',
  locked: (wait, time) =>
    `El apellido se escribió mal demasiadas veces, y por eso este enlace está bloqueado por un rato. Puede intentar de nuevo en ${wait} (${time}). No se mostró nada sobre usted.`,
  lockedAsk: ({ sender }) => `Si no quiere esperar, pídale un enlace nuevo a ${sender}.`,
  lockedRevoke: ({ sender }) =>
    `Si quiere retirar su permiso antes, dígaselo a ${sender}: puede terminar esto de inmediato.`,
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede que esté incompleto, que ya haya vencido o que haya otro más nuevo. Pídale un enlace nuevo a quien se lo mandó. No se compartió nada por abrir esta página.',
  credential: ({ person, profession, kind, title, issuer, place, until, insuredUntil }) => {
    const by = [title, issuer].filter(Boolean).join(', ');
    const held = {
      licence: `con licencia en ${place} (${by})`,
      certification: `con certificación (${by})`,
      membership: `miembro de ${issuer}`,
    }[kind];
    const insured =
      insuredUntil === null ? '' : `; con seguro de responsabilidad profesional hasta el ${insuredUntil}`;
    return `${person}, ${profession}: ${held}, vigente hasta el ${until}${insured}`;
  },
  checked: {
    at_the_source: (operator) => `${operator} lo confirmó con quien lo otorgó.`,
    in_a_list: (operator) => `${operator} lo encontró en el registro de quien lo otorgó.`,
    either: (operator) => `${operator} lo comprobó con quien lo otorgó o en su registro.`,
  },
  terms: (facts) => [
    ['Quién lo pide', `${facts.sender}, ${facts.parties.sender.place}`],
    ['Quién recibe', `${facts.receiver}, ${facts.parties.receiver.place}`],
    ...(facts.credentials.length > 0
      ? [
          [
            'Quién trabaja ahí',
            `${facts.credentials.join('. ')}. ${spanish.checked[facts.checked](facts.operator.name)}`,
          ] as const,
        ]
      : []),
    ['Para qué', facts.purposes.join('; ')],
    [
      'Cuándo',
      facts.atOnce
        ? 'Ven sus datos en cuanto usted acepte.'
        : 'Ven quién es usted solo después de decir que pueden ayudarle.',
    ],
    ['Hasta cuándo', `Su permiso termina por sí solo el ${facts.validUntil}.`],
  ],
  statements: ({ sender, receiver, operator, part2 }) => [
    'Usted decide libremente. Los servicios que recibe no dependen de esto, acepte o no.',
    `Puede escoger a otra persona: pídale otros nombres a ${sender} o busque ayuda por su cuenta.`,
    `${sender} y ${receiver} se refieren clientes entre sí. No se paga nada por eso.`,
    'Puede retirar su permiso en cualquier momento, en esta misma dirección. Desde entonces no se comparte nada más; lo que ya se compartió no se puede recuperar.',
    `Lo que reciba ${receiver} podría llegar a otras personas, y entonces quizá ya no esté protegido por las mismas reglas.`,
    ...(part2
      ? [
          'Su expediente (o la información que contiene) se puede volver a divulgar según los permisos del reglamento de HIPAA, excepto para usos y divulgaciones en procesos civiles, penales, administrativos y legislativos en su contra.',
          'La norma 42 CFR parte 2 prohíbe el uso o la divulgación no autorizados de estos expedientes.',
        ]
      : []),
    `${operator.name} opera la red entre los dos. Transmite lo que usted permite y guarda el registro.`,
    'Puede guardar una copia: aparece en esta página en cuanto usted acepte.',
  ],
  singleOption: {
    only_one_suitable: ({ sender }) =>
      `${sender} da un solo nombre porque no conoce otro lugar que ofrezca esto.`,
    only_one_nearby: ({ sender }) =>
      `${sender} da un solo nombre porque no conoce otro lugar cerca de usted.`,
    only_one_available: ({ sender }) =>
      `${sender} da un solo nombre porque no conoce otro lugar con cupo en este momento.`,
    client_request: ({ sender }) => `${sender} da este nombre porque usted lo pidió.`,
  },
  contactsHeading: '¿Preguntas? Aquí puede comunicarse',
  contactsNone: 'no dio teléfono ni correo electrónico',
  categories: {
    identity: 'Su nombre',
    contact: 'Cómo comunicarse con usted',
    reason: 'Por qué busca ayuda',
    background: 'Sus antecedentes',
    notes: 'Notas',
    documents: 'Documentos',
    intake: 'Sus respuestas a las preguntas del consultorio',
    messages: 'Lo que se escribió sobre usted',
    plan: 'El plan para usted',
  },
  reachBy: { email: 'por correo electrónico', phone: 'por teléfono', text: 'por mensaje de texto' },
  alwaysShared: 'siempre se necesita para ponerle en contacto',
  chooseHeading: '¿Qué se puede compartir?',
  chooseHint: 'Marque lo que quiere que se comparta. Deje sin marcar lo que no.',
  feedbackHeading: ({ sender, receiver }) => `¿Puede ${receiver} contarle a ${sender} cómo le fue?`,
  feedbackHint:
    'Por ejemplo, si usted empezó ahí como cliente. Es una pregunta aparte: le ponemos en contacto de todos modos.',
  feedbackYes: 'Sí, pueden contarlo',
  feedbackNo: 'No, que quede entre nosotros',
  signHeading: 'Firma',
  signLabel: 'Escriba su nombre completo',
  signTick: 'Leí esto y estoy de acuerdo',
  representativeLabel: 'Si firma por otra persona: ¿con qué autoridad?',
  representativeHint: 'Por ejemplo, madre, padre o tutor legal. Déjelo vacío si firma por usted.',
  grantButton: 'Acepto',
  denyHeading: '¿No lo desea?',
  denyText: 'Entonces no se comparte nada, y no tiene que hacer nada más.',
  denyButton: 'No acepto',
  denyAsk: ({ sender }) =>
    `¿Seguro? A ${sender} se le avisa que usted no aceptó, y nada más. Después no se puede cambiar en esta página.`,
  denySure: 'Sí, no acepto',
  errors: {
    feedback: 'Escoja sí o no: ¿pueden contar cómo le fue?',
    signature: 'Escriba su nombre completo para firmar',
    authority: 'Diga con palabras sencillas, en 200 caracteres como máximo, con qué autoridad firma',
    tick: 'Marque la casilla para decir que está de acuerdo',
    changed: 'Esta página cambió desde que usted la abrió. Por favor léala de nuevo',
  },
  state: {
    active: 'Usted aceptó',
    expired: 'Su permiso terminó',
    revoked: 'Usted retiró su permiso',
    denied: 'Usted no aceptó',
    ended: 'Esto ya terminó',
  },
  nextHeading: 'Lo que sigue',
  next: ({ sender, receiver, atOnce }, { state, time }) => {
    const ask = `Puede pedirle a ${sender} otra opción.`;
    const answers: Record<string, string[]> = {
      sent: [
        `Se le pregunta a ${receiver} si puede ayudarle. Tiene hasta el ${time} para responder.`,
        atOnce
          ? 'Ya tienen sus datos y pueden comunicarse con usted.'
          : 'Cuando digan que sí, verán quién es usted y se comunicarán con usted.',
        `Si no pueden ayudarle, o si nadie responde a tiempo, se le avisa a ${sender}, que puede buscar otra opción con usted.`,
        `Si para entonces nadie se ha comunicado con usted, pregúntele a ${sender}.`,
      ],
      needs_info: [
        `${receiver} le hizo una pregunta a ${sender} antes de decidir.`,
        `Si en una semana nadie se comunica con usted, pregúntele a ${sender}.`,
      ],
      accepted: [
        `${receiver} dijo el ${time} que puede ayudarle. Se comunicará con usted.`,
        `Si en una semana nadie se comunica con usted, comuníquese usted o pregúntele a ${sender}.`,
      ],
      waitlisted: [
        `${receiver} le puso en su lista de espera. Se comunicará con usted cuando sea su turno.`,
        `Si tarda demasiado para usted, pídale a ${sender} otra opción.`,
      ],
      declined: [`${receiver} no puede atenderle por ahora. ${ask}`],
      expired: [`${receiver} no respondió a tiempo. ${ask}`],
      withdrawn: [`${sender} lo canceló. No se comparte nada más. ${ask}`],
    };
    return answers[state] ?? [];
  },
  revokedText: (time) =>
    `Usted retiró su permiso el ${time}. Desde entonces no se comparte nada más. Lo que ya se compartió no se puede recuperar.`,
  deletionText: ({ sender, receiver, operator }) =>
    `Si quiere que se borren sus datos, pídaselo a ${sender}, que puede hacer que se borren aquí, y a ${receiver}, si los recibió. Si nadie le ayuda, escriba a ${operator.name}:`,
  receiptHeading: 'Su copia',
  receipt: {
    id: 'Número',
    given: 'Dado el',
    until: 'Termina el',
    revoked: 'Retirado el',
    from: 'Quién comparte',
    to: 'Quién recibe',
    purposes: 'Para qué',
    shared: 'Qué se comparte',
    feedback: 'Pueden contar cómo le fue',
    signedBy: 'Firmado por',
    hash: 'Huella digital del texto que leyó (SHA-256)',
    json: 'Lo mismo para computadoras (JSON)',
    print: 'Puede imprimir esta página o guardarla como archivo.',
  },
  proofHeading: 'Para el archivo',
  yes: 'Sí',
  no: 'No',
  disclosuresHeading: 'Quién ha visto sus datos',
  disclosuresNone: 'Hasta ahora nadie ha recibido sus datos.',
  disclosuresUntil: ({ receiver }, time) =>
    `Esta lista termina el ${time}, cuando ${receiver} dijo que puede ayudarle.`,
  disclosuresRest: ({ sender, receiver }) =>
    `Si alguien los ve después, también queda registrado, pero no se muestra aquí: ${sender} tiene este enlace y sabe su nombre, así que podría abrir esta página, y lo que pase después queda entre usted y ${receiver}. Si quiere ver la lista completa, pídasela a ${receiver}.`,
  disclosuresNoneUntil: 'Hasta entonces nadie había recibido sus datos.',
  ways: { api: 'en su programa', webhook: 'se mandó a su programa', page: 'en nuestra página' },
  revokeHeading: '¿Cambió de opinión?',
  revokeText: 'Retire su permiso: desde ese momento no se comparte nada más.',
  revokeButton: 'Retirar mi permiso',
  revokeAsk: ({ receiver }) =>
    `¿Seguro? ${receiver} ya no verá nada más de sus datos aquí, y después no se puede cambiar en esta página.`,
  revokeSure: 'Sí, retirarlo',
  deniedText: ({ sender }) => [
    `No se compartió nada. A ${sender} se le avisa que usted no aceptó, y nada más.`,
    `Si cambia de opinión, o si quiere otra opción, dígaselo a ${sender}.`,
  ],
  showText: 'El texto que aceptó',
  unavailable: ({ sender }) =>
    `Esto no es posible en este momento. No se compartió nada. Pregúntele a ${sender}.`,
};
