/** What a practice’s key may do. An operator’s key holds `operator` and nothing else. @schema KeyScope */
export const PRACTICE_SCOPES = [
  /** Read your own profile, professionals, credentials and what the operator did. */
  'practice:read',
  /** Change your own profile. */
  'practice:write',
  /** List, make and revoke keys that can do no more than the one that makes them. */
  'keys:write',
  /** Search the directory. */
  'directory:read',
  /** Read partnerships. */
  'partnerships:read',
  /** Invite, answer, pause and end partnerships. */
  'partnerships:write',
  /** Read referrals, with the client as far as the consent allows; disclosures, history and export. */
  'referrals:read',
  /** Send and answer referrals; ask for consent; erase a client. */
  'referrals:write',
  /** Read the event feed. */
  'events:read',
  /** Read webhook endpoints and deliveries. */
  'webhooks:read',
  /** Make, change, test and delete webhook endpoints; retry and replay deliveries. */
  'webhooks:write',
  /** Read the reciprocity report. */
  'reports:read',
] as const;

export type PracticeScope = (typeof PRACTICE_SCOPES)[number];
export type Scope = PracticeScope | 'operator';
