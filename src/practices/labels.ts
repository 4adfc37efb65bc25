/** What services are called on pages and in messages. */
import { capitalized, type Language, spoken } from '../platform/labels.ts';

/** A practice names its services itself, in English. These are what they are called in Spanish in the United States. */
const SERVICES_ES: Readonly<Record<string, string>> = {
  academic_advising: 'Orientación académica',
  career_coaching: 'Coaching profesional',
  career_counseling: 'Orientación profesional',
  career_testing: 'Pruebas de orientación profesional',
  couples_therapy: 'Terapia de pareja',
  cover_letters: 'Cartas de presentación',
  family_therapy: 'Terapia familiar',
  grief_counseling: 'Apoyo en el duelo',
  group_therapy: 'Terapia de grupo',
  individual_therapy: 'Terapia individual',
  interview_coaching: 'Preparación para entrevistas',
  job_search: 'Búsqueda de empleo',
  life_coaching: 'Coaching de vida',
  mental_health_counseling: 'Consejería de salud mental',
  personality_testing: 'Pruebas de personalidad',
  psychological_testing: 'Evaluación psicológica',
  resume_writing: 'Preparación de currículums',
  retirement_planning: 'Planificación de la jubilación',
  substance_use_counseling: 'Consejería por consumo de sustancias',
  testing: 'Pruebas y evaluaciones',
};

/** With the language in which it is said: a service that nobody has translated stays in English. */
export function labelService(slug: string, language: Language): { text: string; lang: Language } {
  const known = language === 'es' ? SERVICES_ES[slug] : undefined;
  return known === undefined
    ? { text: capitalized(spoken(slug)), lang: 'en' }
    : { text: known, lang: language };
}
