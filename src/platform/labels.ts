/** What people call a place, a language and a code. */

export const LANGUAGES = ['en', 'es'] as const;
/** In which people are spoken to. */
export type Language = (typeof LANGUAGES)[number];
export const LOCALES: Record<Language, string> = { en: 'en-US', es: 'es-US' };

/** The states and territories of the United States (ISO 3166-2), which no part of Intl names. */
const STATES = `AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|
OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|
TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming`;
/** Those that have another name in Spanish. */
const STATES_ES = `DC Distrito de Columbia|HI Hawái|LA Luisiana|MI Míchigan|MS Misisipi|MO Misuri|NH Nuevo Hampshire|
NJ Nueva Jersey|NM Nuevo México|NY Nueva York|NC Carolina del Norte|ND Dakota del Norte|OR Oregón|PA Pensilvania|
SC Carolina del Sur|SD Dakota del Sur|WV Virginia Occidental`;

const namesIn = (list: string) =>
  new Map(list.split(/\|\s*/).map((one) => [one.slice(0, 2), one.slice(3)] as const));
const NAMES: Record<Language, ReadonlyMap<string, string>> = {
  en: namesIn(STATES),
  es: new Map([...namesIn(STATES), ...namesIn(STATES_ES)]),
};

/** The letters of the states and territories, such as `NE`. */
export const STATE_LETTERS: readonly string[] = [...NAMES.en.keys()];

/** A jurisdiction by what people write for a state: its name or its letters. */
export function findState(text: string): string | null {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/^us[-_ ]/, '');
  const [letters] = [...NAMES.en].find((one) => one.some((word) => word.toLowerCase() === wanted)) ?? [];
  return letters === undefined ? null : `US-${letters}`;
}

/** The name in the reader's language; the code itself where there is none. */
function display(type: 'language' | 'region', code: string, language: Language): string {
  try {
    return new Intl.DisplayNames(LOCALES[language], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

export const nameLanguage = (code: string, language: Language) => display('language', code, language);

/** A jurisdiction: `US-NE` is Nebraska, `CA-ON` is ON, Canada. */
export function nameJurisdiction(code: string, language: Language): string {
  const [country = '', part] = code.split('-');
  if (part === undefined) return display('region', country, language);
  const state = country === 'US' ? NAMES[language].get(part) : undefined;
  return state ?? `${part}, ${display('region', country, language)}`;
}

export const namePlace = (
  city: string | null | undefined,
  jurisdiction: string | null | undefined,
  language: Language,
) => [city, jurisdiction && nameJurisdiction(jurisdiction, language)].filter(Boolean).join(', ');

/** A day of a calendar. Without a zone it is one that has none, such as a date of birth. */
export const writeDay = (milliseconds: number, language: Language, timeZone = 'UTC') =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone }).format(milliseconds);

export const writeTime = (milliseconds: number, language: Language, timeZone = 'UTC') =>
  new Intl.DateTimeFormat(LOCALES[language], {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  })
    .format(milliseconds)
    // A narrow space that not every CRM and typeface has.
    .replace('\u202f', ' ');

/** Codes as words: `beyond_scope` becomes `beyond scope`. */
export const spoken = (code: string) => code.replaceAll('_', ' ');

export const capitalized = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1);
