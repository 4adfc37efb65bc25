import type { Words } from './words.types.ts';

export const spanish: Words = {
  title: '¿Compartir sus datos?',
  intro: ({ sender, senderCity, receiver, receiverCity }) =>
    `${sender}, de ${senderCity}, desea presentarle a ${receiver}, de ${receiverCity}. No se comparte nada si usted no está de acuerdo.`,
  introDecided: ({ sender, receiver }) =>
    `Esta página trata de su presentación a ${receiver} por parte de ${sender}. Aquí puede ver su copia y retirar un permiso.`,
  nameHeading: 'Primero, confirme que es usted',
  nameHint: 'Para que nadie más que llegue a tener este enlace vea sus datos.',
  nameLabel: 'Su apellido',
  nameButton: 'Continuar',
  nameWrong: (left) =>
    `Ese no es el apellido que nos dieron. ${left === 1 ? 'Le queda 1 intento' : `Le quedan ${left} intentos`}.`,
  lockedTitle: 'Inténtelo más tarde',
  locked: (wait, time) =>
    `El apellido fue incorrecto demasiadas veces, por eso este enlace está bloqueado por un rato. Puede intentarlo de nuevo en ${wait} (${time}). No se mostró nada sobre usted.`,
  lockedAsk: ({ sender }) => `Si no quiere esperar, pida un enlace nuevo a ${sender}.`,
  lockedRevoke: ({ sender }) =>
    `Si quiere retirar su permiso antes, dígaselo a ${sender}: puede terminar esto de inmediato.`,
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede estar incompleto, ser demasiado antiguo o haber sido reemplazado por otro más nuevo. Pida un enlace nuevo a quien se lo envió. Abrir esta página no compartió nada.',
  text: (facts) => [
    `${facts.sender} pide permiso para compartir sus datos con ${facts.receiver}, ${facts.receiverCity}.`,
    ...(facts.credentials.length > 0 ? [`En ${facts.receiver}: ${facts.credentials.join('; ')}.`] : []),
    `Para qué: ${facts.purposes.join('; ')}.`,
    `Hasta cuándo: su permiso termina por sí solo el ${facts.validUntil}.`,
    facts.atOnce
      ? `Cuándo: ${facts.receiver} ve sus datos en cuanto usted acepta.`
      : `Cuándo: ${facts.receiver} sabe quién es usted solo después de haber dicho que puede ayudarle.`,
    'Usted decide libremente. Los servicios que recibe no dependen de ello, acepte o no.',
    'Puede retirar su permiso en cualquier momento, en esta misma dirección. Desde entonces no se comparte nada más; lo que ya se compartió no se puede recuperar.',
    `Lo que reciba ${facts.receiver} podría ser transmitido por esa consulta y quizá ya no esté protegido por las mismas reglas.`,
    ...(facts.part2
      ? ['La norma 42 CFR parte 2 prohíbe el uso o la divulgación no autorizados de estos registros.']
      : []),
    'Puede guardar una copia: aparece en esta página en cuanto usted acepta.',
  ],
  categories: {
    identity: 'Su nombre',
    contact: 'Cómo comunicarse con usted',
    reason: 'Por qué busca ayuda',
    background: 'Sus antecedentes',
    notes: 'Notas',
    documents: 'Documentos',
  },
  alwaysShared: 'siempre es parte de una presentación',
  chooseHeading: '¿Qué se puede compartir?',
  chooseHint: 'Marque lo que quiere que se comparta. Deje sin marcar lo que no.',
  feedbackHeading: ({ sender, receiver }) => `¿Puede ${receiver} contar a ${sender} cómo resultó?`,
  feedbackHint:
    'Por ejemplo, si usted empezó allí como cliente. Es una pregunta aparte: su presentación no depende de ella.',
  feedbackYes: 'Sí, puede contarlo',
  feedbackNo: 'No, que quede entre nosotros',
  signHeading: 'Firma',
  signLabel: 'Escriba su nombre completo',
  signTick: 'He leído esto y estoy de acuerdo',
  representativeLabel: 'Si firma por otra persona: ¿con qué autoridad?',
  representativeHint: 'Por ejemplo, madre, padre o tutor legal. Déjelo vacío si firma por usted.',
  grantButton: 'Acepto',
  denyHeading: '¿No lo desea?',
  denyText: 'Entonces no se comparte nada, y no hay nada más que hacer.',
  denyButton: 'No acepto',
  errors: {
    feedback: 'Elija sí o no: ¿se puede contar cómo resultó?',
    signature: 'Escriba su nombre completo para firmar',
    authority: 'Diga con palabras sencillas, de 200 caracteres como máximo, con qué autoridad firma',
    tick: 'Marque la casilla para decir que está de acuerdo',
    changed: 'Esta página cambió desde que la abrió. Léala de nuevo, por favor',
  },
  state: {
    active: 'Usted aceptó',
    expired: 'Su permiso ha terminado',
    revoked: 'Usted retiró su permiso',
    denied: 'Usted no aceptó',
    ended: 'Esta presentación ha terminado',
  },
  receiptHeading: 'Su copia',
  receipt: {
    id: 'Número',
    given: 'Dado el',
    until: 'Termina el',
    from: 'Comparte',
    to: 'Recibe',
    purposes: 'Para qué',
    shared: 'Qué se comparte',
    feedback: 'Se puede contar cómo resultó',
    signedBy: 'Firmado por',
    hash: 'Huella del texto que leyó (SHA-256)',
    json: 'Lo mismo para máquinas (JSON)',
    print: 'Puede imprimir esta página o guardarla como archivo.',
  },
  yes: 'Sí',
  no: 'No',
  disclosuresHeading: 'Quién ha mirado',
  disclosuresNone: 'Hasta ahora nadie ha recibido sus datos.',
  disclosuresUntil: ({ receiver }, time) =>
    `Esta lista termina el ${time}, cuando ${receiver} dijo que puede ayudarle.`,
  disclosuresRest: ({ sender, receiver }) =>
    `Si alguien mira después, también queda registrado, pero no se muestra aquí: ${sender} tiene este enlace y conoce su nombre, así que podría abrir esta página, y cómo le va queda entre usted y ${receiver}. Si quiere ver la lista completa, pídala a ${receiver}.`,
  disclosuresNoneUntil: 'Hasta entonces nadie había recibido sus datos.',
  disclosureColumns: ['Cuándo', 'Quién', 'Qué'],
  ways: { api: 'en su programa', webhook: 'enviado a su programa', page: 'en nuestra página' },
  revokeHeading: '¿Cambió de opinión?',
  revokeText: 'Retire su permiso: desde ese momento no se comparte nada más.',
  revokeButton: 'Retirar mi permiso',
  deniedText: ({ sender }) => `No se compartió nada. A ${sender} se le dice que usted no aceptó, y nada más.`,
  showText: 'El texto que aceptó',
  unavailable: ({ sender }) =>
    `Esta presentación no es posible en este momento. No se compartió nada. Pregunte a ${sender}.`,
};
