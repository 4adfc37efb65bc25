-- The search index of what practices offer follows the practice's own row.
CREATE TRIGGER practice_offers_on_insert AFTER INSERT ON practices BEGIN
  INSERT OR IGNORE INTO practice_offers (offer, practice_id)
    SELECT value, NEW.id FROM json_each(NEW.services) UNION SELECT value, NEW.id FROM json_each(NEW.assessments);
END;
--> statement-breakpoint
CREATE TRIGGER practice_offers_on_update AFTER UPDATE OF services, assessments ON practices BEGIN
  DELETE FROM practice_offers WHERE practice_id = NEW.id AND offer IN (
    SELECT value FROM json_each(OLD.services) UNION SELECT value FROM json_each(OLD.assessments));
  INSERT OR IGNORE INTO practice_offers (offer, practice_id)
    SELECT value, NEW.id FROM json_each(NEW.services) UNION SELECT value, NEW.id FROM json_each(NEW.assessments);
END;
--> statement-breakpoint
-- A referral is sent only between active practices in an active partnership, whatever was true when it was read.
CREATE TRIGGER referrals_insert_needs_partnership BEFORE INSERT ON referrals
WHEN NOT EXISTS (
  SELECT 1 FROM partnerships
  JOIN practices AS sender ON sender.id = NEW.sender_practice_id AND sender.status = 'active'
  JOIN practices AS receiver ON receiver.id = NEW.receiver_practice_id AND receiver.status = 'active'
  WHERE partnerships.id = NEW.partnership_id AND partnerships.state = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: no active partnership'); END;
--> statement-breakpoint
CREATE TRIGGER referrals_send_needs_partnership BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'awaiting_consent' AND NEW.state = 'sent' AND NOT EXISTS (
  SELECT 1 FROM partnerships
  JOIN practices AS sender ON sender.id = NEW.sender_practice_id AND sender.status = 'active'
  JOIN practices AS receiver ON receiver.id = NEW.receiver_practice_id AND receiver.status = 'active'
  WHERE partnerships.id = NEW.partnership_id AND partnerships.state = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: no active partnership'); END;
--> statement-breakpoint
-- A referral is disclosed only with a consent on record.
CREATE TRIGGER referrals_accept_needs_consent BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'sent' AND NEW.state = 'accepted' AND NOT EXISTS (
  SELECT 1 FROM consents WHERE consents.referral_id = NEW.id AND consents.revoked_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: no consent'); END;
--> statement-breakpoint
-- History is written once.
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'guard: events never change'); END;
--> statement-breakpoint
CREATE TRIGGER disclosures_never_change BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'guard: disclosures never change'); END;
--> statement-breakpoint
-- Of two writers that read the same version the second is refused, with all that stands in its batch.
CREATE TRIGGER practices_version BEFORE UPDATE OF version ON practices WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER credentials_version BEFORE UPDATE OF version ON credentials WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_version BEFORE UPDATE OF version ON partnerships WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER referrals_version BEFORE UPDATE OF version ON referrals WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER webhook_endpoints_version BEFORE UPDATE OF version ON webhook_endpoints WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
-- Limits hold also for many requests at once.
CREATE TRIGGER webhook_endpoints_limit BEFORE INSERT ON webhook_endpoints
WHEN (SELECT count(*) FROM webhook_endpoints WHERE practice_id = NEW.practice_id AND deleted_at IS NULL) >= 20
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
CREATE TRIGGER professionals_limit BEFORE INSERT ON professionals
WHEN (SELECT count(*) FROM professionals WHERE practice_id = NEW.practice_id) >= 200
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- Of two equal referrals at once the second is refused as a duplicate, unless the sender insists.
CREATE TRIGGER referrals_insert_no_duplicate BEFORE INSERT ON referrals
WHEN NEW.duplicate_allowed = 0 AND EXISTS (
  SELECT 1 FROM referrals WHERE client_index = NEW.client_index
    AND sender_state IN ('awaiting_consent', 'sent', 'needs_info', 'accepted', 'waitlisted', 'engaged'))
BEGIN SELECT RAISE(ABORT, 'guard: duplicate'); END;
--> statement-breakpoint
-- What happens to a referral waits to be sealed into its chain: written in the transaction of the entry itself.
CREATE TRIGGER events_await_sealing AFTER INSERT ON events WHEN NEW.referral_id IS NOT NULL BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id, 'event');
END;
--> statement-breakpoint
CREATE TRIGGER disclosures_await_sealing AFTER INSERT ON disclosures BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id, 'disclosure');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_links_never_change BEFORE UPDATE ON ledger_links
BEGIN SELECT RAISE(ABORT, 'guard: ledger links never change'); END;
--> statement-breakpoint
-- Of two that judged an endpoint's health from the same knowledge the second judges again.
CREATE TRIGGER webhook_endpoints_health_version BEFORE UPDATE OF health_version ON webhook_endpoints
WHEN NEW.health_version <> OLD.health_version + 1
BEGIN SELECT RAISE(ABORT, 'guard: health version'); END;
--> statement-breakpoint
-- An attempt stands beside the delivery that counts it: who lost the lease writes nothing at all.
CREATE TRIGGER attempts_number BEFORE INSERT ON attempts
WHEN NEW.number <> (SELECT attempts_count FROM deliveries WHERE id = NEW.delivery_id)
BEGIN SELECT RAISE(ABORT, 'guard: attempt number'); END;
--> statement-breakpoint
-- Nobody is told of an event that was not written: its batch is refused as a whole.
CREATE TRIGGER event_recipients_need_event BEFORE INSERT ON event_recipients WHEN NEW.position IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: no event'); END;
