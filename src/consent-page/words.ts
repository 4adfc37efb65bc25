/** What the client reads, in English and Spanish. The consent's own text is built here, so that it can be hashed. */
import type { Category } from '../consents/consents.schemas.ts';
import type { Language } from '../pages/language.ts';

export interface ConsentFacts {
  readonly sender: string;
  readonly senderCity: string;
  readonly receiver: string;
  readonly receiverCity: string;
  /** Name, profession and verified credential of each professional of the receiver. */
  readonly credentials: readonly string[];
  readonly purposes: readonly string[];
  /** The last day, written out in the reader's language. */
  readonly validUntil: string;
  readonly atOnce: boolean;
  readonly part2: boolean;
}

interface Words {
  readonly title: string;
  readonly intro: (facts: ConsentFacts) => string;
  readonly introDecided: (facts: ConsentFacts) => string;
  readonly nameHeading: string;
  readonly nameHint: string;
  readonly nameLabel: string;
  readonly nameButton: string;
  readonly nameWrong: (left: number) => string;
  readonly lockedTitle: string;
  readonly locked: (wait: string, time: string) => string;
  readonly lockedAsk: (facts: ConsentFacts) => string;
  /** For a client who has agreed before. */
  readonly lockedRevoke: (facts: ConsentFacts) => string;
  readonly invalidTitle: string;
  readonly invalid: string;
  /** The paragraphs of the consent, in order: what is hashed is exactly these. */
  readonly text: (facts: ConsentFacts) => string[];
  readonly categories: Record<Category, string>;
  readonly alwaysShared: string;
  readonly chooseHeading: string;
  readonly chooseHint: string;
  readonly feedbackHeading: (facts: ConsentFacts) => string;
  readonly feedbackHint: string;
  readonly feedbackYes: string;
  readonly feedbackNo: string;
  readonly signHeading: string;
  readonly signLabel: string;
  readonly signTick: string;
  readonly representativeLabel: string;
  readonly representativeHint: string;
  readonly grantButton: string;
  readonly denyHeading: string;
  readonly denyText: string;
  readonly denyButton: string;
  readonly errors: {
    readonly feedback: string;
    readonly signature: string;
    readonly tick: string;
    readonly changed: string;
  };
  readonly state: {
    readonly active: string;
    readonly expired: string;
    readonly revoked: string;
    readonly denied: string;
    readonly ended: string;
  };
  readonly receiptHeading: string;
  readonly receipt: {
    readonly id: string;
    readonly given: string;
    readonly until: string;
    readonly from: string;
    readonly to: string;
    readonly purposes: string;
    readonly shared: string;
    readonly feedback: string;
    readonly signedBy: string;
    readonly hash: string;
    readonly json: string;
    readonly print: string;
  };
  readonly yes: string;
  readonly no: string;
  readonly disclosuresHeading: string;
  readonly disclosuresNone: string;
  readonly disclosuresUntil: (facts: ConsentFacts, time: string) => string;
  /** Why the list ends there, and who has the rest. */
  readonly disclosuresRest: (facts: ConsentFacts) => string;
  readonly disclosuresNoneUntil: string;
  readonly disclosureColumns: readonly [string, string, string];
  readonly ways: Record<string, string>;
  readonly revokeHeading: string;
  readonly revokeText: string;
  readonly revokeButton: string;
  readonly deniedText: (facts: ConsentFacts) => string;
  readonly showText: string;
  readonly unavailable: (facts: ConsentFacts) => string;
}

const english: Words = {
  title: 'Share your details?',
  intro: ({ sender, senderCity, receiver, receiverCity }) =>
    `${sender} in ${senderCity} would like to introduce you to ${receiver} in ${receiverCity}. Nothing is shared unless you agree.`,
  introDecided: ({ sender, receiver }) =>
    `This page is about your introduction to ${receiver} by ${sender}. Here you can see your copy and take a permission back.`,
  nameHeading: 'First, please confirm that it is you',
  nameHint: 'So that nobody else who comes by this link sees your details.',
  nameLabel: 'Your last name',
  nameButton: 'Continue',
  nameWrong: (left) =>
    `That is not the last name we were given. You have ${left} ${left === 1 ? 'try' : 'tries'} left.`,
  lockedTitle: 'Please try again later',
  locked: (wait, time) =>
    `The last name was wrong too often, so this link is locked for a while. You can try again in ${wait} (${time}). Nothing about you was shown.`,
  lockedAsk: ({ sender }) => `If you do not want to wait, ask ${sender} for a new link.`,
  lockedRevoke: ({ sender }) =>
    `If you want to take your permission back sooner, tell ${sender}: it can end this for you at once.`,
  invalidTitle: 'This link does not work',
  invalid:
    'It may be incomplete, too old, or replaced by a newer one. Please ask the practice that sent it to you for a new link. Nothing was shared by opening this page.',
  text: (facts) => [
    `${facts.sender} asks to share your details with ${facts.receiver}, ${facts.receiverCity}.`,
    ...(facts.credentials.length > 0 ? [`At ${facts.receiver}: ${facts.credentials.join('; ')}.`] : []),
    `What for: ${facts.purposes.join('; ')}.`,
    `Until when: your permission ends by itself on ${facts.validUntil}.`,
    facts.atOnce
      ? `When: ${facts.receiver} sees your details as soon as you agree.`
      : `When: ${facts.receiver} sees who you are only after it has said that it can help you.`,
    'Your choice is free. Services that you get do not depend on it, whether you agree or not.',
    'You can take your permission back at any time, at this same address. From then on nothing more is shared; what was shared before cannot be called back.',
    `What ${facts.receiver} receives might be passed on by it and may then no longer be protected by the same rules.`,
    ...(facts.part2 ? ['42 CFR part 2 prohibits unauthorized use or disclosure of these records.'] : []),
    'You can keep a copy: it appears on this page as soon as you have agreed.',
  ],
  categories: {
    identity: 'Your name',
    contact: 'How to reach you',
    reason: 'Why you look for help',
    background: 'Your background',
    notes: 'Notes',
    documents: 'Documents',
  },
  alwaysShared: 'always part of an introduction',
  chooseHeading: 'What may be shared?',
  chooseHint: 'Tick what you want to be shared. Leave out what you do not.',
  feedbackHeading: ({ sender, receiver }) => `May ${receiver} tell ${sender} how it went?`,
  feedbackHint:
    'For example, whether you became a client there. This is a question of its own: your introduction does not depend on it.',
  feedbackYes: 'Yes, it may tell',
  feedbackNo: 'No, keep it between us',
  signHeading: 'Sign',
  signLabel: 'Type your full name',
  signTick: 'I have read this and I agree',
  representativeLabel: 'If you sign for somebody else: on what authority?',
  representativeHint: 'For example, parent or legal guardian. Leave it empty if you sign for yourself.',
  grantButton: 'I agree',
  denyHeading: 'You do not want this?',
  denyText: 'Then nothing is shared, and there is nothing else to do.',
  denyButton: 'I do not agree',
  errors: {
    feedback: 'Choose yes or no: may it be told how it went?',
    signature: 'Type your full name to sign',
    tick: 'Tick the box to say that you agree',
    changed: 'This page had changed since you opened it. Please read it again',
  },
  state: {
    active: 'You have agreed',
    expired: 'Your permission has ended',
    revoked: 'You have taken your permission back',
    denied: 'You did not agree',
    ended: 'This introduction has ended',
  },
  receiptHeading: 'Your copy',
  receipt: {
    id: 'Number',
    given: 'Given on',
    until: 'Ends on',
    from: 'Shared by',
    to: 'Shared with',
    purposes: 'What for',
    shared: 'What is shared',
    feedback: 'May it be told how it went',
    signedBy: 'Signed by',
    hash: 'Fingerprint of the text you read (SHA-256)',
    json: 'The same for machines (JSON)',
    print: 'You can print this page or save it as a file.',
  },
  yes: 'Yes',
  no: 'No',
  disclosuresHeading: 'Who has looked',
  disclosuresNone: 'Nobody has received your details so far.',
  disclosuresUntil: ({ receiver }, time) =>
    `This list ends on ${time}, when ${receiver} said that it can help you.`,
  disclosuresRest: ({ sender, receiver }) =>
    `Any later look is recorded too, but not shown here: ${sender} has this link and knows your name, so it could open this page, and how things go stays between you and ${receiver}. If you want to see the whole list, ask ${receiver}.`,
  disclosuresNoneUntil: 'Until then nobody had received your details.',
  disclosureColumns: ['When', 'Who', 'What'],
  ways: { api: 'in its software', webhook: 'sent to its software', page: 'on our page' },
  revokeHeading: 'Changed your mind?',
  revokeText: 'Take your permission back: from that moment on nothing more is shared.',
  revokeButton: 'Take my permission back',
  deniedText: ({ sender }) =>
    `Nothing was shared. ${sender} is told that you did not agree, and nothing else.`,
  showText: 'The text you agreed to',
  unavailable: ({ sender }) =>
    `This introduction cannot be made at the moment. Nothing was shared. Please ask ${sender}.`,
};

const spanish: Words = {
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

export const WORDS: Record<Language, Words> = { en: english, es: spanish };
