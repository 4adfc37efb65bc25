/** Forms of the pages: each carries a token that a form of somebody else cannot have. */
import type { Context } from 'hono';

/** Room for the longest text of a form in a script of many bytes, as browsers encode it. */
export const FORM_BYTES_MAX = 32_768;
export const FORM_TOKEN = 'form_token';

export type Form = ReadonlyMap<string, readonly string[]>;

/** The form that was sent; null where it is not ours. @param isOurs whether one of our own forms carries this token */
export async function readForm(
  c: Context,
  isOurs: (token: string) => Promise<boolean>,
): Promise<Form | null> {
  const parsed = await c.req.parseBody({ all: true }).catch(() => ({}));
  const form = new Map(
    Object.entries(parsed).map(([name, value]) => [
      name,
      [value]
        .flat()
        .filter((one) => typeof one === 'string')
        // Browsers send each line break as two characters, which nobody counted who wrote it.
        .map((one) => one.replaceAll('\r\n', '\n')),
    ]),
  );
  return (await isOurs(form.get(FORM_TOKEN)?.[0] ?? '')) ? form : null;
}

export const fieldOf = (form: Form, name: string) => (form.get(name)?.[0] ?? '').trim();
