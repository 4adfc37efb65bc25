/** What a referral's parties may ask about a client's data. */
import { erasureOperations } from './erasure.routes.ts';

export const privacyOperations = [...erasureOperations];
