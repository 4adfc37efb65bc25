import type { Language } from '../kit/language.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';
import type { Words } from './words.types.ts';

export const WORDS: Record<Language, Words> = { en: english, es: spanish };
