/** What a referral's parties may ask about a client's data. */
import { disclosureOperations } from './disclosures.routes.ts';
import { erasureOperations } from './erasure.routes.ts';
import { exportOperations } from './export.routes.ts';
import { ledgerOperations } from './ledger.routes.ts';

export const privacyOperations = [
  ...disclosureOperations,
  ...exportOperations,
  ...erasureOperations,
  ...ledgerOperations,
];
