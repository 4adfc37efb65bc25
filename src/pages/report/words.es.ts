import type { Words } from './words.types.ts';

const times = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const spanish: Words = {
  title: (practice, month) => `${practice}: referidos de ${month}`,
  running: 'Este mes aún no ha terminado.',
  thanks: 'Un informe agradece: la reciprocidad no es una deuda y no pone a nadie por delante ni por detrás.',
  given: 'Enviados',
  received: 'Recibidos',
  before: (count, month) => `${count} en ${month}`,
  partner: 'Socio',
  month: 'Mes',
  step: 'Paso',
  all: 'En total',
  mutual: (given, received) =>
    given + received === 0
      ? 'Este mes no se envió ni se recibió nada'
      : given === received
        ? `Envió tantos como recibió: ${times(given, 'referido', 'referidos')} en cada sentido`
        : `Envió ${times(given, 'referido', 'referidos')} y recibió ${received}`,
  partners: (count, bothWays) =>
    bothWays === 0
      ? `${times(count, 'socio', 'socios')}, este mes en un solo sentido`
      : `${times(count, 'socio', 'socios')}; con ${bothWays} hubo referidos en ambos sentidos`,
  none: 'Ningún socio este mes',
  funnel: (direction, sent, accepted, engaged) =>
    sent === 0
      ? direction === 'given'
        ? 'No se envió nada'
        : 'No se recibió nada'
      : `De ${sent} ${direction === 'given' ? 'enviados' : 'recibidos'}: aceptados, ${accepted}; llegaron a cliente, ${engaged}`,
  trend: (given, received) => `En doce meses envió ${given} y recibió ${received}`,
  times: {
    given: (time) => `La mitad de los enviados se aceptó en ${time} o menos`,
    received: (time) => `De los que usted aceptó, la mitad se aceptó en ${time} o menos`,
  },
  noTimes: 'Todavía no se aceptó nada',
  half: 'La mitad, en',
  most: 'Nueve de cada diez, en',
  steps: ['Enviados', 'Aceptados', 'Clientes'],
  rates: 'Tasas',
  of: (numerator, denominator) => `${numerator} de ${denominator}`,
  nothing: 'nada que contar',
  young: (count) => `${count} demasiado recientes`,
  definitions: 'Qué se cuenta',
  names: {
    reciprocity: 'Reciprocidad',
    balance: 'Saldo',
    sent: 'Enviados',
    acceptance: 'Aceptados',
    response: 'Respondidos a tiempo',
    engagement: 'Clientes, de los aceptados',
    end_to_end: 'Clientes, de los enviados',
    loop_closure: 'Resultado comunicado',
    time_to_accept: 'Tiempo hasta aceptar',
    outcome_withheld: 'Resultado reservado por el cliente',
    thank: 'Para dar las gracias',
    nurture: 'Para retomar el contacto',
    slower: 'Más lento que la red',
    waiting: 'Espera su respuesta',
    ending: 'Vence pronto',
  },
  meanings: {
    reciprocity:
      '2 × el menor de enviados y recibidos ÷ su suma: 1 si son iguales, 0 si todo fue en un sentido.',
    balance: 'Enviados menos recibidos.',
    sent: 'Referidos enviados por primera vez en el mes, en su zona horaria. Una cadena de un mismo cliente cuenta una vez, por el primero.',
    acceptance:
      'Aceptados alguna vez ÷ (aceptados alguna vez + rechazados, reenviados por quien los envió o vencidos sin haber sido aceptados).',
    response:
      'Respondidos dentro del plazo ÷ aquellos cuyo plazo pasó, sin los retirados antes. El plazo se detiene mientras una pregunta espera respuesta.',
    engagement:
      'Llegaron a cliente ÷ aceptados alguna vez, solo de los maduros: terminados, con cliente o de al menos 30 días.',
    end_to_end: 'Llegaron a cliente ÷ enviados, solo de los maduros.',
    loop_closure: 'Con resultado comunicado ÷ enviados, de aquellos cuyo resultado se puede saber.',
    time_to_accept: 'Desde el envío hasta la aceptación, sin el tiempo en que una pregunta esperó respuesta.',
    outcome_withheld:
      'El cliente no permitió que se le informara a usted: no cuentan en ninguna cifra de resultados.',
    thank: 'Socios que le enviaron algún referido este mes, por orden de nombre.',
    nurture: 'Acuerdos activos en los que no se envió, agradeció ni acordó nada en 90 días.',
    slower:
      'La mitad de al menos cinco referidos que usted aceptó tardó más que la mitad de todos los aceptados en el último mes contado de la red, si hay al menos cinco consultorios detrás de esa cifra.',
    waiting:
      'Referidos que le enviaron y usted no ha respondido, y los que usted envió y sobre los que le preguntaron algo.',
    ending:
      'Credenciales verificadas cuyo último día es hoy o cae en los próximos 60 días, si el profesional no tiene otra igual que dure más.',
  },
  insights: {
    heading: 'Lo que quizá quiera hacer ahora',
    none: 'No tiene nada pendiente en este momento',
    thank: (count) =>
      `Dé las gracias a ${count === 1 ? '1 socio que le envió' : `${count} socios que le enviaron`} referidos`,
    nurture: (count) => `Retome el contacto con ${times(count, 'socio', 'socios')}: 90 días sin actividad`,
    waiting: (count) => `${times(count, 'referido espera', 'referidos esperan')} su respuesta`,
    ending: (count) => `${times(count, 'credencial vence', 'credenciales vencen')} en 60 días o menos`,
    slower: (own, network) => `Usted acepta la mitad en ${own} o menos; la red, en ${network} o menos`,
    received: (count) => `le envió ${count}`,
    quietSince: (day) => `sin actividad desde el ${day}`,
    answerBy: (time) => `responda antes del ${time}`,
    asked: 'le preguntaron algo',
    endsOn: (day) => `vence el ${day}`,
    more: (count) => `y ${count} más`,
  },
  made: (time) => `Hecho el ${time}.`,
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede estar incompleto, ser demasiado antiguo o haber sido retirado. Pida uno nuevo al consultorio que se lo envió.',
};
