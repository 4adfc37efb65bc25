/** What the receiver reads on a referral's page, in every language. */
import type { Category } from '../../consents/consents.schemas.ts';
import type { ReferralState } from '../../platform/db/states.ts';
import type {
  CONTACT_KINDS,
  DECLINE_REASONS,
  NOT_ENGAGED_REASONS,
  URGENCIES,
  WITHHELD_REASONS,
} from '../../referrals/codes.ts';
import type { PageMove } from './moves.ts';

type OneOf<T extends readonly string[]> = T[number];

export interface Words {
  readonly title: (sender: string) => string;
  readonly states: Record<ReferralState, string>;
  readonly answerBy: (time: string) => string;
  readonly because: (reason: string) => string;
  readonly takenBy: (name: string) => string;
  readonly senderHeading: string;
  readonly sender: {
    readonly practice: string;
    readonly professional: string;
    readonly number: string;
    readonly numberHint: string;
  };
  readonly aboutHeading: string;
  readonly about: {
    readonly service: string;
    readonly reason: string;
    readonly urgency: string;
    readonly languages: string;
    readonly place: string;
    readonly sentAt: string;
  };
  readonly urgencies: Record<OneOf<typeof URGENCIES>, string>;
  /** Of the reasons that the catalog begins with; the operator’s own are shown by their code. */
  readonly clientHeading: string;
  readonly categories: Record<Category, string>;
  readonly client: {
    readonly preferredName: string;
    readonly pronouns: string;
    readonly born: string;
    readonly email: string;
    readonly phone: string;
    readonly preferredWay: string;
    readonly bestTimes: string;
  };
  readonly ways: Record<'email' | 'phone' | 'text', string>;
  readonly purposes: string;
  readonly showButton: string;
  readonly hideButton: string;
  readonly showHint: string;
  readonly shownHint: string;
  readonly withheld: Record<OneOf<typeof WITHHELD_REASONS>, string>;
  readonly consentUntil: (day: string) => string;
  readonly plan: {
    readonly heading: string;
    readonly owners: Record<'sender' | 'receiver', string>;
    readonly until: (day: string) => string;
    readonly done: (day: string) => string;
  };
  readonly messagesHeading: string;
  readonly authors: Record<'sender' | 'receiver', string>;
  readonly messageHidden: string;
  readonly contactsHeading: string;
  readonly contactKinds: Record<OneOf<typeof CONTACT_KINDS>, string>;
  readonly answerHeading: string;
  readonly answerHint: string;
  readonly callbackHint: string;
  readonly nothing: string;
  readonly byCrm: string;
  readonly moves: Record<Exclude<PageMove, 'undo'>, string>;
  /** From the waiting list. */
  readonly admit: string;
  /** What it takes back, by the state that it leaves. */
  readonly undo: Partial<Record<ReferralState, string>>;
  readonly undoOther: string;
  readonly questions: {
    readonly accept: string;
    readonly decline: string;
    readonly mark_not_engaged: string;
    readonly request_info: string;
    readonly record_contact: string;
  };
  readonly moveHints: Partial<Record<PageMove, string>>;
  readonly note: string;
  readonly errorTitle: (title: string) => string;
  readonly question: string;
  readonly reasons: Record<OneOf<typeof DECLINE_REASONS> | OneOf<typeof NOT_ENGAGED_REASONS>, string>;
  readonly faults: {
    readonly reason: string;
    readonly note: string;
    readonly question: string;
    readonly kind: string;
    readonly tooLong: string;
    readonly unreadable: string;
    readonly changed: string;
    readonly consent: string;
    readonly suspended: string;
    readonly unverified: string;
    readonly other: string;
  };
  readonly invalidTitle: string;
  readonly invalid: string;
}
