/** What the pages of a link to join say, in one language. */
import type { Field } from './fields.ts';

export interface Words {
  readonly title: (inviter: string) => string;
  readonly greeting: (invitee: string) => string;
  readonly intro: (inviter: string, operator: string) => string;
  readonly message: (inviter: string) => string;
  readonly steps: readonly string[];
  readonly sections: readonly [
    person: string,
    credential: string,
    practice: string,
    services: string,
    terms: string,
  ];
  readonly labels: Record<Exclude<Field, 'agree'>, string>;
  readonly hints: Partial<Record<Field, string>>;
  readonly choose: string;
  readonly samePlace: string;
  readonly servicesShow: string;
  readonly servicesHint: string;
  readonly termsIntro: string;
  readonly agree: string;
  readonly button: string;
  readonly faults: Record<Field | 'services' | 'other', string>;
  readonly runBy: (name: string, address: string) => string;
  readonly takenTitle: string;
  readonly taken: (inviter: string) => string;
  readonly waitingTitle: string;
  readonly waiting: (practice: string, operator: string) => string;
  readonly keep: (inviter: string) => string;
  readonly refusedTitle: string;
  readonly refused: (practice: string, operator: string) => string;
  readonly admittedTitle: string;
  readonly admitted: (practice: string, inviter: string, isPartner: boolean) => string;
  readonly keyText: string;
  readonly keyButton: string;
  readonly keyUnused: string;
  readonly keyAgain: string;
  readonly keyTitle: string;
  readonly keyShown: string;
  readonly keyNext: readonly [before: string, link: string];
  readonly keyUsed: string;
  readonly suspended: string;
  readonly invalidTitle: string;
  readonly invalid: string;
}
