import type { Words } from './words.types.ts';

export const spanish: Words = {
  title: (practice) => `¿${practice} recibe clientes nuevos?`,
  intro:
    'Quienes refieren clientes ven en el directorio lo que se dijo aquí, y cuándo. Díganos, por favor, si todavía es así.',
  services: 'Servicios',
  said: 'Lo último que se dijo',
  saidOn: (capacity, day) => `${capacity} (${day})`,
  question: '¿Cuál es la situación hoy?',
  capacities: {
    accepting: 'Recibimos clientes nuevos',
    waitlist: 'Los clientes nuevos quedan en lista de espera',
    assessment_required: 'Recibimos clientes nuevos después de una evaluación',
    not_accepting: 'Ahora no recibimos clientes nuevos',
  },
  save: 'Guardar',
  choose: 'Elija una opción',
  doneTitle: 'Gracias, está guardado',
  done: (practice) => `Esto es lo que los colegas ven de ${practice} desde ahora.`,
  more: 'El enlace ya cumplió su función. En un mes habrá otro; puede cambiarlo en cualquier momento con su propio programa.',
  invalidTitle: 'Este enlace ya no lleva a ningún lugar',
  invalid: 'Puede que haya vencido o que no se haya copiado completo. El próximo aviso trae uno nuevo.',
};
