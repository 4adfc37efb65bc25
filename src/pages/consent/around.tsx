/** What stands around the pages of a client: help at once, and whom to ask. */
import type { Language } from '../kit/language.ts';
import { Facts, Mail, Phone } from '../kit/parts.tsx';
import { WORDS } from './words.ts';
import type { ConsentFacts, Party } from './words.types.ts';

/** Stands on every page of a client, whoever that is and whatever became of it. */
export const Crisis = ({ language, line }: { language: Language; line: string }) => {
  if (line === '') return null;
  const { crisis, crisisCall, crisis988 } = WORDS[language];
  const digits = line.replaceAll(/[^+\d]/g, '');
  const [before, between, after] = crisisCall;
  return (
    <>
      <strong>{crisis}</strong> {before}
      <Phone number={line} />
      {between}
      <a href={`sms:${digits}`}>{line}</a>
      {after}
      {digits === '988' ? ` ${crisis988}` : null}
    </>
  );
};

export const partiesOf = ({ parties: { sender, receiver } }: ConsentFacts): readonly Party[] => [
  sender,
  receiver,
];

export const Contacts = ({ language, parties }: { language: Language; parties: readonly Party[] }) => {
  const words = WORDS[language];
  return (
    <>
      <h2>{words.contactsHeading}</h2>
      <Facts
        facts={parties.map(({ name, phone, email }) => [
          name,
          <>
            {phone ? <Phone number={phone} /> : null}
            {phone && email ? ', ' : null}
            {email ? <Mail address={email} /> : null}
            {phone || email ? null : words.contactsNone}
          </>,
        ])}
      />
    </>
  );
};
