/** What the client's page can say. */
import type { Category } from '../../consents/consents.schemas.ts';

export interface ConsentFacts {
  readonly sender: string;
  readonly senderCity: string;
  readonly receiver: string;
  readonly receiverCity: string;
  /** Name, profession and verified credential of each professional of the receiver. */
  readonly credentials: readonly string[];
  readonly purposes: readonly string[];
  /** The last day, written out in the reader's language. */
  readonly validUntil: string;
  readonly atOnce: boolean;
  readonly part2: boolean;
}

export interface Words {
  readonly title: string;
  readonly intro: (facts: ConsentFacts) => string;
  readonly introDecided: (facts: ConsentFacts) => string;
  readonly nameHeading: string;
  readonly nameHint: string;
  readonly nameLabel: string;
  readonly nameButton: string;
  readonly nameWrong: (left: number) => string;
  readonly lockedTitle: string;
  readonly locked: (wait: string, time: string) => string;
  readonly lockedAsk: (facts: ConsentFacts) => string;
  /** For a client who has agreed before. */
  readonly lockedRevoke: (facts: ConsentFacts) => string;
  readonly invalidTitle: string;
  readonly invalid: string;
  /** The paragraphs of the consent, in order: what is hashed is exactly these. */
  readonly text: (facts: ConsentFacts) => string[];
  readonly categories: Record<Category, string>;
  readonly alwaysShared: string;
  readonly chooseHeading: string;
  readonly chooseHint: string;
  readonly feedbackHeading: (facts: ConsentFacts) => string;
  readonly feedbackHint: string;
  readonly feedbackYes: string;
  readonly feedbackNo: string;
  readonly signHeading: string;
  readonly signLabel: string;
  readonly signTick: string;
  readonly representativeLabel: string;
  readonly representativeHint: string;
  readonly grantButton: string;
  readonly denyHeading: string;
  readonly denyText: string;
  readonly denyButton: string;
  readonly errors: {
    readonly feedback: string;
    readonly signature: string;
    readonly authority: string;
    readonly tick: string;
    readonly changed: string;
  };
  readonly state: {
    readonly active: string;
    readonly expired: string;
    readonly revoked: string;
    readonly denied: string;
    readonly ended: string;
  };
  readonly receiptHeading: string;
  readonly receipt: {
    readonly id: string;
    readonly given: string;
    readonly until: string;
    readonly from: string;
    readonly to: string;
    readonly purposes: string;
    readonly shared: string;
    readonly feedback: string;
    readonly signedBy: string;
    readonly hash: string;
    readonly json: string;
    readonly print: string;
  };
  readonly yes: string;
  readonly no: string;
  readonly disclosuresHeading: string;
  readonly disclosuresNone: string;
  readonly disclosuresUntil: (facts: ConsentFacts, time: string) => string;
  /** Why the list ends there, and who has the rest. */
  readonly disclosuresRest: (facts: ConsentFacts) => string;
  readonly disclosuresNoneUntil: string;
  readonly disclosureColumns: readonly [string, string, string];
  readonly ways: Record<string, string>;
  readonly revokeHeading: string;
  readonly revokeText: string;
  readonly revokeButton: string;
  readonly deniedText: (facts: ConsentFacts) => string;
  readonly showText: string;
  readonly unavailable: (facts: ConsentFacts) => string;
}
