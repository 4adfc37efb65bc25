/** What a CRM posts, however it writes it: JSON (one message or several of them) or a form. */
import { toJson } from '../http/input.ts';
import { invalidInput, Problem } from '../platform/problem.ts';

export type Message = Record<string, unknown>;

/** EspoCRM sends up to 50 at once. */
export const MESSAGES_MAX = 50;

const FORMS = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
export const isFormType = (headers: Headers) => FORMS.test(headers.get('Content-Type') ?? '');

const isObject = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One message; a name that comes several times has a list. Files say nothing. */
async function readForm(headers: Headers, bytes: Uint8Array<ArrayBuffer>): Promise<Message> {
  const type = headers.get('Content-Type') ?? '';
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { 'Content-Type': type } }).formData();
  } catch {
    throw new Problem('unsupported_media_type', 'The form cannot be read.');
  }
  const message = new Map<string, unknown>();
  for (const name of new Set(form.keys())) {
    const texts = form.getAll(name).filter((value) => typeof value === 'string');
    if (texts.length > 0) message.set(name, texts.length === 1 ? texts[0] : texts);
  }
  return Object.fromEntries(message);
}

/** @throws Problem that says what may be posted */
export async function readMessages(
  headers: Headers,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ readonly messages: readonly Message[]; readonly isBatch: boolean }> {
  if (isFormType(headers)) return { messages: [await readForm(headers, bytes)], isBatch: false };
  const json = toJson(headers, bytes);
  if (isObject(json)) return { messages: [json], isBatch: false };
  if (!Array.isArray(json) || !json.every(isObject))
    throw invalidInput([{ pointer: '', detail: 'must be a JSON object, or an array of them' }]);
  if (json.length === 0 || json.length > MESSAGES_MAX)
    throw invalidInput([{ pointer: '', detail: `must have 1 to ${MESSAGES_MAX} messages` }]);
  return { messages: json, isBatch: true };
}
