/** The language of a visitor, and times written out in it. */
import type { Context } from 'hono';
import { MINUTE_MS } from '../../platform/durations.ts';
import { LANGUAGES, type Language, LOCALES } from '../../platform/labels.ts';

export type { Language };

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', es: 'Español' };

export function languageOf(c: Context): Language {
  const asked =
    c.req.query('lang') ?? c.req.header('Accept-Language')?.split(',')[0]?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === asked) ?? 'en';
}

/** @param month `YYYY-MM` */
export const writeMonth = (month: string, language: Language, length: 'long' | 'short' = 'long') =>
  new Intl.DateTimeFormat(LOCALES[language], {
    month: length,
    ...(length === 'long' ? { year: 'numeric' } : {}),
    timeZone: 'UTC',
  }).format(Date.parse(`${month}-01`));

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** About how long something took, in the largest unit of which there are at least two. */
export function writeDuration(seconds: number, language: Language): string {
  const [unit, unitSeconds] = UNITS.find(([, length]) => seconds >= 2 * length) ?? UNITS[2];
  return new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.round(seconds / unitSeconds)),
  );
}

/** How long something takes, never less than it does. */
export function writeWait(milliseconds: number, language: Language): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / MINUTE_MS));
  const [count, unit] = minutes <= 90 ? [minutes, 'minute'] : [Math.ceil(minutes / 60), 'hour'];
  return new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
