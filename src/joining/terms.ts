/** What everybody agrees to who joins. Another text gets another version; who agreed to an older one keeps that. */
import type { Language } from '../platform/labels.ts';

export const TERMS_VERSION = '2026-12';

export const TERMS: Record<Language, readonly string[]> = {
  en: [
    'I refer clients where that serves them, and only with their consent. Every client may choose somebody else.',
    'I neither give nor take anything of value for a referral: no money, no share of a fee, no gift.',
    'What I say of my practice and my credentials is true. I say so when a license ends, is suspended or disciplined.',
    'What I learn of clients I use for what they agreed to, keep confidential and protect as the law asks.',
    'I answer referrals in time, and say what became of them as far as the client allows.',
    'The operator checks credentials, may suspend who breaks these rules, and tells why. I may leave at any time.',
  ],
  es: [
    'Refiero clientes cuando eso les sirve, y solo con su permiso. Cada cliente puede elegir a alguien más.',
    'No doy ni recibo nada de valor por un referido: ni dinero, ni parte de honorarios, ni regalos.',
    'Lo que digo de mi consultorio y de mis credenciales es cierto. Aviso cuando una licencia termina, se suspende o recibe una sanción.',
    'Lo que sé de los clientes lo uso para lo que ellos permitieron, lo mantengo confidencial y lo protejo como exige la ley.',
    'Respondo a los referidos a tiempo y digo qué resultó de ellos, en lo que el cliente permita.',
    'Quien opera la red verifica las credenciales, puede suspender a quien no cumpla estas reglas y explica por qué. Puedo dejar la red en cualquier momento.',
  ],
};
