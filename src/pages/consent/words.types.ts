/** What the client's page can say. */
import type { Category, SingleOptionReason } from '../../consents/consents.schemas.ts';
import type { QualificationKind } from '../../verification/professions.ts';

/** One of the two practices, as the client may reach it. */
export interface Party {
  readonly name: string;
  /** City and state, as people write them. */
  readonly place: string;
  readonly phone: string | null;
  readonly email: string | null;
}

export interface Operator {
  readonly name: string;
  readonly email: string;
  readonly address: string;
}

export interface ConsentFacts {
  readonly sender: string;
  readonly receiver: string;
  readonly parties: { readonly sender: Party; readonly receiver: Party };
  /** Each professional of the receiver, with the profession and the verified credential; first who may take them on. */
  readonly credentials: readonly string[];
  /** How the operator knows that they are true. */
  readonly checked: 'at_the_source' | 'in_a_list' | 'either';
  readonly purposes: readonly string[];
  /** The last day, written out in the reader's language. */
  readonly validUntil: string;
  readonly atOnce: boolean;
  readonly part2: boolean;
  /** Why no other is named. */
  readonly singleOption: SingleOptionReason | null;
  readonly operator: Operator;
}

export interface ShownCredential {
  readonly person: string;
  readonly profession: string;
  readonly kind: QualificationKind;
  /** Null where it says no more than its kind. */
  readonly title: string | null;
  readonly issuer: string;
  readonly place: string | null;
  readonly until: string;
  /** The last day of the insurance against malpractice that was verified, too; null: none. */
  readonly insuredUntil: string | null;
}

/** How far the introduction is, as the sender was told. */
export interface Standing {
  readonly state: string;
  /** Until when an answer is due, or since when there is one; written out. */
  readonly time: string | null;
}

type Say<T = string> = (facts: ConsentFacts) => T;

export interface Words {
  /** Who checked the credentials, and how. */
  readonly checked: Record<ConsentFacts['checked'], (operator: string) => string>;
  readonly title: string;
  readonly intro: Say;
  readonly introDecided: Say;
  readonly crisis: string;
  /** What stands around the number that is called, and the one that is texted. */
  readonly crisisCall: readonly [before: string, between: string, after: string];
  /** Said of 988 alone. */
  readonly crisis988: string;
  /** Followed by the operator's e-mail, as `deletionText` is. */
  readonly runBy: (operator: Operator) => string;
  readonly roles: string;
  readonly nameHeading: string;
  readonly nameHint: string;
  readonly nameLabel: string;
  readonly nameButton: string;
  readonly nameWrong: string;
  readonly triesLeft: (left: number) => string;
  readonly lockedTitle: string;
  readonly locked: (wait: string, time: string) => string;
  readonly lockedAsk: Say;
  /** For a client who has agreed before. */
  readonly lockedRevoke: Say;
  readonly invalidTitle: string;
  readonly invalid: string;
  readonly credential: (shown: ShownCredential) => string;
  /** What is agreed to: first as a list, then in sentences. What is hashed is exactly these, in this order. */
  readonly terms: Say<(readonly [term: string, value: string])[]>;
  readonly statements: Say<string[]>;
  readonly singleOption: Record<SingleOptionReason, Say>;
  readonly contactsHeading: string;
  readonly contactsNone: string;
  readonly categories: Record<Category | 'messages' | 'plan', string>;
  readonly reachBy: Record<'email' | 'phone' | 'text', string>;
  readonly alwaysShared: string;
  readonly chooseHeading: string;
  readonly chooseHint: string;
  readonly feedbackHeading: Say;
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
  readonly denyAsk: Say;
  readonly denySure: string;
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
  readonly nextHeading: string;
  /** What happens now; empty where there is nothing to say. */
  readonly next: (facts: ConsentFacts, standing: Standing) => string[];
  readonly revokedText: (time: string) => string;
  /** Followed by the operator's e-mail. */
  readonly deletionText: (facts: ConsentFacts) => string;
  readonly receiptHeading: string;
  readonly receipt: {
    readonly id: string;
    readonly given: string;
    readonly until: string;
    readonly revoked: string;
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
  readonly proofHeading: string;
  readonly yes: string;
  readonly no: string;
  readonly disclosuresHeading: string;
  readonly disclosuresNone: string;
  readonly disclosuresUntil: (facts: ConsentFacts, time: string) => string;
  /** Why the list ends there, and who has the rest. */
  readonly disclosuresRest: Say;
  readonly disclosuresNoneUntil: string;
  readonly ways: Record<string, string>;
  readonly revokeHeading: string;
  readonly revokeText: string;
  readonly revokeButton: string;
  readonly revokeAsk: Say;
  readonly revokeSure: string;
  readonly deniedText: Say<string[]>;
  readonly showText: string;
  readonly unavailable: Say;
}
