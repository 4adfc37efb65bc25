/** What a practice's key may do. An operator's key holds `operator` and nothing else. */
export const PRACTICE_SCOPES = [
  'practice:read',
  'practice:write',
  'keys:write',
  'directory:read',
  'partnerships:read',
  'partnerships:write',
  'referrals:read',
  'referrals:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'reports:read',
] as const;

export type PracticeScope = (typeof PRACTICE_SCOPES)[number];
export type Scope = PracticeScope | 'operator';
