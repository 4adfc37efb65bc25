import type { Words } from './words.types.ts';

export const spanish: Words = {
  title: (inviter) => `Invitación de ${inviter}`,
  greeting: (invitee) => `Para ${invitee}`,
  intro: (inviter, operator) =>
    `${inviter} quisiera referirle clientes y recibir los que usted refiera. Todo pasa por una red de profesionales verificados que opera ${operator}. No se nombra a ningún cliente antes de que haya un acuerdo entre ustedes y el cliente haya dado su permiso.`,
  message: (inviter) => `Mensaje de ${inviter}`,
  steps: [
    'Usted se registra aquí: su consultorio, sus datos y su licencia o certificado.',
    'Quien opera la red comprueba que es usted y que todo es válido.',
    'Usted recibe una clave para su programa y empieza a colaborar con su colega.',
  ],
  sections: ['Usted', 'Su licencia o certificado', 'Su consultorio', 'Qué ofrece', 'Las reglas de la red'],
  labels: {
    person_name: 'Su nombre, como está en su licencia',
    profession: 'Profesión',
    credential_title: 'Cómo se llama',
    issuer: 'Quién la emitió',
    number: 'Número',
    credential_state: 'Estado donde es válida la licencia',
    expires_on: 'Último día en que es válida',
    practice_name: 'Nombre del consultorio',
    city: 'Ciudad',
    state: 'Estado',
    time_zone: 'Zona horaria',
    scope: 'Qué hace y qué no hace',
    email: 'Correo electrónico',
    phone: 'Teléfono (si lo desea)',
  },
  hints: {
    credential_title: 'Por ejemplo, Licensed Professional Counselor.',
    issuer: 'La junta o la asociación.',
    scope: 'Unas frases para colegas que podrían referirle clientes.',
    email: 'Para quien opera la red y sus socios; no aparece en el directorio.',
  },
  choose: 'Elija',
  samePlace: 'El estado del consultorio',
  servicesShow: 'Mostrar los servicios',
  servicesHint: 'Marque lo que corresponda; puede cambiarlo después.',
  termsIntro: 'Quien participa acepta lo siguiente:',
  agree: 'Acepto estas reglas, y lo que escribí es cierto.',
  button: 'Registrarme',
  faults: {
    person_name: 'Escriba su nombre',
    profession: 'Elija su profesión',
    credential_title: 'Escriba cómo se llama su licencia o certificado',
    issuer: 'Escriba quién la emitió',
    number: 'Escriba el número de la licencia o certificado',
    credential_state: 'Elija el estado donde es válida su licencia',
    expires_on: 'Indique el último día en que es válida',
    practice_name: 'Escriba el nombre de su consultorio',
    city: 'Escriba la ciudad',
    state: 'Elija el estado',
    time_zone: 'Elija la zona horaria',
    scope: 'Escriba qué hace, en un máximo de 2,000 caracteres',
    email: 'Escriba un correo electrónico válido',
    phone: 'Escriba un número de teléfono, o déjelo vacío',
    services: 'Uno de los servicios ya no existe: marque otra vez lo que corresponda',
    agree: 'Marque que acepta las reglas',
    other: 'Algo cambió mientras tanto. Revise el formulario y envíelo otra vez.',
  },
  runBy: (name, address) => `Opera la red ${[name, address].filter(Boolean).join(', ')}. Correo electrónico:`,
  takenTitle: 'Alguien ya se registró con este enlace',
  taken: (inviter) =>
    `Si fue usted, siga en la dirección a la que llegó entonces: solo ahí sabrá qué resulta. Si no fue usted, avise a ${inviter} y a quien opera la red.`,
  waitingTitle: 'Su registro está hecho',
  waiting: (practice, operator) =>
    `${operator} comprueba ahora que ${practice} es suyo y que su licencia o certificado es válido. Puede tardar unos días. Vuelva a ver esta página: aquí se dice qué resultó.`,
  keep: (inviter) =>
    `Guarde la dirección de esta página, como marcador o en un mensaje para usted. Es la única manera de llegar a su clave. Nadie más la tiene, tampoco ${inviter}.`,
  refusedTitle: 'No se admitió su registro',
  refused: (practice, operator) => `${operator} no admitió a ${practice}. El motivo:`,
  admittedTitle: 'Su registro fue admitido',
  admitted: (practice, inviter, isPartner) =>
    isPartner
      ? `${practice} participa en la red, y ya hay un acuerdo entre usted y ${inviter}.`
      : `${practice} participa en la red.`,
  keyText:
    'Su programa necesita una clave. Se muestra una sola vez: tenga listo un lugar seguro, como un administrador de contraseñas.',
  keyButton: 'Mostrar mi clave',
  keyUnused:
    'Se hizo una clave que aún no se ha usado. Si la tiene, úsela. Si la perdió, haga otra: la anterior deja de funcionar.',
  keyAgain: 'Hacer otra clave',
  keyTitle: 'Su clave',
  keyShown:
    'Cópiela ahora: no se muestra otra vez. Quien la tenga puede hacer todo lo que puede su consultorio.',
  keyNext: ['Cómo se usa:', 'los primeros pasos (en inglés)'],
  keyUsed: 'Su primera clave está en uso. Con ella puede hacer otras.',
  suspended: 'Su consultorio está suspendido por ahora. Pregunte a quien opera la red.',
  invalidTitle: 'Este enlace no funciona',
  invalid:
    'Puede que esté incompleto, que sea demasiado antiguo o que lo hayan retirado. Pida uno nuevo a quien se lo envió.',
};
