/** Any other CRM by a setting: requests whose texts name sources. */
import type { Category } from '../../../consents/consents.schemas.ts';
import { defineFormat, type Format } from '../format.ts';
import { updatesRecords } from '../leads.ts';
import { concludeWithout, readAnswer } from './answers.ts';
import { carriedBy, requestOf } from './requests.ts';
import { type TemplateSettings, TemplateSettingsSchema } from './settings.ts';

/** What every format that is made of a template does. @param templateOf the template that its own settings stand for */
export const byTemplate = <S>(
  templateOf: (settings: S) => TemplateSettings,
  system: (settings: S) => string,
) =>
  ({
    signed: false,
    echoes: true,
    isTestable: true,
    readsWhole: true,
    goesInTurn: true,
    system,
    carries: (settings: S): readonly Category[] => carriedBy(templateOf(settings)),
    conclude: (input, settings, progress) => concludeWithout(input, templateOf(settings), progress),
    request: (input, settings, progress) => requestOf(input, templateOf(settings), progress),
    read: (answer, progress, settings, input) => readAnswer(answer, progress, templateOf(settings), input),
  }) as const satisfies Partial<Format<S>>;

export const template = defineFormat<TemplateSettings>({
  title: 'Any other CRM, by a template',
  settings: TemplateSettingsSchema,
  secrets: ['secrets', 'token'],
  defaultUrl: null,
  hosts: null,
  eventTypes: { ...updatesRecords, severalBy: 'update' },
  ...byTemplate<TemplateSettings>(
    (settings) => settings,
    ({ system }) => system,
  ),
});
