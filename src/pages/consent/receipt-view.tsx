/** What the client keeps: what they decided, what happens now, who has looked, and the way to take it back. */
import type { Child } from 'hono/jsx';
import type { Category } from '../../consents/consents.schemas.ts';
import { writeTime } from '../../platform/labels.ts';
import type { DisclosureRow } from '../../privacy/disclosures.repository.ts';
import { Facts, type FormProps, Mail } from '../kit/parts.tsx';
import { Contacts, partiesOf } from './around.tsx';
import { AskOnce } from './views.tsx';
import { writeLastDay } from './visit.ts';
import { WORDS } from './words.ts';
import type { ConsentFacts } from './words.types.ts';

export interface ReceiptProps extends FormProps {
  readonly facts: ConsentFacts;
  /** Of the sender: the nearest that is known to the client's own. */
  readonly timeZone: string;
  readonly heading: string;
  /** What became of it, in sentences. */
  readonly next: readonly string[];
  readonly canRevoke: boolean;
  readonly receipt: {
    readonly id: string;
    readonly grantedAt: number;
    readonly expiresAt: number;
    readonly revokedAt: number | null;
    readonly categories: readonly Category[];
    readonly feedback: boolean;
    readonly signedBy: string;
    readonly textHash: string | null;
    readonly text: readonly string[];
  };
  readonly disclosures: readonly DisclosureRow[];
  /** The moment with which the list ends; null where it is whole. */
  readonly disclosuresUntil: number | null;
}

/** Who has looked, of one practice. */
export const Disclosures = ({
  language,
  facts,
  timeZone,
  disclosures,
  disclosuresUntil,
}: Pick<ReceiptProps, 'language' | 'facts' | 'timeZone' | 'disclosures' | 'disclosuresUntil'>) => {
  const words = WORDS[language];
  return (
    <>
      {disclosuresUntil === null ? null : (
        <p>{words.disclosuresUntil(facts, writeTime(disclosuresUntil, language, timeZone))}</p>
      )}
      {disclosures.length === 0 ? (
        <p>{disclosuresUntil === null ? words.disclosuresNone : words.disclosuresNoneUntil}</p>
      ) : (
        <Facts
          facts={disclosures.map(({ disclosed_at, way, categories }) => [
            writeTime(disclosed_at, language, timeZone),
            `${facts.receiver}, ${words.ways[way] ?? way}: ${categories
              .map((category) => words.categories[category as Category] ?? category)
              .join(', ')}`,
          ])}
        />
      )}
      {disclosuresUntil === null ? null : <p class="panel">{words.disclosuresRest(facts)}</p>}
    </>
  );
};

/** What programs and lawyers want stands last: a person has no use for it. */
export const Proof = ({
  language,
  base,
  receipt,
}: Pick<FormProps, 'language' | 'base'> & {
  receipt: Pick<ReceiptProps['receipt'], 'id' | 'textHash' | 'text'>;
}) => {
  const words = WORDS[language];
  return (
    <>
      {receipt.text.length > 0 ? (
        <>
          <h2>{words.showText}</h2>
          <div class="fine">
            {receipt.text.map((paragraph) => (
              <p>{paragraph}</p>
            ))}
          </div>
        </>
      ) : null}
      <h2>{words.proofHeading}</h2>
      <Facts
        facts={[
          [words.receipt.id, <code>{receipt.id}</code>],
          [words.receipt.hash, receipt.textHash && <code>{receipt.textHash}</code>],
        ]}
      />
      <p class="screen">
        <a href={`${base}/receipt.json`}>{words.receipt.json}</a>
      </p>
    </>
  );
};

export const ReceiptPage = (props: ReceiptProps) => {
  const { language, base, formToken, facts, receipt, timeZone, next } = props;
  const words = WORDS[language];
  const { sender, receiver } = facts.parties;
  const timeOf = (milliseconds: number) => writeTime(milliseconds, language, timeZone);
  const lines: [string, Child][] = [
    [words.receipt.from, `${sender.name}, ${sender.place}`],
    [words.receipt.to, `${receiver.name}, ${receiver.place}`],
    [words.receipt.purposes, facts.purposes.join('; ')],
    [words.receipt.shared, receipt.categories.map((category) => words.categories[category]).join(', ')],
    [words.receipt.feedback, receipt.feedback ? words.yes : words.no],
    [words.receipt.given, timeOf(receipt.grantedAt)],
    receipt.revokedAt === null
      ? [words.receipt.until, writeLastDay(receipt.expiresAt, language, timeZone)]
      : [words.receipt.revoked, timeOf(receipt.revokedAt)],
    [words.receipt.signedBy, receipt.signedBy],
  ];
  return (
    <>
      <h1>{props.heading}</h1>
      {receipt.revokedAt === null ? null : (
        <>
          <p>{words.revokedText(timeOf(receipt.revokedAt))}</p>
          <p>
            {words.deletionText(facts)} <Mail address={facts.operator.email} />
          </p>
        </>
      )}
      {next.length === 0 ? null : (
        <>
          <h2>{words.nextHeading}</h2>
          <ul>
            {next.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <Contacts language={language} parties={partiesOf(facts)} />
      {props.canRevoke ? (
        <div class="panel screen">
          <h2>{words.revokeHeading}</h2>
          <p>{words.revokeText}</p>
          <AskOnce
            language={language}
            base={base}
            formToken={formToken}
            to="/revoke"
            button={words.revokeButton}
            ask={words.revokeAsk(facts)}
            sure={words.revokeSure}
          />
        </div>
      ) : null}
      <h2>{words.receiptHeading}</h2>
      <Facts facts={lines} />
      <p class="screen hint">{words.receipt.print}</p>
      <h2>{words.disclosuresHeading}</h2>
      <Disclosures {...props} />
      <Proof {...props} />
    </>
  );
};
