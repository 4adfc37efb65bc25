-- What a client allowed, and that it was taken back, is part of the history: noted in the transaction of the act itself.
CREATE TRIGGER consents_await_sealing AFTER INSERT ON consents BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id, 'consent');
END;
--> statement-breakpoint
CREATE TRIGGER revocations_await_sealing AFTER UPDATE OF revoked_at ON consents
WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL BEGIN
  INSERT INTO ledger_pending (referral_id, entry_id, kind) VALUES (NEW.referral_id, NEW.id || ':revoked', 'revocation');
END;
--> statement-breakpoint
-- Those from before are sealed as they are now.
INSERT INTO ledger_pending (referral_id, entry_id, kind)
  SELECT referral_id, id, 'consent' FROM consents
  UNION ALL SELECT referral_id, id || ':revoked', 'revocation' FROM consents WHERE revoked_at IS NOT NULL;
