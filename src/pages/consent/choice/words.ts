import type { Language } from '../../kit/language.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';
import type { ChoiceWords } from './words.types.ts';

export const CHOICE_WORDS: Record<Language, ChoiceWords> = { en: english, es: spanish };
