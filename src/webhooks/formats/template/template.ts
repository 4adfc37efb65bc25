/** Any other CRM by a setting: requests whose texts name sources. */
import type { Category } from '../../../consents/consents.schemas.ts';
import { defineFormat, type Format, MASK, type Progress, START } from '../format.ts';
import { updatesRecords } from '../leads.ts';
import { concludeWithout, readAnswer } from './answers.ts';
import { carriedBy, carriesNoticeBy, requestOf } from './requests.ts';
import { type TemplateSettings, TemplateSettingsSchema } from './settings.ts';

const KNOWN = { id: '4711', client_told: false };

function stepsBy({ token, find, update, note }: TemplateSettings): Progress[] {
  const session = token ? 'the-access-token-of-step-1' : null;
  return [
    ...(token ? [START] : []),
    ...(find ? [{ ...START, session }] : []),
    { ...START, session, ...(find ? { seen: { found: 'no' } } : {}) },
    ...(update ? [{ ...START, session, record: KNOWN }] : []),
    ...(note ? [{ ...START, session, record: KNOWN, seen: { written: 'yes' } }] : []),
  ];
}

const maskAll = (secrets: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK]));

function maskTemplate({ secrets, token, ...rest }: TemplateSettings): TemplateSettings {
  return {
    ...rest,
    ...(secrets ? { secrets: maskAll(secrets) } : {}),
    ...(token
      ? {
          token: {
            ...token,
            client_id: MASK,
            ...(token.client_secret ? { client_secret: MASK } : {}),
            ...(token.refresh_token ? { refresh_token: MASK } : {}),
          },
        }
      : {}),
  };
}

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
    carriesNotice: (settings: S): boolean => carriesNoticeBy(templateOf(settings)),
    conclude: (input, settings, progress) => concludeWithout(input, templateOf(settings), progress),
    steps: (settings: S) => stepsBy(templateOf(settings)),
    request: (input, settings, progress) => requestOf(input, templateOf(settings), progress),
    read: (answer, progress, settings, input) => readAnswer(answer, progress, templateOf(settings), input),
  }) as const satisfies Partial<Format<S>>;

export const template = defineFormat<TemplateSettings>({
  title: 'Any other CRM, by a template',
  settings: TemplateSettingsSchema,
  secrets: ['secrets', 'token'],
  mask: maskTemplate,
  defaultUrl: null,
  hosts: null,
  destinations: ({ token }) => (token ? [{ pointer: '/token/url', url: token.url }] : []),
  eventTypes: { ...updatesRecords, severalBy: 'update' },
  ...byTemplate<TemplateSettings>(
    (settings) => settings,
    ({ system }) => system,
  ),
});
