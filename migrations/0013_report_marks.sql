-- A change that only names these columns tells that side nothing, and leaves its kept month as it is.
DROP TRIGGER report_months_of_sender;
--> statement-breakpoint
CREATE TRIGGER report_months_of_sender AFTER UPDATE OF sender_version, sent_at ON referrals
WHEN NEW.sent_at IS NOT NULL AND (NEW.sender_version <> OLD.sender_version OR NEW.sent_at IS NOT OLD.sent_at) BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.sender_practice_id AND until_at > NEW.sent_at AND from_at = (
		SELECT max(from_at) FROM report_months WHERE practice_id = NEW.sender_practice_id AND from_at <= NEW.sent_at);
END;
--> statement-breakpoint
DROP TRIGGER report_months_of_receiver;
--> statement-breakpoint
CREATE TRIGGER report_months_of_receiver AFTER UPDATE OF receiver_version, sent_at ON referrals
WHEN NEW.sent_at IS NOT NULL AND (NEW.receiver_version <> OLD.receiver_version OR NEW.sent_at IS NOT OLD.sent_at) BEGIN
	DELETE FROM report_months WHERE practice_id = NEW.receiver_practice_id AND until_at > NEW.sent_at AND from_at = (
		SELECT max(from_at) FROM report_months WHERE practice_id = NEW.receiver_practice_id AND from_at <= NEW.sent_at);
END;
