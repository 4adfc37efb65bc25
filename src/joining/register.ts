/**
 * Who was invited registers: a practice that may do nothing yet, a professional, and a credential that nobody has
 * looked at. All of it is the operator's to decide, and none of it is in the directory.
 */
import { selectTerm } from '../catalog/catalog.repository.ts';
import { requireKnown, unknownPlan, wantedCodes } from '../catalog/known.ts';
import { commit, decision, write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { sha256Hex } from '../platform/access/token.ts';
import { newId } from '../platform/db/ids.ts';
import { one, type Plan } from '../platform/db/plan.ts';
import { invalidInput, notFound, Problem } from '../platform/problem.ts';
import type { JoinLink } from '../platform/vault/links.ts';
import { saidAt } from '../practices/capacity.ts';
import { insertPractice, insertProfessional } from '../practices/practices.repository.ts';
import { submissionPlan, submit } from '../verification/submit.ts';
import { guestPlan, toGuest } from './guest.ts';
import { type GuestRow, updateInvitation } from './joining.repository.ts';
import type { RegistrationRequest } from './joining.schemas.ts';

const claimHash = (invitationId: string, claim: string) => sha256Hex(`join-claim:${invitationId}:${claim}`);

const codesOf = ({ practice, professional }: RegistrationRequest) =>
  wantedCodes({
    'practice/services': ['service', practice.services],
    'practice/assessments': ['assessment', practice.assessments],
    'practice/languages': ['language', practice.languages],
    'professional/profession': ['profession', professional.profession],
  });

/** A credential of another kind would never be enough. @throws Problem 422 */
function requireFittingKind(kind: string, requires: string | null | undefined): void {
  if (requires != null && requires !== kind)
    throw invalidInput([
      { pointer: '/credential/kind', detail: `must be \`${requires}\`: the profession requires it` },
    ]);
}

/** The same form again, by whoever sent it first. */
const isSame = (row: GuestRow, hash: string | null) => hash !== null && row.claim_hash === hash;

/** What a registration made. */
export interface Registered {
  readonly id: string;
  readonly registered_at: number | null;
  readonly practice_id: string | null;
}

/**
 * @param claim by which the same form is known again where its answer was lost; null: it is not
 * @returns the invitation, registered
 * @throws Problem 404, 409, 422
 */
export async function register(
  exchange: Exchange,
  link: JoinLink,
  wish: RegistrationRequest,
  claim: string | null,
): Promise<Registered> {
  const hash = claim === null ? null : await claimHash(link.invitationId, claim);
  return commit(exchange, (at) => {
    const { database, now } = at;
    const { query } = database;
    const professionalId = newId('professional');
    return write({
      subject: link.invitationId,
      findsItself: hash !== null,
      read: {
        row: guestPlan(at, link),
        submission: submissionPlan(database, professionalId, wish.credential),
        profession: one(selectTerm(query, 'profession', wish.professional.profession)),
        unknown: unknownPlan(database, codesOf(wish)),
      },
      decide: async ({ row, submission, profession, unknown }) => {
        const guest = link.holder === 'invited' ? toGuest(link, row, now) : null;
        if (!guest || !row) throw notFound();
        if (row.registered_at !== null) {
          if (isSame(row, hash))
            return decision<Plan, Registered>({ writes: undefined, resultOf: () => row });
          throw new Problem('invalid_state', 'Somebody has registered by this link already.', {
            state: 'registered',
            allowed_moves: [],
          });
        }
        await requireKnown(database, unknown);
        requireFittingKind(wish.credential.kind, profession?.requires);
        const practiceId = newId('practice');
        const practice = {
          ...wish.practice,
          ...saidAt(now),
          id: practiceId,
          status: 'suspended' as const,
          created_at: now,
          updated_at: now,
        };
        const person = { ...wish.professional, id: professionalId, practice_id: practiceId, created_at: now };
        const handedIn = submit(
          database,
          professionalId,
          wish.credential,
          { ...submission, professional: { practice_id: practiceId } },
          practiceId,
          now,
        );
        const registered = {
          practice_id: practiceId,
          registered_at: now,
          claim_hash: hash,
          terms_version: wish.terms.version,
          terms_agreed_by: wish.terms.agreed_by,
        };
        return decision<Plan, Registered>({
          writes: [
            insertPractice(query, practice),
            insertProfessional(query, person),
            handedIn.insert,
            updateInvitation(query, row, registered),
          ],
          resultOf: () => ({ id: row.id, registered_at: now, practice_id: practiceId }),
        });
      },
    });
  });
}
