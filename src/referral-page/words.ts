/** What the receiver reads on a referral's page, in English and Spanish. */
import type { Category } from '../consents/consents.schemas.ts';
import type { ReferralState } from '../db/states.ts';
import type { Language } from '../pages/language.ts';
import type { Move } from '../referrals/lifecycle.ts';
import type {
  CONTACT_KINDS,
  DECLINE_REASONS,
  NOT_ENGAGED_REASONS,
  REASONS,
  URGENCIES,
  WITHHELD_REASONS,
} from '../referrals/referrals.schemas.ts';

type OneOf<T extends readonly string[]> = T[number];

/** The receiver's moves that the page offers. */
export const PAGE_MOVES = [
  'accept',
  'engage',
  'complete',
  'decline',
  'mark_not_engaged',
  'request_info',
  'record_contact',
  'waitlist',
  'undo',
] as const satisfies readonly Move[];
export type PageMove = OneOf<typeof PAGE_MOVES>;

export interface Words {
  readonly title: (sender: string) => string;
  readonly states: Record<ReferralState, string>;
  readonly answerBy: (time: string) => string;
  readonly aboutHeading: string;
  readonly about: {
    readonly service: string;
    readonly reason: string;
    readonly urgency: string;
    readonly languages: string;
    readonly place: string;
    readonly sentAt: string;
  };
  readonly urgencies: Record<OneOf<typeof URGENCIES>, string>;
  readonly referralReasons: Record<OneOf<typeof REASONS>, string>;
  readonly clientHeading: string;
  readonly categories: Record<Category, string>;
  readonly client: {
    readonly preferredName: string;
    readonly pronouns: string;
    readonly born: string;
    readonly email: string;
    readonly phone: string;
    readonly preferredWay: string;
    readonly bestTimes: string;
  };
  readonly ways: Record<'email' | 'phone' | 'text', string>;
  readonly showButton: string;
  readonly showHint: string;
  readonly shownHint: string;
  readonly withheld: Record<OneOf<typeof WITHHELD_REASONS>, string>;
  readonly consentUntil: (day: string) => string;
  readonly messagesHeading: string;
  readonly authors: Record<'sender' | 'receiver', string>;
  readonly messageHidden: string;
  readonly contactsHeading: string;
  readonly contactKinds: Record<OneOf<typeof CONTACT_KINDS>, string>;
  readonly answerHeading: string;
  readonly answerHint: string;
  readonly callbackHint: string;
  readonly nothing: string;
  readonly byCrm: string;
  readonly moves: Record<PageMove, string>;
  readonly questions: {
    readonly decline: string;
    readonly mark_not_engaged: string;
    readonly request_info: string;
    readonly record_contact: string;
  };
  readonly moveHints: Partial<Record<PageMove, string>>;
  readonly note: string;
  readonly question: string;
  readonly reasons: Record<OneOf<typeof DECLINE_REASONS> | OneOf<typeof NOT_ENGAGED_REASONS>, string>;
  readonly faults: {
    readonly reason: string;
    readonly note: string;
    readonly question: string;
    readonly kind: string;
    readonly tooLong: string;
    readonly changed: string;
    readonly consent: string;
    readonly suspended: string;
    readonly unverified: string;
    readonly other: string;
  };
  readonly invalidTitle: string;
  readonly invalid: string;
}

const english: Words = {
  title: (sender) => `Referral from ${sender}`,
  states: {
    awaiting_consent: 'Waits for the client’s permission',
    consent_denied: 'The client did not agree',
    sent: 'Waits for your answer',
    needs_info: 'Waits for the sender’s answer',
    accepted: 'Accepted',
    waitlisted: 'On the waiting list',
    engaged: 'Engaged',
    not_engaged: 'Not engaged',
    completed: 'Completed',
    declined: 'Declined',
    withdrawn: 'Withdrawn by the sender',
    expired: 'Expired: nobody answered in time',
    revoked: 'The client took the permission back',
  },
  answerBy: (time) => `Please answer by ${time}.`,
  aboutHeading: 'What is asked',
  about: {
    service: 'Service',
    reason: 'Why it is referred',
    urgency: 'Urgency',
    languages: 'Languages',
    place: 'Place',
    sentAt: 'Sent',
  },
  urgencies: { routine: 'Routine', soon: 'Soon', urgent: 'Urgent' },
  referralReasons: {
    beyond_scope: 'Beyond the sender’s scope',
    specialty_needed: 'A specialty is needed',
    testing_needed: 'Testing is needed',
    location: 'Location',
    capacity: 'The sender has no free place',
    conflict: 'Conflict of interest at the sender',
    client_request: 'The client asked for it',
    other: 'Other',
  },
  clientHeading: 'The client',
  categories: {
    identity: 'Name',
    contact: 'Contact',
    reason: 'Why the client looks for help',
    background: 'Background',
    notes: 'Notes',
    documents: 'Documents',
  },
  client: {
    preferredName: 'Likes to be called',
    pronouns: 'Pronouns',
    born: 'Date of birth',
    email: 'E-mail',
    phone: 'Phone',
    preferredWay: 'Prefers',
    bestTimes: 'Best times',
  },
  ways: { email: 'E-mail', phone: 'A call', text: 'A text message' },
  showButton: 'Show the client’s details',
  showHint: 'Each look is recorded, and the client can see the record.',
  shownHint: 'This look was recorded. The details close by themselves after half an hour.',
  withheld: {
    not_accepted: 'You see who the client is when you accept.',
    no_active_consent: 'The client’s permission has ended, so nothing about the client is shown.',
    referral_ended: 'The referral has ended, so nothing about the client is shown any more.',
    erased: 'The client’s details were deleted.',
  },
  consentUntil: (day) => `The client’s permission ends on ${day}.`,
  messagesHeading: 'Messages',
  authors: { sender: 'The sender wrote', receiver: 'You wrote' },
  messageHidden: 'Shown with the client’s details.',
  contactsHeading: 'Contacts so far',
  contactKinds: {
    attempted: 'Tried to reach the client',
    reached: 'Reached the client',
    scheduled: 'Made an appointment',
    no_show: 'The client did not come',
    appointment_cancelled: 'The appointment was cancelled',
  },
  answerHeading: 'Your answer',
  answerHint: 'Nothing happens until you press a button.',
  callbackHint: 'Nothing happens until you press a button. The client is not named on this page.',
  nothing: 'There is nothing more to report here.',
  byCrm: 'Your practice’s software answers this referral.',
  moves: {
    accept: 'Accept',
    decline: 'Decline',
    request_info: 'Ask the sender something',
    waitlist: 'Put on the waiting list',
    record_contact: 'Record a contact',
    engage: 'The client engaged',
    mark_not_engaged: 'The client did not engage',
    complete: 'The engagement has ended',
    undo: 'Undo the last step',
  },
  questions: {
    decline: 'Why do you decline?',
    mark_not_engaged: 'Why did the client not engage?',
    request_info: 'What do you need to know?',
    record_contact: 'What happened?',
  },
  moveHints: {
    request_info: 'Do not name the client. The time to answer stands still until the sender has answered.',
    undo: 'Possible for 72 hours.',
  },
  note: 'A note to the sender (needed with “Other”)',
  question: 'Your question',
  reasons: {
    at_capacity: 'No free place',
    outside_scope: 'Outside our services',
    not_eligible: 'The client is not eligible',
    outside_jurisdiction: 'Outside our jurisdiction',
    conflict_of_interest: 'Conflict of interest',
    fee_or_insurance: 'Fee or insurance',
    modality_unavailable: 'Not offered in this form',
    duplicate: 'Referred already',
    missing_information: 'Information is missing',
    could_not_contact: 'Could not be reached',
    client_not_interested: 'Not interested',
    no_show: 'Did not come',
    chose_other: 'Chose somebody else',
    cost: 'Cost',
    not_suitable_after_assessment: 'Not suitable after assessment',
    recipient_withdrew: 'We withdrew',
    other: 'Other',
  },
  faults: {
    reason: 'Choose a reason',
    note: 'Write a note: it is needed with “Other”',
    question: 'Write your question',
    kind: 'Choose what happened',
    tooLong: 'Write at most 2,000 characters',
    changed: 'The referral has changed since you opened this page. This is how it stands now.',
    consent: 'The client’s permission has ended, so this is not possible any more.',
    suspended: 'Your practice is suspended. Ask the operator of the exchange.',
    unverified: 'No professional of your practice has a verified credential for this place.',
    other: 'This is not possible at the moment. Nothing was changed.',
  },
  invalidTitle: 'This link does not work',
  invalid: 'It may be incomplete or too old. Newer messages about the referral carry a newer link.',
};

const spanish: Words = {
  title: (sender) => `Derivación de ${sender}`,
  states: {
    awaiting_consent: 'Espera el permiso del cliente',
    consent_denied: 'El cliente no aceptó',
    sent: 'Espera su respuesta',
    needs_info: 'Espera la respuesta de quien deriva',
    accepted: 'Aceptada',
    waitlisted: 'En lista de espera',
    engaged: 'Empezó',
    not_engaged: 'No empezó',
    completed: 'Terminada',
    declined: 'Rechazada',
    withdrawn: 'Retirada por quien deriva',
    expired: 'Vencida: nadie respondió a tiempo',
    revoked: 'El cliente retiró su permiso',
  },
  answerBy: (time) => `Responda antes del ${time}.`,
  aboutHeading: 'Qué se pide',
  about: {
    service: 'Servicio',
    reason: 'Por qué se deriva',
    urgency: 'Urgencia',
    languages: 'Idiomas',
    place: 'Lugar',
    sentAt: 'Enviada',
  },
  urgencies: { routine: 'Normal', soon: 'Pronto', urgent: 'Urgente' },
  referralReasons: {
    beyond_scope: 'Fuera del ámbito de quien deriva',
    specialty_needed: 'Se necesita una especialidad',
    testing_needed: 'Se necesitan pruebas',
    location: 'Ubicación',
    capacity: 'Quien deriva no tiene plazas',
    conflict: 'Conflicto de intereses de quien deriva',
    client_request: 'El cliente lo pidió',
    other: 'Otro',
  },
  clientHeading: 'El cliente',
  categories: {
    identity: 'Nombre',
    contact: 'Contacto',
    reason: 'Por qué busca ayuda',
    background: 'Antecedentes',
    notes: 'Notas',
    documents: 'Documentos',
  },
  client: {
    preferredName: 'Prefiere que le llamen',
    pronouns: 'Pronombres',
    born: 'Fecha de nacimiento',
    email: 'Correo electrónico',
    phone: 'Teléfono',
    preferredWay: 'Prefiere',
    bestTimes: 'Mejores horas',
  },
  ways: { email: 'Correo electrónico', phone: 'Una llamada', text: 'Un mensaje de texto' },
  showButton: 'Mostrar los datos del cliente',
  showHint: 'Cada consulta queda registrada, y el cliente puede ver el registro.',
  shownHint: 'Esta consulta quedó registrada. Los datos se cierran solos después de media hora.',
  withheld: {
    not_accepted: 'Verá quién es el cliente cuando acepte.',
    no_active_consent: 'El permiso del cliente ha terminado, por eso no se muestra nada sobre él.',
    referral_ended: 'La derivación ha terminado, por eso ya no se muestra nada sobre el cliente.',
    erased: 'Los datos del cliente se borraron.',
  },
  consentUntil: (day) => `El permiso del cliente termina el ${day}.`,
  messagesHeading: 'Mensajes',
  authors: { sender: 'Quien deriva escribió', receiver: 'Usted escribió' },
  messageHidden: 'Se muestra con los datos del cliente.',
  contactsHeading: 'Contactos hasta ahora',
  contactKinds: {
    attempted: 'Se intentó contactar al cliente',
    reached: 'Se habló con el cliente',
    scheduled: 'Se acordó una cita',
    no_show: 'El cliente no se presentó',
    appointment_cancelled: 'La cita se canceló',
  },
  answerHeading: 'Su respuesta',
  answerHint: 'No pasa nada hasta que pulse un botón.',
  callbackHint: 'No pasa nada hasta que pulse un botón. Esta página no nombra al cliente.',
  nothing: 'Aquí no queda nada que informar.',
  byCrm: 'El programa de su consulta responde a esta derivación.',
  moves: {
    accept: 'Aceptar',
    decline: 'Rechazar',
    request_info: 'Preguntar algo a quien deriva',
    waitlist: 'Poner en lista de espera',
    record_contact: 'Registrar un contacto',
    engage: 'El cliente empezó',
    mark_not_engaged: 'El cliente no empezó',
    complete: 'El servicio ha terminado',
    undo: 'Deshacer el último paso',
  },
  questions: {
    decline: '¿Por qué la rechaza?',
    mark_not_engaged: '¿Por qué no empezó el cliente?',
    request_info: '¿Qué necesita saber?',
    record_contact: '¿Qué pasó?',
  },
  moveHints: {
    request_info: 'No nombre al cliente. El plazo se detiene hasta que quien deriva responda.',
    undo: 'Posible durante 72 horas.',
  },
  note: 'Una nota para quien deriva (necesaria con «Otro»)',
  question: 'Su pregunta',
  reasons: {
    at_capacity: 'Sin plazas libres',
    outside_scope: 'Fuera de nuestros servicios',
    not_eligible: 'El cliente no cumple los requisitos',
    outside_jurisdiction: 'Fuera de nuestra jurisdicción',
    conflict_of_interest: 'Conflicto de intereses',
    fee_or_insurance: 'Tarifa o seguro',
    modality_unavailable: 'No se ofrece de esta forma',
    duplicate: 'Ya fue derivado',
    missing_information: 'Falta información',
    could_not_contact: 'No se le pudo contactar',
    client_not_interested: 'Sin interés',
    no_show: 'No se presentó',
    chose_other: 'Eligió a otra persona',
    cost: 'Costo',
    not_suitable_after_assessment: 'No adecuado tras la evaluación',
    recipient_withdrew: 'Nos retiramos',
    other: 'Otro',
  },
  faults: {
    reason: 'Elija un motivo',
    note: 'Escriba una nota: es necesaria con «Otro»',
    question: 'Escriba su pregunta',
    kind: 'Elija qué pasó',
    tooLong: 'Escriba como máximo 2000 caracteres',
    changed: 'La derivación ha cambiado desde que abrió esta página. Así está ahora.',
    consent: 'El permiso del cliente ha terminado, por eso esto ya no es posible.',
    suspended: 'Su consulta está suspendida. Pregunte al operador de la red.',
    unverified: 'Ningún profesional de su consulta tiene una credencial verificada para este lugar.',
    other: 'Esto no es posible en este momento. No se cambió nada.',
  },
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede estar incompleto o ser demasiado antiguo. Los mensajes más nuevos llevan un enlace más nuevo.',
};

export const WORDS: Record<Language, Words> = { en: english, es: spanish };
