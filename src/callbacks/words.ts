/** What the page behind a receiver's link says. */
import type { Language } from '../consent-page/words.ts';
import type { Outcome } from './outcome.ts';

interface Words {
  readonly title: (sender: string) => string;
  readonly facts: readonly [state: string, service: string, language: string];
  readonly hint: string;
  readonly nothing: string;
  readonly buttons: Record<Outcome, string>;
  readonly why: Record<'decline' | 'not_engaged', string>;
  readonly note: string;
  readonly problem: string;
  readonly refused: string;
  readonly invalidTitle: string;
  readonly invalid: string;
  readonly reasons: Record<string, string>;
  readonly states: Record<string, string>;
}

export const WORDS: Record<Language, Words> = {
  en: {
    title: (sender) => `Referral from ${sender}`,
    facts: ['State', 'Service', 'Place'],
    hint: 'Nothing happens until you press a button. The client is not named on this page.',
    nothing: 'There is nothing more to report here.',
    buttons: {
      accept: 'Accept',
      decline: 'Decline',
      engage: 'The client engaged',
      not_engaged: 'The client did not engage',
      complete: 'The engagement has ended',
    },
    why: { decline: 'Why do you decline?', not_engaged: 'Why did the client not engage?' },
    note: 'A note to the sender (needed with “Other”)',
    problem: 'There is a problem',
    refused: 'This is not possible at the moment, or something is missing. Nothing was changed.',
    invalidTitle: 'This link does not work',
    invalid: 'It may be incomplete or too old. Newer messages about the referral carry a newer link.',
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
    states: {
      sent: 'Waits for your answer',
      needs_info: 'Waits for the sender’s answer',
      accepted: 'Accepted',
      waitlisted: 'On the waiting list',
      engaged: 'Engaged',
      not_engaged: 'Not engaged',
      completed: 'Completed',
      declined: 'Declined',
      withdrawn: 'Withdrawn by the sender',
      expired: 'Expired',
      revoked: 'The client took the consent back',
    },
  },
  es: {
    title: (sender) => `Derivación de ${sender}`,
    facts: ['Estado', 'Servicio', 'Lugar'],
    hint: 'No pasa nada hasta que pulse un botón. Esta página no nombra al cliente.',
    nothing: 'Aquí no queda nada que informar.',
    buttons: {
      accept: 'Aceptar',
      decline: 'Rechazar',
      engage: 'El cliente empezó',
      not_engaged: 'El cliente no empezó',
      complete: 'El servicio ha terminado',
    },
    why: { decline: '¿Por qué la rechaza?', not_engaged: '¿Por qué no empezó el cliente?' },
    note: 'Una nota para quien deriva (necesaria con «Otro»)',
    problem: 'Hay un problema',
    refused: 'Esto no es posible en este momento, o falta algo. No se cambió nada.',
    invalidTitle: 'Este enlace no funciona',
    invalid:
      'Puede estar incompleto o ser demasiado antiguo. Los mensajes más nuevos llevan un enlace más nuevo.',
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
    states: {
      sent: 'Espera su respuesta',
      needs_info: 'Espera la respuesta de quien deriva',
      accepted: 'Aceptada',
      waitlisted: 'En lista de espera',
      engaged: 'Empezó',
      not_engaged: 'No empezó',
      completed: 'Terminada',
      declined: 'Rechazada',
      withdrawn: 'Retirada por quien deriva',
      expired: 'Vencida',
      revoked: 'El cliente retiró su permiso',
    },
  },
};
