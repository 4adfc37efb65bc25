/** The language of a visitor, and times written out in it. */
import type { Context } from 'hono';
import { LANGUAGES, type Language, LOCALES } from '../../platform/labels.ts';

export type { Language };

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', es: 'Español' };

export function languageOf(c: Context): Language {
  const asked =
    c.req.query('lang') ?? c.req.header('Accept-Language')?.split(',')[0]?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === asked) ?? 'en';
}

/** How long something takes, never less than it does. */
export function writeWait(milliseconds: number, language: Language): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / 60_000));
  const [count, unit] = minutes <= 90 ? [minutes, 'minute'] : [Math.ceil(minutes / 60), 'hour'];
  return new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
