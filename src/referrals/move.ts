/** One side's move on a referral: the same for a route, a link, a page, the cron and the command line. */
import { insertConsent } from '../consents/consents.repository.ts';
import {
  allowsFeedback,
  feedbackUntil,
  isActive,
  type ObtainedConsent,
} from '../consents/consents.schemas.ts';
import { requireUsableConsent, toConsentRow } from '../consents/record.ts';
import { endRequests } from '../consents/requests.repository.ts';
import type { Author, Exchange } from '../ledger/exchange.ts';
import { requireVersion } from '../ledger/versions.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one, type Plan } from '../platform/db/plan.ts';
import { Problem, sayMoves, suspended } from '../platform/problem.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import { changeReferral } from './change.ts';
import { goOn } from './choice/chain.ts';
import { type InLine, selectFollower, selectInLine } from './choice/choice.repository.ts';
import {
  disclosedIn,
  disclosePlan,
  type FileRows,
  filePlan,
  openFile,
  type ReferralFile,
  requireFile,
} from './file.ts';
import { type GateRows, gatePlan, requireReceivable, requireSendable } from './gate.ts';
import type { Move } from './lifecycle.ts';
import { type ContactRow, insertContact, insertMessage, type MessageRow } from './referrals.repository.ts';
import { requireMessageRoom } from './room.ts';
import { isDisclosedState, type ToldReferral } from './told.ts';

const CONTACTS_MAX = 200;

/** What a move writes beside the state. */
export interface MoveDetails {
  readonly reason?: string;
  readonly message?: { readonly kind: MessageRow['kind']; readonly text: string } | undefined;
  readonly contact?: { readonly kind: ContactRow['kind']; readonly occurred_at: number };
  readonly consent?: ObtainedConsent;
  /** Who of the receiver takes the client on. */
  readonly professionalId?: string | undefined;
  /** The answer shows nothing of the client, so nothing is disclosed. */
  readonly withoutClient?: boolean;
}

export interface WantedMove {
  readonly author: Author;
  readonly referralId: string;
  readonly move: Move;
  readonly details: MoveDetails;
  /** The `ETag` that whoever decided had read; null: any. */
  readonly ifMatch: string | null;
}

/** The referral after a move, and what of the client was disclosed with it. */
export interface Moved {
  readonly file: ReferralFile;
  readonly disclosed: readonly string[];
}

/** @throws Problem 403, 409 */
function requireAllowed(
  { progress, moves, barredMoves, isOutcomeWithheld, choice_id }: ToldReferral,
  move: Move,
): void {
  if (moves.includes(move)) return;
  if (barredMoves.includes(move)) throw suspended();
  const { state } = progress;
  const members = { state, allowed_moves: moves };
  if (move === 'record_consent' && choice_id !== null) {
    const detail =
      'The client chooses among several practices, and a consent on record names one: withdraw the choice, and send a referral to the one practice with this consent.';
    throw new Problem('illegal_transition', detail, members);
  }
  if (isOutcomeWithheld) {
    const detail =
      'The client allowed no news to you after the acceptance, so there is nothing for you to do here.';
    throw new Problem('outcome_withheld', detail, members);
  }
  throw new Problem('illegal_transition', `The referral is ${state}: ${sayMoves(moves)}.`, members);
}

/** What was declined is the sender's again: once it has gone on to somebody else, nobody takes the decline back. @throws Problem 409 */
function requireNotFollowed({ told }: ReferralFile, move: Move, follower: object | undefined): void {
  if (move !== 'undo' || told.progress.state !== 'declined' || !follower) return;
  const detail =
    'The sender has gone on without you meanwhile, so the decline cannot be undone any more. Get in touch with the sender.';
  throw new Problem('illegal_transition', detail, { state: told.progress.state, allowed_moves: [] });
}

/** @throws Problem 409 */
function requireRoom({ messages, contacts, told }: ReferralFile, { message, contact }: MoveDetails): void {
  if (message) {
    const alike = messages.filter(({ author, kind }) => author === told.side && kind !== 'message');
    requireMessageRoom(alike.length, message.kind);
  }
  if (contact && contacts.length >= CONTACTS_MAX)
    throw new Problem('limit_reached', `A referral has at most ${CONTACTS_MAX} contacts.`);
}

/** Who of the receiver takes the client on. @throws Problem 403, 409 */
function requireAcceptable(
  { told, consent }: ReferralFile,
  gate: GateRows,
  details: MoveDetails,
  now: number,
): string {
  if (!consent || !isActive(consent, now)) {
    throw new Problem(
      'consent_not_active',
      'The client’s consent is not active, so the client cannot be disclosed to you.',
    );
  }
  // What was disclosed before is no longer held back: a place on the waiting list comes free whoever sent the client.
  if (!isDisclosedState(told) && told.sender_status === 'suspended') {
    throw new Problem(
      'sender_not_eligible',
      'The sending practice is suspended, so a client of it whom you have not accepted yet is not disclosed.',
    );
  }
  return requireReceivable(gate, told.client_jurisdiction, now, details.professionalId);
}

/** What a move writes beside the change itself, and the file's rows with that. */
interface Additions {
  readonly before: Plan;
  readonly after: Plan;
  readonly rows: Partial<Pick<ReferralFile, 'consent' | 'request' | 'messages' | 'contacts'>>;
}

async function addConsent(
  input: ObtainedConsent,
  { told }: ReferralFile,
  gate: GateRows,
  author: Author,
  vault: ReferralVault,
  { database: { query }, now }: Exchange,
): Promise<Additions> {
  requireSendable(gate, told.client_jurisdiction, now, told.sender_professional_id);
  const context = {
    referralId: told.id,
    keyId: author.throughId,
    verbalAllowed: gate.sender?.verbal_consent_allowed ?? false,
    discloseOnSend: told.disclose === 'on_send',
    now,
    pointer: '' as const,
  };
  requireUsableConsent(input, context);
  const consent = await toConsentRow(input, context, vault);
  return {
    before: [insertConsent(query, consent), endRequests(query, told.id, now)],
    after: undefined,
    rows: { consent, request: undefined },
  };
}

async function addWords(
  { message, contact }: MoveDetails,
  file: ReferralFile,
  vault: ReferralVault,
  { database: { query }, now }: Exchange,
): Promise<Additions> {
  const { id: referral_id, side: author } = file.told;
  if (message) {
    const id = newId('message');
    const sealed_text = await vault.seal('referral_messages.sealed_text', message.text, id);
    const row = { id, referral_id, kind: message.kind, author, sealed_text, created_at: now };
    return {
      before: undefined,
      after: insertMessage(query, row),
      rows: { messages: [...file.messages, row] },
    };
  }
  if (contact) {
    const row = { id: newId('contact'), referral_id, ...contact, created_at: now };
    return {
      before: undefined,
      after: insertContact(query, row),
      rows: { contacts: [...file.contacts, row] },
    };
  }
  return { before: undefined, after: undefined, rows: {} };
}

/** Moves that are judged by partnership, practices and credentials, too. */
const GATED: readonly Move[] = ['accept', 'record_consent'];
/** Moves after which another practice of the client's choice may be asked, or none. */
const ENDS_TURN: readonly Move[] = ['decline', 'withdraw'];

interface MoveRows {
  readonly rows: FileRows;
  readonly gate: GateRows | undefined;
  readonly inLine: readonly InLine[] | undefined;
  readonly follower: object | undefined;
}

/** The write that makes the move. @throws Problem as `commit` says: 404, 403, 409, 412 */
export const moveAt =
  ({ author, referralId, move, details, ifMatch }: WantedMove) =>
  (exchange: Exchange) => {
    const { database, vault, now } = exchange;
    const { query } = database;
    return {
      subject: referralId,
      read: {
        rows: filePlan(query, referralId, author.practiceId),
        gate: GATED.includes(move) ? gatePlan(query, referralId) : undefined,
        inLine: ENDS_TURN.includes(move) ? many(selectInLine(query, referralId)) : undefined,
        follower: move === 'undo' ? one(selectFollower(query, referralId)) : undefined,
      },
      decide: async ({ rows, gate, inLine, follower }: MoveRows) => {
        const file = requireFile(rows, author, now);
        const { told, record } = file;
        requireVersion(ifMatch, told.version);
        if (!record)
          throw new Problem('invalid_state', 'The client of this referral was erased.', {
            state: told.progress.state,
            allowed_moves: [],
          });
        requireAllowed(told, move);
        requireNotFollowed(file, move, follower);
        const professionalId =
          gate && move === 'accept' ? requireAcceptable(file, gate, details, now) : undefined;
        requireRoom(file, details);
        const referralVault = await vault.openReferralVault(referralId, record);
        const additions =
          gate && details.consent
            ? await addConsent(details.consent, file, gate, author, referralVault, exchange)
            : await addWords(details, file, referralVault, exchange);
        const feedback = allowsFeedback(file.consent, now);
        const recorded = additions.rows.consent;
        const change = {
          move,
          by: told.side,
          reason: details.reason,
          professionalId,
          feedback,
          feedbackUntil: recorded && feedbackUntil(recorded),
        };
        const changed = changeReferral(query, file.referral, change, now);
        return {
          // What the new state needs stands before it; the disclosure is judged by what is true after it.
          writes: {
            before: additions.before,
            change: changed.statements,
            after: additions.after,
            onward: goOn(query, move, changed.referral, inLine ?? [], now),
            disclosed: details.withoutClient ? undefined : disclosePlan(exchange, author, referralId),
          },
          resourceId: referralId,
          resultOf: ({ disclosed }: { disclosed?: { disclosed: string } | undefined }): Moved => {
            const after = openFile(
              { ...rows, ...additions.rows, referral: changed.referral },
              author.practiceId,
              now,
            );
            if (!after) throw new Error('Whoever makes a move stays a party of the referral.');
            return { file: { ...after, vault: referralVault }, disclosed: disclosedIn(disclosed) };
          },
        };
      },
    };
  };
