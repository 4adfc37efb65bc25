/** Whether a sender may hear what becomes of its client. */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';

/** 1 while the consent of the referral lets news reach the sender. @param referralId a column or a subquery */
export const feedbackActive = (referralId: SQL, now: number | Placeholder) =>
  sql<number>`exists (
    select 1 from consents as allowed
    where allowed.referral_id = ${referralId} and allowed.revoked_at is null and allowed.expires_at > ${now}
      and exists (select 1 from json_each(allowed.directions) as direction where direction.value = 'feedback'))`;
