/** A decision on a credential: the row, who decided by what, and what the practice is told; all in one batch. */
import { type NewEvent, recordEvent } from '../ledger/outbox.ts';
import type { Query } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { type CredentialRow, insertDecision, updateCredential } from './credentials.repository.ts';
import { nextNotice } from './expiry.ts';
import { isQualification } from './professions.ts';
import { closeCase } from './rosters/cases.repository.ts';

/** Who decides: an operator by a key, or a board's roster. */
export interface Decider {
  readonly actor: 'operator' | 'system';
  readonly id: string;
  readonly source: string | null;
  readonly evidence: Record<string, unknown>;
}

export type CredentialDecision =
  | {
      readonly decision: 'verified';
      readonly level: 'registry_matched' | 'source_verified';
      readonly expiresOn: string;
    }
  | { readonly decision: 'rejected'; readonly reason: string }
  | { readonly decision: 'suspended'; readonly reason: string };

function columnsOf(decided: CredentialDecision, row: CredentialRow, by: Decider, now: number) {
  if (decided.decision === 'suspended')
    return {
      suspended_at: now,
      suspension_reason: decided.reason,
      suspended_by: by.id,
      updated_at: now,
    };
  const shared = {
    decided_at: now,
    decided_by_key_id: by.actor === 'operator' ? by.id : null,
    suspended_at: null,
    suspension_reason: null,
    suspended_by: null,
    updated_at: now,
  };
  if (decided.decision === 'rejected')
    return {
      ...shared,
      status: 'rejected' as const,
      level: 'self_asserted' as const,
      rejection_reason: decided.reason,
      notice_due_at: null,
    };
  const { expiresOn: expires_on } = decided;
  return {
    ...shared,
    status: 'verified' as const,
    level: decided.level,
    // Verified again without a word where: what was said before still holds.
    source: by.source ?? row.source,
    rejection_reason: null,
    // A roster may name another last day; what no roster lists keeps its own.
    ...(isQualification(row.kind) ? { stored_expires_on: expires_on } : {}),
    notice_due_at: nextNotice({ expires_on, time_zone: row.time_zone }, now),
  };
}

/** @param practiceId whose credential it is */
export function decisionPlan(
  query: Query,
  row: CredentialRow,
  practiceId: string,
  decided: CredentialDecision,
  by: Decider,
  now: number,
) {
  const event: NewEvent<`credential.${CredentialDecision['decision']}`> = {
    type: `credential.${decided.decision}`,
    actor: by.actor,
    referral: null,
    parties: { practice: { practice_id: practiceId } },
    data: {
      credential_id: row.id,
      state: decided.decision,
      // An operator's words are read where they can be changed.
      ...(decided.decision === 'suspended'
        ? { reason: by.actor === 'operator' ? 'operator' : decided.reason }
        : {}),
    },
  };
  return {
    credential: one(updateCredential(query, row.id, row.version, columnsOf(decided, row, by, now))),
    rest: [
      insertDecision(query, {
        id: newId('credential_decision'),
        credential_id: row.id,
        decision: decided.decision,
        decided_by: by.id,
        source: by.source,
        evidence: by.evidence,
        decided_at: now,
      }),
      closeCase(query, row.id, decided.decision, by.id, now),
      ...recordEvent(query, event, now),
    ],
  };
}
