/** Examples of the document. */
import { previewExample } from '../referrals/referrals.examples.ts';

export const erasedExample = {
  ...previewExample,
  version: 2,
  direction: 'sent',
  state: 'revoked',
  languages: [],
  client_city: null,
  client_withheld: 'erased',
  ended_at: '2026-10-06T08:00:00.000Z',
  erased_at: '2026-10-06T08:00:00.000Z',
  allowed_moves: [],
  consent: {
    ...previewExample.consent,
    status: 'revoked',
    purposes: [],
    revoked_at: '2026-10-06T08:00:00.000Z',
  },
  updated_at: '2026-10-06T08:00:00.000Z',
};
