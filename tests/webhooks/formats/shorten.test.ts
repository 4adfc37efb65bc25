import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FormatInput, VisibleReferral } from '../../../src/webhooks/formats/input.ts';
import { cut, cutMarked, shorten, TEXT_CHARACTERS_TRIED } from '../../../src/webhooks/formats/shorten.ts';

const address = 'https://exchange.example/v1/referrals/ref_1';
const inputOf = (referral: unknown): FormatInput => ({
  envelope: { data: { url: address } } as unknown as FormatInput['envelope'],
  referral: referral as VisibleReferral,
  url: 'https://crm.example/hook',
  origin: 'https://exchange.example',
});
const text = fc.string({ unit: 'grapheme', maxLength: 6000 });
const halfCharacter = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

test('a text that is cut fits, begins as it did, holds no half character, and says that it was cut', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 4000 }), (whole, charactersMax) => {
      for (const short of [cut(whole, charactersMax), cutMarked(whole, charactersMax, address)]) {
        expect(short.length).toBeLessThanOrEqual(charactersMax);
        if (whole.length <= charactersMax) expect(short).toBe(whole);
        else {
          expect(whole.startsWith(short.slice(0, short.lastIndexOf('…')))).toBe(true);
          expect(short).not.toMatch(halfCharacter);
        }
      }
    }),
  );
});

test('no category vanishes, and what is left out of a list is counted', () => {
  const documents = fc.array(fc.record({ title: fc.string({ maxLength: 300 }), url: fc.webUrl() }), {
    minLength: 1,
    maxLength: 20,
  });
  const messages = fc.array(
    fc.record({ author: fc.constantFrom('sender', 'receiver'), text: fc.option(text) }),
    { maxLength: 60 },
  );
  const contacts = fc.array(fc.record({ kind: fc.constant('call') }), { maxLength: 120 });
  const client = fc.record({
    identity: fc.record({ family_name: fc.constant('Example') }),
    reason: text,
    notes: text,
    documents,
  });
  fc.assert(
    fc.property(
      client,
      messages,
      contacts,
      fc.constantFrom(...TEXT_CHARACTERS_TRIED),
      (one, told, made, charactersMax) => {
        const { referral } = shorten(inputOf({ client: one, messages: told, contacts: made }), charactersMax);
        const kept = referral as VisibleReferral;
        expect(Object.keys(kept.client ?? {})).toEqual(Object.keys(one));
        expect(kept.client?.documents?.length).toBeGreaterThan(0);
        const isDisclosed = (list: readonly { author: string; text: string | null }[] = []) =>
          list.some(({ author, text: words }) => author === 'sender' && words !== null);
        expect(isDisclosed(kept.messages as never)).toBe(isDisclosed(told));
        for (const [list, before, after] of [
          ['documents', one.documents, kept.client?.documents],
          ['messages', told, kept.messages],
          ['contacts', made, kept.contacts],
        ] as const)
          expect((after ?? []).length + (kept.left_out?.[list] ?? 0)).toBe(before.length);
      },
    ),
    { numRuns: 50 },
  );
});
