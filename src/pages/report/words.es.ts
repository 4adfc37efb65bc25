import type { Words } from './words.types.ts';

const times = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const spanish: Words = {
  title: (practice, month) => `${practice}: referencias de ${month}`,
  running: 'Este mes aún no ha terminado.',
  thanks: 'Un informe agradece: la reciprocidad no es una deuda y no pone a nadie por delante ni por detrás.',
  given: 'Enviadas',
  received: 'Recibidas',
  before: (count, month) => `${count} en ${month}`,
  partner: 'Socio',
  month: 'Mes',
  step: 'Paso',
  all: 'En total',
  mutual: (given, received) =>
    given + received === 0
      ? 'Este mes no se envió ni se recibió nada'
      : given === received
        ? `Envió tantas como recibió: ${times(given, 'referencia', 'referencias')} en cada sentido`
        : `Envió ${times(given, 'referencia', 'referencias')} y recibió ${received}`,
  partners: (count, bothWays) =>
    bothWays === 0
      ? `${times(count, 'socio', 'socios')}, este mes en un solo sentido`
      : `${times(count, 'socio', 'socios')}; con ${bothWays} hubo referencias en ambos sentidos`,
  none: 'Ningún socio este mes',
  funnel: (direction, sent, accepted, engaged) =>
    sent === 0
      ? direction === 'given'
        ? 'No se envió nada'
        : 'No se recibió nada'
      : `De ${sent} ${direction === 'given' ? 'enviadas' : 'recibidas'}: aceptadas, ${accepted}; llegaron a cliente, ${engaged}`,
  trend: (given, received) => `En doce meses envió ${given} y recibió ${received}`,
  times: {
    given: (time) => `La mitad de las enviadas se aceptó en ${time} o menos`,
    received: (time) => `La mitad de las que usted aceptó, la aceptó en ${time} o menos`,
  },
  noTimes: 'Todavía no se aceptó nada',
  half: 'La mitad, en',
  most: 'Nueve de cada diez, en',
  steps: ['Enviadas', 'Aceptadas', 'Clientes'],
  rates: 'Tasas',
  of: (numerator, denominator) => `${numerator} de ${denominator}`,
  nothing: 'nada que contar',
  young: (count) => `${count} demasiado recientes`,
  definitions: 'Qué se cuenta',
  names: {
    reciprocity: 'Reciprocidad',
    balance: 'Saldo',
    sent: 'Enviadas',
    acceptance: 'Aceptadas',
    response: 'Respondidas a tiempo',
    engagement: 'Clientes, de las aceptadas',
    end_to_end: 'Clientes, de las enviadas',
    loop_closure: 'Resultado comunicado',
    time_to_accept: 'Tiempo hasta aceptar',
    outcome_withheld: 'Resultado reservado por el cliente',
  },
  meanings: {
    reciprocity:
      '2 × el menor de enviadas y recibidas ÷ su suma: 1 si son iguales, 0 si todo fue en un sentido.',
    balance: 'Enviadas menos recibidas.',
    sent: 'Referencias enviadas por primera vez en el mes, en su zona horaria. Una cadena de un mismo cliente cuenta una vez, por la primera.',
    acceptance:
      'Aceptadas alguna vez ÷ (aceptadas alguna vez + rechazadas, reenviadas por quien las envió o vencidas sin haber sido aceptadas).',
    response:
      'Respondidas dentro del plazo ÷ aquellas cuyo plazo pasó, sin las retiradas antes. El plazo se detiene mientras una pregunta espera respuesta.',
    engagement:
      'Llegaron a cliente ÷ aceptadas alguna vez, solo de las maduras: terminadas, con cliente o de al menos 30 días.',
    end_to_end: 'Llegaron a cliente ÷ enviadas, solo de las maduras.',
    loop_closure: 'Con resultado comunicado ÷ enviadas, de aquellas cuyo resultado se puede saber.',
    time_to_accept: 'Desde el envío hasta la aceptación, sin el tiempo en que una pregunta esperó respuesta.',
    outcome_withheld: 'El cliente no permitió noticias a usted: no cuentan en ninguna cifra de resultados.',
  },
  made: (time) => `Hecho el ${time}.`,
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede estar incompleto, ser demasiado antiguo o haber sido retirado. Pida uno nuevo a la consulta que se lo envió.',
};
